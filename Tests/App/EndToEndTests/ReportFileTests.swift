import AtlasCore
import AtlasPorts
import AtlasTestKit
import Foundation
import NIOCore
import NIOPosix
import Testing

@testable import EmbeddedEngines

/// `/reports/…` of a whole server, as a client with a token sees it.
@Suite(.timeLimit(.minutes(5))) struct ReportFileTests {
    private static let files = [
        ("learner.pdf", "application/pdf", "learning-report.pdf"),
        ("learner.html", "text/html; charset=utf-8", "learning-report.html"),
        ("my-data.json", "application/json", "atlas-"),
        ("reviews.apkg", "application/octet-stream", "atlas-reviews.apkg"),
        ("reviews.apkg?all=1", "application/octet-stream", "atlas-reviews.apkg"),
    ]
    private static let upload = "/reports/reviews.apkg"
    private static let settings = ["graphql.costPerMinute": "1000000", "http.requestsPerMinute": "100000"]

    @Test func `each file is for whoever shows a token, of the right type, and in no cache`() async throws {
        try await TestAtlas.serve(Self.settings) { port in
            let token = try await Exchange.register("ada@example.org", port)
            for (name, type, file) in Self.files {
                let answer = try await Exchange.send("GET", "/reports/\(name)", token: token, port)
                #expect(answer.status == 200, "\(name)")
                #expect(
                    answer["content-type"] == type && answer["cache-control"]?.contains("no-store") == true,
                    "\(name)"
                )
                #expect(answer["content-disposition"]?.hasPrefix("attachment; filename=\"\(file)") == true, "\(name)")
                #expect(!answer.body.isEmpty && answer["x-content-type-options"] == "nosniff", "\(name)")
                for headers in [
                    [:], ["authorization": "Bearer forged"], ["authorization": "Basic YTpi"], ["authorization": token],
                    ["cookie": "atlas_refresh=\(token); token=\(token)"],
                ] {
                    let refused = try await Exchange.send("GET", "/reports/\(name)", headers, port)
                    #expect(refused.status == 401 && refused["www-authenticate"] == "Bearer", "\(name) \(headers)")
                    #expect(refused["content-type"] == "text/plain; charset=utf-8" && refused.body.count < 200)
                }
                #expect(try await Exchange.send("DELETE", "/reports/\(name)", token: token, port).status == 405)
            }
            for (target, status) in [
                ("none.pdf", 404), ("learner.pdf?days=x", 400), ("learner.html?days=0", 400),
                ("learner.html?days=99999", 400), ("cohort.csv", 403), ("cohort.csv?groupId=none", 403),
            ] {
                let answer = try await Exchange.send("GET", "/reports/\(target)", token: token, port)
                #expect(answer.status == status, "\(target): \(answer.text)")
            }
        }
    }

    @Test func `nobody gets another's data`() async throws {
        try await TestAtlas.serve(Self.settings) { port in
            let ada = try await Exchange.register("ada@example.org", port)
            let eve = try await Exchange.register("eve@example.org", port)
            for (token, own, other) in [(ada, "ada@example.org", "eve@"), (eve, "eve@example.org", "ada@")] {
                // Whatever is asked for besides, it is about the owner of the token.
                for query in ["", "?userId=ada", "?user=ada@example.org"] {
                    let data = try await Exchange.send("GET", "/reports/my-data.json\(query)", token: token, port)
                    #expect(data.status == 200 && data.text.contains(own) && !data.text.contains(other))
                    let page = try await Exchange.send("GET", "/reports/learner.html\(query)", token: token, port)
                    #expect(page.status == 200 && page.text.contains("Person \(own.prefix(3))"))
                    #expect(!page.text.contains("Person \(other.prefix(3))"))
                }
            }
        }
    }

    @Test func `a package is looked at, then taken in, then known`() async throws {
        try await TestAtlas.serve(Self.settings) { port in
            let token = try await Exchange.register("ada@example.org", port)
            let other = try await Exchange.register("eve@example.org", port)
            let package = try await Self.package(port, token)
            func send(_ query: String, _ token: String) async throws -> [String: Int] {
                let answer = try await Exchange.send("POST", Self.upload + query, token: token, body: package, port)
                #expect(
                    answer.status == 200 && answer["content-type"] == "application/json; charset=utf-8",
                    "\(answer.text)"
                )
                let read = try JSONSerialization.jsonObject(with: Data(answer.body)) as? [String: Any] ?? [:]
                #expect(read["preview"] as? Bool == !query.isEmpty)
                return read.compactMapValues { $0 as? Int }.filter { $0.key != "preview" }
            }
            let expected = ["added": 2, "known": 0, "refused": 0, "foreignNotes": 1]
            for _ in 0..<2 { #expect(try await send("?preview=1", token) == expected) }
            let log = "{ reviewLog { reviews { id } } }"
            #expect(try await Exchange.graphQL(log, token: token, port).contains(#""reviews":[]"#))
            #expect(try await send("", token) == expected)
            #expect(try await Exchange.graphQL(log, token: token, port).contains("anki-"))
            let known = ["added": 0, "known": 2, "refused": 0, "foreignNotes": 1]
            #expect(try await send("?preview=1", token) == known)
            #expect(try await send("", token) == known)
            #expect(try await send("?preview=1", other) == expected, "of another's log it changes nothing")
        }
    }

    @Test func `what is no package, too large or nobody's is refused with the reason`() async throws {
        try await TestAtlas.serve(Self.settings) { port in
            let token = try await Exchange.register("ada@example.org", port)
            let good = try await Self.package(port, token)
            var bomb = good
            let list = try #require(bomb.lastRange(of: [0x50, 0x4B, 0x01, 0x02, 20, 0, 20, 0])?.lowerBound)
            let first = try #require(bomb.firstRange(of: [0x50, 0x4B, 0x01, 0x02])?.lowerBound)
            #expect(first < list)
            bomb.replaceSubrange(first + 24..<first + 28, with: [0xFF, 0xFF, 0xFF, 0x7F])
            var damaged = Array("SQLite format 3\0".utf8) + Array(repeating: 0xA5, count: 9_000)
            damaged[16...23] = [0x10, 0, 1, 1, 0, 0x40, 0x20, 0x20]
            let cases: [(String, [UInt8], String)] = [
                ("nothing", [], "no ZIP file"), ("a text", Array("hello".utf8), "no ZIP file"),
                ("a bomb", bomb, "more than 256 MiB"), ("a part", Array(good.prefix(good.count / 2)), "cannot be read"),
                ("no database", ZipArchive.archive([("collection.anki2", Array("x".utf8))]), "cannot be read"),
                ("a damaged one", ZipArchive.archive([("collection.anki2", damaged)]), "cannot be read"),
                ("a newer one", ZipArchive.archive([("collection.anki21b", [1])]), "Support older Anki versions"),
            ]
            for (name, body, reason) in cases {
                for query in ["?preview=1", ""] {
                    let answer = try await Exchange.send("POST", Self.upload + query, token: token, body: body, port)
                    #expect(
                        answer.status == 400 && answer.text.contains(reason),
                        "\(name): \(answer.status) \(answer.text)"
                    )
                }
            }
            for headers in [[:], ["authorization": "Basic YTpi"], ["cookie": "token=\(token)"]] {
                let answer = try await Exchange.send("POST", Self.upload, headers, body: good, port)
                #expect(answer.status == 401 && answer["www-authenticate"] == "Bearer")
            }
            let forged = try await Exchange.send("POST", Self.upload, token: "forged", body: good, port)
            #expect(forged.status == 401)
            // Refused by what it announces, before anything of it is read.
            let announced = ["authorization": "Bearer \(token)", "content-length": "\(AnkiLimits.packageBytes + 1)"]
            #expect(try await Exchange.send("POST", Self.upload, announced, port).status == 413)
            #expect(
                try await Exchange.send("POST", "/reports/learner.pdf", token: token, body: good, port).status != 200
            )
        }
    }

    /// A package with two reviews of an item of Atlas and a note of another program.
    private static func package(_ port: Int, _ token: String) async throws -> [UInt8] {
        let text = try await Exchange.graphQL("{ items(contentId: \"e1-cache-aside\") { id } }", token: token, port)
        let read = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
        let items = (read?["data"] as? [String: Any])?["items"] as? [[String: Any]]
        let item = try #require(items?.first?["id"] as? String, "\(text.prefix(300))")
        let now = SystemClock().now()
        let reviews = [-90_000, -600].map {
            AnkiReview(at: now + .seconds($0), rating: 3, duration: .seconds(4), phase: .learning)
        }
        let deck = AnkiDeck(notes: [
            AnkiNote(guid: item, deck: "D", front: "F", back: "B", reviews: reviews),
            AnkiNote(guid: "aB3$x!", deck: "D", front: "Own", back: "Note"),
        ])
        return try await AnkiFiles().package(deck, at: now)
    }
}

/// One request on a connection of its own.
private struct Exchange {
    let status: Int
    let headers: [String: String]
    let body: [UInt8]

    var text: String { String(decoding: body, as: UTF8.self) }

    subscript(name: String) -> String? { headers[name] }

    static func send(
        _ method: String,
        _ target: String,
        token: String,
        body: [UInt8]? = nil,
        _ port: Int
    ) async throws -> Exchange {
        try await send(method, target, ["authorization": "Bearer \(token)"], body: body, port)
    }

    static func send(
        _ method: String,
        _ target: String,
        _ headers: [String: String],
        body: [UInt8]? = nil,
        _ port: Int
    ) async throws -> Exchange {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let answer = loop.makePromise(of: ByteBuffer.self)
        let connecting = ClientBootstrap(group: loop)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Everything(answer))
                }
            }
            .connect(host: "127.0.0.1", port: port)
        connecting.whenFailure { answer.fail($0) }
        var head = "\(method) \(target) HTTP/1.1\r\nhost: atlas.test\r\nconnection: close\r\n"
        if let body { head += "content-length: \(body.count)\r\n" }
        for (name, value) in headers { head += "\(name): \(value)\r\n" }
        var bytes = ByteBuffer(string: head + "\r\n")
        bytes.writeBytes(body ?? [])
        let request = bytes
        // The server may refuse before it has read everything.
        connecting.whenSuccess { $0.writeAndFlush(request, promise: nil) }
        return Exchange(Array(try await answer.futureResult.get().readableBytesView))
    }

    private init(_ bytes: [UInt8]) {
        let end = bytes.firstRange(of: Array("\r\n\r\n".utf8))
        let lines = String(decoding: bytes[..<(end?.lowerBound ?? bytes.endIndex)], as: UTF8.self).split(
            separator: "\r\n"
        )
        status = lines.first?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        let pairs = lines.dropFirst().compactMap { line -> (String, String)? in
            guard let colon = line.firstIndex(of: ":") else { return nil }
            return (line[..<colon].lowercased(), line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces))
        }
        headers = Dictionary(pairs) { first, _ in first }
        body = end.map { Array(bytes[$0.upperBound...]) } ?? []
    }

    static func graphQL(_ query: String, token: String? = nil, _ port: Int) async throws -> String {
        let body = try JSONSerialization.data(withJSONObject: ["query": query])
        var headers = ["content-type": "application/json"]
        if let token { headers["authorization"] = "Bearer \(token)" }
        return try await send("POST", "/graphql", headers, body: Array(body), port).text
    }

    /// A new account's access token.
    static func register(_ email: String, _ port: Int) async throws -> String {
        let name = email.prefix(3)
        let text = try await graphQL(
            """
            mutation { register(input: {email: "\(email)", password: "unlikely phrase of \(email)", displayName: "Person \(name)"}) \
            { accessToken } }
            """,
            port
        )
        let read = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
        let register = (read?["data"] as? [String: Any])?["register"] as? [String: Any]
        return try #require(register?["accessToken"] as? String, "\(text)")
    }
}

/// What arrives until the connection ends.
private final class Everything: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let answer: EventLoopPromise<ByteBuffer>
    private var bytes = ByteBuffer()

    init(_ answer: EventLoopPromise<ByteBuffer>) { self.answer = answer }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var more = unwrapInboundIn(data)
        bytes.writeBuffer(&more)
    }

    func channelInactive(context: ChannelHandlerContext) { answer.succeed(bytes) }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
