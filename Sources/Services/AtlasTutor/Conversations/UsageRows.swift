import AtlasCore
import AtlasPorts

/// Tokens that accounts have used, by day in UTC.
struct UsageRows {
    static let day: Int64 = 86_400_000
    /// No request costs more; sums of a day fit whatever a model's server says.
    static let mostTokens = 1_000_000_000

    /// There are no tokens left.
    struct Spent: Error {}

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

    /// Counts tokens that are about to be used.
    ///
    /// Adding comes first: the row is locked then, so that of two requests one sees what the other has set aside.
    ///
    /// - Throws: `Spent` if the account's tokens of the day, or those of all, were used before; the transaction then has to
    ///   end without effect.
    func reserve(_ tokens: Int, by user: UserID, on day: Int64, _ settings: TutorSettings) throws {
        try session.execute(
            """
            INSERT INTO tutor_usage (user_id, day, tokens, calls) VALUES (\(user), \(day), \(tokens), 1)
            ON CONFLICT (user_id, day) DO UPDATE
            SET tokens = tutor_usage.tokens + excluded.tokens, calls = tutor_usage.calls + 1
            """
        )
        guard try used(by: user, on: day) - tokens < settings.tokensPerAccount,
            try usedByAll(on: day) - tokens < settings.tokensPerDay
        else { throw Spent() }
    }

    /// Counts what a request has cost in place of what was reserved for it.
    func settle(_ tokens: Int, reserved: Int, by user: UserID, on day: Int64) throws {
        try session.execute(
            "UPDATE tutor_usage SET tokens = tokens + \(tokens - reserved) WHERE user_id = \(user) AND day = \(day)"
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
