import AtlasAPI
import AtlasCore
import AtlasPorts

/// The SQL of messages, inside one transaction.
struct MessageRows {
    let session: any SQLSession

    /// A message as a writer finds it.
    struct Found {
        let sender: UserID
        let mentions: [UserID]
        let isDeleted: Bool
    }

    /// A line of the log or a message, its author still an id.
    struct Line: Sendable {
        let seq: Int
        let kind: ChatEntry.Kind
        let id: MessageID
        let sender: UserID
        let cid: String
        let at: Timestamp
        let content: String?
        let mentions: [UserID]
        let replyTo: MessageID?
        let anchor: Anchor?
        let emoji: String?
        let isOn: Bool?
        var state: ChatEntry.State?
    }

    func find(_ id: MessageID, in group: GroupID) throws -> Found? {
        try session.rows(
            "SELECT sender, mentions, deleted_at FROM chat_messages WHERE id = \(id) AND group_id = \(group)"
        ).first.map { row in
            Found(
                sender: UserID(try row.string("sender")),
                mentions: MentionList.users(try row.string("mentions")),
                isDeleted: try row.optionalTimestamp("deleted_at") != nil
            )
        }
    }

    /// A message that can be changed.
    ///
    /// - Throws: `AtlasError` — `.notFound`, `.conflict` if it was deleted.
    func require(_ id: MessageID, in group: GroupID) throws -> Found {
        guard let found = try find(id, in: group) else {
            throw AtlasError(.notFound, "There is no such message in this group.", field: "messageId")
        }
        guard !found.isDeleted else { throw AtlasError(.conflict, "This message was deleted.", field: "messageId") }
        return found
    }

    func insert(_ entry: ChatEntry) throws {
        try session.execute(
            """
            INSERT INTO chat_messages (id, group_id, seq, sender, cid, made_at, content, mentions, reply_to,
                anchor_diagram, anchor_node, anchor_edge)
            VALUES (\(entry.id), \(entry.group), \(entry.seq), \(entry.author.id), \(entry.cid), \(entry.at),
                \(entry.content), \(MentionList.text(entry.mentions)), \(entry.replyTo), \(entry.anchor?.diagramId),
                \(entry.anchor?.nodeId), \(entry.anchor?.edgeId))
            """
        )
        try ChatSearch(session: session).add(entry)
    }

    func replaceContent(_ entry: ChatEntry) throws {
        try session.execute(
            """
            UPDATE chat_messages SET content = \(entry.content), mentions = \(MentionList.text(entry.mentions)),
                edited_at = \(entry.at)
            WHERE id = \(entry.id)
            """
        )
        try ChatSearch(session: session).remove(entry.id)
        try ChatSearch(session: session).add(entry)
    }

    /// Takes the content out of the message, of every line of the log about it, and of the words.
    func empty(_ entry: ChatEntry) throws {
        try session.execute(
            """
            UPDATE chat_messages SET content = NULL, mentions = '', deleted_at = \(entry.at) WHERE id = \(entry.id)
            """
        )
        try session.execute(
            "UPDATE chat_entries SET content = NULL, mentions = '' WHERE message_id = \(entry.id)"
        )
        try session.execute("DELETE FROM chat_reactions WHERE message_id = \(entry.id)")
        try ChatSearch(session: session).remove(entry.id)
    }

    /// - Returns: False if it was so already.
    /// - Throws: `AtlasError.tooMany` for one more kind of reaction than a message has room for.
    func react(_ entry: ChatEntry, _ emoji: String, isOn: Bool) throws -> Bool {
        guard isOn else {
            return try session.execute(
                """
                DELETE FROM chat_reactions
                WHERE message_id = \(entry.id) AND emoji = \(emoji) AND user_id = \(entry.author.id)
                """
            ) == 1
        }
        let others = try session.rows(
            """
            SELECT COUNT(DISTINCT emoji) AS others FROM chat_reactions
            WHERE message_id = \(entry.id) AND emoji <> \(emoji)
            """
        ).first?.int("others")
        guard (others ?? 0) < ChatLimits.reactions else {
            throw AtlasError(.tooMany, "A message has at most \(ChatLimits.reactions) kinds of reactions.")
        }
        return try session.execute(
            """
            INSERT INTO chat_reactions (message_id, emoji, user_id, made_at)
            VALUES (\(entry.id), \(emoji), \(entry.author.id), \(entry.at)) ON CONFLICT DO NOTHING
            """
        ) == 1
    }

    /// Lines of the log; `rest` follows `WHERE`.
    func lines(_ rest: Query) throws -> [Line] {
        try session.rows(
            """
            SELECT chat_entries.seq, chat_entries.kind, chat_entries.message_id, chat_entries.sender, chat_entries.cid,
                chat_entries.made_at, chat_entries.content, chat_entries.mentions, chat_entries.emoji,
                chat_entries.is_on, chat_messages.reply_to, chat_messages.anchor_diagram, chat_messages.anchor_node,
                chat_messages.anchor_edge
            FROM chat_entries LEFT JOIN chat_messages
                ON chat_messages.id = chat_entries.message_id AND chat_entries.kind = 'message'
            WHERE \(rest)
            """
        ).map { row in
            guard let kind = ChatEntry.Kind(rawValue: try row.string("kind")) else {
                throw AtlasError(.internalError, "Something went wrong on our side.", detail: "unknown kind of entry")
            }
            let isOn = try row.optionalInt64("is_on").map { $0 != 0 }
            return try Self.line(row, kind, emoji: try row.optionalString("emoji"), isOn: isOn)
        }
    }

    /// The newest `limit` messages that `condition` selects, as they are now for `user`, in order of `seq`.
    func messages(_ condition: Query, newest limit: Int, for user: UserID) throws -> [Line] {
        let rows = try session.rows(
            """
            SELECT chat_messages.seq, chat_messages.id AS message_id, chat_messages.sender, chat_messages.cid,
                chat_messages.made_at, chat_messages.content, chat_messages.mentions, chat_messages.reply_to,
                chat_messages.anchor_diagram, chat_messages.anchor_node, chat_messages.anchor_edge,
                chat_messages.edited_at, chat_messages.deleted_at
            FROM chat_messages WHERE \(condition) ORDER BY chat_messages.seq DESC LIMIT \(limit)
            """
        )
        let reactions = try reactions(to: try rows.map { try $0.string("message_id") }, for: user)
        return try rows.reversed().map { row in
            var line = try Self.line(row, .message, emoji: nil, isOn: nil)
            line.state = ChatEntry.State(
                editedAt: try row.optionalTimestamp("edited_at"),
                isDeleted: try row.optionalTimestamp("deleted_at") != nil,
                reactions: reactions[line.id.rawValue] ?? []
            )
            return line
        }
    }

    private func reactions(to messages: [String], for user: UserID) throws -> [String: [ChatEntry.Reaction]] {
        guard !messages.isEmpty else { return [:] }
        let rows = try session.rows(
            """
            SELECT message_id, emoji, COUNT(*) AS people, MAX(CASE WHEN user_id = \(user) THEN 1 ELSE 0 END) AS mine,
                MIN(made_at) AS first_at
            FROM chat_reactions WHERE message_id IN (\(list: messages))
            GROUP BY message_id, emoji ORDER BY first_at, emoji
            """
        )
        var found: [String: [ChatEntry.Reaction]] = [:]
        for row in rows {
            found[try row.string("message_id"), default: []].append(
                ChatEntry.Reaction(
                    emoji: try row.string("emoji"),
                    count: try row.int("people"),
                    mine: try row.bool("mine")
                )
            )
        }
        return found
    }

    private static func line(_ row: Row, _ kind: ChatEntry.Kind, emoji: String?, isOn: Bool?) throws -> Line {
        let diagram = try row.optionalString("anchor_diagram")
        let (node, edge) = (try row.optionalString("anchor_node"), try row.optionalString("anchor_edge"))
        return Line(
            seq: try row.int("seq"),
            kind: kind,
            id: MessageID(try row.string("message_id")),
            sender: UserID(try row.string("sender")),
            cid: try row.string("cid"),
            at: try row.timestamp("made_at"),
            content: try row.optionalString("content"),
            mentions: MentionList.users(try row.string("mentions")),
            replyTo: try row.optionalString("reply_to").map { MessageID($0) },
            anchor: diagram.map { Anchor(diagramId: $0, nodeId: node, edgeId: edge) },
            emoji: emoji,
            isOn: isOn
        )
    }
}
