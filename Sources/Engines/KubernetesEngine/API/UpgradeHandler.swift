import NIOCore
import NIOHTTP1
import NIOWebSocket

/// Asks for a WebSocket and puts its handlers in place within the same read as the answer.
///
/// NIO's own upgrader does that some turns of the event loop later; if the first frames and the end of the connection come
/// together with the answer, as with a command that ends at once on a busy machine, they are lost there.
final class UpgradeHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundOut = ByteBuffer
    typealias Frames = NIOAsyncChannel<WebSocketFrame, WebSocketFrame>
    typealias Opened = (frames: Frames, version: ExecVersion?)

    private let request: String
    private let opened: EventLoopPromise<Opened>
    private var reader = UpgradeReader()
    private var isDecided = false

    init(request: String, opened: EventLoopPromise<Opened>) {
        self.request = request
        self.opened = opened
    }

    /// The text of a request.
    ///
    /// - Throws: `APIError` if a header has a character that would end it.
    static func request(_ target: String, _ headers: HTTPHeaders) throws -> String {
        var generator = SystemRandomNumberGenerator()
        let key = (0..<16).map { _ in UInt8.random(in: 0...255, using: &generator) }
        var text = "GET \(target) HTTP/1.1\r\n"
        let own = [
            ("connection", "Upgrade"), ("upgrade", "websocket"), ("sec-websocket-version", "13"),
            ("sec-websocket-key", base64(key)), ("sec-websocket-protocol", ExecVersion.offer),
        ]
        for (name, value) in headers.map({ ($0.name, $0.value) }) + own {
            guard value.utf8.allSatisfy({ $0 >= 32 && $0 != 127 }) else {
                throw APIError.connection("the header \(name) has a control character", isUnsent: true)
            }
            text += "\(name): \(value)\r\n"
        }
        return text + "\r\n"
    }

    private static func base64(_ bytes: [UInt8]) -> String {
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var text: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let number = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
            for place in 0..<4 {
                text.append(place <= group.count ? letters[(number >> (18 - 6 * place)) & 63] : UInt8(ascii: "="))
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    func channelActive(context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: request)), promise: nil)
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isDecided else { return context.fireChannelRead(data) }
        decide(reader.take(unwrapInboundIn(data).readableBytesView), context)
    }

    func channelInactive(context: ChannelHandlerContext) {
        if !isDecided { decide(reader.take([], isEnd: true), context) }
        context.fireChannelInactive()
    }

    /// Also if there was never a connection.
    func handlerRemoved(context: ChannelHandlerContext) {
        guard !isDecided else { return }
        isDecided = true
        opened.fail(APIError.connection("there was no connection", isUnsent: true))
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard !isDecided else { return context.fireErrorCaught(error) }
        isDecided = true
        opened.fail(APIError.connection(APIConnector.text(error)))
        context.close(promise: nil)
    }

    private func decide(_ outcome: UpgradeReader.Outcome, _ context: ChannelHandlerContext) {
        switch outcome {
        case .incomplete: return
        case .refused(let error):
            isDecided = true
            opened.fail(error)
            context.close(promise: nil)
        case .upgraded(let version, let rest):
            isDecided = true
            do {
                let pipeline = context.pipeline.syncOperations
                try pipeline.addHandler(WebSocketFrameEncoder())
                try pipeline.addHandler(
                    ByteToMessageHandler(WebSocketFrameDecoder(maxFrameSize: APILimits.frameBytes))
                )
                opened.succeed((try Frames(wrappingChannelSynchronously: context.channel), version))
            } catch {
                opened.fail(error)
                return context.close(promise: nil)
            }
            guard !rest.isEmpty else { return }
            context.fireChannelRead(wrapInboundOut(ByteBuffer(bytes: rest)))
            context.fireChannelReadComplete()
        }
    }
}
