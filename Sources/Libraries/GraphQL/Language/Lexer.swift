/// Splits UTF-8 source into tokens.
///
/// The bytes must be followed by `Source.padding` zero bytes, so that looking ahead needs no bounds check.
struct Lexer {
    let base: UnsafePointer<UInt8>
    let count: Int
    var position = 0

    init(_ base: UnsafePointer<UInt8>, count: Int) {
        self.base = base
        self.count = count
    }

    /// The next token; at the end of the source the end token, again and again.
    @inline(__always)
    mutating func next() throws(GraphQLError) -> Token {
        let start = ignoredEnd()
        let unit = base[start]
        if Self.isNameStart(unit) {
            var end = start &+ 1
            while Self.isNameContinue(base[end]) { end &+= 1 }
            position = end
            return Token(kind: .name, start: start, end: end)
        }
        if let kind = Self.punctuator(unit) {
            position = start &+ 1
            return Token(kind: kind, start: start, end: position)
        }
        switch unit {
        case 0 where start >= count:
            return Token(kind: .end, start: count, end: count)
        case 0x2E where base[start &+ 1] == 0x2E && base[start &+ 2] == 0x2E:
            position = start &+ 3
            return Token(kind: .spread, start: start, end: position)
        case 0x22:
            if base[start &+ 1] == 0x22, base[start &+ 2] == 0x22 { return try blockString(start) }
            return try string(start)
        case 0x2D, 0x30...0x39:
            return try number(start)
        default:
            throw unexpectedCharacter(start)
        }
    }

    /// Where the next token begins.
    @inline(__always)
    private func ignoredEnd() -> Int {
        var position = position
        while true {
            switch base[position] {
            case 0x20, 0x09, 0x2C, 0x0A, 0x0D:
                position &+= 1
            case 0x23:
                position = commentEnd(position)
            case 0xEF where base[position &+ 1] == 0xBB && base[position &+ 2] == 0xBF:
                position &+= 3
            default:
                return position
            }
        }
    }

    private func commentEnd(_ start: Int) -> Int {
        var position = start
        while true {
            let unit = base[position]
            if unit == 0x0A || unit == 0x0D { return position }
            if unit == 0, position >= count { return position }
            if unit == 0xED, isSurrogate(position) { return position }
            position &+= 1
        }
    }

    private static func punctuator(_ unit: UInt8) -> TokenKind? {
        switch unit {
        case 0x21: .bang
        case 0x24: .dollar
        case 0x26: .ampersand
        case 0x28: .parenthesisOpen
        case 0x29: .parenthesisClose
        case 0x3A: .colon
        case 0x3D: .equals
        case 0x40: .at
        case 0x5B: .bracketOpen
        case 0x5D: .bracketClose
        case 0x7B: .braceOpen
        case 0x7C: .pipe
        case 0x7D: .braceClose
        default: nil
        }
    }

    @inline(__always)
    static func isNameStart(_ unit: UInt8) -> Bool {
        (unit | 0x20) &- 0x61 < 26 || unit == 0x5F
    }

    @inline(__always)
    static func isNameContinue(_ unit: UInt8) -> Bool {
        (unit | 0x20) &- 0x61 < 26 || unit &- 0x30 < 10 || unit == 0x5F
    }

    @inline(__always)
    static func isDigit(_ unit: UInt8) -> Bool { unit &- 0x30 < 10 }

    // MARK: Numbers

    private mutating func number(_ start: Int) throws(GraphQLError) -> Token {
        var end = start
        var kind = TokenKind.int
        if base[end] == 0x2D { end += 1 }
        if base[end] == 0x30 {
            end += 1
            if Self.isDigit(base[end]) {
                throw error("Invalid number, unexpected digit after 0: \(character(end)).", end)
            }
        } else {
            try digits(&end)
        }
        if base[end] == 0x2E {
            kind = .float
            end += 1
            try digits(&end)
        }
        if base[end] | 0x20 == 0x65 {
            kind = .float
            end += 1
            if base[end] == 0x2B || base[end] == 0x2D { end += 1 }
            try digits(&end)
        }
        if base[end] == 0x2E || Self.isNameStart(base[end]) {
            throw error("Invalid number, expected digit but got: \(character(end)).", end)
        }
        position = end
        return Token(kind: kind, start: start, end: end)
    }

    private func digits(_ end: inout Int) throws(GraphQLError) {
        guard Self.isDigit(base[end]) else {
            throw error("Invalid number, expected digit but got: \(character(end)).", end)
        }
        while Self.isDigit(base[end]) { end &+= 1 }
    }

    // MARK: Errors

    /// A syntax error at a byte.
    func error(_ message: String, _ offset: Int) -> GraphQLError {
        let bytes = UnsafeBufferPointer(start: base, count: count)
        return GraphQLError(
            "Syntax Error: " + message,
            locations: [Source.location(of: offset, in: bytes)]
        )
    }

    private func unexpectedCharacter(_ offset: Int) -> GraphQLError {
        if base[offset] == 0x27 {
            return error("Unexpected single quote character ('), did you mean to use a double quote (\")?", offset)
        }
        let kind = isSurrogate(offset) ? "Invalid" : "Unexpected"
        return error("\(kind) character: \(character(offset)).", offset)
    }

    /// A character as messages show it.
    func character(_ offset: Int) -> String {
        guard offset < count else { return "<EOF>" }
        let scalar = scalarValue(offset)
        switch scalar {
        case 0x22: return "'\"'"
        case 0x20...0x7E: return "\"\(Character(UnicodeScalar(UInt8(scalar))))\""
        default:
            let hex = String(scalar, radix: 16, uppercase: true)
            return "U+" + String(repeating: "0", count: max(0, 4 - hex.count)) + hex
        }
    }

    /// The code point whose encoding starts at a byte; lone surrogates included.
    private func scalarValue(_ offset: Int) -> UInt32 {
        let first = UInt32(base[offset])
        func tail(_ distance: Int) -> UInt32 { UInt32(base[offset + distance] & 0x3F) }
        if first < 0x80 { return first }
        if first < 0xE0 { return (first & 0x1F) << 6 | tail(1) }
        if first < 0xF0 { return (first & 0x0F) << 12 | tail(1) << 6 | tail(2) }
        return (first & 0x07) << 18 | tail(1) << 12 | tail(2) << 6 | tail(3)
    }

    /// Whether half of a surrogate pair is encoded at a byte, which UTF-8 forbids.
    func isSurrogate(_ offset: Int) -> Bool {
        base[offset] == 0xED && base[offset + 1] >= 0xA0
    }
}
