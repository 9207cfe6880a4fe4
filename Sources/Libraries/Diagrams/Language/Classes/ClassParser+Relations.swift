extension ClassParser {
    /// A name with what stands between tildes behind it; in backticks it may hold anything.
    mutating func parseName() throws(Diagnostic) -> (id: String, generic: String?) {
        let start = scanner.position
        var name: [UInt8] = []
        if scanner.take(UInt8(of: "`")) {
            name = scanner.takeLine(until: [UInt8(of: "`")])
            guard scanner.take(UInt8(of: "`")) else {
                throw scanner.error("this backtick is not closed", at: start, expected: ["`"])
            }
            name = Array(Entities.decode(name).trimmed.utf8)
        } else {
            while !scanner.isAtEnd, isNamePart() { scanner.position += 1 }
            name = Array(scanner.bytes[start..<scanner.position])
        }
        guard !name.isEmpty else { throw scanner.unexpected(expected: ["a class"], hint: slipAtName()) }
        guard scanner.take(UInt8(of: "~")) else { return (String(bytes: name), nil) }
        let offset = scanner.position
        guard let length = Generics.length(scanner.takeLine()), length > 0 else {
            throw scanner.error("the generic type is not closed", at: offset, expected: ["~"])
        }
        scanner.position = offset + length + 1
        let written = Array(scanner.bytes[offset..<(offset + length)]).trimmed
        let generic = try decoded(Generics.shown(written), at: offset).onOneLine
        guard !generic.isEmpty else { throw scanner.error("the generic type is empty", at: offset) }
        return (String(bytes: name), generic)
    }

    private func slipAtName() -> String? {
        scanner.current == 34 ? "a name with special characters stands in backticks" : nil
    }

    private func isNamePart() -> Bool {
        let byte = scanner.current
        if byte.isLetter || byte.isDigit || byte == 95 || byte.isBeyondASCII { return true }
        if byte == UInt8(of: "-") || byte == UInt8(of: ".") {
            let next = scanner.peek(1)
            return next.isLetter || next.isDigit || next == 95 || next.isBeyondASCII
        }
        return false
    }

    /// `A "1" <|-- "many" B : label`, `A : member` or a class alone.
    mutating func parseRelation() throws(Diagnostic) {
        let offset = scanner.position
        let from = try mentionClass(at: offset, isDeclared: false)
        scanner.skipSpaces()
        if scanner.current == UInt8(of: ":"), !scanner.isNext(":::") {
            isDeclared[from] = true
            return try parseMember(of: from)
        }
        if scanner.isNext(":::") {
            isDeclared[from] = true
            if let kind = try parseStyleClass() { builder[node: from].kind = kind }
            scanner.skipSpaces()
        }
        if scanner.isAtEnd || scanner.current.isNewline || scanner.current == UInt8(of: "}") || scanner.isNext("%%") {
            isDeclared[from] = true
            return try endStatement()
        }
        let tailLabel = try parseMultiplicity()
        guard let arrow = takeArrow() else {
            let hint = scanner.isNext("->") ? "an arrow has two dashes: “-->”" : nil
            throw scanner.unexpected(expected: ["an arrow such as <|-- or -->", ":"], hint: hint)
        }
        guard builder.open.isEmpty else {
            throw scanner.error("a relation cannot stand in a namespace", at: offset, hint: "write it behind “}”")
        }
        let headLabel = try parseMultiplicity()
        scanner.skipSpaces()
        let to = try mentionClass(at: scanner.position, isDeclared: false)
        if arrow.tail != .lollipop { isDeclared[from] = true }
        if arrow.head != .lollipop { isDeclared[to] = true }
        if let kind = try parseStyleClass() { builder[node: to].kind = kind }
        scanner.skipSpaces()
        var label: String?
        if scanner.take(UInt8(of: ":")) {
            let text = try parseRestOfLine()
            label = text.isEmpty ? nil : text
        } else {
            try endStatement()
        }
        let isAdded = builder.connect(
            builder[node: from].id,
            builder[node: to].id,
            label: label,
            arrow: arrow,
            line: scanner.line(at: offset),
            tailLabel: tailLabel,
            headLabel: headLabel
        )
        guard isAdded else { throw refuse("relations", limit: Limits.maxEdges, at: offset) }
    }

    private mutating func parseMultiplicity() throws(Diagnostic) -> String? {
        scanner.skipSpaces()
        guard scanner.current == 34 else { return nil }
        let text = try parseQuotedText().onOneLine
        scanner.skipSpaces()
        return text.isEmpty ? nil : text
    }

    private mutating func takeArrow() -> Arrow? {
        let start = scanner.position
        var arrow = Arrow(head: .none)
        if !scanner.isNext("--"), !scanner.isNext("..") {
            guard let end = RelationSign.ends.first(where: { scanner.isNext($0.tail) }) else { return nil }
            scanner.position += end.tail.utf8.count
            arrow.tail = end.head
        }
        if scanner.take("..") {
            arrow.line = .dotted
        } else if !scanner.take("--") {
            scanner.position = start
            return nil
        }
        for end in RelationSign.ends where scanner.isNext(end.tip) {
            let next = scanner.peek(end.tip.utf8.count)
            // `--o` is a sign only when no name goes on there.
            if end.head == .hollowDiamond, !next.isSpace, next != 34 { continue }
            scanner.position += end.tip.utf8.count
            arrow.head = end.head
            break
        }
        return arrow
    }

    // MARK: - Notes

    /// Behind the word `note`: `"text"` or `for Name "text"`.
    mutating func parseNote(at offset: Int) throws(Diagnostic) {
        scanner.skipSpaces()
        var target: String?
        if String(bytes: scanner.nextWord()) == "for", scanner.peek(3).isSpace {
            scanner.position += 3
            scanner.skipSpaces()
            let position = try mentionClass(at: scanner.position, isDeclared: true)
            target = builder[node: position].id
            scanner.skipSpaces()
        }
        guard scanner.current == 34 else { throw scanner.unexpected(expected: ["a text in quotes"]) }
        let textOffset = scanner.position
        let text = try parseQuotedText().withLineBreaks
        guard !text.isEmpty else { throw scanner.error("the note is empty", at: textOffset) }
        guard builder.graph.notes.count < Limits.maxItems else {
            throw refuse("notes", limit: Limits.maxItems, at: offset)
        }
        let note = GraphNote(target: target, text: text, line: scanner.line(at: offset))
        builder.update { $0.notes.append(note) }
        try endStatement()
    }
}

extension String {
    /// `\n` as two characters becomes a line break, as Mermaid does in notes.
    fileprivate var withLineBreaks: String {
        var result: [UInt8] = []
        for byte in utf8 {
            if byte == UInt8(of: "n"), result.last == UInt8(of: "\\") {
                result[result.count - 1] = 10
            } else {
                result.append(byte)
            }
        }
        return String(bytes: result).trimmed
    }
}
