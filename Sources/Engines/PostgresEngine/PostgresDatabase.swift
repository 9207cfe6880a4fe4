public import AtlasPorts
import Synchronization

/// PostgreSQL 15 or newer through libpq: writes go to the primary, reads to the replicas in turn where there are any.
///
/// Statements are unnamed, so PgBouncer may stand between, in transaction mode, in any version.
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
    /// - Throws: `AtlasError.invalid` if a URL is malformed.
    public init(url: String, replicaURLs: [String] = [], maxConnections: Int = 8) throws {
        primary = PostgresPool(address: try PostgresAddress(url: url), limit: maxConnections)
        replicas = try replicaURLs.map { PostgresPool(address: try PostgresAddress(url: $0), limit: maxConnections) }
    }

    /// Runs `body` on a snapshot of a replica, or of the primary if the replica is not there.
    public func read<Result: Sendable>(
        _ body: @escaping @Sendable (any SQLSession) throws -> Result
    ) async throws -> Result {
        guard !replicas.isEmpty else { return try await read(primary, body) }
        let next = turn.wrappingAdd(1, ordering: .relaxed).newValue
        do {
            return try await read(replicas[Int(UInt(bitPattern: next) % UInt(replicas.count))], body)
        } catch let error as DatabaseError where error.kind == .unavailable {
            return try await read(primary, body)
        }
    }

    /// Runs `body` in a transaction on the primary.
    ///
    /// A transaction sees what others commit meanwhile (READ COMMITTED): a rule that spans a SELECT and an UPDATE needs
    /// the condition in the UPDATE too. A failed statement fails the transaction even if `body` catches the error. If
    /// the connection is lost at COMMIT, the error is `.unavailable` and nothing is tried again.
    public func write<Result: Sendable>(
        _ body: @escaping @Sendable (any SQLSession) throws -> Result
    ) async throws -> Result {
        let wait = DatabaseLimits.wait.components.seconds
        let begin = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; SET LOCAL lock_timeout = '\(wait)s'"
        return try await primary.run { connection in
            try Self.retrying {
                try Self.transaction(connection, begin: begin) { session in
                    let result = try body(session)
                    if let failure = session.firstFailure { throw failure }
                    try connection.commit()
                    return result
                }
            }
        }
    }

    /// Runs a statement that PostgreSQL refuses inside a transaction, such as CREATE DATABASE.
    package func outsideTransaction(_ statement: String) async throws {
        try await primary.run { try $0.script(statement) }
    }

    /// Waits for the transactions that run, then closes every connection.
    public func close() async {
        for pool in [primary] + replicas { await pool.close() }
    }

    /// The caller has its answer before the transaction ends: there is nothing more to learn from a snapshot.
    private func read<Result: Sendable>(
        _ pool: PostgresPool,
        _ body: @escaping @Sendable (any SQLSession) throws -> Result
    ) async throws -> Result {
        try await pool.run { connection in
            try Self.retrying {
                try Self.transaction(connection, begin: "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", body)
            }
        } afterwards: { connection in
            connection.rollBack()
        }
    }

    private static func retrying<Result>(_ work: () throws -> Result) throws -> Result {
        let deadline = ContinuousClock.now + DatabaseLimits.wait
        var attempt = 1
        while true {
            do {
                return try work()
            } catch let error as DatabaseError
                where error.kind == .retryable && attempt < DatabaseLimits.attempts && .now < deadline
            {
                attempt += 1
            }
        }
    }

    /// Begins a transaction and rolls it back if `body` throws; ending it otherwise is the caller's.
    private static func transaction<Result>(
        _ connection: PostgresConnection,
        begin: String,
        _ body: (PostgresSession) throws -> Result
    ) throws -> Result {
        do {
            try connection.script(begin)
        } catch let error as DatabaseError where error.kind == .unavailable {
            // A connection that lay idle while the server restarted; nothing has happened on it yet.
            try connection.reconnect()
            try connection.script(begin)
        }
        do {
            return try body(PostgresSession(connection))
        } catch {
            connection.rollBack()
            throw error
        }
    }
}

/// One connection, for the length of a transaction.
private final class PostgresSession: SQLSession {
    /// What the first failed statement threw.
    private(set) var firstFailure: (any Error)?
    private let connection: PostgresConnection

    init(_ connection: PostgresConnection) { self.connection = connection }

    var dialect: Dialect { .postgres }

    func rows(_ query: Query) throws -> [Row] { try noting { try connection.rows(query) } }

    func execute(_ query: Query) throws -> Int { try noting { try connection.execute(query) } }

    func script(_ text: String) throws { try noting { try connection.script(text) } }

    private func noting<Value>(_ work: () throws -> Value) throws -> Value {
        do {
            return try work()
        } catch {
            firstFailure = firstFailure ?? error
            throw error
        }
    }
}
