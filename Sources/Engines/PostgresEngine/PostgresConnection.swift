import AtlasPorts
import CLibpq
import Foundation

/// One libpq connection.
///
/// `@unchecked Sendable`: a connection belongs to one seat of the pool, and only work on the seat's serial queue touches
/// it, one transaction at a time. It is a class so that the C handle has one owner, whose `deinit` frees it.
final class PostgresConnection: @unchecked Sendable {
    private let handle: OpaquePointer

    /// - Throws: `DatabaseError` of kind `unavailable`, with libpq's message, which never holds the password.
    init(_ address: PostgresAddress) throws {
        let made = Self.withCStrings(address.keywords) { keywords in
            Self.withCStrings(address.values) { values in PQconnectdbParams(keywords, values, 0) }
        }
        guard let made else { throw DatabaseError(.unavailable, "libpq has no memory") }
        handle = made
        try prepare()
    }

    /// Opens the connection anew to the same server.
    ///
    /// - Throws: `DatabaseError` of kind `unavailable`.
    func reconnect() throws {
        PQreset(handle)
        try prepare()
    }

    private func prepare() throws {
        guard PQstatus(handle) == CONNECTION_OK else {
            throw DatabaseError(.unavailable, Self.text(PQerrorMessage(handle)))
        }
        PQsetNoticeProcessor(handle, { _, _ in }, nil)
    }

    deinit { PQfinish(handle) }

    /// False when the connection was lost or a transaction could not be ended.
    var isUsable: Bool { PQstatus(handle) == CONNECTION_OK && PQtransactionStatus(handle) == PQTRANS_IDLE }

    func rows(_ query: Query) throws -> [Row] {
        try run(query) { PostgresResult($0).rows }
    }

    func execute(_ query: Query) throws -> Int {
        try run(query) { PostgresResult($0).changedRows }
    }

    func script(_ text: String) throws {
        let result = PQexec(handle, text)
        defer { PQclear(result) }
        try check(result)
    }

    /// - Throws: `DatabaseError`: `.unavailable` if nobody knows whether it happened.
    func commit() throws {
        let result = PQexec(handle, "COMMIT")
        defer { PQclear(result) }
        do {
            try check(result)
        } catch let error as DatabaseError where error.kind == .unavailable {
            throw DatabaseError(.unavailable, "the connection was lost at COMMIT; whether it happened is not known")
        }
        // PostgreSQL answers ROLLBACK, and no error, where a statement had failed before.
        guard Self.text(PQcmdStatus(result)) == "COMMIT" else {
            throw DatabaseError(.failed, "the transaction was rolled back at COMMIT")
        }
    }

    /// Ends the transaction, if there is one; if the connection is gone, the server does so by itself and `isUsable` is false.
    func rollBack() {
        guard PQtransactionStatus(handle) != PQTRANS_IDLE else { return }
        PQclear(PQexec(handle, "ROLLBACK"))
    }

    /// Runs an unnamed statement.
    private func run<Value>(_ query: Query, _ read: (OpaquePointer?) -> Value) throws -> Value {
        let parameters = query.parameters.map(PostgresParameter.init)
        let types = parameters.map(\.type)
        let lengths = parameters.map { Int32(clamping: $0.bytes?.count ?? 0) }
        let formats = parameters.map(\.format)
        let result = Self.withPointers(to: parameters) { values in
            PQexecParams(handle, query.text, Int32(clamping: parameters.count), types, values, lengths, formats, 0)
        }
        defer { PQclear(result) }
        try check(result)
        return read(result)
    }

    private func check(_ result: OpaquePointer?) throws {
        switch PQresultStatus(result) {
        case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY: return
        default: break
        }
        guard PQstatus(handle) == CONNECTION_OK else {
            throw DatabaseError(.unavailable, "the connection was lost: \(Self.text(PQerrorMessage(handle)))")
        }
        // Field C is the SQLSTATE, M the primary message; the detail field may quote values.
        let state = Self.text(PQresultErrorField(result, Int32(UInt8(ascii: "C"))))
        guard !state.isEmpty else { throw DatabaseError(.failed, Self.text(PQerrorMessage(handle))) }
        // In class 22 the primary message quotes the value too.
        let message =
            state.hasPrefix("22")
            ? "a value does not fit its type" : Self.text(PQresultErrorField(result, Int32(UInt8(ascii: "M"))))
        throw DatabaseError(Self.kind(state), "\(state) \(message)")
    }

    /// Source: PostgreSQL 15, appendix A, "Error Codes".
    private static func kind(_ state: String) -> DatabaseError.Kind {
        switch state {
        case "23505": .unique
        case "23503": .foreignKey
        case "23514", "23502": .check
        // Serialisation failure, deadlock, lock not available in time.
        case "40001", "40P01", "55P03": .retryable
        // Connection, resources, a server that stops or starts.
        case _ where state.hasPrefix("08") || state.hasPrefix("53") || state.hasPrefix("57P"): .unavailable
        default: .failed
        }
    }

    private static func text(_ pointer: UnsafePointer<CChar>?) -> String {
        pointer.map { String(cString: $0) }?.trimmingCharacters(in: .whitespacesAndNewlines) ?? ""
    }

    /// Pointers that are good for the length of `body`; NULL for NULL.
    private static func withPointers<Value>(
        to parameters: [PostgresParameter],
        _ body: ([UnsafePointer<CChar>?]) -> Value
    ) -> Value {
        let buffers = parameters.map { parameter -> UnsafeMutableBufferPointer<CChar>? in
            guard let bytes = parameter.bytes else { return nil }
            let buffer = UnsafeMutableBufferPointer<CChar>.allocate(capacity: bytes.count + 1)
            _ = buffer.initialize(fromContentsOf: bytes.lazy.map { CChar(bitPattern: $0) } + CollectionOfOne(0))
            return buffer
        }
        defer { for buffer in buffers { buffer?.deallocate() } }
        return body(buffers.map { UnsafePointer($0?.baseAddress) })
    }

    /// A NULL-terminated list of C strings that are good for the length of `body`.
    private static func withCStrings<Value>(
        _ texts: [String],
        _ body: ([UnsafePointer<CChar>?]) -> Value
    ) -> Value {
        let copies = texts.map { strdup($0) }
        defer { for copy in copies { free(copy) } }
        return body(copies.map { UnsafePointer($0) } + [nil])
    }
}
