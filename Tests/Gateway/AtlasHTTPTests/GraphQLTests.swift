import AtlasCore
import AtlasHTTP
import Testing

private let legacy = "application/json; charset=utf-8"
private let modern = "application/graphql-response+json; charset=utf-8"

@Suite(.timeLimit(.minutes(5))) struct GraphQLTests {
    // MARK: What is accepted

    @Test func `a query by POST is answered`() async throws {
        try await TestServer.run { server in
            let response = try await server.graphQL("{hello}")
            #expect(response.status == 200)
            #expect(response["content-type"] == legacy)
            #expect(response["cache-control"] == "no-store")
            #expect(response.text == #"{"data":{"hello":"world"}}"#)
        }
    }

    @Test func `variables, operation name and unknown members are understood`() async throws {
        try await TestServer.run { server in
            let response = try await server.graphQL(
                body: #"""
                    {"query":"query A($t:String!){echo(text:$t)} query B{hello}","operationName":"A",
                     "variables":{"t":"ü\u0022"},"extensions":null,"id":7}
                    """#
            )
            #expect(response.text == #"{"data":{"echo":"ü\""}}"#)
        }
    }

    @Test(arguments: [
        "application/json", "Application/JSON", "application/json; charset=utf-8", "application/json;charset=\"UTF-8\"",
        "application/json; profile=x", "application/json; charset=utf-8; charset=UTF-8",
    ])
    func `content types of JSON are accepted`(_ type: String) async throws {
        try await TestServer.run { server async throws in
            #expect(try await server.graphQL(body: #"{"query":"{hello}"}"#, ["content-type": type]).status == 200)
        }
    }

    @Test func `a query by GET is answered when it cannot come from a link`() async throws {
        try await TestServer.run { server in
            for headers in [
                ["graphql-require-preflight": "1"], ["accept": "application/graphql-response+json"],
                ["x-apollo-operation-name": "a"],
            ] {
                let target =
                    "/graphql?query=query+A(%24t:String!)%7Becho(text:%24t)%7D&variables=%7B%22t%22:%22a%2Bb%22%7D&operationName="
                let response = try await server.request("GET", target, headers)
                #expect(response.status == 200)
                #expect(response.text == #"{"data":{"echo":"a+b"}}"#)
            }
            let bare = try await server.request("GET", "/graphql?query=%7Bhello%7D")
            #expect(bare.status == 400)
            #expect(bare.text.contains("GraphQL-Require-Preflight"))
        }
    }

    // MARK: What is refused

    @Test(arguments: [
        "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/jsonx",
        "application/json; charset=utf-8; charset=utf-16", "application/json; charset=iso-8859-1",
        "application/json; charset=utf-16", "", "application/graphql",
    ])
    func `other content types are refused and nothing runs`(_ type: String) async throws {
        try await TestServer.run { server in
            let response = try await server.graphQL(body: #"{"query":"{slow}"}"#, ["content-type": type])
            #expect(response.status == 415)
            #expect(response.text.contains(#""code":"INVALID""#))
        }
    }

    @Test func `a request without a content type, or with two, is refused`() async throws {
        try await TestServer.run { server in
            let body = Array(#"{"query":"{hello}"}"#.utf8)
            #expect(try await server.request("POST", "/graphql", body: body).status == 415)
            let wire = try await server.connect()
            let types = "content-type: application/json\r\ncontent-type: text/plain\r\n"
            try await wire.send("POST /graphql HTTP/1.1\r\nhost: a\r\n\(types)content-length: 2\r\n\r\n{}")
            #expect(try await wire.response().status == 415)
        }
    }

    @Test(arguments: [
        "", "nonsense", "{", "[]", "[1]", #"[{"query":1}]"#, "1", "null", "{}", #"{"query":1}"#, #"{"query":""}"#,
        #"{"query":"{hello}","variables":[]}"#, #"{"query":"{hello}","variables":"x"}"#,
        #"{"query":"{hello}","operationName":1}"#, #"{"query":"{hello}","extensions":"x"}"#, "\u{FEFF}{}",
        #"{"query":"{hello}"}x"#,
    ])
    func `bodies that are no request are refused with the reason`(_ body: String) async throws {
        try await TestServer.run { server in
            for accept in ["application/json", "application/graphql-response+json"] {
                let response = try await server.graphQL(body: body, ["accept": accept])
                #expect(response.status == 400)
                #expect(response.text.contains(#""code":"INVALID""#))
                #expect(!response.text.contains(#""data""#))
            }
        }
    }

    @Test func `bytes that are no UTF-8 and deep nesting are refused`() async throws {
        try await TestServer.run { server async throws in
            let headers = ["content-type": "application/json"]
            let bad = Array(#"{"query":""#.utf8) + [0xFF, 0xC0] + Array(#""}"#.utf8)
            #expect(try await server.request("POST", "/graphql", headers, body: bad).status == 400)
            let deep = #"{"query":"{hello}","variables":{"a":"# + String(repeating: "[", count: 5_000)
            #expect(try await server.graphQL(body: deep).status == 400)
            #expect(try await server.graphQL(body: #"{"query":"{hello}","variables":{"a":1e999999}}"#).status == 200)
        }
    }

    @Test func `mutations and subscriptions by GET are refused`() async throws {
        try await TestServer.run { server in
            let headers = ["graphql-require-preflight": "1"]
            for target in [
                "/graphql?query=mutation%7Bbump%7D",
                "/graphql?query=query+A%7Bhello%7D+mutation+B%7Bbump%7D&operationName=B",
                "/graphql?query=subscription%7Bticks%7D",
            ] {
                let response = try await server.request("GET", target, headers)
                #expect(response.status == 405)
                #expect(response["allow"] == "POST")
            }
            let mixed = "/graphql?query=query+A%7Bhello%7D+mutation+B%7Bbump%7D&operationName=A"
            #expect(try await server.request("GET", mixed, headers).text == #"{"data":{"hello":"world"}}"#)
            #expect(try await server.graphQL("mutation{bump}").text == #"{"data":{"bump":1}}"#)
            #expect(try await server.graphQL("subscription{ticks}").text.contains("errors"))
        }
    }

    @Test(arguments: ["PUT", "DELETE", "PATCH", "HEAD", "TRACE", "PURGE"])
    func `other methods are refused`(_ method: String) async throws {
        try await TestServer.run { server in
            let response = try await server.request(method, "/graphql?query=%7Bslow%7D")
            #expect(response.status == 405)
            #expect(response["allow"] == "GET, POST")
        }
    }

    @Test func `OPTIONS runs nothing and allows no other site`() async throws {
        try await TestServer.run { server in
            let response = try await server.request(
                "OPTIONS",
                "/graphql?query=%7Bslow%7D",
                ["origin": "https://evil.test"]
            )
            #expect(response.status == 204)
            #expect(response["allow"] == "GET, POST")
            #expect(response["content-length"] == nil)
            #expect(!response.headers.contains { $0.name.hasPrefix("access-control") })
        }
    }

    // MARK: Media types and statuses

    @Test(arguments: [
        ("*/*", legacy), ("application/json", legacy), ("application/graphql-response+json", modern),
        ("application/graphql-response+json, application/json;q=0.9", modern),
        ("application/graphql-response+json;q=0.5, application/json", legacy), ("application/*", legacy),
        ("application/graphql-response+json;q=0.5, */*", legacy), ("text/html, */*;q=0.1", legacy),
        ("application/json;q=0, application/*", modern), ("APPLICATION/JSON; Charset=UTF-8", legacy),
    ])
    func `the answer has the type that the client likes best`(_ accept: String, _ type: String) async throws {
        try await TestServer.run { server in
            let response = try await server.graphQL("{hello}", ["accept": accept])
            #expect(response.status == 200)
            #expect(response["content-type"] == type)
        }
    }

    @Test(arguments: ["text/html", "application/xml;q=0.9", "*/*;q=0", "application/json; charset=utf-16", ","])
    func `a client that accepts neither type is told so`(_ accept: String) async throws {
        try await TestServer.run { server async throws in
            #expect(try await server.graphQL("{hello}", ["accept": accept]).status == 406)
        }
    }

    @Test(arguments: ["{", "{unknown}", "query A{hello} query B{hello}", "query($n:Int!){text(length:$n)}"])
    func `a request error is 400 for modern clients and 200 for others`(_ query: String) async throws {
        try await TestServer.run { server in
            let new = try await server.graphQL(query, ["accept": "application/graphql-response+json"])
            #expect(new.status == 400)
            #expect(new["content-type"] == modern)
            #expect(try await server.graphQL(query, ["accept": "application/json"]).status == 200)
        }
    }

    @Test func `a field error is 200`() async throws {
        try await TestServer.run { server in
            let response = try await server.graphQL("{hello failing}", ["accept": "application/graphql-response+json"])
            #expect(response.status == 200)
            #expect(response.text.contains(#""code":"CONFLICT""#))
        }
    }

    @Test func `the draft's statuses can be switched on`() async throws {
        try await TestServer.run(configure: { $0.draftStatusCodes = true }) { server async throws in
            let accept = ["accept": "application/graphql-response+json"]
            #expect(try await server.graphQL("{", accept).status == 400)
            #expect(try await server.graphQL("{hello failing}", accept).status == 294)
            #expect(try await server.graphQL("{hello}", accept).status == 200)
        }
    }

    // MARK: Who asks

    @Test func `a token makes the caller, and no token a visitor`() async throws {
        try await TestServer.run { server in
            #expect(try await server.graphQL("{user}").text == #"{"data":{"user":null}}"#)
            let signedIn = try await server.graphQL(
                "{user device}",
                ["authorization": "bearer good", "user-agent": "Tests/1"]
            )
            #expect(signedIn.text == #"{"data":{"user":"ada","device":"Tests/1"}}"#)
        }
    }

    @Test(arguments: ["Bearer bad", "Bearer ", "Basic YTpi", "good", "Bearer  ", "Bearer good extra"])
    func `credentials that do not count never make a visitor`(_ value: String) async throws {
        try await TestServer.run { server in
            let response = try await server.graphQL("{hello}", ["authorization": value])
            #expect(response.status == 401)
            #expect(response["www-authenticate"] == "Bearer")
            #expect(response.text.contains(#""code":"UNAUTHENTICATED""#))
            #expect(!response.text.contains("world"))
        }
    }

    @Test func `a failing check of a token is our fault, not the client's`() async throws {
        struct Broken: Error {}
        try await TestServer.run(parts: { $0.authenticate = { _ in throw Broken() } }) { server in
            let response = try await server.graphQL("{hello}", ["authorization": "Bearer good"])
            #expect(response.status == 503)
            #expect(response.text.contains(#""code":"UNAVAILABLE""#))
            #expect(server.log.all.contains { $0.contains("authentication failed") })
        }
    }

    @Test func `one request too many is refused until later`() async throws {
        let admit: @Sendable (Caller, String, Int) async -> RateDecision = { caller, address, _ in
            caller.account == nil && address == "127.0.0.1" ? .refuse(retryAfter: .milliseconds(1_500)) : .admit(nil)
        }
        try await TestServer.run(parts: { $0.admit = admit }) { server in
            for headers in [[:], ["authorization": "Bearer bad"]] {
                let response = try await server.graphQL("{hello}", headers)
                #expect(response.status == 429)
                #expect(response["retry-after"] == "2")
                #expect(response.text.contains(#""code":"TOO_MANY""#))
                #expect(response.text.contains(#""retryAfterSeconds":2"#))
            }
            #expect(try await server.graphQL("{hello}", ["authorization": "Bearer good"]).status == 200)
        }
    }

    // MARK: Compression

    @Test(arguments: [60_000, 400_000])
    func `an answer is the same whether it is compressed on the event loop or aside`(_ length: Int) async throws {
        try await TestServer.run { server in
            let query = "{text(length:\(length))}"
            let plain = try await server.graphQL(query)
            let packed = try await server.graphQL(query, ["accept-encoding": "gzip"])
            #expect(packed["content-encoding"] == "gzip")
            #expect(packed.bytes.starts(with: [0x1F, 0x8B]))
            // Source: RFC 1952: a member ends with the size of its content.
            let size = packed.bytes.suffix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
            #expect(size == plain.bytes.count)
        }
    }

    @Test func `only large answers are compressed, and only for those who can read them`() async throws {
        try await TestServer.run { server in
            let large = try await server.graphQL("{text(length:4000)}", ["accept-encoding": "br, gzip;q=0.8"])
            #expect(large["content-encoding"] == "gzip")
            #expect(large["vary"] == "accept-encoding")
            #expect(large.bytes.starts(with: [0x1F, 0x8B]))
            #expect(large.bytes.count < 200)
            #expect(try await server.graphQL("{hello}", ["accept-encoding": "gzip"])["content-encoding"] == nil)
            for header in ["identity", "gzip;q=0", "br"] {
                let plain = try await server.graphQL("{text(length:4000)}", ["accept-encoding": header])
                #expect(plain["content-encoding"] == nil)
                #expect(plain.bytes.count > 4_000)
            }
        }
    }
}
