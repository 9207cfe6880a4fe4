import AtlasCore
import AtlasHTTP
import NIOConcurrencyHelpers
import Testing

@Suite(.timeLimit(.minutes(5))) struct EventStreamTests {
    private func post(_ query: String, _ headers: String = "") -> String {
        let body = #"{"query":"\#(query)"}"#
        return "POST /graphql HTTP/1.1\r\nhost: atlas.test\r\naccept: text/event-stream\r\n"
            + "content-type: application/json\r\n\(headers)content-length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    private func all(_ server: TestServer, _ request: String) async throws -> String {
        let wire = try await server.connect()
        try await wire.send(request)
        return String(decoding: await wire.untilClosed(), as: UTF8.self)
    }

    @Test func `a subscription is a stream of events with an end`() async throws {
        try await TestServer.run { server async throws in
            let text = try await all(server, post("subscription{count(to:2)}"))
            #expect(text.hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(text.contains("content-type: text/event-stream; charset=utf-8\r\n"))
            #expect(text.contains("x-accel-buffering: no\r\n"))
            let events =
                "event: next\ndata: {\"data\":{\"count\":1}}\n\nevent: next\ndata: {\"data\":{\"count\":2}}\n\n"
            #expect(text.hasSuffix("\r\n\r\n\(events)event: complete\ndata: \n\n"))
        }
    }

    @Test func `a query gives one event, and what is refused is an event too`() async throws {
        try await TestServer.run { server async throws in
            let query = try await all(server, post("{hello}"))
            #expect(
                query.hasSuffix("event: next\ndata: {\"data\":{\"hello\":\"world\"}}\n\nevent: complete\ndata: \n\n")
            )
            let refused = try await all(server, post("{unknown}"))
            #expect(refused.contains("event: next\ndata: {\"errors\":[{\"message\":\"Cannot query field"))
            #expect(refused.hasSuffix("event: complete\ndata: \n\n"))
        }
    }

    @Test func `EventSource may ask by GET, for what changes nothing`() async throws {
        try await TestServer.run { server async throws in
            let events = ["accept": "text/event-stream"]
            let wire = try await server.connect()
            try await wire.send(
                "GET /graphql?query=subscription%7Bcount(to:1)%7D HTTP/1.1\r\nhost: a\r\naccept: text/event-stream\r\n\r\n"
            )
            let text = String(decoding: await wire.untilClosed(), as: UTF8.self)
            #expect(text.contains("data: {\"data\":{\"count\":1}}\n\n"))
            let mutation = try await server.request("GET", "/graphql?query=mutation%7Bbump%7D", events)
            #expect(mutation.status == 405)
            let foreign = events.merging(["origin": "https://evil.test"]) { $1 }
            #expect(try await server.request("GET", "/graphql?query=%7Bhello%7D", foreign).status == 403)
            #expect(try await server.request("PUT", "/graphql", events).status == 405)
            let form = events.merging(["content-type": "text/plain"]) { $1 }
            #expect(try await server.request("POST", "/graphql", form, body: Array("{}".utf8)).status == 415)
            let bad = events.merging(["authorization": "Bearer bad"]) { $1 }
            #expect(try await server.request("GET", "/graphql?query=%7Bhello%7D", bad).status == 401)
            let batch = events.merging(["content-type": "application/json"]) { $1 }
            let body = Array(#"[{"query":"{hello}"}]"#.utf8)
            #expect(try await server.request("POST", "/graphql", batch, body: body).status == 400)
        }
    }

    @Test func `a client that goes away stops the source`() async throws {
        try await TestServer.run { server async throws in
            let wire = try await server.connect()
            try await wire.send(post("subscription{forever}"))
            await server.api.started.wait()
            wire.close()
            await server.api.cancelled.wait()
        }
    }

    @Test func `a quiet stream carries comments, and a session that has ended gets no further event`() async throws {
        try await TestServer.run(configure: { $0.limits.eventHeartbeat = .milliseconds(20) }) { server async throws in
            let wire = try await server.connect()
            try await wire.send(post("subscription{forever}"))
            let head = try await wire.response(bodyless: true)
            #expect(head.status == 200)
            let first = "event: next\ndata: {\"data\":{\"forever\":1}}\n\n"
            // On a busy machine the first comment may come before the first event.
            let text = String(decoding: try await wire.bytes(first.utf8.count + 3), as: UTF8.self)
            #expect(text.contains(":\n\n"))
        }
        let calls = NIOLockedValueBox(0)
        let authenticate: @Sendable (String) async throws -> Caller.Account = { token in
            guard
                calls.withLockedValue({
                    $0 += 1; return $0
                }) <= 2
            else {
                throw AtlasError(.unauthenticated, "The session has ended.")
            }
            return try TestAPI.account(token)
        }
        try await TestServer.run(parts: { $0.authenticate = authenticate }) { server async throws in
            let text = try await all(server, post("subscription{count(to:3)}", "authorization: Bearer good\r\n"))
            #expect(text.contains("{\"count\":1}"))
            #expect(!text.contains("{\"count\":2}"))
            #expect(text.hasSuffix("event: complete\ndata: \n\n"))
        }
    }

    @Test func `a server that stops ends its streams`() async throws {
        let taken = NIOLockedValueBox<Wire?>(nil)
        try await TestServer.run { server async throws in
            let wire = try await server.connect()
            try await wire.send(post("subscription{forever}"))
            await server.api.started.wait()
            taken.withLockedValue { $0 = wire }
        }
        let rest = await taken.withLockedValue { $0 }?.untilClosed() ?? []
        #expect(String(decoding: rest, as: UTF8.self).hasSuffix("event: complete\ndata: \n\n"))
    }

    @Test func `an operation counts once, and before its document is read`() async throws {
        let counts = NIOLockedValueBox<[Int]>([])
        let admit: @Sendable (Caller, String, Int) async -> RateDecision = { _, _, count in
            counts.withLockedValue { $0.append(count) }
            return counts.withLockedValue { $0.count } <= 2 ? .admit(nil) : .refuse(retryAfter: .seconds(7))
        }
        try await TestServer.run(parts: { $0.admit = admit }) { server async throws in
            #expect(try await all(server, post("{hello}")).contains("{\"hello\":\"world\"}"))
            #expect(counts.withLockedValue { $0 } == [1])
            let events = ["accept": "text/event-stream"]
            let mutation = "/graphql?query=mutation%7Bbump%7D"
            #expect(try await server.request("GET", mutation, events).status == 405)
            let refused = try await server.request("GET", mutation, events)
            #expect(refused.status == 429)
            #expect(refused["retry-after"] == "7")
            #expect(counts.withLockedValue { $0 } == [1, 1, 1])
        }
    }
}
