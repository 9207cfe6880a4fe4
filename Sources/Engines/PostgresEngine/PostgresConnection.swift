import AtlasCore
import AtlasPorts
import CLibpq
import Foundation

/// One libpq connection.
///
/// `@unchecked Sendable`: a connection is used by one transaction at a time, on the pool's thread that runs it; the pool
/// hands it over under its lock. It is a class so that the C handle has one owner, whose `deinit` frees it.
final class PostgresConnection: SQLSession, @unchecked Sendable {
    private let handle: OpaquePointer

    var dialect: Dialect { .postgres }

    /// - Throws: `DatabaseError` of kind `unavailable`, with libpq's message, which never holds the password.
    init(url: String) throws {
        guard let handle = PQconnectdb(url) else { throw DatabaseError(.unavailable, "libpq has no memory") }
        self.handle = handle
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

    var isUsable: Bool { PQstatus(handle) == CONNECTION_OK && PQtransactionStatus(handle) == PQTRANS_IDLE }

    func rows(_ query: Query) throws -> [Row] {
        try run(query) { result in
            let fields = PQnfields(result)
            let names = (0..<fields).map { Self.text(PQfname(result, $0)) }
            let types = (0..<fields).map { PQftype(result, $0) }
            return (0..<PQntuples(result)).map { row in
                Row(columns: names, values: (0..<fields).map { Self.value(result, row, $0, types[Int($0)]) })
            }
        }
    }

    func execute(_ query: Query) throws -> Int {
        try run(query) { result in Int(Self.text(PQcmdTuples(result))) ?? 0 }
    }

    func script(_ text: String) throws {
        let result = PQexec(handle, text)
        defer { PQclear(result) }
        try check(result)
    }

    /// Runs an unnamed statement, so that PgBouncer's transaction mode works without prepared statements.
    private func run<Value>(_ query: Query, _ read: (OpaquePointer?) throws -> Value) throws -> Value {
        let parameters = query.parameters.map(Parameter.init)
        let types = parameters.map(\.type)
        let lengths = parameters.map { Int32(clamping: $0.bytes?.count ?? 0) }
        let formats = parameters.map(\.format)
        let result = Self.withPointers(to: parameters) { values in
            PQexecParams(handle, query.text, Int32(parameters.count), types, values, lengths, formats, 0)
        }
        defer { PQclear(result) }
        try check(result)
        return try read(result)
    }

    private func check(_ result: OpaquePointer?) throws {
        switch PQresultStatus(result) {
        case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY: return
        default: break
        }
        guard PQstatus(handle) == CONNECTION_OK else {
            throw DatabaseError(.unavailable, "the connection was lost: \(Self.text(PQerrorMessage(handle)))")
        }
        // Only the primary message: the detail field may quote values.
        let state = Self.text(PQresultErrorField(result, Int32(Character("C").asciiValue ?? 0)))
        let message = Self.text(PQresultErrorField(result, Int32(Character("M").asciiValue ?? 0)))
        throw DatabaseError(Self.kind(state), "\(state) \(message)")
    }

    /// Source: PostgreSQL 15, appendix A, "Error Codes".
    private static func kind(_ state: String) -> DatabaseError.Kind {
        switch state {
        case "23505": .unique
        case "23503": .foreignKey
        case "23514", "23502": .check
        case "40001", "40P01", "55P03": .retryable
        case _ where state.hasPrefix("08") || state.hasPrefix("57P"): .unavailable
        default: .failed
        }
    }

    private static func text(_ pointer: UnsafePointer<CChar>?) -> String {
        pointer.map { String(cString: $0) }?.trimmingCharacters(in: .whitespacesAndNewlines) ?? ""
    }

    private static func value(_ result: OpaquePointer?, _ row: Int32, _ column: Int32, _ type: Oid) -> SQLValue {
        guard PQgetisnull(result, row, column) == 0, let pointer = PQgetvalue(result, row, column) else { return .null }
        let text = String(cString: pointer)
        switch type {
        case TypeID.int2, TypeID.int4, TypeID.int8: return Int64(text).map(SQLValue.integer) ?? .text(text)
        case TypeID.float4, TypeID.float8, TypeID.numeric: return Double(text).map(SQLValue.real) ?? .text(text)
        case TypeID.bool: return .boolean(text == "t")
        case TypeID.bytea: return .blob(Self.bytes(hex: text))
        default: return .text(text)
        }
    }

    /// Source: PostgreSQL 15, section 8.4.1, "bytea Hex Format".
    private static func bytes(hex text: String) -> [UInt8] {
        var bytes: [UInt8] = []
        var high: UInt8?
        for character in text.utf8.dropFirst(2) {
            guard let digit = Character(Unicode.Scalar(character)).hexDigitValue.map(UInt8.init) else { continue }
            if let known = high {
                bytes.append(known << 4 | digit)
                high = nil
            } else {
                high = digit
            }
        }
        return bytes
    }

    private static func withPointers<Value>(
        to parameters: [Parameter],
        _ body: ([UnsafePointer<CChar>?]) -> Value
    ) -> Value {
        let buffers = parameters.map { parameter -> UnsafeMutableBufferPointer<CChar>? in
            guard let bytes = parameter.bytes else { return nil }
            let buffer = UnsafeMutableBufferPointer<CChar>.allocate(capacity: bytes.count + 1)
            _ = buffer.initialize(from: bytes.map { CChar(bitPattern: $0) } + [0])
            return buffer
        }
        defer { for buffer in buffers { buffer?.deallocate() } }
        return body(buffers.map { UnsafePointer($0?.baseAddress) })
    }
}

/// Source: PostgreSQL's catalogue `pg_type.dat`.
private enum TypeID {
    static let bool: Oid = 16
    static let bytea: Oid = 17
    static let int8: Oid = 20
    static let int2: Oid = 21
    static let int4: Oid = 23
    static let text: Oid = 25
    static let float4: Oid = 700
    static let float8: Oid = 701
    static let numeric: Oid = 1700
}

/// A parameter as libpq takes it.
private struct Parameter {
    let type: Oid
    let bytes: [UInt8]?
    /// 0 for text, 1 for binary.
    let format: Int32

    init(_ value: SQLValue) {
        switch value {
        case .null: (type, bytes, format) = (0, nil, 0)
        case .integer(let number): (type, bytes, format) = (TypeID.int8, Array(String(number).utf8), 0)
        case .real(let number): (type, bytes, format) = (TypeID.float8, Array("\(number)".utf8), 0)
        case .text(let text): (type, bytes, format) = (TypeID.text, Array(text.utf8), 0)
        case .blob(let blob): (type, bytes, format) = (TypeID.bytea, blob, 1)
        case .boolean(let flag): (type, bytes, format) = (TypeID.bool, Array((flag ? "t" : "f").utf8), 0)
        }
    }
}
