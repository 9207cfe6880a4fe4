/// Errors and warnings of one source, up to the limit.
struct DiagnosticList {
    private(set) var entries: [Diagnostic] = []
    private(set) var errorCount = 0
    /// Set when the diagram is too big to be read on.
    var isRefused = false

    var isFull: Bool { errorCount >= Limits.maxDiagnostics || isRefused }

    mutating func add(_ diagnostic: Diagnostic) {
        guard errorCount < Limits.maxDiagnostics else { return }
        entries.append(diagnostic)
        if diagnostic.severity == .error { errorCount += 1 }
    }
}

/// What the readers of state, class, entity-relationship diagrams and timelines have in common.
protocol StatementParser {
    var scanner: Scanner { get set }
    var builder: GraphBuilder { get set }
    var reports: DiagnosticList { get set }

    /// Reads one statement, blank lines before it skipped; only called before the end of the source.
    mutating func parseStatement() throws(Diagnostic)
}

extension StatementParser {
    /// Reads to the end of the source; after an error, on with the next line.
    mutating func parseStatements(_ prologue: Prologue) {
        builder.update { $0.title = prologue.title }
        attempt { parser throws(Diagnostic) in try parser.endStatement() }
        while !reports.isFull {
            scanner.skipBlank()
            if scanner.isAtEnd { return }
            attempt { parser throws(Diagnostic) in try parser.parseStatement() }
        }
    }

    private mutating func attempt(_ step: (inout Self) throws(Diagnostic) -> Void) {
        do throws(Diagnostic) {
            try step(&self)
        } catch {
            reports.add(error)
            scanner.skipLine()
        }
    }

    /// Reports that the diagram is too big and stops reading.
    mutating func refuse(_ what: String, limit: Int, at offset: Int) -> Diagnostic {
        reports.isRefused = true
        return scanner.error("the diagram has too many \(what), \(limit) are allowed", at: offset)
    }

    /// Nothing but a semicolon or a comment may stand before the line break.
    mutating func endStatement() throws(Diagnostic) {
        scanner.skipSpaces()
        _ = scanner.take(UInt8(of: ";"))
        scanner.skipSpaces()
        if scanner.isAtEnd || scanner.current.isNewline || scanner.current == UInt8(of: "}") { return }
        guard scanner.isNext("%%") else { throw scanner.unexpected(expected: ["the end of the line"]) }
        scanner.skipLine()
    }

    /// The position of a node, made when it is new.
    mutating func mention(_ id: String, _ what: String, at offset: Int) throws(Diagnostic) -> Int {
        guard id.utf8.count <= Limits.maxIdentifierBytes else {
            throw scanner.error("the name is longer than \(Limits.maxIdentifierBytes) bytes", at: offset)
        }
        guard let position = builder.mention(id, line: scanner.line(at: offset)) else {
            throw refuse(what, limit: Limits.maxNodes, at: offset)
        }
        return position
    }

    /// The rest of the line, decoded; moves there.
    mutating func parseRestOfLine() throws(Diagnostic) -> String {
        scanner.skipSpaces()
        let offset = scanner.position
        return try decoded(scanner.takeLine().trimmed, at: offset)
    }

    /// The text between two quotes, decoded; it may span lines.
    mutating func parseQuotedText() throws(Diagnostic) -> String {
        let offset = scanner.position
        scanner.position += 1
        let start = scanner.position
        let end = min(scanner.bytes.count, start + Limits.maxLabelBytes + 1)
        while scanner.position < end, scanner.current != 34 { scanner.position += 1 }
        guard scanner.position < scanner.bytes.count, scanner.current == 34 else {
            scanner.position = offset
            throw scanner.error("this quote is not closed", at: offset, expected: ["\""])
        }
        let written = Array(scanner.bytes[start..<scanner.position]).trimmed
        scanner.position += 1
        return try decoded(written, at: offset)
    }

    func decoded(_ written: [UInt8], at offset: Int) throws(Diagnostic) -> String {
        guard written.count <= Limits.maxLabelBytes else {
            throw scanner.error("the text is longer than \(Limits.maxLabelBytes) bytes", at: offset)
        }
        return Entities.decode(written).trimmed
    }

    /// `:::name`; the kind that the class stands for, if any.
    mutating func parseStyleClass() throws(Diagnostic) -> NodeKind? {
        guard scanner.take(":::") else { return nil }
        let name = scanner.nextWord()
        guard !name.isEmpty else { throw scanner.unexpected(expected: ["the name of a class"]) }
        scanner.position += name.count
        return NodeKind(rawValue: String(bytes: name))
    }

    /// `TB`, `BT`, `LR` or `RL` behind the word `direction`; moves behind the statement.
    mutating func parseDirection() throws(Diagnostic) -> Graph.Direction {
        scanner.skipSpaces()
        let word = scanner.nextWord()
        let name = String(bytes: word)
        guard let direction = name == "TD" ? .topToBottom : Graph.Direction(rawValue: name) else {
            throw scanner.unexpected(expected: ["TB", "BT", "LR", "RL"])
        }
        scanner.position += word.count
        try endStatement()
        return direction
    }

    /// Reads `accTitle`, `accDescr` and statements that only change the look; whether there was one.
    mutating func parseSharedStatement(_ word: String, after: UInt8) throws(Diagnostic) -> Bool {
        switch word {
        case "accTitle" where after == UInt8(of: ":") || after.isSpace,
            "accDescr" where after == UInt8(of: ":") || after.isSpace || after == UInt8(of: "{"):
            let text = try Accessibility.parse(&scanner)
            builder.update { graph in
                if word == "accTitle" { graph.accessibleTitle = text } else { graph.accessibleDescription = text }
            }
        case "classDef" where after.isSpace, "style" where after.isSpace, "click" where after.isSpace,
            "linkStyle" where after.isSpace:
            try scanner.checkWords(3, expected: ["what is styled", "how"])
            scanner.skipLine()
        default: return false
        }
        return true
    }

    /// The names in `A, B C`: all but the last are nodes, the last is a style class.
    mutating func parseClassAssignment() throws(Diagnostic) -> (ids: [String], kind: NodeKind?) {
        scanner.skipSpaces()
        let words = scanner.takeLine(until: [UInt8(of: ";")]).split { $0.isSpace || $0 == UInt8(of: ",") || $0 == 34 }
        guard let name = words.last, words.count > 1 else {
            throw scanner.unexpected(expected: ["names and the name of a class"])
        }
        try endStatement()
        return (words.dropLast().map { String(bytes: $0) }, NodeKind(rawValue: String(bytes: name)))
    }
}
