/// Reads the body of an entity-relationship diagram, statement by statement.
///
/// Source: Mermaid 11 documentation, "Entity Relationship Diagrams".
struct EntityParser: StatementParser {
    var scanner: Scanner
    var builder = GraphBuilder(kind: .entities)
    var reports = DiagnosticList()

    init(_ scanner: Scanner) {
        self.scanner = scanner
    }

    mutating func parse(_ prologue: Prologue) -> ParseOutcome {
        parseStatements(prologue)
        guard reports.errorCount == 0 else { return ParseOutcome(graph: nil, diagnostics: reports.entries) }
        return ParseOutcome(graph: builder.finish(), diagnostics: reports.entries)
    }

    mutating func parseStatement() throws(Diagnostic) {
        if scanner.take(UInt8(of: ";")) { return }
        if try Prologue.skipComment(&scanner) { return }
        let word = String(bytes: scanner.nextWord())
        let after = scanner.peek(word.utf8.count)
        if try parseSharedStatement(word, after: after) { return }
        let offset = scanner.position
        if after.isSpace {
            scanner.position += word.utf8.count
            switch word {
            case "direction":
                let direction = try parseDirection()
                return builder.update { $0.direction = direction }
            case "class":
                let (ids, kind) = try parseClassAssignment()
                guard let kind else { return }
                for id in ids { if let position = builder.names[id] { builder[node: position].kind = kind } }
                return
            default: scanner.position = offset
            }
        }
        try parseEntity(at: offset)
    }

    // MARK: - Entities

    private mutating func parseName() throws(Diagnostic) -> String {
        if scanner.current == 34 {
            let offset = scanner.position
            scanner.position += 1
            let written = scanner.takeLine(until: [34])
            guard scanner.take(34) else {
                throw scanner.error("this quote is not closed", at: offset, expected: ["\""])
            }
            let name = Entities.decode(written).trimmed
            guard !name.isEmpty else { throw scanner.error("the name is empty", at: offset) }
            return name
        }
        let start = scanner.position
        while !scanner.isAtEnd, scanner.current.isEntityPart { scanner.position += 1 }
        guard scanner.position > start else { throw scanner.unexpected(expected: ["an entity"]) }
        return String(bytes: scanner.bytes[start..<scanner.position])
    }

    private mutating func mentionEntity() throws(Diagnostic) -> Int {
        let offset = scanner.position
        let name = try parseName()
        return try mention(name, "entities", at: offset)
    }

    private mutating func parseEntity(at offset: Int) throws(Diagnostic) {
        let position = try mentionEntity()
        var hasAlias = false
        while true {
            scanner.skipSpaces()
            if scanner.isNext(":::") {
                if let kind = try parseStyleClass() { builder[node: position].kind = kind }
            } else if scanner.take(UInt8(of: "[")) {
                try parseAlias(of: position)
                hasAlias = true
            } else if scanner.current == UInt8(of: "{") {
                return try parseAttributes(of: position)
            } else if !hasAlias, let tail = takeCardinality() {
                return try parseRelation(from: position, tail: tail, at: offset)
            } else if scanner.isAtEnd || scanner.current.isNewline || scanner.isNext("%%") {
                return try endStatement()
            } else {
                let slip = scanner.isNext("-") ? "a relation names both numbers: ||--o{" : nil
                let hint = hasAlias ? "a relation stands in a line of its own" : slip
                throw scanner.unexpected(expected: ["a relation such as ||--o{", "{", "["], hint: hint)
            }
        }
    }

    private mutating func parseAlias(of position: Int) throws(Diagnostic) {
        scanner.skipSpaces()
        let offset = scanner.position
        var label: String
        if scanner.current == 34 {
            label = try parseQuotedText()
        } else {
            label = try decoded(scanner.takeLine(until: [UInt8(of: "]")]).trimmed, at: offset)
        }
        label = label.trimmed
        scanner.skipSpaces()
        guard scanner.take(UInt8(of: "]")) else { throw scanner.unexpected(expected: ["]"]) }
        guard !label.isEmpty else { throw scanner.error("the name is empty", at: offset) }
        builder[node: position].label = label
    }

    // MARK: - Relations

    private mutating func takeCardinality() -> Arrow.Head? {
        for (head, left, right) in RelationSign.cardinalities {
            if scanner.take(left) || scanner.take(right) { return head }
        }
        for (head, words) in RelationSign.cardinalityWords where scanner.isNext(words) {
            let next = scanner.peek(words.utf8.count)
            // `1` and `one` are numbers only when a word or a line follows.
            if next.isEntityPart, next != UInt8(of: "-"), next != UInt8(of: ".") { continue }
            scanner.position += words.utf8.count
            return head
        }
        return nil
    }

    private mutating func takeLine() -> Arrow.Line? {
        if scanner.take("--") { return .solid }
        if scanner.take("..") || scanner.take(".-") || scanner.take("-.") { return .dotted }
        if scanner.isNext("to"), !scanner.peek(2).isEntityPart {
            scanner.position += 2
            return .solid
        }
        if scanner.isNext("optionally to"), !scanner.peek(13).isEntityPart {
            scanner.position += 13
            return .dotted
        }
        return nil
    }

    private mutating func parseRelation(from: Int, tail: Arrow.Head, at offset: Int) throws(Diagnostic) {
        scanner.skipSpaces()
        guard let line = takeLine() else { throw scanner.unexpected(expected: ["--", "..", "to", "optionally to"]) }
        scanner.skipSpaces()
        guard let head = takeCardinality() else {
            throw scanner.unexpected(expected: RelationSign.cardinalities.map { $0.right })
        }
        scanner.skipSpaces()
        let to = try mentionEntity()
        scanner.skipSpaces()
        if let kind = try parseStyleClass() { builder[node: to].kind = kind }
        scanner.skipSpaces()
        guard scanner.take(UInt8(of: ":")) else {
            throw scanner.unexpected(expected: [": what the relation means"], hint: "write : \"\" for no text")
        }
        let label = try parseRole()
        let isAdded = builder.connect(
            builder[node: from].id,
            builder[node: to].id,
            label: label.isEmpty ? nil : label,
            arrow: Arrow(line: line, tail: tail, head: head),
            line: scanner.line(at: offset)
        )
        guard isAdded else { throw refuse("relations", limit: Limits.maxEdges, at: offset) }
        try endStatement()
    }

    private mutating func parseRole() throws(Diagnostic) -> String {
        scanner.skipSpaces()
        if scanner.current == 34 { return try parseQuotedText() }
        let start = scanner.position
        while !scanner.isAtEnd, scanner.current.isEntityPart { scanner.position += 1 }
        let written = Array(scanner.bytes[start..<scanner.position])
        guard !written.isEmpty else { throw scanner.unexpected(expected: ["a word", "a text in quotes"]) }
        let next = scanner
        scanner.skipSpaces()
        if scanner.current.isWordPart { throw next.unexpectedSecondWord(at: scanner.position) }
        return try decoded(written, at: start)
    }
}

extension Scanner {
    fileprivate func unexpectedSecondWord(at offset: Int) -> Diagnostic {
        var there = self
        there.position = offset
        return there.unexpected(expected: ["the end of the line"], hint: "put a text of several words in quotes")
    }
}

extension UInt8 {
    /// Part of the name of an entity.
    var isEntityPart: Bool { isWordPart || self == UInt8(of: ".") || self == UInt8(of: "*") }
}
