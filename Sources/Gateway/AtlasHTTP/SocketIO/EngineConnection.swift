import NIOCore
import SocketIO

/// What speaks over a session: Socket.IO, or nothing but the messages themselves.
protocol EngineUser: AnyObject {
    /// When `tick` has to be called.
    var deadline: UInt64 { get }
    func receive(text: ArraySlice<UInt8>)
    func receive(binary: [UInt8])
    func tick(now: UInt64)
    /// The session is over; nothing follows.
    func ended(_ reason: DisconnectReason)
}

/// One Engine.IO session: performs what its state machine decides.
///
/// It lives on the event loop of its handshake; requests and WebSockets that arrive on other loops hop there.
final class EngineConnection {
    let server: EngineIOServer
    let loop: EngineLoop
    let client: SocketClient
    /// When the timer wheel comes by; the wheel's own note.
    var scheduledAt: UInt64 = .max
    private var session: EngineSession
    private var user: (any EngineUser)?
    private var poll: PendingAnswer?
    private var post: PendingAnswer?
    private var main: WebSocketLink? {
        didSet { near = main.flatMap { $0.loop === loop ? $0.socket.value : nil } }
    }
    /// The WebSocket in use, if it lives on this loop: what is sent goes to it without detour.
    private var near: EngineWebSocket?
    private var probe: WebSocketLink?
    /// Why the layer above ended the session.
    private var closingReason: DisconnectReason?
    private var isReadingPaused = false

    init(_ server: EngineIOServer, _ session: EngineSession, _ client: SocketClient, loop: EngineLoop) {
        self.server = server
        self.session = session
        self.client = client
        self.loop = loop
    }

    var id: String { session.id }
    var transport: EngineTransport { session.transport }
    var hasEnded: Bool { session.hasEnded }

    /// Begins the session over a WebSocket.
    func open(_ socket: WebSocketLink, _ user: any EngineUser) {
        (main, self.user) = (socket, user)
        socket.order(.write(WebSocketFrames.text(session.opening), isVolatile: false), from: loop)
        reschedule()
    }

    /// Begins the session over polling.
    ///
    /// - Returns: The body of the answer.
    func open(_ user: any EngineUser) -> [UInt8] {
        self.user = user
        reschedule()
        return session.opening
    }

    // MARK: Polling

    func poll(_ request: PendingAnswer) {
        let actions = session.poll()
        perform(actions, request) { self.poll = request }
    }

    func pollAborted(_ request: PendingAnswer) {
        guard request.isSame(as: poll) else { return }
        poll = nil
        perform(session.pollAborted())
    }

    func postBegan(_ request: PendingAnswer) {
        let actions = session.postBegan()
        perform(actions, request) { self.post = request }
    }

    func postAborted(_ request: PendingAnswer) {
        guard request.isSame(as: post) else { return }
        post = nil
        perform(session.postAborted())
    }

    func post(_ body: [UInt8], _ request: PendingAnswer) {
        guard request.isSame(as: post) else { return }
        perform(session.post(body, now: EngineLoop.now()), request)
    }

    // MARK: WebSockets

    func probeOpened(_ socket: WebSocketLink) {
        guard session.probeOpened(now: EngineLoop.now()) else {
            return socket.order(.close(WebSocketReader.Code.policy), from: loop)
        }
        probe = socket
        reschedule()
    }

    func receive(text: ArraySlice<UInt8>, on id: ObjectIdentifier) {
        guard let socket = socket(id) else { return }
        perform(session.receive(text: text, on: socket, now: EngineLoop.now()))
    }

    func receive(binary: [UInt8], on id: ObjectIdentifier) {
        guard let socket = socket(id) else { return }
        perform(session.receive(binary: binary, on: socket))
    }

    func socketClosed(_ id: ObjectIdentifier, cleanly: Bool) {
        guard let socket = socket(id) else { return }
        if socket == .main { main = nil } else { probe = nil }
        perform(session.socketClosed(socket, cleanly: cleanly))
    }

    /// Which of the session's WebSockets this is; `nil` for one that it has given up.
    private func socket(_ id: ObjectIdentifier) -> EngineSession.Socket? {
        if main?.id == id { return .main }
        return probe?.id == id ? .probe : nil
    }

    func fallBehind() { perform(session.end(.slowConsumer)) }

    // MARK: The layer above

    /// Sends a message as one unit.
    func send(_ packet: OutgoingPacket, isVolatile: Bool) {
        switch session.outlet {
        case .webSocket:
            guard let near else {
                main?.order(.write(packet.frames, isVolatile: isVolatile), from: loop)
                return
            }
            near.write(packet.frames, isVolatile: isVolatile)
        case .queue: perform(session.send(packet.message, isVolatile: isVolatile))
        case .nowhere: break
        }
    }

    /// Closes the session; what was sent before still arrives.
    func close(_ reason: DisconnectReason) {
        closingReason = closingReason ?? reason
        perform(session.close(reason == .shuttingDown ? .shuttingDown : .closedByServer, now: EngineLoop.now()))
    }

    /// Ends the session at once.
    func end(_ reason: DisconnectReason) {
        closingReason = closingReason ?? reason
        perform(session.end(reason == .badPacket ? .badPacket : .closedByServer))
    }

    /// Ends the session without a word, as a broken network would.
    func dropTransport() {
        closingReason = .transportClosed
        main?.order(.drop, from: loop)
        poll?.drop()
        poll = nil
        perform(session.end(.transportFailed))
    }

    /// Holds back what the client sends over a WebSocket, or lets it come again.
    func pauseReading(_ isPaused: Bool) {
        guard isReadingPaused != isPaused else { return }
        isReadingPaused = isPaused
        main?.order(.pauseReading(isPaused), from: loop)
    }

    /// A WebSocket on another loop has handed over some messages, and asks whether it may go on.
    func mayReadMore(_ id: ObjectIdentifier) {
        let link = main?.id == id ? main : probe?.id == id ? probe : nil
        link?.order(.pauseReading(isReadingPaused), from: loop)
    }

    /// Sees to it that `tick` is called at the next deadline.
    func reschedule() {
        loop.schedule(self, at: min(session.deadline, user?.deadline ?? .max))
    }

    func tick(now: UInt64) {
        user?.tick(now: now)
        perform(session.tick(now: now))
    }

    // MARK: Actions

    private func perform(_ actions: [EngineSession.Action], _ request: PendingAnswer? = nil, before: () -> Void = {}) {
        if let first = actions.first, case .refuse = first {} else { before() }
        for action in actions { perform(action, request) }
        if !session.hasEnded { reschedule() }
    }

    private func perform(_ action: EngineSession.Action, _ request: PendingAnswer?) {
        switch action {
        case .text(let text): user?.receive(text: text)
        case .binary(let bytes): user?.receive(binary: bytes)
        case .answerPoll(let body):
            poll?.answer(server.payload(body))
            poll = nil
        case .answerPost:
            post?.answer(server.payload(Array("ok".utf8)))
            post = nil
        case .refuse(let error):
            request?.answer(server.refusal(error))
            if request?.isSame(as: post) == true { post = nil }
        case .sendText(let socket, let text):
            let link = socket == .main ? main : probe
            link?.order(.write(WebSocketFrames.text(text), isVolatile: false), from: loop)
        case .sendMessages(let messages):
            for message in messages {
                main?.order(.write(WebSocketFrames.encode(message), isVolatile: false), from: loop)
            }
        case .promoteProbe:
            (main, probe) = (probe, nil)
            if isReadingPaused { main?.order(.pauseReading(true), from: loop) }
        case .closeProbe:
            probe?.order(.close(WebSocketReader.Code.normal), from: loop)
            probe = nil
        case .closeSocket:
            main?.order(.close(closingReason == .shuttingDown ? WebSocketReader.Code.goingAway : 1_000), from: loop)
            main = nil
        case .ended(let reason): ended(reason)
        }
    }

    private func ended(_ reason: EngineSession.EndReason) {
        server.remove(self)
        let known: DisconnectReason =
            switch reason {
            case .transportClosed: .transportClosed
            case .transportFailed: .transportFailed
            case .pingTimeout: .pingTimeout
            case .badPacket: .badPacket
            case .slowConsumer: .slowConsumer
            case .closedByServer: .serverDisconnected
            case .shuttingDown: .shuttingDown
            }
        switch known {
        case .pingTimeout: loop.counters.pingTimeouts.increment()
        case .badPacket: loop.counters.violations.increment()
        case .slowConsumer: loop.counters.slowConsumers.increment()
        default: break
        }
        let user = user
        self.user = nil
        user?.ended(closingReason ?? known)
    }
}
