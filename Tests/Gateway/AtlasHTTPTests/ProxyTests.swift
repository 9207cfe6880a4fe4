import AtlasCore
import AtlasHTTP
import Testing

@Suite(.timeLimit(.minutes(5))) struct ProxyTests {
    @Test func `nobody is believed by default`() async throws {
        try await TestServer.run { server in
            let headers = ["x-forwarded-for": "203.0.113.9", "x-forwarded-proto": "https"]
            #expect(try await server.graphQL("{address}", headers).text.contains("127.0.0.1"))
            let cookies = try await server.graphQL(#"mutation{signIn(token:"r")}"#, headers).all("set-cookie")
            #expect(!cookies.contains { $0.contains("Secure") })
        }
    }

    @Test(arguments: [
        ("203.0.113.9", "203.0.113.9"), ("1.1.1.1, 203.0.113.9", "203.0.113.9"),
        ("203.0.113.9, 10.1.2.3", "203.0.113.9"), ("203.0.113.9, 10.1.2.3, 127.0.0.1", "203.0.113.9"),
        ("[2001:DB8::1]:443", "2001:db8:0:0::/64"), ("2001:0db8::9", "2001:db8:0:0::/64"),
        ("203.0.113.9:1234", "203.0.113.9"),
        ("::ffff:203.0.113.9", "203.0.113.9"), ("::FFFF:cb00:7109", "203.0.113.9"),
        ("2001:db8:0a:b:1:2:3:4", "2001:db8:a:b::/64"), ("::1", "0:0:0:0::/64"),
        ("nonsense", "127.0.0.1"), ("203.0.113.9, nonsense", "127.0.0.1"), ("", "127.0.0.1"), ("10.1.2.3", "10.1.2.3"),
    ])
    func `a trusted proxy names the client, and nobody before it is believed`(
        _ header: String,
        _ client: String
    ) async throws {
        try await TestServer.run(configure: { $0.trustedProxies = ["127.0.0.1", "10.0.0.0/8"] }) { server in
            let response = try await server.graphQL("{address}", ["x-forwarded-for": header])
            #expect(response.text == #"{"data":{"address":"\#(client)"}}"#)
        }
    }

    @Test func `limits count the addresses of one IPv6 network together, and the log tells them apart`() async throws {
        let admit: @Sendable (Caller, String, Int) async -> RateDecision = { caller, address, _ in
            address == "2001:db8:1:2::/64" && caller.address == address ? .refuse(retryAfter: .seconds(1)) : .admit(nil)
        }
        try await TestServer.run {
            $0.trustedProxies = ["127.0.0.1"]
        } parts: {
            $0.admit = admit
        } _: { server async throws in
            for client in ["2001:db8:1:2::7", "2001:db8:1:2:a:b:c:d"] {
                #expect(try await server.graphQL("{hello}", ["x-forwarded-for": client]).status == 429)
                #expect(server.log.all.contains { $0.contains("address=\(client)") })
            }
            #expect(try await server.graphQL("{hello}", ["x-forwarded-for": "2001:db8:1:3::7"]).status == 200)
        }
    }

    @Test func `a trusted proxy says that the client uses TLS`() async throws {
        try await TestServer.run(configure: { $0.trustedProxies = ["127.0.0.0/8"] }) { server in
            let headers = ["x-forwarded-proto": "https"]
            let cookies = try await server.graphQL(#"mutation{signIn(token:"r")}"#, headers).all("set-cookie")
            #expect(cookies.count == 2)
            #expect(cookies.allSatisfy { $0.hasSuffix("; Secure") })
        }
    }

    @Test(arguments: ["nonsense", "10.0.0.0/33", "10.0.0/8", "::1/129", "10.0.0.0/8/8", ""])
    func `a proxy that is no network stops the start`(_ text: String) async throws {
        await #expect(throws: ServerError.notANetwork(text)) {
            try await TestServer.run(configure: { $0.trustedProxies = [text] }) { _ in }
        }
    }
}
