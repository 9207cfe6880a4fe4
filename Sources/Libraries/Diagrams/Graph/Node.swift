/// A box of a flowchart or a participant of a sequence diagram.
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

    /// Makes a node; without a label it shows its identifier, without a kind the shape decides.
    public init(
        id: String,
        label: String? = nil,
        shape: NodeShape = .rectangle,
        kind: NodeKind? = nil,
        record: NodeRecord? = nil,
        group: String? = nil,
        line: Int = 0
    ) {
        self.id = id
        self.label = label ?? id
        self.shape = shape
        self.kind = kind ?? shape.impliedKind
        self.record = record
        self.group = group
        self.line = line
    }

    /// The label on one line; the identifier when the label is blank.
    public var name: String {
        let text = label.onOneLine
        return text.isEmpty ? id : text
    }
}
