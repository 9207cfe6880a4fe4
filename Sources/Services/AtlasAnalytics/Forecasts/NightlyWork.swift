import AtlasAPI
public import AtlasCore
import AtlasPorts
import Learning

/// What is done once a day in UTC: outcomes are looked up, forecasts judged, new ones made, old data dropped.
///
/// The order matters: a forecast is stored before anything of its days is known, and the model learns from an outcome only
/// after the forecast of it was stored. Every step may be done again.
public struct NightlyWork: Sendable {
    /// A night that another process began and did not finish is taken over after this time.
    private static let patience = Duration.seconds(3_600)
    /// Days that ids of events are kept: longer than an event may be late.
    private static let idDays = Int64(AnalyticsLimits.pastDays) + 2
    private static let logDays: Int64 = 731

    let database: any Database
    let series: any TimeSeries
    let queue: any Queue
    let service: AnalyticsService
    let clock: any WallClock

    /// Does the day's work unless it was done.
    ///
    /// - Returns: True if it was done now.
    @discardableResult
    public func run() async throws -> Bool {
        let now = clock.now()
        let today = Day(now)
        guard try await claim(today, at: now) else { return false }
        try await settle(before: today)
        try await judge(at: now)
        try await forecast(on: today)
        try await series.expire(at: now)
        try await queue.expireDeadLetters()
        try await database.write { session in
            try session.execute("DELETE FROM ingested_events WHERE day < \(today.number - Self.idDays)")
            try session.execute("DELETE FROM ingested_batches WHERE day < \(today.number - Self.idDays)")
            try session.execute("DELETE FROM forecast_log WHERE due_day < \(today.number - Self.logDays)")
            // Also what comes two days late is held against it.
            try session.execute("DELETE FROM learner_help WHERE at < \(today.adding(-2).start)")
            try session.execute("DELETE FROM learner_mastery WHERE day < \(today.number - Self.logDays)")
            try session.execute(
                "DELETE FROM calibration_reports WHERE at < \(today.adding(-Self.logDays).start)"
            )
            try session.execute("DELETE FROM analytics_nights WHERE day < \(today.number - Self.logDays)")
            _ = try session.execute("UPDATE analytics_nights SET finished_at = \(now) WHERE day = \(today.number)")
        }
        return true
    }

    /// Judges every kind of forecast by the newest outcomes, whenever it is wanted.
    public func judge(at now: Timestamp) async throws {
        for kind in ForecastKind.allCases {
            let cases = try await database.read { try ForecastRows.cases(of: kind, in: $0) }
            guard let report = Judgement.report(kind, cases, at: now) else { continue }
            try await database.write { try ForecastRows.store(report, in: $0) }
        }
    }

    private func claim(_ day: Day, at now: Timestamp) async throws -> Bool {
        try await database.write { session in
            let new = try session.execute(
                """
                INSERT INTO analytics_nights (day, started_at) VALUES (\(day.number), \(now)) ON CONFLICT DO NOTHING
                """
            )
            if new == 1 { return true }
            return try session.execute(
                """
                UPDATE analytics_nights SET started_at = \(now)
                WHERE day = \(day.number) AND finished_at IS NULL AND started_at < \(now - Self.patience)
                """
            ) == 1
        }
    }
}

// MARK: - Outcomes

extension NightlyWork {
    /// Looks up what became of forecasts whose days are over, and learns from it.
    private func settle(before today: Day) async throws {
        try await database.write { session in
            let due = try session.rows(
                """
                SELECT user_id, made_day, due_day, features FROM forecast_log
                WHERE kind = \(ForecastKind.dropout.rawValue) AND outcome IS NULL AND due_day <= \(today.number)
                ORDER BY made_day, user_id
                """
            )
            var (model, positives) = try ForecastRows.model(.dropout, in: session)
            for row in due {
                let (user, made) = (UserID(try row.string("user_id")), try row.int64("made_day"))
                let seen = try session.rows(
                    """
                    SELECT 1 AS one FROM learner_days WHERE user_id = \(user) AND attempts > 0
                        AND day >= \(made) AND day < \(try row.int64("due_day")) LIMIT 1
                    """
                )
                let isAbsent = seen.isEmpty
                try Self.settle(.dropout, user, subject: "", made: made, outcome: isAbsent, in: session)
                model.learn(try ForecastRows.numbers(try row.string("features")), outcome: isAbsent)
                positives += isAbsent ? 1 : 0
            }
            if !due.isEmpty { try ForecastRows.store(model, positives: positives, of: .dropout, in: session) }
            try Self.settleGoals(before: today, in: session)
        }
    }

    private static func settleGoals(before today: Day, in session: any SQLSession) throws {
        let due = try session.rows(
            """
            SELECT l.user_id, l.subject, l.made_day, l.due_day, g.reached_at FROM forecast_log AS l
            JOIN goals AS g ON g.id = l.subject
            WHERE l.kind = \(ForecastKind.daysToGoal.rawValue) AND l.outcome IS NULL AND l.due_day <= \(today.number)
            """
        )
        for row in due {
            let end = Day(number: try row.int64("due_day")).start
            let isReached = try row.optionalTimestamp("reached_at").map { $0 < end } ?? false
            try settle(
                .daysToGoal,
                UserID(try row.string("user_id")),
                subject: try row.string("subject"),
                made: try row.int64("made_day"),
                outcome: isReached,
                in: session
            )
        }
    }

    private static func settle(
        _ kind: ForecastKind,
        _ user: UserID,
        subject: String,
        made: Int64,
        outcome: Bool,
        in session: any SQLSession
    ) throws {
        try session.execute(
            """
            UPDATE forecast_log SET outcome = \(outcome ? Int64(1) : 0)
            WHERE kind = \(kind.rawValue) AND user_id = \(user) AND subject = \(subject) AND made_day = \(made)
            """
        )
    }
}

// MARK: - New forecasts

extension NightlyWork {
    /// Makes the day's forecasts of everybody who was seen of late.
    private func forecast(on today: Day) async throws {
        let users = try await database.rows(
            """
            SELECT DISTINCT user_id FROM learner_days
            WHERE attempts > 0 AND day >= \(today.number - AbsenceFeatures.window) AND day < \(today.number)
            ORDER BY user_id
            """
        ).map { UserID(try $0.string("user_id")) }
        for user in users {
            let beliefs = try await service.beliefs(of: user)
            let goals = try await service.goals(of: user, as: .system).filter { $0.reachedAt == nil && $0.topics > 0 }
            let mastered = beliefs.topics.count { Beliefs.isMastered($0.belief) }
            try await database.write { session in
                try session.execute(
                    """
                    INSERT INTO learner_mastery (user_id, day, mastered)
                    VALUES (\(user), \(today.number), \(mastered)) ON CONFLICT DO NOTHING
                    """
                )
                try Self.logAbsence(user, on: today, in: session)
                guard let pace = try Self.pace(of: user, on: today, in: session) else { return }
                for goal in goals { try Self.logGoal(goal, of: user, pace, on: today, in: session) }
            }
        }
    }

    private static func logAbsence(_ user: UserID, on today: Day, in session: any SQLSession) throws {
        let features = AbsenceFeatures.at(today, try activity(of: user, in: session))
        let (model, positives) = try ForecastRows.model(.dropout, in: session)
        try ForecastRows.log(
            .dropout,
            user,
            subject: "",
            made: today,
            due: today.adding(AbsenceFeatures.horizon),
            features: features,
            predicted: model.predict(features),
            baseline: Double(positives + 1) / Double(model.outcomes + 2),
            in: session
        )
    }

    private static func logGoal(
        _ goal: Goal,
        of user: UserID,
        _ pace: Double,
        on today: Day,
        in session: any SQLSession
    ) throws {
        let known = try session.rows(
            """
            SELECT COUNT(*) AS outcomes, CAST(coalesce(sum(outcome), 0) AS BIGINT) AS reached FROM forecast_log
            WHERE kind = \(ForecastKind.daysToGoal.rawValue) AND outcome IS NOT NULL
            """
        ).first
        let outcomes = try known?.int("outcomes") ?? 0
        let reached = try known?.int("reached") ?? 0
        let left = goal.topics - goal.mastered
        try ForecastRows.log(
            .daysToGoal,
            user,
            subject: goal.id.rawValue,
            made: today,
            due: today.adding(GoalPace.horizon),
            features: [Double(left), pace],
            predicted: GoalPace.chance(left, within: Double(GoalPace.horizon), rate: pace),
            baseline: Double(reached + 1) / Double(outcomes + 2),
            in: session
        )
    }

    /// Days on which somebody retrieved something, and how much, in order.
    static func activity(of user: UserID, in session: any SQLSession) throws -> [(day: Day, attempts: Int)] {
        try session.rows(
            "SELECT day, attempts FROM learner_days WHERE user_id = \(user) AND attempts > 0 ORDER BY day"
        ).map { (Day(number: try $0.int64("day")), try $0.int("attempts")) }
    }

    /// Topics mastered per day over the last four weeks; `nil` where fewer than `GoalPace.fewest` days are known.
    static func pace(of user: UserID, on today: Day, in session: any SQLSession) throws -> Double? {
        let rows = try session.rows(
            """
            SELECT day, mastered FROM learner_mastery
            WHERE user_id = \(user) AND day >= \(today.number - GoalPace.window) AND day <= \(today.number) ORDER BY day
            """
        )
        guard let first = rows.first, let last = rows.last else { return nil }
        let days = try last.int64("day") - first.int64("day")
        guard days >= GoalPace.fewest else { return nil }
        return GoalPace.rate(gained: try last.int("mastered") - first.int("mastered"), over: days)
    }
}
