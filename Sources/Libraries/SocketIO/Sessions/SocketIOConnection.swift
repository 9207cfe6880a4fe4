/// The Socket.IO side of one connection: which namespaces its client is in, and what its packets may be.
///
/// Every method says what is to be done, in this order. The layer below delivers messages and knows the time.
///
/// Source: Socket.IO protocol v5.
public struct SocketIOConnection: Sendable {
    /// What is to be done.
    public enum Action: Sendable, Equatable {
        /// Decide whether the client may enter; answer with `accept` or `refuse`.
        case authorize(namespace: String, auth: JSONText?)
        /// Tell the client that there is no such namespace.
        case refuseUnknown(namespace: String)
        /// An event or an acknowledgement for a namespace that the client is in.
        case packet(SocketPacket)
        /// The client left a namespace.
        case left(namespace: String)
        /// The client broke the protocol: the connection has to end.
        case violation(SocketPacketError)
        /// The client is in no namespace: the connection has to end.
        case idle
    }

    private enum Membership {
        /// Being decided.
        case entering
        case inside
        /// Put out by the server; what the client sent before it knew is ignored.
        case putOut
    }

    private let namespaceLimit: Int
    private let connectTimeout: UInt64
    private var parser = SocketParser()
    private var memberships: [(namespace: String, state: Membership)] = []
    private var isOver = false
    /// When the connection ends if its client is in no namespace by then.
    public private(set) var deadline: UInt64

    /// A connection whose client is in no namespace yet.
    ///
    /// - Parameter connectTimeout: How long it may stay so, in milliseconds.
    public init(namespaceLimit: Int, connectTimeout: UInt64, now: UInt64) {
        self.namespaceLimit = namespaceLimit
        self.connectTimeout = connectTimeout
        deadline = now &+ connectTimeout
    }

    // MARK: What the client sends

    /// Takes a text message.
    ///
    /// - Parameter exists: Whether there is a namespace of a name.
    public mutating func receive(
        text: ArraySlice<UInt8>,
        now: @autoclosure () -> UInt64,
        exists: (String) -> Bool
    ) -> [Action] {
        guard !isOver else { return [] }
        do throws(SocketPacketError) {
            guard let packet = try parser.receive(text: text) else {
                // Where it may not go, its attachments are not waited for.
                guard let announced = parser.announced, mayReceive(announced.namespace) else {
                    throw .unexpectedMessage
                }
                return []
            }
            return try take(packet, now(), exists)
        } catch {
            return end(error)
        }
    }

    /// Takes a binary message.
    public mutating func receive(binary: [UInt8], now: @autoclosure () -> UInt64) -> [Action] {
        guard !isOver else { return [] }
        do throws(SocketPacketError) {
            guard let packet = try parser.receive(binary: binary) else { return [] }
            return try take(packet, now()) { _ in false }
        } catch {
            return end(error)
        }
    }

    private func mayReceive(_ namespace: String) -> Bool {
        memberships.contains { $0.namespace == namespace && $0.state != .entering }
    }

    private mutating func end(_ error: SocketPacketError) -> [Action] {
        isOver = true
        return [.violation(error)]
    }

    private mutating func take(
        _ packet: SocketPacket,
        _ now: @autoclosure () -> UInt64,
        _ exists: (String) -> Bool
    ) throws(SocketPacketError) -> [Action] {
        let index = memberships.firstIndex { $0.namespace == packet.namespace }
        let state = index.map { memberships[$0].state }
        switch (packet.kind, state) {
        case (.connect, nil), (.connect, .putOut?): return try connect(packet, index, exists)
        case (.connect, _): throw .unexpectedMessage
        case (_, .inside?):
            guard packet.kind == .disconnect else { return [.packet(packet)] }
            remove(packet.namespace, now())
            return [.left(namespace: packet.namespace)]
        case (.disconnect, .entering?):
            remove(packet.namespace, now())
            return []
        case (_, .putOut?):
            if packet.kind == .disconnect { remove(packet.namespace, now()) }
            return []
        default: throw .unexpectedMessage
        }
    }

    private mutating func connect(
        _ packet: SocketPacket,
        _ index: Int?,
        _ exists: (String) -> Bool
    ) throws(SocketPacketError) -> [Action] {
        guard exists(packet.namespace) else { return [.refuseUnknown(namespace: packet.namespace)] }
        if let index {
            memberships[index].state = .entering
        } else {
            guard memberships.count < namespaceLimit else { throw .unexpectedMessage }
            memberships.append((packet.namespace, .entering))
        }
        return [.authorize(namespace: packet.namespace, auth: packet.arguments.first)]
    }

    private mutating func remove(_ namespace: String, _ now: UInt64) {
        memberships.removeAll { $0.namespace == namespace }
        restartTimer(now)
    }

    private mutating func restartTimer(_ now: UInt64) {
        let isAnywhere = memberships.contains { $0.state == .inside }
        if isAnywhere { deadline = .max } else if deadline == .max { deadline = now &+ connectTimeout }
    }

    // MARK: What the server decides

    /// Admits the client to a namespace that it asked for.
    ///
    /// - Returns: False if it has left or asked anew meanwhile.
    public mutating func accept(_ namespace: String) -> Bool {
        guard let index = index(of: namespace, .entering) else { return false }
        memberships[index].state = .inside
        deadline = .max
        return true
    }

    /// Refuses the client a namespace that it asked for.
    ///
    /// - Returns: False if it has left meanwhile.
    public mutating func refuse(_ namespace: String) -> Bool {
        guard let index = index(of: namespace, .entering) else { return false }
        memberships.remove(at: index)
        return true
    }

    /// Puts the client out of a namespace.
    ///
    /// - Returns: False if it was not in it.
    public mutating func putOut(_ namespace: String, now: UInt64) -> Bool {
        guard let index = index(of: namespace, .inside) else { return false }
        memberships[index].state = .putOut
        restartTimer(now)
        return true
    }

    /// Ends the connection if its client is in no namespace in time.
    public mutating func tick(now: UInt64) -> [Action] {
        guard !isOver, now >= deadline else { return [] }
        isOver = true
        deadline = .max
        return [.idle]
    }

    private func index(of namespace: String, _ state: Membership) -> Int? {
        memberships.firstIndex { $0.namespace == namespace && $0.state == state }
    }
}
