import Testing

@testable import GraphQL

@Suite(.enabled(if: Corpus.isPresent)) struct LanguageConformanceTests {
    @Test func `tokens are those of the reference implementation`() throws {
        var score = Score()
        for entry in try Corpus.cases("lex") {
            let text = entry["text"]?.text ?? ""
            let expected =
                entry["ok"] == true ? entry["tokens"]?.json : entry["error"].map { RecordedError($0).description }
            let actual = tokens(text)
            score.add(
                actual == expected,
                "\(entry["id"]?.text ?? "") \(text.debugDescription)\n  \(actual)\n  \(expected ?? "")"
            )
        }
        score.log("lex")
        #expect(score.fraction > 0.98)
    }

    @Test func `documents are parsed and printed as by the reference implementation`() throws {
        var verdicts = Score()
        var errors = Score()
        var prints = Score()
        var strips = Score()
        for entry in try Corpus.cases("parse") {
            let text = entry["text"]?.text ?? ""
            let name = "\(entry["id"]?.text ?? "") \(entry["entry"]?.text ?? "") \(text.debugDescription)"
            do throws(GraphQLError) {
                let printed = try parse(entry, text)
                verdicts.add(entry["ok"] == true, "\(name)\n  accepted, expected \(entry["error"]?.json ?? "")")
                if let stripped = entry["stripped"]?.text {
                    let ours = try StrippedText.of(text)
                    strips.add(ours == stripped, "\(name)\n  \(ours.debugDescription)\n  \(stripped.debugDescription)")
                }
                guard let expected = entry["printed"]?.text else { continue }
                prints.add(
                    printed == expected,
                    "\(name)\n  \(printed.debugDescription)\n  \(expected.debugDescription)"
                )
            } catch {
                verdicts.add(entry["ok"] == false, "\(name)\n  refused: \(error.message)")
                guard let expected = entry["error"].map({ RecordedError($0) }) else { continue }
                errors.add(RecordedError(error) == expected, "\(name)\n  \(RecordedError(error))\n  \(expected)")
            }
        }
        verdicts.log("parse-verdicts")
        errors.log("parse-errors")
        prints.log("parse-prints")
        strips.log("parse-strips")
        #expect(verdicts.fraction > 0.999)
        #expect(errors.fraction > 0.98)
    }

    private func parse(_ entry: Value, _ text: String) throws(GraphQLError) -> String {
        var limits = ParserLimits.trusted
        if case .int(let number)? = entry["options"]?["maxTokens"] { limits.maxTokens = Int(number) }
        let bytes = Source.bytes(text)
        switch entry["entry"]?.text {
        case "value":
            let (document, root) = try Parser.literal(bytes: bytes, isConstant: false, limits: limits)
            return document.printed(literal: root)
        case "constValue":
            let (document, root) = try Parser.literal(bytes: bytes, isConstant: true, limits: limits)
            return document.printed(literal: root)
        case "type":
            let (document, root) = try Parser.type(bytes: bytes, limits: limits)
            return document.typeText(root)
        default:
            return try Parser.document(bytes: bytes, limits: limits).printed
        }
    }

    /// The tokens of a text as the cases record them, or the error.
    private func tokens(_ text: String) -> String {
        let bytes = Source.bytes(text)
        return bytes.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return "" }
            var lexer = Lexer(base, count: bytes.count - Source.padding)
            var list: [Value] = []
            do throws(GraphQLError) {
                while true {
                    let token = try lexer.next()
                    list.append(record(token, lexer, buffer))
                    if token.kind == .end { return Value.list(list).json }
                }
            } catch {
                return RecordedError(error).description
            }
        }
    }

    private func record(_ token: Token, _ lexer: Lexer, _ bytes: UnsafeBufferPointer<UInt8>) -> Value {
        let hasValue = !token.kind.isPunctuator && token.kind != .end
        let location = Source.location(of: token.start, in: bytes)
        return [
            .string(token.kind.text), hasValue ? .string(lexer.text(token)) : .null,
            .int(Int64(Source.units(bytes[0..<token.start]))), .int(Int64(Source.units(bytes[0..<token.end]))),
            .int(Int64(location.line)), .int(Int64(location.column)),
        ]
    }
}
