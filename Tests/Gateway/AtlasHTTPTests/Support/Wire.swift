import NIOConcurrencyHelpers
import NIOCore
import NIOPosix

/// A bare TCP connection: what a test writes is what the server gets, and nothing is interpreted but lengths.
final class Wire: Sendable {
    struct Closed: Error, CustomStringConvertible {
        let rest: String
        var description: String { "the connection was closed; unread: \(rest.debugDescription)" }
    }

    private struct State {
        var bytes: [UInt8] = []
        var isClosed = false
        var waiter: CheckedContinuation<Void, Never>?
    }

    private final class Collector: ChannelInboundHandler, Sendable {
        typealias InboundIn = ByteBuffer
        let state = NIOLockedValueBox(State())

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let bytes = unwrapInboundIn(data)
            change { $0.bytes += bytes.readableBytesView }
        }

        func channelInactive(context: ChannelHandlerContext) { change { $0.isClosed = true } }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

        private func change(_ body: (inout State) -> Void) {
            let waiter = state.withLockedValue { state in
                body(&state)
                defer { state.waiter = nil }
                return state.waiter
            }
            waiter?.resume()
        }
    }

    private let channel: any Channel
    private let collector: Collector

    private init(_ channel: any Channel, _ collector: Collector) {
        self.channel = channel
        self.collector = collector
    }

    /// - Parameter reads: False for a client that takes nothing until `startReading`.
    static func connect(_ port: Int, reads: Bool = true) async throws -> Wire {
        let collector = Collector()
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.autoRead, value: reads)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(collector) }
            }
            .connect(host: "127.0.0.1", port: port).get()
        return Wire(channel, collector)
    }

    func send(_ text: String) async throws { try await send(Array(text.utf8)) }

    func send(_ bytes: [UInt8]) async throws { try await channel.writeAndFlush(ByteBuffer(bytes: bytes)) }

    /// Sends without caring whether the server still listens.
    func offer(_ bytes: [UInt8]) async { try? await send(bytes) }

    func startReading() async throws { try await channel.setOption(.autoRead, value: true).get() }

    func stopReading() async throws { try await channel.setOption(.autoRead, value: false).get() }

    func close() { channel.close(promise: nil) }

    /// Waits until the server has closed the connection; returns what it sent before.
    @discardableResult
    func untilClosed() async -> [UInt8] {
        await wait { $0.isClosed }
        return collector.state.withLockedValue { $0.bytes }
    }

    /// The next `count` bytes.
    func bytes(_ count: Int) async throws -> [UInt8] {
        await wait { $0.isClosed || $0.bytes.count >= count }
        return try collector.state.withLockedValue { state in
            guard state.bytes.count >= count else { throw Closed(rest: String(decoding: state.bytes, as: UTF8.self)) }
            defer { state.bytes.removeFirst(count) }
            return Array(state.bytes.prefix(count))
        }
    }

    /// What comes up to the end of `end`.
    func text(through end: String) async throws -> String {
        let end = Array(end.utf8)
        await wait { $0.isClosed || $0.bytes.firstRange(of: end) != nil }
        return try collector.state.withLockedValue { state in
            guard let range = state.bytes.firstRange(of: end) else {
                throw Closed(rest: String(decoding: state.bytes, as: UTF8.self))
            }
            defer { state.bytes.removeFirst(range.upperBound) }
            return String(decoding: state.bytes[..<range.upperBound], as: UTF8.self)
        }
    }

    /// The next response, with the body that its length announces.
    func response(bodyless: Bool = false) async throws -> WireResponse {
        let end = Array("\r\n\r\n".utf8)
        await wait { $0.isClosed || $0.bytes.firstRange(of: end) != nil }
        let head = try collector.state.withLockedValue { state in
            guard let range = state.bytes.firstRange(of: end) else {
                throw Closed(rest: String(decoding: state.bytes, as: UTF8.self))
            }
            defer { state.bytes.removeFirst(range.upperBound) }
            return String(decoding: state.bytes[..<range.lowerBound], as: UTF8.self)
        }
        var response = WireResponse(head)
        if !bodyless, let length = response["content-length"].flatMap({ Int($0) }) {
            response.bytes = try await bytes(length)
        }
        return response
    }

    /// Sends a request and returns its response.
    func request(
        _ method: String = "GET",
        _ target: String,
        _ headers: [String: String] = [:],
        body: [UInt8]? = nil
    ) async throws -> WireResponse {
        var text = "\(method) \(target) HTTP/1.1\r\nhost: atlas.test\r\n"
        for (name, value) in headers { text += "\(name): \(value)\r\n" }
        if let body { text += "content-length: \(body.count)\r\n" }
        try await send(Array((text + "\r\n").utf8) + (body ?? []))
        return try await response(bodyless: method == "HEAD")
    }

    private func wait(_ isEnough: @escaping @Sendable (borrowing State) -> Bool) async {
        while true {
            if collector.state.withLockedValue({ isEnough($0) }) { return }
            await withCheckedContinuation { continuation in
                let isReady = collector.state.withLockedValue { state in
                    guard !isEnough(state) else { return true }
                    state.waiter = continuation
                    return false
                }
                if isReady { continuation.resume() }
            }
        }
    }
}

struct WireResponse {
    let status: Int
    let headers: [(name: String, value: String)]
    var bytes: [UInt8] = []

    init(_ head: String) {
        let lines = head.split(separator: "\r\n")
        status = lines.first?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        headers = lines.dropFirst().map { line in
            let parts = line.split(separator: ":", maxSplits: 1)
            return (parts[0].lowercased(), parts.count > 1 ? String(parts[1].drop { $0 == " " }) : "")
        }
    }

    var text: String { String(decoding: bytes, as: UTF8.self) }

    subscript(name: String) -> String? { headers.first { $0.name == name }?.value }

    func all(_ name: String) -> [String] { headers.filter { $0.name == name }.map(\.value) }
}
