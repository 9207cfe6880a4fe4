import AtlasPorts
import CLibpq

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
struct PostgresParameter {
    let type: Oid
    /// `nil` for NULL.
    let bytes: [UInt8]?
    /// 0 for text, which ends at the first NUL byte; 1 for binary, which has a length.
    let format: Int32

    init(_ value: SQLValue) {
        switch value {
        // Type 0 lets the server infer it.
        case .null: (type, bytes, format) = (0, nil, 0)
        case .integer(let number): (type, bytes, format) = (TypeID.int8, Array(String(number).utf8), 0)
        case .real(let number): (type, bytes, format) = (TypeID.float8, Array("\(number)".utf8), 0)
        case .text(let text): (type, bytes, format) = (TypeID.text, Array(text.utf8), 1)
        case .blob(let blob): (type, bytes, format) = (TypeID.bytea, blob, 1)
        case .boolean(let flag): (type, bytes, format) = (TypeID.bool, [UInt8(ascii: flag ? "t" : "f")], 0)
        }
    }
}

/// A statement's answer, as long as libpq keeps it.
struct PostgresResult {
    private let result: OpaquePointer?

    init(_ result: OpaquePointer?) { self.result = result }

    var rows: [Row] {
        let fields = 0..<PQnfields(result)
        let names = fields.map { PQfname(result, $0).map { String(cString: $0) } ?? "" }
        let types = fields.map { PQftype(result, $0) }
        return (0..<PQntuples(result)).map { row in
            Row(columns: names, values: fields.map { value(row, $0, types[Int($0)]) })
        }
    }

    /// How many rows an INSERT, UPDATE or DELETE changed.
    var changedRows: Int {
        guard let tag = PQcmdStatus(result), !String(cString: tag).hasPrefix("SELECT") else { return 0 }
        return PQcmdTuples(result).flatMap { Int(String(cString: $0)) } ?? 0
    }

    private func value(_ row: Int32, _ column: Int32, _ type: Oid) -> SQLValue {
        guard PQgetisnull(result, row, column) == 0, let pointer = PQgetvalue(result, row, column) else { return .null }
        if type == TypeID.bytea { return .blob(Self.bytes(pointer)) }
        let length = Int(PQgetlength(result, row, column))
        let text = String(decoding: UnsafeRawBufferPointer(start: pointer, count: length), as: UTF8.self)
        switch type {
        case TypeID.int2, TypeID.int4, TypeID.int8: return Int64(text).map(SQLValue.integer) ?? .text(text)
        case TypeID.float4, TypeID.float8: return Double(text).map(SQLValue.real) ?? .text(text)
        // What `sum` of integers is, and an integer on SQLite.
        case TypeID.numeric: return Int64(text).map(SQLValue.integer) ?? Double(text).map(SQLValue.real) ?? .text(text)
        case TypeID.bool: return .boolean(text == "t")
        default: return .text(text)
        }
    }

    private static func bytes(_ pointer: UnsafePointer<CChar>) -> [UInt8] {
        var count = 0
        return pointer.withMemoryRebound(to: UInt8.self, capacity: 1) { escaped in
            guard let bytes = PQunescapeBytea(escaped, &count) else { return [] }
            defer { PQfreemem(bytes) }
            return Array(UnsafeBufferPointer(start: bytes, count: count))
        }
    }
}
