import GraphQL
import Testing

@Suite struct EngineTests {
    private func engine(
        _ configure: (inout EngineOptions<StarWars.World>) -> Void = { _ in }
    ) throws
        -> Engine<StarWars.World>
    {
        try StarWars.engine(configure)
    }

    private func refusal(
        _ query: String,
        _ variables: Value = [:],
        name: String? = nil,
        configure: (inout EngineOptions<StarWars.World>) -> Void = { _ in }
    ) async throws -> String {
        let request = Request(query: query, operationName: name, variables: variables)
        let response = try await engine(configure).execute(request, context: StarWars.World())
        #expect(response.isRequestError)
        #expect(response.hasErrors)
        return response.text
    }

    @Test func `a request that cannot be read has errors and no data`() async throws {
        #expect(
            try await refusal("{ hero {") == #"""
                {"errors":[{"message":"Syntax Error: Expected Name, found <EOF>.","locations":[{"line":1,"column":9}]}]}
                """#
        )
        #expect(try await refusal("{ heros { name } }").contains(#"Did you mean \"hero\"?"#))
        #expect(
            try await refusal("query A { hero { id } } query B { hero { id } }").contains("Must provide operation name")
        )
        #expect(try await refusal("{ hero { id } }", name: "X").contains(#"Unknown operation named \"X\"."#))
        #expect(try await refusal("fragment F on Query { hero { id } }").contains(#"Fragment \"F\" is never used."#))
    }

    @Test func `variables that do not fit are named with their path`() async throws {
        let query = "mutation ($review: ReviewInput!) { review(episode: JEDI, review: $review) { stars } }"
        #expect(
            try await refusal(query).contains(
                #"Variable \"$review\" of required type \"ReviewInput!\" was not provided."#
            )
        )
        let misfit = try await refusal(query, ["review": ["stars": "five", "starz": 1, "tags": ["a", 2]]])
        #expect(
            misfit == #"""
                {"errors":[{"message":"Variable \"$review\" got invalid value \"five\" at \"review.stars\"; Int cannot represent non-integer value: \"five\"","locations":[{"line":1,"column":11}]},{"message":"Variable \"$review\" got invalid value 2 at \"review.tags[1]\"; String cannot represent a non string value: 2","locations":[{"line":1,"column":11}]},{"message":"Variable \"$review\" got invalid value { stars: \"five\", starz: 1, tags: [\"a\", 2] }; Field \"starz\" is not defined by type \"ReviewInput\". Did you mean \"stars\" or \"tags\"?","locations":[{"line":1,"column":11}]}]}
                """#
        )
    }

    @Test func `introspection that is off leaks neither types nor similar names`() async throws {
        let closed: (inout EngineOptions<StarWars.World>) -> Void = { $0.introspection = false }
        #expect(
            try await refusal("{ __schema { types { name } } }", configure: closed).contains(
                "introspection is not allowed"
            )
        )
        #expect(!(try await refusal("{ heroo { name } }", configure: closed).contains("Did you mean")))
        let allowed = try await engine(closed).execute(Request(query: "{ __typename }"), context: StarWars.World())
        #expect(allowed.text == #"{"data":{"__typename":"Query"}}"#)
    }

    @Test func `introspection describes types, fields and defaults`() async throws {
        let query = """
            { __type(name: "Query") { kind fields { name args { name defaultValue type { name kind ofType { name } } } } } }
            """
        let text = try await StarWars.answer(query)
        #expect(
            text.contains(
                #"{"name":"hero","args":[{"name":"episode","defaultValue":"EMPIRE","type":{"name":"Episode","kind":"ENUM","ofType":null}}]}"#
            )
        )
        #expect(text.contains(#""type":{"name":null,"kind":"NON_NULL","ofType":{"name":"ID"}}"#))
    }

    @Test func `the kind of an operation is known before it runs`() throws {
        let engine = try engine()
        let mixed = "query A { hero { id } } mutation B { review(episode: JEDI, review: {stars: 1}) { stars } }"
        #expect(try engine.operationKind(of: Request(query: mixed, operationName: "A")) == .query)
        #expect(try engine.operationKind(of: Request(query: mixed, operationName: "B")) == .mutation)
        #expect(throws: RequestErrors.self) { try engine.operationKind(of: Request(query: mixed)) }
    }

    @Test func `an operation that need not wait completes on the calling thread`() throws {
        let engine = try engine()
        let world = StarWars.World()
        let response = engine.executeIfSynchronous(Request(query: "{ hero { name } }"), context: world)
        #expect(response?.text == #"{"data":{"hero":{"name":"Luke"}}}"#)
        #expect(engine.executeIfSynchronous(Request(query: #"{ slow(id: "1000") { name } }"#), context: world) == nil)
    }

    @Test func `the cost of an operation is known before it runs and limited`() async throws {
        let response = try await engine().execute(
            Request(query: "{ hero { friends { friends { name } } } }"),
            context: StarWars.World()
        )
        #expect(response.cost == 1 + 10 * (1 + 10))
        #expect(
            try await refusal("{ hero { friends { friends { friends { friends { friends { name } } } } } } }")
                .contains("The operation costs 111111, more than the 50000 allowed.")
        )
    }

    @Test func `errors that the engine finds carry the codes it is given`() async throws {
        let coded: (inout EngineOptions<StarWars.World>) -> Void = { options in
            options.requestErrorCode = "invalid"
            options.resultErrorCode = "internal"
        }
        #expect(try await refusal("{ heroo { id } }", configure: coded).contains(#""extensions":{"code":"invalid"}"#))
        let request = Request(query: "query ($id: ID!) { human(id: $id) { id } }")
        let refused = try await engine(coded).execute(request, context: StarWars.World())
        #expect(refused.text.contains(#""extensions":{"code":"invalid"}"#))
        #expect(refused.operationKind == .query)
    }

    @Test func `documents that only look the same have answers of their own`() async throws {
        var resolvers = Resolvers<Void>()
        resolvers.query { query in
            query.field("echo") { _, arguments, _ in try arguments.string("text") }
        }
        let engine = try Engine(sdl: "type Query { echo(text: String!): String! }", resolvers: resolvers)
        // A letter with its accent and a letter before one; the sign of kelvin and a K; two accents in either order.
        for texts in [["\u{E9}", "e\u{301}"], ["\u{212A}", "K"], ["q\u{307}\u{323}", "q\u{323}\u{307}"]] {
            for text in texts + texts {
                let response = await engine.execute(Request(query: "{ echo(text: \"\(text)\") }"), context: ())
                #expect(response.body == Array(#"{"data":{"echo":"\#(text)"}}"#.utf8))
            }
        }
    }

    @Test func `a condition that is null is refused whatever was asked before`() async throws {
        let engine = try engine()
        let query = "query ($no: Boolean = true) { hero { id name @skip(if: $no) } }"
        func answer(_ variables: Value) async -> String {
            await engine.execute(Request(query: query, variables: variables), context: StarWars.World()).text
        }
        let refused = await answer(["no": .null])
        #expect(refused.contains(#"Argument \"if\" of non-null type \"Boolean!\" must not be null."#))
        #expect(await answer(["no": false]).contains("name"))
        #expect(await answer(["no": .null]) == refused)
        #expect(await answer([:]) == #"{"data":{"hero":{"id":"1000"}}}"#)
    }
}
