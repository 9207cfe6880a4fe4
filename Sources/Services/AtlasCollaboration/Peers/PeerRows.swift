import AtlasAPI
import AtlasCore
import AtlasPorts

/// The SQL of profiles and proposals, inside one transaction.
struct PeerRows {
    let session: any SQLSession

    /// How far a proposal has come.
    enum State: String {
        case open, accepted, declined, withdrawn
    }

    func profile(of user: UserID) throws -> PeerProfile? {
        guard let row = try session.rows("SELECT opted_in, hours FROM peer_profiles WHERE user_id = \(user)").first
        else { return nil }
        return PeerProfile(
            isOptedIn: try row.bool("opted_in"),
            hours: Self.hours(try row.string("hours")),
            goals: try goals(of: [user])[user] ?? []
        )
    }

    func save(_ profile: PeerProfile, of user: UserID, at now: Timestamp) throws {
        let hours = profile.hours.map(String.init).joined(separator: ",")
        try session.execute(
            """
            INSERT INTO peer_profiles (user_id, opted_in, hours, saved_at)
            VALUES (\(user), \(profile.isOptedIn), \(hours), \(now))
            ON CONFLICT (user_id) DO UPDATE SET opted_in = excluded.opted_in, hours = excluded.hours,
                saved_at = excluded.saved_at
            """
        )
        try session.execute("DELETE FROM peer_goals WHERE user_id = \(user)")
        for goal in profile.goals {
            try session.execute("INSERT INTO peer_goals (user_id, goal) VALUES (\(user), \(goal))")
        }
        guard !profile.isOptedIn else { return }
        try session.execute(
            """
            UPDATE peer_proposals SET state = 'withdrawn'
            WHERE state = 'open' AND (from_user = \(user) OR to_user = \(user))
            """
        )
    }

    /// Who has opted in and has nothing to do with `user` yet: those that share most goals first, then the latest.
    func candidates(for user: UserID, goals: [String]) throws -> [(user: UserID, hours: [Int])] {
        try session.rows(
            """
            SELECT peer_profiles.user_id, peer_profiles.hours,
                (SELECT COUNT(*) FROM peer_goals WHERE peer_goals.user_id = peer_profiles.user_id
                    AND peer_goals.goal IN (\(list: goals))) AS shared
            FROM peer_profiles
            WHERE peer_profiles.opted_in = \(true) AND peer_profiles.user_id <> \(user)
                AND NOT EXISTS (SELECT 1 FROM peer_proposals WHERE state <> 'withdrawn'
                    AND ((from_user = \(user) AND to_user = peer_profiles.user_id)
                    OR (from_user = peer_profiles.user_id AND to_user = \(user))))
            ORDER BY shared DESC, peer_profiles.saved_at DESC, peer_profiles.user_id LIMIT \(PeerLimits.candidates)
            """
        ).map { (UserID(try $0.string("user_id")), Self.hours(try $0.string("hours"))) }
    }

    func goals(of users: [UserID]) throws -> [UserID: [String]] {
        var goals: [UserID: [String]] = [:]
        for row in try session.rows(
            "SELECT user_id, goal FROM peer_goals WHERE user_id IN (\(list: users)) ORDER BY goal"
        ) {
            goals[UserID(try row.string("user_id")), default: []].append(try row.string("goal"))
        }
        return goals
    }

    func hasOptedIn(_ user: UserID) throws -> Bool {
        try session.rows("SELECT opted_in FROM peer_profiles WHERE user_id = \(user)").first?.bool("opted_in") ?? false
    }

    /// The proposal of one account to another.
    func proposal(from: UserID, to: UserID) throws -> (state: State, at: Timestamp, group: GroupID?)? {
        try session.rows(
            "SELECT state, made_at, group_id FROM peer_proposals WHERE from_user = \(from) AND to_user = \(to)"
        ).first.map { row in
            (
                State(rawValue: try row.string("state")) ?? .withdrawn, try row.timestamp("made_at"),
                try row.optionalString("group_id").map { GroupID($0) }
            )
        }
    }

    func propose(from: UserID, to: UserID, at now: Timestamp) throws {
        try session.execute(
            """
            INSERT INTO peer_proposals (from_user, to_user, made_at, state)
            VALUES (\(from), \(to), \(now), 'open')
            ON CONFLICT (from_user, to_user) DO UPDATE SET made_at = excluded.made_at, state = 'open'
            """
        )
    }

    func settle(from: UserID, to: UserID, _ state: State, group: GroupID? = nil) throws {
        try session.execute(
            """
            UPDATE peer_proposals SET state = \(state.rawValue), group_id = \(group)
            WHERE from_user = \(from) AND to_user = \(to)
            """
        )
    }

    func openProposals(by user: UserID) throws -> Int {
        try session.rows(
            "SELECT COUNT(*) AS open FROM peer_proposals WHERE from_user = \(user) AND state = 'open'"
        ).first?.int("open") ?? 0
    }

    /// Open proposals by and to `user`, newest first.
    func open(of user: UserID) throws -> [(other: UserID, isMine: Bool, at: Timestamp)] {
        try session.rows(
            """
            SELECT from_user, to_user, made_at FROM peer_proposals
            WHERE state = 'open' AND (from_user = \(user) OR to_user = \(user))
            ORDER BY made_at DESC, from_user, to_user LIMIT \(PeerLimits.openProposals)
            """
        ).map { row in
            let (from, to) = (UserID(try row.string("from_user")), UserID(try row.string("to_user")))
            return (from == user ? to : from, from == user, try row.timestamp("made_at"))
        }
    }

    private static func hours(_ text: String) -> [Int] { text.split(separator: ",").compactMap { Int($0) } }
}
