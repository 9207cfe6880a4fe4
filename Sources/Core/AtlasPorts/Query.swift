public import AtlasCore

/// One value in a statement's parameters or in a row.
public enum SQLValue: Sendable, Equatable {
    /// SQL NULL.
    case null
    /// A 64-bit integer; booleans are 0 and 1.
    case integer(Int64)
    /// A double.
    case real(Double)
    /// UTF-8 text.
    case text(String)
    /// Bytes.
    case blob([UInt8])
    /// A boolean; PostgreSQL needs to know, SQLite stores 0 or 1.
    case boolean(Bool)
}

/// A type that may be interpolated into a `Query`.
public protocol SQLConvertible {
    /// The value as the database takes it.
    var sqlValue: SQLValue { get }
}

extension SQLValue: SQLConvertible {
    /// Itself.
    public var sqlValue: SQLValue { self }
}
extension String: SQLConvertible {
    /// Text.
    ///
    /// NUL characters, which PostgreSQL cannot hold, become U+FFFD.
    public var sqlValue: SQLValue {
        .text(utf8.contains(0) ? String(map { $0 == "\0" ? "\u{FFFD}" : $0 }) : self)
    }
}
extension Int: SQLConvertible {
    /// An integer.
    public var sqlValue: SQLValue { .integer(Int64(self)) }
}
extension Int64: SQLConvertible {
    /// An integer.
    public var sqlValue: SQLValue { .integer(self) }
}
extension Double: SQLConvertible {
    /// A double.
    public var sqlValue: SQLValue { .real(self) }
}
extension Bool: SQLConvertible {
    /// A boolean.
    public var sqlValue: SQLValue { .boolean(self) }
}
extension [UInt8]: SQLConvertible {
    /// Bytes.
    public var sqlValue: SQLValue { .blob(self) }
}
extension Timestamp: SQLConvertible {
    /// Milliseconds since the epoch.
    public var sqlValue: SQLValue { .integer(milliseconds) }
}
extension Identifier: SQLConvertible {
    /// The raw text.
    public var sqlValue: SQLValue { rawValue.sqlValue }
}
extension Optional: SQLConvertible where Wrapped: SQLConvertible {
    /// The value, or NULL.
    public var sqlValue: SQLValue { self?.sqlValue ?? .null }
}

/// SQL text with its parameters: an interpolated value is always bound, never pasted.
///
///     session.rows("SELECT title FROM diagrams WHERE id = \(id)")
///
/// Placeholders are numbered in order of appearance (`$1`, `$2` …), which SQLite and PostgreSQL read alike.
public struct Query: Sendable, ExpressibleByStringInterpolation {
    /// The text, with `$n` where the parameters go.
    public private(set) var text: String
    /// The parameters in order.
    public private(set) var parameters: [SQLValue]

    /// Text without parameters.
    public init(stringLiteral value: String) {
        text = value
        parameters = []
    }

    /// Text with bound parameters.
    public init(stringInterpolation: StringInterpolation) {
        text = stringInterpolation.text
        parameters = stringInterpolation.parameters
    }

    /// Collects text and parameters.
    public struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var text = ""
        fileprivate var parameters: [SQLValue] = []

        /// Starts with room for the text.
        public init(literalCapacity: Int, interpolationCount: Int) {
            text.reserveCapacity(literalCapacity + interpolationCount * 3)
        }

        /// Adds SQL text.
        public mutating func appendLiteral(_ literal: String) {
            text += literal
        }

        /// Binds a value.
        public mutating func appendInterpolation(_ value: some SQLConvertible) {
            parameters.append(value.sqlValue)
            text += "$\(parameters.count)"
        }

        /// Binds a value, or NULL.
        public mutating func appendInterpolation(_ value: (some SQLConvertible)?) {
            appendInterpolation(value?.sqlValue ?? .null)
        }

        /// Binds each element, separated by commas: `IN (\(list: ids))`.
        ///
        /// An empty list becomes NULL, which equals nothing.
        public mutating func appendInterpolation(list values: [some SQLConvertible]) {
            guard !values.isEmpty else { return text += "NULL" }
            for (index, value) in values.enumerated() {
                if index > 0 { text += ", " }
                appendInterpolation(value)
            }
        }

        /// Adds another query with its parameters renumbered.
        public mutating func appendInterpolation(_ other: Query) {
            text += other.renumbered(after: parameters.count)
            parameters += other.parameters
        }

        /// Adds text that is not a value, such as a column's name.
        ///
        /// Never text from outside.
        public mutating func appendInterpolation(unsafeSQL: StaticString) {
            text += "\(unsafeSQL)"
        }
    }

    /// Appends a part, as in `query += " AND category = \(category)"`.
    public static func += (query: inout Query, part: Query) {
        query.text += part.renumbered(after: query.parameters.count)
        query.parameters += part.parameters
    }

    private func renumbered(after count: Int) -> String {
        guard count > 0, !parameters.isEmpty else { return text }
        var result = ""
        var digits: String?
        func flush(_ result: inout String, _ digits: String) {
            result += "$" + (Int(digits).map { String($0 + count) } ?? digits)
        }
        for character in text {
            if let known = digits {
                if character.isASCII, character.isNumber {
                    digits = known + String(character)
                    continue
                }
                flush(&result, known)
                digits = nil
            }
            if character == "$" { digits = "" } else { result.append(character) }
        }
        if let digits { flush(&result, digits) }
        return result
    }
}
