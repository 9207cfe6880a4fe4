import AtlasAPI
import AtlasCore
@testable import AtlasRealtime
import Synchronization
import Testing

/// Processes that hear each other, with a clock of the test's own.
private struct Nodes {
    let all: [Presence]
    var now = ContinuousClock.now
    let limits = RealtimeLimits()

    init(_ count: Int) { all = (0..<count).map { [limits] in Presence(node: "n\($0)", limits: limits) } }

    /// Hands round what is due.
    ///
    /// - Parameter deaf: Processes that hear nothing and are not heard.
    /// - Returns: What each process shows its sockets.
    func exchange(without deaf: Set<Int> = []) -> [[Presence.Change]] {
        var shown = all.map { _ in [Presence.Change]() }
        for (sender, node) in all.enumerated() where !deaf.contains(sender) {
            for message in node.due(now: now) {
                for (receiver, other) in all.enumerated() where !deaf.contains(receiver) {
                    shown[receiver] += other.hear(message, now: now)
                }
            }
        }
        for (index, node) in all.enumerated() { shown[index] += node.expire(now: now) }
        return shown
    }
}

private let group = GroupID("g")
private let ada = Person(user: UserID("ada"), name: "Ada")
private let bob = Person(user: UserID("bob"), name: "Bob")

@Suite struct PresenceTests {
    @Test func `who joins on one process is shown on all that know the group, once`() {
        let nodes = Nodes(3)
        nodes.all[0].join(group, ada)
        nodes.all[1].join(group, bob)
        let shown = nodes.exchange()
        #expect(shown[0].map(\.user).sorted { $0.rawValue < $1.rawValue } == [ada.user, bob.user])
        #expect(shown[2].isEmpty, "a process without sockets in the group remembers nothing")
        #expect(nodes.exchange().allSatisfy { $0.isEmpty })
        #expect(nodes.all[1].snapshot(group) == [ada.user: .active, bob.user: .active])
    }

    @Test func `a page that is loaded again does not flicker, one that stays away is offline`() {
        var nodes = Nodes(2)
        nodes.all[0].join(group, ada)
        nodes.all[1].join(group, bob)
        _ = nodes.exchange()
        nodes.all[0].leave(group, ada.user, now: nodes.now)
        nodes.now += .seconds(5)
        #expect(nodes.exchange().allSatisfy { $0.isEmpty })
        nodes.all[0].join(group, ada)
        nodes.now += .seconds(60)
        #expect(nodes.exchange().joined().allSatisfy { $0.status != .offline })
        nodes.all[0].leave(group, ada.user, now: nodes.now)
        nodes.now += nodes.limits.presenceGrace
        #expect(nodes.exchange()[1] == [.init(group: group, user: ada.user, name: "Ada", status: .offline)])
    }

    @Test func `whoever is on two processes is there until both have gone`() {
        var nodes = Nodes(2)
        for node in nodes.all { node.join(group, ada) }
        _ = nodes.exchange()
        nodes.all[0].leave(group, ada.user, now: nodes.now)
        nodes.now += nodes.limits.presenceGrace
        #expect(nodes.exchange().allSatisfy { $0.isEmpty })
        nodes.all[1].leave(group, ada.user, isFinal: true, now: nodes.now)
        #expect(nodes.exchange()[1].map(\.status) == [.offline])
    }

    @Test func `what a dead process told is forgotten`() {
        var nodes = Nodes(2)
        nodes.all[0].join(group, ada)
        nodes.all[1].join(group, bob)
        _ = nodes.exchange()
        for _ in 0..<4 {
            nodes.now += nodes.limits.presenceInterval
            let shown = nodes.exchange(without: [0])
            if shown[1].contains(where: { $0.user == ada.user && $0.status == .offline }) { return }
        }
        Issue.record("nobody noticed")
    }

    @Test func `away is told, and a sign of life ends it`() {
        let nodes = Nodes(1)
        let person = Person(user: UserID("eve"), name: "Eve")
        nodes.all[0].join(group, person)
        _ = nodes.exchange()
        person.state.withLock { $0.isAway = true }
        #expect(nodes.exchange()[0].map(\.status) == [.away])
        person.state.withLock { $0.isAway = false }
        #expect(nodes.exchange()[0].map(\.status) == [.active])
    }

    @Test func `a page that is left alone makes nobody away who uses another one`() {
        let nodes = Nodes(1)
        let person = Person(user: UserID("eve"), name: "Eve")
        for _ in 0..<2 {
            person.enter()
            nodes.all[0].join(group, person)
        }
        _ = nodes.exchange()
        person.hear(isAway: true, wasAway: false)
        person.hear(isAway: true, wasAway: true)
        #expect(nodes.exchange()[0].isEmpty)
        person.hear(isAway: true, wasAway: false)
        #expect(nodes.exchange()[0].map(\.status) == [.away])
        person.hear(isAway: false, wasAway: true)
        #expect(nodes.exchange()[0].map(\.status) == [.active])
        person.leave(wasAway: false)
        #expect(nodes.exchange()[0].map(\.status) == [.away], "the page in use was closed")
        person.leave(wasAway: true)
        #expect(nodes.exchange()[0].isEmpty, "who goes is seen as before until it is certain")
    }

    @Test func `an arrival tells of its own group only, the rest when it is time`() {
        let nodes = Nodes(1)
        let other = GroupID("h")
        nodes.all[0].join(group, ada)
        nodes.all[0].join(other, bob)
        for message in nodes.all[0].due(in: group, now: nodes.now) { _ = nodes.all[0].hear(message, now: nodes.now) }
        #expect(nodes.all[0].snapshot(group) == [ada.user: .active])
        #expect(nodes.all[0].snapshot(other).isEmpty)
        #expect(nodes.exchange()[0].map(\.user) == [bob.user])
    }

    @Test func `whoever comes back at once, with an entry of its own, is seen to be away`() {
        let nodes = Nodes(1)
        nodes.all[0].join(group, Person(user: ada.user, name: "Ada"))
        _ = nodes.exchange()
        nodes.all[0].leave(group, ada.user, now: nodes.now)
        let again = Person(user: ada.user, name: "Ada")
        nodes.all[0].join(group, again)
        again.state.withLock { $0.isAway = true }
        #expect(nodes.exchange()[0].map(\.status) == [.away])
    }

    @Test func `a process that comes to a group later learns who is there`() throws {
        let nodes = Nodes(2)
        nodes.all[0].join(group, ada)
        _ = nodes.exchange()
        nodes.all[1].join(group, bob)
        let question = try #require(nodes.all[1].question(group))
        _ = nodes.all[0].hear(question, now: nodes.now)
        _ = nodes.exchange()
        #expect(nodes.all[1].snapshot(group)[ada.user] == .active)
    }

    @Test(arguments: ["", "{}", "[]", "{\"node\":1}", "{\"node\":\"x\",\"lines\":[{}]}", "\u{0}"])
    func `bytes that say nothing change nothing`(text: String) {
        #expect(Nodes(1).all[0].hear(Array(text.utf8)).isEmpty)
    }

    /// Any order of joins, leaves, silences and deaths ends, once all hear each other again, in what is so.
    @Test(arguments: 0..<200) func `all processes agree in the end`(seed: UInt64) {
        var random = Seeded(seed)
        var nodes = Nodes(3)
        let people = (0..<4).map { Person(user: UserID("u\($0)"), name: "U\($0)") }
        var sockets: [Int: [Int]] = [0: [], 1: [], 2: []]
        // Somebody stays on each process, so that each knows the group.
        for node in nodes.all { node.join(group, ada) }
        for _ in 0..<60 {
            let node = Int(random.next() % 3)
            let person = Int(random.next() % 4)
            switch random.next() % 5 {
            case 0, 1:
                nodes.all[node].join(group, people[person])
                sockets[node]?.append(person)
            case 2:
                if let index = sockets[node]?.firstIndex(of: person) {
                    sockets[node]?.remove(at: index)
                    nodes.all[node].leave(group, people[person].user, now: nodes.now)
                }
            default:
                nodes.now += .milliseconds(Int(random.next() % 20_000))
                _ = nodes.exchange(without: random.next() % 3 == 0 ? [Int(random.next() % 3)] : [])
            }
        }
        nodes.now += nodes.limits.presenceLife
        _ = nodes.exchange()
        nodes.now += nodes.limits.presenceInterval
        _ = nodes.exchange()
        let there = Set(sockets.values.joined().map { people[$0].user } + [ada.user])
        for node in nodes.all { #expect(Set(node.snapshot(group).filter { $0.value != .offline }.keys) == there) }
    }
}

private struct Seeded: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state
    }
}
