/// Reads the body of a state diagram, statement by statement.
///
/// Source: Mermaid 11 documentation, "State diagrams".
struct StateParser: StatementParser {
    var scanner: Scanner
    var builder = GraphBuilder(kind: .state)
    var reports = DiagnosticList()
    var scopes = StateScopes()
    /// Which states have a description of their own, by position of the node.
    private var isDescribed: [Bool] = []
    var notes: [GraphNote] = []

    init(_ scanner: Scanner) {
        self.scanner = scanner
    }

    mutating func parse(_ prologue: Prologue) -> ParseOutcome {
        parseStatements(prologue)
        if !reports.isRefused {
            for offset in scopes.openOffsets {
                reports.add(scanner.error("this composite state is not closed", at: offset, expected: ["}"]))
            }
        }
        guard reports.errorCount == 0 else { return ParseOutcome(graph: nil, diagnostics: reports.entries) }
        var assembler = StateAssembler(builder.graph, scopes, notes)
        let graph = assembler.assemble()
        for diagnostic in assembler.diagnostics { reports.add(diagnostic) }
        return ParseOutcome(graph: reports.errorCount == 0 ? graph : nil, diagnostics: reports.entries)
    }

    mutating func parseStatement() throws(Diagnostic) {
        if scanner.take(UInt8(of: ";")) { return }
        if try Prologue.skipComment(&scanner) { return }
        let offset = scanner.position
        if scanner.isNext("#") { return scanner.skipLine() }
        if scanner.take(UInt8(of: "}")) { return try closeComposite(at: offset) }
        if scanner.isNext("--"), !scanner.isNext("-->") { return try parseDivider(at: offset) }
        let word = String(bytes: scanner.nextWord())
        let after = scanner.peek(word.utf8.count)
        let isState = isStateNext(behind: word) && word != "accTitle" && word != "accDescr"
        if !isState, try parseSharedStatement(word, after: after) { return }
        guard after.isSpace, !isState else { return try parseTransition() }
        scanner.position += word.utf8.count
        switch word.lowercasedASCII {
        case "state": try parseState()
        case "note": try parseNote(at: offset)
        case "direction": scopes.setDirection(try parseDirection())
        case "class":
            let (ids, kind) = try parseClassAssignment()
            guard let kind else { return }
            for id in ids where builder.names[id] != nil { setKind(kind, of: id) }
        case "scale", "hide": scanner.skipLine()
        default:
            scanner.position = offset
            try parseTransition()
        }
    }

    /// Whether a keyword is the name of a state after all, because an arrow or a description follows.
    private func isStateNext(behind word: String) -> Bool {
        var ahead = scanner
        ahead.position += word.utf8.count
        ahead.skipSpaces()
        return ahead.isNext("-->") || ahead.isNext(":")
    }

    private mutating func setKind(_ kind: NodeKind, of id: String) {
        if let position = builder.names[id] { builder[node: position].kind = kind }
    }

    // MARK: - Composite states

    private mutating func closeComposite(at offset: Int) throws(Diagnostic) {
        guard scopes.close() else {
            throw scanner.error(
                "“}” closes nothing here",
                at: offset,
                hint: "a composite state starts with state Name {"
            )
        }
        try endStatement()
    }

    private mutating func parseDivider(at offset: Int) throws(Diagnostic) {
        scanner.position += 2
        guard scopes.startRegion(line: scanner.line(at: offset)) else {
            throw scanner.error("“--” divides a composite state, here is none", at: offset, hint: "an arrow is “-->”")
        }
        guard scopes.count <= 2 * Limits.maxGroups else {
            throw refuse("regions", limit: Limits.maxGroups, at: offset)
        }
        try endStatement()
    }

    private mutating func openComposite(_ id: String, label: String?, at offset: Int) throws(Diagnostic) {
        guard scopes.depth < Limits.maxNesting / 2 else {
            throw refuse("states in states", limit: Limits.maxNesting / 2, at: offset)
        }
        guard scopes.count <= 2 * Limits.maxGroups else {
            throw refuse("composite states", limit: Limits.maxGroups, at: offset)
        }
        guard scopes.open(id, label: label, at: offset, line: scanner.line(at: offset)) else {
            throw scanner.error("there are two composite states “\(id)”", at: offset, hint: "put both parts in one")
        }
        scanner.position += 1
    }

    // MARK: - States

    /// Behind the word `state`.
    private mutating func parseState() throws(Diagnostic) {
        scanner.skipSpaces()
        var description: String?
        if scanner.current == 34 {
            description = try parseQuotedText()
            scanner.skipSpaces()
            let word = scanner.nextWord()
            guard String(bytes: word).lowercasedASCII == "as" else { throw scanner.unexpected(expected: ["as"]) }
            scanner.position += 2
            scanner.skipSpaces()
        }
        let offset = scanner.position
        let id = try parseStateID()
        let position = try mentionState(id, at: offset)
        if let kind = try parseStyleClass() { setKind(kind, of: id) }
        scanner.skipSpaces()
        if let role = try parseRole() {
            builder[node: position].role = role
            builder[node: position].shape = role == .choice ? .diamond : .fork
        }
        scanner.skipSpaces()
        if let description { describe(position, description) }
        if scanner.current == UInt8(of: "{") {
            try openComposite(id, label: description, at: offset)
            return
        }
        if scanner.current == UInt8(of: ":") { return try parseDescription(of: position) }
        try endStatement()
    }

    /// `<<fork>>`, `<<join>>` or `<<choice>>`, also in square brackets.
    private mutating func parseRole() throws(Diagnostic) -> NodeRole? {
        for (opening, closing) in [("<<", ">>"), ("[[", "]]")] where scanner.take(opening) {
            for role in [NodeRole.fork, .join, .choice] where scanner.take("\(role.rawValue)\(closing)") { return role }
            throw scanner.unexpected(expected: ["fork", "join", "choice"].map { "\(opening)\($0)\(closing)" })
        }
        return nil
    }

    private mutating func describe(_ position: Int, _ text: String) {
        guard !text.isEmpty else { return }
        if isDescribed[position] {
            builder[node: position].members.append(Member(name: text))
        } else {
            isDescribed[position] = true
            builder[node: position].label = text
        }
    }

    private mutating func parseDescription(of position: Int) throws(Diagnostic) {
        scanner.position += 1
        let offset = scanner.position
        let text = try parseRestOfLine()
        guard builder[node: position].members.count < Limits.maxMembers else {
            throw scanner.error("a state has at most \(Limits.maxMembers) lines", at: offset)
        }
        describe(position, text)
    }

    private mutating func mentionState(_ id: String, at offset: Int) throws(Diagnostic) -> Int {
        let position = try mention(id, "states", at: offset)
        if position == isDescribed.count {
            isDescribed.append(false)
            builder[node: position].shape = .rounded
        }
        scopes.mention(position)
        return position
    }

    private mutating func parseStateID() throws(Diagnostic) -> String {
        if scanner.isNext("%%") { throw scanner.unexpected(expected: ["a state"]) }
        let start = scanner.position
        while !scanner.isAtEnd, scanner.current.isStatePart, !scanner.isNext("<<") { scanner.position += 1 }
        let id = String(bytes: scanner.bytes[start..<scanner.position])
        guard !id.isEmpty else {
            let hint = scanner.current == 34 ? "write state \"description\" as name" : nil
            throw scanner.unexpected(expected: ["a state"], hint: hint)
        }
        if scanner.current == UInt8(of: "-"), !scanner.isNext("--") {
            let hint = "a state's name has no “-”: write state \"half-open\" as half_open"
            throw scanner.unexpected(expected: ["-->"], hint: scanner.isNext("->") ? "an arrow is “-->”" : hint)
        }
        return id
    }

    mutating func parseNoteTarget() throws(Diagnostic) -> String {
        let offset = scanner.position
        let id = try parseStateID()
        _ = try mentionState(id, at: offset)
        return id
    }

    // MARK: - Transitions

    private mutating func parseEnd(isStart: Bool) throws(Diagnostic) -> (id: String, position: Int, isMark: Bool) {
        scanner.skipSpaces()
        let offset = scanner.position
        guard scanner.take("[*]") else {
            let id = try parseStateID()
            let position = try mentionState(id, at: offset)
            if let kind = try parseStyleClass() { setKind(kind, of: id) }
            return (id, position, false)
        }
        // A name that no state can have; the assembler gives the mark its own.
        let id = StateScopes.markName(isStart: isStart, scope: scopes.current)
        let position = try mentionState(id, at: offset)
        builder[node: position].role = isStart ? .start : .end
        builder[node: position].shape = isStart ? .filledCircle : .framedCircle
        builder[node: position].label = isStart ? "Start" : "End"
        _ = try parseStyleClass()
        return (id, position, true)
    }

    private mutating func parseTransition() throws(Diagnostic) {
        let offset = scanner.position
        let from = try parseEnd(isStart: true)
        scanner.skipSpaces()
        if scanner.current == UInt8(of: ":"), !from.isMark { return try parseDescription(of: from.position) }
        guard scanner.take("-->") else {
            let hint = scanner.current.isWordPart ? "a name has no spaces: write state \"two words\" as twoWords" : nil
            scanner.skipSpaces()
            if scanner.current.isWordPart || scanner.isNext("-") || scanner.current == 34 {
                throw scanner.unexpected(expected: ["-->", ":", "the end of the line"], hint: hint)
            }
            return try endStatement()
        }
        let to = try parseEnd(isStart: false)
        scanner.skipSpaces()
        var label: String?
        if scanner.take(UInt8(of: ":")) {
            let text = try parseRestOfLine()
            label = text.isEmpty ? nil : text
        } else {
            try endStatement()
        }
        guard builder.connect(from.id, to.id, label: label, arrow: Arrow(), line: scanner.line(at: offset)) else {
            throw refuse("transitions", limit: Limits.maxEdges, at: offset)
        }
    }
}

extension UInt8 {
    /// Part of the name of a state.
    fileprivate var isStatePart: Bool {
        if isLetter || isDigit || isBeyondASCII { return true }
        switch Unicode.Scalar(self) {
        case "_", ".", "!", "$", "%", "&", "'", "*", "+", "/", "?", "@", "^", "=", "(", ")", ",", "<", ">": return true
        default: return false
        }
    }
}
