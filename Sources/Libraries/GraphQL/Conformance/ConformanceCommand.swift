/// Answers requests that ask what the library makes of a text, a document or a schema, so that any corpus of cases
/// can be run against it.
///
/// Requests and answers are one JSON object each. A request has a `kind`, and an `id` that its answer repeats:
///
/// - `parse` (`entry`, `text`, `options.maxTokens`), `lex` (`text`)
/// - `validate` (`schema`, `document`, `maxErrors`), `sdl` (`sdl`, `extend`), `schema` (`sdl`)
/// - `execute` (`schema`, `document`, `operationName`, `variables`, `root`), where `root` answers the resolvers
/// - `schemas` (`schemas`: source texts by names that later requests may give as their `schema`), which has no answer
///   unless it has an `id`
///
/// Documents are executed as they are, without validation.
package struct ConformanceCommand {
    /// The most schemas that are kept built.
    private static let schemaLimit = 1_024

    /// The most bytes of a request.
    private static let requestLimit = 256 * 1_048_576

    /// How deep the JSON of a request may nest.
    private static let depthLimit = 1_000

    /// Limits of documents that are validated or executed: long enough for any case, and short enough that chains of
    /// fragments can be followed.
    static let documentLimits = ParserLimits(maxTokens: 50_000, maxDepth: 200)

    private var sources: [String: String] = [:]
    private var schemas: [String: Schema] = [:]
    private var engines: [String: Engine<Recording.Root>] = [:]

    /// Starts without named schemas.
    package init() {}

    /// The answer to a request, one line of JSON without its line break, or `nil` for a request that has none.
    package mutating func answer(_ line: [UInt8]) -> [UInt8]? {
        let request: Value
        do throws(JSONError) {
            request = try JSON.parse(line, maxDepth: Self.depthLimit, maxBytes: Self.requestLimit)
        } catch {
            return Self.refusal("Byte \(error.offset): \(error.message)", id: .null)
        }
        let id = request["id"] ?? .null
        var output = JSONWriter()
        output.raw("{\"id\":")
        output.value(id)
        do throws(ConformanceProblem) {
            guard try answer(request, &output) else { return nil }
        } catch {
            return Self.refusal(error.message, id: id)
        }
        output.byte(0x7D)
        return output.finish()
    }

    private static func refusal(_ message: String, id: Value) -> [UInt8] {
        var output = JSONWriter()
        output.raw("{\"id\":")
        output.value(id)
        output.raw(",\"error\":")
        output.string(message)
        output.byte(0x7D)
        return output.finish()
    }

    /// Writes the members of an answer; `false` when there is none.
    private mutating func answer(_ request: Value, _ output: inout JSONWriter) throws(ConformanceProblem) -> Bool {
        switch request["kind"]?.text {
        case "parse": try LanguageAnswer(request).parse(&output)
        case "lex": try LanguageAnswer(request).lex(&output)
        case "validate":
            SchemaAnswer.validate(try document(request), try schema(request), request["maxErrors"]?.whole, &output)
        case "sdl": try SchemaAnswer.definitions(request, &output)
        case "schema": try SchemaAnswer.schema(request, &output)
        case "execute": ExecutionAnswer.execute(request, try text("document", request), try engine(request), &output)
        case "schemas":
            try remember(request)
            guard request["id"] != nil else { return false }
            output.raw(",\"ok\":true")
        default: throw ConformanceProblem("The request's kind is not known.")
        }
        return true
    }

    private mutating func remember(_ request: Value) throws(ConformanceProblem) {
        guard case .object(let members)? = request["schemas"] else {
            throw ConformanceProblem("\"schemas\" is not an object.")
        }
        for member in members {
            guard let source = member.value.text else {
                throw ConformanceProblem("The schema \"\(member.name)\" is not text.")
            }
            sources[member.name] = source
            schemas[member.name] = nil
            engines[member.name] = nil
        }
    }

    private func text(_ name: String, _ request: Value) throws(ConformanceProblem) -> String {
        guard let text = request[name]?.text else { throw ConformanceProblem("\"\(name)\" is not text.") }
        return text
    }

    /// The document of a request, or why it is none.
    private func document(_ request: Value) throws(ConformanceProblem) -> Result<Document, GraphQLError> {
        let text = try text("document", request)
        do {
            return .success(try Parser.document(text, limits: Self.documentLimits))
        } catch {
            return .failure(error)
        }
    }

    private mutating func schema(_ request: Value) throws(ConformanceProblem) -> Schema {
        let key = try text("schema", request)
        if let known = schemas[key] { return known }
        let schema = try SchemaAnswer.schema(sdl: sources[key] ?? key)
        if schemas.count >= Self.schemaLimit {
            schemas.removeAll()
            engines.removeAll()
        }
        schemas[key] = schema
        return schema
    }

    private mutating func engine(_ request: Value) throws(ConformanceProblem) -> Engine<Recording.Root> {
        let schema = try schema(request)
        let key = try text("schema", request)
        if let known = engines[key] { return known }
        let engine = Recording.engine(schema, isAsync: false)
        engines[key] = engine
        return engine
    }
}

/// Why a request cannot be answered.
struct ConformanceProblem: Error {
    let message: String

    init(_ message: String) { self.message = message }
}

extension JSONWriter {
    /// Appends a list of errors with their locations as pairs of line and column.
    mutating func conformanceErrors(_ errors: [GraphQLError]) {
        byte(0x5B)
        for (index, error) in errors.enumerated() {
            if index > 0 { byte(0x2C) }
            conformanceError(error)
        }
        byte(0x5D)
    }

    /// Appends an error with its locations as pairs of line and column.
    mutating func conformanceError(_ error: GraphQLError) {
        raw("{\"message\":")
        string(error.message)
        if !error.locations.isEmpty {
            raw(",\"locations\":")
            value(.list(error.locations.map { [.int(Int64($0.line)), .int(Int64($0.column))] }))
        }
        if !error.path.isEmpty {
            raw(",\"path\":")
            value(
                .list(
                    error.path.map { element in
                        switch element {
                        case .key(let key): .string(key)
                        case .index(let position): .int(Int64(position))
                        }
                    }
                )
            )
        }
        byte(0x7D)
    }
}
