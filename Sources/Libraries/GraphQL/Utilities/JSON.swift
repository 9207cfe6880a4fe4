/// Why bytes are not the JSON that was expected.
public struct JSONError: Error, Sendable, Equatable {
    /// What is wrong.
    public let message: String
    /// At which byte, from 0.
    public let offset: Int
}

/// A strict JSON reader (RFC 8259) with limits, for input from outside.
///
/// A member that occurs twice has its last value, at its first place. Whole numbers that fit 64 bits are `int`, all
/// others `double`, infinite beyond its range. Text must be valid UTF-8; escapes of lone surrogates read as U+FFFD.
public enum JSON {
    /// How deep arrays and objects may nest unless the caller says otherwise.
    public static let defaultDepth = 128

    /// Reads one value.
    ///
    /// - Parameters:
    ///   - maxDepth: How deep arrays and objects may nest; at most 1,000.
    ///   - maxBytes: The most bytes that are accepted.
    public static func parse(
        _ bytes: [UInt8],
        maxDepth: Int = defaultDepth,
        maxBytes: Int = .max
    ) throws(JSONError) -> Value {
        let result = bytes.withUnsafeBytes { buffer -> Result<Value, JSONError> in
            do throws(JSONError) {
                return .success(try parse(buffer, maxDepth: maxDepth, maxBytes: maxBytes))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    /// Reads one value from memory that stays valid during the call.
    public static func parse(
        _ bytes: UnsafeRawBufferPointer,
        maxDepth: Int = defaultDepth,
        maxBytes: Int = .max
    ) throws(JSONError) -> Value {
        guard bytes.count <= maxBytes else {
            throw JSONError(message: "The text is larger than \(maxBytes) bytes.", offset: maxBytes)
        }
        var reader = JSONReader(bytes: bytes, maxDepth: min(maxDepth, 1_000))
        return try reader.document()
    }
}

/// Reads JSON from a buffer.
private struct JSONReader {
    let bytes: UnsafeRawBufferPointer
    let maxDepth: Int
    var position = 0

    init(bytes: UnsafeRawBufferPointer, maxDepth: Int) {
        self.bytes = bytes
        self.maxDepth = maxDepth
    }

    mutating func document() throws(JSONError) -> Value {
        skipBlanks()
        let value = try value(depth: 0)
        skipBlanks()
        guard position == bytes.count else { throw error("Unexpected text after the value.") }
        return value
    }

    /// The byte at the current position; zero at the end.
    private var current: UInt8 { position < bytes.count ? bytes[position] : 0 }

    private mutating func skipBlanks() {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x09, 0x0A, 0x0D: position &+= 1
            default: return
            }
        }
    }

    private mutating func value(depth: Int) throws(JSONError) -> Value {
        switch current {
        case 0x7B:
            guard depth < maxDepth else { throw error("The value nests more than \(maxDepth) deep.") }
            return try object(depth: depth + 1)
        case 0x5B:
            guard depth < maxDepth else { throw error("The value nests more than \(maxDepth) deep.") }
            return try array(depth: depth + 1)
        case 0x22: return .string(try string())
        case 0x2D, 0x30...0x39: return try number()
        case 0x74: return try word("true", .bool(true))
        case 0x66: return try word("false", .bool(false))
        case 0x6E: return try word("null", .null)
        default: throw error(position < bytes.count ? "Unexpected character." : "Unexpected end.")
        }
    }

    private mutating func word(_ word: StaticString, _ value: Value) throws(JSONError) -> Value {
        let length = word.utf8CodeUnitCount
        guard position + length <= bytes.count else { throw error("Unexpected end.") }
        for index in 0..<length where bytes[position + index] != word.utf8Start[index] {
            throw error("Unexpected character.")
        }
        position += length
        return value
    }

    private mutating func array(depth: Int) throws(JSONError) -> Value {
        position += 1
        var items: [Value] = []
        skipBlanks()
        if current == 0x5D {
            position += 1
            return .list(items)
        }
        while true {
            skipBlanks()
            items.append(try value(depth: depth))
            skipBlanks()
            if try ends(with: 0x5D) { return .list(items) }
        }
    }

    private mutating func object(depth: Int) throws(JSONError) -> Value {
        position += 1
        var members = MemberList()
        skipBlanks()
        if current == 0x7D {
            position += 1
            return .emptyObject
        }
        while true {
            skipBlanks()
            guard current == 0x22 else { throw error("Expected a member's name.") }
            let name = try string()
            skipBlanks()
            guard current == 0x3A else { throw error("Expected a colon.") }
            position += 1
            skipBlanks()
            members.set(name, try value(depth: depth))
            skipBlanks()
            if try ends(with: 0x7D) { return .object(members.list) }
        }
    }

    /// Consumes a comma or the closing bracket; `true` for the latter.
    private mutating func ends(with close: UInt8) throws(JSONError) -> Bool {
        let unit = current
        guard position < bytes.count, unit == 0x2C || unit == close else {
            throw error("Expected a comma or a closing bracket.")
        }
        position += 1
        return unit == close
    }

    // MARK: Numbers

    private mutating func number() throws(JSONError) -> Value {
        let start = position
        var isWhole = true
        if current == 0x2D { position += 1 }
        if current == 0x30 {
            position += 1
        } else {
            try digits()
        }
        if current == 0x2E {
            isWhole = false
            position += 1
            try digits()
        }
        if current | 0x20 == 0x65 {
            isWhole = false
            position += 1
            if current == 0x2B || current == 0x2D { position += 1 }
            try digits()
        }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        if isWhole, text.utf8.count <= 20, let whole = Int64(text) { return .int(whole) }
        return .double(Double(text) ?? 0)
    }

    private mutating func digits() throws(JSONError) {
        guard Lexer.isDigit(current) else { throw error("Expected a digit.") }
        while Lexer.isDigit(current) { position &+= 1 }
    }

    // MARK: Strings

    private mutating func string() throws(JSONError) -> String {
        position += 1
        let start = position
        while position < bytes.count {
            let unit = bytes[position]
            if unit == 0x22 {
                let text = try text(start..<position)
                position += 1
                return text
            }
            if unit == 0x5C { return try escapedString(start) }
            guard unit >= 0x20 else { throw error("Unescaped control character in a string.") }
            position &+= 1
        }
        throw error("Unterminated string.")
    }

    private func text(_ range: Range<Int>) throws(JSONError) -> String {
        guard let text = String(validating: bytes[range], as: UTF8.self) else {
            throw JSONError(message: "The string is not UTF-8.", offset: range.lowerBound)
        }
        return text
    }

    /// Bytes are put together and checked once: a string may hold an escape at every second byte.
    private mutating func escapedString(_ start: Int) throws(JSONError) -> String {
        var result = Array(bytes[start..<position])
        var plain = position
        while position < bytes.count {
            switch bytes[position] {
            case 0x22:
                result += bytes[plain..<position]
                position += 1
                guard let text = String(validating: result, as: UTF8.self) else {
                    throw JSONError(message: "The string is not UTF-8.", offset: start)
                }
                return text
            case 0x5C:
                if plain < position { result += bytes[plain..<position] }
                result += UTF8.encode(try escape()) ?? UTF8.encodedReplacementCharacter
                plain = position
            case 0..<0x20:
                throw error("Unescaped control character in a string.")
            default:
                position &+= 1
            }
        }
        throw error("Unterminated string.")
    }

    private mutating func escape() throws(JSONError) -> Unicode.Scalar {
        position += 1
        let unit = current
        position += 1
        switch unit {
        case 0x22: return "\""
        case 0x5C: return "\\"
        case 0x2F: return "/"
        case 0x62: return "\u{8}"
        case 0x66: return "\u{C}"
        case 0x6E: return "\n"
        case 0x72: return "\r"
        case 0x74: return "\t"
        case 0x75: return try unicodeEscape()
        default:
            position -= 1
            throw error("Unknown escape sequence.")
        }
    }

    private mutating func unicodeEscape() throws(JSONError) -> Unicode.Scalar {
        let high = try fourDigits()
        if let scalar = Unicode.Scalar(high) { return scalar }
        guard high < 0xDC00, current == 0x5C, position + 1 < bytes.count, bytes[position + 1] == 0x75 else {
            return "\u{FFFD}"
        }
        let start = position
        position += 2
        let low = try fourDigits()
        guard 0xDC00...0xDFFF ~= low, let scalar = Unicode.Scalar(0x10000 + (high - 0xD800) << 10 + (low - 0xDC00))
        else {
            position = start
            return "\u{FFFD}"
        }
        return scalar
    }

    private mutating func fourDigits() throws(JSONError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            let unit = current
            switch unit {
            case 0x30...0x39: value = value << 4 | UInt32(unit - 0x30)
            case 0x41...0x46: value = value << 4 | UInt32(unit - 0x37)
            case 0x61...0x66: value = value << 4 | UInt32(unit - 0x57)
            default: throw error("Expected four hexadecimal digits.")
            }
            position += 1
        }
        return value
    }

    private func error(_ message: String) -> JSONError {
        JSONError(message: message, offset: min(position, bytes.count))
    }
}

/// Members in order, found by name quickly even when there are many.
private struct MemberList {
    private(set) var list: [Value.Member] = []
    private var index: [String: Int] = [:]

    /// Up to this many members are searched one by one.
    private static let linearLimit = 8

    mutating func set(_ name: String, _ value: Value) {
        if let position = position(name) {
            list[position].value = value
            return
        }
        list.append(Value.Member(name: name, value: value))
        guard list.count > Self.linearLimit else { return }
        if index.isEmpty {
            for (position, member) in list.enumerated() { index[member.name] = position }
        } else {
            index[name] = list.count - 1
        }
    }

    private func position(_ name: String) -> Int? {
        index.isEmpty ? list.firstIndex { $0.name == name } : index[name]
    }
}
