/// Answers about the language: tokens and syntax.
struct LanguageAnswer {
    private let request: Value
    private let source: String

    init(_ request: Value) throws(ConformanceProblem) {
        guard let source = request["text"]?.text else { throw ConformanceProblem("\"text\" is not text.") }
        self.request = request
        self.source = source
    }

    // MARK: Parsing

    func parse(_ output: inout JSONWriter) throws(ConformanceProblem) {
        let entry = request["entry"]?.text ?? "document"
        guard ["document", "value", "constValue", "type"].contains(entry) else {
            throw ConformanceProblem("The entry is not known.")
        }
        let result: Result<Value, GraphQLError>
        do {
            result = .success(try parsed(entry))
        } catch {
            result = .failure(error)
        }
        switch result {
        case .success(let answer):
            output.raw(",\"ok\":true")
            guard case .object(let members) = answer else { return }
            for member in members {
                output.byte(0x2C)
                output.string(member.name)
                output.byte(0x3A)
                output.value(member.value)
            }
        case .failure(let error): Self.refuse(error, &output)
        }
    }

    private static func refuse(_ error: GraphQLError, _ output: inout JSONWriter) {
        output.raw(",\"ok\":false,\"error\":")
        output.conformanceError(error)
    }

    private func parsed(_ entry: String) throws(GraphQLError) -> Value {
        var limits = ParserLimits.trusted
        limits.maxTokens = request["options"]?["maxTokens"]?.whole
        let bytes = Source.bytes(source)
        switch entry {
        case "value", "constValue":
            let (document, root) = try Parser.literal(bytes: bytes, isConstant: entry == "constValue", limits: limits)
            return ["printed": .string(document.printed(literal: root))]
        case "type":
            let (document, root) = try Parser.type(bytes: bytes, limits: limits)
            return ["printed": .string(document.typeText(root))]
        default:
            let document = try Parser.document(bytes: bytes, limits: limits)
            return [
                "printed": .string(document.printed),
                "definitions": .list(document.definitions.map { Self.summary($0, document) }),
                "stripped": .string(try StrippedText.of(source)),
            ]
        }
    }

    /// The kind and the name of a definition.
    private static func summary(_ definition: Document.Definition, _ document: Document) -> Value {
        let (kind, name) =
            switch definition {
            case .operation(let index): ("OperationDefinition", document.operations[index].name)
            case .fragment(let index): ("FragmentDefinition", document.fragments[index].name)
            case .typeSystem(let index):
                (
                    document.typeSystem[index].kind.nodeName(isExtension: document.typeSystem[index].isExtension),
                    document.typeSystem[index].name
                )
            }
        return [.string(kind), name.isPresent ? .string(document.text(name)) : .null]
    }

    // MARK: Tokens

    func lex(_ output: inout JSONWriter) {
        let bytes = Source.bytes(source)
        let start = output.count
        output.raw(",\"ok\":true,\"tokens\":[")
        let error = bytes.withUnsafeBufferPointer { buffer -> GraphQLError? in
            guard let base = buffer.baseAddress else { return nil }
            var lexer = Lexer(base, count: bytes.count - Source.padding)
            var cursor = SourceCursor()
            do throws(GraphQLError) {
                while true {
                    let token = try lexer.next()
                    Self.write(token, lexer, &cursor, buffer, &output)
                    if token.kind == .end { return nil }
                    output.byte(0x2C)
                }
            } catch {
                return error
            }
        }
        if let error {
            output.truncate(to: start)
            Self.refuse(error, &output)
        } else {
            output.byte(0x5D)
        }
    }

    private static func write(
        _ token: Token,
        _ lexer: Lexer,
        _ cursor: inout SourceCursor,
        _ bytes: UnsafeBufferPointer<UInt8>,
        _ output: inout JSONWriter
    ) {
        let hasValue = !token.kind.isPunctuator && token.kind != .end
        cursor.advance(to: token.start, bytes)
        let (line, column, start) = (cursor.line, cursor.column, cursor.units)
        cursor.advance(to: token.end, bytes)
        output.value([
            .string(token.kind.text), hasValue ? .string(lexer.text(token)) : .null, .int(Int64(start)),
            .int(Int64(cursor.units)), .int(Int64(line)), .int(Int64(column)),
        ])
    }
}

/// A place that moves forward through a text and knows its line, its column and how many UTF-16 units lie before it.
private struct SourceCursor {
    private var offset = 0
    private var lineStart = 0
    private(set) var line = 1
    private(set) var units = 0

    var column: Int { 1 + units - lineStart }

    mutating func advance(to end: Int, _ bytes: UnsafeBufferPointer<UInt8>) {
        while offset < end, offset < bytes.count {
            let unit = bytes[offset]
            offset += 1
            if unit & 0xC0 != 0x80 { units += unit >= 0xF0 ? 2 : 1 }
            let endsLine = unit == 0x0A || (unit == 0x0D && !(offset < bytes.count && bytes[offset] == 0x0A))
            if endsLine {
                line += 1
                lineStart = units
            }
        }
    }
}
