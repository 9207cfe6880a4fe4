import AtlasCore
import AtlasHTTP
import NIOConcurrencyHelpers
import Testing

@Suite(.timeLimit(.minutes(5))) struct GraphQLSocketTests {
    private let subprotocol = ["sec-websocket-protocol": "graphql-transport-ws"]

    private func open(_ server: TestServer, token: String? = nil) async throws -> Wire {
        let wire = try await server.connect()
        let response = try await wire.upgrade("/graphql", subprotocol)
        #expect(response.status == 101)
        #expect(response["sec-websocket-protocol"] == "graphql-transport-ws")
        let payload = token.map { #","payload":{"authorization":"Bearer \#($0)"}"# } ?? ""
        try await wire.send(Frame.text(#"{"type":"connection_init"\#(payload)}"#))
        return wire
    }

    private func subscribe(_ id: String, _ query: String) -> [UInt8] {
        Frame.text(#"{"id":"\#(id)","type":"subscribe","payload":{"query":"\#(query)"}}"#)
    }

    @Test func `queries and subscriptions are answered on one socket`() async throws {
        try await TestServer.run { server async throws in
            let wire = try await open(server)
            #expect(try await wire.frame().text == #"{"type":"connection_ack"}"#)
            try await wire.send(subscribe("q", "{hello}"))
            #expect(try await wire.frame().text == #"{"type":"next","id":"q","payload":{"data":{"hello":"world"}}}"#)
            #expect(try await wire.frame().text == #"{"type":"complete","id":"q"}"#)
            try await wire.send(subscribe("s", "subscription{count(to:3)}"))
            for number in 1...3 {
                let next = #"{"type":"next","id":"s","payload":{"data":{"count":\#(number)}}}"#
                #expect(try await wire.frame().text == next)
            }
            #expect(try await wire.frame().text == #"{"type":"complete","id":"s"}"#)
            try await wire.send(subscribe("e", "{unknown}"))
            #expect(try await wire.frame().text.hasPrefix(#"{"type":"error","id":"e","payload":[{"message":"#))
            try await wire.send(subscribe("f", "{failing}"))
            #expect(
                try await wire.frame().text.hasPrefix(
                    #"{"type":"next","id":"f","payload":{"data":{"failing":null},"errors":"#
                )
            )
        }
    }

    @Test func `the token in the first message says who asks`() async throws {
        try await TestServer.run { server async throws in
            let wire = try await open(server, token: "good")
            #expect(try await wire.frame().text == #"{"type":"connection_ack"}"#)
            try await wire.send(subscribe("q", "{user}"))
            #expect(try await wire.frame().text.contains(#"{"user":"ada"}"#))
            let refused = try await open(server, token: "bad")
            let close = try await refused.frame()
            #expect(close.opcode == Frame.close)
            #expect(close.closeCode == 4_403)
        }
    }

    @Test func `a session that has ended gets no further event`() async throws {
        let isEnded = NIOLockedValueBox(false)
        let authenticate: @Sendable (String) async throws -> Caller.Account = { token in
            guard !isEnded.withLockedValue({ $0 }) else { throw AtlasError(.unauthenticated, "The session has ended.") }
            return try TestAPI.account(token)
        }
        try await TestServer.run(parts: { $0.authenticate = authenticate }) { server async throws in
            let wire = try await open(server, token: "good")
            _ = try await wire.frame()
            isEnded.withLockedValue { $0 = true }
            try await wire.send(subscribe("s", "subscription{count(to:3)}"))
            let close = try await wire.frame()
            #expect(close.opcode == Frame.close)
            #expect(close.closeCode == 4_403)
        }
    }

    @Test func `what a client ends, or leaves, is cancelled`() async throws {
        try await TestServer.run { server async throws in
            let wire = try await open(server)
            _ = try await wire.frame()
            try await wire.send(subscribe("s", "subscription{forever}"))
            #expect(try await wire.frame().text.contains(#"{"forever":1}"#))
            try await wire.send(Frame.text(#"{"type":"complete","id":"s"}"#))
            await server.api.cancelled.wait()
        }
        try await TestServer.run { server async throws in
            let wire = try await open(server)
            _ = try await wire.frame()
            try await wire.send(subscribe("s", "subscription{forever}"))
            await server.api.started.wait()
            wire.close()
            await server.api.cancelled.wait()
        }
    }

    @Test func `a client that reads too slowly is cut off`() async throws {
        let isRun = Gate()
        let charge: @Sendable (Caller, String, Int) async -> Void = { _, _, _ in isRun.open() }
        try await TestServer.run(
            configure: { $0.limits.socketUnsentBytes = 100_000 },
            parts: { $0.charge = charge }
        ) { server async throws in
            let wire = try await open(server)
            _ = try await wire.frame()
            try await wire.stopReading()
            // Far more than the buffers of both systems hold.
            try await wire.send(subscribe("1", "{text(length:16000000)}"))
            await isRun.wait()
            try await wire.startReading()
            var close = try await wire.frame()
            while close.opcode != Frame.close { close = try await wire.frame() }
            #expect(close.closeCode == 1_013)
        }
    }

    @Test func `sockets of foreign pages and of other protocols are refused`() async throws {
        try await TestServer.run { server async throws in
            let foreign = subprotocol.merging(["origin": "https://evil.test"]) { $1 }
            #expect(try await server.connect().upgrade("/graphql", foreign).status == 403)
            let old = ["sec-websocket-protocol": "graphql-ws"]
            #expect(try await server.connect().upgrade("/graphql", old).status == 400)
        }
    }

    @Test func `operations count against the quota and the list of documents`() async throws {
        let admit: @Sendable (Caller, String, Int) async -> RateDecision = { _, _, _ in .refuse(retryAfter: .seconds(2))
        }
        try await TestServer.run(parts: { $0.admit = admit }) { server async throws in
            let wire = try await open(server)
            _ = try await wire.frame()
            try await wire.send(subscribe("q", "{hello}"))
            #expect(try await wire.frame().text.contains(#""code":"TOO_MANY""#))
        }
        try await TestServer.run(configure: { $0.allowedDocuments = [:] }) { server async throws in
            let wire = try await open(server)
            _ = try await wire.frame()
            try await wire.send(subscribe("q", "{hello}"))
            #expect(try await wire.frame().text.contains(#""code":"DOCUMENT_NOT_ALLOWED""#))
        }
    }

    @Test func `a socket that says nothing at first, or nothing more, is closed`() async throws {
        try await TestServer.run(configure: { $0.limits.socketInitialisationTime = .milliseconds(50) }) {
            server async throws in
            let wire = try await server.connect()
            _ = try await wire.upgrade("/graphql", subprotocol)
            #expect(try await wire.frame().closeCode == 4_408)
        }
        try await TestServer.run(configure: { $0.limits.socketHeartbeat = .seconds(1) }) { server async throws in
            let wire = try await open(server)
            _ = try await wire.frame()
            #expect(try await wire.frame().text == #"{"type":"ping"}"#)
            await wire.untilClosed()
        }
    }
}
