import AtlasAPI
import AtlasCore
import AtlasPorts

/// What accounts were told and may not have seen.
struct NoticeService: Notifications {
    let database: any Database
    let clock: any WallClock

    func notices(limit: Int, onlyUnread: Bool, as caller: Caller) async throws -> [Notice] {
        let user = try caller.signedIn().user
        guard (1...NoticeLimits.page).contains(limit) else {
            throw AtlasError(.invalid, "Ask for 1 to \(NoticeLimits.page) notices.", field: "first")
        }
        return try await database.read { session in
            try NoticeRows(session: session).newest(limit, onlyUnread: onlyUnread, of: user)
        }
    }

    func markRead(_ ids: [NoticeID]?, as caller: Caller) async throws -> Int {
        let user = try caller.signedIn().user
        if let ids, ids.count > NoticeLimits.page {
            throw AtlasError(.invalid, "Name at most \(NoticeLimits.page) notices.", field: "ids")
        }
        let now = clock.now()
        return try await database.write { session in
            var query: Query = "UPDATE notifications SET read_at = \(now) WHERE user_id = \(user) AND read_at IS NULL"
            if let ids { query += " AND id IN (\(list: ids))" }
            try session.execute(query)
            let row = try session.rows(
                "SELECT COUNT(*) AS unread FROM notifications WHERE user_id = \(user) AND read_at IS NULL"
            ).first
            return try row?.int("unread") ?? 0
        }
    }
}
