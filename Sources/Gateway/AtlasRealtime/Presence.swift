import AtlasAPI
import AtlasCore
import Foundation
import Synchronization

/// Who is there, in all processes.
///
/// Each process tells the others, on one channel, what it knows of its own sockets: at once when it changes, and all of
/// it from time to time. What a process told is believed for `presenceLife`, so one that died leaves nobody behind.
final class Presence: Sendable {
    /// How somebody is there; the greater one counts if processes differ.
    enum Status: String, Sendable, Codable, Comparable {
        case offline, away, active

        static func < (left: Status, right: Status) -> Bool { left.rank < right.rank }

        private var rank: Int {
            switch self {
            case .offline: 0
            case .away: 1
            case .active: 2
            }
        }
    }

    /// What changed for the members of a group.
    struct Change: Sendable, Equatable {
        let group: GroupID
        let user: UserID
        let name: String
        let status: Status
    }

    static let channel = "presence"

    /// Somebody's sockets of this process in one group.
    private struct Local {
        /// The account's newest entry: one whose sockets were all gone for a moment has another.
        var person: Person
        var sockets = 0
        var leavesAt: ContinuousClock.Instant?
        /// What the others know; `nil` if they know nothing.
        var told: Status?
    }

    /// Somebody in one group, as all processes say.
    private struct Entry {
        var name: String
        var nodes: [String: (status: Status, until: ContinuousClock.Instant)] = [:]
        var shown = Status.offline
    }

    private struct Message: Codable {
        struct Line: Codable {
            let group: String
            let user: String
            let name: String
            let status: Status
        }

        let node: String
        var lines: [Line] = []
        /// The group whose people this process wants to know.
        var ask: String?
    }

    private struct State {
        var local: [GroupID: [UserID: Local]] = [:]
        var known: [GroupID: [UserID: Entry]] = [:]
        var nextRefresh: ContinuousClock.Instant
    }

    /// Lines of one message; more go into further ones.
    private static let linesPerMessage = 500

    private let node: String
    private let limits: RealtimeLimits
    private let state: Mutex<State>

    init(node: String, limits: RealtimeLimits) {
        self.node = node
        self.limits = limits
        state = Mutex(State(nextRefresh: .now + limits.presenceInterval))
    }

    // MARK: This process's sockets

    /// A socket has joined a group.
    func join(_ group: GroupID, _ person: Person) {
        state.withLock { state in
            var local = state.local[group]?[person.user] ?? Local(person: person)
            local.person = person
            local.sockets += 1
            local.leavesAt = nil
            state.local[group, default: [:]][person.user] = local
        }
    }

    /// A socket has left a group, or is gone.
    ///
    /// - Parameter isFinal: The account is no member any more, so nobody waits for it to come back.
    func leave(
        _ group: GroupID,
        _ user: UserID,
        isFinal: Bool = false,
        now: ContinuousClock.Instant = .now
    ) {
        state.withLock { state in
            guard var local = state.local[group]?[user] else { return }
            local.sockets = isFinal ? 0 : local.sockets - 1
            if local.sockets <= 0 { local.leavesAt = isFinal ? now : now + limits.presenceGrace }
            state.local[group]?[user] = local
        }
    }

    /// What the other processes have to be told now.
    ///
    /// - Parameter only: The group that is looked at; without it, all are, and told from time to time in any case.
    func due(in only: GroupID? = nil, now: ContinuousClock.Instant = .now) -> [[UInt8]] {
        let lines = state.withLock { state in
            let isRefresh = only == nil && now >= state.nextRefresh
            if isRefresh { state.nextRefresh = now + limits.presenceInterval }
            var lines: [Message.Line] = []
            for group in only.map({ [$0] }) ?? Array(state.local.keys) {
                for (user, var local) in state.local[group, default: [:]] {
                    let status = status(local, now)
                    guard isRefresh || status != local.told else { continue }
                    local.told = status
                    state.local[group]?[user] = status == .offline ? nil : local
                    lines.append(
                        .init(group: group.rawValue, user: user.rawValue, name: local.person.name, status: status)
                    )
                }
                if state.local[group]?.isEmpty == true { state.local[group] = nil }
            }
            return lines
        }
        return stride(from: 0, to: lines.count, by: Self.linesPerMessage).compactMap { start in
            encoded(Message(node: node, lines: Array(lines[start..<min(start + Self.linesPerMessage, lines.count)])))
        }
    }

    private func status(_ local: Local, _ now: ContinuousClock.Instant) -> Status {
        if let leavesAt = local.leavesAt, leavesAt <= now { return .offline }
        return local.person.state.withLock { person in
            person.isAway || person.lastSign + limits.awayAfter < now ? .away : .active
        }
    }

    /// Asks the other processes who is in a group that this one has not known so far.
    func question(_ group: GroupID) -> [UInt8]? { encoded(Message(node: node, ask: group.rawValue)) }

    // MARK: All processes

    /// Takes in what a process told.
    ///
    /// - Returns: What changed in groups that this process knows.
    func hear(_ bytes: [UInt8], now: ContinuousClock.Instant = .now) -> [Change] {
        guard let message = try? JSONDecoder().decode(Message.self, from: Data(bytes)) else { return [] }
        return state.withLock { state in
            if let group = message.ask, message.node != node {
                // Told anew with the next tick.
                for user in state.local[GroupID(group), default: [:]].keys {
                    state.local[GroupID(group)]?[user]?.told = nil
                }
            }
            var changes: [Change] = []
            for line in message.lines {
                let (group, user) = (GroupID(line.group), UserID(line.user))
                // Of a group that nobody here is in, nothing is remembered.
                guard state.known[group] != nil || state.local[group] != nil else { continue }
                var entry = state.known[group]?[user] ?? Entry(name: line.name)
                entry.name = line.name
                entry.nodes[message.node] = line.status == .offline ? nil : (line.status, now + limits.presenceLife)
                changes += settle(&entry, group, user)
                state.known[group, default: [:]][user] = entry.nodes.isEmpty ? nil : entry
            }
            return changes
        }
    }

    /// Forgets what was told too long ago.
    ///
    /// - Returns: What changed with it.
    func expire(now: ContinuousClock.Instant = .now) -> [Change] {
        state.withLock { state in
            var changes: [Change] = []
            for (group, people) in state.known {
                for (user, var entry) in people where entry.nodes.values.contains(where: { $0.until <= now }) {
                    entry.nodes = entry.nodes.filter { $0.value.until > now }
                    changes += settle(&entry, group, user)
                    state.known[group]?[user] = entry.nodes.isEmpty ? nil : entry
                }
                if state.known[group]?.isEmpty == true { state.known[group] = nil }
            }
            return changes
        }
    }

    private func settle(_ entry: inout Entry, _ group: GroupID, _ user: UserID) -> [Change] {
        let status = entry.nodes.values.map(\.status).max() ?? .offline
        guard status != entry.shown else { return [] }
        entry.shown = status
        return [Change(group: group, user: user, name: entry.name, status: status)]
    }

    /// How the people of a group are there; whoever is absent is offline.
    func snapshot(_ group: GroupID) -> [UserID: Status] {
        state.withLock { $0.known[group, default: [:]].mapValues(\.shown) }
    }

    private func encoded(_ message: Message) -> [UInt8]? {
        (try? JSONEncoder().encode(message)).map { [UInt8]($0) }
    }
}
