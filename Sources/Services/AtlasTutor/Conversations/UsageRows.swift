import AtlasCore
import AtlasPorts

/// Tokens that accounts have used, by day in UTC.
struct UsageRows {
    static let day: Int64 = 86_400_000

    let session: any SQLSession

    static func day(of moment: Timestamp) -> Int64 {
        let (quotient, remainder) = moment.milliseconds.quotientAndRemainder(dividingBy: day)
        return remainder < 0 ? quotient - 1 : quotient
    }

    /// When the day after the one of `moment` begins.
    static func nextDay(after moment: Timestamp) -> Timestamp {
        Timestamp(milliseconds: (day(of: moment) + 1) * day)
    }

    func used(by user: UserID, on day: Int64) throws -> Int {
        try session.rows("SELECT tokens FROM tutor_usage WHERE user_id = \(user) AND day = \(day)").first?
            .int("tokens") ?? 0
    }

    func usedByAll(on day: Int64) throws -> Int {
        // PostgreSQL sums to NUMERIC, which no row of ours reads.
        try session.rows(
            "SELECT CAST(coalesce(sum(tokens), 0) AS BIGINT) AS tokens FROM tutor_usage WHERE day = \(day)"
        )
        .first?.int("tokens") ?? 0
    }

    func add(_ tokens: Int, by user: UserID, on day: Int64) throws {
        try session.execute(
            """
            INSERT INTO tutor_usage (user_id, day, tokens, calls) VALUES (\(user), \(day), \(tokens), 1)
            ON CONFLICT (user_id, day) DO UPDATE
            SET tokens = tutor_usage.tokens + excluded.tokens, calls = tutor_usage.calls + 1
            """
        )
    }

    func sharesProfile(_ user: UserID) throws -> Bool {
        try session.rows("SELECT shares_profile FROM tutor_learners WHERE user_id = \(user)").first?
            .bool("shares_profile") ?? false
    }

    func setSharesProfile(_ shares: Bool, _ user: UserID) throws {
        try session.execute(
            """
            INSERT INTO tutor_learners (user_id, shares_profile) VALUES (\(user), \(shares ? 1 : 0))
            ON CONFLICT (user_id) DO UPDATE SET shares_profile = excluded.shares_profile
            """
        )
    }
}
