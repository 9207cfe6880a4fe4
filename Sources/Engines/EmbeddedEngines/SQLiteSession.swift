import AtlasPorts
import Foundation
import GRDB

/// One connection, for the length of a transaction.
final class SQLiteSession: SQLSession {
    /// Statements with more parameters are not kept: lists of every length would fill the cache.
    private static let cachedParameters = 64

    /// What the first failed statement threw.
    private(set) var firstFailure: (any Error)?
    private let db: GRDB.Database

    init(_ db: GRDB.Database) { self.db = db }

    var dialect: Dialect { .sqlite }

    func rows(_ query: Query) throws -> [AtlasPorts.Row] {
        try translating {
            let statement = try statement(query)
            let columns = statement.columnNames
            let cursor = try GRDB.Row.fetchCursor(statement)
            var rows: [AtlasPorts.Row] = []
            while let row = try cursor.next() {
                rows.append(AtlasPorts.Row(columns: columns, values: columns.indices.map { Self.value(row, $0) }))
            }
            return rows
        }
    }

    func execute(_ query: Query) throws -> Int {
        try translating {
            let before = db.totalChangesCount
            try statement(query).execute()
            // SQLite keeps the count of an earlier statement if this one changes nothing by its nature.
            return db.totalChangesCount == before ? 0 : db.changesCount
        }
    }

    func script(_ text: String) throws {
        try translating { try db.execute(sql: text) }
    }

    /// Generated placeholders appear in the order of their numbers, which is how SQLite counts them.
    private func statement(_ query: Query) throws -> Statement {
        let isKept = query.parameters.count <= Self.cachedParameters
        let statement = try isKept ? db.cachedStatement(sql: query.text) : db.makeStatement(sql: query.text)
        try statement.setArguments(StatementArguments(query.parameters.map(\.databaseValue)))
        return statement
    }

    private func translating<Value>(_ work: () throws -> Value) throws -> Value {
        do {
            return try work()
        } catch {
            let failure = SQLiteDatabase.failure(error)
            firstFailure = firstFailure ?? failure
            throw failure
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
