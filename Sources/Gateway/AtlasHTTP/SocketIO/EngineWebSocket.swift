import NIOCore
import SocketIO

/// Something that a session wants of its WebSocket, which may live on another event loop.
struct WebSocketOrder: Sendable {
    enum Kind: Sendable {
        case write(ByteBuffer, isVolatile: Bool)
        case close(UInt16)
        /// Closes the connection without a word.
        case drop
        case pauseReading(Bool)
    }

    let socket: NIOLoopBound<EngineWebSocket>
    let kind: Kind

    /// To be called on the WebSocket's loop.
    func perform() { socket.value.perform(kind) }
}

/// A session's hold on one of its WebSockets.
struct WebSocketLink: Sendable {
    /// Tells the session's WebSockets apart.
    let id: ObjectIdentifier
    let socket: NIOLoopBound<EngineWebSocket>
    /// The WebSocket's loop.
    let loop: EngineLoop

    /// Has something done.
    ///
    /// - Parameter home: The session's loop, on which this is called.
    func order(_ kind: WebSocketOrder.Kind, from home: EngineLoop) {
        if loop === home {
            socket.value.perform(kind)
        } else {
            home.give(WebSocketOrder(socket: socket, kind: kind), to: loop)
        }
    }
}

/// One WebSocket of a session: the only handler of its connection, with a reader of frames and a queue with limits.
///
/// What is written in one turn of the loop goes out at its end, in one system call if the frames are small, and past
/// the pipeline as long as the client takes it (`DirectSocket`).
final class EngineWebSocket: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private enum State {
        case open
        /// Our closing frame is sent; the client's, or the end of its bytes, is awaited.
        case closing
        case closed
    }

    /// Messages on their way to a session on another loop.
    private static let messagesAhead = 32
    /// Up to how many bytes frames are put together: copying them costs less than a system call for each.
    private static let gatheredBytes = 64 * 1_024

    private let options: EngineIOOptions
    private let loop: EngineLoop
    private let session: NIOLoopBound<EngineConnection>
    private let sessionLoop: EngineLoop
    private var reader: WebSocketReader
    private var state = State.open
    private var context: ChannelHandlerContext?
    private var direct: DirectSocket?
    private var isMarked = false
    /// Frames of this turn: most of the time one, and then no list is needed.
    private var first: ByteBuffer?
    private var others: [ByteBuffer] = []
    /// Whether bytes may wait in the pipeline, in front of everything else.
    ///
    /// They are those of the answer to the upgrade, or what the system did not take at once.
    private var isBehind = true
    /// What was written since everything was last seen to be sent.
    private var written = (packets: 0, bytes: 0)
    private var isPaused = false
    private var isReadHeld = false
    /// Messages that a session on another loop was handed without saying that it is ready for more.
    private var handedOver = 0
    /// What was read but not looked at, because reading is paused.
    private var unread: ByteBuffer?

    /// - Parameters:
    ///   - loop: The connection's own.
    ///   - session: What the WebSocket belongs to, and on which loop.
    init(
        options: EngineIOOptions,
        loop: EngineLoop,
        session: NIOLoopBound<EngineConnection>,
        on sessionLoop: EngineLoop
    ) {
        self.options = options
        self.loop = loop
        self.session = session
        self.sessionLoop = sessionLoop
        reader = WebSocketReader(messageLimit: options.maxPayload, fragmentLimit: options.fragments)
    }

    /// To be called on the connection's loop.
    var link: WebSocketLink {
        WebSocketLink(id: ObjectIdentifier(self), socket: NIOLoopBound(self, eventLoop: loop.eventLoop), loop: loop)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        direct = DirectSocket(context)
    }

    func handlerRemoved(context: ChannelHandlerContext) { end(cleanly: false) }

    func channelInactive(context: ChannelHandlerContext) {
        end(cleanly: true)
        context.fireChannelInactive()
    }

    private func end(cleanly: Bool) {
        context = nil
        direct = nil
        unread = nil
        (first, others) = (nil, [])
        guard state != .closed else { return }
        state = .closed
        tell { $0.socketClosed($1, cleanly: cleanly) }
    }

    /// Tells the session something, in order.
    private func tell(_ what: @escaping @Sendable (EngineConnection, ObjectIdentifier) -> Void) {
        let id = ObjectIdentifier(self)
        if loop === sessionLoop { return what(session.value, id) }
        let session = session
        sessionLoop.eventLoop.execute { what(session.value, id) }
    }

    // MARK: Reading

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        if unread == nil { return take(&bytes) }
        unread?.writeBuffer(&bytes)
    }

    private func take(_ bytes: inout ByteBuffer) {
        while state == .open {
            if isPaused {
                if bytes.readableBytes > 0 { unread = bytes }
                return
            }
            let (event, position) = bytes.withUnsafeReadableBytes { view in
                var position = 0
                return (reader.next(view, &position), position)
            }
            bytes.moveReaderIndex(forwardBy: position)
            guard let event else { return }
            take(event)
            if loop !== sessionLoop { waitForSession() }
        }
    }

    /// A session on another loop could not hold back what is on its way to it, so it is asked now and then.
    private func waitForSession() {
        handedOver += 1
        guard handedOver >= Self.messagesAhead, !isPaused else { return }
        handedOver = 0
        isPaused = true
        tell { $0.mayReadMore($1) }
    }

    private func take(_ event: WebSocketReader.Event) {
        switch event {
        case .text(let text): tell { $0.receive(text: text[...], on: $1) }
        case .binary(let bytes): tell { $0.receive(binary: bytes, on: $1) }
        case .ping(let bytes): write(WebSocketFrames.pong(bytes), isVolatile: false)
        case .close(let code):
            tell { $0.socketClosed($1, cleanly: true) }
            close(code, waits: false)
        case .failure(let code):
            loop.counters.violations.increment()
            tell { $0.socketClosed($1, cleanly: false) }
            close(code, waits: true)
        }
    }

    /// Holds back reading while a handler above is behind.
    func read(context: ChannelHandlerContext) {
        if isPaused { isReadHeld = true } else { context.read() }
    }

    private func pauseReading(_ isPaused: Bool) {
        guard self.isPaused != isPaused else { return }
        self.isPaused = isPaused
        guard !isPaused else { return }
        if var bytes = unread {
            unread = nil
            take(&bytes)
        }
        guard !self.isPaused, isReadHeld, let context else { return }
        isReadHeld = false
        context.read()
    }

    // MARK: Writing

    func perform(_ order: WebSocketOrder.Kind) {
        switch order {
        case .write(let bytes, let isVolatile): write(bytes, isVolatile: isVolatile)
        case .close(let code): close(code, waits: true)
        case .drop: context?.close(promise: nil)
        case .pauseReading(let isPaused): pauseReading(isPaused)
        }
    }

    /// Sends frames at the end of the turn.
    func write(_ bytes: ByteBuffer, isVolatile: Bool) {
        guard state == .open, let context else { return }
        if isBehind { isBehind = direct == nil || waitingBytes(context) > 0 }
        guard !isVolatile || mayTakeVolatile(context) else { return loop.counters.volatileDropped.increment() }
        written.packets += 1
        written.bytes += bytes.readableBytes
        if isBehind {
            context.write(wrapOutboundOut(bytes), promise: nil)
        } else if first == nil {
            first = bytes
        } else {
            others.append(bytes)
        }
        if written.packets > options.queuePackets || written.bytes > options.queueBytes {
            checkQueue(context, bytes.readableBytes)
        }
        guard !isMarked else { return }
        isMarked = true
        loop.mark(self)
    }

    private func mayTakeVolatile(_ context: ChannelHandlerContext) -> Bool {
        isBehind ? context.channel.isWritable : written.bytes <= options.volatileQueueBytes
    }

    func flush() {
        isMarked = false
        if let context { send(context) }
    }

    private func send(_ context: ChannelHandlerContext) {
        guard !isBehind, let direct else { return context.flush() }
        guard let first else { return }
        let others = others
        self.first = nil
        if !others.isEmpty { self.others = [] }
        var left = first
        var next = 0
        while true {
            left = gather(left, others, &next)
            let taken = direct.send(left)
            guard taken == left.readableBytes else {
                left.moveReaderIndex(forwardBy: taken)
                return hand([left] + others[next...], to: context)
            }
            guard next < others.count else { break }
            left = others[next]
            next += 1
        }
        written = (0, 0)
    }

    /// Frames that go out at once: one, and those behind it while they are small.
    private func gather(_ frames: ByteBuffer, _ others: [ByteBuffer], _ next: inout Int) -> ByteBuffer {
        var end = next
        var bytes = frames.readableBytes
        while end < others.count, bytes + others[end].readableBytes <= Self.gatheredBytes {
            bytes += others[end].readableBytes
            end += 1
        }
        guard end > next else { return frames }
        var gathered = ByteBufferAllocator().buffer(capacity: bytes)
        gathered.writeImmutableBuffer(frames)
        for frame in others[next..<end] { gathered.writeImmutableBuffer(frame) }
        next = end
        return gathered
    }

    /// Leaves frames to the pipeline.
    private func hand(_ frames: [ByteBuffer], to context: ChannelHandlerContext) {
        isBehind = true
        for frame in frames { context.write(wrapOutboundOut(frame), promise: nil) }
        context.flush()
    }

    private func waitingBytes(_ context: ChannelHandlerContext) -> Int {
        (try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
    }

    /// Cuts off a client that does not take what is sent to it.
    ///
    /// The system takes what it can first. How many packets wait is estimated from how many bytes do: counting them
    /// one by one would cost a promise for each write.
    private func checkQueue(_ context: ChannelHandlerContext, _ newest: Int) {
        send(context)
        let waiting = waitingBytes(context)
        let packets = Int(Double(written.packets) * Double(waiting) / Double(max(written.bytes, 1)))
        written = (packets, waiting)
        guard packets > options.queuePackets || waiting > max(options.queueBytes, newest) else { return }
        state = .closed
        tell { connection, _ in connection.fallBehind() }
        context.close(promise: nil)
    }

    // MARK: Closing

    /// Sends a closing frame.
    ///
    /// - Parameter waits: Whether the client may still be sending: then its bytes are read and thrown away for a while,
    ///   for a reset would reach it before the frame does.
    private func close(_ code: UInt16?, waits: Bool) {
        guard state == .open, let context else { return }
        send(context)
        // Sending may have found out that the connection is broken.
        guard state == .open else { return }
        state = .closing
        unread = nil
        pauseReading(false)
        context.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(options.closeTimeout)) { self.abandon() }
        context.writeAndFlush(wrapOutboundOut(WebSocketFrames.close(code))).assumeIsolated().whenComplete { _ in
            guard let context = self.context else { return }
            if waits { context.close(mode: .output, promise: nil) } else { context.close(promise: nil) }
        }
    }

    private func abandon() { context?.close(promise: nil) }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is ChannelShouldQuiesceEvent {
            tell { $0.socketClosed($1, cleanly: true) }
            close(WebSocketReader.Code.goingAway, waits: true)
        }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
