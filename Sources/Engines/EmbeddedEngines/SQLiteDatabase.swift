public import AtlasPorts
import Foundation
import GRDB

/// SQLite in write-ahead-log mode: many readers on snapshots, one writer, nothing to install.
public final class SQLiteDatabase: AtlasPorts.Database {
    /// Connections that read at once.
    private static let readers = 4

    private let pool: DatabasePool

    /// SQLite's.
    public var dialect: Dialect { .sqlite }

    /// Opens or makes the database file.
    ///
    /// Every commit is on disk when `write` returns (`synchronous = FULL`): neither a killed process nor a power cut
    /// loses it.
    ///
    /// - Throws: `DatabaseError` if the file cannot be opened or is no database.
    public init(path: String) throws {
        var configuration = GRDB.Configuration()
        configuration.foreignKeysEnabled = true
        configuration.busyMode = .timeout(Double(DatabaseLimits.wait.components.seconds))
        configuration.maximumReaderCount = Self.readers
        configuration.prepareDatabase { db in
            try db.execute(sql: "PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY")
        }
        do {
            pool = try DatabasePool(path: path, configuration: configuration)
        } catch {
            throw Self.failure(error)
        }
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
    public func write<Result: Sendable>(
        _ body: @escaping @Sendable (any SQLSession) throws -> Result
    ) async throws -> Result {
        do {
            return try await pool.write { try body(SQLiteSession($0)) }
        } catch {
            throw Self.failure(error)
        }
    }

    /// Closes every connection, after the transactions that run.
    public func close() async {
        do {
            try pool.close()
        } catch {
            // A statement of a cancelled task may still be open; the pool closes when it is released.
        }
    }

    static func failure(_ error: any Error) -> any Error {
        guard let error = error as? GRDB.DatabaseError else { return error }
        let kind: AtlasPorts.DatabaseError.Kind =
            switch error.extendedResultCode {
            case .SQLITE_CONSTRAINT_UNIQUE, .SQLITE_CONSTRAINT_PRIMARYKEY: .unique
            case .SQLITE_CONSTRAINT_FOREIGNKEY: .foreignKey
            case .SQLITE_CONSTRAINT_CHECK, .SQLITE_CONSTRAINT_NOTNULL: .check
            default: error.resultCode == .SQLITE_BUSY ? .retryable : .failed
            }
        return AtlasPorts.DatabaseError(kind, error.message ?? "\(error.resultCode)")
    }
}

/// One connection, for the length of a transaction.
private final class SQLiteSession: SQLSession {
    private let db: GRDB.Database

    init(_ db: GRDB.Database) { self.db = db }

    var dialect: Dialect { .sqlite }

    func rows(_ query: Query) throws -> [AtlasPorts.Row] {
        do {
            let statement = try db.cachedStatement(sql: query.text)
            try statement.setArguments(StatementArguments(query.parameters.map(\.databaseValue)))
            let columns = statement.columnNames
            return try GRDB.Row.fetchAll(statement).map { row in
                AtlasPorts.Row(columns: columns, values: (0..<columns.count).map { Self.value(row, $0) })
            }
        } catch {
            throw SQLiteDatabase.failure(error)
        }
    }

    func execute(_ query: Query) throws -> Int {
        do {
            let statement = try db.cachedStatement(sql: query.text)
            try statement.setArguments(StatementArguments(query.parameters.map(\.databaseValue)))
            try statement.execute()
            return db.changesCount
        } catch {
            throw SQLiteDatabase.failure(error)
        }
    }

    func script(_ text: String) throws {
        do {
            try db.execute(sql: text)
        } catch {
            throw SQLiteDatabase.failure(error)
        }
    }

    private static func value(_ row: GRDB.Row, _ index: Int) -> SQLValue {
        switch (row[index] as GRDB.DatabaseValue).storage {
        case .null: .null
        case .int64(let number): .integer(number)
        case .double(let number): .real(number)
        case .string(let text): .text(text)
        case .blob(let data): .blob([UInt8](data))
        }
    }
}

extension SQLValue {
    fileprivate var databaseValue: GRDB.DatabaseValue {
        switch self {
        case .null: .null
        case .integer(let number): number.databaseValue
        case .real(let number): number.databaseValue
        case .text(let text): text.databaseValue
        case .blob(let bytes): Data(bytes).databaseValue
        case .boolean(let flag): (flag ? 1 : 0).databaseValue
        }
    }
}
