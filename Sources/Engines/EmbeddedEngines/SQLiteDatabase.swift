public import AtlasPorts
import Dispatch
import GRDB

/// SQLite in write-ahead-log mode: many readers on snapshots, one writer, nothing to install.
public final class SQLiteDatabase: AtlasPorts.Database {
    /// Connections that read at once.
    private static let readers = 4

    /// What a commit survives.
    public enum Durability: Sendable {
        /// A power cut: every commit waits for the disk (`synchronous = FULL`).
        case powerCut
        /// A killed process; a power cut may lose the last commits, but no more than that (`synchronous = NORMAL`).
        case killedProcess
    }

    private let pool: DatabasePool
    private let writer: GroupCommit

    /// SQLite's.
    public var dialect: Dialect { .sqlite }

    /// Opens or makes the database file.
    ///
    /// - Parameter durability: What a commit survives once `write` has returned.
    /// - Throws: `DatabaseError` if the file cannot be opened or is no database.
    public init(path: String, durability: Durability = .powerCut) throws {
        var configuration = GRDB.Configuration()
        configuration.foreignKeysEnabled = true
        configuration.busyMode = .timeout(Double(DatabaseLimits.wait.components.seconds))
        configuration.maximumReaderCount = Self.readers
        configuration.prepareDatabase { try $0.execute(sql: "PRAGMA temp_store = MEMORY") }
        do {
            pool = try DatabasePool(path: path, configuration: configuration)
            // Here, because the pool sets NORMAL when it is made.
            try pool.writeWithoutTransaction { db in
                try db.execute(sql: "PRAGMA synchronous = \(durability == .powerCut ? "FULL" : "NORMAL")")
            }
        } catch {
            throw Self.failure(error)
        }
        writer = GroupCommit(pool)
    }

    /// Runs `body` on a snapshot.
    public func read<Result: Sendable>(
        _ body: @escaping @Sendable (any SQLSession) throws -> Result
    ) async throws -> Result {
        do {
            return try await pool.read { try body(SQLiteSession($0)) }
        } catch {
            throw Self.failure(error)
        }
    }

    /// Runs `body` in the one writer's transaction.
    ///
    /// As on PostgreSQL, a failed statement fails the transaction even if `body` catches the error.
    public func write<Result: Sendable>(
        _ body: @escaping @Sendable (any SQLSession) throws -> Result
    ) async throws -> Result {
        try await writer.write(body)
    }

    /// Closes every connection, after the transactions that run.
    public func close() async {
        await withCheckedContinuation { continuation in
            // A thread of its own, because closing waits.
            DispatchQueue(label: "atlas.sqlite.close").async { [pool] in
                do {
                    try pool.close()
                } catch {
                    // A statement of a cancelled task may still be open; the pool closes when it is released.
                }
                continuation.resume()
            }
        }
    }

    /// Source: SQLite, "Result and Error Codes".
    static func failure(_ error: any Error) -> any Error {
        guard let error = error as? GRDB.DatabaseError else { return error }
        let kind: AtlasPorts.DatabaseError.Kind =
            switch (error.resultCode, error.extendedResultCode) {
            case (_, .SQLITE_CONSTRAINT_UNIQUE), (_, .SQLITE_CONSTRAINT_PRIMARYKEY): .unique
            case (_, .SQLITE_CONSTRAINT_FOREIGNKEY): .foreignKey
            case (_, .SQLITE_CONSTRAINT_CHECK), (_, .SQLITE_CONSTRAINT_NOTNULL): .check
            case (.SQLITE_BUSY, _), (.SQLITE_LOCKED, _): .retryable
            // MISUSE is what GRDB says of a closed connection.
            case (.SQLITE_CANTOPEN, _), (.SQLITE_IOERR, _), (.SQLITE_FULL, _), (.SQLITE_MISUSE, _): .unavailable
            default: .failed
            }
        return AtlasPorts.DatabaseError(kind, error.message ?? "\(error.resultCode)")
    }
}
