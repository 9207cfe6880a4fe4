extension StateParser {
    /// Behind the word `note`: `right of A : text`, `left of A … end note`, or `"text" as name`.
    mutating func parseNote(at offset: Int) throws(Diagnostic) {
        guard notes.count < Limits.maxItems else { throw refuse("notes", limit: Limits.maxItems, at: offset) }
        scanner.skipSpaces()
        let line = scanner.line(at: offset)
        if scanner.current == 34 {
            let text = try parseQuotedText()
            scanner.skipLine()
            return try append(GraphNote(target: nil, text: text, line: line), at: offset)
        }
        let word = String(bytes: scanner.nextWord()).lowercasedASCII
        guard let placement = SequenceNote.Placement(rawValue: word), placement != .over else {
            throw scanner.unexpected(expected: ["left of", "right of"])
        }
        scanner.position += word.utf8.count
        scanner.skipSpaces()
        guard String(bytes: scanner.nextWord()).lowercasedASCII == "of" else {
            throw scanner.unexpected(expected: ["of"])
        }
        scanner.position += 2
        scanner.skipSpaces()
        let target = try parseNoteTarget()
        let text = try parseNoteText(at: offset)
        try append(GraphNote(target: target, placement: placement, text: text, line: line), at: offset)
    }

    private mutating func append(_ note: GraphNote, at offset: Int) throws(Diagnostic) {
        guard !note.text.isEmpty else { throw scanner.error("the note is empty", at: offset) }
        notes.append(note)
    }

    /// `: text` to the end of the line, or lines up to `end note`.
    private mutating func parseNoteText(at offset: Int) throws(Diagnostic) -> String {
        scanner.skipSpaces()
        if scanner.take(UInt8(of: ":")) { return try parseRestOfLine() }
        guard scanner.isAtEnd || scanner.current.isNewline else {
            throw scanner.unexpected(expected: [": text", "lines that end with “end note”"])
        }
        var lines: [[UInt8]] = []
        var size = 0
        while !scanner.isAtEnd {
            scanner.position += 1
            let written = scanner.takeLine().trimmed
            if String(bytes: written).lowercasedASCII == "end note" {
                while let last = lines.last, last.isEmpty { lines.removeLast() }
                return try decoded(Array(lines.joined(separator: [10])), at: offset)
            }
            if written.isEmpty, lines.isEmpty { continue }
            size += written.count + 1
            guard size <= Limits.maxLabelBytes else { break }
            lines.append(written)
        }
        throw scanner.error("the note is not closed", at: offset, expected: ["end note"])
    }
}
