/// Reads the body of a flowchart, statement by statement.
///
/// Source: Mermaid 11 documentation, "Flowcharts - Basic Syntax".
struct FlowchartParser {
    var scanner: Scanner
    var builder = GraphBuilder(kind: .flowchart)
    private var diagnostics: [Diagnostic] = []
    private var errorCount = 0
    /// Past this offset there is no closing quote, so none is sought again.
    var quoteSearchEnd = Int.max
    /// Class names given by `class` and `:::`, applied at the end.
    var kinds: [(node: String, kind: NodeKind)] = []
    /// Offsets of the open `subgraph` words, the innermost last.
    private var openGroups: [Int] = []
    private var groupIDs = NameTable()
    /// Names given to edges, as in `a e1@--> b`.
    var edgeNames = NameTable()
    private var refused = false

    init(_ scanner: Scanner) {
        self.scanner = scanner
    }

    mutating func parse(_ prologue: Prologue) -> ParseOutcome {
        builder.update { $0.title = prologue.title }
        attempt { parser throws(Diagnostic) in try parser.parseHeader() }
        while !scanner.isAtEnd, errorCount < Limits.maxDiagnostics, !refused {
            attempt { parser throws(Diagnostic) in try parser.parseStatement() }
        }
        for offset in openGroups where errorCount < Limits.maxDiagnostics {
            report(scanner.error("this subgraph is not closed", at: offset, expected: ["end"]))
        }
        guard errorCount == 0 else { return ParseOutcome(graph: nil, diagnostics: diagnostics) }
        for (id, kind) in kinds {
            if let position = builder.names[id] { builder[node: position].kind = kind }
        }
        let graph = builder.finish()
        reportEdgesIntoThemselves(graph)
        return ParseOutcome(graph: errorCount == 0 ? graph : nil, diagnostics: diagnostics)
    }

    /// An edge between a group and something in it has no place in a picture.
    private mutating func reportEdgesIntoThemselves(_ graph: Graph) {
        guard !graph.groups.isEmpty else { return }
        let tree = GroupTree(graph)
        for edge in graph.edges where errorCount < Limits.maxDiagnostics {
            let from = tree.groupNames[edge.from]
            let to = tree.groupNames[edge.to]
            let isInside =
                from.map { tree.isInside(to ?? tree.surrounding(edge.to), $0) } ?? false
                || to.map { tree.isInside(from ?? tree.surrounding(edge.from), $0) } ?? false
            guard isInside else { continue }
            let message = "the edge from “\(edge.from)” to “\(edge.to)” leads from a subgraph into itself"
            report(Diagnostic(severity: .error, line: edge.line, column: 1, message: message))
        }
    }

    private mutating func attempt(_ step: (inout FlowchartParser) throws(Diagnostic) -> Void) {
        do throws(Diagnostic) {
            try step(&self)
        } catch {
            report(error)
            scanner.skipLine()
        }
    }

    private mutating func report(_ diagnostic: Diagnostic) {
        diagnostics.append(diagnostic)
        if diagnostic.severity == .error { errorCount += 1 }
    }

    /// Reports that the diagram is too big and stops reading.
    mutating func refuse(_ what: String, limit: Int, at offset: Int) -> Diagnostic {
        refused = true
        return scanner.error("the diagram has too many \(what), \(limit) are allowed", at: offset)
    }

    private mutating func parseHeader() throws(Diagnostic) {
        scanner.skipSpaces()
        if scanner.isAtEnd || scanner.current.isNewline || scanner.take(UInt8(of: ";")) { return }
        let offset = scanner.position
        guard let direction = takeDirection() else {
            throw scanner.error(
                "\(scanner.found()) is not a direction",
                at: offset,
                expected: ["TB", "TD", "BT", "LR", "RL"]
            )
        }
        builder.update { $0.direction = direction }
        try endStatement()
    }

    private mutating func takeDirection() -> Graph.Direction? {
        let word = scanner.nextWord()
        let direction: Graph.Direction?
        switch String(bytes: word) {
        case "TB", "TD", "v": direction = .topToBottom
        case "BT": direction = .bottomToTop
        case "LR": direction = .leftToRight
        case "RL": direction = .rightToLeft
        default:
            switch scanner.current {
            case UInt8(of: ">"): direction = .leftToRight
            case UInt8(of: "<"): direction = .rightToLeft
            case UInt8(of: "^"): direction = .bottomToTop
            default: return nil
            }
            scanner.position += 1
            return direction
        }
        scanner.position += word.count
        return direction
    }

    /// Nothing more may stand before the line break or semicolon.
    func checkEnd(expected: [String], hint: String? = nil) throws(Diagnostic) {
        if scanner.isAtEnd || scanner.current.isNewline || scanner.current == UInt8(of: ";") { return }
        if scanner.isNext("%%") { return }
        throw scanner.unexpected(expected: expected, hint: hint)
    }

    mutating func endStatement() throws(Diagnostic) {
        scanner.skipSpaces()
        try checkEnd(expected: ["the end of the line", "a semicolon"])
        if scanner.isNext("%%") { scanner.skipLine() }
    }

    private mutating func parseStatement() throws(Diagnostic) {
        scanner.skipBlank()
        if scanner.isAtEnd || scanner.take(UInt8(of: ";")) { return }
        if try Prologue.skipComment(&scanner) { return }
        let word = String(bytes: scanner.nextWord())
        let after = scanner.peek(word.utf8.count)
        let isAlone = after == 0 || after.isSpace || after.isNewline || after == UInt8(of: ";")
        switch word {
        case "subgraph" where isAlone || after == UInt8(of: "["): try openGroup()
        case "end" where isAlone: try closeGroup()
        case "direction" where after.isSpace && isDirectionNext(): try parseGroupDirection()
        case "classDef" where isAlone, "style" where isAlone, "linkStyle" where isAlone, "click" where isAlone:
            try skipIgnored()
        case "class" where after.isSpace: try parseClass()
        case "accTitle" where after == UInt8(of: ":") || after.isSpace,
            "accDescr"
        where after == UInt8(of: ":")
            || after.isSpace || after == UInt8(of: "{"):
            try parseAccessibility(isTitle: word == "accTitle")
        default: try parseChain()
        }
    }

    /// Moves past a statement that Atlas does not use; a semicolon between quotes does not end it.
    private mutating func skipIgnored() throws(Diagnostic) {
        try scanner.checkWords(3, expected: ["what is styled", "how"])
        var isQuoted = false
        while !scanner.isAtEnd, !scanner.current.isNewline {
            if scanner.current == 34 { isQuoted.toggle() }
            if scanner.current == UInt8(of: ";"), !isQuoted { return }
            scanner.position += 1
        }
    }

    private mutating func openGroup() throws(Diagnostic) {
        let offset = scanner.position
        scanner.position += 8
        guard openGroups.count < Limits.maxNesting else {
            throw refuse("subgraphs in subgraphs", limit: Limits.maxNesting, at: offset)
        }
        let (id, label) = try parseGroupHeading()
        if let id, groupIDs.contains(id) {
            throw scanner.error("there are two subgraphs “\(id)”", at: offset, hint: "give each its own identifier")
        }
        guard builder.openGroup(id: id, label: label, line: scanner.line(at: offset)) else {
            throw refuse("subgraphs", limit: Limits.maxGroups, at: offset)
        }
        if let id { groupIDs.insert(id) }
        openGroups.append(offset)
        try endStatement()
    }

    private mutating func parseGroupHeading() throws(Diagnostic) -> (id: String?, label: String) {
        scanner.skipSpaces()
        if scanner.current == 34 {
            let text = try parseQuoted()
            return (nil, text)
        }
        let start = scanner.position
        let stops = [UInt8(of: "["), UInt8(of: ";"), UInt8(of: "("), UInt8(of: "{"), UInt8(of: "\"")]
        let written = scanner.takeLine(until: stops).trimmed
        guard written.count <= Limits.maxIdentifierBytes else { throw identifierTooLong(at: start) }
        guard !written.contains(where: { $0 < 32 || $0 == 127 }) else {
            throw scanner.error("an identifier cannot hold control characters", at: start)
        }
        let id = Entities.decode(written)
        if scanner.take(UInt8(of: "[")) {
            let label = try parseLabel(closing: "]", opening: "[", at: scanner.position - 1)
            return (id.isEmpty || id.utf8.contains(10) ? nil : id, label)
        }
        if written.isEmpty { return (nil, "") }
        return (written.contains(where: { $0.isSpace }) || id.utf8.contains(10) ? nil : id, id)
    }

    private mutating func closeGroup() throws(Diagnostic) {
        guard openGroups.popLast() != nil else {
            throw scanner.error(
                "“end” closes nothing here",
                at: scanner.position,
                hint:
                    "“end” closes a subgraph; a node cannot be called “end”, write “End” or give it another identifier"
            )
        }
        scanner.position += 3
        builder.closeGroup()
        let hint = "a node cannot be called “end”, write “End” or give it another identifier"
        scanner.skipSpaces()
        try checkEnd(expected: ["the end of the line"], hint: hint)
    }

    /// Whether a word and nothing else follows “direction”; otherwise it is a node called so.
    private func isDirectionNext() -> Bool {
        var ahead = scanner
        ahead.position += 9
        ahead.skipSpaces()
        let word = ahead.nextWord()
        ahead.position += word.count
        ahead.skipSpaces()
        let isEnd = ahead.isAtEnd || ahead.current.isNewline || ahead.current == UInt8(of: ";") || ahead.isNext("%%")
        return word.isEmpty ? ahead.current == UInt8(of: ">") || ahead.current == UInt8(of: "^") : isEnd
    }

    private mutating func parseGroupDirection() throws(Diagnostic) {
        let offset = scanner.position
        scanner.position += 9
        scanner.skipSpaces()
        guard let direction = takeDirection() else {
            throw scanner.unexpected(expected: ["TB", "TD", "BT", "LR", "RL"])
        }
        try endStatement()
        if let group = builder.open.last {
            builder.update { $0.groups[group.position].direction = direction }
        } else {
            var warning = scanner.error("a direction outside a subgraph has no effect", at: offset)
            warning.severity = .warning
            warning.hint = "put it behind “flowchart”"
            report(warning)
        }
    }

    private mutating func parseClass() throws(Diagnostic) {
        scanner.position += 5
        var ids: [String] = []
        repeat {
            scanner.skipSpaces()
            let id = takeClassMember()
            guard !id.isEmpty else { throw scanner.unexpected(expected: ["a node"]) }
            ids.append(String(bytes: id))
            scanner.skipSpaces()
        } while scanner.take(UInt8(of: ","))
        let name = scanner.nextWord()
        guard !name.isEmpty else { throw scanner.unexpected(expected: ["the name of a class"]) }
        scanner.position += name.count
        if let kind = NodeKind(rawValue: String(bytes: name)) { for id in ids { kinds.append((id, kind)) } }
        try endStatement()
    }

    private mutating func takeClassMember() -> [UInt8] {
        let start = scanner.position
        while !scanner.isAtEnd, !scanner.current.isSpace, !scanner.current.isNewline,
            scanner.current != UInt8(of: ","), scanner.current != UInt8(of: ";")
        {
            scanner.position += 1
        }
        return Array(scanner.bytes[start..<scanner.position])
    }

    private mutating func parseAccessibility(isTitle: Bool) throws(Diagnostic) {
        let text = try Accessibility.parse(&scanner)
        builder.update { graph in
            if isTitle { graph.accessibleTitle = text } else { graph.accessibleDescription = text }
        }
    }
}
