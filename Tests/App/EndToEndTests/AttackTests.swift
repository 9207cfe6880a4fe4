import AtlasTestKit
import Foundation
import GraphQL
import NIOCore
import NIOPosix
import Testing

/// Requests made to exhaust the server, from `benchmarks/attacks/cases.json`; `benchmarks/attacks.py` measures the same.
@Suite(.timeLimit(.minutes(10))) struct AttackTests {
    /// The most bytes of an answer.
    private static let answerBytes = 200_000
    private static let small = #"{"query":"{ categories { id } }"}"#

    @Test func `every attack is refused with a short error, and others are answered meanwhile`() async throws {
        let file = URL(filePath: TestAtlas.repositoryRoot + "/benchmarks/attacks/cases.json")
        let attacks = try JSONDecoder().decode([Attack].self, from: Data(contentsOf: file))
        #expect(attacks.count > 80)
        let settings = [
            "http.visitorRequestsPerMinute": "1000000", "graphql.visitorCostPerMinute": "1000000000",
        ]
        try await TestAtlas.serve(settings) { port in
            for attack in attacks {
                async let other = Post.send(Self.small, to: port)
                let answer = try await Post.send(attack.body, to: port)
                #expect(try await other.status == 200, "\(attack.name)")
                #expect((200..<500).contains(answer.status), "\(attack.name): \(answer.status)")
                #expect(answer.body.count <= Self.answerBytes, "\(attack.name): \(answer.body.count) bytes")
                let results = try JSON.parse(answer.body)
                if case .list(let list) = results {
                    for result in list { Self.check(result, attack) }
                } else {
                    Self.check(results, attack)
                }
            }
        }
    }

    private static func check(_ result: Value, _ attack: Attack) {
        guard case .list(let errors)? = result["errors"] else {
            #expect(attack.answered ?? false, "\(attack.name) was answered")
            return
        }
        #expect(attack.answered != true && errors.count <= 101, "\(attack.name): \(errors.count) errors")
        guard case .string(let message)? = errors.first?["message"] else { return }
        if let words = attack.says { #expect(message.contains(words), "\(attack.name): \(message.prefix(200))") }
        #expect(message.utf8.count <= 2_000, "\(attack.name)")
        if let secret = attack.lacks { #expect(!message.contains(secret), "\(attack.name): \(message.prefix(200))") }
    }
}

/// One attack: a body, or a document with variables; and what is answered.
private struct Attack: Decodable, Sendable {
    let name: String
    let document: [AttackText]?
    let variables: [AttackText]?
    private let raw: [AttackText]?
    /// Part of the first error's message.
    let says: String?
    /// What the message must not give away.
    let lacks: String?
    /// Whether the request is large but harmless, and is answered.
    let answered: Bool?

    private enum CodingKeys: String, CodingKey {
        case name, document, variables, says, lacks, answered
        case raw = "body"
    }

    var body: String {
        if let raw { return AttackText.text(raw) }
        var writer = JSONWriter()
        writer.string(AttackText.text(document ?? []))
        let query = String(decoding: writer.finish(), as: UTF8.self)
        return #"{"query": \#(query), "variables": \#(variables.map { AttackText.text($0) } ?? "{}")}"#
    }
}

/// Text, or several texts that are repeated; `#0` in them is the number of the repetition, `#1` the one after it.
private enum AttackText: Decodable, Sendable {
    case plain(String)
    case repeated(Int, [AttackText])

    init(from decoder: any Decoder) throws {
        if let text = try? decoder.singleValueContainer().decode(String.self) {
            self = .plain(text)
            return
        }
        var list = try decoder.unkeyedContainer()
        let count = try list.decode(Int.self)
        var parts: [AttackText] = []
        while !list.isAtEnd { parts.append(try list.decode(AttackText.self)) }
        self = .repeated(count, parts)
    }

    static func text(_ parts: [AttackText], _ number: Int = 0) -> String {
        parts.map { part in
            switch part {
            case .plain(let text):
                return text.contains("#")
                    ? text.replacing("#0", with: "\(number)").replacing("#1", with: "\(number + 1)") : text
            case .repeated(let count, let inner):
                let first = Self.text(inner)
                guard first != Self.text(inner, 1) else { return String(repeating: first, count: count) }
                return (0..<count).map { Self.text(inner, $0) }.joined()
            }
        }.joined()
    }
}

/// A POST to `/graphql` on a connection of its own.
private struct Post {
    let status: Int
    let body: [UInt8]

    static func send(_ body: String, to port: Int) async throws -> Post {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let answer = loop.makePromise(of: ByteBuffer.self)
        let connecting = ClientBootstrap(group: loop)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Collector(answer))
                }
            }
            .connect(host: "127.0.0.1", port: port)
        connecting.whenFailure { answer.fail($0) }
        let head =
            "POST /graphql HTTP/1.1\r\nhost: atlas.test\r\nconnection: close\r\ncontent-type: application/json\r\n"
            + "accept: application/graphql-response+json\r\ncontent-length: \(body.utf8.count)\r\n\r\n"
        // The server may refuse before it has read everything.
        connecting.whenSuccess { $0.writeAndFlush(ByteBuffer(string: head + body), promise: nil) }
        let bytes = Array(try await answer.futureResult.get().readableBytesView)
        guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { return Post(status: 0, body: bytes) }
        let words = String(decoding: bytes.prefix(32), as: UTF8.self).split(separator: " ")
        return Post(status: words.dropFirst().first.flatMap { Int($0) } ?? 0, body: Array(bytes[end.upperBound...]))
    }
}

/// Everything that arrives until the connection ends.
private final class Collector: ChannelInboundHandler {
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
