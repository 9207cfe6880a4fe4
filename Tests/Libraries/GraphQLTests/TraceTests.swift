import GraphQL
import Synchronization
import Testing

@Suite struct TraceTests {
    private final class Notes: OperationTrace {
        let limit: Int
        private let begun = Mutex(0)
        let ended = Mutex<[String]>([])

        init(limit: Int = 100) { self.limit = limit }

        func begin(_ name: String, path: () -> String) -> (@Sendable (Bool) -> Void)? {
            let number = begun.withLock { begun in
                begun += 1
                return begun
            }
            guard number <= limit else { return nil }
            let place = path()
            return { [self] failed in
                ended.withLock { $0.append(name + (place.isEmpty ? "" : " " + place) + (failed ? " failed" : "")) }
            }
        }

        var all: [String] { ended.withLock { $0 } }
    }

    private struct Context: Sendable {
        var notes: Notes?
        let names = DataLoader<Int, Named> { keys in
            await Task.yield()
            return Dictionary(uniqueKeysWithValues: keys.map { ($0, Named(id: $0)) })
        }
    }

    private struct Named: GraphQLObject {
        let id: Int
    }

    private func engine() throws -> Engine<Context> {
        var resolvers = Resolvers<Context>()
        resolvers.query { query in
            query.field("here") { _, _, _ in [Named(id: 1), Named(id: 2)] }
            query.asyncField("later") { _, _, _ in [Named(id: 3)] }
            query.asyncField("failing") { _, _, _ -> Int? in throw GraphQLError("It failed.") }
        }
        resolvers.mutation { mutation in
            mutation.asyncField("change") { _, _, _ in Named(id: 4) }
        }
        resolvers.type("Named", Named.self) { named in
            named.field("id") { $0.id }
            named.asyncField("next") { named, _, _ in Named(id: named.id + 1) }
            named.loadedField("loaded", from: { $0.names }, key: { $0.id })
        }
        var options = EngineOptions<Context>()
        options.trace = { $0.notes }
        return try Engine(
            sdl: """
                type Query { here: [Named!]! later: [Named!]! failing: Int }
                type Mutation { change: Named! }
                type Named { id: Int! next: Named! loaded: Named }
                """,
            resolvers: resolvers,
            options: options
        )
    }

    @Test func `parsing, validating and planning are noted when they happen`() async throws {
        let engine = try engine()
        let first = Notes()
        _ = await engine.execute(Request(query: "{ here { id } }"), context: Context(notes: first))
        #expect(first.all == ["parse", "validate", "plan"])
        let second = Notes()
        _ = await engine.execute(Request(query: "{ here { id } }"), context: Context(notes: second))
        #expect(second.all == [])
        let wrong = Notes()
        _ = await engine.execute(Request(query: "{ hero }"), context: Context(notes: wrong))
        #expect(wrong.all == ["parse", "validate failed"])
        let unread = Notes()
        _ = await engine.execute(Request(query: "{"), context: Context(notes: unread))
        #expect(unread.all == ["parse failed"])
    }

    @Test(arguments: [
        (
            "{ here { next { again: next { id } } } }",
            [
                "Named.next here[0].next", "Named.next here[0].next.again", "Named.next here[1].next",
                "Named.next here[1].next.again",
            ]
        ),
        ("{ l: later { next { id } } }", ["Named.next l[0].next", "Query.later l"]),
        ("{ failing here { id } }", ["Query.failing failing failed"]),
        ("mutation { a: change { next { id } } }", ["Mutation.change a", "Named.next a.next"]),
        ("{ here { loaded { next { id } } } }", ["Named.next here[0].loaded.next", "Named.next here[1].loaded.next"]),
    ])
    func `every resolver that waits is noted with its place`(query: String, expected: [String]) async throws {
        let engine = try engine()
        let plain = await engine.execute(Request(query: query), context: Context())
        let notes = Notes()
        let traced = await engine.execute(Request(query: query), context: Context(notes: notes))
        #expect(notes.all.sorted() == expected)
        #expect(traced.body == plain.body)
    }

    @Test func `a trace that takes no more changes nothing`() async throws {
        let notes = Notes(limit: 4)
        let query = "{ here { next { id } } }"
        let response = await (try engine()).execute(Request(query: query), context: Context(notes: notes))
        #expect(notes.all.count == 4)
        #expect(response.text == #"{"data":{"here":[{"next":{"id":2}},{"next":{"id":3}}]}}"#)
    }
}
