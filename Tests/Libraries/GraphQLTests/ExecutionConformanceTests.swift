import Testing

@testable import GraphQL

@Suite(.enabled(if: Corpus.isPresent)) struct ExecutionConformanceTests {
    @Test(arguments: [false, true])
    func `operations are answered as by the reference implementation`(isAsync: Bool) async throws {
        var data = Score()
        var paths = Score()
        var errors = Score()
        let sources = try Corpus.schemas()
        var engines: [String: Engine<Recording.Root>] = [:]
        for entry in try Corpus.cases("execute") {
            let key = entry["schema"]?.text ?? ""
            let engine = try engines[key] ?? Recording.engine(Schema(unchecked: sources[key] ?? ""), isAsync: isAsync)
            engines[key] = engine
            let name =
                "\(entry["id"]?.text ?? "") \(key) \(entry["document"]?.text ?? "") \(entry["variables"]?.json ?? "")"
            let actual = try await answer(engine, entry)
            let expected = entry["expected"] ?? [:]
            let allowed = Set((entry["permittedExtraErrors"]?.items ?? []).map(\.json))
            data.add(
                Self.normal(actual["data"]) == Self.normal(expected["data"]),
                "\(name)\n  \(actual.json)\n  \(expected.json)"
            )
            let (ours, theirs) = (actual["errors"]?.items ?? [], expected["errors"]?.items ?? [])
            paths.add(
                Self.match(ours, theirs, allowed) { ($0["path"] ?? []).json },
                "\(name)\n  \(actual.json)\n  \(expected.json)"
            )
            errors.add(Self.match(ours, theirs, allowed) { $0.json }, "\(name)\n  \(actual.json)\n  \(expected.json)")
        }
        let suffix = isAsync ? "-async" : ""
        data.log("execute-data\(suffix)")
        paths.log("execute-paths\(suffix)")
        errors.log("execute-errors\(suffix)")
        #expect(data.fraction > 0.999)
        // Fields that wait go on when a sibling has failed, so further errors inside what became null are reported.
        if !isAsync {
            #expect(paths.fraction > 0.999)
            #expect(errors.fraction > 0.998)
        }
    }

    private func answer(_ engine: Engine<Recording.Root>, _ entry: Value) async throws -> Value {
        let request = Request(
            query: entry["document"]?.text ?? "",
            operationName: entry["operationName"]?.text,
            variables: entry["variables"] ?? [:]
        )
        let response = await engine.executeUnchecked(request, context: Recording.Root(fields: entry["root"] ?? [:]))
        guard case .object(let members) = try JSON.parse(response.body, maxDepth: 1_000) else { return .null }
        return .object(
            members.map { member in
                guard member.name == "errors" else { return member }
                return Value.Member(name: "errors", value: .list(member.value.items.map(Self.located)))
            }
        )
    }

    /// An error with its locations as the cases record them.
    private static func located(_ error: Value) -> Value {
        guard case .object(let members) = error else { return error }
        return .object(
            members.map { member in
                guard member.name == "locations" else { return member }
                let pairs = member.value.items.map { Value.list([$0["line"] ?? .null, $0["column"] ?? .null]) }
                return Value.Member(name: "locations", value: .list(pairs))
            }
        )
    }

    /// Whether all expected errors are there and every other one is allowed.
    private static func match(
        _ ours: [Value],
        _ theirs: [Value],
        _ allowed: Set<String>,
        _ key: (Value) -> String
    ) -> Bool {
        let allowedKeys = Set(allowed.compactMap { try? JSON.parse(Array($0.utf8)) }.map(key))
        var missing = theirs.map(key)
        for error in ours.map(key) {
            if let index = missing.firstIndex(of: error) {
                missing.remove(at: index)
            } else if !allowedKeys.contains(error) {
                return false
            }
        }
        return missing.isEmpty
    }

    /// The names of built-in definitions, whose descriptions are our own.
    private static let builtIn = Set(BuiltIn.document.typeSystem.map { BuiltIn.document.text($0.name) })

    /// A value with whole doubles as integers, to compare numbers and not their spelling, and without the descriptions
    /// of built-in definitions. The argument of `@deprecated` is non-null since September 2025, so it is left out too.
    private static func normal(_ value: Value?) -> String {
        func convert(_ value: Value) -> Value {
            switch value {
            case .double(let number): Int64(exactly: number).map { .int($0) } ?? value
            case .list(let items): .list(items.map(convert))
            case .object(let members): .object(members.map { Value.Member(name: $0.name, value: convert($0.value)) })
            default: value
            }
        }
        func strip(_ value: Value, isBuiltIn: Bool) -> Value {
            switch value {
            case .list(let items): return .list(items.map { strip($0, isBuiltIn: isBuiltIn) })
            case .object(let members):
                let inside = isBuiltIn || value["name"]?.text.map { builtIn.contains($0) } ?? false
                return .object(
                    members.map { member in
                        let hides =
                            (inside && member.name == "description")
                            || (value["name"] == "deprecated" && member.name == "args")
                        return Value.Member(
                            name: member.name,
                            value: hides ? .null : strip(member.value, isBuiltIn: inside)
                        )
                    }
                )
            default: return value
            }
        }
        return value.map { strip(convert($0), isBuiltIn: false).json } ?? "absent"
    }
}

extension Engine {
    /// Executes without validating, as the recorded cases were.
    func executeUnchecked(_ request: Request, context: Context) async -> Response {
        do {
            core.cache.insert(CheckedDocument(try Parser.document(request.query)), for: request.query)
            return await run(try core.prepare(request), context)
        } catch let error as RequestErrors {
            return Response(refusing: error)
        } catch {
            return Response(refusing: [error as? GraphQLError ?? GraphQLError("\(error)")])
        }
    }
}
