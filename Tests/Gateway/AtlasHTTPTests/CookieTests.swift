import AtlasHTTP
import Testing

@Suite(.timeLimit(.minutes(5))) struct CookieTests {
    @Test func `signing in sets a cookie that scripts cannot read, and a mark that they can`() async throws {
        try await TestServer.run { server in
            let response = try await server.graphQL(#"mutation{signIn(token:"r.1-x_")}"#)
            #expect(
                response.all("set-cookie") == [
                    "atlas_refresh=r.1-x_; Path=/graphql; HttpOnly; SameSite=Strict; Max-Age=3600",
                    "atlas_signed_in=1; Path=/; SameSite=Strict; Max-Age=3600",
                ]
            )
        }
    }

    @Test func `behind TLS both cookies are secure`() async throws {
        try await TestServer.run(configure: { $0.isSecure = true }) { server in
            let response = try await server.graphQL(#"mutation{signIn(token:"r")}"#)
            #expect(response.all("set-cookie").count == 2)
            #expect(response.all("set-cookie").allSatisfy { $0.hasSuffix("; Secure") })
        }
    }

    @Test func `signing out removes both`() async throws {
        try await TestServer.run { server in
            let response = try await server.graphQL("mutation{signOut}")
            #expect(
                response.all("set-cookie") == [
                    "atlas_refresh=; Path=/graphql; HttpOnly; SameSite=Strict; Max-Age=0",
                    "atlas_signed_in=; Path=/; SameSite=Strict; Max-Age=0",
                ]
            )
            #expect(try await server.graphQL("{hello}").all("set-cookie").isEmpty)
        }
    }

    @Test(arguments: ["a;b", "a b", "a\\r\\nx-injected: 1", "a,b", "ü"])
    func `a token that a cookie cannot hold sets none`(_ token: String) async throws {
        try await TestServer.run { server in
            let response = try await server.graphQL("mutation{signIn(token:\"\(token)\")}")
            #expect(response.status == 200)
            #expect(response.all("set-cookie").isEmpty)
            #expect(response["x-injected"] == nil)
        }
    }

    @Test func `the refresh cookie reaches the resolver`() async throws {
        try await TestServer.run { server in
            for (cookie, value) in [
                ("atlas_refresh=tok", #""tok""#), ("a=1; atlas_refresh=tok ;b=2", #""tok""#),
                ("atlas_refresh=", "null"),
                ("xatlas_refresh=tok", "null"), ("atlas_refresh2=tok", "null"),
            ] {
                let response = try await server.graphQL("{refreshCookie}", ["cookie": cookie])
                #expect(response.text == #"{"data":{"refreshCookie":\#(value)}}"#, "\(cookie)")
            }
        }
    }

    @Test func `the cookie does not work from another site`() async throws {
        try await TestServer.run { server async throws in
            #expect(try await status(server, [:]) == 200)
            #expect(try await status(server, ["sec-fetch-site": "same-origin"]) == 200)
            #expect(try await status(server, ["origin": "http://atlas.test"]) == 200)
            #expect(try await status(server, ["origin": "https://ATLAS.test"]) == 200)
            for bad in [
                ["sec-fetch-site": "cross-site"], ["sec-fetch-site": "same-site"], ["origin": "https://evil.test"],
                ["origin": "null"], ["origin": "https://atlas.test.evil.test"], ["origin": ""],
                ["sec-fetch-site": "cross-site", "origin": "http://atlas.test"],
            ] {
                #expect(try await status(server, bad) == 403, "\(bad)")
            }
            #expect(try await server.graphQL("mutation{bump}", ["sec-fetch-site": "cross-site"]).status == 200)
        }
    }

    private func status(_ server: TestServer, _ headers: [String: String]) async throws -> Int {
        let all = headers.merging(["cookie": "atlas_refresh=tok"]) { $1 }
        return try await server.graphQL("mutation{bump}", all).status
    }
}
