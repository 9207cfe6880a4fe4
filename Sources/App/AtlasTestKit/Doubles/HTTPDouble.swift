import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// An HTTP server on loopback that answers as a test says, and knows when its client goes.
public final class HTTPDouble: Sendable {
    /// What was asked.
    public struct Question: Sendable {
        /// As in `POST`.
        public let method: String
        /// As in `/v1/messages`.
        public let path: String
        /// Decoded, in order.
        public let query: [(name: String, value: String)]
        /// Names in lower case.
        public let headers: [String: String]
        /// All of it.
        public let body: [UInt8]

        /// The body's JSON object; empty if it is none.
        public var object: [String: Any] {
            (try? JSONSerialization.jsonObject(with: Data(body))) as? [String: Any] ?? [:]
        }
    }

    /// How it is answered; what it throws closes the connection.
    public typealias Answering = @Sendable (Question, Exchange) async throws -> Void

    /// Where it listens, as in `http://127.0.0.1:4711`.
    public let url: String
    private let server: any Channel
    private let connections: Connections

    private init(_ server: any Channel, _ connections: Connections) {
        self.server = server
        self.connections = connections
        url = "http://127.0.0.1:\(server.localAddress?.port ?? 0)"
    }

    /// Runs `body` with a server, and closes it and its connections afterwards.
    public static func run<Result: Sendable>(
        _ answering: @escaping Answering,
        _ body: (HTTPDouble) async throws -> Result
    ) async throws -> Result {
        let connections = Connections()
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.configureHTTPServerPipeline(withPipeliningAssistance: false)
                    try pipeline.addHandler(HTTPDoubleHandler(answering, connections))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let double = HTTPDouble(server, connections)
        do {
            let result = try await body(double)
            await double.stop()
            return result
        } catch {
            await double.stop()
            throw error
        }
    }

    private func stop() async {
        try? await server.close().get()
        await connections.close()
    }

    /// One request's answer.
    public final class Exchange: Sendable {
        private let channel: any Channel

        fileprivate init(_ channel: any Channel) { self.channel = channel }

        /// Begins the answer.
        public func head(_ status: Int, _ headers: [(String, String)] = []) async throws {
            let head = HTTPResponseHead(
                version: .http1_1,
                status: HTTPResponseStatus(statusCode: status),
                headers: HTTPHeaders(headers)
            )
            try await write(.head(head))
        }

        /// Sends a piece of the body at once.
        public func send(_ bytes: some Sequence<UInt8> & Sendable) async throws {
            try await write(.body(.byteBuffer(ByteBuffer(bytes: bytes))))
        }

        /// Ends the answer.
        public func end() async throws { try await write(.end(nil)) }

        /// Answers whole.
        public func reply(_ status: Int, _ headers: [(String, String)] = [], _ body: String) async throws {
            let head = HTTPResponseHead(
                version: .http1_1,
                status: HTTPResponseStatus(statusCode: status),
                headers: HTTPHeaders(headers + [("content-length", String(body.utf8.count))])
            )
            // Sent with its end: a client that has all bytes asks again at once.
            channel.write(HTTPServerResponsePart.head(head), promise: nil)
            channel.write(HTTPServerResponsePart.body(.byteBuffer(ByteBuffer(string: body))), promise: nil)
            try await end()
        }

        /// Closes the connection, wherever the answer is.
        public func cut() { channel.close(promise: nil) }

        /// Waits until the client has closed the connection.
        public func closed() async { try? await channel.closeFuture.get() }

        private func write(_ part: HTTPServerResponsePart) async throws {
            let promise = channel.eventLoop.makePromise(of: Void.self)
            channel.writeAndFlush(part, promise: promise)
            try await promise.futureResult.get()
        }
    }
}

/// The connections of a server.
private final class Connections: Sendable {
    private let channels = Mutex<[ObjectIdentifier: any Channel]>([:])

    func add(_ channel: any Channel) { channels.withLock { $0[ObjectIdentifier(channel)] = channel } }
    func remove(_ channel: any Channel) { _ = channels.withLock { $0.removeValue(forKey: ObjectIdentifier(channel)) } }

    func close() async {
        for channel in channels.withLock({ Array($0.values) }) { try? await channel.close().get() }
    }
}

private final class HTTPDoubleHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart

    private let answering: HTTPDouble.Answering
    private let connections: Connections
    private var head: HTTPRequestHead?
    private var body: [UInt8] = []
    private var task: Task<Void, Never>?

    init(_ answering: @escaping HTTPDouble.Answering, _ connections: Connections) {
        self.answering = answering
        self.connections = connections
    }

    func channelActive(context: ChannelHandlerContext) { connections.add(context.channel) }

    func channelInactive(context: ChannelHandlerContext) {
        connections.remove(context.channel)
        task?.cancel()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): (self.head, body) = (head, [])
        case .body(let buffer): body += Array(buffer.readableBytesView)
        case .end:
            guard let head else { return }
            let question = Self.question(head, body)
            let exchange = HTTPDouble.Exchange(context.channel)
            task = Task { [answering] in
                do { try await answering(question, exchange) } catch { exchange.cut() }
            }
        }
    }

    private static func question(_ head: HTTPRequestHead, _ body: [UInt8]) -> HTTPDouble.Question {
        let parts = URLComponents(string: head.uri)
        var headers: [String: String] = [:]
        for (name, value) in head.headers { headers[name.lowercased()] = value }
        return HTTPDouble.Question(
            method: head.method.rawValue,
            path: parts?.path ?? head.uri,
            query: (parts?.queryItems ?? []).map { ($0.name, $0.value ?? "") },
            headers: headers,
            body: body
        )
    }
}
