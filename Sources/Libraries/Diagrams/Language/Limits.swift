/// What a source may ask for at most.
///
/// Past a limit the parser answers with an error.
public enum Limits {
    /// Bytes of a source: 1 MiB.
    public static let maxSourceBytes = 1_048_576
    /// Nodes of a diagram.
    public static let maxNodes = 1_000
    /// Edges of a diagram.
    public static let maxEdges = 2_000
    /// Groups of a diagram.
    public static let maxGroups = 250
    /// Groups in groups, or frames in frames.
    public static let maxNesting = 16
    /// Bytes of one label, after decoding.
    public static let maxLabelBytes = 2_000
    /// Bytes of one identifier.
    public static let maxIdentifierBytes = 200
    /// Events of a sequence diagram.
    public static let maxItems = 5_000
    /// Lines in one box: members of a class, attributes of an entity, lines of a state, events of a time.
    public static let maxMembers = 200
    /// Errors that are reported; the rest of the source is not read.
    public static let maxDiagnostics = 100
    /// The longest arrow, in ranks.
    public static let arrowLength = 10
    /// Names and bytes looked at when a near miss is sought.
    static let comparedNames = 1_000
    static let comparedNameBytes = 40
}
