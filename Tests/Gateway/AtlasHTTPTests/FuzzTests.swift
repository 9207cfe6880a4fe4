import AtlasHTTP
import Testing

/// Input that no client would send. The server may refuse it in any way, but it must go on.
@Suite(.timeLimit(.minutes(2))) struct FuzzTests {
    private struct Random: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ (state >> 29)
        }
    }

    private static let seeds = [
        "POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 19\r\n\r\n{\"query\":\"{hello}\"}",
        "GET /graphql?query=%7Bhello%7D&variables=%7B%7D HTTP/1.1\r\nhost: a\r\ngraphql-require-preflight: 1\r\n\r\n",
        "GET /assets/../x HTTP/1.1\r\nhost: a\r\nif-none-match: \"x\", W/\"y\"\r\naccept-encoding: gzip;q=0.5, *;q=0\r\n\r\n",
        "POST /graphql HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n8\r\n{\"query\"\r\n0\r\nx: y\r\n\r\n",
        "GET /ws/echo HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n"
            + "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n\u{1}\u{2}\u{3}\u{4}",
        "GET /health/ready HTTP/1.0\r\ncookie: atlas_refresh=x; ;=;a\r\nauthorization: Bearer \r\nx-forwarded-for: ,,::\r\n\r\n",
    ]

    @Test func `random bytes do no harm`() async throws {
        try await run { server in
            var random = Random(state: 1)
            for _ in 0..<300 {
                let count = Int.random(in: 1...400, using: &random)
                try await offer((0..<count).map { _ in UInt8.random(in: .min ... .max, using: &random) }, server)
            }
        }
    }

    @Test func `mutated requests do no harm`() async throws {
        try await run { server in
            var random = Random(state: 2)
            for index in 0..<900 {
                var bytes = Array(Self.seeds[index % Self.seeds.count].utf8)
                for _ in 0...Int.random(in: 0...4, using: &random) { Self.mutate(&bytes, &random) }
                try await offer(bytes, server)
            }
        }
    }

    @Test func `random frames do no harm`() async throws {
        try await run { server in
            var random = Random(state: 3)
            for _ in 0..<200 {
                let wire = try await server.connect()
                #expect(try await wire.upgrade().status == 101)
                let count = Int.random(in: 1...200, using: &random)
                await wire.offer((0..<count).map { _ in UInt8.random(in: .min ... .max, using: &random) })
                wire.close()
            }
        }
    }

    @Test func `every prefix of a request does no harm`() async throws {
        try await run { server in
            let bytes = Array(Self.seeds[0].utf8)
            for count in 0..<bytes.count { try await offer(Array(bytes.prefix(count)), server) }
        }
    }

    private static func mutate(_ bytes: inout [UInt8], _ random: inout Random) {
        let position = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0...4, using: &random) {
        case 0: bytes[position] = UInt8.random(in: .min ... .max, using: &random)
        case 1: bytes.insert(UInt8.random(in: .min ... .max, using: &random), at: position)
        case 2 where bytes.count > 1: bytes.remove(at: position)
        case 3: bytes.insert(contentsOf: bytes[position...].prefix(20), at: position)
        default: bytes.append(contentsOf: bytes.prefix(position))
        }
    }

    private func run(_ test: (TestServer) async throws -> Void) async throws {
        try await TestServer.run(parts: { $0.webSockets = ["/ws/echo": EchoAcceptor()] }) { server in
            try await test(server)
            #expect(try await server.graphQL("{hello}").text == #"{"data":{"hello":"world"}}"#)
            let seen = server.log.all.filter { $0.contains("status=500") }
            #expect(seen.isEmpty)
        }
    }

    private func offer(_ bytes: [UInt8], _ server: TestServer) async throws {
        let wire = try await server.connect()
        await wire.offer(bytes)
        wire.close()
    }
}
