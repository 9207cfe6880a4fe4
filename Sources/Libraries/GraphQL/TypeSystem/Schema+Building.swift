extension Schema {
    /// Builds a schema from its source text.
    ///
    /// - Throws: `SchemaProblems` with every problem found.
    public convenience init(sdl: String) throws(SchemaProblems) {
        let document = try Self.document(sdl)
        self.init(SchemaBuilder.parts([document]))
    }

    /// Builds a schema without validating it, for tests of what follows.
    convenience init(unchecked sdl: String) throws(SchemaProblems) {
        self.init(SchemaBuilder.parts([try Self.document(sdl)]))
    }

    private static func document(_ sdl: String) throws(SchemaProblems) -> Document {
        do {
            return try Parser.document(sdl, limits: .trusted)
        } catch {
            throw SchemaProblems([error])
        }
    }
}
