import Logging
public import NIOCore
import NIOHTTP1
public import NIOPosix
public import ServiceLifecycle

/// The one port of Atlas: GraphQL, pages, files, health and WebSockets.
///
/// ```swift
/// let server = try AtlasServer(configuration: configuration, parts: parts) { host, port in
///     print("Atlas is listening on http://\(host):\(port)")
/// }
/// try await server.run()  // until graceful shutdown or cancellation
/// ```
public final class AtlasServer: Service {
    private let core: ServerCore
    private let group: any EventLoopGroup
    private let onListening: @Sendable (_ host: String, _ port: Int) -> Void

    /// Reads the web folder and checks the configuration; nothing listens yet.
    ///
    /// - Parameters:
    ///   - group: Where connections run.
    ///   - onListening: Called once, with the port that was taken.
    /// - Throws: `ServerError.notANetwork`.
    public init(
        configuration: ServerConfiguration,
        parts: ServerParts,
        group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton,
        onListening: @escaping @Sendable (_ host: String, _ port: Int) -> Void = { _, _ in }
    ) throws {
        core = try ServerCore(configuration, parts)
        self.group = group
        self.onListening = onListening
    }

    /// Serves until the service group shuts down gracefully or the task is cancelled, then lets running requests finish.
    ///
    /// Sessions of Engine.IO are closed first, in random order within their `EngineIOOptions.drainTime`; then idle connections
    /// at once, WebSockets with code 1001, and what is still open after `HTTPLimits.drainTime` as it is.
    ///
    /// - Throws: `ServerError.cannotListen`.
    public func run() async throws {
        let connections = Connections(limit: core.limits.connections, count: core.metrics.connections)
        let listener = try await listen(connections)
        onListening(core.configuration.host, listener.localAddress?.port ?? core.configuration.port)
        // Cancelled or asked to stop: both end the same way.
        try? await gracefulShutdown()
        try? await listener.close().get()
        await withTaskGroup(of: Void.self) { group in
            for engine in core.parts.engines { group.addTask { await engine.drain() } }
        }
        await connections.drain(on: listener.eventLoop, within: core.limits.drainTime)
    }

    private func listen(_ connections: Connections) async throws -> any Channel {
        let core = core
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 1_024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.socketOption(.tcp_nodelay), value: 1)
            .childChannelOption(.writeBufferWaterMark, value: Self.waterMark(core.limits))
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    guard connections.admit(channel) else { return Self.refuse(channel) }
                    try Self.install(core, channel)
                }
            }
        let (host, port) = (core.configuration.host, core.configuration.port)
        do {
            return try await bootstrap.bind(host: host, port: port).get()
        } catch {
            throw ServerError.cannotListen("\(host):\(port)", reason: "\(error)")
        }
    }

    /// A connection is writable while no more answers wait than the limit allows.
    private static func waterMark(_ limits: HTTPLimits) -> ChannelOptions.Types.WriteBufferWaterMark {
        let high = max(2, limits.bufferedAnswerBytes)
        return .init(low: high / 2, high: high)
    }

    private static func install(_ core: ServerCore, _ channel: any Channel) throws {
        var limits = NIOHTTPDecoderLimitConfiguration()
        limits.maxHeaderFieldSize = core.limits.headerFieldBytes
        limits.maxHeaderListSize = core.limits.headerBytes
        limits.maxHeaderFieldCount = core.limits.headerCount
        let decoder = ByteToMessageHandler(
            HTTPRequestDecoder(leftOverBytesStrategy: .forwardBytes, limitConfiguration: limits)
        )
        let loop = core.loops.state(of: channel.eventLoop)
        try channel.pipeline.syncOperations.addHandlers([
            decoder, HTTPConnection(core: core, loop: loop, decoder: decoder),
        ])
    }

    /// Says so before closing: a reset without a word looks like a network failure.
    private static func refuse(_ channel: any Channel) {
        let head =
            "HTTP/1.1 503 Service Unavailable\r\nconnection: close\r\nretry-after: 5\r\ncontent-length: 0\r\n\r\n"
        channel.writeAndFlush(ByteBuffer(string: head)).whenComplete { _ in channel.close(promise: nil) }
    }
}
