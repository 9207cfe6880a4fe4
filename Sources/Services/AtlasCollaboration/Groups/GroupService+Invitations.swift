import AtlasAPI
import AtlasCore
import AtlasPorts
import Crypto

extension GroupService {
    /// Bytes of an invitation's code: 128 random bits cannot be guessed.
    private static let codeBytes = 16

    func makeInvitation(
        to id: GroupID,
        life: Duration,
        uses: Int,
        as caller: Caller
    ) async throws -> (invitation: GroupInvitation, code: String) {
        let user = try caller.signedIn().user
        guard (GroupLimits.shortestInvitationLife...GroupLimits.invitationLife).contains(life) else {
            throw AtlasError(.invalid, "An invitation lasts from a minute to 30 days.", field: "expiresInHours")
        }
        guard (1...GroupLimits.mostMembers).contains(uses) else {
            throw AtlasError(.invalid, "An invitation is for 1 to 250 people.", field: "uses")
        }
        let (event, now) = (ids.next(), clock.now())
        let code = Self.hex(ids.randomBytes(Self.codeBytes))
        let invitation = GroupInvitation(
            id: InvitationID(ids.next()),
            createdBy: user,
            createdAt: now,
            expiresAt: now + life,
            maxUses: uses,
            uses: 0
        )
        try await database.write { session in
            try GroupRows(session: session).require(.moderator, of: user, in: id)
            // Locks the group, so that two cannot both be the last that fits.
            guard
                try session.execute("UPDATE study_groups SET head = head WHERE id = \(id) AND archived_at IS NULL") == 1
            else { throw GroupRows.archived }
            guard try Self.open([id], at: now, in: session).count < GroupLimits.invitations else {
                throw AtlasError(.tooMany, "A group has at most \(GroupLimits.invitations) open invitations.")
            }
            try session.execute(
                """
                INSERT INTO group_invitations
                    (id, group_id, code_hash, created_by, created_at, expires_at, max_uses, uses)
                VALUES (\(invitation.id), \(id), \(Self.hash(code)), \(user), \(now), \(invitation.expiresAt), \(uses),
                    \(0))
                """
            )
            try ChatLog(session: session).tell(.updated, at: now, of: id, id: event)
        }
        return (invitation, code)
    }

    func revoke(_ invitation: InvitationID, of id: GroupID, as caller: Caller) async throws {
        let user = try caller.signedIn().user
        let (event, now) = (ids.next(), clock.now())
        try await database.write { session in
            try GroupRows(session: session).require(.moderator, of: user, in: id)
            let revoked = try session.execute(
                """
                UPDATE group_invitations SET revoked_at = \(now)
                WHERE id = \(invitation) AND group_id = \(id) AND revoked_at IS NULL
                """
            )
            guard revoked == 1 else {
                throw AtlasError(.notFound, "There is no such invitation any more.", field: "invitationId")
            }
            try ChatLog(session: session).tell(.updated, at: now, of: id, id: event)
        }
    }

    func invitations(of ids: [GroupID], as caller: Caller) async throws -> [GroupID: [GroupInvitation]] {
        let user = try caller.signedIn().user
        let now = clock.now()
        return try await database.read { session in
            let visible = try GroupRows(session: session).filter(ids, where: user, isAtLeast: .moderator)
            var found = Dictionary(visible.map { ($0, [GroupInvitation]()) }, uniquingKeysWith: { first, _ in first })
            for (group, invitation) in try Self.open(visible, at: now, in: session) {
                found[group]?.append(invitation)
            }
            return found
        }
    }

    func invited(by code: String, as caller: Caller) async throws -> StudyGroup {
        let user = try caller.signedIn().user
        let now = clock.now()
        return try await database.read { session in
            let id = try Self.group(of: code, at: now, in: session)
            guard let group = try GroupRows(session: session).views(for: user, "WHERE study_groups.id = \(id)").first
            else { throw Self.useless }
            return group
        }
    }

    func join(invitation code: String, as caller: Caller) async throws -> StudyGroup {
        let user = try caller.signedIn().user
        let (cid, now) = (ids.next(), clock.now())
        let author = try await directory.person(user)
        let group = try await invited(by: code, as: caller)
        if group.role != nil { return group }
        defer { directory.forget(group.id) }
        let joined = try await database.writeUnlessDone { session in
            let (groups, log) = (GroupRows(session: session), ChatLog(session: session))
            try groups.lock(people: [user])
            let place = try log.advance(group.id, at: now)
            guard !place.isArchived else { throw GroupRows.archived }
            let used = try session.execute(
                """
                UPDATE group_invitations SET uses = uses + 1
                WHERE code_hash = \(Self.hash(code)) AND revoked_at IS NULL AND expires_at > \(now) AND uses < max_uses
                """
            )
            guard used == 1 else { throw Self.useless }
            try groups.admit(user, as: .member, to: place)
            try log.append(.joined, of: user, by: author, cid: cid, at: place)
            return try groups.view(group.id, for: user)
        }
        if let joined { return joined }
        return try await self.group(group.id, as: caller)
    }

    private static let useless = AtlasError(
        .notFound,
        "This invitation is not valid (any more). Ask for a new one.",
        field: "code"
    )

    /// Looks the code's hash up in a unique index: how long that takes says nothing of codes that exist.
    private static func group(of code: String, at now: Timestamp, in session: any SQLSession) throws -> GroupID {
        guard code.utf8.count == codeBytes * 2 else { throw useless }
        let row = try session.rows(
            """
            SELECT group_id FROM group_invitations
            WHERE code_hash = \(hash(code)) AND revoked_at IS NULL AND expires_at > \(now) AND uses < max_uses
            """
        ).first
        guard let row else { throw useless }
        return GroupID(try row.string("group_id"))
    }

    private static func open(
        _ groups: [GroupID],
        at now: Timestamp,
        in session: any SQLSession
    ) throws -> [(group: GroupID, invitation: GroupInvitation)] {
        try session.rows(
            """
            SELECT id, group_id, created_by, created_at, expires_at, max_uses, uses FROM group_invitations
            WHERE group_id IN (\(list: groups)) AND revoked_at IS NULL AND expires_at > \(now) AND uses < max_uses
            ORDER BY created_at DESC, id DESC
            """
        ).map { row in
            let invitation = GroupInvitation(
                id: InvitationID(try row.string("id")),
                createdBy: UserID(try row.string("created_by")),
                createdAt: try row.timestamp("created_at"),
                expiresAt: try row.timestamp("expires_at"),
                maxUses: try row.int("max_uses"),
                uses: try row.int("uses")
            )
            return (GroupID(try row.string("group_id")), invitation)
        }
    }

    /// The code has 128 random bits, so one fast hash is enough.
    private static func hash(_ code: String) -> String { hex(SHA256.hash(data: Array(code.utf8))) }

    private static func hex(_ bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
