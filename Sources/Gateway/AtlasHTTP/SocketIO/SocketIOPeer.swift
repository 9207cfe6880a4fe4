import NIOCore
import SocketIO

/// Socket.IO on one connection: what its state machine decides is done here, on the connection's event loop.
final class SocketIOPeer: EngineUser {
    /// One namespace that the client is in.
    private final class Seat {
        let socket: Socket
        var pending: PendingAcknowledgements<@Sendable (Result<SocketReply, SocketReplyError>) -> Void>?
        var waiting = CircularBuffer<SocketEvent>(initialCapacity: 0)
        /// What handles the event before those that wait.
        var task: Task<Void, Never>?
        var isBusy = false
        var isResuming = false
        var bucket: TokenBucket?
        /// Since when the socket has been sending too much, and when it last did.
        var excess: (since: UInt64, last: UInt64)?
        /// Why it is no longer connected.
        var ended: DisconnectReason?

        init(_ socket: Socket) { self.socket = socket }
    }

    let connection: EngineConnection
    private let options: SocketIOOptions
    private let namespaces: [String: SocketNamespace]
    private var machine: SocketIOConnection
    private var seats: [Seat] = []
    /// What is being decided: the number of the wish, and who decides.
    private var decisions: [String: (number: Int, task: Task<Void, Never>?)] = [:]
    private var wishes = 0

    init(_ connection: EngineConnection, _ options: SocketIOOptions, _ namespaces: [String: SocketNamespace]) {
        self.connection = connection
        self.options = options
        self.namespaces = namespaces
        machine = SocketIOConnection(
            namespaceLimit: options.namespacesPerConnection,
            connectTimeout: options.connectTimeout.milliseconds,
            now: EngineLoop.now()
        )
    }

    private var loop: EngineLoop { connection.loop }

    private func seat(_ namespace: String) -> Seat? { seats.first { $0.socket.namespace.name == namespace } }

    private func seat(_ socket: Socket) -> Seat? { seats.first { $0.socket === socket } }

    // MARK: From the client

    func receive(text: ArraySlice<UInt8>) {
        perform(machine.receive(text: text, now: EngineLoop.now()) { namespaces[$0] != nil })
    }

    func receive(binary: [UInt8]) {
        perform(machine.receive(binary: binary, now: EngineLoop.now()))
    }

    private func perform(_ actions: [SocketIOConnection.Action]) {
        for action in actions {
            switch action {
            case .authorize(let namespace, let auth): authorize(namespace, auth ?? .emptyObject)
            case .refuseUnknown(let namespace):
                send(PacketEncoder.refused(namespace: namespace, message: "Invalid namespace", data: nil))
            case .packet(let packet): take(packet)
            case .left(let namespace):
                if let seat = seat(namespace) { vacate(seat, .clientLeft, mayReturn: false) }
            case .violation: connection.end(.badPacket)
            case .idle: connection.end(.connectTimeout)
            }
        }
    }

    private func send(_ message: EngineMessage) {
        let packet = OutgoingPacket(message)
        let bound = NIOLoopBound(connection, eventLoop: loop.eventLoop)
        loop.append(.work { bound.value.send(packet, isVolatile: false) })
    }

    private func take(_ packet: SocketPacket) {
        guard let seat = seat(packet.namespace) else { return }
        if packet.kind == .acknowledgement {
            guard let id = packet.id, let then = seat.pending?.answered(id) else { return }
            return then(.success(SocketReply(arguments: packet.arguments, attachments: packet.attachments)))
        }
        let acknowledgement = packet.id.map { SocketAcknowledgement(socket: seat.socket, id: $0) }
        guard admits(seat, acknowledgement) else { return }
        let event = SocketEvent(
            name: packet.name,
            arguments: packet.arguments,
            attachments: packet.attachments,
            acknowledgement: acknowledgement
        )
        if seat.isBusy { wait(event, seat) } else { handle(event, seat) }
    }

    /// Milliseconds without an event too many after which a socket's patience begins anew.
    private static let excessPause: UInt64 = 1_000

    /// Keeps to the limit on events.
    private func admits(_ seat: Seat, _ acknowledgement: SocketAcknowledgement?) -> Bool {
        guard let rate = options.eventRate else { return true }
        let now = EngineLoop.now()
        var bucket = seat.bucket ?? TokenBucket(perSecond: rate.perSecond, burst: rate.burst, now: now)
        let wait = bucket.take(now: now)
        seat.bucket = bucket
        guard let wait else { return true }
        loop.counters.rateHits.increment()
        // Whoever goes on sending too much gets an event through now and then, so only a pause ends the excess.
        let known = seat.excess.flatMap { now - $0.last <= Self.excessPause ? $0.since : nil }
        let since = known ?? now
        seat.excess = (since, now)
        if now - since >= rate.patience.milliseconds {
            connection.end(.tooManyEvents)
        } else {
            acknowledgement?.fail("RATE_LIMITED", "Too many events.", retryAfter: .milliseconds(wait))
        }
        return false
    }

    // MARK: Handling

    private func wait(_ event: SocketEvent, _ seat: Seat) {
        guard seat.waiting.count < options.waitingEventsLimit else { return connection.end(.tooManyEvents) }
        seat.waiting.append(event)
        if seat.waiting.count >= options.waitingEvents { connection.pauseReading(true) }
    }

    private func handle(_ event: SocketEvent, _ seat: Seat) {
        switch seat.socket.namespace.rules.handler(event.name) {
        case .direct(let handler)?: handler(seat.socket, event)
        case .async(let handler)?:
            seat.isBusy = true
            let (socket, bound) = (seat.socket, NIOLoopBound((self, seat), eventLoop: loop.eventLoop))
            let loop = loop
            let task = Task.onLoop(loop.executor) {
                await handler(socket, event)
                loop.run {
                    let (peer, seat) = bound.value
                    peer.handled(seat)
                }
            }
            // Most are done by now.
            if seat.isBusy { seat.task = task }
        case nil: break
        }
    }

    /// Goes on with the events that waited, in a loop and not by recursion: handlers may be done before they return.
    private func handled(_ seat: Seat) {
        seat.isBusy = false
        seat.task = nil
        guard !seat.isResuming else { return }
        seat.isResuming = true
        while !seat.isBusy, let event = seat.waiting.popFirst() { handle(event, seat) }
        seat.isResuming = false
        if seat.waiting.count < options.waitingEvents / 2 { resumeReading() }
        if !seat.isBusy, let reason = seat.ended { seat.socket.namespace.rules.onDisconnect(seat.socket, reason) }
    }

    private func resumeReading() {
        guard seats.allSatisfy({ $0.waiting.count < options.waitingEvents }) else { return }
        connection.pauseReading(false)
    }

    // MARK: Entering

    private func authorize(_ namespace: String, _ auth: JSONText) {
        guard let space = namespaces[namespace] else { return }
        let handshake = SocketHandshake(client: connection.client, auth: auth)
        guard let authorize = space.rules.authorize else { return admit(space, handshake, nil) }
        let bound = NIOLoopBound(self, eventLoop: loop.eventLoop)
        let loop = loop
        wishes += 1
        let number = wishes
        decisions[namespace]?.task?.cancel()
        decisions[namespace] = (number, nil)
        let task = Task.onLoop(loop.executor) {
            let decision = await authorize(handshake)
            loop.run { bound.value.decided(number, space, handshake, decision) }
        }
        if decisions[namespace]?.number == number { decisions[namespace]?.task = task }
    }

    /// A client may have left and asked anew, with other words, while its first wish was being decided.
    private func decided(
        _ number: Int,
        _ space: SocketNamespace,
        _ handshake: SocketHandshake,
        _ decision: ConnectDecision
    ) {
        guard decisions[space.name]?.number == number else { return }
        decisions[space.name] = nil
        switch decision {
        case .accept(let data): admit(space, handshake, data)
        case .refuse(let message, let data):
            guard machine.refuse(space.name) else { return }
            send(PacketEncoder.refused(namespace: space.name, message: message, data: data))
        }
    }

    private func admit(_ space: SocketNamespace, _ handshake: SocketHandshake, _ data: (any Sendable)?) {
        guard !connection.hasEnded, machine.accept(space.name) else { return }
        let request = options.recovers ? RecoveryRequest(handshake.auth) : nil
        let socket = space.enter(self, data: data, recovering: request)
        if socket.isRecovered { loop.counters.recoveries.increment() }
        seats.append(Seat(socket))
        space.rules.onConnect(socket, handshake)
        connection.reschedule()
    }

    // MARK: From the server

    /// Sends an event that wants an answer.
    func ask(_ socket: Socket, _ question: SocketQuestion) {
        guard socket.isConnected, let seat = seat(socket) else { return question.then(.failure(.disconnected)) }
        var pending = seat.pending ?? PendingAcknowledgements(limit: options.pendingAcknowledgements)
        let deadline = EngineLoop.now() &+ question.timeout
        let id = pending.add(question.then, deadline: deadline)
        seat.pending = pending
        guard let id else { return question.then(.failure(.tooMany)) }
        let message = PacketEncoder.event(
            namespace: socket.namespace.name,
            name: question.name,
            arguments: question.arguments,
            attachments: question.attachments,
            id: id
        )
        connection.send(OutgoingPacket(message), isVolatile: false)
        connection.reschedule()
    }

    func disconnect(_ socket: Socket, close: Bool, _ reason: DisconnectReason) {
        if let seat = seat(socket), socket.isConnected {
            _ = machine.putOut(socket.namespace.name, now: EngineLoop.now())
            let farewell = PacketEncoder.disconnected(namespace: socket.namespace.name)
            connection.send(OutgoingPacket(farewell), isVolatile: false)
            vacate(seat, reason, mayReturn: false)
        }
        if close { connection.close(reason) } else { connection.reschedule() }
    }

    /// Ends the connection; the socket's session lives on elsewhere.
    func giveUp(_ socket: Socket) {
        guard let seat = seat(socket) else { return }
        finish(seat, .takenOver)
        connection.end(.takenOver)
    }

    // MARK: Leaving

    private func vacate(_ seat: Seat, _ reason: DisconnectReason, mayReturn: Bool) {
        guard seat.socket.namespace.leave(seat.socket, mayReturn: mayReturn) else { return }
        finish(seat, reason)
    }

    private func finish(_ seat: Seat, _ reason: DisconnectReason) {
        guard seat.ended == nil else { return }
        seats.removeAll { $0 === seat }
        seat.ended = reason
        let pending = seat.pending?.removeAll() ?? []
        for then in pending { then(.failure(.disconnected)) }
        if !seat.isBusy { seat.socket.namespace.rules.onDisconnect(seat.socket, reason) }
        resumeReading()
    }

    func ended(_ reason: DisconnectReason) {
        for decision in decisions.values { decision.task?.cancel() }
        decisions = [:]
        let mayReturn: Bool =
            switch reason {
            case .transportClosed, .transportFailed, .pingTimeout, .slowConsumer, .shuttingDown: true
            // Its client is elsewhere, and comes for its other namespaces next.
            case .takenOver: true
            default: false
            }
        for seat in seats { vacate(seat, reason, mayReturn: mayReturn) }
    }

    // MARK: Time

    var deadline: UInt64 { seats.reduce(machine.deadline) { min($0, $1.pending?.deadline ?? .max) } }

    func tick(now: UInt64) {
        for seat in seats {
            for then in seat.pending?.expire(now: now) ?? [] { then(.failure(.timeout)) }
        }
        perform(machine.tick(now: now))
    }
}
