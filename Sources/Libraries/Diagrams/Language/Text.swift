extension UInt8 {
    /// The byte of an ASCII character.
    @inline(__always)
    init(of character: Unicode.Scalar) {
        self = UInt8(truncatingIfNeeded: character.value)
    }

    var isDigit: Bool { self >= 48 && self <= 57 }
    var isLetter: Bool { (self | 32) >= 97 && (self | 32) <= 122 }
    /// Part of a character outside ASCII.
    var isBeyondASCII: Bool { self >= 128 }
    var isSpace: Bool { self == 32 || self == 9 || self == 13 }
    var isNewline: Bool { self == 10 }
    /// A letter, digit, underscore, hyphen or anything outside ASCII.
    var isWordPart: Bool { isLetter || isDigit || self == 95 || self == 45 || isBeyondASCII }
    var lowercase: UInt8 { self >= 65 && self <= 90 ? self + 32 : self }
}

extension String {
    /// The bytes as text; invalid ones become U+FFFD.
    init(bytes: some Sequence<UInt8>) {
        self = String(decoding: Array(bytes), as: UTF8.self)
    }

    /// Line breaks and runs of space become one space; none at the ends.
    var onOneLine: String {
        var result: [UInt8] = []
        for byte in utf8 {
            if byte.isSpace || byte.isNewline {
                if let last = result.last, last != 32 { result.append(32) }
            } else {
                result.append(byte)
            }
        }
        if result.last == 32 { result.removeLast() }
        return String(bytes: result)
    }

    /// Without spaces and line breaks at both ends.
    var trimmed: String {
        String(bytes: Array(utf8).trimmed)
    }

    var lowercasedASCII: String {
        String(bytes: utf8.map { $0.lowercase })
    }

    /// The parts between single bytes, empty ones kept.
    func split(at separator: UInt8) -> [String] {
        utf8.split(separator: separator, omittingEmptySubsequences: false).map { String(bytes: $0) }
    }
}

extension [UInt8] {
    var trimmed: [UInt8] {
        var start = 0
        var end = count
        while start < end, self[start].isSpace || self[start].isNewline { start += 1 }
        while end > start, self[end - 1].isSpace || self[end - 1].isNewline { end -= 1 }
        return Array(self[start..<end])
    }

    func starts(with text: String, at offset: Int) -> Bool {
        var position = offset
        for byte in text.utf8 {
            guard position < count, self[position] == byte else { return false }
            position += 1
        }
        return true
    }

    mutating func append(_ text: String) {
        append(contentsOf: text.utf8)
    }
}

extension [String] {
    /// "a, b or c".
    func joined(by separator: String, last: String) -> String {
        var text = ""
        for (index, part) in enumerated() {
            if index > 0 { text += index == count - 1 ? last : separator }
            text += part
        }
        return text
    }
}
