import NIOConcurrencyHelpers
import NIOCore
public import SocketIO
import Synchronization

/// One client in one namespace.
///
/// All of it may be used from anywhere; nothing waits but what is `async`.
public final class Socket: Sendable, Identifiable {
    /// The socket's id in Socket.IO; every socket is in a room of this name.
    public let id: String
    /// Where it is.
    public let namespace: SocketNamespace
    /// Who is at the other end.
    public let client: SocketClient
    /// Whether it took up an earlier session: its id, rooms and data are those, and what it missed has been sent.
    public let isRecovered: Bool
    let recovery: Recovery?
    let loop: EngineLoop
    private let peer: NIOLoopBound<SocketIOPeer>
    private let isOpen = Atomic(true)
    private let storage: Mutex<(any Sendable)?>

    /// What a client needs to take the session up again.
    struct Recovery: Sendable {
        let id: String
        /// The number of the last packet before the session began.
        let start: UInt64
    }

    init(
        id: String,
        namespace: SocketNamespace,
        peer: SocketIOPeer,
        data: (any Sendable)?,
        recovery: Recovery?,
        isRecovered: Bool
    ) {
        self.id = id
        self.namespace = namespace
        client = peer.connection.client
        loop = peer.connection.loop
        self.peer = NIOLoopBound(peer, eventLoop: peer.connection.loop.eventLoop)
        self.recovery = recovery
        self.isRecovered = isRecovered
        storage = Mutex(data)
    }

    /// What the application keeps with the socket: at first what `authorize` accepted it with.
    public var data: (any Sendable)? {
        get { storage.withLock { $0 } }
        set { storage.withLock { $0 = newValue } }
    }

    /// Whether what is sent to it may still arrive.
    public var isConnected: Bool { isOpen.load(ordering: .relaxed) }

    // MARK: Sending

    /// Sends an event; in the order of the calls.
    public func emit(_ name: String, _ arguments: JSONText..., attachments: [[UInt8]] = []) {
        emit(name, arguments: arguments, attachments: attachments)
    }

    /// Sends an event; in the order of the calls.
    ///
    /// - Parameter isVolatile: Whether it is dropped if the client is behind.
    public func emit(_ name: String, arguments: [JSONText], attachments: [[UInt8]] = [], isVolatile: Bool = false) {
        guard recovery == nil || isVolatile else {
            let own = Emission(namespace: namespace, selection: RoomSelection(rooms: [id]), isLocal: true)
            return own.emit(name, arguments: arguments, attachments: attachments)
        }
        let message = PacketEncoder.event(
            namespace: namespace.name,
            name: name,
            arguments: arguments,
            attachments: attachments
        )
        send(message, isVolatile: isVolatile)
    }

    /// Sends an event and waits for the client's answer.
    ///
    /// - Throws: `SocketReplyError`.
    public func emitWithAck(
        _ name: String,
        _ arguments: JSONText...,
        attachments: [[UInt8]] = [],
        timeout: Duration
    ) async throws(SocketReplyError) -> SocketReply {
        let result = await withCheckedContinuation { continuation in
            ask(name, arguments, attachments: attachments, timeout: timeout) { continuation.resume(returning: $0) }
        }
        return try result.get()
    }

    /// Sends an event and hands the client's answer to `then`, on the socket's event loop.
    public func ask(
        _ name: String,
        _ arguments: [JSONText],
        attachments: [[UInt8]] = [],
        timeout: Duration,
        then: @escaping @Sendable (Result<SocketReply, SocketReplyError>) -> Void
    ) {
        let question = SocketQuestion(
            name: name,
            arguments: arguments,
            attachments: attachments,
            timeout: timeout.milliseconds,
            then: then
        )
        loop.append(.work { self.peer.value.ask(self, question) })
    }

    func send(_ message: EngineMessage, isVolatile: Bool = false) {
        guard isConnected else { return }
        loop.append(.packet(self, OutgoingPacket(message), isVolatile: isVolatile))
    }

    /// To be called on the socket's loop.
    func deliver(_ packet: OutgoingPacket, isVolatile: Bool) {
        guard isConnected else { return }
        peer.value.connection.send(packet, isVolatile: isVolatile)
    }

    // MARK: Rooms

    /// Puts the socket into rooms; more than `SocketIOOptions.roomsPerSocket` are not entered.
    ///
    /// - Returns: Whether it is in all of them now.
    @discardableResult
    public func join(_ rooms: String...) -> Bool { namespace.join(self, Set(rooms)) }

    /// Puts the socket into rooms; more than `SocketIOOptions.roomsPerSocket` are not entered.
    ///
    /// - Returns: Whether it is in all of them now.
    @discardableResult
    public func join(_ rooms: Set<String>) -> Bool { namespace.join(self, rooms) }

    /// Takes the socket out of rooms.
    public func leave(_ rooms: String...) { namespace.leave(self, Set(rooms)) }

    /// Takes the socket out of rooms.
    public func leave(_ rooms: Set<String>) { namespace.leave(self, rooms) }

    /// The rooms it is in, without its own; none if it is not connected.
    public var rooms: Set<String> { namespace.rooms(of: self) }

    /// Whether it is in a room.
    public func isIn(_ room: String) -> Bool { namespace.contains(self, in: room) }

    /// Everybody in these rooms but this socket.
    public func to(_ rooms: String...) -> Emission { broadcast.to(Set(rooms)) }

    /// Everybody in these rooms but this socket.
    public func to(_ rooms: Set<String>) -> Emission { broadcast.to(rooms) }

    /// Everybody in the namespace but this socket.
    public var broadcast: Emission { Emission(namespace: namespace, selection: RoomSelection(except: [id])) }

    // MARK: Leaving

    /// Puts the client out of the namespace, after what was sent before.
    ///
    /// - Parameter close: Whether the whole connection is closed, too.
    public func disconnect(close: Bool = false) { disconnect(close: close, .serverDisconnected) }

    func disconnect(close: Bool, _ reason: DisconnectReason) {
        loop.append(.work { self.peer.value.disconnect(self, close: close, reason) })
    }

    /// Ends the client's connection without a word, as a broken network would; for tests.
    public func dropTransport() {
        loop.append(.work { self.peer.value.connection.dropTransport() })
    }

    /// Ends the connection because its client has made another and takes the session there.
    func giveUp() {
        loop.append(.work { self.peer.value.giveUp(self) })
    }

    /// Notes that it is no longer connected.
    ///
    /// - Returns: False if it was so already.
    func markClosed() -> Bool { isOpen.exchange(false, ordering: .acquiringAndReleasing) }
}

/// An event that wants an answer.
struct SocketQuestion: Sendable {
    let name: String
    let arguments: [JSONText]
    let attachments: [[UInt8]]
    /// In milliseconds.
    let timeout: UInt64
    let then: @Sendable (Result<SocketReply, SocketReplyError>) -> Void
}
