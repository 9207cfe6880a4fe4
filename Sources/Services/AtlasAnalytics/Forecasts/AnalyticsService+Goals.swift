import AtlasAPI
import AtlasCore
import AtlasPorts
import Foundation

extension AnalyticsService {
    func goals(of user: UserID, as caller: Caller) async throws -> [Goal] {
        try caller.requireSelf(user)
        let rows = try await database.rows(
            """
            SELECT id, title, contents, categories, by_date, set_at, reached_at FROM goals WHERE user_id = \(user)
            ORDER BY CASE WHEN reached_at IS NULL THEN 0 ELSE 1 END, CASE WHEN by_date IS NULL THEN 1 ELSE 0 END,
                by_date, set_at, id
            """
        )
        guard !rows.isEmpty else { return [] }
        let index = CatalogueIndex(try await content.catalogue(as: .system))
        let beliefs = try await beliefs(of: user)
        var goals: [Goal] = []
        for row in rows {
            let goal = try goal(row, index, beliefs)
            goals.append(try await reached(goal) ?? goal)
        }
        return goals
    }

    func setGoal(_ goal: NewGoal, as caller: Caller) async throws -> Goal {
        let user = try caller.signedIn().user
        let goal = try await checked(goal, as: caller)
        let (id, now) = (ids.next(), clock.now())
        let contents = try Self.text(goal.contents)
        let categories = try Self.text(goal.categories)
        try await database.write { session in
            // Two at once may both find room; one goal too many does no harm.
            let count = try session.rows("SELECT COUNT(*) AS goals FROM goals WHERE user_id = \(user)").first
            guard try count?.int("goals") ?? 0 < AnalyticsLimits.goals else {
                throw AtlasError(.tooMany, "An account has at most \(AnalyticsLimits.goals) goals.")
            }
            try session.execute(
                """
                INSERT INTO goals (id, user_id, title, contents, categories, by_date, set_at)
                VALUES (\(id), \(user), \(goal.title), \(contents), \(categories), \(goal.byDate), \(now))
                """
            )
        }
        guard let stored = try await goals(of: user, as: caller).first(where: { $0.id.rawValue == id }) else {
            throw AtlasError(.conflict, "The goal was removed meanwhile.")
        }
        return stored
    }

    func removeGoal(_ id: GoalID, as caller: Caller) async throws -> Bool {
        let user = try caller.signedIn().user
        return try await database.write { session in
            let gone = try session.execute("DELETE FROM goals WHERE id = \(id) AND user_id = \(user)")
            // Forecasts of a goal that was given up will never have an outcome.
            try session.execute(
                """
                DELETE FROM forecast_log WHERE kind = \(ForecastKind.daysToGoal.rawValue) AND user_id = \(user)
                    AND subject = \(id) AND outcome IS NULL
                """
            )
            return gone == 1
        }
    }

    /// Topics of a goal, each once, in order.
    static func topics(of goal: NewGoal, _ index: CatalogueIndex) -> [String] {
        let named = goal.contents.flatMap { index.entries[$0]?.topics ?? [] }
        let inCategories = index.categories.filter { goal.categories.contains($0.value) }.map(\.key)
        return Set(named + inCategories).sorted()
    }

    private func checked(_ goal: NewGoal, as caller: Caller) async throws -> NewGoal {
        let title = goal.title.trimmingCharacters(in: .whitespacesAndNewlines)
        guard (1...80).contains(title.count) else {
            throw AtlasError(.invalid, "A goal's title has 1 to 80 characters.", field: "input.title")
        }
        guard !goal.contents.isEmpty || !goal.categories.isEmpty else {
            throw AtlasError(.invalid, "Name at least one item or category.", field: "input.contentIds")
        }
        guard goal.contents.count <= AnalyticsLimits.goalItems else {
            throw AtlasError(
                .invalid,
                "A goal has at most \(AnalyticsLimits.goalItems) items.",
                field: "input.contentIds"
            )
        }
        let catalogue = try await content.catalogue(as: caller)
        let index = CatalogueIndex(catalogue)
        if let unknown = goal.contents.first(where: { index.entries[$0] == nil }) {
            throw AtlasError(.invalid, "There is no “\(unknown.prefix(64))”.", field: "input.contentIds")
        }
        let letters = Set(catalogue.categories.map(\.id))
        if let unknown = goal.categories.first(where: { !letters.contains($0) }) {
            throw AtlasError(.invalid, "There is no category “\(unknown.prefix(64))”.", field: "input.categories")
        }
        if let date = goal.byDate, date <= clock.now() {
            throw AtlasError(.invalid, "The date is past.", field: "input.byDate")
        }
        return NewGoal(
            title: title,
            contents: Array(Set(goal.contents)).sorted(),
            categories: Array(Set(goal.categories)).sorted(),
            byDate: goal.byDate
        )
    }

    private func goal(_ row: Row, _ index: CatalogueIndex, _ beliefs: Beliefs) throws -> Goal {
        let wanted = NewGoal(
            title: try row.string("title"),
            contents: try Self.list(try row.string("contents")),
            categories: try Self.list(try row.string("categories")),
            byDate: try row.optionalTimestamp("by_date")
        )
        let topics = Self.topics(of: wanted, index)
        let mastered = Set(beliefs.topics.filter { Beliefs.isMastered($0.belief) }.map(\.topic))
        return Goal(
            id: GoalID(try row.string("id")),
            wanted: wanted,
            setAt: try row.timestamp("set_at"),
            mastered: topics.count(where: mastered.contains),
            topics: topics.count,
            reachedAt: try row.optionalTimestamp("reached_at")
        )
    }

    /// The goal with the moment at which it was found to be reached; `nil` if nothing changed.
    private func reached(_ goal: Goal) async throws -> Goal? {
        guard goal.reachedAt == nil, goal.topics > 0, goal.mastered == goal.topics else { return nil }
        let now = clock.now()
        try await database.write { session in
            _ = try session.execute(
                "UPDATE goals SET reached_at = \(now) WHERE id = \(goal.id) AND reached_at IS NULL"
            )
        }
        return Goal(
            id: goal.id,
            wanted: goal.wanted,
            setAt: goal.setAt,
            mastered: goal.mastered,
            topics: goal.topics,
            reachedAt: now
        )
    }

    private static func text(_ list: [String]) throws -> String {
        String(decoding: try JSONEncoder().encode(list), as: UTF8.self)
    }

    private static func list(_ text: String) throws -> [String] {
        try JSONDecoder().decode([String].self, from: Data(text.utf8))
    }
}
