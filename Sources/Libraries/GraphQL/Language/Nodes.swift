/// A run of nodes in one of the document's arrays.
struct NodeRange: Sendable, Equatable {
    let lower: Int32
    let upper: Int32

    static let empty = NodeRange(0, 0)

    init(_ lower: Int, _ upper: Int) {
        self.lower = Int32(truncatingIfNeeded: lower)
        self.upper = Int32(truncatingIfNeeded: upper)
    }

    var indices: Range<Int> { Int(lower)..<Int(upper) }
    var isEmpty: Bool { lower == upper }
    var count: Int { Int(upper &- lower) }
}

/// A name in the source.
///
/// Equal names of one document have equal symbols.
struct Name: Sendable {
    let offset: Int32
    let length: Int32
    let symbol: Int32

    /// No name.
    static let none = Name(offset: 0, length: 0, symbol: -1)

    var isPresent: Bool { symbol >= 0 }
    var start: Int { Int(offset) }
    var end: Int { Int(offset &+ length) }
    var id: Int { Int(symbol) }
}

/// The bytes a node covers.
struct Extent: Sendable {
    let lower: Int32
    let upper: Int32

    init(_ lower: Int, _ upper: Int) {
        self.lower = Int32(truncatingIfNeeded: lower)
        self.upper = Int32(truncatingIfNeeded: upper)
    }
}

/// The kinds of operations.
public enum OperationKind: String, Sendable {
    /// Reads.
    case query
    /// Writes, field by field.
    case mutation
    /// Follows a stream of events.
    case subscription
}

/// An operation definition.
struct OperationNode: Sendable {
    let extent: Extent
    let kind: OperationKind
    let name: Name
    let description: Int32
    let variables: NodeRange
    let directives: NodeRange
    let selectionSet: Int32
}

/// A fragment definition.
struct FragmentNode: Sendable {
    let extent: Extent
    let name: Name
    let description: Int32
    let condition: Int32
    let directives: NodeRange
    let selectionSet: Int32
}

/// A variable definition of an operation.
struct VariableNode: Sendable {
    let extent: Extent
    /// The variable, from its `$`.
    let variable: Extent
    let name: Name
    let description: Int32
    let type: Int32
    /// The default's value, or -1.
    let defaultValue: Int32
    let directives: NodeRange
}

/// `{ … }` around selections.
struct SelectionSetNode: Sendable {
    let extent: Extent
    let selections: NodeRange
}

/// One member of a selection set, by its index in the array of its kind.
enum Selection: Sendable {
    case field(Int32)
    case spread(Int32)
    case inline(Int32)
}

/// A selected field.
struct FieldNode: Sendable {
    let extent: Extent
    let alias: Name
    let name: Name
    let arguments: NodeRange
    let directives: NodeRange
    /// The selection set, or -1.
    let selectionSet: Int32

    var start: Int { Int(extent.lower) }

    /// The key in the response.
    var responseKey: Name { alias.isPresent ? alias : name }
}

/// The use of a named fragment.
struct SpreadNode: Sendable {
    let extent: Extent
    let name: Name
    let directives: NodeRange
}

/// A fragment without a name.
struct InlineFragmentNode: Sendable {
    let extent: Extent
    /// The type condition, or -1.
    let condition: Int32
    let directives: NodeRange
    let selectionSet: Int32
}

/// An argument of a field or directive.
struct ArgumentNode: Sendable {
    let extent: Extent
    let name: Name
    let value: Int32
}

/// A directive on some node.
struct DirectiveNode: Sendable {
    let extent: Extent
    let name: Name
    let arguments: NodeRange
}

/// The kinds of literals.
enum LiteralKind: UInt8, Sendable {
    case variable, int, float, string, blockString, boolean, null, enumeration, list, object
}

/// A literal or variable.
struct LiteralNode: Sendable {
    let kind: LiteralKind
    let extent: Extent
    /// The name of a variable or enum value; `true` and `false` too.
    let name: Name
    /// Elements in `literalItems`, or members in `objectFields`.
    let children: NodeRange
}

/// A member of an object literal.
struct ObjectFieldNode: Sendable {
    let extent: Extent
    let name: Name
    let value: Int32
}

/// A type in a document.
struct TypeNode: Sendable {
    enum Kind: UInt8, Sendable { case named, list, nonNull }

    let kind: Kind
    let extent: Extent
    let name: Name
    /// The type inside a list or non-null type, else -1.
    let inner: Int32
}
