import NIOCore
import NIOWebSocket

/// The protocol's own work on one WebSocket, so that the handlers behind it see only messages: fragments, ping and
/// pong, the closing handshake, and clients that break the rules.
///
/// Source: RFC 6455.
final class WebSocketConnection: ChannelDuplexHandler {
    typealias InboundIn = WebSocketFrame
    typealias InboundOut = WebSocketMessage
    typealias OutboundIn = WebSocketOutput
    typealias OutboundOut = WebSocketFrame

    private enum State {
        case open
        /// Our closing frame is sent, the client's is not there.
        case closing
        case closed
    }

    private let limits: HTTPLimits
    private var state = State.open
    private var fragments: (opcode: WebSocketOpcode, bytes: ByteBuffer)?
    private var timer: Scheduled<Void>?
    private var isReadHeld = false

    init(limits: HTTPLimits) {
        self.limits = limits
    }

    func handlerRemoved(context: ChannelHandlerContext) { end() }

    func channelInactive(context: ChannelHandlerContext) {
        end()
        context.fireChannelInactive()
    }

    private func end() {
        state = .closed
        timer?.cancel()
        timer = nil
        fragments = nil
    }

    // MARK: Input

    /// Holds back reading while the client does not take what it is sent.
    ///
    /// Else it could ask for ever more answers, if only for pongs, and all of them would wait in memory.
    func read(context: ChannelHandlerContext) {
        if context.channel.isWritable { context.read() } else { isReadHeld = true }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if isReadHeld, context.channel.isWritable {
            isReadHeld = false
            context.read()
        }
        context.fireChannelWritabilityChanged()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frame = unwrapInboundIn(data)
        if case .closed = state { return }
        guard frame.maskKey != nil else { return fail(context, .protocolError, "A client masks its frames.") }
        guard !frame.rsv1, !frame.rsv2, !frame.rsv3 else {
            return fail(context, .protocolError, "No extension is agreed.")
        }
        switch frame.opcode {
        case .connectionClose: receiveClose(context, frame.unmaskedData)
        case .ping: if case .open = state { send(context, .pong, frame.unmaskedData) }
        case .pong: break
        case .text, .binary, .continuation: if case .open = state { receive(context, frame) }
        default: fail(context, .protocolError, "The frame is of no known kind.")
        }
    }

    private func receive(_ context: ChannelHandlerContext, _ frame: WebSocketFrame) {
        var bytes = frame.unmaskedData
        guard let begun = fragments else {
            guard frame.opcode != .continuation else { return fail(context, .protocolError, "Nothing to continue.") }
            if frame.fin { return deliver(context, frame.opcode, bytes) }
            fragments = (frame.opcode, bytes)
            return
        }
        guard frame.opcode == .continuation else { return fail(context, .protocolError, "A message is unfinished.") }
        guard begun.bytes.readableBytes + bytes.readableBytes <= limits.webSocketMessageBytes else {
            return fail(context, .messageTooLarge, "The message is too large.")
        }
        fragments?.bytes.writeBuffer(&bytes)
        guard frame.fin, let whole = fragments else { return }
        fragments = nil
        deliver(context, whole.opcode, whole.bytes)
    }

    private func deliver(_ context: ChannelHandlerContext, _ opcode: WebSocketOpcode, _ bytes: ByteBuffer) {
        guard bytes.readableBytes <= limits.webSocketMessageBytes else {
            return fail(context, .messageTooLarge, "The message is too large.")
        }
        guard opcode == .text else { return context.fireChannelRead(wrapInboundOut(.binary(bytes))) }
        guard bytes.readableBytesView.isValidUTF8 else {
            return fail(context, .dataInconsistentWithMessage, "Not UTF-8.")
        }
        context.fireChannelRead(wrapInboundOut(.text(bytes)))
    }

    private func receiveClose(_ context: ChannelHandlerContext, _ bytes: ByteBuffer) {
        if case .closing = state { return finish(context) }
        var rest = bytes
        guard bytes.readableBytes > 0 else { return close(context, .normalClosure, "", isAnswer: true) }
        guard let code = rest.readInteger(as: UInt16.self), Self.isCloseCode(code), rest.readableBytesView.isValidUTF8
        else {
            return close(context, .protocolError, "", isAnswer: true)
        }
        close(context, WebSocketErrorCode(codeNumber: Int(code)), "", isAnswer: true)
    }

    /// Source: RFC 6455, "Defined Status Codes"; the rest may not be sent.
    private static func isCloseCode(_ code: UInt16) -> Bool {
        switch code {
        case 1_000...1_003, 1_007...1_014, 3_000...4_999: true
        default: false
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch error {
        case NIOWebSocketError.invalidFrameLength: fail(context, .messageTooLarge, "The frame is too large.")
        case is NIOWebSocketError: fail(context, .protocolError, "The frame breaks the protocol.")
        default: context.close(promise: nil)
        }
    }

    // MARK: Output

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard case .open = state else {
            promise?.fail(ChannelError.ioOnClosedChannel)
            return
        }
        switch unwrapOutboundIn(data) {
        case .message(.text(let bytes)): write(context, .text, bytes, promise)
        case .message(.binary(let bytes)): write(context, .binary, bytes, promise)
        case .close(let code, let reason):
            close(context, code, reason, isAnswer: false)
            promise?.succeed()
        }
    }

    private func write(
        _ context: ChannelHandlerContext,
        _ opcode: WebSocketOpcode,
        _ bytes: ByteBuffer,
        _ promise: EventLoopPromise<Void>?
    ) {
        context.write(wrapOutboundOut(WebSocketFrame(fin: true, opcode: opcode, data: bytes)), promise: promise)
    }

    private func send(_ context: ChannelHandlerContext, _ opcode: WebSocketOpcode, _ bytes: ByteBuffer) {
        context.writeAndFlush(wrapOutboundOut(WebSocketFrame(fin: true, opcode: opcode, data: bytes)), promise: nil)
    }

    // MARK: Closing

    /// Ends the socket because of what the client did; what it still sends is ignored.
    private func fail(_ context: ChannelHandlerContext, _ code: WebSocketErrorCode, _ reason: String) {
        guard case .open = state else { return finish(context) }
        close(context, code, reason, isAnswer: true)
    }

    private func close(
        _ context: ChannelHandlerContext,
        _ code: WebSocketErrorCode,
        _ reason: String,
        isAnswer: Bool
    ) {
        guard case .open = state else { return }
        state = isAnswer ? .closed : .closing
        fragments = nil
        var bytes = context.channel.allocator.buffer(capacity: 2 + reason.utf8.count)
        bytes.write(webSocketErrorCode: code)
        bytes.writeString(Self.shortened(reason))
        let frame = WebSocketFrame(fin: true, opcode: .connectionClose, data: bytes)
        timer = context.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(limits.webSocketCloseTime)) {
            context.close(promise: nil)
        }
        context.writeAndFlush(wrapOutboundOut(frame)).assumeIsolated().whenComplete { _ in
            // The client closes its side next; if it does not, the timer does.
            if isAnswer { context.close(mode: .output, promise: nil) }
        }
    }

    private func finish(_ context: ChannelHandlerContext) {
        state = .closed
        context.close(promise: nil)
    }

    /// A closing frame holds 125 bytes, two of them the code.
    private static func shortened(_ reason: String) -> String {
        var reason = reason
        while reason.utf8.count > 123 { reason.removeLast() }
        return reason
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is ChannelShouldQuiesceEvent { close(context, .goingAway, "The server is stopping.", isAnswer: false) }
        context.fireUserInboundEventTriggered(event)
    }
}

extension ByteBufferView {
    fileprivate var isValidUTF8: Bool { String(validating: self, as: UTF8.self) != nil }
}
