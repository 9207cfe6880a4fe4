import AtlasCore
import AtlasHTTP
import NIOConcurrencyHelpers
import Testing

@Suite(.timeLimit(.minutes(5))) struct GraphQLCachingTests {
    private let preflight = ["graphql-require-preflight": "1"]
    private let kept = "/graphql?query=%7Bkept%7D"
    /// Long enough to be compressed.
    private let long = "/graphql?query=%7Bkept(text:%22" + String(repeating: "abcdefgh", count: 60) + "%22)%7D"

    private func get(
        _ server: TestServer,
        _ target: String,
        _ headers: [String: String] = [:]
    ) async throws -> WireResponse {
        try await server.request("GET", target, preflight.merging(headers) { $1 })
    }

    @Test func `a visitor's public answer may be kept by everybody, an account's only by itself`() async throws {
        try await TestServer.run { server in
            let visitor = try await get(server, kept)
            #expect(visitor["cache-control"] == "public, max-age=60")
            #expect(visitor.all("vary").joined(separator: ", ").contains("accept, authorization"))
            #expect(visitor.all("vary").contains("accept-encoding"))
            let account = try await get(server, kept, ["authorization": "Bearer good"])
            #expect(account["cache-control"] == "private, max-age=60")
            let mine = try await get(server, "/graphql?query=%7Bmine%7D")
            #expect(mine["cache-control"] == "private, max-age=300")
        }
    }

    @Test(arguments: [
        "/graphql?query=%7Bhello%7D", "/graphql?query=%7Bkept+hello%7D", "/graphql?query=%7Bkept(text:%22fail%22)%7D",
        "/graphql?query=%7Bkept+failing%7D", "/graphql?query=%7Bnothing%7D", "/graphql?query=%7B", "/graphql",
    ])
    func `what says nothing of keeping, and errors, are not kept`(target: String) async throws {
        try await TestServer.run { server in
            let answer = try await get(server, target, ["if-none-match": "*"])
            #expect(answer["cache-control"] == "no-store")
            #expect(answer["etag"] == nil)
            #expect(answer.status != 304)
        }
    }

    @Test func `a POST is never kept, and not answered with 304`() async throws {
        try await TestServer.run { server in
            let tag = try #require(try await get(server, kept)["etag"])
            let answer = try await server.graphQL("{kept}", ["if-none-match": tag])
            #expect(answer.status == 200)
            #expect(answer["cache-control"] == "no-store")
            #expect(answer["etag"] == nil)
        }
    }

    @Test func `whoever has the answer is told so without a body`() async throws {
        try await TestServer.run { server in
            let first = try await get(server, kept)
            let tag = try #require(first["etag"])
            #expect(tag.hasPrefix("\"") && tag.hasSuffix("\"") && tag.count == 34)
            let matches = [tag, "W/" + tag, "\"a\", \(tag)", "\"a,b\" ,, W/\"\",\(tag)", "*", " * "]
            for match in matches {
                let again = try await get(server, kept, ["if-none-match": match])
                #expect(again.status == 304, "\(match)")
                #expect(again.bytes.isEmpty)
                #expect(again["etag"] == tag)
                #expect(again["cache-control"] == first["cache-control"])
                #expect(again["content-type"] == nil)
                #expect(again.all("vary").contains("accept-encoding"))
            }
            let others = [
                "\"a\"", "", "a", String(tag.dropFirst()), String(tag.dropLast()), "\"*\"", tag.uppercased(),
                "\"a\", *", "w/" + tag, "W/ " + tag,
            ]
            for other in others {
                let again = try await get(server, kept, ["if-none-match": other])
                #expect(again.status == 200, "\(other)")
                #expect(again.text == first.text)
            }
            let another = try await get(server, "/graphql?query=%7Bkept(text:%22y%22)%7D", ["if-none-match": tag])
            #expect(another.status == 200)
            #expect(another["etag"] != tag)
        }
    }

    @Test func `the compressed answer has another tag, known only to those who take it`() async throws {
        try await TestServer.run { server in
            let plain = try await get(server, long)
            let packed = try await get(server, long, ["accept-encoding": "gzip"])
            #expect(plain["content-encoding"] == nil)
            #expect(packed["content-encoding"] == "gzip")
            let (tag, packedTag) = (try #require(plain["etag"]), try #require(packed["etag"]))
            #expect(packedTag == tag.dropLast() + "-gzip\"")
            func status(_ tag: String, _ headers: [String: String]) async throws -> Int {
                let again = try await get(server, long, headers.merging(["if-none-match": tag]) { $1 })
                if again.status == 304 { #expect(again["etag"] == tag) }
                return again.status
            }
            #expect(try await status(packedTag, ["accept-encoding": "gzip"]) == 304)
            #expect(try await status(packedTag, [:]) == 200)
            #expect(try await status(packedTag, ["accept-encoding": "gzip;q=0"]) == 200)
            #expect(try await status(tag, [:]) == 304)
            #expect(try await status(tag, ["accept-encoding": "gzip"]) == 304)
        }
    }

    @Test func `the cost is charged, and told with the real one to those who ask`() async throws {
        let charged = NIOLockedValueBox<[Int]>([])
        let charge: @Sendable (Caller, String, Int) async -> Void = { _, _, cost in
            charged.withLockedValue { $0.append(cost) }
        }
        try await TestServer.run(parts: { $0.charge = charge }) { server in
            let answer = try await server.graphQL(body: #"{"query":"{hello}","extensions":{"cost":true}}"#)
            #expect(answer.text == #"{"data":{"hello":"world"},"extensions":{"cost":{"requested":0,"actual":0}}}"#)
            #expect(charged.withLockedValue { $0 } == [0])
            _ = try await server.graphQL("{nothing}")
            #expect(charged.withLockedValue { $0 } == [0, 1])
        }
    }
}
