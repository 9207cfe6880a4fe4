/// Reads the body of a timeline, statement by statement.
///
/// Source: Mermaid 11 documentation, "Timeline Diagram".
struct TimelineParser: StatementParser {
    var scanner: Scanner
    var builder = GraphBuilder(kind: .timeline)
    var reports = DiagnosticList()
    /// The last time, and how many events it has.
    private var period: (id: String, number: Int, events: Int)?

    init(_ scanner: Scanner) {
        self.scanner = scanner
    }

    mutating func parse(_ prologue: Prologue) -> ParseOutcome {
        // A direction may follow the word “timeline”; the picture always goes from left to right.
        scanner.skipSpaces()
        let word = String(bytes: scanner.nextWord())
        if Graph.Direction(rawValue: word) != nil || word == "TD" { scanner.position += word.utf8.count }
        parseStatements(prologue)
        guard reports.errorCount == 0 else { return ParseOutcome(graph: nil, diagnostics: reports.entries) }
        if !builder.open.isEmpty { builder.closeGroup() }
        var graph = builder.finish()
        graph.direction = .leftToRight
        graph.gatherEvents()
        return ParseOutcome(graph: graph, diagnostics: reports.entries)
    }

    mutating func parseStatement() throws(Diagnostic) {
        if try Prologue.skipComment(&scanner) { return }
        if isCommentNext() { return scanner.skipLine() }
        let offset = scanner.position
        if scanner.current == UInt8(of: ":") { return try parseEvents(at: offset) }
        let word = String(bytes: scanner.nextWord())
        let after = scanner.peek(word.utf8.count)
        if word == "accTitle" || word == "accDescr", try parseSharedStatement(word, after: after) { return }
        if after.isSpace {
            scanner.position += word.utf8.count
            switch word.lowercasedASCII {
            case "title":
                let title = try parseRestOfLine().onOneLine
                return builder.update { $0.title = title.isEmpty ? $0.title : title }
            case "section": return try openSection(at: offset)
            default: scanner.position = offset
            }
        }
        try parsePeriod(at: offset)
    }

    /// `#` starts a comment unless it starts a code such as `#58;`.
    private func isCommentNext() -> Bool {
        guard scanner.current == UInt8(of: "#") else { return false }
        var end = scanner.position + 1
        while end < scanner.bytes.count, scanner.bytes[end].isLetter || scanner.bytes[end].isDigit { end += 1 }
        return end == scanner.position + 1 || end >= scanner.bytes.count || scanner.bytes[end] != UInt8(of: ";")
    }

    /// A colon with a space behind it starts an event; one inside a word or a time of day does not.
    private func isEventNext() -> Bool {
        guard scanner.current == UInt8(of: ":") else { return false }
        let next = scanner.peek(1)
        return next.isSpace || next.isNewline || scanner.position + 1 >= scanner.bytes.count
    }

    private mutating func takeText() -> [UInt8] {
        let start = scanner.position
        while !scanner.isAtEnd, !scanner.current.isNewline, !isEventNext(), !isCommentNext() { scanner.position += 1 }
        return Array(scanner.bytes[start..<scanner.position]).trimmed
    }

    private mutating func openSection(at offset: Int) throws(Diagnostic) {
        scanner.skipSpaces()
        let label = try decoded(takeText(), at: offset)
        guard !label.isEmpty else { throw scanner.error("the section has no name", at: offset) }
        if !builder.open.isEmpty { builder.closeGroup() }
        guard builder.openGroup(id: nil, label: label, line: scanner.line(at: offset)) else {
            throw refuse("sections", limit: Limits.maxGroups, at: offset)
        }
        try endLine()
    }

    private mutating func endLine() throws(Diagnostic) {
        if scanner.isAtEnd || scanner.current.isNewline { return }
        guard isCommentNext() else { throw scanner.unexpected(expected: ["the end of the line"]) }
        scanner.skipLine()
    }

    private mutating func parsePeriod(at offset: Int) throws(Diagnostic) {
        let label = try decoded(takeText(), at: offset)
        guard !label.isEmpty else { throw scanner.unexpected(expected: ["a time"]) }
        let last = period
        let number = (last?.number ?? 0) + 1
        let id = "t\(number)"
        period = (id, number, 0)
        try add(id, label, .period, at: offset)
        if let last { try connect(last.id, id, Arrow(), at: offset) }
        try parseEvents(at: offset)
    }

    /// `: event : event`, which may go on in further lines that start with a colon.
    private mutating func parseEvents(at offset: Int) throws(Diagnostic) {
        while isEventNext() {
            let start = scanner.position
            guard let current = period else {
                throw scanner.error("an event needs a time before it", at: start, hint: "write 2004 : event")
            }
            scanner.position += 1
            scanner.skipSpaces()
            let label = try decoded(takeEvent(), at: start)
            guard !label.isEmpty else { throw scanner.error("the event is empty", at: start) }
            guard current.events < Limits.maxMembers else {
                throw scanner.error("a time has at most \(Limits.maxMembers) events", at: start)
            }
            period?.events += 1
            let id = "\(current.id)-\(current.events + 1)"
            try add(id, label, .event, at: start)
            try connect(current.id, id, Arrow(head: .none), at: start)
        }
        try endLine()
    }

    /// In an event `#` is only a character.
    private mutating func takeEvent() -> [UInt8] {
        let start = scanner.position
        while !scanner.isAtEnd, !scanner.current.isNewline, !isEventNext() { scanner.position += 1 }
        return Array(scanner.bytes[start..<scanner.position]).trimmed
    }

    private mutating func add(_ id: String, _ label: String, _ role: NodeRole, at offset: Int) throws(Diagnostic) {
        let position = try mention(id, "times and events", at: offset)
        builder[node: position].label = label
        builder[node: position].role = role
        builder[node: position].shape = role == .period ? .stadium : .rectangle
    }

    private mutating func connect(_ from: String, _ to: String, _ arrow: Arrow, at offset: Int) throws(Diagnostic) {
        guard builder.connect(from, to, label: nil, arrow: arrow, line: scanner.line(at: offset)) else {
            throw refuse("times and events", limit: Limits.maxEdges, at: offset)
        }
    }
}

extension Graph {
    /// An event lies in the section of its time, also when a further section has begun before it.
    fileprivate mutating func gatherEvents() {
        var names = NameTable()
        for group in groups { names.insert(group.id) }
        for index in groups.indices { groups[index].members = [] }
        var section: String?
        for index in nodes.indices {
            if nodes[index].role == .period { section = nodes[index].group }
            nodes[index].group = section
            if let group = section.flatMap({ names[$0] }) { groups[group].members.append(nodes[index].id) }
        }
    }
}
