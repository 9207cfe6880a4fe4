/// A document and a schema, parsed and validated again and again to see how long that takes.
package struct LanguageProbe {
    private let source: String
    private let schema: Schema
    private let parsed: Document

    /// Takes a document that can be parsed.
    package init(sdl: String, document: String) throws {
        source = document
        schema = try Schema(sdl: sdl)
        parsed = try Parser.document(document, limits: ConformanceCommand.documentLimits)
    }

    /// The query for everything introspection knows of a schema.
    package static var introspectionQuery: String { IntrospectionQuery.source }

    /// Parses the document; the number of its selections.
    package func parse() -> Int {
        (try? Parser.document(source, limits: ConformanceCommand.documentLimits))?.selections.count ?? -1
    }

    /// Validates the document; the number of its errors.
    package func validate() -> Int { Validator.errors(parsed, schema).count }
}
