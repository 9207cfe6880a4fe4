import AtlasHTTP
import Testing

@Suite(.timeLimit(.minutes(5))) struct GraphQLPageTests {
    /// What a browser sends when its user opens an address.
    private static let browser = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"

    private func run(
        development: Bool = true,
        built: Bool = true,
        _ test: (TestServer) async throws -> Void
    ) async throws {
        try await TestFolder.web { folder in
            if built { try folder.write("graphql.html", "<title>Ask</title>") }
            try await TestServer.run {
                $0.webFolder = folder.path
                $0.isDevelopment = development
            } _: { server in
                try await test(server)
            }
        }
    }

    @Test func `a browser that opens the address in development gets the page`() async throws {
        try await run { server in
            for accept in [Self.browser, "text/html", "application/json;q=0.5, text/html", "TEXT/HTML;q=0.1"] {
                let response = try await server.request("GET", "/graphql", ["accept": accept])
                #expect(response.status == 200)
                #expect(response["content-type"] == "text/html; charset=utf-8")
                #expect(response["cache-control"] == "no-cache")
                #expect(response["x-robots-tag"] == "noindex")
                #expect(response["vary"]?.contains("accept") == true)
                #expect(response["content-security-policy"]?.contains("script-src 'self'") == true)
                #expect(response.text == "<title>Ask</title>")
            }
        }
    }

    @Test func `who asks something, or likes JSON as much, is answered as ever`() async throws {
        try await run { server in
            for accept in ["*/*", "application/json", "text/html, application/json", "text/html;q=0, */*"] {
                let response = try await server.request("GET", "/graphql", ["accept": accept])
                #expect(response.text.contains("errors") && !response.text.contains("<title>"))
            }
            let asked = try await server.request("GET", "/graphql?query=%7Bhello%7D", ["accept": Self.browser])
            #expect(asked.status == 400)
            #expect(asked.text.contains("GraphQL-Require-Preflight"))
            let headers = ["accept": Self.browser, "content-type": "application/json"]
            let posted = try await server.graphQL("{hello}", headers)
            #expect(posted.text == #"{"data":{"hello":"world"}}"#)
        }
    }

    @Test func `in production there is no page, under either name`() async throws {
        try await run(development: false) { server in
            let response = try await server.request("GET", "/graphql", ["accept": Self.browser])
            #expect(response.status == 400)
            #expect(response["content-type"]?.contains("json") == true)
            #expect(response.text.contains("GraphQL-Require-Preflight"))
            #expect(try await server.request("GET", "/graphql.html", ["accept": Self.browser]).status == 404)
        }
    }

    @Test func `a web client that is not built is said to be missing`() async throws {
        try await run(built: false) { server in
            let response = try await server.request("GET", "/graphql", ["accept": Self.browser])
            #expect(response.status == 503)
            #expect(response.text.contains("make web"))
        }
    }
}
