import Testing

@testable import GraphQL

@Suite(.enabled(if: Corpus.isPresent)) struct ValidationConformanceTests {
    @Test func `documents are refused for the same reasons as by the reference implementation`() throws {
        var verdicts = Score()
        var errors = Score()
        var order = Score()
        var schemas: [String: Schema] = [:]
        let sources = try Corpus.schemas()
        for entry in try Corpus.cases("validate") where entry["relaxed"] == nil {
            let key = entry["schema"]?.text ?? ""
            let schema = try schemas[key] ?? Schema(unchecked: sources[key] ?? "")
            schemas[key] = schema
            let text = entry["document"]?.text ?? ""
            let document = try Parser.document(text, limits: .trusted)
            let actual = Validator.errors(document, schema).map { RecordedError($0) }
            let expected = (entry["errors"]?.items ?? []).map { RecordedError($0) }
            let name = "\(entry["id"]?.text ?? "") \(key) \(text)"
            verdicts.add(actual.isEmpty == expected.isEmpty, "\(name)\n  \(actual)\n  \(expected)")
            errors.add(
                actual.sorted { $0.description < $1.description }
                    == expected.sorted { $0.description < $1.description },
                "\(name)\n  \(actual)\n  \(expected)"
            )
            order.add(actual == expected, "\(name)\n  \(actual)\n  \(expected)")
        }
        verdicts.log("validate-verdicts")
        errors.log("validate-errors")
        order.log("validate-order")
        #expect(verdicts.fraction > 0.999)
        #expect(errors.fraction > 0.98)
    }
}
