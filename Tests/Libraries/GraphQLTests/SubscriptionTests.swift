import GraphQL
import Synchronization
import Testing

@Suite struct SubscriptionTests {
    private struct Tick: GraphQLObject {
        let number: Int
    }

    private struct Closed: Error {}

    private static func engine() throws -> Engine<Void> {
        var resolvers = Resolvers<Void>()
        resolvers.type("Tick", Tick.self) { fields in
            fields.field("number") { tick -> Int in
                if tick.number == 13 { throw GraphQLError("Unlucky") }
                return tick.number
            }
            fields.asyncField("double") { tick, _, _ in tick.number * 2 }
        }
        resolvers.query { $0.field("zero") { _ in 0 } }
        resolvers.subscription { fields in
            fields.field("ticks") { arguments, _ in
                let from = try arguments.int("from")
                return AsyncStream<Tick> { continuation in
                    for number in from..<from + 5 { continuation.yield(Tick(number: number)) }
                    continuation.finish()
                }
            }
            fields.field("broken") { _, _ -> AsyncThrowingStream<Tick, any Error> in throw Closed() }
        }
        let sdl = """
            type Query { zero: Int! }
            type Tick { number: Int! double: Int! }
            type Subscription { ticks(from: Int! = 1): Tick broken: Tick }
            """
        return try Engine(sdl: sdl, resolvers: resolvers)
    }

    private func events(_ query: String, limit: Int = 100) async throws -> (events: [String], refusal: String?) {
        let events = Mutex<[String]>([])
        let refusal = try await Self.engine().subscribe(Request(query: query), context: ()) { response in
            events.withLock { events in
                events.append(response.text)
                return events.count < limit
            }
        }
        return (events.withLock { $0 }, refusal?.text)
    }

    @Test func `each event is one response`() async throws {
        let (events, refusal) = try await events("subscription { tick: ticks(from: 11) { number double } }")
        #expect(refusal == nil)
        #expect(events.count == 5)
        #expect(events.first == #"{"data":{"tick":{"number":11,"double":22}}}"#)
        #expect(
            events[2] == #"""
                {"data":{"tick":null},"errors":[{"message":"Unlucky","locations":[{"line":1,"column":40}],"path":["tick","number"]}]}
                """#
        )
    }

    @Test func `a consumer that has enough ends the source`() async throws {
        #expect(try await events("subscription { ticks { number } }", limit: 2).events.count == 2)
    }

    @Test func `a source that cannot be opened refuses the subscription`() async throws {
        let (events, refusal) = try await events("subscription { broken { number } }")
        #expect(events.isEmpty)
        #expect(refusal?.hasPrefix(#"{"errors":[{"message":"Internal server error""#) ?? false)
    }

    @Test func `a subscription has one field and no introspection`() async throws {
        #expect(
            try await events("subscription { ticks { number } broken { number } }").refusal?.contains("only one")
                ?? false
        )
        #expect(try await events("subscription { __typename }").refusal?.contains("introspection") ?? false)
        let response = try await Self.engine().execute(Request(query: "subscription { ticks { number } }"), context: ())
        #expect(response.isRequestError)
    }

    @Test func `a query is delivered once`() async throws {
        #expect(try await events("{ zero }").events == [#"{"data":{"zero":0}}"#])
    }
}
