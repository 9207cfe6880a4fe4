/// What may stand before the word that names the kind: front matter, comments and directives.
struct Prologue {
    var title: String?

    /// Reads the front matter and moves to the first word of the diagram.
    static func read(_ scanner: inout Scanner) throws(Diagnostic) -> Prologue {
        var prologue = Prologue()
        if scanner.isNext("\u{FEFF}") { scanner.position += 3 }
        scanner.skipBlank()
        if scanner.isNext("---") { try prologue.readFrontMatter(&scanner) }
        while true {
            scanner.skipBlank()
            guard try skipComment(&scanner) else { return prologue }
        }
    }

    /// Skips `%% …` to the end of the line, or `%%{ … }%%`; whether there was one.
    static func skipComment(_ scanner: inout Scanner) throws(Diagnostic) -> Bool {
        guard scanner.isNext("%%") else { return false }
        guard scanner.isNext("%%{") else {
            scanner.skipLine()
            return true
        }
        let start = scanner.position
        while !scanner.isAtEnd {
            if scanner.take("}%%") { return true }
            scanner.position += 1
        }
        throw scanner.error("the directive “%%{” is not closed", at: start, expected: ["}%%"])
    }

    private mutating func readFrontMatter(_ scanner: inout Scanner) throws(Diagnostic) {
        let start = scanner.position
        scanner.skipLine()
        while !scanner.isAtEnd {
            scanner.position += 1
            let line = String(bytes: scanner.takeLine())
            let text = line.trimmed
            if text == "---" { return }
            if Array(line.utf8).starts(with: "title:", at: 0) {
                title = Prologue.unquoted(Array(text.utf8.dropFirst(6)).trimmed)
            }
        }
        throw scanner.error("the front matter is not closed", at: start, expected: ["---"])
    }

    private static func unquoted(_ bytes: [UInt8]) -> String? {
        var text = bytes
        if text.count >= 2, let quote = text.first, quote == text.last, quote == 34 || quote == 39 {
            text = Array(text[1..<(text.count - 1)])
            var plain: [UInt8] = []
            var index = 0
            while index < text.count {
                let isEscape = quote == 34 ? text[index] == 92 : text[index] == 39
                if isEscape, index + 1 < text.count { index += 1 }
                plain.append(text[index])
                index += 1
            }
            text = plain
        }
        let title = String(bytes: text.filter { $0 >= 32 && $0 != 127 })
        return title.isEmpty ? nil : title
    }

    /// Front matter with this title, for printing; empty without one.
    static func printed(title: String?) -> String {
        guard let title else { return "" }
        var text: [UInt8] = []
        text.append("---\ntitle: \"")
        for byte in title.utf8 where byte >= 32 {
            if byte == 34 || byte == 92 { text.append(92) }
            text.append(byte)
        }
        text.append("\"\n---\n")
        return String(bytes: text)
    }
}
