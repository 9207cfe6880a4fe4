import AtlasHTTP
import SocketIO
import Testing

@Suite struct MetricsTests {
    private static let token = "0123456789abcdef0123456789abcdef"

    /// Asks for the metrics as a program on this machine does, unless `headers` say otherwise.
    private func ask(
        _ server: TestServer,
        _ headers: [String: String] = [:],
        method: String = "GET"
    ) async throws -> WireResponse {
        let wire = try await server.connect()
        defer { wire.close() }
        let all = ["host": "127.0.0.1:\(server.port)"].merging(headers) { _, new in new }
        let lines = all.map { "\($0.key): \($0.value)\r\n" }.joined()
        try await wire.send(Array("\(method) /metrics HTTP/1.1\r\n\(lines)\r\n".utf8))
        return try await wire.response(bodyless: method == "HEAD")
    }

    /// The value of one line.
    private func value(_ series: String, in response: WireResponse) throws -> Double {
        let line = try #require(response.text.split(separator: "\n").first { $0.hasPrefix(series + " ") }, "\(series)")
        return try #require(Double(line.dropFirst(series.count + 1)))
    }

    @Test func `every line is as Prometheus reads it`() async throws {
        try await TestServer.run(parts: {
            $0.metrics = {
                [Metric("odd", .gauge, "One \\ and\nline.", samples: [.init([("a", "\"b\"\\\n")], 0.25)])]
            }
        }) { server in
            let response = try await ask(server)
            #expect(response.status == 200)
            #expect(response["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
            #expect(response["cache-control"] == "no-store")
            let sample = /[a-z_]+(\{[a-z]+="([^"\\]|\\.)*"(,[a-z]+="([^"\\]|\\.)*")*\})? [0-9.e+-]+/
            var known: Set<Substring> = []
            for line in response.text.split(separator: "\n") where !line.hasPrefix("# HELP ") {
                if line.hasPrefix("# TYPE ") {
                    #expect(known.insert(line.split(separator: " ")[2]).inserted, "\(line)")
                } else {
                    #expect(line.wholeMatch(of: sample) != nil, "\(line)")
                }
            }
            #expect(response.text.contains(#"# HELP odd One \\ and\nline."#))
            #expect(response.text.contains(#"odd{a="\"b\"\\\n"} 0.25"#))
            #expect(try value("process_resident_memory_bytes", in: response) > 1_000_000)
            #expect(try value("process_cpu_seconds_total", in: response) > 0)
        }
    }

    @Test func `requests and operations are counted`() async throws {
        try await TestServer.run { server in
            #expect(try await server.request("GET", "/health/live").status == 200)
            #expect(try await server.graphQL("{ hello }").status == 200)
            #expect(try await server.graphQL("{ failing }").status == 200)
            _ = try await server.graphQL("mutation { bump }")
            _ = try await server.graphQL("{ nonsense }")
            _ = try await server.graphQL("{")
            let response = try await ask(server)
            #expect(try value(#"atlas_http_requests_total{route="health",status="2xx"}"#, in: response) == 1)
            #expect(try value(#"atlas_graphql_operations_total{kind="query",outcome="ok"}"#, in: response) == 1)
            #expect(try value(#"atlas_graphql_operations_total{kind="query",outcome="error"}"#, in: response) == 1)
            #expect(try value(#"atlas_graphql_operations_total{kind="mutation",outcome="ok"}"#, in: response) == 1)
            let refused = try ["query", "none"].map {
                try value("atlas_graphql_operations_total{kind=\"\($0)\",outcome=\"refused\"}", in: response)
            }
            #expect(refused.reduce(0, +) == 2)
            #expect(try value(#"atlas_http_request_seconds_count{route="graphql"}"#, in: response) == 5)
            #expect(try value(#"atlas_http_request_seconds_bucket{route="graphql",le="+Inf"}"#, in: response) == 5)
            #expect(try value("atlas_http_connections", in: response) >= 1)
        }
    }

    @Test func `sessions and packets are counted`() async throws {
        var rules = SocketNamespaceRules("/")
        rules.on("burst") { socket, _ in
            for number in 0..<5 { socket.emit("b", .integer(number)) }
        }
        try await TestServer.run(socketIO: [rules]) { server, _ in
            let (client, _) = try await SocketIOClient.enter(server)
            try await client.send(#"2["burst"]"#)
            _ = try await client.packets(5)
            let response = try await ask(server)
            #expect(try value(#"atlas_socket_sessions{path="/socket.io/"}"#, in: response) == 1)
            #expect(try value(#"atlas_socket_packets_total{path="/socket.io/"}"#, in: response) == 6)
            #expect(try value(#"atlas_socket_waiting{path="/socket.io/"}"#, in: response) == 0)
            #expect(try value(#"atlas_socket_ended_total{path="/socket.io/",reason="violation"}"#, in: response) == 0)
        }
    }

    @Test func `what may come through a proxy or from a page of another site finds nothing`() async throws {
        try await TestServer.run { server in
            let refused = [
                ["x-forwarded-for": "192.0.2.1"], ["forwarded": "for=192.0.2.1"], ["via": "1.1 proxy"],
                ["x-real-ip": "127.0.0.1"], ["x-forwarded-proto": "https"], ["host": "atlas.example"],
                ["host": "127.0.0.1.atlas.example"], ["origin": "https://atlas.example"],
                ["authorization": "Bearer \(Self.token)"], ["authorization": "Bearer "],
            ]
            for headers in refused {
                let response = try await ask(server, headers)
                #expect(response.status == 404, "\(headers)")
                #expect(!response.text.contains("atlas_"), "\(headers)")
            }
            for host in ["localhost", "localhost:8080", "127.0.0.1", "127.1.2.3:80", "[::1]:8080", "LOCALHOST"] {
                #expect(try await ask(server, ["host": host]).status == 200, "\(host)")
            }
            #expect(try await ask(server, method: "HEAD").status == 200)
            #expect(try await ask(server, method: "POST").status != 200)
        }
    }

    @Test func `behind a proxy only the operator's token opens`() async throws {
        let changes: [(inout ServerConfiguration) -> Void] = [
            { $0.isSecure = true }, { $0.publicOrigin = "https://atlas.example" },
            { $0.trustedProxies = ["127.0.0.1"] },
        ]
        for change in changes {
            try await TestServer.run(configure: {
                change(&$0)
                $0.metricsToken = Self.token
            }) { server async throws in
                #expect(try await ask(server).status == 404)
                let right = [
                    "authorization": "Bearer \(Self.token)", "x-forwarded-for": "192.0.2.1", "host": "atlas.example",
                ]
                #expect(try await ask(server, right).status == 200)
                for wrong in ["Bearer \(Self.token)x", "Bearer", "Basic \(Self.token)", Self.token, ""] {
                    #expect(try await ask(server, ["authorization": wrong]).status == 404, "\(wrong)")
                }
            }
        }
        await #expect(throws: ServerError.weakMetricsToken) {
            try await TestServer.run(configure: { $0.metricsToken = "short" }) { _ async throws in }
        }
    }
}
