/// Reads the body of a class diagram, statement by statement.
///
/// Source: Mermaid 11 documentation, "Class diagrams".
struct ClassParser: StatementParser {
    var scanner: Scanner
    var builder = GraphBuilder(kind: .classes)
    var reports = DiagnosticList()
    /// Whether a class is more than the end of a lollipop, by position of the node.
    var isDeclared: [Bool] = []
    /// Offsets of the open namespaces, the innermost last.
    private var openGroups: [Int] = []
    private var groupIDs = NameTable()

    init(_ scanner: Scanner) {
        self.scanner = scanner
    }

    mutating func parse(_ prologue: Prologue) -> ParseOutcome {
        parseStatements(prologue)
        if !reports.isRefused {
            for offset in openGroups {
                reports.add(scanner.error("this namespace is not closed", at: offset, expected: ["}"]))
            }
        }
        let names = builder.names
        for index in builder.graph.groups.indices where names.contains(builder.graph.groups[index].id) {
            let group = builder.graph.groups[index]
            let message = "“\(group.id)” is a class and a namespace"
            let hint = "give one of them another name"
            reports.add(Diagnostic(severity: .error, line: group.line, column: 1, message: message, hint: hint))
        }
        guard reports.errorCount == 0 else { return ParseOutcome(graph: nil, diagnostics: reports.entries) }
        for (position, isDeclared) in isDeclared.enumerated() where !isDeclared {
            guard builder[node: position].kind == .unknown else { continue }
            builder[node: position].role = .interface
            builder[node: position].shape = .circle
        }
        var graph = builder.finish()
        // Interfaces that only a lollipop names come last, as the printer writes them.
        graph.nodes = graph.nodes.filter { $0.role != .interface } + graph.nodes.filter { $0.role == .interface }
        return ParseOutcome(graph: graph, diagnostics: reports.entries)
    }

    mutating func parseStatement() throws(Diagnostic) {
        if scanner.take(UInt8(of: ";")) { return }
        if try Prologue.skipComment(&scanner) { return }
        let offset = scanner.position
        if scanner.current == UInt8(of: "}") { return try closeNamespace() }
        if scanner.take("<<") { return try parseAnnotation(at: offset) }
        let word = String(bytes: scanner.nextWord())
        let after = scanner.peek(word.utf8.count)
        if try parseSharedStatement(word, after: after) { return }
        if after.isSpace || (word == "class" && (after.isNewline || after == 0)) {
            scanner.position += word.utf8.count
            switch word {
            case "class": return try parseClass()
            case "namespace": return try openNamespace(at: offset)
            case "note": return try parseNote(at: offset)
            case "link", "callback": return scanner.skipLine()
            case "direction":
                let direction = try parseDirection()
                return builder.update { $0.direction = direction }
            case "cssClass":
                let (ids, kind) = try parseClassAssignment()
                guard let kind else { return }
                for id in ids { if let position = builder.names[id] { builder[node: position].kind = kind } }
                return
            default: scanner.position = offset
            }
        }
        try parseRelation()
    }

    // MARK: - Namespaces

    private mutating func openNamespace(at offset: Int) throws(Diagnostic) {
        guard openGroups.count < Limits.maxNesting else {
            throw refuse("namespaces in namespaces", limit: Limits.maxNesting, at: offset)
        }
        scanner.skipSpaces()
        let nameOffset = scanner.position
        let id = try parseName().id
        scanner.skipSpaces()
        guard scanner.take(UInt8(of: "{")) else { throw scanner.unexpected(expected: ["{"]) }
        guard !groupIDs.contains(id) else {
            throw scanner.error("there are two namespaces “\(id)”", at: nameOffset, hint: "put both parts in one")
        }
        guard builder.openGroup(id: id, label: id, line: scanner.line(at: offset)) else {
            throw refuse("namespaces", limit: Limits.maxGroups, at: offset)
        }
        groupIDs.insert(id)
        openGroups.append(offset)
    }

    private mutating func closeNamespace() throws(Diagnostic) {
        guard openGroups.popLast() != nil else {
            throw scanner.error("“}” closes nothing here", at: scanner.position)
        }
        let offset = scanner.position
        scanner.position += 1
        let position = builder.open.last?.position
        builder.closeGroup()
        if let position, builder.graph.groups[position].members.isEmpty, position == builder.graph.groups.count - 1 {
            throw scanner.error("the namespace is empty", at: offset, expected: ["class"])
        }
        try endStatement()
    }

    // MARK: - Classes

    /// The position of a class, made when it is new.
    mutating func mentionClass(at offset: Int, isDeclared: Bool) throws(Diagnostic) -> Int {
        let (id, generic) = try parseName()
        let position = try mention(id, "classes", at: offset)
        if position == self.isDeclared.count { self.isDeclared.append(false) }
        if isDeclared { self.isDeclared[position] = true }
        if let generic {
            self.isDeclared[position] = true
            builder[node: position].generic = generic
        }
        return position
    }

    /// Behind the word `class`.
    private mutating func parseClass() throws(Diagnostic) {
        scanner.skipSpaces()
        let position = try mentionClass(at: scanner.position, isDeclared: true)
        while true {
            scanner.skipSpaces()
            if scanner.take(UInt8(of: "[")) {
                scanner.skipSpaces()
                guard scanner.current == 34 else { throw scanner.unexpected(expected: ["a label in quotes"]) }
                let label = try parseQuotedText()
                if !label.isEmpty { builder[node: position].label = label }
                scanner.skipSpaces()
                guard scanner.take(UInt8(of: "]")) else { throw scanner.unexpected(expected: ["]"]) }
            } else if scanner.isNext(":::") {
                if let kind = try parseStyleClass() { builder[node: position].kind = kind }
            } else if scanner.take("<<") {
                try parseAnnotationText(of: position)
            } else if scanner.current == UInt8(of: "{") {
                try parseBody(of: position)
            } else {
                return try endStatement()
            }
        }
    }

    private mutating func parseBody(of position: Int) throws(Diagnostic) {
        let offset = scanner.position
        scanner.position += 1
        while true {
            scanner.skipBlank()
            if scanner.take(UInt8(of: "}")) { return }
            if scanner.isAtEnd { throw scanner.error("this class is not closed", at: offset, expected: ["}"]) }
            if scanner.isNext("%%") {
                scanner.skipLine()
            } else if scanner.take("<<") {
                try parseAnnotationText(of: position)
            } else {
                let start = scanner.position
                let written = scanner.takeLine(until: [UInt8(of: "{"), UInt8(of: "}")]).trimmed
                if scanner.current == UInt8(of: "{") {
                    throw scanner.unexpected(expected: ["a member", "}"], hint: "a brace in a member is written #123;")
                }
                try add(written, to: position, at: start)
            }
        }
    }

    private mutating func add(_ written: [UInt8], to position: Int, at offset: Int) throws(Diagnostic) {
        guard written.count <= Limits.maxLabelBytes else {
            throw scanner.error("the member is longer than \(Limits.maxLabelBytes) bytes", at: offset)
        }
        guard builder[node: position].members.count < Limits.maxMembers else {
            throw scanner.error("a class has at most \(Limits.maxMembers) members", at: offset)
        }
        guard let member = ClassMember.read(written) else { throw scanner.error("the member has no name", at: offset) }
        builder[node: position].members.append(member)
    }

    private mutating func parseAnnotationText(of position: Int) throws(Diagnostic) {
        let offset = scanner.position
        let written = scanner.takeLine(until: [UInt8(of: ">")])
        guard scanner.take(">>") else { throw scanner.unexpected(expected: [">>"]) }
        let text = try decoded(written.trimmed, at: offset).onOneLine
        guard !text.isEmpty else { throw scanner.error("the annotation is empty", at: offset) }
        guard builder[node: position].annotations.count < Limits.maxMembers else {
            throw scanner.error("a class has at most \(Limits.maxMembers) annotations", at: offset)
        }
        builder[node: position].annotations.append(text)
    }

    /// `<<interface>> Shape`.
    private mutating func parseAnnotation(at offset: Int) throws(Diagnostic) {
        let start = scanner.position
        _ = scanner.takeLine(until: [UInt8(of: ">")])
        guard scanner.take(">>") else { throw scanner.unexpected(expected: [">>"]) }
        scanner.skipSpaces()
        let position = try mentionClass(at: scanner.position, isDeclared: true)
        let end = scanner.position
        scanner.position = start
        try parseAnnotationText(of: position)
        scanner.position = end
        try endStatement()
    }

    /// `Name : member`, where the colon is next.
    mutating func parseMember(of position: Int) throws(Diagnostic) {
        scanner.position += 1
        scanner.skipSpaces()
        let offset = scanner.position
        let written = scanner.takeLine().trimmed
        if !written.isEmpty { try add(written, to: position, at: offset) }
    }
}
