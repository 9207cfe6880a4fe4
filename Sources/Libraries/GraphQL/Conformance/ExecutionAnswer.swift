/// Answers what an operation gives.
enum ExecutionAnswer {
    /// Writes the result of a request, whose `root` answers the resolvers.
    static func execute(
        _ request: Value,
        _ source: String,
        _ engine: Engine<Recording.Root>,
        _ output: inout JSONWriter
    ) {
        output.raw(",\"result\":{")
        do throws(RequestErrors) {
            let operation = Request(
                query: source,
                operationName: request["operationName"]?.text,
                variables: request["variables"] ?? [:]
            )
            let (data, errors) = try engine.answer(
                try document(source, engine),
                operation,
                Recording.Root(fields: request["root"] ?? [:])
            )
            output.raw("\"data\":")
            output.raw(data)
            if !errors.isEmpty {
                output.raw(",\"errors\":")
                output.conformanceErrors(errors)
            }
        } catch {
            output.raw("\"errors\":")
            output.conformanceErrors(error.errors)
        }
        output.byte(0x7D)
    }

    /// What full introspection gives of a schema, as JSON; `null` when it has no query root.
    static func introspection(_ schema: Schema) -> [UInt8] {
        do throws(RequestErrors) {
            let engine = Recording.engine(schema, isAsync: false)
            let document = try document(IntrospectionQuery.source, engine)
            let request = Request(query: IntrospectionQuery.source)
            return try engine.answer(document, request, Recording.Root(fields: [:])).data
        } catch {
            return Array("null".utf8)
        }
    }

    /// A document that is executed as it is, unless that would not end or needs more than the engine's limits.
    private static func document(
        _ source: String,
        _ engine: Engine<Recording.Root>
    ) throws(RequestErrors) -> CheckedDocument {
        let document: Document
        do {
            document = try Parser.document(source, limits: ConformanceCommand.documentLimits)
        } catch {
            throw RequestErrors([error])
        }
        var limits = DocumentLimits(document: document, limits: engine.core.limits)
        let exceeded = limits.errors()
        guard exceeded.isEmpty else { throw RequestErrors(exceeded) }
        let checked = CheckedDocument(document)
        guard !isEndless(document, checked.fragments) else {
            throw RequestErrors(Validator.errors(document, engine.schema))
        }
        return checked
    }

    /// The most fragments among which those that contain themselves without end are told from those that only spread
    /// themselves, which is harmless.
    private static let fragmentLimit = 1_000

    /// Whether a field leads to the fragment that has it, so that the selections have no end.
    private static func isEndless(_ document: Document, _ fragments: [Int: Int]) -> Bool {
        var search = CycleSearch()
        let hasCycle = document.fragments.contains { !search.cycles(from: $0, document, fragments).isEmpty }
        guard hasCycle, document.fragments.count <= fragmentLimit else { return hasCycle }
        return document.fragments.contains { fragment in
            var reached = Set<Int>()
            for set in fieldSets(of: fragment, document) {
                _ = document.reachableSpreads(set, fragments, &reached)
            }
            return reached.contains(fragment.name.id)
        }
    }

    /// The selection sets of the fields directly in a fragment.
    private static func fieldSets(of fragment: FragmentNode, _ document: Document) -> [Int32] {
        var sets: [Int32] = []
        var pending = [fragment.selectionSet]
        while let set = pending.popLast() {
            for index in document.selectionSets[Int(set)].selections.indices {
                switch document.selections[index] {
                case .field(let field):
                    let inner = document.fields[Int(field)].selectionSet
                    if inner >= 0 { sets.append(inner) }
                case .inline(let inline): pending.append(document.inlineFragments[Int(inline)].selectionSet)
                case .spread: continue
                }
            }
        }
        return sets
    }
}

extension Engine<Recording.Root> {
    /// The data of an operation as JSON, and its errors.
    fileprivate func answer(
        _ document: CheckedDocument,
        _ request: Request,
        _ root: Recording.Root
    ) throws(RequestErrors) -> (data: [UInt8], errors: [GraphQLError]) {
        let prepared = try core.prepare(document, request)
        var output = ResponseOutput(execution: execution(prepared, root), capacity: 4_096)
        let written = prepared.plan.root.run((), &output)
        var errors = output.errors
        for index in errors.indices { errors[index].path = output.steps.path(error: index) }
        return (written ? output.writer.bytes : Array("null".utf8), errors)
    }
}
