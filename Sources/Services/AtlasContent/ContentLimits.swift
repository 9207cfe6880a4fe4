/// What the catalogue takes at most.
public enum ContentLimits {
    /// Bytes of one file.
    public static let sourceBytes = 256 * 1_024
    /// Files of one import.
    public static let files = 20_000
    /// Findings that are reported for one file.
    public static let findings = 100
    /// Records in one list of the front matter.
    public static let records = 500
    /// Keys of the front matter, and of each record in it.
    public static let keys = 400
    /// Columns of spaces, dashes and the like before the text of a line of front matter: bounds its nesting.
    static let leadColumns = 60
    /// Opening brackets in the front matter, which bound its nesting however they are closed or quoted.
    static let brackets = 300
    /// Nodes of a diagram: a phone shows no more.
    public static let nodes = 15
    /// Events of a timeline, beside its times.
    public static let events = 30
    /// Edges or messages of a diagram.
    public static let edges = 60
    /// Participants of a sequence diagram.
    public static let participants = 6
    /// Characters of a title.
    public static let titleCharacters = 80
    /// Characters of a summary.
    public static let summaryCharacters = 240
    /// Words of a purpose, and of what is lost.
    public static let recordWords = 25
    /// Characters of any other text in the front matter.
    public static let textCharacters = 2_000
    /// Probes that a diagram should have at least.
    public static let probes = 2
    /// Words of a card's question, and of its answer.
    public static let cardWords = 60
    /// Characters of a card's id.
    public static let cardIDCharacters = 64
    /// Words of a diagram's body.
    public static let bodyWords = 150...350
    /// Characters of what is searched for.
    public static let searchCharacters = 200
    /// Corrections tried for a word with a typing error.
    static let corrections = 6
    /// Words around the hits in a snippet.
    static let snippetWords = 26
    /// Words of a search; further ones are left out.
    public static let searchWords = 8
    /// Versions in a history.
    public static let history = 50
}
