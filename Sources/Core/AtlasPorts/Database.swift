public import AtlasCore

/// Which SQL the engine speaks where the two differ.
public enum Dialect: Sendable {
    /// SQLite 3.40 or newer, with FTS5.
    case sqlite
    /// PostgreSQL 15 or newer.
    case postgres
}

/// What a transaction's closure may do with its connection.
///
/// A session is valid only inside the closure it was handed to.
public protocol SQLSession: AnyObject {
    /// The SQL spoken here.
    var dialect: Dialect { get }

    /// Runs a statement and returns all its rows.
    ///
    /// - Throws: `DatabaseError`.
    func rows(_ query: Query) throws -> [Row]

    /// Runs a statement and returns how many rows it changed.
    ///
    /// - Throws: `DatabaseError`.
    @discardableResult
    func execute(_ query: Query) throws -> Int

    /// Runs several statements without parameters, separated by semicolons; for migrations.
    ///
    /// - Throws: `DatabaseError`.
    func script(_ text: String) throws
}

/// Tables with transactions.
///
/// Everything in one call to `write` happens, or nothing does.
///
/// The closures are synchronous: nothing can be awaited while a connection is held.
public protocol Database: Sendable {
    /// The SQL spoken here.
    var dialect: Dialect { get }

    /// Runs `body` on a consistent snapshot; PostgreSQL may answer from a replica.
    ///
    /// - Throws: what `body` throws, or `DatabaseError`.
    func read<Result: Sendable>(_ body: @escaping @Sendable (any SQLSession) throws -> Result) async throws -> Result

    /// Runs `body` in a transaction that commits if it returns and rolls back if it throws.
    ///
    /// An engine runs `body` again, at most `Limits.attempts` times, if the database asks for a retry;
    /// so `body` must have no effect but through its session.
    ///
    /// - Throws: what `body` throws, or `DatabaseError`.
    func write<Result: Sendable>(_ body: @escaping @Sendable (any SQLSession) throws -> Result) async throws -> Result

    /// Waits for running transactions, then closes every connection.
    func close() async
}

/// Limits that every database engine keeps.
public enum DatabaseLimits {
    /// How often a transaction is tried when the database reports a serialisation failure or a deadlock.
    public static let attempts = 5
    /// How long a writer waits for the lock, or a caller for a connection.
    public static let wait = Duration.seconds(10)
}

extension Database {
    /// Runs one reading statement.
    public func rows(_ query: Query) async throws -> [Row] {
        try await read { try $0.rows(query) }
    }
}

/// Why a statement failed, in the words of no particular engine.
public struct DatabaseError: Error, Sendable, CustomStringConvertible {
    /// What kind of failure it is.
    public enum Kind: Sendable, Equatable {
        /// A UNIQUE or PRIMARY KEY rule.
        case unique
        /// A FOREIGN KEY rule.
        case foreignKey
        /// A CHECK or NOT NULL rule.
        case check
        /// Busy, deadlock or serialisation failure after all attempts.
        case retryable
        /// No connection.
        case unavailable
        /// Anything else: a defect.
        case failed
    }

    /// The kind.
    public let kind: Kind
    /// The engine's own message, for the log; never with parameter values.
    public let message: String

    /// Made by engines.
    public init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }

    /// The error for a caller: the database is away, or something is wrong on our side.
    public var forCaller: AtlasError {
        switch kind {
        case .unavailable, .retryable:
            AtlasError(.unavailable, "The database does not answer just now. Try again in a moment.", cause: self)
        default:
            AtlasError(.internalError, "Something went wrong on our side.", cause: self)
        }
    }

    /// Kind and message.
    public var description: String { "database \(kind): \(message)" }
}
