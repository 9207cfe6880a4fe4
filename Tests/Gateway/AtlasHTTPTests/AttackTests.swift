import AtlasHTTP
import Testing

/// Clients that keep the server busy by how they send; others must be answered meanwhile.
///
/// What they may send is attacked in `EndToEndTests`.
@Suite(.timeLimit(.minutes(5))) struct AttackTests {
    private static let post = "POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n"

    private func expectAnswer(_ server: TestServer) async throws {
        #expect(try await server.graphQL("{hello}").text == #"{"data":{"hello":"world"}}"#)
    }

    @Test func `bodies that come byte by byte hold up nobody and are cut off`() async throws {
        try await TestServer.run(configure: { $0.limits.bodyTime = .seconds(1) }) { server async throws in
            var slow: [Wire] = []
            for _ in 0..<100 {
                let wire = try await server.connect()
                try await wire.send(Self.post + "content-length: 1000\r\n\r\n{")
                slow.append(wire)
            }
            try await expectAnswer(server)
            for wire in slow {
                await wire.offer([0x20])
                let response = try await wire.response()
                #expect(response.status == 408)
                #expect(response.text.contains("too long to arrive"))
                await wire.untilClosed()
            }
        }
    }

    @Test func `a body without an end is refused at its limit and read no further`() async throws {
        try await TestServer.run(configure: { $0.limits.lingerBytes = 100_000 }) { server async throws in
            let wire = try await server.connect()
            try await wire.send(Self.post + "transfer-encoding: chunked\r\n\r\n")
            let piece = Array("10000\r\n".utf8) + [UInt8](repeating: 0x20, count: 65_536) + Array("\r\n".utf8)
            for _ in 0..<17 { await wire.offer(piece) }
            let response = try await wire.response()
            #expect(response.status == 413)
            #expect(response.text.contains("too large"))
            try await expectAnswer(server)
            for _ in 0..<17 { await wire.offer(piece) }
            await wire.untilClosed()
        }
    }

    @Test func `sockets that say nothing hold up nobody and are closed`() async throws {
        try await TestServer.run(configure: { $0.limits.socketInitialisationTime = .seconds(1) }) {
            server async throws in
            var idle: [Wire] = []
            for _ in 0..<100 {
                let wire = try await server.connect()
                let headers = ["sec-websocket-protocol": "graphql-transport-ws"]
                #expect(try await wire.upgrade("/graphql", headers).status == 101)
                idle.append(wire)
            }
            try await expectAnswer(server)
            for wire in idle { #expect(try await wire.frame().closeCode == 4_408) }
        }
    }

    @Test func `a socket runs only so many operations at once`() async throws {
        try await TestServer.run(configure: { $0.limits.socketOperations = 5 }) { server async throws in
            let wire = try await server.connect()
            _ = try await wire.upgrade("/graphql", ["sec-websocket-protocol": "graphql-transport-ws"])
            try await wire.send(Frame.text(#"{"type":"connection_init"}"#))
            #expect(try await wire.frame().text == #"{"type":"connection_ack"}"#)
            for id in 0..<1_000 {
                let query = "subscription{forever}"
                try await wire.send(Frame.text(#"{"id":"\#(id)","type":"subscribe","payload":{"query":"\#(query)"}}"#))
            }
            var refused = 0
            while refused < 995 {
                let text = try await wire.frame().text
                if text.contains(#""type":"error""#) {
                    #expect(text.contains("At most 5 operations run on one socket."))
                    refused += 1
                }
            }
            try await expectAnswer(server)
        }
    }

    @Test func `long batches are refused before any of it runs`() async throws {
        try await TestServer.run { server async throws in
            let one = #"{"query":"mutation{bump}"}"#
            let batch = "[" + Array(repeating: one, count: 1_000).joined(separator: ",") + "]"
            let response = try await server.graphQL(body: batch)
            #expect(response.status == 400)
            #expect(response.text.contains("A batch has 1 to 10 operations, not 1000."))
            try await expectAnswer(server)
        }
    }

    @Test(arguments: ["gzip", "deflate", "br", "gzip, gzip"])
    func `compressed bodies are refused, not unpacked`(coding: String) async throws {
        // A gigabyte of blanks, packed twice, begins like this.
        let body: [UInt8] = [0x1F, 0x8B, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0xFF, 0xEC, 0xC1]
        let headers = ["content-type": "application/json", "content-encoding": coding]
        try await TestServer.run { server async throws in
            let response = try await server.request("POST", "/graphql", headers, body: body)
            #expect(response.status == 415)
            #expect(response["accept-encoding"] == "identity")
            #expect(response.text.contains("Send the request uncompressed."))
            try await expectAnswer(server)
        }
    }
}
