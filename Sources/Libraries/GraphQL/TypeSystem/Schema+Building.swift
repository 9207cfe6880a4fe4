extension Schema {
    /// Builds a schema from its source text.
    ///
    /// - Throws: `SchemaProblems` with every problem found: a syntax error alone, else those of the definitions, else
    ///   those of the schema they make.
    public convenience init(sdl: String) throws(SchemaProblems) {
        let document = try Self.document(sdl)
        let problems = DefinitionValidator.errors(document)
        guard problems.isEmpty else { throw SchemaProblems(problems) }
        self.init(SchemaBuilder.parts([document]))
        let schemaProblems = SchemaValidator.errors(self, [document])
        guard schemaProblems.isEmpty else { throw SchemaProblems(schemaProblems) }
    }

    /// Builds a schema without validating it, for tests of what follows.
    convenience init(unchecked sdl: String) throws(SchemaProblems) {
        self.init(SchemaBuilder.parts([try Self.document(sdl)]))
    }

    static func document(_ sdl: String) throws(SchemaProblems) -> Document {
        do {
            return try Parser.document(sdl, limits: .trusted)
        } catch {
            throw SchemaProblems([error])
        }
    }
}
