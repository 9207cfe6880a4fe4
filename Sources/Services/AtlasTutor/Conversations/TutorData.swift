public import AtlasAPI
public import AtlasCore
public import AtlasPorts

/// What the tutor holds about an account.
public struct TutorData: PersonalData {
    private let database: any Database

    /// On the tables of `TutorService`.
    public init(database: any Database) {
        self.database = database
    }

    /// `tutor`.
    public var section: String { "tutor" }

    /// Conversations with all that was asked, said and cited, what they cost, and what the account chose.
    public func export(of user: UserID) async throws -> [PersonalTable] {
        try await database.read { session in
            [
                try Self.conversations(user, session), try Self.messages(user, session),
                try Self.citations(user, session), try Self.usage(user, session), try Self.choices(user, session),
            ]
        }
    }

    /// Removes it all.
    public func delete(of user: UserID) async throws {
        try await database.write { session in
            try session.execute("DELETE FROM conversations WHERE user_id = \(user)")
            try session.execute("DELETE FROM tutor_usage WHERE user_id = \(user)")
            try session.execute("DELETE FROM tutor_learners WHERE user_id = \(user)")
        }
    }

    private static func conversations(_ user: UserID, _ session: any SQLSession) throws -> PersonalTable {
        let rows = try session.rows(
            """
            SELECT id, title, diagram_id, lab_id, incident_id, started_at, updated_at FROM conversations
            WHERE user_id = \(user) ORDER BY started_at DESC, id LIMIT \(PrivacyLimits.rows)
            """
        )
        return PersonalTable(
            name: "conversations",
            columns: ["id", "title", "diagram", "lab", "incident", "startedAt", "updatedAt"],
            rows: try rows.map { row in
                [
                    try text(row, "id"), try text(row, "title"), try text(row, "diagram_id"), try text(row, "lab_id"),
                    try text(row, "incident_id"), try moment(row, "started_at"), try moment(row, "updated_at"),
                ]
            }
        )
    }

    private static func messages(_ user: UserID, _ session: any SQLSession) throws -> PersonalTable {
        let rows = try session.rows(
            """
            SELECT conversation_id, turn, role, content, intent, move, hint_level, writer, tokens, is_helpful, comment,
                created_at
            FROM conversation_messages WHERE user_id = \(user)
            ORDER BY created_at DESC, conversation_id, turn, role LIMIT \(PrivacyLimits.rows)
            """
        )
        return PersonalTable(
            name: "messages",
            columns: [
                "conversation", "turn", "role", "text", "intent", "move", "hintLevel", "writer", "tokens", "helpful",
                "comment", "at",
            ],
            rows: try rows.map { row in
                [
                    try text(row, "conversation_id"), try number(row, "turn"), try text(row, "role"),
                    try text(row, "content"), try text(row, "intent"), try text(row, "move"),
                    try number(row, "hint_level"), try text(row, "writer"), try number(row, "tokens"),
                    try row.optionalInt64("is_helpful").map { .flag($0 != 0) } ?? .null, try text(row, "comment"),
                    try moment(row, "created_at"),
                ]
            }
        )
    }

    private static func citations(_ user: UserID, _ session: any SQLSession) throws -> PersonalTable {
        let rows = try session.rows(
            """
            SELECT m.conversation_id, m.turn, c.number, c.record, c.quote FROM conversation_citations c
            JOIN conversation_messages m ON m.id = c.message_id
            WHERE m.user_id = \(user) ORDER BY m.created_at DESC, c.number LIMIT \(PrivacyLimits.rows)
            """
        )
        return PersonalTable(
            name: "citations",
            columns: ["conversation", "turn", "number", "record", "quote"],
            rows: try rows.map { row in
                [
                    try text(row, "conversation_id"), try number(row, "turn"), try number(row, "number"),
                    try text(row, "record"), try text(row, "quote"),
                ]
            }
        )
    }

    private static func usage(_ user: UserID, _ session: any SQLSession) throws -> PersonalTable {
        let rows = try session.rows(
            "SELECT day, tokens, calls FROM tutor_usage WHERE user_id = \(user) ORDER BY day DESC LIMIT 10000"
        )
        return PersonalTable(
            name: "usage",
            columns: ["day", "tokens", "calls"],
            rows: try rows.map { row in
                let start = Timestamp(milliseconds: try row.int64("day") * UsageRows.day)
                return [
                    .text(String(start.description.prefix(10))), try number(row, "tokens"), try number(row, "calls"),
                ]
            }
        )
    }

    private static func choices(_ user: UserID, _ session: any SQLSession) throws -> PersonalTable {
        PersonalTable(
            name: "choices",
            columns: ["sharesProfile"],
            rows: [[.flag(try UsageRows(session: session).sharesProfile(user))]]
        )
    }

    private static func text(_ row: Row, _ column: String) throws -> PersonalValue {
        try row.optionalString(column).map { .text($0) } ?? .null
    }

    private static func number(_ row: Row, _ column: String) throws -> PersonalValue {
        try row.optionalInt64(column).map { .integer($0) } ?? .null
    }

    private static func moment(_ row: Row, _ column: String) throws -> PersonalValue {
        try row.optionalTimestamp(column).map { .text($0.description) } ?? .null
    }
}
