import Testing

@testable import GraphQL

@Suite(.enabled(if: Corpus.isPresent)) struct SchemaConformanceTests {
    @Test func `schemas are refused for the same reasons and printed as by the reference implementation`() throws {
        var verdicts = Score()
        var errors = Score()
        var prints = Score()
        for entry in try Corpus.cases("sdl") {
            let sdl = entry["sdl"]?.text ?? ""
            let name = "\(entry["id"]?.text ?? "") \(sdl)"
            let expected = ((entry["sdlErrors"]?.items ?? []) + (entry["schemaErrors"]?.items ?? [])).map {
                RecordedError($0)
            }
            let (actual, printed) = try build(sdl, extending: entry["extend"]?.text)
            verdicts.add(actual.isEmpty == expected.isEmpty, "\(name)\n  \(actual)\n  \(expected)")
            errors.add(actual == expected, "\(name)\n  \(actual)\n  \(expected)")
            if let expectedPrint = entry["printedSchema"]?.text {
                prints.add(printed == expectedPrint, "\(name)\n---\n\(printed ?? "")\n---\n\(expectedPrint)")
            }
        }
        verdicts.log("sdl-verdicts")
        errors.log("sdl-errors")
        prints.log("sdl-prints")
        #expect(verdicts.fraction > 0.98)
        #expect(errors.fraction > 0.98)
    }

    private func build(_ sdl: String, extending base: String?) throws -> ([RecordedError], String?) {
        let document = try Parser.document(sdl, limits: .trusted)
        let baseDocument = try base.map { try Parser.document($0, limits: .trusted) }
        let baseSchema = baseDocument.map { Schema(SchemaBuilder.parts([$0])) }
        let problems = DefinitionValidator.errors(document, extending: baseSchema)
        guard problems.isEmpty else { return (problems.map { RecordedError($0) }, nil) }
        let documents = (baseDocument.map { [$0] } ?? []) + [document]
        let schema = Schema(SchemaBuilder.parts(documents))
        return (SchemaValidator.errors(schema, documents).map { RecordedError($0) }, schema.printed)
    }

    @Test func `schemas are printed as by the reference implementation`() throws {
        var prints = Score()
        for entry in try Corpus.cases("schema") {
            let sdl = entry["sdl"]?.text ?? ""
            let name = "\(entry["id"]?.text ?? "") \(sdl)"
            let schema = try Schema(unchecked: sdl)
            let expected = entry["printed"]?.text ?? ""
            prints.add(schema.printed == expected, "\(name)\n---\n\(schema.printed)\n---\n\(expected)")
        }
        prints.log("schema-prints")
        #expect(prints.fraction > 0.98)
    }
}
