/// Answers about schemas, and about documents by a schema.
enum SchemaAnswer {
    /// A schema that is taken as it is, without validation.
    static func schema(sdl: String) throws(ConformanceProblem) -> Schema {
        do {
            return try Schema(unchecked: sdl)
        } catch {
            throw ConformanceProblem("The schema cannot be read: \(error.description)")
        }
    }

    /// Writes the errors of a document.
    static func validate(
        _ document: Result<Document, GraphQLError>,
        _ schema: Schema,
        _ maxErrors: Int?,
        _ output: inout JSONWriter
    ) {
        output.raw(",\"errors\":")
        switch document {
        case .success(let document):
            output.conformanceErrors(Validator.errors(document, schema, maxErrors: maxErrors ?? 100))
        case .failure(let error): output.conformanceErrors([error])
        }
    }

    // MARK: Definitions

    /// Writes whether definitions make a valid schema, alone or as extensions of another.
    static func definitions(_ request: Value, _ output: inout JSONWriter) throws(ConformanceProblem) {
        let sdl = try text(request)
        var base: Document?
        if let extended = request["extend"]?.text {
            do {
                base = try Parser.document(extended, limits: .trusted)
            } catch {
                throw ConformanceProblem("The schema to extend cannot be read: \(error.message)")
            }
        }
        let (errors, schema) = build(sdl, extending: base)
        output.raw(",\"valid\":")
        output.bool(errors.isEmpty)
        if !errors.isEmpty {
            output.raw(",\"errors\":")
            output.conformanceErrors(errors)
        }
        if let schema {
            output.raw(",\"printedSchema\":")
            output.string(schema.printed)
        }
    }

    /// The errors of definitions, and their schema when only the schema as a whole may have errors.
    private static func build(_ sdl: String, extending base: Document?) -> ([GraphQLError], Schema?) {
        let document: Document
        do {
            document = try Parser.document(sdl, limits: .trusted)
        } catch {
            return ([error], nil)
        }
        let problems = DefinitionValidator.errors(document, extending: base.map { Schema(SchemaBuilder.parts([$0])) })
        guard problems.isEmpty else { return (problems, nil) }
        let documents = (base.map { [$0] } ?? []) + [document]
        let schema = Schema(SchemaBuilder.parts(documents))
        return (SchemaValidator.errors(schema, documents), schema)
    }

    // MARK: Forms of a schema

    /// Writes a schema as it is printed, as it is printed in order, and as introspection shows it.
    static func schema(_ request: Value, _ output: inout JSONWriter) throws(ConformanceProblem) {
        let schema = try schema(sdl: text(request))
        output.raw(",\"printed\":")
        output.string(schema.printed)
        output.raw(",\"sorted\":")
        output.string(schema.printedSorted)
        output.raw(",\"introspection\":")
        output.raw(ExecutionAnswer.introspection(schema))
    }

    private static func text(_ request: Value) throws(ConformanceProblem) -> String {
        guard let sdl = request["sdl"]?.text else { throw ConformanceProblem("\"sdl\" is not text.") }
        return sdl
    }
}
