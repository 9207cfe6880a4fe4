/// Limits of the parser.
struct ParserLimits: Sendable {
    /// The most tokens a document may have, or `nil` for no limit.
    var maxTokens: Int? = 15_000

    /// How deep selection sets, values and types may nest, counted together.
    var maxDepth = 200

    /// Limits for text the project itself provides, such as its schema.
    static let trusted = ParserLimits(maxTokens: nil, maxDepth: 200)
}

/// Turns source text into a document.
///
/// It descends recursively, never deeper than `ParserLimits.maxDepth`.
struct Parser: ~Copyable {
    var lexer: Lexer
    var token: Token
    /// Where the last token that was consumed ends.
    var lastEnd = 0
    var tree = SyntaxTree()
    var names: NameTable
    var depth = 0
    var tokenCount = 0
    let maxTokens: Int
    let maxDepth: Int

    var openSelections = OpenNodes<Selection>()
    var openItems = OpenNodes<Int32>()
    var openMembers = OpenNodes<ObjectFieldNode>()

    private init(_ base: UnsafePointer<UInt8>, count: Int, limits: ParserLimits) {
        lexer = Lexer(base, count: count)
        token = Token(kind: .start, start: 0, end: 0)
        names = NameTable(base)
        maxTokens = limits.maxTokens ?? .max
        maxDepth = limits.maxDepth
        tree.fields.reserveCapacity(32)
        tree.selections.reserveCapacity(32)
        tree.selectionSets.reserveCapacity(16)
        tree.arguments.reserveCapacity(16)
        tree.literals.reserveCapacity(16)
    }

    /// Parses a document.
    static func document(_ text: String, limits: ParserLimits = ParserLimits()) throws(GraphQLError) -> Document {
        try document(bytes: Source.bytes(text), limits: limits)
    }

    /// Parses a document from bytes that end in `Source.padding` zero bytes.
    static func document(bytes: [UInt8], limits: ParserLimits) throws(GraphQLError) -> Document {
        try parse(bytes, limits) { (parser: inout Parser) throws(GraphQLError) in
            try parser.definitions()
        }.document
    }

    /// Parses one literal, which is the last of the document's literals.
    static func literal(
        bytes: [UInt8],
        isConstant: Bool,
        limits: ParserLimits = ParserLimits()
    ) throws(GraphQLError) -> (document: Document, root: Int32) {
        try parse(bytes, limits) { (parser: inout Parser) throws(GraphQLError) in
            let root = try parser.literal(isConstant: isConstant)
            try parser.expect(.end)
            return root
        }
    }

    /// Parses one type.
    static func type(
        bytes: [UInt8],
        limits: ParserLimits = ParserLimits()
    ) throws(GraphQLError) -> (document: Document, root: Int32) {
        try parse(bytes, limits) { (parser: inout Parser) throws(GraphQLError) in
            let root = try parser.type()
            try parser.expect(.end)
            return root
        }
    }

    private static func parse(
        _ bytes: [UInt8],
        _ limits: ParserLimits,
        _ body: (inout Parser) throws(GraphQLError) -> Int32
    ) throws(GraphQLError) -> (document: Document, root: Int32) {
        let result = bytes.withUnsafeBufferPointer { buffer -> Result<(SyntaxTree, Int32), GraphQLError> in
            guard let base = buffer.baseAddress else { return .failure(GraphQLError("Syntax Error: No source.")) }
            var parser = Parser(base, count: bytes.count - Source.padding, limits: limits)
            do throws(GraphQLError) {
                try parser.advance()
                let root = try body(&parser)
                return .success((parser.finish(), root))
            } catch {
                return .failure(error)
            }
        }
        let (tree, root) = try result.get()
        return (Document(tree, source: bytes), root)
    }

    private consuming func finish() -> SyntaxTree {
        var tree = tree
        tree.symbols = names.symbols
        return tree
    }

    // MARK: Tokens

    mutating func advance() throws(GraphQLError) {
        lastEnd = token.end
        token = try lexer.next()
        guard token.kind != .end else { return }
        tokenCount &+= 1
        guard tokenCount <= maxTokens else {
            throw lexer.error("Document contains more that \(maxTokens) tokens. Parsing aborted.", token.start)
        }
    }

    @inline(__always)
    func peek(_ kind: TokenKind) -> Bool { token.kind == kind }

    mutating func expect(_ kind: TokenKind) throws(GraphQLError) {
        guard token.kind == kind else {
            throw lexer.error("Expected \(kind.description), found \(describe(token)).", token.start)
        }
        try advance()
    }

    mutating func skip(_ kind: TokenKind) throws(GraphQLError) -> Bool {
        guard token.kind == kind else { return false }
        try advance()
        return true
    }

    /// Whether the current token is the name `word`.
    func isKeyword(_ word: StaticString) -> Bool { isKeyword(word, token) }

    func isKeyword(_ word: StaticString, _ token: Token) -> Bool {
        guard token.kind == .name, token.end &- token.start == word.utf8CodeUnitCount else { return false }
        for index in 0..<word.utf8CodeUnitCount where lexer.base[token.start &+ index] != word.utf8Start[index] {
            return false
        }
        return true
    }

    mutating func expectKeyword(_ word: StaticString) throws(GraphQLError) {
        guard isKeyword(word) else {
            throw lexer.error("Expected \"\(word)\", found \(describe(token)).", token.start)
        }
        try advance()
    }

    mutating func skipKeyword(_ word: StaticString) throws(GraphQLError) -> Bool {
        guard isKeyword(word) else { return false }
        try advance()
        return true
    }

    mutating func name() throws(GraphQLError) -> Name {
        guard token.kind == .name else {
            throw lexer.error("Expected Name, found \(describe(token)).", token.start)
        }
        let name = names.name(token.start, token.end)
        try advance()
        return name
    }

    func unexpected(_ token: Token) -> GraphQLError {
        lexer.error("Unexpected \(describe(token)).", token.start)
    }

    func unexpected() -> GraphQLError { unexpected(token) }

    /// A token as messages show it; long values are cut.
    func describe(_ token: Token) -> String {
        switch token.kind {
        case .name, .int, .float, .string, .blockString:
            "\(token.kind.text) \"\(Self.cut(lexer.text(token)))\""
        default:
            token.kind.description
        }
    }

    /// Text short enough to be echoed.
    ///
    /// A single character may have any number of marks, so scalars are counted.
    static func cut(_ text: String) -> String {
        text.utf8.count <= 1_000 ? text : String(text.unicodeScalars.prefix(300)) + "…"
    }

    func extent(_ start: Int) -> Extent { Extent(start, lastEnd) }

    /// Runs `body` one level deeper.
    mutating func nested<T>(
        _ body: (inout Parser) throws(GraphQLError) -> T
    ) throws(GraphQLError) -> T {
        depth += 1
        guard depth <= maxDepth else {
            throw lexer.error("Document is nested more than \(maxDepth) levels deep.", token.start)
        }
        let result = try body(&self)
        depth -= 1
        return result
    }

    // MARK: Definitions

    private mutating func definitions() throws(GraphQLError) -> Int32 {
        repeat {
            let definition = try definition()
            tree.definitions.append(definition)
        } while token.kind != .end
        return 0
    }

    private mutating func definition() throws(GraphQLError) -> Document.Definition {
        if peek(.braceOpen) { return .operation(try shorthand()) }
        let start = token
        let description = try description()
        guard peek(.name) else { throw unexpected() }
        if isKeyword("query") { return .operation(try operation(.query, start.start, description)) }
        if isKeyword("mutation") { return .operation(try operation(.mutation, start.start, description)) }
        if isKeyword("subscription") { return .operation(try operation(.subscription, start.start, description)) }
        if isKeyword("fragment") { return .fragment(try fragment(start.start, description)) }
        if let kind = definitionKind() {
            return .typeSystem(try typeSystemDefinition(kind, start.start, description))
        }
        if description >= 0 {
            throw lexer.error(
                "Unexpected description, descriptions are supported only on type definitions.",
                start.start
            )
        }
        guard isKeyword("extend") else { throw unexpected() }
        return .typeSystem(try typeSystemExtension())
    }

    /// A description, by its literal, or -1.
    mutating func description() throws(GraphQLError) -> Int32 {
        guard token.kind == .string || token.kind == .blockString else { return -1 }
        let node = LiteralNode(
            kind: token.kind == .string ? .string : .blockString,
            extent: Extent(token.start, token.end),
            name: .none,
            children: .empty
        )
        try advance()
        tree.literals.append(node)
        return Int32(truncatingIfNeeded: tree.literals.count - 1)
    }
}
