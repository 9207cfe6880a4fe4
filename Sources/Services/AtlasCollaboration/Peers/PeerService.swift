import AtlasAPI
import AtlasCore
import AtlasPorts

/// Finds people to learn with, and makes their group once both want it.
struct PeerService: PeerMatching {
    let database: any Database
    let directory: GroupDirectory
    let content: any Content
    let progress: any ProgressTracking
    let clock: any WallClock
    let ids: any IDSource

    func profile(as caller: Caller) async throws -> PeerProfile? {
        let user = try caller.signedIn().user
        return try await database.read { try PeerRows(session: $0).profile(of: user) }
    }

    func save(_ profile: PeerProfile, as caller: Caller) async throws -> PeerProfile {
        let user = try caller.signedIn().user
        let profile = try profile.checked()
        let now = clock.now()
        try await database.write { session in
            try GroupRows(session: session).lock(people: [user])
            try PeerRows(session: session).save(profile, of: user, at: now)
        }
        return profile
    }

    func suggestions(as caller: Caller) async throws -> [PeerSuggestion] {
        let user = try caller.signedIn().user
        let (profile, candidates, goals) = try await database.read { session in
            let rows = PeerRows(session: session)
            guard let profile = try rows.profile(of: user), profile.isOptedIn else { throw Self.notOptedIn }
            let candidates = try rows.candidates(for: user, goals: profile.goals)
            return (profile, candidates, try rows.goals(of: candidates.map(\.user)))
        }
        let catalogue = try await content.catalogue(as: caller)
        let topics = try await topics([user] + candidates.map(\.user), catalogue)
        let learner = PeerScore.Learner(
            id: user,
            hours: Set(profile.hours),
            goals: Set(profile.goals),
            topics: topics[user] ?? []
        )
        let others = candidates.map { candidate in
            PeerScore.Learner(
                id: candidate.user,
                hours: Set(candidate.hours),
                goals: Set(goals[candidate.user] ?? []),
                topics: topics[candidate.user] ?? []
            )
        }
        let best = PeerScore.best(PeerLimits.suggestions, of: others, for: learner)
        let people = try await directory.people(best.map(\.other))
        let titles = Dictionary(catalogue.categories.map { ($0.id, $0.title) }, uniquingKeysWith: { first, _ in first })
        return best.compactMap { score in
            guard let person = people[score.other] else { return nil }
            return PeerSuggestion(
                person: person,
                score: score.points,
                reasons: score.reasons { Self.title($0, titles) },
                sharedHours: score.sharedHours,
                sharedGoals: score.sharedGoals
            )
        }
    }

    func proposals(as caller: Caller) async throws -> [PeerProposal] {
        let user = try caller.signedIn().user
        let open = try await database.read { try PeerRows(session: $0).open(of: user) }
        let people = try await directory.people(Set(open.map(\.other)))
        return open.compactMap { proposal in
            people[proposal.other].map {
                PeerProposal(person: $0, isMine: proposal.isMine, at: proposal.at, group: nil)
            }
        }
    }

    func propose(to other: UserID, as caller: Caller) async throws -> PeerProposal {
        let user = try caller.signedIn().user
        guard other != user else { throw Self.unknownPeer }
        let people = try await directory.people([user, other])
        guard let me = people[user], let peer = people[other] else { throw Self.unknownPeer }
        let (now, notice) = (clock.now(), NoticeID(ids.next()))
        let pair = NewPair(first: peer, second: me, at: now, ids: ids)
        return try await database.write { session in
            let rows = PeerRows(session: session)
            try GroupRows(session: session).lock(people: [user, other])
            guard try rows.hasOptedIn(user) else { throw Self.notOptedIn }
            let theirs = try rows.proposal(from: other, to: user)
            let mine = try rows.proposal(from: user, to: other)
            for known in [mine, theirs].compactMap(\.self) where known.state == .accepted {
                return PeerProposal(person: peer, isMine: true, at: known.at, group: known.group)
            }
            if theirs?.state == .open {
                let group = try pair.agree(in: session)
                try rows.settle(from: other, to: user, .accepted, group: group)
                return PeerProposal(person: peer, isMine: true, at: now, group: group)
            }
            if let mine, mine.state == .open {
                return PeerProposal(person: peer, isMine: true, at: mine.at, group: nil)
            }
            guard try rows.hasOptedIn(other), mine?.state != .declined else { throw Self.unknownPeer }
            guard try rows.openProposals(by: user) < PeerLimits.proposals else {
                throw AtlasError(.tooMany, "At most \(PeerLimits.proposals) of your proposals can be open.")
            }
            try rows.propose(from: user, to: other, at: now)
            let text = "\(me.displayName) would like to learn with you."
            try NoticeRows(session: session).add(
                Notice(id: notice, kind: .proposal, text: text, group: nil, message: nil, at: now, readAt: nil),
                for: other
            )
            return PeerProposal(person: peer, isMine: true, at: now, group: nil)
        }
    }

    func answer(_ other: UserID, accept: Bool, as caller: Caller) async throws -> StudyGroup? {
        let user = try caller.signedIn().user
        let people = try await directory.people([user, other])
        guard let me = people[user], let peer = people[other] else { throw Self.unknownPeer }
        let pair = NewPair(first: peer, second: me, at: clock.now(), ids: ids)
        return try await database.write { session in
            let rows = PeerRows(session: session)
            try GroupRows(session: session).lock(people: [user, other])
            guard try rows.proposal(from: other, to: user)?.state == .open else {
                throw AtlasError(.notFound, "There is no such proposal any more.", field: "userId")
            }
            guard accept else {
                try rows.settle(from: other, to: user, .declined)
                return nil
            }
            let group = try pair.agree(in: session)
            try rows.settle(from: other, to: user, .accepted, group: group)
            return try GroupRows(session: session).view(group, for: user)
        }
    }

    private static let notOptedIn = AtlasError(.conflict, "Save a profile and opt in to matching first.")

    private static let unknownPeer = AtlasError(.notFound, "This person does not look for company.", field: "userId")

    /// Topics of the diagrams that each has completed.
    private func topics(_ users: [UserID], _ catalogue: Catalogue) async throws -> [UserID: Set<String>] {
        let topics = Dictionary(
            catalogue.diagrams.map { ($0.id, $0.header.topics) },
            uniquingKeysWith: { first, _ in first }
        )
        // Every account asked about has opted in to this comparison.
        let completions = try await progress.completions(of: users, as: .system)
        return Dictionary(
            zip(users, completions).map { ($0, Set($1.flatMap { topics[$0.diagram] ?? [] })) },
            uniquingKeysWith: { first, _ in first }
        )
    }

    /// As in "E2 (Caching)" for a topic of the syllabus, "Caching" for a category; other words as they are.
    private static func title(_ word: String, _ titles: [String: String]) -> String {
        if let title = titles[word] { return title }
        guard let letter = word.first, word.dropFirst().allSatisfy(\.isNumber), let title = titles[String(letter)]
        else {
            return word
        }
        return "\(word) (\(title))"
    }
}

/// Two who agreed, and the group that they get.
private struct NewPair: Sendable {
    /// Who proposed.
    let first: Person
    /// Who agreed.
    let second: Person
    let at: Timestamp
    let ids: any IDSource

    /// Makes a group that both own, and tells both; their rows are locked.
    func agree(in session: any SQLSession) throws -> GroupID {
        let (groups, log) = (GroupRows(session: session), ChatLog(session: session))
        let id = GroupID(ids.next())
        let name = "\(first.displayName) and \(second.displayName)"
        let settings = GroupSettings(
            name: String(name.prefix(GroupLimits.nameCharacters.upperBound)),
            visibility: .invitation,
            memberLimit: 2
        )
        try groups.insert(id, settings, at: at)
        for person in [first, second] {
            let place = try log.advance(id, at: at)
            do throws(any Error) {
                try groups.admit(person.id, as: .owner, to: place)
            } catch let error as AtlasError where error.code == .tooMany && person.id == first.id {
                throw AtlasError(.conflict, "\(person.displayName) belongs to too many groups just now.", cause: error)
            }
            try log.append(.joined, of: person.id, by: person, cid: ids.next(), at: place)
        }
        for (person, other) in [(first, second), (second, first)] {
            let text = "You and \(other.displayName) now have a group of your own."
            try NoticeRows(session: session).add(
                Notice(
                    id: NoticeID(ids.next()),
                    kind: .match,
                    text: text,
                    group: id,
                    message: nil,
                    at: at,
                    readAt: nil
                ),
                for: person.id
            )
        }
        return id
    }
}

extension PeerProfile {
    /// In order, each once, and within `PeerLimits`.
    ///
    /// - Throws: `AtlasError.invalid` with the field.
    fileprivate func checked() throws(AtlasError) -> PeerProfile {
        guard hours.count <= PeerLimits.hours, hours.allSatisfy({ (0..<PeerLimits.hours).contains($0) }) else {
            throw AtlasError(
                .invalid,
                "Hours of the week are 0 to 167, Monday 00:00 UTC being 0.",
                field: "input.hours"
            )
        }
        guard !isOptedIn || !hours.isEmpty else {
            throw AtlasError(.invalid, "Name at least one hour in which you can meet.", field: "input.hours")
        }
        guard goals.count <= PeerLimits.goals else {
            throw AtlasError(.invalid, "Name at most \(PeerLimits.goals) goals.", field: "input.goals")
        }
        return PeerProfile(
            isOptedIn: isOptedIn,
            hours: Set(hours).sorted(),
            goals: try goals.checkedWords(PeerLimits.goalCharacters, field: "input.goals").sorted()
        )
    }
}
