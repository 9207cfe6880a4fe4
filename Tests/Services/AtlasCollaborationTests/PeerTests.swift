import AtlasAPI
import AtlasCore
import AtlasTestKit
import Testing

@testable import AtlasCollaboration

@Suite struct PeerTests {
    @Test func `who joins or leaves moves nobody past anybody`() {
        var generator = SplitMix(seed: 20_261_130)
        for _ in 0..<300 {
            let learner = PeerScore.Learner.random("me", using: &generator)
            let others = (0..<Int.random(in: 0...40, using: &generator)).map {
                PeerScore.Learner.random("user\($0)", using: &generator)
            }
            let ranked = PeerScore.best(.max, of: others, for: learner).map(\.other)
            #expect(PeerScore.best(.max, of: others.shuffled(using: &generator), for: learner).map(\.other) == ranked)
            let gone = others.randomElement(using: &generator)?.id
            let rest = PeerScore.best(.max, of: others.filter { $0.id != gone }, for: learner).map(\.other)
            #expect(rest == ranked.filter { $0 != gone })
            #expect(PeerScore.best(10, of: others, for: learner).map(\.other) == Array(ranked.prefix(10)))
            for other in others {
                #expect(PeerScore(learner, other)?.points == PeerScore(other, learner)?.points)
                #expect((PeerScore(learner, other) == nil) == learner.hours.isDisjoint(with: other.hours))
            }
        }
    }

    @Test func `reasons are sentences, the strongest first`() throws {
        let me = PeerScore.Learner(id: UserID("a"), hours: [42, 43], goals: ["E", "raft"], topics: ["A1", "B1"])
        let you = PeerScore.Learner(id: UserID("b"), hours: [42], goals: ["E"], topics: ["C1", "C2", "C3", "C4", "D1"])
        let reasons = try #require(PeerScore(me, you)).reasons { $0 == "E" ? "Caching" : $0 }
        #expect(
            reasons == [
                "They have completed what you have not: C1, C2, C3 and 2 more.", "You both want to learn Caching.",
                "You can show them A1 and B1.", "You can both make 1 hour a week, the first on Tuesday 18:00 UTC.",
            ]
        )
    }

    @Test(arguments: TestEngine.all)
    func `two who opt in find each other, and both must agree`(engine: TestEngine) async throws {
        try await Bench.run(engine) { bench in
            let (ada, bob, eve) = (
                try await bench.person("Ada"), try await bench.person("Bob"), try await bench.person("Eve")
            )
            #expect(try await bench.peers.profile(as: ada) == nil)
            #expect(await code { _ = try await bench.peers.suggestions(as: ada) } == .conflict)
            #expect(await code { _ = try await bench.peers.propose(to: try bob.user, as: ada) } == .conflict)
            let saved = try await bench.peers.save(
                PeerProfile(isOptedIn: true, hours: [5, 3, 5], goals: ["raft", " E "]),
                as: ada
            )
            #expect(saved == PeerProfile(isOptedIn: true, hours: [3, 5], goals: ["E", "raft"]))
            #expect(try await bench.peers.profile(as: ada) == saved)
            #expect(await code { _ = try await bench.peers.propose(to: try bob.user, as: ada) } == .notFound)
            _ = try await bench.peers.save(PeerProfile(isOptedIn: true, hours: [5], goals: ["raft"]), as: bob)
            _ = try await bench.peers.save(PeerProfile(isOptedIn: false, hours: [5], goals: ["raft"]), as: eve)
            let found = try await bench.peers.suggestions(as: ada)
            #expect(found.map(\.person.displayName) == ["Bob"])
            #expect(found.first?.sharedHours == [5] && found.first?.sharedGoals == ["raft"])

            let proposal = try await bench.peers.propose(to: try bob.user, as: ada)
            #expect(proposal.isMine && proposal.group == nil)
            #expect(try await bench.peers.suggestions(as: bob).isEmpty)
            #expect(try await bench.peers.proposals(as: bob).map(\.person.displayName) == ["Ada"])
            #expect(await code { _ = try await bench.peers.answer(try bob.user, accept: true, as: ada) } == .notFound)
            let group = try #require(try await bench.peers.answer(try ada.user, accept: true, as: bob))
            #expect(group.settings.name == "Ada and Bob" && group.role == .owner && group.memberCount == 2)
            #expect(try await bench.groups.group(group.id, as: ada).role == .owner)
            #expect(try await bench.log(of: group.id, as: ada).map(\.content) == ["joined", "joined"])
            let kinds = try await bench.notices.notices(limit: 9, onlyUnread: true, as: bob).map(\.kind)
            #expect(Set(kinds) == [.proposal, .match])
            #expect(try await bench.peers.propose(to: try ada.user, as: bob).group == group.id)
            #expect(await code { _ = try await bench.peers.answer(try ada.user, accept: true, as: bob) } == .notFound)
        }
    }

    @Test(arguments: TestEngine.all)
    func `proposals that cross are an agreement, and a no is final and silent`(engine: TestEngine) async throws {
        try await Bench.run(engine) { bench in
            let (ada, bob, eve) = (
                try await bench.person("Ada"), try await bench.person("Bob"), try await bench.person("Eve")
            )
            for caller in [ada, bob, eve] {
                _ = try await bench.peers.save(PeerProfile(isOptedIn: true, hours: [5], goals: []), as: caller)
            }
            async let first = bench.peers.propose(to: try bob.user, as: ada)
            async let second = bench.neighbour().peers.propose(to: try ada.user, as: bob)
            let groups = try await [first.group, second.group].compactMap(\.self)
            #expect(groups.count == 1)

            _ = try await bench.peers.propose(to: try eve.user, as: ada)
            #expect(try await bench.peers.answer(try ada.user, accept: false, as: eve) == nil)
            #expect(await code { _ = try await bench.peers.propose(to: try eve.user, as: ada) } == .notFound)
            // If Bob's was first, Ada was told of it before they agreed.
            let kinds = try await bench.notices.notices(limit: 9, onlyUnread: true, as: ada).map(\.kind)
            #expect(kinds.filter { $0 != .proposal } == [.match])
            #expect(try await bench.peers.suggestions(as: ada).isEmpty)

            _ = try await bench.peers.propose(to: try eve.user, as: bob)
            _ = try await bench.peers.save(PeerProfile(isOptedIn: false, hours: [], goals: []), as: bob)
            #expect(try await bench.peers.proposals(as: eve).isEmpty)
            let bad = [
                PeerProfile(isOptedIn: true, hours: [], goals: []),
                PeerProfile(isOptedIn: true, hours: [168], goals: []),
                PeerProfile(isOptedIn: true, hours: [-1], goals: []),
                PeerProfile(isOptedIn: true, hours: [1], goals: (0..<21).map { "g\($0)" }),
                PeerProfile(isOptedIn: true, hours: [1], goals: [""]),
            ]
            for profile in bad { #expect(await code { _ = try await bench.peers.save(profile, as: ada) } == .invalid) }
        }
    }
}

extension PeerScore.Learner {
    fileprivate static func random(_ id: String, using generator: inout SplitMix) -> Self {
        func some(_ count: Int, of all: Int) -> [Int] {
            (0..<Int.random(in: 0...count, using: &generator)).map { _ in Int.random(in: 0..<all, using: &generator) }
        }
        return Self(
            id: UserID(id),
            hours: Set(some(6, of: 12)),
            goals: Set(some(4, of: 6).map { "goal\($0)" }),
            topics: Set(some(8, of: 16).map { "topic\($0)" })
        )
    }
}

/// Random numbers that are the same on every run.
///
/// Source: G. Steele et al., "Fast Splittable Pseudorandom Number Generators", SplitMix64.
private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
