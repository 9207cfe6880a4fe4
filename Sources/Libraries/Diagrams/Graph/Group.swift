/// A subgraph, a box of participants, a composite state or a region of it, a namespace, a section of a timeline.
public struct Group: Sendable, Equatable, Identifiable {
    /// As written, or `group-N` when the source gives only a title.
    public var id: String
    /// The title; `\n` separates lines.
    public var label: String
    /// The nodes directly in the group, in order of mention; those of inner groups are not repeated.
    public var members: [String]
    /// The group around this one.
    public var parent: String?
    /// Where the flow goes inside; `nil` for the direction around it.
    public var direction: Graph.Direction?
    /// Where the group starts in the source, counted from 1.
    public var line: Int
    /// Whether it is one of the regions of a composite state, which are active at the same time.
    public var isRegion: Bool

    /// Makes a group.
    public init(
        id: String,
        label: String,
        members: [String] = [],
        parent: String? = nil,
        direction: Graph.Direction? = nil,
        line: Int = 0,
        isRegion: Bool = false
    ) {
        self.id = id
        self.label = label
        self.members = members
        self.parent = parent
        self.direction = direction
        self.line = line
        self.isRegion = isRegion
    }
}
