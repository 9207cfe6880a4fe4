import NIOConcurrencyHelpers
import SocketIO

/// What happens in a namespace: fixed when the server is made.
///
/// ```swift
/// var rules = SocketNamespaceRules("/")
/// rules.authorize = { handshake in
///     guard let token = handshake.auth["token"]?.string, let user = await users.verified(token) else {
///         return .refuse(message: "not authorized", data: nil)
///     }
///     return .accept(user)
/// }
/// rules.onConnect = { socket, _ in socket.join("lobby") }
/// rules.on("say") { socket, event in
///     guard let text = event[0] else { return }
///     socket.to("lobby").emit("said", text)
///     event.acknowledgement?(.bool(true))
/// }
/// rules.onAsync("store") { socket, event in … }
/// ```
public struct SocketNamespaceRules: Sendable {
    enum Handler: Sendable {
        case direct(@Sendable (Socket, SocketEvent) -> Void)
        case async(@Sendable (Socket, SocketEvent) async -> Void)
    }

    /// The name: `/` or `/name`, at most 64 bytes.
    public let name: String
    /// Decides about a client before it is told anything; `nil` admits everybody.
    ///
    /// A client that takes up a session is asked, too; what it is accepted with takes the place of the session's data,
    /// unless it is `nil`.
    public var authorize: (@Sendable (SocketHandshake) async -> ConnectDecision)?
    /// Called on the socket's event loop when the client has been admitted, before its first event.
    public var onConnect: @Sendable (Socket, SocketHandshake) -> Void = { _, _ in }
    /// Called on the socket's event loop, after its last event has been handled.
    public var onDisconnect: @Sendable (Socket, DisconnectReason) -> Void = { _, _ in }
    /// Called for every socket when the server begins to stop; it may still be told something.
    public var onDrain: @Sendable (Socket) -> Void = { _ in }
    private var handlers: [String: Handler] = [:]
    private var otherHandler: Handler?

    /// A namespace that admits everybody and ignores all events.
    public init(_ name: String) { self.name = name }

    /// Handles an event at once, on the socket's event loop: for what need not wait and takes microseconds.
    public mutating func on(_ event: String, _ handler: @escaping @Sendable (Socket, SocketEvent) -> Void) {
        handlers[event] = .direct(handler)
    }

    /// Handles an event in a task; the socket's next event waits until it is done.
    public mutating func onAsync(_ event: String, _ handler: @escaping @Sendable (Socket, SocketEvent) async -> Void) {
        handlers[event] = .async(handler)
    }

    /// Handles, in a task, events that have no handler of their own; without it they are ignored.
    public mutating func onOther(_ handler: @escaping @Sendable (Socket, SocketEvent) async -> Void) {
        otherHandler = .async(handler)
    }

    func handler(_ event: String) -> Handler? { handlers[event] ?? otherHandler }
}

/// One namespace of a server: its sockets, by room.
public final class SocketNamespace: Sendable {
    private struct State {
        var adapter = Adapter<Socket>()
        var log: RecoveryLog<(any Sendable)?>?
        /// Connected sockets by the secret with which their session could be taken up.
        var recoverable: [String: Socket] = [:]
    }

    /// What changes for sockets that were chosen by rooms.
    enum Change: Sendable {
        case join(Set<String>)
        case leave(Set<String>)
        case disconnect(close: Bool)
    }

    /// The name, `/` for the main one.
    public let name: String
    let rules: SocketNamespaceRules
    private let options: SocketIOOptions
    private let loops: EngineLoops
    private let publish: @Sendable (_ namespace: String, RoomSelection, ClusterMessage.Content) -> Void
    private let state: NIOLockedValueBox<State>

    init(
        _ rules: SocketNamespaceRules,
        _ options: SocketIOOptions,
        _ loops: EngineLoops,
        publish: @escaping @Sendable (_ namespace: String, RoomSelection, ClusterMessage.Content) -> Void
    ) {
        name = rules.name
        self.rules = rules
        self.options = options
        self.loops = loops
        self.publish = publish
        var state = State()
        if options.recovers {
            state.log = RecoveryLog(
                packetLimit: options.recoveryPackets,
                byteLimit: options.recoveryBytes,
                timeLimit: options.recoveryTime.milliseconds
            )
        }
        self.state = NIOLockedValueBox(state)
    }

    // MARK: Choosing sockets

    /// Everybody in these rooms.
    public func to(_ rooms: String...) -> Emission { everyone.to(Set(rooms)) }

    /// Everybody in these rooms.
    public func to(_ rooms: Set<String>) -> Emission { everyone.to(rooms) }

    /// Everybody.
    public var everyone: Emission { Emission(namespace: self) }

    /// The sockets of this process in a room, or all of them.
    public func sockets(in room: String? = nil) -> [Socket] { sockets(RoomSelection(rooms: room.map { [$0] } ?? [])) }

    /// The socket with an id, if it is connected to this process.
    public func socket(_ id: String) -> Socket? { state.withLockedValue { $0.adapter[id] } }

    /// How many sockets of this process are in a room, or connected at all.
    public func count(in room: String? = nil) -> Int {
        state.withLockedValue { state in room.map { state.adapter.count(in: $0) } ?? state.adapter.count }
    }

    func sockets(_ selection: RoomSelection) -> [Socket] { state.withLockedValue { $0.adapter.members(selection) } }

    // MARK: Sending

    func broadcast(_ name: String, _ arguments: [JSONText], _ attachments: [[UInt8]], to emission: Emission) {
        send(name, arguments, attachments, emission.selection, isVolatile: emission.isVolatile)
        guard !emission.isLocal else { return }
        publish(
            self.name,
            emission.selection,
            .event(name: name, arguments: arguments, attachments: attachments, isVolatile: emission.isVolatile)
        )
    }

    private func send(
        _ name: String,
        _ arguments: [JSONText],
        _ attachments: [[UInt8]],
        _ selection: RoomSelection,
        isVolatile: Bool
    ) {
        let isKept = options.recovers && !isVolatile
        // Encoded outside of the lock, unless the packet carries its position.
        var packet = isKept ? nil : OutgoingPacket(encode(name, arguments, attachments))
        let now = isKept ? EngineLoop.now() : 0
        state.withLockedValue { state in
            if isKept, let number = state.log?.next {
                let position = JSONText.string(RecoveryLog<(any Sendable)?>.offset(number))
                let message = encode(name, arguments + [position], attachments)
                state.log?.append(message, for: selection, now: now)
                packet = OutgoingPacket(message)
            }
            guard let packet else { return }
            let receivers = state.adapter.receivers(selection)
            // Asked here: the loop of somebody who has just joined may be new.
            for loop in loops.all where receivers.mayInclude(lane: loop.lane) {
                loop.append(.broadcast(receivers, packet, isVolatile: isVolatile))
            }
        }
    }

    private func encode(_ name: String, _ arguments: [JSONText], _ attachments: [[UInt8]]) -> EngineMessage {
        PacketEncoder.event(namespace: self.name, name: name, arguments: arguments, attachments: attachments)
    }

    // MARK: Changing sockets

    func change(_ emission: Emission, _ change: Change) {
        apply(change, to: emission.selection)
        guard !emission.isLocal else { return }
        let content: ClusterMessage.Content =
            switch change {
            case .join(let rooms): .join(rooms)
            case .leave(let rooms): .leave(rooms)
            case .disconnect(let close): .disconnect(close: close)
            }
        publish(name, emission.selection, content)
    }

    private func apply(_ change: Change, to selection: RoomSelection) {
        switch change {
        case .disconnect(let close): for socket in sockets(selection) { socket.disconnect(close: close) }
        case .join(let rooms):
            state.withLockedValue { state in
                for socket in state.adapter.members(selection) {
                    for room in rooms { state.adapter.join(socket.id, room, limit: options.roomsPerSocket) }
                }
            }
        case .leave(let rooms):
            state.withLockedValue { state in
                for socket in state.adapter.members(selection) {
                    for room in rooms { state.adapter.leave(socket.id, room) }
                }
            }
        }
    }

    /// Does what another process of the cluster did.
    func receive(_ content: ClusterMessage.Content, for selection: RoomSelection) {
        switch content {
        case .event(let name, let arguments, let attachments, let isVolatile):
            send(name, arguments, attachments, selection, isVolatile: isVolatile)
        case .join(let rooms): apply(.join(rooms), to: selection)
        case .leave(let rooms): apply(.leave(rooms), to: selection)
        case .disconnect(let close): apply(.disconnect(close: close), to: selection)
        }
    }

    // MARK: Rooms of one socket

    func join(_ socket: Socket, _ rooms: Set<String>) -> Bool {
        state.withLockedValue { state in
            guard state.adapter[socket.id] === socket else { return false }
            return rooms.reduce(true) { isIn, room in
                state.adapter.join(socket.id, room, limit: options.roomsPerSocket) && isIn
            }
        }
    }

    func leave(_ socket: Socket, _ rooms: Set<String>) {
        state.withLockedValue { state in
            guard state.adapter[socket.id] === socket else { return }
            for room in rooms { state.adapter.leave(socket.id, room) }
        }
    }

    func rooms(of socket: Socket) -> Set<String> {
        state.withLockedValue { $0.adapter[socket.id] === socket ? $0.adapter.rooms(of: socket.id) : [] }
    }

    func contains(_ socket: Socket, in room: String) -> Bool {
        state.withLockedValue { $0.adapter[socket.id] === socket && $0.adapter.contains(socket.id, in: room) }
    }

    // MARK: Coming and going

    /// Admits a client, as a new socket or as one that it had.
    ///
    /// Its answer, what it missed, and whatever is sent to its rooms from now on stand in its loop's queue in this order.
    func enter(_ peer: SocketIOPeer, data: (any Sendable)?, recovering request: RecoveryRequest?) -> Socket {
        let now = EngineLoop.now()
        var generator = SystemRandomNumberGenerator()
        let newID = Base64.randomID(using: &generator)
        let newRecoveryID = options.recovers ? Base64.randomID(using: &generator) : nil
        let (socket, old) = state.withLockedValue { state -> (Socket, Socket?) in
            let (found, old) = request.map { recover($0, &state, now) } ?? (nil, nil)
            let start = found?.session.start ?? state.log?.newest ?? 0
            let recovery = (found == nil ? newRecoveryID : request?.id).map { Socket.Recovery(id: $0, start: start) }
            let socket = Socket(
                id: found?.session.id ?? newID,
                namespace: self,
                peer: peer,
                data: data ?? found?.session.data,
                recovery: recovery,
                isRecovered: found != nil
            )
            state.adapter.add(socket, lane: socket.loop.lane)
            for room in found?.session.rooms ?? [] { state.adapter.join(socket.id, room) }
            if let recovery { state.recoverable[recovery.id] = socket }
            socket.send(PacketEncoder.connected(namespace: name, id: socket.id, recoveryID: recovery?.id))
            for message in found?.missed ?? [] { socket.send(message) }
            return (socket, old)
        }
        old?.giveUp()
        return socket
    }

    private typealias Log = RecoveryLog<(any Sendable)?>

    /// Finds the session that a client wants to take up; its old connection may not have ended yet.
    private func recover(
        _ request: RecoveryRequest,
        _ state: inout State,
        _ now: UInt64
    ) -> (found: (session: Log.Session, missed: [EngineMessage])?, old: Socket?) {
        guard let old = state.recoverable[request.id], let recovery = old.recovery else {
            return (state.log?.recover(request.id, offset: request.offset, now: now), nil)
        }
        let session = Log.Session(
            id: old.id,
            rooms: state.adapter.rooms(of: old.id),
            data: old.data,
            start: recovery.start
        )
        guard let missed = state.log?.missed(by: session, after: request.offset), old.markClosed() else {
            return (nil, nil)
        }
        state.adapter.remove(old.id)
        state.recoverable[request.id] = nil
        return ((session, missed), old)
    }

    /// Lets a socket go.
    ///
    /// - Parameter mayReturn: Whether its session is kept.
    /// - Returns: False if it had gone already.
    func leave(_ socket: Socket, mayReturn: Bool) -> Bool {
        guard socket.markClosed() else { return false }
        let now = EngineLoop.now()
        state.withLockedValue { state in
            guard state.adapter[socket.id] === socket, let rooms = state.adapter.remove(socket.id) else { return }
            guard let recovery = socket.recovery else { return }
            state.recoverable[recovery.id] = nil
            guard mayReturn else { return }
            let session = Log.Session(id: socket.id, rooms: rooms, data: socket.data, start: recovery.start)
            state.log?.keep(session, recoveryID: recovery.id, now: now)
        }
        return true
    }
}

/// What a client gives to take up its session.
struct RecoveryRequest: Sendable {
    /// The secret that it was told when the session began.
    let id: String
    /// The position of the last packet that it has.
    let offset: String?

    /// `nil` if the client asks for nothing, or for something of a wrong kind.
    init?(_ auth: JSONText) {
        guard let id = auth["pid"]?.string else { return nil }
        let offset = auth["offset"]
        guard offset == nil || offset?.string != nil else { return nil }
        self.id = id
        self.offset = offset?.string
    }
}
