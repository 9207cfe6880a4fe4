import AtlasAPI
import AtlasCore
import AtlasPorts

/// Who belongs to which group, and who may do what.
///
/// Every rule is checked inside the transaction that writes, after the group is locked.
struct GroupService: StudyGroups {
    let database: any Database
    let directory: GroupDirectory
    let clock: any WallClock
    let ids: any IDSource

    func create(_ settings: GroupSettings, as caller: Caller) async throws -> StudyGroup {
        let user = try caller.signedIn().user
        let settings = try settings.checked()
        let (id, cid, now) = (GroupID(ids.next()), ids.next(), clock.now())
        let author = try await directory.person(user)
        return try await database.write { session in
            let (groups, log) = (GroupRows(session: session), ChatLog(session: session))
            try groups.lock(people: [user])
            try groups.insert(id, settings, at: now)
            let place = try log.advance(id, at: now)
            try groups.admit(user, as: .owner, to: place)
            try log.append(.joined, of: user, by: author, cid: cid, at: place)
            return try groups.view(id, for: user)
        }
    }

    func group(_ id: GroupID, as caller: Caller) async throws -> StudyGroup {
        let user = try caller.signedIn().user
        return try await database.read { try GroupRows(session: $0).view(id, for: user) }
    }

    func groups(as caller: Caller) async throws -> [StudyGroup] {
        let user = try caller.signedIn().user
        return try await database.read { session in
            try GroupRows(session: session).views(
                for: user,
                """
                WHERE mine.role IS NOT NULL
                ORDER BY CASE WHEN study_groups.archived_at IS NULL THEN 0 ELSE 1 END, study_groups.head_at DESC,
                    study_groups.id LIMIT \(GroupLimits.joined)
                """
            )
        }
    }

    func discover(topic: String?, limit: Int, as caller: Caller) async throws -> [StudyGroup] {
        let user = try caller.signedIn().user
        guard (1...GroupLimits.discovered).contains(limit) else {
            throw AtlasError(.invalid, "Ask for 1 to \(GroupLimits.discovered) groups.", field: "first")
        }
        var rest: Query = """
            WHERE study_groups.archived_at IS NULL AND study_groups.visibility <> 'invitation' AND mine.role IS NULL
            """
        if let topic {
            rest += """
                 AND EXISTS (SELECT 1 FROM group_topics WHERE group_topics.group_id = study_groups.id
                    AND group_topics.topic = \(topic))
                """
        }
        rest += " ORDER BY study_groups.head_at DESC, study_groups.id LIMIT \(limit)"
        return try await database.read { [rest] in try GroupRows(session: $0).views(for: user, rest) }
    }

    func update(_ id: GroupID, _ settings: GroupSettings, version: Int, as caller: Caller) async throws -> StudyGroup {
        let user = try caller.signedIn().user
        let settings = try settings.checked()
        let (now, event) = (clock.now(), ids.next())
        return try await database.write { session in
            let groups = GroupRows(session: session)
            let mine = try groups.require(.moderator, of: user, in: id)
            let before = try groups.view(id, for: user).settings
            let isOwners = before.visibility != settings.visibility || before.memberLimit != settings.memberLimit
            if isOwners, mine < .owner {
                throw AtlasError(.forbidden, "Owners decide who finds the group and how many it takes.")
            }
            // Fails if `before` was old; also takes the lock, so that nobody joins between the count and the commit.
            guard try groups.update(id, settings, version: version) else {
                throw AtlasError(.conflict, "Somebody changed the settings meanwhile. Read them again.")
            }
            let changed = try groups.view(id, for: user)
            guard !changed.isArchived else { throw GroupRows.archived }
            guard settings.memberLimit >= changed.memberCount else {
                throw AtlasError(
                    .invalid,
                    "The group has \(changed.memberCount) members already.",
                    field: "input.memberLimit"
                )
            }
            try ChatLog(session: session).tell(.updated, at: now, of: id, id: event)
            return changed
        }
    }

    func archive(_ id: GroupID, as caller: Caller) async throws -> StudyGroup {
        try await setArchived(true, id, as: caller)
    }

    func restore(_ id: GroupID, as caller: Caller) async throws -> StudyGroup {
        try await setArchived(false, id, as: caller)
    }

    private func setArchived(_ isArchived: Bool, _ id: GroupID, as caller: Caller) async throws -> StudyGroup {
        let user = try caller.signedIn().user
        let (cid, now) = (ids.next(), clock.now())
        let author = try await directory.person(user, near: id)
        defer { directory.forget(id) }
        let changed = try await database.writeUnlessDone { session in
            let (groups, log) = (GroupRows(session: session), ChatLog(session: session))
            try groups.lock(people: [user])
            let place = try log.advance(id, at: now)
            try groups.require(.owner, of: user, in: id)
            guard place.isArchived != isArchived else { throw NothingToDo() }
            let moment: Timestamp? = isArchived ? place.at : nil
            if !isArchived { try groups.checkOwned(by: user) }
            try session.execute("UPDATE study_groups SET archived_at = \(moment) WHERE id = \(id)")
            try log.append(isArchived ? .archived : .restored, of: user, by: author, cid: cid, at: place)
            return try groups.view(id, for: user)
        }
        if let changed { return changed }
        return try await group(id, as: caller)
    }
}
