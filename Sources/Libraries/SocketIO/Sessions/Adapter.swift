/// Whom a broadcast is for.
public struct RoomSelection: Sendable, Hashable {
    /// Everyone in one of these rooms; everyone at all if there are none.
    public var rooms: Set<String>
    /// But nobody in one of these.
    public var except: Set<String>

    /// A selection.
    public init(rooms: Set<String> = [], except: Set<String> = []) {
        self.rooms = rooms
        self.except = except
    }
}

/// Who is in which room of one namespace.
///
/// Members are kept by lane, one lane per event loop, so that a broadcast is one list per loop. Choosing the receivers
/// of a single room copies nothing. Every member is a room of its own, named by its id.
public struct Adapter<Member: AnyObject & Sendable & Identifiable>: Sendable where Member.ID == String {
    private struct Entry {
        let member: Member
        let lane: Int
        /// Where it stands in the list of all.
        var slot: Int
        /// Where it stands in the lists of its rooms.
        var rooms: [String: Int] = [:]
    }

    /// The members of a room, by lane.
    private struct Lists {
        var lanes: [[Member]] = []
        var count = 0

        mutating func append(_ member: Member, lane: Int) -> Int {
            while lanes.count <= lane { lanes.append([]) }
            lanes[lane].append(member)
            count += 1
            return lanes[lane].count - 1
        }

        /// Takes out what stands at `slot`, and says who stands there now.
        mutating func remove(_ slot: Int, lane: Int) -> String? {
            count -= 1
            let last = lanes[lane].count - 1
            lanes[lane].swapAt(slot, last)
            lanes[lane].removeLast()
            return slot < last ? lanes[lane][slot].id : nil
        }
    }

    /// The receivers of one broadcast, as they were when it was made.
    public struct Receivers: Sendable {
        fileprivate var included: [[[Member]]] = []
        fileprivate var excluded: [[[Member]]] = []
        fileprivate var members: [(lane: Int, member: Member)] = []
        fileprivate var excludedMembers: [Member] = []

        /// Whether a lane may have receivers.
        public func mayInclude(lane: Int) -> Bool {
            members.contains { $0.lane == lane } || included.contains { lane < $0.count && !$0[lane].isEmpty }
        }

        /// The receivers on a lane, each once.
        public func members(lane: Int) -> [Member] {
            if included.count == 1, members.isEmpty, excluded.isEmpty, excludedMembers.isEmpty {
                return lane < included[0].count ? included[0][lane] : []
            }
            var lists = included.compactMap { lane < $0.count ? $0[lane] : nil }
            let singles = members.filter { $0.lane == lane }.map(\.member)
            if !singles.isEmpty { lists.append(singles) }
            var known = Set(excludedMembers.map(ObjectIdentifier.init))
            for list in excluded where lane < list.count { known.formUnion(list[lane].map(ObjectIdentifier.init)) }
            if lists.count == 1 {
                return known.isEmpty ? lists[0] : lists[0].filter { !known.contains(ObjectIdentifier($0)) }
            }
            return lists.joined().filter { known.insert(ObjectIdentifier($0)).inserted }
        }
    }

    private var entries: [String: Entry] = [:]
    private var everyone = Lists()
    private var rooms: [String: Lists] = [:]

    /// An adapter without members.
    public init() {}

    /// How many members there are.
    public var count: Int { entries.count }

    /// How many rooms there are, without those that are members.
    public var roomCount: Int { rooms.count }

    /// The member with an id.
    public subscript(id: String) -> Member? { entries[id]?.member }

    /// Takes a member in; one with the same id is replaced.
    public mutating func add(_ member: Member, lane: Int) {
        let id = member.id
        remove(id)
        let slot = everyone.append(member, lane: lane)
        entries[id] = Entry(member: member, lane: lane, slot: slot)
    }

    /// Lets a member go from all its rooms.
    ///
    /// - Returns: The rooms it was in, or `nil` if it was no member.
    @discardableResult
    public mutating func remove(_ id: String) -> Set<String>? {
        guard let rooms = entries[id]?.rooms.keys else { return nil }
        let left = Set(rooms)
        for room in left { leave(id, room) }
        guard let entry = entries.removeValue(forKey: id) else { return nil }
        if let moved = everyone.remove(entry.slot, lane: entry.lane) { entries[moved]?.slot = entry.slot }
        return left
    }

    /// Puts a member into a room.
    ///
    /// - Parameter limit: How many rooms it may be in.
    /// - Returns: False if it is no member or in too many rooms.
    @discardableResult
    public mutating func join(_ id: String, _ room: String, limit: Int = .max) -> Bool {
        guard let entry = entries[id] else { return false }
        guard entry.rooms[room] == nil, room != id else { return true }
        guard entry.rooms.count < limit else { return false }
        entries[id]?.rooms[room] = rooms[room, default: Lists()].append(entry.member, lane: entry.lane)
        return true
    }

    /// Takes a member out of a room.
    public mutating func leave(_ id: String, _ room: String) {
        guard let slot = entries[id]?.rooms.removeValue(forKey: room), let lane = entries[id]?.lane else { return }
        if let moved = rooms[room]?.remove(slot, lane: lane) { entries[moved]?.rooms[room] = slot }
        if rooms[room]?.count == 0 { rooms[room] = nil }
    }

    /// The rooms of a member, without its own.
    public func rooms(of id: String) -> Set<String> { entries[id].map { Set($0.rooms.keys) } ?? [] }

    /// Whether a member is in a room.
    public func contains(_ id: String, in room: String) -> Bool { entries[id]?.rooms[room] != nil }

    /// How many members are in a room.
    public func count(in room: String) -> Int { rooms[room]?.count ?? (entries[room] == nil ? 0 : 1) }

    /// The receivers of a broadcast.
    public func receivers(_ selection: RoomSelection) -> Receivers {
        var receivers = Receivers()
        if selection.rooms.isEmpty { receivers.included = [everyone.lanes] }
        for room in selection.rooms {
            if let list = rooms[room] { receivers.included.append(list.lanes) }
            if let entry = entries[room] { receivers.members.append((entry.lane, entry.member)) }
        }
        for room in selection.except {
            if let list = rooms[room] { receivers.excluded.append(list.lanes) }
            if let entry = entries[room] { receivers.excludedMembers.append(entry.member) }
        }
        return receivers
    }

    /// The members of a selection, each once.
    public func members(_ selection: RoomSelection) -> [Member] {
        let receivers = receivers(selection)
        return everyone.lanes.indices.flatMap { receivers.members(lane: $0) }
    }
}
