public import AtlasCore
import NIOCore
import NIOHTTP1
import NIOPosix

/// The address of a collector of traces, and the little HTTP/1.1 that posting to it takes: one connection per message.
///
/// It speaks no TLS. A collector of OpenTelemetry runs on the same machine or in the same network, and passes on what it
/// gets to wherever it should go; that saves Atlas an HTTP client and a TLS stack.
public struct TraceCollector: Sendable {
    /// How long one message may take.
    static let timeLimit = TimeAmount.seconds(10)

    let host: String
    let port: Int
    let path: String

    /// - Parameter address: `http://HOST[:PORT][/PATH]`; the path is `/v1/traces` unless given.
    /// - Throws: `AtlasError.invalid` for what is no such address.
    public init(_ address: String) throws(AtlasError) {
        let refusal = AtlasError(
            .invalid,
            "trace.endpoint: \"\(address)\" is not http://HOST:PORT/PATH; TLS is left to a collector near Atlas.",
            field: "trace.endpoint"
        )
        guard address.hasPrefix("http://") else { throw refusal }
        let rest = address.dropFirst("http://".count)
        let slash = rest.firstIndex(of: "/") ?? rest.endIndex
        let authority = rest[..<slash]
        path = rest[slash...].count > 1 ? String(rest[slash...]) : "/v1/traces"
        let bracket = authority.lastIndex(of: "]") ?? authority.startIndex
        let colon = authority[bracket...].lastIndex(of: ":")
        host = authority[..<(colon ?? authority.endIndex)].filter { $0 != "[" && $0 != "]" }
        port = colon.map { Int(authority[authority.index(after: $0)...]) ?? 0 } ?? 80
        guard (1...65_535).contains(port), !host.isEmpty,
            address.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "@") })
        else { throw refusal }
    }

    /// Posts a message; the status of the answer.
    func post(_ message: [UInt8]) async throws -> Int {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let promise = loop.makePromise(of: Int.self)
        let channel: any Channel
        do {
            channel = try await ClientBootstrap(group: loop)
                .connectTimeout(Self.timeLimit)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHTTPClientHandlers()
                        try channel.pipeline.syncOperations.addHandler(StatusReader(promise))
                    }
                }
                .connect(host: host, port: port).get()
        } catch {
            promise.fail(error)
            throw error
        }
        let timer = loop.scheduleTask(in: Self.timeLimit) { channel.close(promise: nil) }
        defer { timer.cancel() }
        let headers: HTTPHeaders = [
            "host": host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)", "content-type": "application/json",
            "content-length": String(message.count), "connection": "close",
        ]
        let head = HTTPRequestHead(version: .http1_1, method: .POST, uri: path, headers: headers)
        channel.write(HTTPClientRequestPart.head(head), promise: nil)
        channel.write(HTTPClientRequestPart.body(.byteBuffer(ByteBuffer(bytes: message))), promise: nil)
        channel.writeAndFlush(HTTPClientRequestPart.end(nil), promise: nil)
        return try await promise.futureResult.get()
    }
}

/// Waits for the status of one answer.
private final class StatusReader: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart

    private let status: EventLoopPromise<Int>

    init(_ status: EventLoopPromise<Int>) { self.status = status }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): status.succeed(Int(head.status.code))
        case .body: break
        case .end: context.close(promise: nil)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        status.fail(ChannelError.eof)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        status.fail(error)
        context.close(promise: nil)
    }
}
