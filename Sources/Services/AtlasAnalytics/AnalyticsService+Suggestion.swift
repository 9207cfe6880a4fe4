import AtlasAPI
import AtlasCore
import AtlasPorts

extension AnalyticsService {
    /// A lab that was left for longer is not taken up by a reminder.
    private static let resumable = Duration.seconds(14 * 86_400)
    /// Mastery below which something is suggested again.
    private static let weak = 0.6

    func suggestion(as caller: Caller) async throws -> Suggestion? {
        let user = try caller.signedIn().user
        let catalogue = try await content.catalogue(as: caller)
        let index = CatalogueIndex(catalogue)
        let contents = try await database.rows(
            "SELECT content_id, kind, started_at, done_at, attempts FROM learner_contents WHERE user_id = \(user)"
        ).map(Touched.init)
        let beliefs = try await beliefs(of: user)
        let touched = Dictionary(contents.map { ($0.content, $0) }, uniquingKeysWith: { first, _ in first })
        if let lab = resume(contents, index) { return lab }
        if let goal = try await forGoal(user, caller, catalogue, index, beliefs) { return goal }
        return strengthen(beliefs, catalogue, touched) ?? retrieve(contents, index) ?? next(catalogue, touched)
    }

    /// Something of the catalogue that a learner had to do with.
    private struct Touched {
        let content: String
        let kind: String
        let startedAt: Timestamp
        let isDone: Bool
        let attempts: Int

        init(_ row: Row) throws {
            content = try row.string("content_id")
            kind = try row.string("kind")
            startedAt = try row.timestamp("started_at")
            isDone = try row.optionalTimestamp("done_at") != nil
            attempts = try row.int("attempts")
        }
    }

    private func resume(_ contents: [Touched], _ index: CatalogueIndex) -> Suggestion? {
        let oldest = clock.now() - Self.resumable
        let open = contents.filter { $0.kind == "lab" && !$0.isDone && $0.startedAt > oldest }
        guard let lab = open.max(by: { ($0.startedAt, $0.content) < ($1.startedAt, $1.content) }),
            let entry = index.entries[lab.content]
        else { return nil }
        return Suggestion(
            kind: .resume,
            contentKind: .lab,
            content: lab.content,
            title: entry.title,
            reason: "You began this lab on \(Day(lab.startedAt).name) and have not passed it yet."
        )
    }

    private func forGoal(
        _ user: UserID,
        _ caller: Caller,
        _ catalogue: Catalogue,
        _ index: CatalogueIndex,
        _ beliefs: Beliefs
    ) async throws -> Suggestion? {
        let mastered = Set(beliefs.topics.filter { Beliefs.isMastered($0.belief) }.map(\.topic))
        for goal in try await goals(of: user, as: caller) where goal.reachedAt == nil {
            let topics = Set(Self.topics(of: goal.wanted, index))
            let left = topics.subtracting(mastered)
            let diagram = catalogue.diagrams.first { $0.header.topics.first.map(left.contains) ?? false }
            guard let diagram else { continue }
            return Suggestion(
                kind: .goal,
                contentKind: .diagram,
                content: diagram.header.id,
                title: diagram.header.title,
                reason: "“\(goal.wanted.title)” has \(left.count) of \(topics.count) topics left; this is one."
            )
        }
        return nil
    }

    private func strengthen(
        _ beliefs: Beliefs,
        _ catalogue: Catalogue,
        _ touched: [String: Touched]
    ) -> Suggestion? {
        let weak = beliefs.topics.filter {
            $0.belief.attempts >= Beliefs.enough && ($0.belief.mastery ?? 1) < Self.weak
        }
        .sorted { ($0.belief.mastery ?? 1, $0.topic) < ($1.belief.mastery ?? 1, $1.topic) }
        for topic in weak {
            guard let diagram = catalogue.diagrams.first(where: { $0.header.topics.contains(topic.topic) }) else {
                continue
            }
            let chance = Int(((topic.belief.mastery ?? 0) * 100).rounded())
            return Suggestion(
                kind: .strengthen,
                contentKind: .diagram,
                content: diagram.header.id,
                title: diagram.header.title,
                reason: """
                    After \(topic.belief.attempts) attempts you would answer about \(chance) % of this topic correctly.
                    """
            )
        }
        return nil
    }

    private func retrieve(_ contents: [Touched], _ index: CatalogueIndex) -> Suggestion? {
        let read = contents.filter { $0.kind == "diagram" && $0.isDone && $0.attempts == 0 }
        guard let diagram = read.min(by: { ($0.startedAt, $0.content) < ($1.startedAt, $1.content) }),
            let entry = index.entries[diagram.content]
        else { return nil }
        return Suggestion(
            kind: .retrieve,
            contentKind: .diagram,
            content: diagram.content,
            title: entry.title,
            reason: "You read it on \(Day(diagram.startedAt).name), but have not been asked about it since."
        )
    }

    private func next(_ catalogue: Catalogue, _ touched: [String: Touched]) -> Suggestion? {
        let done = Set(touched.values.filter(\.isDone).map(\.content))
        let open = catalogue.diagrams.filter { !done.contains($0.header.id) }
        let ready = open.first { diagram in diagram.prerequisites.allSatisfy { done.contains($0.rawValue) } }
        guard let diagram = ready ?? open.first else { return nil }
        return Suggestion(
            kind: .next,
            contentKind: .diagram,
            content: diagram.header.id,
            title: diagram.header.title,
            reason: "It comes next in the syllabus, and you have read what it builds on."
        )
    }
}

extension Timestamp {
    /// The moment `duration` before.
    static func - (moment: Timestamp, duration: Duration) -> Timestamp { moment + (.zero - duration) }
}
