/// What a namespace keeps so that clients can take up their sessions: who was there, and what was sent since.
///
/// Bounded by packets, bytes and time; what is too old is forgotten, and with it the chance to recover.
public struct RecoveryLog<Data>: Sendable where Data: Sendable {
    /// A session whose client may come back.
    public struct Session: Sendable {
        /// The socket's id, which it keeps.
        public let id: String
        /// The rooms it was in.
        public let rooms: Set<String>
        /// What belongs to it.
        public let data: Data
        /// The number of the last packet before the session began.
        public let start: UInt64

        /// About what it takes in memory, without `data`.
        var bytes: Int { rooms.reduce(256 &+ id.utf8.count) { $0 &+ 64 &+ $1.utf8.count } }

        /// A session.
        public init(id: String, rooms: Set<String>, data: Data, start: UInt64) {
            self.id = id
            self.rooms = rooms
            self.data = data
            self.start = start
        }
    }

    private struct Packet {
        let message: EngineMessage
        let selection: RoomSelection
        let time: UInt64
    }

    private let packetLimit: Int
    private let byteLimit: Int
    private let timeLimit: UInt64
    private var packets: [Packet] = []
    /// Where the oldest packet stands in `packets`.
    private var first = 0
    private var bytes = 0
    private var sessions: [String: (session: Session, time: UInt64)] = [:]
    private var order: [(recoveryID: String, time: UInt64, bytes: Int)] = []
    private var firstOfOrder = 0
    /// What the sessions in `order` take.
    private var sessionBytes = 0
    /// The number of the newest packet, from 1.
    public private(set) var newest: UInt64 = 0

    /// An empty log.
    ///
    /// - Parameters:
    ///   - packetLimit: Of packets, and of sessions.
    ///   - byteLimit: Of the packets, and as much again of the sessions; the newest session is kept in any case.
    ///   - timeLimit: In milliseconds.
    public init(packetLimit: Int, byteLimit: Int, timeLimit: UInt64) {
        self.packetLimit = packetLimit
        self.byteLimit = byteLimit
        self.timeLimit = timeLimit
    }

    /// How many packets are kept, and their bytes.
    public var size: (packets: Int, bytes: Int) { (packets.count - first, bytes) }
    /// How many sessions wait for their clients.
    public var sessionCount: Int { sessions.count }

    // MARK: Packets

    /// The text that a packet's receivers keep as their position.
    public static func offset(_ number: UInt64) -> String { String(number, radix: 36) }

    /// The number of the packet that comes next; `append` gives it.
    public var next: UInt64 { newest + 1 }

    /// Keeps a packet.
    public mutating func append(_ message: EngineMessage, for selection: RoomSelection, now: UInt64) {
        newest += 1
        packets.append(Packet(message: message, selection: selection, time: now))
        bytes += message.count
        while packets.count - first > 0, packets.count - first > packetLimit || bytes > byteLimit || isOld(first, now) {
            bytes -= packets[first].message.count
            first += 1
        }
        guard first > 1_024, first > packets.count / 2 else { return }
        packets.removeFirst(first)
        first = 0
    }

    private func isOld(_ index: Int, _ now: UInt64) -> Bool { now > packets[index].time &+ timeLimit }

    // MARK: Sessions

    /// Keeps a session whose transport ended.
    public mutating func keep(_ session: Session, recoveryID: String, now: UInt64) {
        sessions[recoveryID] = (session, now)
        order.append((recoveryID, now, session.bytes))
        sessionBytes += session.bytes
        forget(now)
    }

    private mutating func forget(_ now: UInt64) {
        while firstOfOrder < order.count {
            let (recoveryID, time, bytes) = order[firstOfOrder]
            let waiting = order.count - firstOfOrder
            guard now > time &+ timeLimit || waiting > packetLimit || (waiting > 1 && sessionBytes > byteLimit)
            else { break }
            if sessions[recoveryID]?.time == time { sessions[recoveryID] = nil }
            sessionBytes -= bytes
            firstOfOrder += 1
        }
        guard firstOfOrder > 1_024, firstOfOrder > order.count / 2 else { return }
        order.removeFirst(firstOfOrder)
        firstOfOrder = 0
    }

    /// Gives a session back to its client.
    ///
    /// - Parameter offset: The position of the last packet that the client has; `nil` if it has none.
    /// - Returns: The session and what its client missed, or `nil` if either is no longer known.
    public mutating func recover(
        _ recoveryID: String,
        offset: String?,
        now: UInt64
    ) -> (session: Session, missed: [EngineMessage])? {
        guard let (session, time) = sessions.removeValue(forKey: recoveryID), now <= time &+ timeLimit else {
            return nil
        }
        guard let missed = missed(by: session, after: offset) else { return nil }
        return (session, missed)
    }

    /// What a session's client has not received; `nil` if that is no longer known.
    public func missed(by session: Session, after offset: String?) -> [EngineMessage]? {
        var last = session.start
        if let offset {
            guard offset.utf8.count <= 13, let number = UInt64(offset, radix: 36), number >= last else { return nil }
            last = number
        }
        let oldest = newest - UInt64(packets.count - first)
        guard last >= oldest, last <= newest else { return nil }
        let rooms = session.rooms.union([session.id])
        return packets[(first + Int(last - oldest))...].filter { packet in
            (packet.selection.rooms.isEmpty || !packet.selection.rooms.isDisjoint(with: rooms))
                && packet.selection.except.isDisjoint(with: rooms)
        }
        .map(\.message)
    }
}
