/// Reads JSON as RFC 8259 defines it, with a limit on depth.
public struct JSONReader {
    /// Why a text is not JSON.
    public struct Failure: Error, Equatable, Sendable {
        /// Where, in bytes from the start.
        public var offset: Int
        /// What was expected there.
        public var expected: String
    }

    /// How deep arrays and objects may be nested.
    public static let deepest = 64

    private let bytes: [UInt8]
    private var position = 0

    /// The value that the bytes hold.
    public static func value(of bytes: [UInt8]) throws(Failure) -> JSONValue {
        var reader = JSONReader(bytes: bytes)
        let value = try reader.value(depth: 0)
        reader.skipSpace()
        guard reader.position == bytes.count else { throw reader.failure("the end") }
        return value
    }

    private init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    private mutating func value(depth: Int) throws(Failure) -> JSONValue {
        guard depth <= Self.deepest else { throw failure("at most \(Self.deepest) levels") }
        skipSpace()
        switch peek {
        case UInt8(ascii: "{"): return .object(try fields(depth: depth))
        case UInt8(ascii: "["): return .array(try elements(depth: depth))
        case UInt8(ascii: "\""): return .text(try text())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return .number(try number())
        }
    }

    private mutating func fields(depth: Int) throws(Failure) -> [JSONValue.Field] {
        position += 1
        var fields: [JSONValue.Field] = []
        skipSpace()
        if take(UInt8(ascii: "}")) { return fields }
        while true {
            skipSpace()
            guard peek == UInt8(ascii: "\"") else { throw failure("a key in quotes") }
            let key = try text()
            skipSpace()
            guard take(UInt8(ascii: ":")) else { throw failure("“:”") }
            fields.append(JSONValue.Field(key: key, value: try value(depth: depth + 1)))
            skipSpace()
            if take(UInt8(ascii: "}")) { return fields }
            guard take(UInt8(ascii: ",")) else { throw failure("“,” or “}”") }
        }
    }

    private mutating func elements(depth: Int) throws(Failure) -> [JSONValue] {
        position += 1
        var elements: [JSONValue] = []
        skipSpace()
        if take(UInt8(ascii: "]")) { return elements }
        while true {
            elements.append(try value(depth: depth + 1))
            skipSpace()
            if take(UInt8(ascii: "]")) { return elements }
            guard take(UInt8(ascii: ",")) else { throw failure("“,” or “]”") }
        }
    }

    private mutating func text() throws(Failure) -> String {
        position += 1
        var unescaped: [UInt8] = []
        while let byte = peek {
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: unescaped, as: UTF8.self)
            case UInt8(ascii: "\\"): try escape(into: &unescaped)
            case 0..<32:
                position -= 1
                throw failure("an escaped control character")
            default: unescaped.append(byte)
            }
        }
        throw failure("a closing quote")
    }

    private mutating func escape(into unescaped: inout [UInt8]) throws(Failure) {
        guard let byte = peek else { throw failure("an escape") }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): unescaped.append(byte)
        case UInt8(ascii: "b"): unescaped.append(8)
        case UInt8(ascii: "f"): unescaped.append(12)
        case UInt8(ascii: "n"): unescaped.append(10)
        case UInt8(ascii: "r"): unescaped.append(13)
        case UInt8(ascii: "t"): unescaped.append(9)
        case UInt8(ascii: "u"): append(try scalar(), to: &unescaped)
        default:
            position -= 1
            throw failure("one of \" \\ / b f n r t u")
        }
    }

    /// A scalar from one or two `\u` escapes; half a surrogate pair becomes U+FFFD.
    private mutating func scalar() throws(Failure) -> UInt32 {
        let first = try hexadecimal()
        guard (0xD800..<0xDC00).contains(first) else { return (0xDC00..<0xE000).contains(first) ? 0xFFFD : first }
        let start = position
        guard take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) else {
            position = start
            return 0xFFFD
        }
        let second = try hexadecimal()
        guard (0xDC00..<0xE000).contains(second) else {
            position = start
            return 0xFFFD
        }
        return 0x10000 + (first - 0xD800) << 10 + (second - 0xDC00)
    }

    private mutating func hexadecimal() throws(Failure) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = peek else { throw failure("four hexadecimal digits") }
            switch byte {
            case 48...57: value = value << 4 | UInt32(byte - 48)
            case 65...70: value = value << 4 | UInt32(byte - 55)
            case 97...102: value = value << 4 | UInt32(byte - 87)
            default: throw failure("four hexadecimal digits")
            }
            position += 1
        }
        return value
    }

    private func append(_ scalar: UInt32, to bytes: inout [UInt8]) {
        switch scalar {
        case 0..<0x80: bytes.append(UInt8(scalar))
        case 0x80..<0x800: bytes += [0xC0 | UInt8(scalar >> 6), continuation(scalar)]
        case 0x800..<0x10000: bytes += [0xE0 | UInt8(scalar >> 12), continuation(scalar >> 6), continuation(scalar)]
        default:
            bytes += [0xF0 | UInt8(scalar >> 18 & 7), continuation(scalar >> 12), continuation(scalar >> 6)]
            bytes.append(continuation(scalar))
        }
    }

    private func continuation(_ scalar: UInt32) -> UInt8 {
        0x80 | UInt8(scalar & 0x3F)
    }

    private mutating func number() throws(Failure) -> Double {
        let isNegative = take(UInt8(ascii: "-"))
        guard let first = peek, isDigit(first) else { throw failure("a value") }
        var mantissa = 0.0
        var scale = 0
        let start = position
        while let byte = peek, isDigit(byte) {
            mantissa = mantissa * 10 + Double(byte - 48)
            position += 1
        }
        guard first != 48 || position == start + 1 else { throw failure("a number without a leading zero") }
        if take(UInt8(ascii: ".")) {
            guard let byte = peek, isDigit(byte) else { throw failure("a digit") }
            while let byte = peek, isDigit(byte) {
                mantissa = mantissa * 10 + Double(byte - 48)
                scale -= 1
                position += 1
            }
        }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) { scale += try exponent() }
        let size = scaled(mantissa, by: scale)
        guard size.isFinite else { throw failure("a number that fits") }
        return isNegative ? -size : size
    }

    private mutating func exponent() throws(Failure) -> Int {
        let isNegative = take(UInt8(ascii: "-"))
        if !isNegative { _ = take(UInt8(ascii: "+")) }
        guard let byte = peek, isDigit(byte) else { throw failure("a digit") }
        var value = 0
        while let byte = peek, isDigit(byte) {
            value = min(value * 10 + Int(byte - 48), 9_999)
            position += 1
        }
        return isNegative ? -value : value
    }

    /// The mantissa times ten to a power; one division keeps short decimals exact.
    private func scaled(_ mantissa: Double, by power: Int) -> Double {
        guard mantissa != 0, mantissa.isFinite else { return mantissa }
        var factor = 1.0
        for _ in 0..<min(power.magnitude, 400) { factor *= 10 }
        return power < 0 ? mantissa / factor : mantissa * factor
    }

    private mutating func word(_ word: StaticString, _ value: JSONValue) throws(Failure) -> JSONValue {
        for index in 0..<word.utf8CodeUnitCount {
            guard peek == word.utf8Start[index] else { throw failure("a value") }
            position += 1
        }
        return value
    }

    private var peek: UInt8? {
        position < bytes.count ? bytes[position] : nil
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard peek == byte else { return false }
        position += 1
        return true
    }

    private mutating func skipSpace() {
        while let byte = peek, byte == 32 || byte == 9 || byte == 10 || byte == 13 { position += 1 }
    }

    private func isDigit(_ byte: UInt8) -> Bool {
        (48...57).contains(byte)
    }

    private func failure(_ expected: String) -> Failure {
        Failure(offset: position, expected: expected)
    }
}
