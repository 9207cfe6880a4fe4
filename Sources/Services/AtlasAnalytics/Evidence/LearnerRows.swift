import AtlasAPI
import AtlasCore
import AtlasPorts
import Learning

/// What is stored of single learners.
enum LearnerRows {
    static func state(_ row: Row) throws -> LearnerState {
        guard let state = LearnerState(bytes: try row.bytes("state")) else {
            throw AtlasError(
                .internalError,
                "Something went wrong on our side.",
                detail: "the state of a learner cannot be read"
            )
        }
        return state
    }

    static func state(of user: UserID, in session: any SQLSession) throws -> (state: LearnerState, at: Timestamp)? {
        try session.rows("SELECT state, updated_at FROM learner_states WHERE user_id = \(user)").first.map {
            (try state($0), try $0.timestamp("updated_at"))
        }
    }

    /// Days with a retrieval, in order.
    static func activeDays(of user: UserID, in session: any SQLSession) throws -> [Day] {
        try session.rows("SELECT day FROM learner_days WHERE user_id = \(user) AND attempts > 0 ORDER BY day")
            .map { Day(number: try $0.int64("day")) }
    }

    static func days(of user: UserID, from first: Day, to last: Day, in session: any SQLSession) throws -> [DayMetrics]
    {
        let rows = try session.rows(
            """
            SELECT day, reviews, milliseconds, correct, attempts, predictions, lab_checks, diagrams FROM learner_days
            WHERE user_id = \(user) AND day BETWEEN \(first.number) AND \(last.number)
            """
        )
        var known: [Int64: DayMetrics] = [:]
        for row in rows {
            let day = Day(number: try row.int64("day"))
            known[day.number] = DayMetrics(
                day: day.name,
                reviews: try row.int("reviews"),
                minutes: Double(try row.int64("milliseconds")) / 60_000,
                correct: try row.int("correct"),
                attempts: try row.int("attempts"),
                predictions: try row.int("predictions"),
                labChecks: try row.int("lab_checks"),
                diagrams: try row.int("diagrams")
            )
        }
        return (first.number...max(first.number, last.number)).map {
            known[$0] ?? DayMetrics(day: Day(number: $0).name)
        }
    }
}

/// The table `user_metrics`.
enum MetricRows {
    /// Works out the figures of an account from its days and contents.
    static func rollUp(_ user: UserID, at now: Timestamp, in session: any SQLSession) throws {
        let sums = try session.rows(
            """
            SELECT CAST(coalesce(sum(attempts), 0) AS BIGINT) AS attempts,
                CAST(coalesce(sum(correct), 0) AS BIGINT) AS correct,
                CAST(coalesce(sum(reviews), 0) AS BIGINT) AS reviews,
                CAST(coalesce(sum(predictions), 0) AS BIGINT) AS predictions,
                CAST(coalesce(sum(lab_checks), 0) AS BIGINT) AS checks,
                CAST(coalesce(sum(tutor_answers), 0) AS BIGINT) AS tutor,
                CAST(coalesce(sum(milliseconds), 0) AS BIGINT) AS milliseconds
            FROM learner_days WHERE user_id = \(user)
            """
        ).first
        let done = try session.rows(
            """
            SELECT kind, COUNT(*) AS items FROM learner_contents WHERE user_id = \(user) AND done_at IS NOT NULL
            GROUP BY kind
            """
        )
        var kinds: [String: Int64] = [:]
        for row in done { kinds[try row.string("kind")] = try row.int64("items") }
        let streak = StreakRule.streak(try LearnerRows.activeDays(of: user, in: session), today: Day(now))
        let attempts = try sums?.int64("attempts") ?? 0
        let correct = try sums?.int64("correct") ?? 0
        var values: [String: Double] = [
            "retrievals.total": Double(attempts),
            "retrievals.right": Double(correct),
            "reviews.total": Double(try sums?.int64("reviews") ?? 0),
            "predictions.total": Double(try sums?.int64("predictions") ?? 0),
            "labs.checks": Double(try sums?.int64("checks") ?? 0),
            "labs.passed": Double(kinds["lab"] ?? 0),
            "tutor.answers": Double(try sums?.int64("tutor") ?? 0),
            "diagrams.completed": Double(kinds["diagram"] ?? 0),
            "time.minutes": Double(try sums?.int64("milliseconds") ?? 0) / 60_000,
            "days.active": Double(streak.active),
            "streak.longest": Double(streak.value.longest),
        ]
        if attempts > 0 { values["retrievals.right_fraction"] = Double(correct) / Double(attempts) }
        // In order, so that two transactions cannot wait for each other.
        for (name, value) in values.sorted(by: { $0.key < $1.key }) {
            try session.execute(
                """
                INSERT INTO user_metrics (user_id, metric_name, value, calculated_at)
                VALUES (\(user), \(name), \(value), \(now))
                ON CONFLICT (user_id, metric_name) DO UPDATE SET value = excluded.value,
                    calculated_at = excluded.calculated_at
                """
            )
        }
    }

    /// What a figure counts, by its name.
    static func unit(of name: String) -> String {
        switch name {
        case "time.minutes": "minutes"
        case "days.active", "streak.longest": "days"
        case _ where name.hasSuffix("fraction"): "fraction"
        default: "count"
        }
    }
}

/// When days with a retrieval are a row.
enum StreakRule {
    /// Days without a retrieval in any seven that do not end a row.
    static let rest = 2

    /// The streak, and how many days had a retrieval at all.
    ///
    /// - Parameter days: With a retrieval, in order, each once.
    static func streak(_ days: [Day], today: Day) -> (value: Streak, active: Int) {
        var longest = 0
        var row: [Day] = []
        for day in days {
            if let last = row.last, !continues(row, last, day) { row = [] }
            row.append(day)
            longest = max(longest, row.count)
        }
        // A day that is not over has not been rested.
        let isOpen = row.last.map { $0 >= today || continues(row, $0, today) } ?? false
        let active = Set(days)
        let monday = today.adding(-Int64(today.weekday))
        return (
            Streak(
                days: isOpen ? row.count : 0,
                longest: longest,
                week: (0..<7).map { active.contains(monday.adding($0)) },
                restDaysAllowed: rest
            ),
            days.count
        )
    }

    /// Whether the row goes on with `next`: no seven days in it have more than `rest` without a retrieval.
    private static func continues(_ row: [Day], _ last: Day, _ next: Day) -> Bool {
        let gap = next.number - last.number - 1
        guard gap <= Int64(rest) else { return false }
        guard let first = row.first else { return true }
        // The seven days that end with the day before `next` are the worst that the gap belongs to.
        let from = max(first.number, next.number - 7)
        let active = Int64(row.reversed().prefix { $0.number >= from }.count)
        return next.number - from - active <= Int64(rest)
    }
}
