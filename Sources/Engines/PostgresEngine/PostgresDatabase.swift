public import AtlasPorts
import Synchronization

/// PostgreSQL 15 or newer through libpq: writes go to the primary, reads to the replicas in turn where there are any.
public final class PostgresDatabase: Database {
    private let primary: PostgresPool
    private let replicas: [PostgresPool]
    private let turn = Atomic<Int>(0)

    /// PostgreSQL's.
    public var dialect: Dialect { .postgres }

    /// Opens nothing yet; the first transaction does.
    ///
    /// - Parameters:
    ///   - url: As libpq takes it.
    ///   - maxConnections: Of each server.
    public init(url: String, replicaURLs: [String] = [], maxConnections: Int = 8) throws {
        primary = PostgresPool(url: url, limit: maxConnections)
        replicas = replicaURLs.map { PostgresPool(url: $0, limit: maxConnections) }
    }

    /// Runs `body` on a snapshot.
    public func read<Result: Sendable>(
        _ body: @escaping @Sendable (any SQLSession) throws -> Result
    ) async throws -> Result {
        var pool = primary
        if !replicas.isEmpty {
            let next = turn.wrappingAdd(1, ordering: .relaxed).newValue
            pool = replicas[Int(UInt(bitPattern: next) % UInt(replicas.count))]
        }
        return try await transaction(pool, begin: "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", body)
    }

    /// Runs `body` in a transaction on the primary.
    public func write<Result: Sendable>(
        _ body: @escaping @Sendable (any SQLSession) throws -> Result
    ) async throws -> Result {
        try await transaction(primary, begin: "BEGIN", body)
    }

    /// Runs a statement that PostgreSQL refuses inside a transaction, such as CREATE DATABASE.
    package func outsideTransaction(_ statement: String) async throws {
        try await primary.run { try $0.script(statement) }
    }

    /// Closes every connection once its transaction has ended.
    public func close() async {
        for pool in [primary] + replicas { pool.close() }
    }

    private func transaction<Result: Sendable>(
        _ pool: PostgresPool,
        begin: String,
        _ body: @escaping @Sendable (any SQLSession) throws -> Result
    ) async throws -> Result {
        try await pool.run { connection in
            var attempt = 1
            while true {
                do {
                    return try Self.once(connection, begin: begin, body)
                } catch let error as DatabaseError where error.kind == .retryable && attempt < DatabaseLimits.attempts {
                    attempt += 1
                }
            }
        }
    }

    private static func once<Result>(
        _ connection: PostgresConnection,
        begin: String,
        _ body: (any SQLSession) throws -> Result
    ) throws -> Result {
        do {
            try connection.script(begin)
        } catch let error as DatabaseError where error.kind == .unavailable {
            // A connection that lay idle while the server restarted; nothing has happened on it yet.
            try connection.reconnect()
            try connection.script(begin)
        }
        let result: Result
        do {
            result = try body(connection)
        } catch {
            // If the connection is gone, the server rolls back by itself.
            try? connection.script("ROLLBACK")
            throw error
        }
        do {
            try connection.script("COMMIT")
        } catch let error as DatabaseError where error.kind == .unavailable {
            throw DatabaseError(.unavailable, "the connection was lost at COMMIT; whether it happened is not known")
        }
        return result
    }
}
