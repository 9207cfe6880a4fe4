import AtlasCore

/// One forward step of a service's tables.
///
/// Never edited after a release; there is no way back but a restore.
///
/// In `sql`, a line `-- only: sqlite` or `-- only: postgres` starts a part for one engine, up to `-- end`.
/// The word `BLOBTYPE` stands for `BLOB` on SQLite and `BYTEA` on PostgreSQL.
public struct Migration: Sendable {
    /// Whose tables, as in `content`.
    public let owner: String
    /// Counts from 1 within the owner.
    public let number: Int
    /// What it does, in a few words.
    public let reason: String
    /// The statements.
    public let sql: String

    /// A step.
    public init(owner: String, number: Int, reason: String, sql: String) {
        self.owner = owner
        self.number = number
        self.reason = reason
        self.sql = sql
    }

    /// The statements for `dialect`.
    public func statements(for dialect: Dialect) -> String {
        var kept: [Substring] = []
        var skipping = false
        for line in sql.split(separator: "\n", omittingEmptySubsequences: false) {
            let word = line.drop { $0 == " " }
            if word.hasPrefix("-- only:") {
                skipping = !word.hasSuffix(dialect == .sqlite ? "sqlite" : "postgres")
            } else if word.hasPrefix("-- end") {
                skipping = false
            } else if !skipping {
                kept.append(line)
            }
        }
        let text = kept.joined(separator: "\n")
        return text.replacing("BLOBTYPE", with: dialect == .sqlite ? "BLOB" : "BYTEA")
    }
}

/// Brings a database to the newest step of every service.
public enum Migrator {
    /// Applies what is missing, each step in a transaction of its own, in the order given.
    ///
    /// Two processes may start at once: the step's row is inserted first, so one of them waits and then finds it done.
    ///
    /// - Returns: What was applied, as `content 1: diagrams and their versions`.
    /// - Throws: `AtlasError.unavailable` if the database was made by a newer Atlas.
    public static func migrate(_ database: any Database, _ migrations: [Migration]) async throws -> [String] {
        try await database.write { session in
            if session.dialect == .postgres {
                // Two at once would both find no table and both make it; the number is this lock's name.
                _ = try session.rows("SELECT pg_advisory_xact_lock(7233181)")
            }
            try session.script(
                """
                CREATE TABLE IF NOT EXISTS schema_migrations (
                    owner TEXT NOT NULL, number INTEGER NOT NULL, reason TEXT NOT NULL, PRIMARY KEY (owner, number))
                """
            )
        }
        let newest = Dictionary(grouping: migrations, by: \.owner).mapValues { $0.map(\.number).max() ?? 0 }
        for row in try await database.rows("SELECT owner, max(number) AS number FROM schema_migrations GROUP BY owner")
        {
            let (owner, number) = (try row.string("owner"), try row.int("number"))
            if let known = newest[owner], number > known {
                throw AtlasError(
                    .unavailable,
                    "The database was made by a newer Atlas: \(owner) is at step \(number), this Atlas knows \(known)."
                )
            }
        }
        var applied: [String] = []
        for migration in migrations {
            let isNew = try await database.write { session in
                let inserted = try session.execute(
                    """
                    INSERT INTO schema_migrations (owner, number, reason)
                    VALUES (\(migration.owner), \(migration.number), \(migration.reason)) ON CONFLICT DO NOTHING
                    """
                )
                guard inserted == 1 else { return false }
                try session.script(migration.statements(for: session.dialect))
                return true
            }
            if isNew { applied.append("\(migration.owner) \(migration.number): \(migration.reason)") }
        }
        return applied
    }
}
