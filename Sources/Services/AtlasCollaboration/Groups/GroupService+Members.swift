import AtlasAPI
import AtlasCore
import AtlasPorts

extension GroupService {
    func join(_ id: GroupID, as caller: Caller) async throws -> StudyGroup {
        let user = try caller.signedIn().user
        let found = try await group(id, as: caller)
        if found.role != nil || found.hasRequested { return found }
        guard !found.isArchived else { throw GroupRows.archived }
        switch found.settings.visibility {
        case .open: return try await admit(user, to: id, by: user, as: caller) { $0.visibility == .open }
        case .request: return try await ask(user, toJoin: id)
        case .invitation: throw GroupRows.unknown
        }
    }

    func leave(_ id: GroupID, as caller: Caller) async throws {
        let user = try caller.signedIn().user
        let (cids, now) = ([ids.next(), ids.next()], clock.now())
        let author = try await directory.person(user, near: id)
        defer { directory.forget(id) }
        try await database.write { session in
            let (groups, log) = (GroupRows(session: session), ChatLog(session: session))
            let withdrawn = try session.execute(
                "DELETE FROM group_requests WHERE group_id = \(id) AND user_id = \(user)"
            )
            if withdrawn == 1 { return try log.tell(.updated, at: now, of: id, id: cids[0]) }
            let place = try log.advance(id, at: now)
            let role = try groups.require(.member, of: user, in: id)
            let others = try groups.members(of: [id]).filter { $0.user != user }
            if role == .owner, !others.isEmpty, !others.contains(where: { $0.role == .owner }) {
                throw AtlasError(
                    .conflict,
                    "You are the only owner. Make somebody else an owner first, then leave.",
                    field: "groupId"
                )
            }
            try groups.end(user, in: id)
            try log.append(.left, of: user, by: author, cid: cids[0], at: place)
            guard others.isEmpty, !place.isArchived else { return }
            let last = try log.advance(id, at: now)
            try session.execute("UPDATE study_groups SET archived_at = \(last.at) WHERE id = \(id)")
            try log.append(.archived, of: user, by: author, cid: cids[1], at: last)
        }
    }

    func decide(_ id: GroupID, requestOf user: UserID, accept: Bool, as caller: Caller) async throws -> StudyGroup {
        let moderator = try caller.signedIn().user
        let (cid, notice, now) = (ids.next(), NoticeID(ids.next()), clock.now())
        let author = try await directory.person(moderator, near: id)
        defer { directory.forget(id) }
        return try await database.write { session in
            let (groups, log) = (GroupRows(session: session), ChatLog(session: session))
            try groups.lock(people: [user])
            let place = accept ? try log.advance(id, at: now) : nil
            try groups.require(.moderator, of: moderator, in: id)
            let withdrawn = try session.execute(
                "DELETE FROM group_requests WHERE group_id = \(id) AND user_id = \(user)"
            )
            guard withdrawn == 1 else {
                throw AtlasError(.notFound, "There is no such request any more.", field: "userId")
            }
            if let place {
                guard !place.isArchived else { throw GroupRows.archived }
                try groups.admit(user, as: .member, to: place)
                try log.append(.joined, of: user, by: author, cid: cid, at: place)
                let text = "You are now a member of \(place.name)."
                try NoticeRows(session: session).add(
                    .init(id: notice, kind: .accepted, text: text, group: id, message: nil, at: place.at, readAt: nil),
                    for: user
                )
            } else {
                try log.tell(.updated, at: now, of: id, id: cid)
            }
            return try groups.view(id, for: moderator)
        }
    }

    func setRole(_ role: GroupRole, of user: UserID, in id: GroupID, as caller: Caller) async throws -> StudyGroup {
        let owner = try caller.signedIn().user
        let (cid, now) = (ids.next(), clock.now())
        let author = try await directory.person(owner, near: id)
        defer { directory.forget(id) }
        let changed = try await database.writeUnlessDone { session in
            let (groups, log) = (GroupRows(session: session), ChatLog(session: session))
            try groups.lock(people: [user])
            let place = try log.advance(id, at: now)
            try groups.require(.owner, of: owner, in: id)
            guard !place.isArchived else { throw GroupRows.archived }
            let before = try groups.memberRole(of: user, in: id)
            guard before != role else { throw NothingToDo() }
            if before == .owner {
                guard user == owner else { throw AtlasError(.forbidden, "Only an owner itself can step down.") }
                let owners = try groups.members(of: [id]).count { $0.role == .owner }
                guard owners > 1 else {
                    throw AtlasError(.conflict, "You are the only owner. Make somebody else an owner first.")
                }
            }
            if role == .owner { try groups.checkOwned(by: user) }
            try session.execute(
                "UPDATE group_members SET role = \(role.rawValue) WHERE group_id = \(id) AND user_id = \(user)"
            )
            try log.append(MembershipChange(role: role), of: user, by: author, cid: cid, at: place)
            return try groups.view(id, for: owner)
        }
        if let changed { return changed }
        return try await group(id, as: caller)
    }

    func remove(_ user: UserID, from id: GroupID, as caller: Caller) async throws -> StudyGroup {
        let moderator = try caller.signedIn().user
        let (cid, now) = (ids.next(), clock.now())
        let author = try await directory.person(moderator, near: id)
        defer { directory.forget(id) }
        return try await database.write { session in
            let (groups, log) = (GroupRows(session: session), ChatLog(session: session))
            let place = try log.advance(id, at: now)
            let mine = try groups.require(.moderator, of: moderator, in: id)
            guard !place.isArchived else { throw GroupRows.archived }
            guard try groups.memberRole(of: user, in: id) < mine else {
                throw AtlasError(.forbidden, "Only somebody with a greater role removes a member.")
            }
            try groups.end(user, in: id)
            try log.append(.removed, of: user, by: author, cid: cid, at: place)
            return try groups.view(id, for: moderator)
        }
    }

    func membership(of user: UserID, in id: GroupID) async throws -> GroupMembership? {
        let snapshot = try await directory.snapshot(id)
        return snapshot.members[user].map { member in
            GroupMembership(
                role: member.role,
                displayName: member.person.displayName,
                isArchived: snapshot.isArchived
            )
        }
    }

    func members(of ids: [GroupID], as caller: Caller) async throws -> [GroupID: [GroupMember]] {
        let user = try caller.signedIn().user
        let (visible, rows) = try await database.read { session in
            let groups = GroupRows(session: session)
            let visible = try groups.filter(ids, where: user, isAtLeast: .member)
            return (visible, try groups.members(of: visible))
        }
        let people = try await directory.people(Set(rows.map(\.user)))
        var members = Dictionary(visible.map { ($0, [GroupMember]()) }, uniquingKeysWith: { first, _ in first })
        for row in rows {
            guard let person = people[row.user] else { continue }
            members[row.group]?.append(GroupMember(person: person, role: row.role, joinedAt: row.joinedAt))
        }
        return members
    }

    func memberIDs(of ids: [GroupID]) async throws -> [GroupID: Set<UserID>] {
        // `write`, so that PostgreSQL answers from the primary: a replica may not know a new member yet.
        let rows = try await database.write { try GroupRows(session: $0).members(of: ids) }
        return Dictionary(grouping: rows, by: \.group).mapValues { Set($0.map(\.user)) }
    }

    func requests(of ids: [GroupID], as caller: Caller) async throws -> [GroupID: [JoinRequest]] {
        let user = try caller.signedIn().user
        let (visible, rows) = try await database.read { session in
            let visible = try GroupRows(session: session).filter(ids, where: user, isAtLeast: .moderator)
            let rows = try session.rows(
                """
                SELECT group_id, user_id, asked_at FROM group_requests WHERE group_id IN (\(list: visible))
                ORDER BY asked_at, user_id
                """
            )
            return (visible, try rows.map { try ($0.string("group_id"), UserID($0.string("user_id")), $0) })
        }
        let people = try await directory.people(Set(rows.map(\.1)))
        var requests = Dictionary(visible.map { ($0, [JoinRequest]()) }, uniquingKeysWith: { first, _ in first })
        for (group, user, row) in rows {
            guard let person = people[user] else { continue }
            requests[GroupID(group)]?.append(JoinRequest(person: person, at: try row.timestamp("asked_at")))
        }
        return requests
    }

    /// Makes `user` a member if the group, once locked, still is as `isAllowed` wants it.
    private func admit(
        _ user: UserID,
        to id: GroupID,
        by author: UserID,
        as caller: Caller,
        if isAllowed: @escaping @Sendable (ChatLog.Place) -> Bool
    ) async throws -> StudyGroup {
        let (cid, now) = (ids.next(), clock.now())
        let author = try await directory.person(author)
        defer { directory.forget(id) }
        let changed = try await database.writeUnlessDone { session in
            let (groups, log) = (GroupRows(session: session), ChatLog(session: session))
            try groups.lock(people: [user])
            let place = try log.advance(id, at: now)
            guard isAllowed(place) else { throw GroupRows.unknown }
            guard !place.isArchived else { throw GroupRows.archived }
            try groups.admit(user, as: .member, to: place)
            try log.append(.joined, of: user, by: author, cid: cid, at: place)
            return try groups.view(id, for: user)
        }
        if let changed { return changed }
        return try await group(id, as: caller)
    }

    /// Stores a request and tells whoever decides it.
    private func ask(_ user: UserID, toJoin id: GroupID) async throws -> StudyGroup {
        let (event, now) = (ids.next(), clock.now())
        let person = try await directory.person(user)
        let source = ids
        return try await database.write { session in
            let groups = GroupRows(session: session)
            try groups.lock(people: [user])
            let open = try session.rows(
                "SELECT COUNT(*) AS requests FROM group_requests WHERE user_id = \(user)"
            ).first?.int("requests")
            guard (open ?? 0) < GroupLimits.requests else {
                throw AtlasError(.tooMany, "One account waits for at most \(GroupLimits.requests) groups.")
            }
            let inserted = try session.execute(
                """
                INSERT INTO group_requests (group_id, user_id, asked_at)
                SELECT id, \(user), \(now) FROM study_groups
                WHERE id = \(id) AND visibility = 'request' AND archived_at IS NULL
                    AND NOT EXISTS (SELECT 1 FROM group_members WHERE group_id = \(id) AND user_id = \(user))
                ON CONFLICT (group_id, user_id) DO NOTHING
                """
            )
            let group = try groups.view(id, for: user)
            guard inserted == 1 else { return group }
            try ChatLog(session: session).tell(.updated, at: now, of: id, id: event)
            let deciding = try groups.members(of: [id]).filter { $0.role >= .moderator }
            for member in deciding.sorted(by: { $0.user.rawValue < $1.user.rawValue }) {
                try NoticeRows(session: session).add(
                    .init(
                        id: NoticeID(source.next()),
                        kind: .request,
                        text: "\(person.displayName) asks to join \(group.settings.name).",
                        group: id,
                        message: nil,
                        at: now,
                        readAt: nil
                    ),
                    for: member.user
                )
            }
            return group
        }
    }
}

extension GroupRows {
    /// What a member is.
    ///
    /// - Throws: `AtlasError.notFound` for somebody else.
    fileprivate func memberRole(of user: UserID, in id: GroupID) throws -> GroupRole {
        guard let role = try role(of: user, in: id) else {
            throw AtlasError(.notFound, "There is no such member.", field: "userId")
        }
        return role
    }

    fileprivate func end(_ user: UserID, in id: GroupID) throws {
        try session.execute("DELETE FROM group_members WHERE group_id = \(id) AND user_id = \(user)")
    }
}
