import AtlasAPI
import AtlasCore
import AtlasPorts
import Synchronization

/// Who belongs to which group and what they are called, remembered for a moment.
///
/// For checks that happen many times a second, such as who may move a cursor; what is written checks in its own
/// transaction.
final class GroupDirectory: Sendable {
    /// Groups remembered at once.
    static let limit = 2_000
    /// What somebody is called whose account is gone.
    static let formerMember = "Former member"

    /// A group as it was at `loadedAt`.
    struct Snapshot: Sendable {
        let members: [UserID: GroupMember]
        let isArchived: Bool
        let loadedAt: Timestamp
    }

    private struct State {
        var snapshots: [GroupID: Snapshot] = [:]
        /// Counts forgettings, so that what was read before one is not kept after it.
        var generation = 0
    }

    private let database: any Database
    private let auth: any Auth
    private let clock: any WallClock
    private let state = Mutex(State())

    init(database: any Database, auth: any Auth, clock: any WallClock) {
        self.database = database
        self.auth = auth
        self.clock = clock
    }

    /// The group, at most `GroupLimits.membershipAge` old; empty for an unknown one.
    func snapshot(_ group: GroupID) async throws -> Snapshot {
        let now = clock.now()
        let (known, generation) = state.withLock { ($0.snapshots[group], $0.generation) }
        if let known, now - known.loadedAt < GroupLimits.membershipAge, now >= known.loadedAt { return known }
        let rows = try await database.rows(
            """
            SELECT study_groups.archived_at, group_members.user_id, group_members.role, group_members.joined_at
            FROM study_groups LEFT JOIN group_members ON group_members.group_id = study_groups.id
            WHERE study_groups.id = \(group)
            """
        )
        var roles: [(user: UserID, role: GroupRole, joinedAt: Timestamp)] = []
        for row in rows {
            guard let user = try row.optionalString("user_id") else { continue }
            roles.append((UserID(user), try row.role(), try row.timestamp("joined_at")))
        }
        let names = try await auth.displayNames(of: roles.map(\.user))
        let members = roles.map { member in
            GroupMember(
                person: Person(id: member.user, displayName: names[member.user] ?? Self.formerMember),
                role: member.role,
                joinedAt: member.joinedAt
            )
        }
        let snapshot = Snapshot(
            members: Dictionary(members.map { ($0.person.id, $0) }, uniquingKeysWith: { first, _ in first }),
            isArchived: try rows.first?.optionalTimestamp("archived_at") != nil,
            loadedAt: now
        )
        state.withLock { state in
            guard state.generation == generation, !rows.isEmpty else { return }
            if state.snapshots.count >= Self.limit { state.snapshots.removeAll(keepingCapacity: true) }
            state.snapshots[group] = snapshot
        }
        return snapshot
    }

    /// Forgets a group that was changed.
    func forget(_ group: GroupID) {
        state.withLock { state in
            state.snapshots[group] = nil
            state.generation += 1
        }
    }

    /// The people behind `users`, members of `group` first asked from memory.
    func people(_ users: some Sequence<UserID>, near group: GroupID? = nil) async throws -> [UserID: Person] {
        var people: [UserID: Person] = [:]
        var unknown: Set<UserID> = []
        let members = if let group { try await snapshot(group).members } else { [UserID: GroupMember]() }
        for user in users {
            if let member = members[user] { people[user] = member.person } else { unknown.insert(user) }
        }
        let names = try await auth.displayNames(of: Array(unknown))
        for user in unknown { people[user] = Person(id: user, displayName: names[user] ?? Self.formerMember) }
        return people
    }

    /// One account as others see it.
    func person(_ user: UserID, near group: GroupID? = nil) async throws -> Person {
        try await people([user], near: group)[user] ?? Person(id: user, displayName: Self.formerMember)
    }
}

extension Row {
    /// The role in the column `role`.
    func role() throws -> GroupRole {
        guard let role = GroupRole(rawValue: try string("role")) else {
            throw AtlasError(.internalError, "Something went wrong on our side.", detail: "unknown role of a member")
        }
        return role
    }
}
