import AtlasAPI
import AtlasCore
import AtlasPorts
import Learning

/// Answers questions about learners from what the recorders stored.
struct AnalyticsService: Analytics {
    let database: any Database
    let content: any Content
    let clock: any WallClock
    let ids: any IDSource
    let keeper: KnowledgeKeeper

    func ingest(_ events: [NewEvent], as caller: Caller) async throws -> EventReceipt {
        try await EventIngestion(database: database, content: content, clock: clock, ids: ids)
            .ingest(events, as: caller)
    }

    func metrics(of user: UserID, as caller: Caller) async throws -> LearnerMetrics {
        try caller.requireSelf(user)
        let rows = try await database.rows(
            """
            SELECT metric_name, value, calculated_at FROM user_metrics WHERE user_id = \(user) ORDER BY metric_name
            """
        )
        let values = try rows.map { row in
            let name = try row.string("metric_name")
            return LearnerMetrics.Value(name: name, value: try row.double("value"), unit: MetricRows.unit(of: name))
        }
        let newest = try rows.map { try $0.timestamp("calculated_at") }.max()
        return LearnerMetrics(user: user, calculatedAt: newest ?? clock.now(), values: values)
    }

    func days(of user: UserID, last count: Int, as caller: Caller) async throws -> [DayMetrics] {
        try caller.requireSelf(user)
        try Self.check(count, in: 1...AnalyticsLimits.days, of: "days", field: "last")
        let today = Day(clock.now())
        return try await database.read {
            try LearnerRows.days(of: user, from: today.adding(1 - Int64(count)), to: today, in: $0)
        }
    }

    func streak(of user: UserID, as caller: Caller) async throws -> Streak {
        try caller.requireSelf(user)
        let days = try await database.read { try LearnerRows.activeDays(of: user, in: $0) }
        return StreakRule.streak(days, today: Day(clock.now())).value
    }

    func skillMap(of user: UserID, as caller: Caller) async throws -> SkillMap {
        try caller.requireSelf(user)
        let categories = try await content.catalogue(as: caller).categories.map(\.id)
        let beliefs = try await beliefs(of: user)
        return SkillMap(
            user: user,
            calculatedAt: beliefs.at ?? clock.now(),
            cells: categories.flatMap { category in
                Skill.allCases.map { skill in
                    SkillMap.Cell(
                        category: category,
                        skill: skill,
                        belief: beliefs.cells["\(category)/\(skill.rawValue)"] ?? .none
                    )
                }
            },
            topics: beliefs.topics
        )
    }

    func answerForecasts(of user: UserID, limit: Int, as caller: Caller) async throws -> [AnswerForecast] {
        try caller.requireSelf(user)
        try Self.check(limit, in: 1...AnalyticsLimits.page, of: "forecasts", field: "first")
        return try await database.rows(
            """
            SELECT item_id, content_id, skill, at, predicted, correct FROM evidence
            WHERE user_id = \(user) ORDER BY seq DESC LIMIT \(limit)
            """
        ).compactMap { row in
            guard let skill = Skill(rawValue: try row.string("skill")) else { return nil }
            return AnswerForecast(
                item: try row.string("item_id"),
                content: try row.string("content_id"),
                skill: skill,
                at: try row.timestamp("at"),
                predicted: try row.double("predicted"),
                isCorrect: try row.bool("correct")
            )
        }
    }

    static func check(_ count: Int, in range: ClosedRange<Int>, of what: String, field: String) throws(AtlasError) {
        guard range.contains(count) else {
            throw AtlasError(.invalid, "Ask for \(range.lowerBound) to \(range.upperBound) \(what).", field: field)
        }
    }
}

/// What is believed of one learner.
struct Beliefs: Sendable {
    /// By `category/skill`; only those with evidence.
    let cells: [String: SkillMap.Belief]
    /// By name; only those with evidence.
    let topics: [SkillMap.Topic]
    /// When the newest evidence was taken in; `nil` without any.
    let at: Timestamp?
    /// The model's state of the learner.
    let state: LearnerState

    /// A topic counts as mastered from here on.
    static let mastered = 0.8
    /// Fewer attempts prove nothing.
    static let enough = 3

    /// Whether what is believed of a topic is enough for a goal.
    static func isMastered(_ belief: SkillMap.Belief) -> Bool {
        belief.attempts >= enough && (belief.mastery ?? 0) >= mastered
    }
}

extension AnalyticsService {
    /// Works out what is believed of a learner now.
    func beliefs(of user: UserID) async throws -> Beliefs {
        try await keeper.catchUp()
        let (stored, cells, topics) = try await database.read { session in
            (
                try LearnerRows.state(of: user, in: session),
                try session.rows(
                    """
                    SELECT category, skill, attempts, last_at FROM learner_cells
                    WHERE user_id = \(user) AND attempts > 0
                    """
                ),
                try session.rows(
                    """
                    SELECT topic, category, attempts, last_at FROM learner_topics
                    WHERE user_id = \(user) AND attempts > 0 ORDER BY topic
                    """
                )
            )
        }
        let state = stored?.state ?? LearnerState()
        var found: [String: SkillMap.Belief] = [:]
        for row in cells {
            let (category, skill) = (try row.string("category"), try row.string("skill"))
            let number = Hash.of("cell:\(category)/\(skill)")
            found["\(category)/\(skill)"] = try belief(row, keeper.mastery(of: [number], learner: state).first)
        }
        let topicBeliefs = try topics.map { row in
            let topic = try row.string("topic")
            let mastery = keeper.mastery(of: [KnowledgeKeeper.topic(topic)], learner: state).first
            return SkillMap.Topic(
                topic: topic,
                category: try row.string("category"),
                belief: try belief(row, mastery)
            )
        }
        return Beliefs(cells: found, topics: topicBeliefs, at: stored?.at, state: state)
    }

    private func belief(_ row: Row, _ mastery: Mastery?) throws -> SkillMap.Belief {
        let attempts = try row.int("attempts")
        guard let mastery, attempts > 0 else { return .none }
        // 90 % of a normal distribution.
        let margin = 1.645 * mastery.uncertainty
        return SkillMap.Belief(
            mastery: mastery.chance,
            low: max(0, mastery.chance - margin),
            high: min(1, mastery.chance + margin),
            attempts: attempts,
            lastAt: try row.timestamp("last_at")
        )
    }
}
