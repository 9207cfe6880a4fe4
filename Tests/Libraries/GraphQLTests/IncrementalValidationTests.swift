import GraphQL
import Testing

@Suite struct IncrementalValidationTests {
    private func refusals(_ query: String, _ variables: Value = [:]) async throws -> String {
        var text = ""
        await (try Heroes.engine()).executeInParts(
            Request(query: query, variables: variables),
            context: Heroes.Context()
        ) { part in
            if part.isRequestError { text = part.text }
            return false
        }
        return text
    }

    @Test func `the root of a mutation or subscription is not deferred`() async throws {
        #expect(
            try await refusals("mutation { ... @defer { rename { id } } }")
                .contains("Defer directive cannot be used on root mutation type \\\"Mutation\\\".")
        )
        #expect(
            try await refusals("subscription { ...F @defer(if: false) } fragment F on Subscription { heroes { id } }")
                .contains("Defer directive cannot be used on root subscription type \\\"Subscription\\\".")
        )
        #expect(try await refusals("{ ... @defer { hero { id } } }").isEmpty)
    }

    @Test func `a subscription is delivered whole`() async throws {
        #expect(
            try await refusals("subscription { heroes { ...F } } fragment F on Hero { ... @defer { id } }")
                .contains("Defer directive not supported on subscription operations.")
        )
        #expect(
            try await refusals("subscription { heroes { friends @stream { id } } }")
                .contains("Stream directive not supported on subscription operations.")
        )
        let query = "subscription ($d: Boolean!) { heroes { ... @defer(if: $d) { id } } }"
        let engine = try Heroes.engine()
        for (isDeferred, isRefused) in [(true, true), (false, false)] {
            let request = Request(query: query, variables: ["d": .bool(isDeferred)])
            let refusal = await engine.subscribe(request, context: Heroes.Context()) { _ in true }
            #expect((refusal != nil) == isRefused)
        }
    }

    @Test func `labels are literals and occur once`() async throws {
        #expect(
            try await refusals("query ($l: String) { hero { ... @defer(label: $l) { id } } }")
                .contains("Directive \\\"defer\\\"'s label argument must be a static string.")
        )
        #expect(
            try await refusals("{ hero { ... @defer(label: \"a\") { id } friends @stream(label: \"a\") { id } } }")
                .contains("Defer/Stream directive label argument must be unique.")
        )
    }

    @Test func `only lists are streamed`() async throws {
        #expect(
            try await refusals("{ hero @stream { id } }")
                .contains("Stream directive cannot be used on non-list field \\\"hero\\\" on type \\\"Query\\\".")
        )
    }

    @Test func `a field is streamed in one way`() async throws {
        for query in [
            "{ numbers @stream(initialCount: 1) numbers @stream(initialCount: 2) }", "{ numbers numbers @stream }",
            "{ ...A ...B } fragment A on Query { numbers @stream } fragment B on Query { numbers }",
        ] {
            let found = try await refusals(query)
            #expect(found.contains("\\\"numbers\\\" conflict because they have differing stream directives."))
        }
        #expect(try await refusals("{ numbers @stream numbers @stream }").isEmpty)
    }

    @Test func `an engine that does not deliver in parts does not know the directives`() async throws {
        let engine = try Heroes.engine { $0.incrementalDelivery = false }
        let response = await engine.execute(
            Request(query: "{ hero { ... @defer { id } } }"),
            context: Heroes.Context()
        )
        #expect(response.text.contains("Unknown directive \\\"@defer\\\"."))
    }

    @Test func `introspection lists the directives`() async throws {
        let response = await (try Heroes.engine()).execute(
            Request(
                query: "{ __schema { directives { name args { name defaultValue type { name ofType { name } } } } } }"
            ),
            context: Heroes.Context()
        )
        #expect(response.text.contains(#"{"name":"stream","args":[{"name":"if","defaultValue":"true""#))
        let count = #"{"name":"initialCount","defaultValue":"0","type":{"name":null,"ofType":{"name":"Int"}}}"#
        #expect(response.text.contains(count))
    }
}
