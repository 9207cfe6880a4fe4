import AtlasAPI
import AtlasCore
import AtlasPorts

/// What came of presenting a refresh token.
enum Rotation: Sendable {
    /// The token was fresh; it is used up now and the new one is stored.
    case rotated(session: SessionID, user: User)
    /// The token had been used before: somebody copied it. The session is ended.
    case reused(session: SessionID)
    /// No such token, or its session has ended or expired.
    case refused
}

/// The SQL of sessions and refresh tokens.
struct SessionRepository: Sendable {
    let database: any Database

    /// Opens a session and ends the oldest beyond `AuthLimits.sessionsPerUser`; returns those.
    static func open(
        _ session: Session,
        for user: UserID,
        tokenHash: String,
        in sql: any SQLSession
    ) throws -> [SessionID] {
        let expires = session.createdAt + AuthLimits.sessionLife
        try sql.execute(
            """
            INSERT INTO sessions (id, user_id, device, created_at, last_used_at, expires_at)
            VALUES (\(session.id), \(user), \(session.device), \(session.createdAt), \(session.lastUsedAt), \(expires))
            """
        )
        try insertToken(tokenHash, session: session.id, at: session.createdAt, in: sql)
        return try ended(
            sql.rows(
                """
                UPDATE sessions SET ended_at = \(session.createdAt)
                WHERE id IN (
                    SELECT id FROM sessions WHERE user_id = \(user) AND ended_at IS NULL
                    ORDER BY last_used_at DESC, id DESC LIMIT 1000 OFFSET \(AuthLimits.sessionsPerUser))
                RETURNING id
                """
            )
        )
    }

    /// Uses up the token with `hash` and stores `newHash`, or ends the session of a token that was used before.
    func rotate(_ hash: String, to newHash: String, device: String, at now: Timestamp) async throws -> Rotation {
        try await database.write { sql in
            let taken = try sql.rows(
                "UPDATE refresh_tokens SET used_at = \(now) WHERE hash = \(hash) AND used_at IS NULL RETURNING session_id"
            ).first
            guard let taken else {
                guard let used = try sql.rows("SELECT session_id FROM refresh_tokens WHERE hash = \(hash)").first else {
                    return .refused
                }
                let session = SessionID(try used.string("session_id"))
                try sql.execute("UPDATE sessions SET ended_at = \(now) WHERE id = \(session) AND ended_at IS NULL")
                return .reused(session: session)
            }
            let session = SessionID(try taken.string("session_id"))
            let expires = now + AuthLimits.sessionLife
            let kept = try sql.rows(
                """
                UPDATE sessions SET last_used_at = \(now), expires_at = \(expires), device = \(device)
                WHERE id = \(session) AND ended_at IS NULL AND expires_at > \(now) RETURNING user_id
                """
            ).first
            guard let kept, let user = try AccountRepository.user(id: try kept.string("user_id"), in: sql) else {
                return .refused
            }
            try Self.insertToken(newHash, session: session, at: now, in: sql)
            return .rotated(session: session, user: user)
        }
    }

    /// Ends sessions of `user`: one, or all.
    ///
    /// Returns those that were open.
    func end(_ session: SessionID?, of user: UserID, at now: Timestamp) async throws -> [SessionID] {
        try await database.write { sql in try Self.end(session, of: user, at: now, in: sql) }
    }

    static func end(
        _ session: SessionID?,
        of user: UserID,
        at now: Timestamp,
        in sql: any SQLSession
    ) throws -> [SessionID] {
        var query: Query = "UPDATE sessions SET ended_at = \(now) WHERE user_id = \(user) AND ended_at IS NULL"
        if let session { query += " AND id = \(session)" }
        query += " RETURNING id"
        return try ended(sql.rows(query))
    }

    func open(of user: UserID, at now: Timestamp) async throws -> [Session] {
        try await database.rows(
            """
            SELECT id, device, created_at, last_used_at FROM sessions
            WHERE user_id = \(user) AND ended_at IS NULL AND expires_at > \(now)
            ORDER BY last_used_at DESC, id DESC LIMIT 100
            """
        ).map { row in
            Session(
                id: SessionID(try row.string("id")),
                device: try row.string("device"),
                createdAt: try row.timestamp("created_at"),
                lastUsedAt: try row.timestamp("last_used_at")
            )
        }
    }

    /// Sessions that ended after `moment`: their access tokens may still be about.
    func ended(since moment: Timestamp) async throws -> [SessionID] {
        try Self.ended(await database.rows("SELECT id FROM sessions WHERE ended_at > \(moment) LIMIT 100000"))
    }

    /// Removes what nothing refers to any more: sessions that ended or expired before `moment`, with their tokens.
    func prune(before moment: Timestamp) async throws {
        try await database.write { sql in
            _ = try sql.execute("DELETE FROM sessions WHERE ended_at < \(moment) OR expires_at < \(moment)")
        }
    }

    private static func insertToken(
        _ hash: String,
        session: SessionID,
        at now: Timestamp,
        in sql: any SQLSession
    ) throws {
        try sql.execute(
            "INSERT INTO refresh_tokens (hash, session_id, created_at) VALUES (\(hash), \(session), \(now))"
        )
    }

    private static func ended(_ rows: [Row]) throws -> [SessionID] {
        try rows.map { SessionID(try $0.string("id")) }
    }
}
