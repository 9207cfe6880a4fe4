/// One Engine.IO session: handshake, polling, upgrade, heartbeat and close, without sockets and without a clock.
///
/// Every method says what is to be done, in this order. What the layer above wants to send goes out through
/// `outlet`: directly as long as a WebSocket is in use, otherwise through `send`.
///
/// Source: Engine.IO protocol v4; where it leaves room, the reference server's behaviour.
public struct EngineSession: Sendable {
    /// One of the two WebSockets that a session may have.
    public enum Socket: Sendable, Equatable {
        /// The one in use.
        case main
        /// The one that is to take over from polling.
        case probe
    }

    /// What is to be done.
    public enum Action: Sendable, Equatable {
        /// Answer the waiting GET request with this body.
        case answerPoll([UInt8])
        /// Answer the POST request with `ok`.
        case answerPost
        /// Refuse the request that was just made.
        case refuse(EngineError)
        /// Send a text frame.
        case sendText(Socket, [UInt8])
        /// Send what was kept for a client that polled.
        case sendMessages([EngineMessage])
        /// The second WebSocket is in use from now on.
        case promoteProbe
        /// Close the second WebSocket.
        case closeProbe
        /// Close the WebSocket in use.
        case closeSocket
        /// A text message arrived.
        case text(ArraySlice<UInt8>)
        /// A binary message arrived.
        case binary([UInt8])
        /// The session is over; nothing follows.
        case ended(EndReason)
    }

    /// Why a session is over.
    public enum EndReason: Sendable, Equatable {
        /// The client closed it, or its connection ended.
        case transportClosed
        /// A request or connection broke off or was not as it must be.
        case transportFailed
        case pingTimeout
        case badPacket
        case slowConsumer
        /// The layer above closed it.
        case closedByServer
        /// The server stops; the client shall come again.
        case shuttingDown
    }

    /// Where messages go.
    public enum Outlet: Sendable, Equatable { case webSocket, queue, nowhere }

    private enum State { case open, closing, ended }

    private enum Upgrade {
        case none
        /// The second WebSocket has said nothing yet.
        case opened
        /// It has been tried; waiting requests are released.
        case tried
    }

    /// The session's name; a secret that only its client knows.
    public let id: String
    /// Settings.
    public let settings: EngineSettings
    /// The transport in use.
    public private(set) var transport: EngineTransport

    private var state = State.open
    private var upgrade = Upgrade.none
    /// Why the session is being closed.
    private var closing = EndReason.closedByServer
    private var queue: [Queued] = []
    private var queuedBytes = 0
    private var isPolling = false
    private var isPosting = false
    /// When the next heartbeat is due, or its answer.
    private var heartbeat: UInt64
    private var awaitsPong = false
    private var upgradeDeadline: UInt64 = .max
    private var nextRelease: UInt64 = .max

    private enum Queued {
        case message(EngineMessage)
        case ping
    }

    /// How often a request that waits is released while the client changes to its WebSocket.
    static let releaseInterval: UInt64 = 100

    /// A session that was just opened.
    public init(id: String, transport: EngineTransport, settings: EngineSettings, now: UInt64) {
        self.id = id
        self.transport = transport
        self.settings = settings
        heartbeat = now &+ settings.pingInterval
    }

    /// The packet that opens the session, its type first.
    public var opening: [UInt8] {
        let upgrades = transport == .polling ? #"["websocket"]"# : "[]"
        return Array(
            """
            0{"sid":"\(id)","upgrades":\(upgrades),"pingInterval":\(settings.pingInterval),\
            "pingTimeout":\(settings.pingTimeout),"maxPayload":\(settings.maxPayload)}
            """
            .utf8
        )
    }

    /// Where messages go now.
    public var outlet: Outlet {
        switch state {
        case .open: transport == .webSocket ? .webSocket : .queue
        case .closing, .ended: .nowhere
        }
    }

    /// Whether the session is over.
    public var hasEnded: Bool { state == .ended }

    /// When `tick` has to be called next.
    public var deadline: UInt64 { min(heartbeat, min(upgradeDeadline, nextRelease)) }

    // MARK: Polling

    /// A GET request came; it waits until `answerPoll` or `refuse`.
    public mutating func poll() -> [Action] {
        guard transport == .polling, state != .ended else { return [.refuse(.badRequest)] }
        guard !isPolling else { return [.refuse(.badRequest)] + end(.transportFailed) }
        isPolling = true
        if state == .closing { return end(closing) }
        return flush()
    }

    /// The waiting GET request was broken off.
    public mutating func pollAborted() -> [Action] {
        guard isPolling else { return [] }
        isPolling = false
        return transport == .polling ? end(.transportClosed) : []
    }

    /// The head of a POST request came.
    public mutating func postBegan() -> [Action] {
        guard transport == .polling, state == .open else { return [.refuse(.badRequest)] }
        guard !isPosting else { return [.refuse(.badRequest)] + end(.transportFailed) }
        isPosting = true
        return []
    }

    /// The POST request was broken off, or refused for its size or kind.
    public mutating func postAborted() -> [Action] {
        guard isPosting else { return [] }
        isPosting = false
        return end(.transportFailed)
    }

    /// The whole POST request is there.
    public mutating func post(_ body: [UInt8], now: UInt64) -> [Action] {
        guard isPosting, state == .open else { return [.refuse(.badRequest)] }
        isPosting = false
        guard let packets = EnginePayload.decode(body) else { return [.refuse(.badRequest)] + end(.badPacket) }
        var actions: [Action] = []
        for packet in packets {
            switch packet {
            case .text(let text): actions.append(.text(text))
            case .binary(let bytes): actions.append(.binary(bytes))
            case .pong: pong(now)
            case .noop: break
            case .close: return actions + [.answerPost] + end(.transportClosed)
            case .ping, .upgrade: return actions + [.refuse(.badRequest)] + end(.badPacket)
            }
        }
        return actions + [.answerPost]
    }

    // MARK: WebSocket

    /// A WebSocket opened for this session, which polls.
    ///
    /// - Returns: False if it is not wanted and must be closed.
    public mutating func probeOpened(now: UInt64) -> Bool {
        guard state == .open, transport == .polling, upgrade == .none else { return false }
        upgrade = .opened
        upgradeDeadline = now &+ settings.upgradeTimeout
        return true
    }

    /// A text frame came.
    public mutating func receive(text: ArraySlice<UInt8>, on socket: Socket, now: @autoclosure () -> UInt64) -> [Action]
    {
        guard state == .open else { return [] }
        if socket == .probe { return probe(text, now()) }
        switch EnginePacket(text: text) {
        case .text(let text)?: return [.text(text)]
        case .pong?: pong(now())
        case .noop?: break
        case .close?: return end(.transportClosed)
        case .ping?, .upgrade?, .binary?, nil: return end(.badPacket)
        }
        return []
    }

    /// A binary frame came.
    public mutating func receive(binary: [UInt8], on socket: Socket) -> [Action] {
        guard state == .open else { return [] }
        return socket == .probe ? dropProbe() : [.binary(binary)]
    }

    /// A WebSocket ended, cleanly or not.
    public mutating func socketClosed(_ socket: Socket, cleanly: Bool) -> [Action] {
        switch socket {
        case .main: return end(cleanly ? .transportClosed : .transportFailed)
        case .probe:
            endUpgrade()
            return []
        }
    }

    private mutating func probe(_ text: ArraySlice<UInt8>, _ now: UInt64) -> [Action] {
        switch (upgrade, EnginePacket(text: text)) {
        case (.opened, .ping(let rest)?) where rest.elementsEqual("probe".utf8):
            upgrade = .tried
            nextRelease = now &+ Self.releaseInterval
            return [.sendText(.probe, Array("3probe".utf8))] + release()
        case (.tried, .upgrade?): return takeOver()
        default: return dropProbe()
        }
    }

    /// Answers a waiting request, so that the client can stop polling.
    private mutating func release() -> [Action] {
        guard isPolling else { return [] }
        isPolling = false
        return [.answerPoll([UInt8(ascii: "6")])]
    }

    private mutating func takeOver() -> [Action] {
        let released = release()
        transport = .webSocket
        endUpgrade()
        var actions = released + [.promoteProbe]
        var messages: [EngineMessage] = []
        for queued in queue {
            switch queued {
            case .message(let message): messages.append(message)
            case .ping: actions.append(.sendText(.main, [UInt8(ascii: "2")]))
            }
        }
        (queue, queuedBytes) = ([], 0)
        if !messages.isEmpty { actions.append(.sendMessages(messages)) }
        return actions
    }

    private mutating func dropProbe() -> [Action] {
        guard upgrade != .none else { return [] }
        endUpgrade()
        return [.closeProbe]
    }

    private mutating func endUpgrade() {
        upgrade = .none
        upgradeDeadline = .max
        nextRelease = .max
    }

    // MARK: Sending

    /// Takes a message for a client that polls.
    public mutating func send(_ message: EngineMessage, isVolatile: Bool = false) -> [Action] {
        guard outlet == .queue else { return [] }
        let size = message.count
        if isVolatile, !isPolling, isBehind(by: size) { return [] }
        guard queuedBytes + size <= settings.queueBytes || queuedBytes == 0, queue.count < settings.queuePackets else {
            return end(.slowConsumer)
        }
        queue.append(.message(message))
        queuedBytes += size
        return flush()
    }

    private func isBehind(by size: Int) -> Bool {
        queuedBytes + size > settings.volatileQueueBytes || queue.count >= settings.queuePackets / 4
    }

    private mutating func flush() -> [Action] {
        guard isPolling, !queue.isEmpty else { return [] }
        isPolling = false
        return [.answerPoll(takeQueue())]
    }

    private mutating func takeQueue() -> [UInt8] {
        var body: [UInt8] = []
        for queued in queue {
            switch queued {
            case .message(let message): EnginePayload.append(message, to: &body)
            case .ping: EnginePayload.append(type: UInt8(ascii: "2"), [], to: &body)
            }
        }
        (queue, queuedBytes) = ([], 0)
        return body
    }

    // MARK: Time

    private mutating func pong(_ now: UInt64) {
        guard state == .open else { return }
        awaitsPong = false
        heartbeat = now &+ settings.pingInterval
    }

    /// Does what is due.
    public mutating func tick(now: UInt64) -> [Action] {
        guard state != .ended else { return [] }
        if state == .closing { return now >= heartbeat ? end(closing) : [] }
        var actions: [Action] = []
        if now >= upgradeDeadline { actions += dropProbe() }
        if now >= nextRelease {
            nextRelease = now &+ Self.releaseInterval
            actions += release()
        }
        guard now >= heartbeat else { return actions }
        guard !awaitsPong else { return actions + end(.pingTimeout) }
        awaitsPong = true
        heartbeat = now &+ settings.pingTimeout
        guard transport == .polling else { return actions + [.sendText(.main, [UInt8(ascii: "2")])] }
        queue.append(.ping)
        return actions + flush()
    }

    // MARK: Closing

    /// Closes the session; what was sent before still arrives if the client fetches it in time.
    ///
    /// - Parameter reason: `closedByServer` or `shuttingDown`.
    public mutating func close(_ reason: EndReason = .closedByServer, now: UInt64) -> [Action] {
        guard state == .open else { return [] }
        guard transport == .polling, !isPolling else { return end(reason) }
        state = .closing
        closing = reason
        heartbeat = now &+ settings.closeTimeout
        return dropProbe()
    }

    /// Ends the session at once because of what the client did to the layer above, or did not do.
    public mutating func end(_ reason: EndReason) -> [Action] {
        guard state != .ended else { return [] }
        var actions = dropProbe()
        if isPolling {
            isPolling = false
            actions.append(.answerPoll(lastAnswer(reason)))
        }
        if transport == .webSocket { actions.append(.closeSocket) }
        state = .ended
        (queue, queuedBytes) = ([], 0)
        (heartbeat, isPosting) = (.max, false)
        return actions + [.ended(reason)]
    }

    /// A client that closed the session needs no word of it; others are told, after what was kept for them.
    ///
    /// When the server stops, the word is left out: some clients do not come again after it, but do when their session
    /// is unknown.
    private mutating func lastAnswer(_ reason: EndReason) -> [UInt8] {
        let noop = [UInt8(ascii: "6")]
        if reason == .transportClosed { return noop }
        var body = takeQueue()
        if reason == .shuttingDown { return body.isEmpty ? noop : body }
        EnginePayload.append(type: UInt8(ascii: "1"), [], to: &body)
        return body
    }
}
