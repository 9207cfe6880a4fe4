import AtlasAPI
import AtlasCore
import AtlasPorts
import Foundation

/// A run as it is stored.
struct StoredRun: Sendable {
    let key: RunKey
    let id: String
    let process: String
    let isActive: Bool
    let status: LabStatus
    let heartbeatAt: Timestamp

    init(_ row: Row) throws {
        key = RunKey(user: UserID(try row.string("user_id")), lab: LabID(try row.string("lab_id")))
        id = try row.string("run_id")
        process = try row.string("process")
        isActive = try row.bool("is_active")
        heartbeatAt = try row.timestamp("heartbeat_at")
        status = try JSONDecoder().decode(LabStatus.self, from: Data(try row.string("status").utf8))
    }
}

/// The statements about `lab_runs`: who runs what in which process.
struct RunRows: Sendable {
    let database: any Database
    let clock: any WallClock

    /// What `claim` found.
    enum Claim: Sendable {
        /// The run is the caller's process's now.
        case mine
        /// It is active already.
        case active(StoredRun)
        /// The account has as many as it may.
        case tooMany(Int)
    }

    /// Makes a run of this process, unless there is one or the account has too many.
    ///
    /// - Parameters:
    ///   - limit: Active runs of the account, at most.
    ///   - isGone: Whether the process of a stored run is gone.
    func claim(
        _ key: RunKey,
        run: String,
        process: String,
        status: LabStatus,
        limit: Int,
        isGone: @escaping @Sendable (StoredRun) -> Bool
    ) async throws -> Claim {
        let (now, text) = (clock.now(), try Self.text(status))
        return try await database.write { session in
            // Locks the account's rows on PostgreSQL by touching one that all its starts touch.
            try session.execute("UPDATE lab_work SET touched_at = touched_at WHERE user_id = \(key.user)")
            let runs = try session.rows("SELECT * FROM lab_runs WHERE user_id = \(key.user) AND is_active = 1")
                .map(StoredRun.init).filter { !isGone($0) }
            if let own = runs.first(where: { $0.key == key }) { return .active(own) }
            guard runs.count < limit else { return .tooMany(runs.count) }
            try session.execute(
                """
                INSERT INTO lab_runs (user_id, lab_id, run_id, process, is_active, status, began_at, heartbeat_at)
                VALUES (\(key.user), \(key.lab), \(run), \(process), 1, \(text), \(now), \(now))
                ON CONFLICT (user_id, lab_id) DO UPDATE SET run_id = excluded.run_id, process = excluded.process,
                    is_active = 1, status = excluded.status, began_at = excluded.began_at,
                    heartbeat_at = excluded.heartbeat_at
                """
            )
            return .mine
        }
    }

    /// Stores how far a run is, and an event with it.
    ///
    /// - Returns: False if the run is no longer this process's.
    @discardableResult
    func update(_ key: RunKey, run: String, status: LabStatus, event: OutboxEvent? = nil) async throws -> Bool {
        let (now, text) = (clock.now(), try Self.text(status))
        return try await database.write { session in
            let changed = try session.execute(
                """
                UPDATE lab_runs SET status = \(text), is_active = \(status.state.isActive ? 1 : 0), heartbeat_at = \(now)
                WHERE user_id = \(key.user) AND lab_id = \(key.lab) AND run_id = \(run)
                """
            )
            guard changed == 1 else { return false }
            if let event { try Outbox.append(event, at: now, in: session) }
            return true
        }
    }

    /// Says that the process is alive.
    ///
    /// - Returns: The ids of its active runs.
    func beat(_ process: String) async throws -> Set<String> {
        let now = clock.now()
        return try await database.write { session in
            try session.execute(
                "UPDATE lab_runs SET heartbeat_at = \(now) WHERE is_active = 1 AND process = \(process)"
            )
            let rows = try session.rows("SELECT run_id FROM lab_runs WHERE is_active = 1 AND process = \(process)")
            return Set(try rows.map { try $0.string("run_id") })
        }
    }

    /// Active runs of other processes than `process`.
    func others(than process: String) async throws -> [StoredRun] {
        try await database.write { session in
            try session.rows("SELECT * FROM lab_runs WHERE is_active = 1 AND process <> \(process)")
        }
        .map(StoredRun.init)
    }

    /// The run of a learner and a lab.
    func find(_ key: RunKey) async throws -> StoredRun? {
        try await database.write { session in
            try session.rows("SELECT * FROM lab_runs WHERE user_id = \(key.user) AND lab_id = \(key.lab)").first
        }
        .map(StoredRun.init)
    }

    /// The active runs of an account, oldest first.
    func active(of user: UserID) async throws -> [StoredRun] {
        try await database.write { session in
            try session.rows(
                "SELECT * FROM lab_runs WHERE user_id = \(user) AND is_active = 1 ORDER BY began_at, lab_id"
            )
        }
        .map(StoredRun.init)
    }

    private static func text(_ status: LabStatus) throws -> String {
        String(decoding: try JSONEncoder().encode(status), as: UTF8.self)
    }
}

extension RunRows {
    /// Ends rows that no process has a run for.
    func endStrays(_ ids: Set<String>, reason: String) async throws {
        let rows = try await database.write { session in
            try session.rows("SELECT * FROM lab_runs WHERE is_active = 1 AND run_id IN (\(list: ids.sorted()))")
        }
        for stored in try rows.map(StoredRun.init) {
            var status = stored.status
            status.state = .failed
            status.reason = reason
            try await update(stored.key, run: stored.id, status: status)
        }
    }
}
