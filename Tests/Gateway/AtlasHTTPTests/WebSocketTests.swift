import AtlasHTTP
import NIOConcurrencyHelpers
import Testing

@Suite(.timeLimit(.minutes(5))) struct WebSocketTests {
    private func run(
        configure: (inout ServerConfiguration) -> Void = { _ in },
        acceptor: EchoAcceptor = EchoAcceptor(),
        _ test: (TestServer) async throws -> Void
    ) async throws {
        try await TestServer.run(
            configure: configure,
            parts: { $0.webSockets = ["/ws/echo": acceptor] }
        ) { server in
            try await test(server)
        }
    }

    private func open(_ server: TestServer) async throws -> Wire {
        let wire = try await server.connect()
        let response = try await wire.upgrade()
        #expect(response.status == 101)
        return wire
    }

    // MARK: Upgrading

    @Test func `a request for a WebSocket gets one`() async throws {
        try await run { server in
            let wire = try await server.connect()
            let response = try await wire.upgrade("/ws/echo", ["sec-websocket-protocol": "other, echo.v1"])
            #expect(response.status == 101)
            #expect(response["sec-websocket-accept"] == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
            #expect(response["sec-websocket-protocol"] == "echo.v1")
            #expect(response["x-request-id"]?.count == 15)
            try await wire.send(Frame.text("hello"))
            #expect(try await wire.frame() == ReceivedFrame(opcode: Frame.text, payload: Array("hello".utf8)))
            #expect(server.log.all.contains { $0.contains("status=101") })
        }
    }

    @Test func `a connection may serve requests before`() async throws {
        try await run { server in
            let wire = try await server.connect()
            #expect(try await wire.request("GET", "/health/live").status == 200)
            #expect(try await wire.request("GET", "/robots.txt").status == 200)
            #expect(try await wire.upgrade().status == 101)
            try await wire.send(Frame.text("hello"))
            #expect(try await wire.frame().text == "hello")
        }
    }

    @Test func `frames sent right behind the request are not lost`() async throws {
        let acceptor = EchoAcceptor()
        try await run(acceptor: acceptor) { server in
            let headers = Wire.handshake.map { "\($0): \($1)\r\n" }.joined()
            for target in ["/ws/echo", "/ws/echo?later"] {
                let wire = try await server.connect()
                let request = "GET \(target) HTTP/1.1\r\nhost: a\r\n\(headers)\r\n"
                try await wire.send(Array(request.utf8) + Frame.text("one") + Frame.text("two").prefix(4))
                try await wire.send(Array(Frame.text("two").dropFirst(4)))
                acceptor.gate.open()
                #expect(try await wire.response().status == 101)
                #expect(try await wire.frame().text == "one")
                #expect(try await wire.frame().text == "two")
            }
        }
    }

    @Test func `a refused request is answered as HTTP and the connection ends`() async throws {
        try await run { server in
            for (target, status) in [("/ws/echo?refuse", 403), ("/ws/echo?pass", 503), ("/ws/none", 503)] {
                let wire = try await server.connect()
                let response = try await wire.upgrade(target)
                #expect(response.status == status)
                #expect(response["connection"] == "close")
                await wire.untilClosed()
            }
            let graphQL = try await server.connect()
            #expect(try await graphQL.upgrade("/graphql").status == 400)
        }
    }

    @Test func `a foreign page is told apart`() async throws {
        try await run { server async throws in
            for (headers, status) in [
                (["origin": "http://atlas.test"], 101), ([:], 101), (["origin": "https://evil.test"], 403),
            ] {
                #expect(try await server.connect().upgrade("/ws/echo?own", headers).status == status)
            }
        }
    }

    @Test(arguments: [
        ["sec-websocket-version": "8"], ["sec-websocket-version": ""],
    ])
    func `a wrong handshake is refused`(_ headers: [String: String]) async throws {
        try await run { server in
            let wire = try await server.connect()
            let response = try await wire.upgrade("/ws/echo", headers)
            #expect(response.status == 426)
            #expect(response["sec-websocket-version"] == "13")
            await wire.untilClosed()
        }
    }

    @Test func `a client that goes away while it is decided about does no harm`() async throws {
        let acceptor = EchoAcceptor()
        try await run(acceptor: acceptor) { server in
            let wire = try await server.connect()
            let headers = Wire.handshake.map { "\($0): \($1)\r\n" }.joined()
            try await wire.send("GET /ws/echo?later HTTP/1.1\r\nhost: a\r\n\(headers)\r\n")
            wire.close()
            await wire.untilClosed()
            acceptor.gate.open()
            #expect(try await server.connect().upgrade().status == 101)
        }
    }

    // MARK: Frames

    @Test func `messages of every length come back`() async throws {
        try await run { server in
            let wire = try await open(server)
            for length in [0, 1, 125, 126, 65_535, 65_536, 1_000_000] {
                let payload = (0..<length).map { UInt8(truncatingIfNeeded: $0) }
                try await wire.send(Frame.bytes(Frame.binary, payload))
                let frame = try await wire.frame()
                #expect(frame.opcode == Frame.binary)
                #expect(frame.payload == payload)
            }
        }
    }

    @Test func `fragments make one message, and a ping may come between them`() async throws {
        try await run { server in
            let wire = try await open(server)
            try await wire.send(Frame.bytes(Frame.text, Array("a".utf8), fin: false))
            try await wire.send(Frame.bytes(Frame.ping, [1, 2, 3]))
            #expect(try await wire.frame() == ReceivedFrame(opcode: Frame.pong, payload: [1, 2, 3]))
            try await wire.send(Frame.bytes(0, [0xC3], fin: false))
            try await wire.send(Frame.bytes(0, [0xBC]))
            #expect(try await wire.frame().text == "aü")
            try await wire.send(Frame.bytes(Frame.pong, []))
            try await wire.send(Frame.text("still there"))
            #expect(try await wire.frame().text == "still there")
        }
    }

    @Test(arguments: [
        ("unmasked", Frame.bytes(Frame.text, [1], masked: false), 1_002),
        ("reserved bit", Frame.bytes(Frame.text, [1], reserved: 0x40), 1_002),
        ("unknown opcode", Frame.bytes(3, []), 1_002),
        ("nothing to continue", Frame.bytes(0, []), 1_002),
        ("a second beginning", Frame.bytes(Frame.text, [1], fin: false) + Frame.bytes(Frame.text, [1]), 1_002),
        ("a fragmented ping", Frame.bytes(Frame.ping, [], fin: false), 1_002),
        ("a long ping", Frame.bytes(Frame.ping, [UInt8](repeating: 0, count: 126)), 1_002),
        ("no UTF-8", Frame.bytes(Frame.text, [0xFF]), 1_007),
        ("a large frame", Frame.bytes(Frame.binary, [UInt8](repeating: 0, count: 1_001)), 1_009),
        (
            "a large message",
            Frame.bytes(Frame.binary, [UInt8](repeating: 0, count: 900), fin: false)
                + Frame.bytes(0, [UInt8](repeating: 0, count: 900)), 1_009
        ),
        ("a huge length", [0x82, 0xFF, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0], 1_009),
    ])
    func `a client that breaks the rules is told which`(_ name: String, _ bytes: [UInt8], _ code: Int) async throws {
        try await run {
            $0.limits.webSocketFrameBytes = 1_000
            $0.limits.webSocketMessageBytes = 1_500
        } _: { server in
            let wire = try await open(server)
            try await wire.send(bytes)
            let frame = try await wire.frame()
            #expect(frame.opcode == Frame.close)
            #expect(frame.closeCode == code, "\(name)")
            await wire.untilClosed()
        }
    }

    // MARK: Closing

    @Test func `a client's closing is answered with its code`() async throws {
        try await run { server in
            for (sent, code) in [
                (Frame.close(1_000, "bye"), 1_000), (Frame.close(4_001), 4_001), (Frame.bytes(Frame.close, []), 1_000),
                (Frame.bytes(Frame.close, [1]), 1_002), (Frame.close(1_005), 1_002), (Frame.close(999), 1_002),
            ] {
                let wire = try await open(server)
                try await wire.send(sent)
                let frame = try await wire.frame()
                #expect(frame.opcode == Frame.close)
                #expect(frame.closeCode == code)
                await wire.untilClosed()
            }
        }
    }

    @Test func `the server's closing waits for the client's`() async throws {
        try await run { server in
            let wire = try await open(server)
            try await wire.send(Frame.text("close me"))
            let frame = try await wire.frame()
            #expect(frame.closeCode == 4_400)
            #expect(String(decoding: frame.payload.dropFirst(2), as: UTF8.self) == "as you wish")
            try await wire.send(Frame.close(4_400))
            await wire.untilClosed()
        }
    }

    @Test func `a client that never answers the closing is cut off`() async throws {
        try await run(configure: { $0.limits.webSocketCloseTime = .milliseconds(30) }) { server in
            let wire = try await open(server)
            try await wire.send(Frame.text("close me"))
            #expect(try await wire.frame().closeCode == 4_400)
            await wire.untilClosed()
        }
    }

    @Test func `stopping closes sockets with 1001`() async throws {
        try await run { server in
            let wire = try await open(server)
            await server.stop()
            #expect(try await wire.frame().closeCode == 1_001)
            try await wire.send(Frame.close(1_001))
            await wire.untilClosed()
        }
    }

    @Test func `a client that takes no answers is not read any further`() async throws {
        let acceptor = EchoAcceptor()
        try await run(configure: { $0.limits.bufferedAnswerBytes = 100_000 }, acceptor: acceptor) { server in
            let wire = try await open(server)
            try await wire.stopReading()
            // Far more than the buffers of both systems hold.
            let frame = Frame.bytes(Frame.binary, [UInt8](repeating: 7, count: 60_000))
            let frames = repeatElement(frame, count: 400).reduce(into: [UInt8]()) { $0 += $1 }
            let sent = Task { await wire.offer(frames) }
            await acceptor.isStuck.wait()
            // Time in which the server could read on.
            for _ in 0..<20 { #expect(try await server.request("GET", "/health/live").status == 200) }
            try await wire.startReading()
            // All of them come back, each with a head of four bytes.
            #expect(try await wire.bytes(400 * 60_004).suffix(60_000).allSatisfy { $0 == 7 })
            await sent.value
            #expect(acceptor.mostUnsent.withLockedValue { $0 } < 2_000_000)
        }
    }
}
