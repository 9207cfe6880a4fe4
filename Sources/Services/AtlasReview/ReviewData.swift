public import AtlasAPI
public import AtlasCore
public import AtlasPorts

/// What reviews hold about an account.
public struct ReviewData: PersonalData {
    private let database: any Database

    /// On the tables of `ReviewService`.
    public init(database: any Database) {
        self.database = database
    }

    /// `reviews`.
    public var section: String { "reviews" }

    /// Settings and fitted parameters, the log, cards, and graded answers.
    public func export(of user: UserID) async throws -> [PersonalTable] {
        try await database.read { session in
            [
                try Self.settings(user, session), try Self.log(user, session), try Self.cards(user, session),
                try Self.answers(user, session),
            ]
        }
    }

    /// Removes it all; how items did over all learners stays, and names nobody.
    public func delete(of user: UserID) async throws {
        try await database.write { session in
            try session.execute("DELETE FROM review_log WHERE user_id = \(user)")
            try session.execute("DELETE FROM review_cards WHERE user_id = \(user)")
            try session.execute("DELETE FROM item_answers WHERE user_id = \(user)")
            try session.execute("DELETE FROM review_learners WHERE user_id = \(user)")
        }
    }

    private static func settings(_ user: UserID, _ session: any SQLSession) throws -> PersonalTable {
        let rows = try session.rows(
            "SELECT settings, fit, answers, right_answers FROM review_learners WHERE user_id = \(user)"
        )
        return PersonalTable(
            name: "settings",
            columns: ["settings", "fittedParameters", "answers", "rightAnswers"],
            rows: try rows.map { row in
                [
                    try text(row, "settings"), try text(row, "fit"), .integer(try row.int64("answers")),
                    .integer(try row.int64("right_answers")),
                ]
            }
        )
    }

    private static func log(_ user: UserID, _ session: any SQLSession) throws -> PersonalTable {
        let rows = try session.rows(
            """
            SELECT id, item_id, action, rating, undoes, reviewed_at, duration_ms, device FROM review_log
            WHERE user_id = \(user) ORDER BY seq DESC LIMIT \(PrivacyLimits.rows)
            """
        )
        return PersonalTable(
            name: "log",
            columns: ["id", "item", "action", "rating", "undoes", "at", "durationMs", "device"],
            rows: try rows.map { row in
                [
                    try text(row, "id"), try text(row, "item_id"), try text(row, "action"), try number(row, "rating"),
                    try text(row, "undoes"), try moment(row, "reviewed_at"), try number(row, "duration_ms"),
                    try text(row, "device"),
                ]
            }
        )
    }

    private static func cards(_ user: UserID, _ session: any SQLSession) throws -> PersonalTable {
        let rows = try session.rows(
            """
            SELECT item_id, due_at, stability, difficulty, reviews, lapses, is_suspended FROM review_cards
            WHERE user_id = \(user) ORDER BY item_id LIMIT \(PrivacyLimits.rows)
            """
        )
        return PersonalTable(
            name: "cards",
            columns: ["item", "dueAt", "stabilityDays", "difficulty", "reviews", "lapses", "suspended"],
            rows: try rows.map { row in
                [
                    try text(row, "item_id"), try moment(row, "due_at"), try real(row, "stability"),
                    try real(row, "difficulty"), try number(row, "reviews"), try number(row, "lapses"),
                    .flag(try row.bool("is_suspended")),
                ]
            }
        )
    }

    private static func answers(_ user: UserID, _ session: any SQLSession) throws -> PersonalTable {
        let rows = try session.rows(
            """
            SELECT id, item_id, choices, is_correct, answered_at FROM item_answers
            WHERE user_id = \(user) ORDER BY answered_at DESC, id LIMIT \(PrivacyLimits.rows)
            """
        )
        return PersonalTable(
            name: "answers",
            columns: ["id", "item", "choices", "correct", "at"],
            rows: try rows.map { row in
                [
                    try text(row, "id"), try text(row, "item_id"), try text(row, "choices"),
                    .flag(try row.bool("is_correct")), try moment(row, "answered_at"),
                ]
            }
        )
    }

    private static func text(_ row: Row, _ column: String) throws -> PersonalValue {
        try row.optionalString(column).map { .text($0) } ?? .null
    }

    private static func number(_ row: Row, _ column: String) throws -> PersonalValue {
        try row.optionalInt64(column).map { .integer($0) } ?? .null
    }

    private static func real(_ row: Row, _ column: String) throws -> PersonalValue {
        try row.value(column) == .null ? .null : .number(try row.double(column))
    }

    private static func moment(_ row: Row, _ column: String) throws -> PersonalValue {
        try row.optionalTimestamp(column).map { .text($0.description) } ?? .null
    }
}
