import AtlasHTTP
import Testing

@Suite(.timeLimit(.minutes(5))) struct ConnectionTests {
    @Test func `health is answered at once`() async throws {
        try await TestServer.run { server in
            let live = try await server.request("GET", "/health/live")
            #expect(live.status == 200)
            #expect(live.text == #"{"status":"live"}"#)
            #expect(live["cache-control"] == "no-store")
            let ready = try await server.request("GET", "/health/ready")
            #expect(ready.status == 200)
            #expect(ready.text == #"{"status":"ready","problems":[]}"#)
            #expect(try await server.request("HEAD", "/health/ready")["content-length"] == "32")
            #expect(try await server.request("POST", "/health/live").status == 405)
        }
    }

    @Test func `a problem makes the server unready, with its reason`() async throws {
        try await TestServer.run(parts: { $0.problems = { ["The database is away."] } }) { server in
            let ready = try await server.request("GET", "/health/ready")
            #expect(ready.status == 503)
            #expect(ready.text.contains("The database is away."))
            #expect(try await server.request("GET", "/health/live").status == 200)
        }
    }

    @Test func `every kind of route alternates on one connection`() async throws {
        try await TestServer.run { server in
            let wire = try await server.connect()
            for _ in 0..<3 {
                #expect(try await wire.request("GET", "/health/live").status == 200)
                let headers = ["content-type": "application/json"]
                let hello = try await wire.request(
                    "POST",
                    "/graphql",
                    headers,
                    body: Array(#"{"query":"{hello}"}"#.utf8)
                )
                #expect(hello.text == #"{"data":{"hello":"world"}}"#)
                #expect(try await wire.request("GET", "/robots.txt").status == 200)
                let later = try await wire.request(
                    "POST",
                    "/graphql",
                    headers,
                    body: Array(#"{"query":"{later}"}"#.utf8)
                )
                #expect(later.text == #"{"data":{"later":"later"}}"#)
                #expect(try await wire.request("HEAD", "/robots.txt").status == 200)
            }
        }
    }

    @Test func `pipelined requests are answered in their order`() async throws {
        try await TestServer.run { server in
            let wire = try await server.connect()
            let host = "HTTP/1.1\r\nhost: a\r\n"
            func post(_ query: String) -> String {
                let body = #"{"query":"\#(query)"}"#
                return
                    "POST /graphql \(host)content-type: application/json\r\ncontent-length: \(body.utf8.count)\r\n\r\n\(body)"
            }
            try await wire.send(
                post("{later}") + post("{hello}") + "GET /robots.txt \(host)\r\n" + "GET /health/live \(host)\r\n"
                    + post("{a:later}") + post("{b:hello}")
            )
            #expect(try await wire.response().text.contains("later"))
            #expect(try await wire.response().text.contains("hello"))
            #expect(try await wire.response().text.contains("User-agent"))
            #expect(try await wire.response().text.contains("live"))
            #expect(try await wire.response().text.contains(#""a""#))
            #expect(try await wire.response().text.contains(#""b""#))
        }
    }

    @Test func `a thousand pipelined requests are all answered`() async throws {
        try await TestServer.run { server in
            let wire = try await server.connect()
            try await wire.send(String(repeating: "GET /health/live HTTP/1.1\r\nhost: a\r\n\r\n", count: 1_000))
            for _ in 0..<1_000 { #expect(try await wire.response().status == 200) }
        }
    }

    @Test func `a request in single bytes is understood`() async throws {
        try await TestServer.run { server in
            let wire = try await server.connect()
            let body = #"{"query":"{hello}"}"#
            let text =
                "POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: \(body.utf8.count)\r\n\r\n\(body)"
            for byte in text.utf8 { try await wire.send([byte]) }
            #expect(try await wire.response().text == #"{"data":{"hello":"world"}}"#)
        }
    }

    @Test func `a chunked body is understood`() async throws {
        try await TestServer.run { server in
            let wire = try await server.connect()
            let head =
                "POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n"
            try await wire.send(head + "8\r\n{\"query\"\r\nb\r\n:\"{hello}\"}\r\n0\r\n\r\n")
            #expect(try await wire.response().text == #"{"data":{"hello":"world"}}"#)
        }
    }

    @Test func `a client that asks first is told to go on`() async throws {
        try await TestServer.run { server in
            let wire = try await server.connect()
            let body = #"{"query":"{hello}"}"#
            try await wire.send(
                "POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\nexpect: 100-continue\r\ncontent-length: \(body.utf8.count)\r\n\r\n"
            )
            #expect(try await wire.response().status == 100)
            try await wire.send(body)
            #expect(try await wire.response().status == 200)
        }
    }

    @Test func `connection close is honoured, in both versions`() async throws {
        try await TestServer.run { server in
            for request in [
                "GET /health/live HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n",
                "GET /health/live HTTP/1.0\r\n\r\n",
            ] {
                let wire = try await server.connect()
                try await wire.send(request)
                #expect(try await wire.response()["connection"] == "close")
                await wire.untilClosed()
            }
            let kept = try await server.connect()
            try await kept.send("GET /health/live HTTP/1.0\r\nconnection: keep-alive\r\n\r\n")
            #expect(try await kept.response()["connection"] == "keep-alive")
            try await kept.send("GET /health/live HTTP/1.0\r\n\r\n")
            #expect(try await kept.response().status == 200)
        }
    }

    @Test func `every response has an id, a date and the security headers`() async throws {
        try await TestServer.run { server in
            let responses = [
                try await server.request("GET", "/health/live"), try await server.graphQL("{hello}"),
                try await server.request("GET", "/nowhere"), try await server.request("PUT", "/graphql"),
                try await server.request("GET", "/robots.txt"),
            ]
            for response in responses {
                #expect(response["x-request-id"]?.count == 15)
                #expect(response["date"]?.hasSuffix(" GMT") == true)
                #expect(
                    response["content-security-policy"]
                        == "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
                )
                #expect(response["x-content-type-options"] == "nosniff")
                #expect(response["referrer-policy"] == "strict-origin-when-cross-origin")
                #expect(response["cross-origin-opener-policy"] == "same-origin")
                #expect(response["cross-origin-resource-policy"] == "same-origin")
                #expect(response["permissions-policy"] != nil)
                #expect(response["strict-transport-security"] == nil)
            }
            #expect(Set(responses.map { $0["x-request-id"] }).count == responses.count)
        }
        try await TestServer.run(configure: { $0.isSecure = true }) { server in
            let response = try await server.request("GET", "/health/live")
            #expect(response["strict-transport-security"] == "max-age=63072000; includeSubDomains")
        }
    }

    @Test func `a client's request id is taken if it is safe`() async throws {
        try await TestServer.run { server in
            let taken = try await server.graphQL("{requestID}", ["x-request-id": "trace-01.A_b"])
            #expect(taken["x-request-id"] == "trace-01.A_b")
            #expect(taken.text.contains("trace-01.A_b"))
            for bad in ["short", "with blank in it", "semi;colon;here", String(repeating: "a", count: 65)] {
                let made = try await server.graphQL("{requestID}", ["x-request-id": bad])
                #expect(made["x-request-id"]?.count == 15)
                #expect(made["x-request-id"] != bad)
            }
        }
    }

    @Test func `a client that goes away cancels its operation`() async throws {
        try await TestServer.run { server in
            let wire = try await server.connect()
            let body = #"{"query":"{slow}"}"#
            try await wire.send(
                "POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: \(body.utf8.count)\r\n\r\n\(body)"
            )
            await server.api.started.wait()
            wire.close()
            await server.api.cancelled.wait()
            #expect(try await server.graphQL("{hello}").status == 200)
        }
    }

    @Test func `stopping lets a running operation finish and closes idle connections`() async throws {
        try await TestServer.run { server in
            let idle = try await server.connect()
            #expect(try await idle.request("GET", "/health/live").status == 200)
            let busy = try await server.connect()
            let body = #"{"query":"{slow}"}"#
            try await busy.send(
                "POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: \(body.utf8.count)\r\n\r\n\(body)"
            )
            await server.api.started.wait()
            await server.stop()
            await idle.untilClosed()
            server.api.release.open()
            #expect(try await busy.response().text == #"{"data":{"slow":"done"}}"#)
            await busy.untilClosed()
            await #expect(throws: (any Error).self) { try await server.connect() }
        }
    }

    @Test func `stopping does not wait for ever`() async throws {
        try await TestServer.run(configure: { $0.limits.drainTime = .milliseconds(50) }) { server in
            let wire = try await server.connect()
            let body = #"{"query":"{slow}"}"#
            try await wire.send(
                "POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: \(body.utf8.count)\r\n\r\n\(body)"
            )
            await server.api.started.wait()
            await server.stop()
            await server.api.cancelled.wait()
            await wire.untilClosed()
        }
    }

    @Test func `a taken port is reported`() async throws {
        try await TestServer.run { server in
            await #expect(throws: (any Error).self) {
                try await TestServer.run(configure: { $0.port = server.port }) { _ in }
            }
        }
    }
}
