import AtlasHTTP
import Testing

@Suite(.timeLimit(.minutes(5))) struct LimitTests {
    @Test func `a body over the limit is refused, announced or not`() async throws {
        try await TestServer.run(configure: { $0.limits.graphQLBodyBytes = 1_000 }) { server in
            let fits = #"{"query":"{hello}","x":""# + String(repeating: "x", count: 900) + #""}"#
            #expect(try await server.graphQL(body: fits).status == 200)
            let large = try await server.graphQL(body: fits + String(repeating: " ", count: 200))
            #expect(large.status == 413)
            #expect(large.text.contains(#""code":"INVALID""#))
            #expect(large["connection"] == "close")
            let wire = try await server.connect()
            let head =
                "POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n"
            try await wire.send(head + "400\r\n" + String(repeating: " ", count: 1_024) + "\r\n")
            #expect(try await wire.response().status == 413)
        }
    }

    @Test func `a client that sends far too much still reads the refusal`() async throws {
        try await TestServer.run { server in
            let wire = try await server.connect()
            try await wire.send(
                "POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 3000000\r\n\r\n"
            )
            await wire.offer([UInt8](repeating: 0x20, count: 3_000_000))
            #expect(try await wire.response().status == 413)
            await wire.untilClosed()
        }
    }

    @Test func `bodies elsewhere have a smaller limit`() async throws {
        try await TestServer.run(configure: { $0.limits.otherBodyBytes = 100 }) { server in
            let body = [UInt8](repeating: 0x20, count: 101)
            let response = try await server.request("POST", "/catalogue", body: body)
            #expect(response.status == 413)
            #expect(response.text == "The request's body is too large.\n")
            #expect(try await server.request("POST", "/catalogue", body: Array(body.dropLast())).status == 405)
        }
    }

    /// A request for 200,000 bytes.
    private static let largeRequest: String = {
        let body = #"{"query":"{text(length:200000)}"}"#
        let head = "POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n"
        return head + "content-length: \(body.utf8.count)\r\n\r\n" + body
    }()

    @Test func `a client that reads late gets all its answers`() async throws {
        try await TestServer.run(configure: { $0.limits.bufferedAnswerBytes = 100_000 }) { server in
            let wire = try await server.connect(reads: false)
            try await wire.send(String(repeating: Self.largeRequest, count: 60))
            try await wire.startReading()
            for _ in 0..<60 { #expect(try await wire.response().bytes.count > 200_000) }
        }
    }

    @Test func `a client that never reads is answered no further and cut off`() async throws {
        try await TestServer.run {
            $0.limits.bufferedAnswerBytes = 100_000
            $0.limits.writeTime = .milliseconds(300)
            $0.limits.connections = 1
        } _: { server in
            let wire = try await server.connect()
            // It has the only place before anybody else asks for one.
            #expect(try await wire.request("GET", "/health/live").status == 200)
            try await wire.stopReading()
            try await wire.send(String(repeating: Self.largeRequest, count: 500))
            // The only place is free again when the server has closed that connection.
            while await (try? server.request("GET", "/health/live"))?.status != 200 { try Task.checkCancellation() }
            let answered = server.log.all.filter { $0.contains("path=/graphql") }.count
            #expect(answered > 0 && answered < 400)
            wire.close()
        }
    }

    @Test func `an answer over the limit is replaced by an error`() async throws {
        try await TestServer.run(configure: { $0.limits.answerBytes = 1_000 }) { server in
            for (accept, status) in [("application/json", 200), ("application/graphql-response+json", 400)] {
                let response = try await server.graphQL("{text(length:1000)}", ["accept": accept])
                #expect(response.status == status)
                #expect(response.text.contains("The answer is too large; ask for fewer fields or items."))
                #expect(response.text.contains(#""code":"TOO_MANY""#))
                #expect(!response.text.contains("abc"))
            }
            #expect(try await server.graphQL("{text(length:900)}").text.contains("abc"))
        }
    }

    @Test func `headers have limits in number and size`() async throws {
        try await TestServer.run { server in
            let wire = try await server.connect()
            try await wire.send(
                "GET /health/live HTTP/1.1\r\n" + (0..<99).map { "h\($0): 1\r\n" }.joined() + "host: a\r\n\r\n"
            )
            #expect(try await wire.response().status == 200)
            try await wire.send(
                "GET /health/live HTTP/1.1\r\n" + (0..<101).map { "h\($0): 1\r\n" }.joined() + "host: a\r\n\r\n"
            )
            #expect(try await wire.response().status == 431)
            await wire.untilClosed()
            for head in [
                "GET / HTTP/1.1\r\nhost: a\r\nlong: \(String(repeating: "x", count: 17_000))\r\n\r\n",
                "GET /\(String(repeating: "x", count: 17_000)) HTTP/1.1\r\nhost: a\r\n\r\n",
                "GET / HTTP/1.1\r\nhost: a\r\n"
                    + (0..<4).map { "l\($0): \(String(repeating: "x", count: 10_000))\r\n" }.joined()
                    + "\r\n",
            ] {
                let wire = try await server.connect()
                await wire.offer(Array(head.utf8))
                #expect(try await wire.response().status == 431)
                await wire.untilClosed()
            }
        }
    }

    @Test(arguments: [
        "GARBAGE\r\n\r\n", "GET / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nhost: a\r\nhost: b\r\n\r\n",
        "GET / HTTP/1.1\r\nhost: a\r\nbad header\r\n\r\n",
        "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: -1\r\n\r\n",
        "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: x\r\n\r\n",
        "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab",
        "POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST /graphql HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\ncontent-length: 4\r\n\r\n0\r\n\r\n",
        "POST /graphql HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\nZZ\r\n",
        "GET /\u{0} HTTP/1.1\r\nhost: a\r\n\r\n", "\r\n\r\nGET x HTTP/1.1\r\nhost: a\r\n\r\n",
    ])
    func `a request that is no HTTP is refused and the connection ends`(_ text: String) async throws {
        try await TestServer.run { server in
            let wire = try await server.connect()
            await wire.offer(Array(text.utf8))
            let response = try await wire.response()
            #expect(response.status == 400)
            #expect(response["connection"] == "close")
            await wire.untilClosed()
            #expect(try await server.request("GET", "/health/live").status == 200)
        }
    }

    @Test func `another version of HTTP is refused`() async throws {
        try await TestServer.run { server in
            let wire = try await server.connect()
            await wire.offer(Array("GET / HTTP/3.7\r\nhost: a\r\n\r\n".utf8))
            let status = try await wire.response().status
            #expect(status == 505 || status == 400)
            await wire.untilClosed()
        }
    }

    @Test func `a client that never finishes its header is cut off`() async throws {
        try await TestServer.run(configure: { $0.limits.headTime = .milliseconds(30) }) { server in
            let silent = try await server.connect()
            let slow = try await server.connect()
            await slow.offer(Array("GET / HTTP/1.1\r\nhost: a\r\nx: ".utf8))
            await silent.untilClosed()
            await slow.untilClosed()
        }
    }

    @Test func `a client that never finishes its body is told so and cut off`() async throws {
        try await TestServer.run(configure: { $0.limits.bodyTime = .milliseconds(30) }) { server in
            let wire = try await server.connect()
            try await wire.send(
                "POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{"
            )
            let response = try await wire.response()
            #expect(response.status == 408)
            #expect(response.text.contains("too long to arrive"))
            await wire.untilClosed()
        }
    }

    @Test func `an idle connection is closed, also in the middle of its next header`() async throws {
        try await TestServer.run(configure: { $0.limits.idleTime = .milliseconds(30) }) { server in
            let wire = try await server.connect()
            #expect(try await wire.request("GET", "/health/live").status == 200)
            await wire.offer(Array("GET /health".utf8))
            await wire.untilClosed()
        }
    }

    @Test func `an operation that takes too long is cancelled and answered`() async throws {
        try await TestServer.run(configure: { $0.limits.executionTime = .milliseconds(30) }) { server in
            let response = try await server.graphQL("{slow}")
            #expect(response.status == 503)
            #expect(response.text.contains(#""code":"UNAVAILABLE""#))
            #expect(response["connection"] == "close")
            await server.api.cancelled.wait()
            #expect(try await server.graphQL("{hello}").status == 200)
        }
    }

    @Test func `one connection too many is refused with a word`() async throws {
        try await TestServer.run(configure: { $0.limits.connections = 2 }) { server in
            let first = try await server.connect()
            #expect(try await first.request("GET", "/health/live").status == 200)
            let second = try await server.connect()
            #expect(try await second.request("GET", "/health/live").status == 200)
            let third = try await server.connect()
            #expect(try await third.response().status == 503)
            await third.untilClosed()
            #expect(try await first.request("GET", "/health/live").status == 200)
        }
    }

    @Test func `a request for another protocol is answered in this one, and the connection ends`() async throws {
        try await TestServer.run { server in
            let wire = try await server.connect()
            let headers = ["connection": "upgrade", "upgrade": "h2c"]
            let response = try await wire.request("GET", "/robots.txt", headers)
            #expect(response.status == 200)
            #expect(response["connection"] == "close")
            await wire.untilClosed()
            let tunnel = try await server.connect()
            try await tunnel.send("CONNECT evil.test:443 HTTP/1.1\r\nhost: evil.test:443\r\n\r\n")
            #expect(try await tunnel.response().status == 400)
            await tunnel.untilClosed()
        }
    }
}
