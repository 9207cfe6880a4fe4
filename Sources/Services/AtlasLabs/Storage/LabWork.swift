import AtlasAPI
import AtlasCore
import AtlasPorts

/// What is stored of a learner's work on a lab.
struct LabWork: Sendable, Equatable {
    let seed: Int
    let begunAt: Timestamp
    /// The blob with the files; `nil` before the set-up has run, and after a reset.
    var homeKey: String?
    var homeSavedAt: Timestamp?
    /// The blob with the files that the last reset put away.
    var undoKey: String?
    var undoSeed: Int?
    let attempts: Int
    let bestScoreFraction: Double
    let passedAt: Timestamp?

    var canRestore: Bool { undoKey != nil }

    init(_ row: Row) throws {
        seed = try row.int("seed")
        begunAt = try row.timestamp("begun_at")
        homeKey = try row.optionalString("home_key")
        homeSavedAt = try row.optionalTimestamp("home_saved_at")
        undoKey = try row.optionalString("undo_key")
        undoSeed = try row.optionalInt64("undo_seed").map { Int($0) }
        attempts = try row.int("attempts")
        bestScoreFraction = try row.double("best_score")
        passedAt = try row.optionalTimestamp("passed_at")
    }
}

/// The statements about `lab_work`.
struct WorkRows: Sendable {
    let database: any Database
    let clock: any WallClock
    let ids: any IDSource

    private static let seeds = 1...999_999

    /// The work, begun with a seed of its own if there is none yet.
    func begin(_ key: RunKey) async throws -> LabWork {
        if let known = try await find(key) { return known }
        let (now, seed) = (clock.now(), drawSeed())
        return try await database.write { session in
            try session.execute(
                """
                INSERT INTO lab_work (user_id, lab_id, seed, begun_at, touched_at, attempts, best_score)
                VALUES (\(key.user), \(key.lab), \(seed), \(now), \(now), 0, \(0.0)) ON CONFLICT DO NOTHING
                """
            )
            return try Self.one(key, in: session)
        }
    }

    /// The work; `nil` if it was not begun.
    func find(_ key: RunKey) async throws -> LabWork? {
        // `write`, so that PostgreSQL answers from the primary: what was just stored must be seen.
        try await database.write { session in
            try session.rows("SELECT * FROM lab_work WHERE user_id = \(key.user) AND lab_id = \(key.lab)").first
        }
        .map(LabWork.init)
    }

    /// All work of an account, by lab.
    func all(of user: UserID) async throws -> [LabID: LabWork] {
        var work: [LabID: LabWork] = [:]
        for row in try await database.rows("SELECT * FROM lab_work WHERE user_id = \(user)") {
            work[LabID(try row.string("lab_id"))] = try LabWork(row)
        }
        return work
    }

    /// Another number than `seed`.
    func drawSeed(otherThan seed: Int? = nil) -> Int {
        let number = ids.randomBytes(4).reduce(0) { $0 << 8 | Int($1) }
        let drawn = Self.seeds.lowerBound + number % Self.seeds.count
        guard drawn == seed else { return drawn }
        return drawn == Self.seeds.upperBound ? Self.seeds.lowerBound : drawn + 1
    }

    /// The home is now in `blob`.
    func setHome(_ key: RunKey, blob: String, at moment: Timestamp) async throws {
        try await database.write { session in
            _ = try session.execute(
                """
                UPDATE lab_work SET home_key = \(blob), home_saved_at = \(moment), touched_at = \(moment)
                WHERE user_id = \(key.user) AND lab_id = \(key.lab)
                """
            )
        }
    }

    /// Puts the home away, to begin anew with `seed`.
    func reset(_ key: RunKey, from work: LabWork, seed: Int) async throws {
        try await write(key, home: nil, undo: work.homeKey, undoSeed: work.seed, seed: seed)
    }

    /// Exchanges the home for what was put away.
    func exchange(_ key: RunKey, of work: LabWork) async throws {
        try await write(
            key,
            home: work.undoKey,
            undo: work.homeKey,
            undoSeed: work.seed,
            seed: work.undoSeed ?? work.seed
        )
    }

    private func write(_ key: RunKey, home: String?, undo: String?, undoSeed: Int, seed: Int) async throws {
        let now = clock.now()
        let savedAt = home == nil ? nil : now
        try await database.write { session in
            _ = try session.execute(
                """
                UPDATE lab_work SET home_key = \(home), home_saved_at = \(savedAt), undo_key = \(undo),
                    undo_seed = \(undo == nil ? nil : undoSeed), seed = \(seed), touched_at = \(now)
                WHERE user_id = \(key.user) AND lab_id = \(key.lab)
                """
            )
        }
    }

    /// Labs that nobody touched since `moment`, with their homes.
    func untouched(since moment: Timestamp, limit: Int) async throws -> [RunKey] {
        try await database.rows(
            """
            SELECT user_id, lab_id FROM lab_work
            WHERE touched_at < \(moment) AND (home_key IS NOT NULL OR undo_key IS NOT NULL)
            ORDER BY touched_at, user_id, lab_id LIMIT \(limit)
            """
        )
        .map { RunKey(user: UserID(try $0.string("user_id")), lab: LabID(try $0.string("lab_id"))) }
    }

    /// Forgets the files, not what was achieved.
    func forgetFiles(_ key: RunKey) async throws {
        try await database.write { session in
            _ = try session.execute(
                """
                UPDATE lab_work SET home_key = NULL, home_saved_at = NULL, undo_key = NULL, undo_seed = NULL
                WHERE user_id = \(key.user) AND lab_id = \(key.lab)
                """
            )
        }
    }

    static func one(_ key: RunKey, in session: any SQLSession) throws -> LabWork {
        let rows = try session.rows("SELECT * FROM lab_work WHERE user_id = \(key.user) AND lab_id = \(key.lab)")
        guard let row = rows.first else {
            throw AtlasError(.internalError, "Something went wrong on our side.", detail: "no lab_work of \(key)")
        }
        return try LabWork(row)
    }
}
