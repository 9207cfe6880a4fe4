/// Reads the body of a sequence diagram, statement by statement.
///
/// Source: Mermaid 11 documentation, "Sequence diagrams".
struct SequenceParser {
    var scanner: Scanner
    var builder = GraphBuilder(kind: .sequence)
    var items: [SequenceItem] = []
    /// Open frames with the offset of their word, the innermost last.
    var frames: [(block: SequenceBlock, offset: Int)] = []
    /// How many bars each participant has, by position of the node.
    var activity: [Int] = []
    /// A participant that waits for its creating message, and where it was announced.
    var created: (id: String, offset: Int)?
    var destroyed: (id: String, offset: Int)?
    private var openBox: Int?
    private var diagnostics: [Diagnostic] = []
    private var errorCount = 0
    private var refused = false

    init(_ scanner: Scanner) {
        self.scanner = scanner
    }

    mutating func parse(_ prologue: Prologue) -> ParseOutcome {
        builder.update { $0.title = prologue.title }
        while !scanner.isAtEnd, errorCount < Limits.maxDiagnostics, !refused {
            attempt { parser throws(Diagnostic) in try parser.parseStatement() }
        }
        if !refused { reportOpenEnds() }
        guard errorCount == 0 else { return ParseOutcome(graph: nil, diagnostics: diagnostics) }
        var graph = builder.finish()
        graph.items = items
        graph.gatherBoxes()
        graph.numberBoxes()
        return ParseOutcome(graph: graph, diagnostics: diagnostics)
    }

    private mutating func attempt(_ step: (inout SequenceParser) throws(Diagnostic) -> Void) {
        do throws(Diagnostic) {
            try step(&self)
        } catch {
            report(error)
            scanner.skipLine()
        }
    }

    private mutating func report(_ diagnostic: Diagnostic) {
        guard errorCount < Limits.maxDiagnostics else { return }
        diagnostics.append(diagnostic)
        if diagnostic.severity == .error { errorCount += 1 }
    }

    private mutating func reportOpenEnds() {
        for frame in frames {
            let message = "this “\(frame.block.rawValue)” is not closed"
            report(scanner.error(message, at: frame.offset, expected: ["end"]))
        }
        if let openBox { report(scanner.error("this “box” is not closed", at: openBox, expected: ["end"])) }
        for (waiting, what) in [(created, "to"), (destroyed, "from or to")] {
            guard let waiting else { continue }
            report(scanner.error("no message \(what) “\(waiting.id)” follows", at: waiting.offset))
        }
    }

    mutating func refuse(_ what: String, limit: Int, at offset: Int) -> Diagnostic {
        refused = true
        return scanner.error("the diagram has too many \(what), \(limit) are allowed", at: offset)
    }

    mutating func append(_ item: SequenceItem, at offset: Int) throws(Diagnostic) {
        guard items.count < Limits.maxItems else { throw refuse("events", limit: Limits.maxItems, at: offset) }
        items.append(item)
    }

    mutating func endStatement() throws(Diagnostic) {
        scanner.skipSpaces()
        if scanner.isAtEnd || scanner.current.isNewline || scanner.take(UInt8(of: ";")) { return }
        if scanner.isNext("%%") || scanner.isNext("#") {
            scanner.skipLine()
            return
        }
        throw scanner.unexpected(expected: ["the end of the line"])
    }

    private mutating func parseStatement() throws(Diagnostic) {
        scanner.skipBlank()
        if scanner.isAtEnd || scanner.take(UInt8(of: ";")) { return }
        if try Prologue.skipComment(&scanner) { return }
        if scanner.isNext("#") {
            scanner.skipLine()
            return
        }
        let offset = scanner.position
        let written = scanner.nextWord()
        let after = scanner.peek(written.count)
        let isAlone = after == 0 || after.isSpace || after.isNewline || after == UInt8(of: ";")
        let word = String(bytes: written).lowercasedASCII
        if isAlone || after == UInt8(of: ":") || after == UInt8(of: "{"),
            try parseKeyword(word, isAlone: isAlone, after: after, at: offset)
        {
            return
        }
        scanner.position = offset
        guard openBox == nil else {
            throw scanner.error("a box holds participants only", at: offset, expected: ["participant", "actor", "end"])
        }
        try parseMessage()
    }

    /// Whether the statement starts with a keyword and was read.
    private mutating func parseKeyword(
        _ word: String,
        isAlone: Bool,
        after: UInt8,
        at offset: Int
    ) throws(Diagnostic) -> Bool {
        if word == "title" || word == "acctitle" || word == "accdescr" {
            try parseTitle(word, at: offset)
            return true
        }
        guard isAlone, !isArrowNext(behind: word) else { return false }
        scanner.position += word.utf8.count
        scanner.skipSpaces()
        switch word {
        case "participant", "actor": try parseParticipant(isActor: word == "actor", isCreated: false, at: offset)
        case "create": try parseCreate(at: offset)
        case "destroy": try parseDestroy(at: offset)
        case "activate", "deactivate": try parseActivation(isStart: word == "activate", at: offset)
        case "note": try parseNote(at: offset)
        case "autonumber": try parseNumbering(at: offset)
        case "box": try openBox(at: offset)
        case "end": try close(at: offset)
        case "else", "and", "option": try parseSection(word, at: offset)
        case "link", "links", "properties", "details": scanner.skipLine()
        case "par_over": try openFrame(.par, at: offset)
        default:
            guard let block = SequenceBlock(rawValue: word) else { return false }
            try openFrame(block, at: offset)
        }
        return true
    }

    /// Whether a word is a participant after all, because an arrow follows it.
    private func isArrowNext(behind word: String) -> Bool {
        var ahead = scanner
        ahead.position += word.utf8.count
        ahead.skipSpaces()
        return MessageArrow.next(in: ahead) != nil && word != "end"
    }

    private mutating func openFrame(_ block: SequenceBlock, at offset: Int) throws(Diagnostic) {
        guard frames.count < Limits.maxNesting else {
            throw refuse("frames in frames", limit: Limits.maxNesting, at: offset)
        }
        let label = try parseText()
        frames.append((block, offset))
        try append(.blockStart(block, label: block == .rect ? "" : label), at: offset)
    }

    private mutating func parseSection(_ word: String, at offset: Int) throws(Diagnostic) {
        let label = try parseText()
        guard let frame = frames.last, frame.block.sectionWord == word else {
            let owner = SequenceBlock.allCases.first { $0.sectionWord == word }?.rawValue ?? "alt"
            throw scanner.error("“\(word)” stands outside of “\(owner)”", at: offset, hint: "start with “\(owner)”")
        }
        try append(.blockSection(label: label), at: offset)
    }

    private mutating func close(at offset: Int) throws(Diagnostic) {
        try endStatement()
        if openBox != nil {
            openBox = nil
            builder.closeGroup()
        } else if frames.popLast() != nil {
            try append(.blockEnd, at: offset)
        } else {
            throw scanner.error(
                "“end” closes nothing here",
                at: offset,
                hint: "a frame starts with loop, alt, opt, par …"
            )
        }
    }

    private mutating func openBox(at offset: Int) throws(Diagnostic) {
        guard openBox == nil else { throw scanner.error("a box cannot hold a box", at: offset, expected: ["end"]) }
        let label = BoxColour.removed(from: try parseText())
        guard builder.openGroup(id: nil, label: label, line: scanner.line(at: offset)) else {
            throw refuse("boxes", limit: Limits.maxGroups, at: offset)
        }
        openBox = offset
    }

    var isInBox: Bool { openBox != nil }

    private mutating func parseTitle(_ word: String, at offset: Int) throws(Diagnostic) {
        if word == "title" {
            scanner.position += 5
            scanner.skipSpaces()
            _ = scanner.take(UInt8(of: ":"))
            let text = try parseText()
            builder.update { $0.title = text.isEmpty ? $0.title : text.onOneLine }
            return
        }
        let text = try Accessibility.parse(&scanner)
        builder.update { graph in
            if word == "acctitle" { graph.accessibleTitle = text } else { graph.accessibleDescription = text }
        }
    }

    private mutating func parseNumbering(at offset: Int) throws(Diagnostic) {
        if String(bytes: scanner.nextWord()) == "off" {
            scanner.position += 3
            try endStatement()
            try append(.numbering(start: 1, step: 1, isVisible: false), at: offset)
            return
        }
        let start = try parseCount()
        let step = start == nil ? nil : try parseCount()
        try endStatement()
        try append(.numbering(start: start ?? 1, step: step ?? 1, isVisible: true), at: offset)
    }

    private mutating func parseCount() throws(Diagnostic) -> Int? {
        scanner.skipSpaces()
        let offset = scanner.position
        while scanner.current.isDigit { scanner.position += 1 }
        guard scanner.position > offset else { return nil }
        guard scanner.position - offset <= 6, let number = Int(String(bytes: scanner.bytes[offset..<scanner.position]))
        else { throw scanner.error("the number is too big", at: offset) }
        return number
    }
}

extension Graph {
    /// Numbers the boxes anew, for those in which nobody stands are gone.
    fileprivate mutating func numberBoxes() {
        for position in groups.indices {
            let (old, new) = (groups[position].id, "group-\(position + 1)")
            guard old != new else { continue }
            groups[position].id = new
            for index in nodes.indices where nodes[index].group == old { nodes[index].group = new }
        }
    }

    /// Moves the participants of a box next to its first one, as they are drawn.
    fileprivate mutating func gatherBoxes() {
        guard !groups.isEmpty else { return }
        groups.removeAll { $0.members.isEmpty }
        var table = NameTable()
        for group in groups { table.insert(group.id) }
        var members: [[Node]] = Array(repeating: [], count: groups.count)
        for node in nodes {
            if let group = node.group, let position = table[group] { members[position].append(node) }
        }
        var ordered: [Node] = []
        for node in nodes {
            guard let group = node.group, let position = table[group] else {
                ordered.append(node)
                continue
            }
            ordered += members[position]
            members[position] = []
        }
        nodes = ordered
        for index in groups.indices {
            let id = groups[index].id
            groups[index].members = nodes.filter { $0.group == id }.map { $0.id }
        }
        orderGroupsByFirstMember()
    }

    private mutating func orderGroupsByFirstMember() {
        var ordered: [Group] = []
        for node in nodes {
            guard let id = node.group, ordered.last?.id != id, let group = group(id) else { continue }
            ordered.append(group)
        }
        groups = ordered
    }
}
