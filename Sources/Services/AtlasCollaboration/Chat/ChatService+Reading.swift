import AtlasAPI
import AtlasCore
import AtlasPorts

extension ChatService {
    func entries(of group: GroupID, after seq: Int, limit: Int, as caller: Caller) async throws -> ChatPage {
        let user = try caller.signedIn().user
        try Self.check(page: limit)
        guard seq >= 0 else { throw AtlasError(.invalid, "Entries count from 1.", field: "after") }
        return try await page(of: group) { try Self.lines(after: seq, limit, in: group, for: user, $0) }
    }

    func history(of group: GroupID, before seq: Int?, limit: Int, as caller: Caller) async throws -> ChatPage {
        let user = try caller.signedIn().user
        try Self.check(page: limit)
        return try await page(of: group) { session in
            let head = try Self.head(of: group, for: user, in: session)
            let lines = try Self.newest(limit, in: group, before: seq, for: user, session)
            return (lines, head, false)
        }
    }

    func thread(at anchor: Anchor, in group: GroupID, as caller: Caller) async throws -> [ChatEntry] {
        let user = try caller.signedIn().user
        var condition: Query = """
            chat_messages.group_id = \(group) AND chat_messages.anchor_diagram = \(anchor.diagramId)
            """
        if let node = anchor.nodeId { condition += " AND chat_messages.anchor_node = \(node)" }
        if let edge = anchor.edgeId { condition += " AND chat_messages.anchor_edge = \(edge)" }
        return try await page(of: group) { [condition] session in
            let head = try Self.head(of: group, for: user, in: session)
            let rows = MessageRows(session: session)
            return (try rows.messages(condition, newest: ChatLimits.page, for: user), head, false)
        }
        .entries
    }

    func search(_ text: String, in group: GroupID, limit: Int, as caller: Caller) async throws -> [ChatEntry] {
        let user = try caller.signedIn().user
        guard text.unicodeScalars.count <= ChatLimits.searchCharacters else {
            throw AtlasError(
                .invalid,
                "Search for at most \(ChatLimits.searchCharacters) characters.",
                field: "text"
            )
        }
        guard (1...ChatLimits.hits).contains(limit) else {
            throw AtlasError(.invalid, "Ask for 1 to \(ChatLimits.hits) hits.", field: "first")
        }
        return try await page(of: group) { session in
            let head = try Self.head(of: group, for: user, in: session)
            let ids = try ChatSearch(session: session).find(text, in: group, limit: limit)
            let hits: Query = "chat_messages.id IN (\(list: ids)) AND chat_messages.deleted_at IS NULL"
            return (try MessageRows(session: session).messages(hits, newest: limit, for: user), head, false)
        }
        .entries.reversed()
    }

    func heads(of groups: [GroupID]) async throws -> [GroupID: Int] {
        if groups.isEmpty { return [:] }
        // `write`, so that PostgreSQL answers from the primary: an old head would heal nothing.
        let rows = try await database.write { session in
            try session.rows("SELECT id, head FROM study_groups WHERE id IN (\(list: groups.map(\.rawValue)))")
        }
        return Dictionary(
            try rows.map { (GroupID(try $0.string("id")), try $0.int("head")) },
            uniquingKeysWith: { first, _ in first }
        )
    }

    func markRead(_ group: GroupID, upTo seq: Int, as caller: Caller) async throws -> Int {
        let user = try caller.signedIn().user
        return try await database.write { session in
            let head = try Self.head(of: group, for: user, in: session)
            let read = min(max(seq, 0), head)
            let rows = try session.rows(
                """
                UPDATE group_members SET read_seq = CASE WHEN read_seq < \(read) THEN \(read) ELSE read_seq END
                WHERE group_id = \(group) AND user_id = \(user) RETURNING read_seq
                """
            )
            guard let row = rows.first else { throw GroupRows.unknown }
            return try row.int("read_seq")
        }
    }

    func readers(of group: GroupID, as caller: Caller) async throws -> [UserID: Int] {
        let user = try caller.signedIn().user
        return try await database.read { session in
            _ = try Self.head(of: group, for: user, in: session)
            let rows = try session.rows("SELECT user_id, read_seq FROM group_members WHERE group_id = \(group)")
            return try Dictionary(
                rows.map { (UserID(try $0.string("user_id")), try $0.int("read_seq")) },
                uniquingKeysWith: { first, _ in first }
            )
        }
    }

    func follow(_ group: GroupID, as caller: Caller) async throws -> AsyncThrowingStream<ChatEntry, any Error> {
        let user = try caller.signedIn().user
        // Before the head is read, so that nothing falls between the two.
        let messages = try await pubSub.subscribe(to: GroupEvent.channel(group))
        let start = try await database.write { session in
            let head = try Self.head(of: group, for: user, in: session)
            let isArchived = try Self.isArchived(group, in: session)
            return (head: head, isArchived: isArchived)
        }
        guard !start.isArchived else { throw GroupRows.archived }
        let follower = ChatFollower(chat: self, group: group, user: user, after: start.head, messages)
        return AsyncThrowingStream { try await follower.next() }
    }

    /// What a follower has not seen.
    ///
    /// - Parameter heard: What the log is known to hold; a replica that does not have it yet is passed over.
    /// - Returns: A page of entries, whether the log holds more, and whether it is closed; `nil` if the membership has
    ///   ended.
    func news(
        of group: GroupID,
        after seq: Int,
        heard: Int,
        for user: UserID
    ) async throws -> (entries: [ChatEntry], hasMore: Bool, isArchived: Bool)? {
        let read: @Sendable (any SQLSession) throws -> (lines: [MessageRows.Line], head: Int, isArchived: Bool) = {
            let head = try Self.head(of: group, for: user, in: $0)
            let lines = try MessageRows(session: $0).lines(
                """
                chat_entries.group_id = \(group) AND chat_entries.seq > \(seq)
                ORDER BY chat_entries.seq LIMIT \(ChatLimits.page)
                """
            )
            return (lines, head, try Self.isArchived(group, in: $0))
        }
        do {
            var found = try await database.read(read)
            if found.head < heard { found = try await database.write(read) }
            let hasMore = found.lines.last.map { $0.seq < found.head } ?? false
            return (try await entries(found.lines, of: group), hasMore, found.isArchived)
        } catch let error as AtlasError where error.code == .notFound || error.code == .forbidden {
            return nil
        }
    }

    /// Lines with the names of their authors, asked for at once.
    func entries(_ lines: [MessageRows.Line], of group: GroupID) async throws -> [ChatEntry] {
        let people = try await directory.people(Set(lines.map(\.sender)), near: group)
        return lines.map { line in
            ChatEntry(
                group: group,
                seq: line.seq,
                kind: line.kind,
                id: line.id,
                cid: line.cid,
                author: people[line.sender] ?? Person(id: line.sender, displayName: GroupDirectory.formerMember),
                at: line.at,
                content: line.content,
                replyTo: line.replyTo,
                anchor: line.anchor,
                mentions: line.mentions,
                emoji: line.emoji,
                isOn: line.isOn,
                state: line.state
            )
        }
    }

    private func page(
        of group: GroupID,
        _ read: @escaping @Sendable (any SQLSession) throws -> (lines: [MessageRows.Line], head: Int, isReset: Bool)
    ) async throws -> ChatPage {
        let found = try await database.read(read)
        return ChatPage(
            entries: try await entries(found.lines, of: group),
            head: found.head,
            isReset: found.isReset
        )
    }

    private static func lines(
        after seq: Int,
        _ limit: Int,
        in group: GroupID,
        for user: UserID,
        _ session: any SQLSession
    ) throws -> (lines: [MessageRows.Line], head: Int, isReset: Bool) {
        let head = try head(of: group, for: user, in: session)
        // A client ahead of the log has seen another database.
        guard seq <= head, head - seq <= ChatLimits.catchUp else {
            return (try newest(limit, in: group, before: nil, for: user, session), head, true)
        }
        let lines = try MessageRows(session: session).lines(
            """
            chat_entries.group_id = \(group) AND chat_entries.seq > \(seq) ORDER BY chat_entries.seq LIMIT \(limit)
            """
        )
        return (lines, head, false)
    }

    private static func newest(
        _ limit: Int,
        in group: GroupID,
        before seq: Int?,
        for user: UserID,
        _ session: any SQLSession
    ) throws -> [MessageRows.Line] {
        var condition: Query = "chat_messages.group_id = \(group)"
        if let seq { condition += " AND chat_messages.seq < \(seq)" }
        return try MessageRows(session: session).messages(condition, newest: limit, for: user)
    }

    /// The number of the log's last entry, for a member.
    ///
    /// - Throws: `AtlasError` — `.notFound`, `.forbidden`.
    private static func head(of group: GroupID, for user: UserID, in session: any SQLSession) throws -> Int {
        let row = try session.rows(
            """
            SELECT study_groups.head FROM study_groups JOIN group_members
                ON group_members.group_id = study_groups.id AND group_members.user_id = \(user)
            WHERE study_groups.id = \(group)
            """
        ).first
        guard let row else {
            // Says whether the group is unknown or only closed to the caller.
            try GroupRows(session: session).require(.member, of: user, in: group)
            throw GroupRows.unknown
        }
        return try row.int("head")
    }

    private static func isArchived(_ group: GroupID, in session: any SQLSession) throws -> Bool {
        let row = try session.rows("SELECT archived_at FROM study_groups WHERE id = \(group)").first
        return try row?.optionalTimestamp("archived_at") != nil
    }

    private static func check(page limit: Int) throws(AtlasError) {
        guard (1...ChatLimits.page).contains(limit) else {
            throw AtlasError(.invalid, "Ask for 1 to \(ChatLimits.page) entries.", field: "first")
        }
    }
}
