public import AtlasCore

/// One row of an answer, its columns in the order of the SELECT.
public struct Row: Sendable {
    private let values: [SQLValue]
    private let columns: [String]

    /// Made by an engine; `columns` and `values` have the same length.
    public init(columns: [String], values: [SQLValue]) {
        self.columns = columns
        self.values = values
    }

    /// The value of `column`.
    ///
    /// - Throws: `AtlasError.internalError` if the row has no such column: a defect of the statement.
    public func value(_ column: String) throws -> SQLValue {
        guard let index = columns.firstIndex(of: column), index < values.count else {
            throw AtlasError(
                .internalError,
                "Something went wrong on our side.",
                detail: "no column \(column) in the row"
            )
        }
        return values[index]
    }

    /// The text in `column`.
    public func string(_ column: String) throws -> String {
        try optionalString(column).orMismatch(column)
    }

    /// The text in `column`, `nil` for NULL.
    public func optionalString(_ column: String) throws -> String? {
        switch try value(column) {
        case .null: nil
        case .text(let text): text
        case .integer(let number): String(number)
        default: throw mismatch(column)
        }
    }

    /// The integer in `column`.
    public func int64(_ column: String) throws -> Int64 {
        try optionalInt64(column).orMismatch(column)
    }

    /// The integer in `column`, `nil` for NULL.
    public func optionalInt64(_ column: String) throws -> Int64? {
        switch try value(column) {
        case .null: nil
        case .integer(let number): number
        case .boolean(let flag): flag ? 1 : 0
        default: throw mismatch(column)
        }
    }

    /// The integer in `column`.
    public func int(_ column: String) throws -> Int {
        Int(try int64(column))
    }

    /// The number in `column`.
    public func double(_ column: String) throws -> Double {
        switch try value(column) {
        case .real(let number): number
        case .integer(let number): Double(number)
        default: throw mismatch(column)
        }
    }

    /// The boolean in `column`; SQLite returns 0 and 1.
    public func bool(_ column: String) throws -> Bool {
        try int64(column) != 0
    }

    /// The bytes in `column`.
    public func bytes(_ column: String) throws -> [UInt8] {
        switch try value(column) {
        case .blob(let bytes): bytes
        case .text(let text): Array(text.utf8)
        default: throw mismatch(column)
        }
    }

    /// The moment in `column`.
    public func timestamp(_ column: String) throws -> Timestamp {
        Timestamp(milliseconds: try int64(column))
    }

    /// The moment in `column`, `nil` for NULL.
    public func optionalTimestamp(_ column: String) throws -> Timestamp? {
        try optionalInt64(column).map(Timestamp.init(milliseconds:))
    }
}

private func mismatch(_ column: String) -> AtlasError {
    AtlasError(.internalError, "Something went wrong on our side.", detail: "column \(column) has another type")
}

extension Optional {
    fileprivate func orMismatch(_ column: String) throws -> Wrapped {
        guard let self else { throw mismatch(column) }
        return self
    }
}
