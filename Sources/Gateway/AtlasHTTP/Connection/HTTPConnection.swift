import NIOCore
import NIOHTTP1

/// Drives one connection: takes requests from the decoder one after the other, has each answered, and writes the
/// answers in the order of the requests.
///
/// It is the only handler behind the decoder, and what runs for a request that needs no waiting is this object and
/// one task that never leaves the event loop. A request that arrives while another is answered waits in `queue`, and
/// nothing more is read until it is taken from there.
final class HTTPConnection: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    enum State {
        /// Between two requests.
        case idle
        /// The head is there, the body is not.
        case receiving(Exchange)
        /// The request is whole; its answer is not.
        case answering(Exchange)
        /// On the way to a WebSocket.
        case upgrading
        /// The last answer is written; what still comes is thrown away.
        case lingering(bytesLeft: Int)
        case closed
    }

    /// What the decoder says.
    enum Input {
        case part(HTTPServerRequestPart)
        case failure(HTTPResponseStatus)
    }

    let core: ServerCore
    let loop: LoopState
    let decoder: ByteToMessageHandler<HTTPRequestDecoder>
    var state = State.idle
    var context: ChannelHandlerContext?
    /// Counts requests, so that a late answer is not taken for the next one's.
    var number: UInt64 = 0
    var task: Task<Void, Never>?
    var isQuiescing = false
    /// Bytes behind an upgrade request.
    var leftovers: [NIOAny] = []
    var deadline: NIODeadline?
    var timer: (scheduled: Scheduled<Void>, at: NIODeadline)?
    var unsentBytes = 0

    /// The address of the client's end, as text.
    private lazy var peer = context?.remoteAddress?.ipAddress ?? ""
    private var queue = CircularBuffer<Input>()
    private var isTakingInput = false
    private var isReading = false
    private var needsFlush = false
    private var isReadHeld = false

    init(core: ServerCore, loop: LoopState, decoder: ByteToMessageHandler<HTTPRequestDecoder>) {
        self.core = core
        self.loop = loop
        self.decoder = decoder
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        setDeadline(core.limits.headTime)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        end()
        self.context = nil
    }

    func channelInactive(context: ChannelHandlerContext) {
        end()
        context.fireChannelInactive()
    }

    private func end() {
        switch state {
        case .receiving(let exchange), .answering(let exchange): exchange.abort()
        default: break
        }
        state = .closed
        task?.cancel()
        task = nil
        queue.removeAll()
        leftovers.removeAll()
        deadline = nil
        timer?.scheduled.cancel()
        timer = nil
    }

    // MARK: Input

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .upgrading = state { return leftovers.append(data) }
        isReading = true
        take(.part(unwrapInboundIn(data)))
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        isReading = false
        flushIfNeeded()
        if case .receiving(let exchange) = state, !exchange.isTimed {
            exchange.isTimed = true
            setDeadline(core.limits.bodyTime)
        }
        context.fireChannelReadComplete()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch error {
        case HTTPParserError.headerOverflow: take(.failure(.requestHeaderFieldsTooLarge))
        case HTTPParserError.invalidVersion: take(.failure(.httpVersionNotSupported))
        case is HTTPParserError: take(.failure(.badRequest))
        default: context.close(promise: nil)
        }
        flushIfNeeded()
    }

    /// Holds back reading while a client that does not wait for answers already has requests in the queue.
    func read(context: ChannelHandlerContext) {
        if queue.isEmpty { context.read() } else { isReadHeld = true }
    }

    private func take(_ input: Input) {
        queue.append(input)
        takeWaitingInput()
    }

    /// Handles input as long as no request is being answered.
    ///
    /// A loop, not a recursion: hundreds of small requests may wait in the queue, each answered at once.
    private func takeWaitingInput() {
        guard !isTakingInput else { return }
        isTakingInput = true
        defer { isTakingInput = false }
        while !queue.isEmpty {
            switch state {
            case .answering, .upgrading: return
            case .closed: queue.removeAll()
            case .lingering(let bytesLeft): discard(queue.removeFirst(), bytesLeft)
            case .idle:
                guard mayAnswerMore() else { return }
                begin(queue.removeFirst())
            case .receiving(let exchange): receive(queue.removeFirst(), exchange)
            }
        }
        guard isReadHeld, let context else { return }
        isReadHeld = false
        context.read()
    }

    /// Whether the client has taken enough of the answers to its earlier requests.
    ///
    /// If not, its further requests stay in the queue until the channel is writable again, or the time to write is over.
    private func mayAnswerMore() -> Bool {
        guard let context else { return false }
        if !context.channel.isWritable { flushIfNeeded() }
        guard !context.channel.isWritable else { return true }
        unsentBytes = waitingBytes(context)
        setDeadline(core.limits.writeTime)
        return false
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable { takeWaitingInput() }
        context.fireChannelWritabilityChanged()
    }

    private func discard(_ input: Input, _ bytesLeft: Int) {
        guard case .part(.body(let bytes)) = input else { return }
        let left = bytesLeft - bytes.readableBytes
        state = .lingering(bytesLeft: left)
        if left <= 0 { context?.close(promise: nil) }
    }

    private func begin(_ input: Input) {
        switch input {
        case .failure(let status): refuseUnreadable(status)
        case .part(.head(let head)):
            let exchange = core.exchange(head, peer: peer, loop: loop)
            number &+= 1
            state = .receiving(exchange)
            switch exchange.route {
            case .refused(let status): finish(exchange, core.refusal(status, exchange))
            case .engine(let server):
                beginEngine(exchange, server)
                if case .receiving = state { expectBody(exchange) }
            case .upload:
                if let refusal = core.admitUpload(exchange) { finish(exchange, refusal) } else { expectBody(exchange) }
            default: expectBody(exchange)
            }
        case .part: break
        }
    }

    private func expectBody(_ exchange: Exchange) {
        guard !exchange.known.isDisjoint(with: [.contentLength, .transferEncoding]) else { return }
        let headers = exchange.head.headers
        let announced = headers.first(name: "content-length").flatMap { Int($0) } ?? 0
        guard announced <= core.bodyLimit(exchange.route) else { return refuseBody(exchange) }
        guard exchange.known.contains(.expect),
            headers[canonicalForm: "expect"].contains(where: { $0.lowercased() == "100-continue" })
        else { return }
        context?.writeAndFlush(wrapOutboundOut(ByteBuffer(string: "HTTP/1.1 100 Continue\r\n\r\n")), promise: nil)
    }

    private func receive(_ input: Input, _ exchange: Exchange) {
        switch input {
        case .failure(let status):
            finish(exchange, core.refusal(status, exchange))
        case .part(.body(var bytes)):
            guard exchange.body.readableBytes + bytes.readableBytes <= core.bodyLimit(exchange.route) else {
                return refuseBody(exchange)
            }
            if exchange.body.readableBytes == 0 { exchange.body = bytes } else { exchange.body.writeBuffer(&bytes) }
        case .part(.end):
            exchange.isWhole = true
            state = .answering(exchange)
            dispatch(exchange)
        case .part(.head): break
        }
    }

    private func refuseBody(_ exchange: Exchange) {
        finish(exchange, core.refusal(.payloadTooLarge, exchange))
    }

    private func refuseUnreadable(_ status: HTTPResponseStatus) {
        let head = HTTPRequestHead(
            version: .http1_1,
            method: .RAW(value: "-"),
            uri: "-",
            headers: ["connection": "close"]
        )
        let exchange = core.exchange(head, peer: peer, loop: loop)
        state = .receiving(exchange)
        finish(exchange, core.refusal(status, exchange))
    }

    // MARK: Output

    /// Writes the answer and goes on to the next request, or ends the connection.
    func finish(_ exchange: Exchange, _ answer: Answer) {
        guard let context else { return }
        exchange.abort()
        let keeps = exchange.keepsConnection && exchange.isWhole && !isQuiescing
        let bytes = core.encode(
            answer,
            to: exchange,
            keepsConnection: keeps,
            loop: loop,
            allocator: context.channel.allocator
        )
        core.log(answer, to: exchange, bytes: bytes.readableBytes)
        conclude(exchange, bytes, keeps: keeps)
    }

    /// Writes the last bytes of an answer and goes on to the next request, or ends the connection.
    func conclude(_ exchange: Exchange, _ bytes: ByteBuffer, keeps: Bool) {
        guard let context else { return }
        task = nil
        if keeps {
            state = .idle
            unsentBytes = 0
            context.write(wrapOutboundOut(bytes), promise: nil)
            needsFlush = true
            setDeadline(core.limits.idleTime)
        } else {
            state = .lingering(bytesLeft: core.limits.lingerBytes)
            setDeadline(core.limits.writeTime)
            writeLast(bytes, context, closesAtOnce: exchange.isWhole)
        }
        if !isReading { flushIfNeeded() }
        takeWaitingInput()
    }

    /// A client that is still sending would get a reset instead of the answer if the socket were closed at once.
    ///
    /// So only our half is closed first.
    private func writeLast(_ bytes: ByteBuffer, _ context: ChannelHandlerContext, closesAtOnce: Bool) {
        context.writeAndFlush(wrapOutboundOut(bytes)).assumeIsolated().whenComplete { result in
            guard case .success = result, !closesAtOnce else { return context.close(promise: nil) }
            context.close(mode: .output, promise: nil)
            self.setDeadline(self.core.limits.lingerTime)
        }
    }

    private func flushIfNeeded() {
        guard needsFlush, let context else { return }
        needsFlush = false
        context.flush()
    }

    // MARK: Stopping

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard event is ChannelShouldQuiesceEvent else { return context.fireUserInboundEventTriggered(event) }
        isQuiescing = true
        if case .idle = state, queue.isEmpty { context.close(promise: nil) }
        endEvents(context)
    }
}
