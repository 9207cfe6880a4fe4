import AtlasAPI
import AtlasCore
import AtlasPorts
import Foundation

/// The statements about attempts and hints.
struct AttemptRows: Sendable {
    let database: any Database
    let clock: any WallClock
    let ids: any IDSource

    /// Stores a grade as the next attempt, with its events.
    func record(
        _ grade: LabGrader.Grade,
        of lab: Lab,
        seed: Int,
        run: String?,
        grading: String,
        by user: UserID
    ) async throws -> LabResult {
        let key = RunKey(user: user, lab: lab.id)
        let (now, ids) = (clock.now(), [ids.next(), ids.next()])
        let criteria = String(decoding: try JSONEncoder().encode(grade.criteria), as: UTF8.self)
        let (attempt, seen) = try await database.write { session -> (Int, [String: Int]) in
            try session.execute(
                """
                UPDATE lab_work SET attempts = attempts + 1, touched_at = \(now),
                    best_score = CASE WHEN best_score < \(grade.scoreFraction) THEN \(grade.scoreFraction) ELSE best_score END
                WHERE user_id = \(user) AND lab_id = \(lab.id)
                """
            )
            let work = try WorkRows.one(key, in: session)
            let seen = try Self.seen(key, in: session)
            try session.execute(
                """
                INSERT INTO lab_attempts
                    (user_id, lab_id, number, run_id, seed, graded_at, score, hints_seen, criteria, grading_id)
                VALUES (\(user), \(lab.id), \(work.attempts), \(run), \(seed), \(now), \(grade.scoreFraction),
                    \(seen.values.reduce(0, +)), \(criteria), \(grading))
                """
            )
            let outcome = LabEvent.Outcome(grade: grade, attempt: work.attempts, hintsSeen: seen, seed: seed)
            try Outbox.append(LabEvent.checked(ids[0], key, outcome, at: now), at: now, in: session)
            if grade.isPassed, work.passedAt == nil {
                try session.execute(
                    "UPDATE lab_work SET passed_at = \(now) WHERE user_id = \(user) AND lab_id = \(lab.id)"
                )
                try Outbox.append(LabEvent.completed(ids[1], key, outcome, at: now), at: now, in: session)
            }
            return (work.attempts, seen)
        }
        return LabResult(
            lab: lab.id,
            gradingID: grading,
            attempt: attempt,
            scoreFraction: grade.scoreFraction,
            seed: seed,
            at: now,
            hintsSeen: seen.values.reduce(0, +),
            checks: Self.checks(grade.criteria, of: lab, seen: seen)
        )
    }

    /// The newest attempts.
    func attempts(of lab: Lab, by user: UserID, limit: Int) async throws -> [LabResult] {
        let key = RunKey(user: user, lab: lab.id)
        let (rows, seen) = try await database.write { session -> ([Row], [String: Int]) in
            let rows = try session.rows(
                """
                SELECT * FROM lab_attempts WHERE user_id = \(user) AND lab_id = \(lab.id)
                ORDER BY number DESC LIMIT \(limit)
                """
            )
            return (rows, try Self.seen(key, in: session))
        }
        return try rows.map { try Self.result($0, of: lab, seen: seen) }
    }

    /// The attempt that a grading ended with; `nil` if there is none.
    func attempt(from grading: String, of lab: Lab, by user: UserID) async throws -> LabResult? {
        let key = RunKey(user: user, lab: lab.id)
        let (row, seen) = try await database.write { session -> (Row?, [String: Int]) in
            let rows = try session.rows(
                """
                SELECT * FROM lab_attempts
                WHERE user_id = \(user) AND lab_id = \(lab.id) AND grading_id = \(grading) AND grading_id <> ''
                """
            )
            return (rows.first, try Self.seen(key, in: session))
        }
        return try row.map { try Self.result($0, of: lab, seen: seen) }
    }

    private static func result(_ row: Row, of lab: Lab, seen: [String: Int]) throws -> LabResult {
        LabResult(
            lab: lab.id,
            gradingID: try row.string("grading_id"),
            attempt: try row.int("number"),
            scoreFraction: try row.double("score"),
            seed: try row.int("seed"),
            at: try row.timestamp("graded_at"),
            hintsSeen: try row.int("hints_seen"),
            checks: checks(try criteria(row), of: lab, seen: seen)
        )
    }

    private static func criteria(_ row: Row) throws -> [LabGrader.Grade.Criterion] {
        try JSONDecoder().decode([LabGrader.Grade.Criterion].self, from: Data(try row.string("criteria").utf8))
    }

    /// How many hints were seen, by check.
    func hintsSeen(_ key: RunKey) async throws -> [String: Int] {
        try await database.write { try Self.seen(key, in: $0) }
    }

    /// Counts one more hint of `check`, at most `count`, or as many as lead to the rung that the newest attempt named.
    ///
    /// - Returns: The number of the hint, from 1.
    func reveal(_ key: RunKey, check: String, of count: Int) async throws -> Int {
        try await database.write { session in
            let newest = try session.rows(
                """
                SELECT criteria FROM lab_attempts WHERE user_id = \(key.user) AND lab_id = \(key.lab)
                ORDER BY number DESC LIMIT 1
                """
            )
            .first
            let start = try newest.map(Self.criteria)?.first { $0.id == check && !$0.isPassed }?.rung ?? 1
            let seen = try Self.seen(key, in: session)[check] ?? 0
            let number = min(max(seen + 1, start), count)
            try session.execute(
                """
                INSERT INTO lab_hints (user_id, lab_id, check_id, seen)
                VALUES (\(key.user), \(key.lab), \(check), \(number))
                ON CONFLICT (user_id, lab_id, check_id) DO UPDATE SET seen = excluded.seen
                """
            )
            return number
        }
    }

    /// The run in which an attempt was graded; `nil` if there is no such attempt.
    func run(of attempt: Int, _ key: RunKey) async throws -> String? {
        try await database.rows(
            """
            SELECT run_id FROM lab_attempts
            WHERE user_id = \(key.user) AND lab_id = \(key.lab) AND number = \(attempt)
            """
        )
        .first?.optionalString("run_id")
    }

    private static func seen(_ key: RunKey, in session: any SQLSession) throws -> [String: Int] {
        var seen: [String: Int] = [:]
        let rows = try session.rows(
            "SELECT check_id, seen FROM lab_hints WHERE user_id = \(key.user) AND lab_id = \(key.lab)"
        )
        for row in rows { seen[try row.string("check_id")] = try row.int("seen") }
        return seen
    }

    private static func checks(
        _ criteria: [LabGrader.Grade.Criterion],
        of lab: Lab,
        seen: [String: Int]
    ) -> [LabCheckResult] {
        criteria.map { criterion in
            let check = lab.checks.first { $0.id == criterion.id }
            let hints = check?.hints.count ?? 0
            return LabCheckResult(
                id: criterion.id,
                text: check?.text ?? criterion.expected,
                isPassed: criterion.isPassed,
                observed: criterion.observed,
                expected: criterion.expected,
                hintCount: hints,
                hintsSeen: min(seen[criterion.id] ?? 0, hints),
                hint: criterion.isPassed || hints == 0 ? nil : min(criterion.rung ?? 1, hints)
            )
        }
    }
}
