import AtlasAPI
import AtlasCore
import AtlasPorts
import Foundation

/// The SQL of groups, inside one transaction.
struct GroupRows {
    let session: any SQLSession

    /// Groups as `user` sees them, whether or not it may; in the order of `rest`, which begins with `WHERE`.
    func views(for user: UserID, _ rest: Query) throws -> [StudyGroup] {
        try session.rows(
            """
            SELECT study_groups.id, study_groups.name, study_groups.description, study_groups.topics,
                study_groups.visibility, study_groups.member_limit, study_groups.head, study_groups.archived_at,
                study_groups.created_at, study_groups.version, mine.role, mine.read_seq, request.asked_at,
                (SELECT COUNT(*) FROM group_members AS every WHERE every.group_id = study_groups.id) AS member_count,
                (SELECT COUNT(*) FROM (SELECT 1 FROM chat_messages WHERE chat_messages.group_id = study_groups.id
                    AND chat_messages.seq > mine.read_seq AND chat_messages.sender <> \(user)
                    AND chat_messages.deleted_at IS NULL LIMIT \(ChatLimits.unread)) AS fresh) AS unread
            FROM study_groups
            LEFT JOIN group_members AS mine ON mine.group_id = study_groups.id AND mine.user_id = \(user)
            LEFT JOIN group_requests AS request
                ON request.group_id = study_groups.id AND request.user_id = \(user)
            \(rest)
            """
        ).map(Self.view)
    }

    /// One group as `user` may see it.
    ///
    /// - Throws: `AtlasError.notFound` if there is none, or it is not listed and `user` is no member.
    func view(_ id: GroupID, for user: UserID) throws -> StudyGroup {
        let found = try views(for: user, "WHERE study_groups.id = \(id)").first
        guard let found, found.role != nil || found.settings.visibility != .invitation else { throw Self.unknown }
        return found
    }

    /// There is no such group, or it is none of the caller's business.
    static let unknown = AtlasError(.notFound, "There is no such group.", field: "groupId")

    /// The group is read-only.
    static let archived = AtlasError(.conflict, "This group is archived: it can be read, but nothing is added to it.")

    /// Locks the rows of accounts until the transaction ends, so that their limits hold over several groups.
    ///
    /// To be called before a group is locked, and once per transaction, so that two cannot wait for each other.
    func lock(people users: [UserID]) throws {
        for user in users.sorted(by: { $0.rawValue < $1.rawValue }) {
            try session.execute(
                """
                INSERT INTO group_people (user_id) VALUES (\(user))
                ON CONFLICT (user_id) DO UPDATE SET user_id = excluded.user_id
                """
            )
        }
    }

    /// Stores a new group without members.
    func insert(_ id: GroupID, _ settings: GroupSettings, at now: Timestamp) throws {
        try session.execute(
            """
            INSERT INTO study_groups (id, name, description, topics, visibility, member_limit, head, head_at, created_at,
                version)
            VALUES (\(id), \(settings.name), \(settings.description), \(try Self.text(settings.topics)),
                \(settings.visibility.rawValue), \(settings.memberLimit), \(0), \(now), \(now), \(1))
            """
        )
        try index(settings.topics, of: id)
    }

    /// Replaces the settings if `version` is the newest.
    ///
    /// - Returns: False if it is not.
    func update(_ id: GroupID, _ settings: GroupSettings, version: Int) throws -> Bool {
        let changed = try session.execute(
            """
            UPDATE study_groups SET name = \(settings.name), description = \(settings.description),
                topics = \(try Self.text(settings.topics)), visibility = \(settings.visibility.rawValue),
                member_limit = \(settings.memberLimit), version = version + 1
            WHERE id = \(id) AND version = \(version)
            """
        )
        guard changed == 1 else { return false }
        try session.execute("DELETE FROM group_topics WHERE group_id = \(id)")
        try index(settings.topics, of: id)
        return true
    }

    private func index(_ topics: [String], of id: GroupID) throws {
        for topic in topics {
            try session.execute("INSERT INTO group_topics (group_id, topic) VALUES (\(id), \(topic))")
        }
    }

    /// Makes `user` a member and takes back its request.
    ///
    /// - Throws: `AtlasError` — `.tooMany`, `.conflict` if the group is full; `NothingToDo` if it is a member already.
    func admit(_ user: UserID, as role: GroupRole, to place: ChatLog.Place) throws {
        try checkRoom(for: user, as: role)
        let members = try session.rows(
            "SELECT COUNT(*) AS members FROM group_members WHERE group_id = \(place.group)"
        ).first?.int("members")
        guard (members ?? 0) < place.memberLimit else {
            throw AtlasError(.conflict, "This group is full: it has room for \(place.memberLimit) members.")
        }
        let inserted = try session.execute(
            """
            INSERT INTO group_members (group_id, user_id, role, joined_at, read_seq)
            VALUES (\(place.group), \(user), \(role.rawValue), \(place.at), \(place.seq))
            ON CONFLICT (group_id, user_id) DO NOTHING
            """
        )
        guard inserted == 1 else { throw NothingToDo() }
        try session.execute("DELETE FROM group_requests WHERE group_id = \(place.group) AND user_id = \(user)")
    }

    /// Throws `.tooMany` if `user`, whose row is locked, belongs to too many groups, or owns too many and would own this.
    func checkRoom(for user: UserID, as role: GroupRole) throws {
        let count = try session.rows("SELECT COUNT(*) AS joined FROM group_members WHERE user_id = \(user)").first
        guard try count?.int("joined") ?? 0 < GroupLimits.joined else {
            throw AtlasError(.tooMany, "One account belongs to at most \(GroupLimits.joined) groups.")
        }
        if role == .owner { try checkOwned(by: user) }
    }

    /// Throws `.tooMany` if `user`, whose row is locked, cannot own one more group.
    func checkOwned(by user: UserID) throws {
        let row = try session.rows(
            """
            SELECT COUNT(*) AS owned FROM group_members
            JOIN study_groups ON study_groups.id = group_members.group_id AND study_groups.archived_at IS NULL
            WHERE group_members.user_id = \(user) AND group_members.role = 'owner'
            """
        ).first
        guard try row?.int("owned") ?? 0 < GroupLimits.owned else {
            throw AtlasError(.tooMany, "One account owns at most \(GroupLimits.owned) groups that are not archived.")
        }
    }

    /// What `user` is in a group.
    func role(of user: UserID, in id: GroupID) throws -> GroupRole? {
        try session.rows("SELECT role FROM group_members WHERE group_id = \(id) AND user_id = \(user)").first?.role()
    }

    /// The role of a caller who needs at least `role`.
    ///
    /// - Throws: `AtlasError` — `.notFound` for a group that `user` may not know of, `.forbidden`.
    @discardableResult
    func require(_ role: GroupRole, of user: UserID, in id: GroupID) throws -> GroupRole {
        guard let mine = try self.role(of: user, in: id) else {
            let visibility = try session.rows("SELECT visibility FROM study_groups WHERE id = \(id)").first
            guard let visibility, try visibility.string("visibility") != GroupVisibility.invitation.rawValue else {
                throw Self.unknown
            }
            throw AtlasError(.forbidden, "This is for members of the group.")
        }
        guard mine >= role else {
            throw AtlasError(
                .forbidden,
                role == .owner ? "This is for owners of the group." : "This is for moderators and owners of the group."
            )
        }
        return mine
    }

    /// The members of some groups, owners first, then by time; without names.
    func members(of ids: [GroupID]) throws -> [(group: GroupID, user: UserID, role: GroupRole, joinedAt: Timestamp)] {
        try session.rows(
            """
            SELECT group_id, user_id, role, joined_at FROM group_members WHERE group_id IN (\(list: ids))
            ORDER BY CASE role WHEN 'owner' THEN 0 ELSE 1 END, joined_at, user_id
            """
        ).map { row in
            (
                GroupID(try row.string("group_id")), UserID(try row.string("user_id")), try row.role(),
                try row.timestamp("joined_at")
            )
        }
    }

    /// Which of `ids` have `user` for a member of at least `role`.
    func filter(_ ids: [GroupID], where user: UserID, isAtLeast role: GroupRole) throws -> [GroupID] {
        let rows = try session.rows(
            "SELECT group_id, role FROM group_members WHERE user_id = \(user) AND group_id IN (\(list: ids))"
        )
        return try rows.filter { try $0.role() >= role }.map { GroupID(try $0.string("group_id")) }
    }

    private static func text(_ topics: [String]) throws -> String {
        String(decoding: try JSONEncoder().encode(topics), as: UTF8.self)
    }

    private static func view(_ row: Row) throws -> StudyGroup {
        let role = try row.optionalString("role") == nil ? nil : row.role()
        let visibility = GroupVisibility(rawValue: try row.string("visibility")) ?? .invitation
        return StudyGroup(
            id: GroupID(try row.string("id")),
            settings: GroupSettings(
                name: try row.string("name"),
                description: try row.string("description"),
                topics: try JSONDecoder().decode([String].self, from: Data(try row.string("topics").utf8)),
                visibility: visibility,
                memberLimit: try row.int("member_limit")
            ),
            memberCount: try row.int("member_count"),
            isArchived: try row.optionalTimestamp("archived_at") != nil,
            role: role,
            hasRequested: try row.optionalTimestamp("asked_at") != nil,
            head: role == nil ? 0 : try row.int("head"),
            readSeq: Int(try row.optionalInt64("read_seq") ?? 0),
            unread: role == nil ? 0 : try row.int("unread"),
            createdAt: try row.timestamp("created_at"),
            version: try row.int("version")
        )
    }
}

/// Thrown in a transaction to undo it because everything is as it should be already.
struct NothingToDo: Error {}

extension Database {
    /// As `write`; `nil`, with everything undone, if `body` throws `NothingToDo`.
    func writeUnlessDone<Result: Sendable>(
        _ body: @escaping @Sendable (any SQLSession) throws -> Result
    ) async throws -> Result? {
        do {
            return try await write(body)
        } catch is NothingToDo {
            return nil
        }
    }
}
