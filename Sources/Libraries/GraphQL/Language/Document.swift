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
    let definitions: [Definition]
    let operations: [OperationNode]
    let fragments: [FragmentNode]
    let variables: [VariableNode]
    let selectionSets: [SelectionSetNode]
    let selections: [Selection]
    let fields: [FieldNode]
    let spreads: [SpreadNode]
    let inlineFragments: [InlineFragmentNode]
    let arguments: [ArgumentNode]
    let directives: [DirectiveNode]
    let literals: [LiteralNode]
    let literalItems: [Int32]
    let objectFields: [ObjectFieldNode]
    let types: [TypeNode]
    let typeSystem: [TypeSystemNode]

    /// Every distinct name, by symbol: where it first occurs.
    let symbols: [Name]

    /// How many tokens were read.
    let tokenCount: Int

    private let lines = Mutex<LineIndex?>(nil)

    init(_ tree: consuming SyntaxTree, source: [UInt8], tokenCount: Int) {
        self.source = source
        self.tokenCount = tokenCount
        length = source.count - Source.padding
        definitions = tree.definitions
        operations = tree.operations
        fragments = tree.fragments
        variables = tree.variables
        selectionSets = tree.selectionSets
        selections = tree.selections
        fields = tree.fields
        spreads = tree.spreads
        inlineFragments = tree.inlineFragments
        arguments = tree.arguments
        directives = tree.directives
        literals = tree.literals
        literalItems = tree.literalItems
        objectFields = tree.objectFields
        types = tree.types
        typeSystem = tree.typeSystem
        symbols = tree.symbols
    }

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
struct SyntaxTree {
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
