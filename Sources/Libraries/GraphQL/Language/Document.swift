import Synchronization

/// A parsed document: every node lies in one of a few arrays and refers to others by index.
final class Document: Sendable {
    /// One definition, by its index in the array of its kind.
    enum Definition: Sendable {
        case operation(Int)
        case fragment(Int)
        case typeSystem(Int)
    }

    /// The source with `Source.padding` zero bytes behind it.
    let source: [UInt8]
    /// The source's length in bytes.
    let length: Int
    /// Taken over from the parser whole: array by array, each would be retained and released again.
    private let tree: SyntaxTree

    private let lines = Mutex<LineIndex?>(nil)

    init(_ tree: consuming SyntaxTree, source: [UInt8]) {
        self.source = source
        self.tree = tree
        length = source.count - Source.padding
    }

    var definitions: [Definition] { tree.definitions }
    var operations: [OperationNode] { tree.operations }
    var fragments: [FragmentNode] { tree.fragments }
    var variables: [VariableNode] { tree.variables }
    var selectionSets: [SelectionSetNode] { tree.selectionSets }
    var selections: [Selection] { tree.selections }
    var fields: [FieldNode] { tree.fields }
    var spreads: [SpreadNode] { tree.spreads }
    var inlineFragments: [InlineFragmentNode] { tree.inlineFragments }
    var arguments: [ArgumentNode] { tree.arguments }
    var directives: [DirectiveNode] { tree.directives }
    var literals: [LiteralNode] { tree.literals }
    var literalItems: [Int32] { tree.literalItems }
    var objectFields: [ObjectFieldNode] { tree.objectFields }
    var types: [TypeNode] { tree.types }
    var typeSystem: [TypeSystemNode] { tree.typeSystem }

    /// Every distinct name, by symbol: where it first occurs.
    var symbols: [Name] { tree.symbols }

    /// The text of a name.
    func text(_ name: Name) -> String { text(name.start, name.end) }

    /// The source between two bytes.
    func text(_ start: Int, _ end: Int) -> String { String(decoding: source[start..<end], as: UTF8.self) }

    /// The texts of all symbols.
    func symbolTexts() -> [String] { symbols.map { text($0) } }

    /// Line and column of a byte.
    func location(_ offset: Int) -> SourceLocation {
        source.withUnsafeBufferPointer { bytes in
            let text = UnsafeBufferPointer(rebasing: bytes[..<length])
            return lines.withLock { index in
                let known = index ?? LineIndex(text)
                index = known
                return known.location(of: offset, in: text)
            }
        }
    }

    func location(_ extent: Extent) -> SourceLocation { location(Int(extent.lower)) }

    /// The text that a string literal stands for.
    func string(_ literal: Int32) -> String {
        let node = literals[Int(literal)]
        let kind: TokenKind = node.kind == .blockString ? .blockString : .string
        let token = Token(kind: kind, start: Int(node.extent.lower), end: Int(node.extent.upper))
        return source.withUnsafeBufferPointer { bytes in
            guard let base = bytes.baseAddress else { return "" }
            return Lexer(base, count: length).text(token)
        }
    }

    /// A description, or `nil` when there is none.
    func description(_ literal: Int32) -> String? { literal < 0 ? nil : string(literal) }

    /// The source text of a literal.
    func sourceText(_ extent: Extent) -> String { text(Int(extent.lower), Int(extent.upper)) }
}

/// The arrays of a document while it is being parsed.
struct SyntaxTree: Sendable {
    var definitions: [Document.Definition] = []
    var operations: [OperationNode] = []
    var fragments: [FragmentNode] = []
    var variables: [VariableNode] = []
    var selectionSets: [SelectionSetNode] = []
    var selections: [Selection] = []
    var fields: [FieldNode] = []
    var spreads: [SpreadNode] = []
    var inlineFragments: [InlineFragmentNode] = []
    var arguments: [ArgumentNode] = []
    var directives: [DirectiveNode] = []
    var literals: [LiteralNode] = []
    var literalItems: [Int32] = []
    var objectFields: [ObjectFieldNode] = []
    var types: [TypeNode] = []
    var typeSystem: [TypeSystemNode] = []
    var symbols: [Name] = []
}

/// Nodes of the lists being read, the innermost list's last; a finished list moves to the tree as one run.
struct OpenNodes<Node> {
    private var nodes: [Node] = []
    private(set) var count = 0

    mutating func append(_ node: Node) {
        // What was moved away is overwritten, which is cheaper than removing it.
        if count < nodes.count { nodes[count] = node } else { nodes.append(node) }
        count &+= 1
    }

    /// Moves the nodes from `mark` on to the end of `list`.
    mutating func move(from mark: Int, to list: inout [Node]) -> NodeRange {
        let first = list.count
        for index in mark..<count { list.append(nodes[index]) }
        count = mark
        return NodeRange(first, list.count)
    }
}
