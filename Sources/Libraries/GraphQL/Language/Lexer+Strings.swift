extension Lexer {
    /// Reads a quoted string up to its closing quote.
    mutating func string(_ start: Int) throws(GraphQLError) -> Token {
        var end = start &+ 1
        while true {
            switch base[end] {
            case 0x22:
                position = end &+ 1
                return Token(kind: .string, start: start, end: position)
            case 0x5C:
                end &+= try escape(end).length
            case 0x0A, 0x0D:
                throw error("Unterminated string.", end)
            case 0 where end >= count:
                throw error("Unterminated string.", end)
            case 0xED where isSurrogate(end):
                throw error("Invalid character within String: \(character(end)).", end)
            default:
                end &+= 1
            }
        }
    }

    /// Reads a block string up to its closing quotes.
    mutating func blockString(_ start: Int) throws(GraphQLError) -> Token {
        var end = start &+ 3
        while true {
            switch base[end] {
            case 0x22 where base[end &+ 1] == 0x22 && base[end &+ 2] == 0x22:
                position = end &+ 3
                return Token(kind: .blockString, start: start, end: position)
            case 0x5C where base[end &+ 1] == 0x22 && base[end &+ 2] == 0x22 && base[end &+ 3] == 0x22:
                end &+= 4
            case 0 where end >= count:
                throw error("Unterminated string.", end)
            case 0xED where isSurrogate(end):
                throw error("Invalid character within String: \(character(end)).", end)
            default:
                end &+= 1
            }
        }
    }

    /// One escape sequence of a quoted string.
    struct Escape {
        let scalar: UInt32
        let length: Int
    }

    /// Reads the escape sequence whose backslash is at `start`.
    func escape(_ start: Int) throws(GraphQLError) -> Escape {
        let scalar: UInt32
        switch base[start + 1] {
        case 0x22: scalar = 0x22
        case 0x5C: scalar = 0x5C
        case 0x2F: scalar = 0x2F
        case 0x62: scalar = 0x08
        case 0x66: scalar = 0x0C
        case 0x6E: scalar = 0x0A
        case 0x72: scalar = 0x0D
        case 0x74: scalar = 0x09
        case 0x75:
            return try base[start + 2] == 0x7B ? bracedEscape(start) : fixedEscape(start)
        default:
            throw error("Invalid character escape sequence: \"\(slice(start, units: 2))\".", start)
        }
        return Escape(scalar: scalar, length: 2)
    }

    private func bracedEscape(_ start: Int) throws(GraphQLError) -> Escape {
        var scalar: UInt32 = 0
        var size = 3
        while size < 12 {
            let unit = base[start + size]
            size += 1
            if unit == 0x7D {
                guard size >= 5, Unicode.Scalar(scalar) != nil else { break }
                return Escape(scalar: scalar, length: size)
            }
            guard let digit = Self.hexDigit(unit) else { break }
            scalar = scalar << 4 | digit
        }
        throw error("Invalid Unicode escape sequence: \"\(slice(start, units: size))\".", start)
    }

    private func fixedEscape(_ start: Int) throws(GraphQLError) -> Escape {
        if let unit = fourDigits(start + 2) {
            if Unicode.Scalar(unit) != nil { return Escape(scalar: unit, length: 6) }
            if unit < 0xDC00, base[start + 6] == 0x5C, base[start + 7] == 0x75,
                let low = fourDigits(start + 8), 0xDC00...0xDFFF ~= low
            {
                return Escape(scalar: 0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00), length: 12)
            }
        }
        throw error("Invalid Unicode escape sequence: \"\(slice(start, units: 6))\".", start)
    }

    private func fourDigits(_ start: Int) -> UInt32? {
        var value: UInt32 = 0
        for offset in 0..<4 {
            guard start + offset < count, let digit = Self.hexDigit(base[start + offset]) else { return nil }
            value = value << 4 | digit
        }
        return value
    }

    private static func hexDigit(_ unit: UInt8) -> UInt32? {
        switch unit {
        case 0x30...0x39: UInt32(unit - 0x30)
        case 0x41...0x46: UInt32(unit - 0x37)
        case 0x61...0x66: UInt32(unit - 0x57)
        default: nil
        }
    }

    /// The source from a byte on, as many UTF-16 units long as messages quote.
    private func slice(_ start: Int, units: Int) -> String {
        let rest = UnsafeBufferPointer(
            start: base + min(start, count),
            count: min(count - min(start, count), units * 3)
        )
        return String(decoding: String(decoding: rest, as: UTF8.self).utf16.prefix(units), as: UTF16.self)
    }

    // MARK: Values

    /// The text a string token stands for.
    func text(_ token: Token) -> String {
        switch token.kind {
        case .string: quotedText(token)
        case .blockString: blockText(token)
        default:
            String(
                decoding: UnsafeBufferPointer(start: base + token.start, count: token.end - token.start),
                as: UTF8.self
            )
        }
    }

    private func quotedText(_ token: Token) -> String {
        let inner = UnsafeBufferPointer(start: base + token.start + 1, count: token.end - token.start - 2)
        guard inner.contains(0x5C) else { return String(decoding: inner, as: UTF8.self) }
        var text = ""
        var position = token.start + 1
        var plain = position
        while position < token.end - 1 {
            guard base[position] == 0x5C, let escape = try? escape(position), escape.length > 0 else {
                position += 1
                continue
            }
            text += String(decoding: UnsafeBufferPointer(start: base + plain, count: position - plain), as: UTF8.self)
            if let scalar = Unicode.Scalar(escape.scalar) { text.unicodeScalars.append(scalar) }
            position += escape.length
            plain = position
        }
        text += String(decoding: UnsafeBufferPointer(start: base + plain, count: position - plain), as: UTF8.self)
        return text
    }

    private func blockText(_ token: Token) -> String {
        let raw = UnsafeBufferPointer(start: base + token.start + 3, count: token.end - token.start - 6)
        return BlockString.value(raw)
    }
}
