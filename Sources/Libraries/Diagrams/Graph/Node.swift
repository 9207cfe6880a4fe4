/// A box of a flowchart, a participant, a state, a class, an entity, or a time or event of a timeline.
public struct Node: Sendable, Equatable, Identifiable {
    /// The identifier written in the source; unique among nodes and groups.
    public var id: String
    /// What the box says; `\n` separates lines.
    public var label: String
    /// The outline of the box.
    public var shape: NodeShape
    /// What the node is; from a class, a record or the shape, in this order of trust.
    public var kind: NodeKind
    /// What the catalogue knows about the node; `nil` until `annotated` finds it.
    public var record: NodeRecord?
    /// The innermost group that holds the node.
    public var group: String?
    /// Where the node is first mentioned, counted from 1.
    public var line: Int
    /// What it is in the grammar of its diagram.
    public var role: NodeRole
    /// What stands between the angle brackets behind the name of a class.
    public var generic: String?
    /// What is said about a class between « and », in order.
    public var annotations: [String]
    /// Fields and methods of a class, attributes of an entity, further lines of a state.
    public var members: [Member]

    /// Makes a node; without a label it shows its identifier, without a kind the shape decides.
    public init(
        id: String,
        label: String? = nil,
        shape: NodeShape = .rectangle,
        kind: NodeKind? = nil,
        record: NodeRecord? = nil,
        group: String? = nil,
        line: Int = 0,
        role: NodeRole = .plain,
        generic: String? = nil,
        annotations: [String] = [],
        members: [Member] = []
    ) {
        self.id = id
        self.label = label ?? id
        self.shape = shape
        self.kind = kind ?? shape.impliedKind
        self.record = record
        self.group = group
        self.line = line
        self.role = role
        self.generic = generic
        self.annotations = annotations
        self.members = members
    }

    /// The label on one line; the identifier when the label is blank.
    public var name: String {
        let text = label.onOneLine
        return text.isEmpty ? id : text
    }
}
