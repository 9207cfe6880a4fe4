import AtlasAPI
import AtlasCore
import AtlasPorts

/// The SQL of notices, inside one transaction.
struct NoticeRows {
    let session: any SQLSession

    /// Stores a notice, forgets the account's oldest if there are too many, and tells the account after the commit.
    func add(_ notice: Notice, for user: UserID) throws {
        try session.execute(
            """
            INSERT INTO notifications (id, user_id, kind, body, group_id, message_id, made_at)
            VALUES (\(notice.id), \(user), \(notice.kind.rawValue), \(notice.text), \(notice.group), \(notice.message),
                \(notice.at))
            """
        )
        try session.execute(
            """
            DELETE FROM notifications WHERE id IN (SELECT id FROM notifications WHERE user_id = \(user)
                ORDER BY made_at DESC, id DESC LIMIT \(NoticeLimits.kept) OFFSET \(NoticeLimits.kept))
            """
        )
        try Outbox.append(
            OutboxEvent(
                id: notice.id.rawValue,
                type: "user.notice",
                queue: nil,
                channel: UserEvent.channel(user),
                payload: try UserEvent.notice(notice).encoded()
            ),
            at: notice.at,
            in: session
        )
    }

    /// The newest notices of `user`.
    func newest(_ limit: Int, onlyUnread: Bool, of user: UserID) throws -> [Notice] {
        var query: Query = """
            SELECT id, kind, body, group_id, message_id, made_at, read_at FROM notifications WHERE user_id = \(user)
            """
        if onlyUnread { query += " AND read_at IS NULL" }
        query += " ORDER BY made_at DESC, id DESC LIMIT \(limit)"
        return try session.rows(query).compactMap { row in
            guard let kind = Notice.Kind(rawValue: try row.string("kind")) else { return nil }
            return Notice(
                id: NoticeID(try row.string("id")),
                kind: kind,
                text: try row.string("body"),
                group: try row.optionalString("group_id").map { GroupID($0) },
                message: try row.optionalString("message_id").map { MessageID($0) },
                at: try row.timestamp("made_at"),
                readAt: try row.optionalTimestamp("read_at")
            )
        }
    }
}
