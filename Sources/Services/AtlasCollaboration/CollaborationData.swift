public import AtlasAPI
public import AtlasCore
public import AtlasPorts

/// What study groups hold about an account.
///
/// Of a message only the content goes: its place in the group's log stays, because the numbers of a log have no gaps and
/// others replied to it. Who wrote it is then an id that leads nowhere.
public struct CollaborationData: PersonalData {
    /// Messages emptied in one transaction, so that a long history holds nobody up.
    private static let batch = 200

    private let database: any Database
    private let clock: any WallClock

    /// On the tables of `Collaboration`.
    public init(database: any Database, clock: any WallClock) {
        self.database = database
        self.clock = clock
    }

    /// `groups`.
    public var section: String { "groups" }

    /// Memberships, messages, reactions, notices, and what was said to matching.
    public func export(of user: UserID) async throws -> [PersonalTable] {
        try await database.read { session in
            [
                try Self.memberships(user, session), try Self.messages(user, session),
                try Self.reactions(user, session), try Self.notices(user, session), try Self.peers(user, session),
                try Self.proposals(user, session),
            ]
        }
    }

    /// Empties messages, and removes everything else; memberships have ended before.
    public func delete(of user: UserID) async throws {
        while try await emptyMessages(of: user) {}
        try await database.write { session in
            for statement in Self.removals(user) { try session.execute(statement) }
        }
    }

    /// - Returns: True if there may be more.
    private func emptyMessages(of user: UserID) async throws -> Bool {
        let now = clock.now()
        return try await database.write { session in
            let ids = try session.rows(
                """
                SELECT id FROM chat_messages WHERE sender = \(user) AND (content IS NOT NULL OR deleted_at IS NULL)
                ORDER BY id LIMIT \(Self.batch)
                """
            ).map { MessageID(try $0.string("id")) }
            for id in ids {
                try session.execute(
                    """
                    UPDATE chat_messages SET content = NULL, mentions = '', anchor_diagram = NULL, anchor_node = NULL,
                        anchor_edge = NULL, deleted_at = coalesce(deleted_at, \(now)) WHERE id = \(id)
                    """
                )
                try session.execute("UPDATE chat_entries SET content = NULL, mentions = '' WHERE message_id = \(id)")
                try session.execute("DELETE FROM chat_reactions WHERE message_id = \(id)")
                try ChatSearch(session: session).remove(id)
            }
            return ids.count == Self.batch
        }
    }

    private static func removals(_ user: UserID) -> [Query] {
        [
            "DELETE FROM chat_reactions WHERE user_id = \(user)",
            "DELETE FROM group_requests WHERE user_id = \(user)",
            "DELETE FROM group_members WHERE user_id = \(user)",
            "UPDATE group_invitations SET revoked_at = coalesce(revoked_at, expires_at) WHERE created_by = \(user)",
            "DELETE FROM group_people WHERE user_id = \(user)",
            "DELETE FROM notifications WHERE user_id = \(user)",
            "DELETE FROM peer_goals WHERE user_id = \(user)",
            "DELETE FROM peer_profiles WHERE user_id = \(user)",
            "DELETE FROM peer_proposals WHERE from_user = \(user) OR to_user = \(user)",
            // What was drawn belongs to the board, who drew it to nobody any more.
            "UPDATE board_log SET user_id = '' WHERE user_id = \(user)",
        ]
    }

    private static func memberships(_ user: UserID, _ session: any SQLSession) throws -> PersonalTable {
        let rows = try session.rows(
            """
            SELECT study_groups.id, name, role, joined_at FROM group_members
            JOIN study_groups ON study_groups.id = group_members.group_id WHERE user_id = \(user) ORDER BY joined_at
            """
        )
        return PersonalTable(
            name: "memberships",
            columns: ["groupId", "group", "role", "joinedAt"],
            rows: try rows.map { row in
                [
                    .text(try row.string("id")), .text(try row.string("name")), .text(try row.string("role")),
                    .text(try row.timestamp("joined_at").description),
                ]
            }
        )
    }

    private static func messages(_ user: UserID, _ session: any SQLSession) throws -> PersonalTable {
        let rows = try session.rows(
            """
            SELECT id, group_id, seq, made_at, edited_at, content, anchor_diagram FROM chat_messages
            WHERE sender = \(user) ORDER BY made_at DESC LIMIT \(PrivacyLimits.rows)
            """
        )
        return PersonalTable(
            name: "messages",
            columns: ["id", "groupId", "seq", "at", "editedAt", "content", "diagramId"],
            rows: try rows.map { row in
                [
                    .text(try row.string("id")), .text(try row.string("group_id")), .integer(try row.int64("seq")),
                    .text(try row.timestamp("made_at").description), try moment(row, "edited_at"),
                    try text(row, "content"), try text(row, "anchor_diagram"),
                ]
            }
        )
    }

    private static func reactions(_ user: UserID, _ session: any SQLSession) throws -> PersonalTable {
        let rows = try session.rows(
            """
            SELECT message_id, emoji, made_at FROM chat_reactions WHERE user_id = \(user) ORDER BY made_at DESC
            LIMIT \(PrivacyLimits.rows)
            """
        )
        return PersonalTable(
            name: "reactions",
            columns: ["messageId", "emoji", "at"],
            rows: try rows.map { row in
                [
                    .text(try row.string("message_id")), .text(try row.string("emoji")),
                    .text(try row.timestamp("made_at").description),
                ]
            }
        )
    }

    private static func notices(_ user: UserID, _ session: any SQLSession) throws -> PersonalTable {
        let rows = try session.rows(
            """
            SELECT kind, body, made_at, read_at FROM notifications WHERE user_id = \(user) ORDER BY made_at DESC
            LIMIT \(PrivacyLimits.rows)
            """
        )
        return PersonalTable(
            name: "notifications",
            columns: ["kind", "text", "at", "readAt"],
            rows: try rows.map { row in
                [
                    .text(try row.string("kind")), .text(try row.string("body")),
                    .text(try row.timestamp("made_at").description), try moment(row, "read_at"),
                ]
            }
        )
    }

    private static func peers(_ user: UserID, _ session: any SQLSession) throws -> PersonalTable {
        let goals = try session.rows("SELECT goal FROM peer_goals WHERE user_id = \(user) ORDER BY goal")
            .map { try $0.string("goal") }
        let rows = try session.rows("SELECT opted_in, hours, saved_at FROM peer_profiles WHERE user_id = \(user)")
        return PersonalTable(
            name: "matching",
            columns: ["optedIn", "hours", "goals", "savedAt"],
            rows: try rows.map { row in
                [
                    .flag(try row.bool("opted_in")), .text(try row.string("hours")),
                    .text(goals.joined(separator: "; ")), .text(try row.timestamp("saved_at").description),
                ]
            }
        )
    }

    private static func proposals(_ user: UserID, _ session: any SQLSession) throws -> PersonalTable {
        let rows = try session.rows(
            """
            SELECT from_user, made_at, state FROM peer_proposals
            WHERE from_user = \(user) OR (to_user = \(user) AND state <> 'withdrawn') ORDER BY made_at
            """
        )
        return PersonalTable(
            name: "proposals",
            columns: ["mine", "at", "state"],
            rows: try rows.map { row in
                [
                    .flag(try row.string("from_user") == user.rawValue),
                    .text(try row.timestamp("made_at").description), .text(try row.string("state")),
                ]
            }
        )
    }

    private static func moment(_ row: Row, _ column: String) throws -> PersonalValue {
        try row.optionalTimestamp(column).map { .text($0.description) } ?? .null
    }

    private static func text(_ row: Row, _ column: String) throws -> PersonalValue {
        try row.optionalString(column).map { .text($0) } ?? .null
    }
}
