/// Reads a source byte by byte; never past its end, where every byte is 0.
struct Scanner {
    let bytes: [UInt8]
    var position: Int
    private let lineStarts: [Int]

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        position = 0
        var starts = [0]
        for (offset, byte) in bytes.enumerated() where byte.isNewline { starts.append(offset + 1) }
        lineStarts = starts
    }

    var isAtEnd: Bool { position >= bytes.count }
    var current: UInt8 { peek(0) }

    @inline(__always)
    func peek(_ distance: Int) -> UInt8 {
        let offset = position + distance
        return offset >= 0 && offset < bytes.count ? bytes[offset] : 0
    }

    /// The line of an offset, counted from 1.
    func line(at offset: Int) -> Int {
        var low = 0
        var high = lineStarts.count
        while low + 1 < high {
            let middle = (low + high) / 2
            if lineStarts[middle] <= offset { low = middle } else { high = middle }
        }
        return low + 1
    }

    /// The column of an offset in Unicode scalars, counted from 1.
    func column(at offset: Int) -> Int {
        let start = lineStarts[line(at: offset) - 1]
        let end = min(offset, bytes.count)
        var count = 1
        for index in start..<max(start, end) where bytes[index] & 0xC0 != 0x80 { count += 1 }
        return count
    }

    /// The offset of the line break that ends the line of `offset`, or the end of the source.
    func lineEnd(from offset: Int) -> Int {
        let line = line(at: offset)
        return line < lineStarts.count ? lineStarts[line] - 1 : bytes.count
    }

    mutating func skipSpaces() {
        while current.isSpace { position += 1 }
    }

    mutating func skipBlank() {
        while !isAtEnd, current.isSpace || current.isNewline { position += 1 }
    }

    mutating func skipLine() {
        position = lineEnd(from: position)
    }

    func isNext(_ text: String) -> Bool {
        bytes.starts(with: text, at: position)
    }

    mutating func take(_ text: String) -> Bool {
        guard isNext(text) else { return false }
        position += text.utf8.count
        return true
    }

    mutating func take(_ byte: UInt8) -> Bool {
        guard !isAtEnd, current == byte else { return false }
        position += 1
        return true
    }

    /// The bytes up to the end of the line or the first of the given ones; moves there.
    mutating func takeLine(until stops: [UInt8] = []) -> [UInt8] {
        let start = position
        while !isAtEnd, !current.isNewline, !stops.contains(current) { position += 1 }
        return Array(bytes[start..<position])
    }

    /// The letters, digits, `_` and `-` that come next, without moving.
    func nextWord() -> [UInt8] {
        var end = position
        while end < bytes.count, bytes[end].isLetter || bytes[end].isDigit || bytes[end] == 95 || bytes[end] == 45 {
            end += 1
        }
        return Array(bytes[position..<end])
    }

    /// What is at the position, in words for a message.
    func found() -> String {
        if isAtEnd { return "the end of the source" }
        if current.isNewline || current == 13 { return "the end of the line" }
        var end = position
        if bytes[end].isWordPart {
            while end < bytes.count, bytes[end].isWordPart, end - position < 40 { end += 1 }
        } else {
            end += 1
        }
        while end < bytes.count, bytes[end] & 0xC0 == 0x80 { end += 1 }
        return "“\(String(bytes: bytes[position..<end]))”"
    }

    func error(_ message: String, at offset: Int, expected: [String] = [], hint: String? = nil) -> Diagnostic {
        Diagnostic(
            severity: .error,
            line: line(at: offset),
            column: column(at: offset),
            message: message,
            expected: expected,
            hint: hint
        )
    }

    /// "X is not expected here" at the position.
    func unexpected(expected: [String], hint: String? = nil) -> Diagnostic {
        error("\(found()) does not fit here", at: position, expected: expected, hint: hint)
    }

    /// Refuses a statement of fewer words than it needs; does not move.
    func checkWords(_ count: Int, expected: [String]) throws(Diagnostic) {
        var ahead = self
        let words = ahead.takeLine().split { $0.isSpace }
        guard words.count < count else { return }
        throw ahead.unexpected(expected: Array(expected.suffix(count - words.count)))
    }
}
