extension SequenceParser {
    /// Text to the end of the statement, decoded; moves there.
    mutating func parseText() throws(Diagnostic) -> String {
        scanner.skipSpaces()
        let offset = scanner.position
        while !scanner.isAtEnd, !scanner.current.isNewline {
            if scanner.current == UInt8(of: ";"), !isEntityEnd(from: offset) { break }
            scanner.position += 1
        }
        var written = Array(scanner.bytes[offset..<scanner.position]).trimmed
        for prefix in ["wrap:", "nowrap:"] where written.starts(with: prefix, at: 0) {
            written = Array(written.dropFirst(prefix.utf8.count)).trimmed
        }
        guard written.count <= Limits.maxLabelBytes else {
            throw scanner.error("the text is longer than \(Limits.maxLabelBytes) bytes", at: offset)
        }
        return Entities.decode(written)
    }

    /// Whether the semicolon at the position belongs to a code such as `#35;`.
    private func isEntityEnd(from start: Int) -> Bool {
        var index = scanner.position - 1
        while index >= start, scanner.bytes[index].isLetter || scanner.bytes[index].isDigit { index -= 1 }
        guard index >= start, index < scanner.position - 1 else { return false }
        if scanner.bytes[index] == UInt8(of: "#") { return true }
        return scanner.bytes[index] == UInt8(of: "&")
    }

    /// The position of a participant, made when it is new.
    mutating func mention(_ id: String, at offset: Int) throws(Diagnostic) -> Int {
        guard id.utf8.count <= Limits.maxIdentifierBytes else {
            throw scanner.error("the name is longer than \(Limits.maxIdentifierBytes) bytes", at: offset)
        }
        guard !id.lowercasedASCII.utf8.split(separator: 32).dropFirst().contains(where: { Array($0) == [97, 115] })
        else {
            throw scanner.error("the name holds the word “as”", at: offset, hint: "write participant Name as label")
        }
        guard let position = builder.mention(id, line: scanner.line(at: offset)) else {
            throw refuse("participants", limit: Limits.maxNodes, at: offset)
        }
        if position == activity.count {
            activity.append(0)
            builder[node: position].shape = .participant
            builder[node: position].kind = .unknown
        }
        return position
    }

    /// A name up to an arrow, colon, comma or the end of the statement.
    mutating func takeName(stopAtAs: Bool = false) -> String {
        let start = scanner.position
        while !scanner.isAtEnd {
            let byte = scanner.current
            if byte.isNewline || byte == UInt8(of: ";") || byte == UInt8(of: ":") || byte == UInt8(of: ",") { break }
            if byte == UInt8(of: "+") || byte == UInt8(of: "<") || byte == UInt8(of: ">") || byte == UInt8(of: "#") {
                break
            }
            if byte == UInt8(of: "@"), scanner.peek(1) == UInt8(of: "{") { break }
            if byte == UInt8(of: "-"), MessageArrow.next(in: scanner) != nil { break }
            if stopAtAs, byte.isSpace, isAsNext() { break }
            scanner.position += 1
        }
        return String(bytes: Array(scanner.bytes[start..<scanner.position]).trimmed)
    }

    private func isAsNext() -> Bool {
        var ahead = scanner
        ahead.skipSpaces()
        return ahead.nextWord().map { $0.lowercase } == [97, 115] && ahead.peek(2).isSpace
    }

    @discardableResult
    mutating func parseParticipant(isActor: Bool, isCreated: Bool, at offset: Int) throws(Diagnostic) -> String {
        let nameOffset = scanner.position
        let id = takeName(stopAtAs: true)
        guard !id.isEmpty else { throw scanner.unexpected(expected: ["the name of a participant"]) }
        if isCreated, builder.names.contains(id) {
            throw scanner.error("“\(id)” exists before it is created", at: nameOffset)
        }
        let position = try mention(id, at: nameOffset)
        if isActor { builder[node: position].shape = .actor }
        if scanner.isNext("@{") { try parseType(of: position) }
        scanner.skipSpaces()
        if isAsNext() {
            scanner.position += 2
            let label = try parseText()
            guard !label.isEmpty else { throw scanner.unexpected(expected: ["a label"]) }
            builder[node: position].label = label
        }
        try endStatement()
        return id
    }

    /// `@{ "type": "database" }`; the types that look like a person or a drum are kept.
    private mutating func parseType(of position: Int) throws(Diagnostic) {
        let offset = scanner.position
        let written = scanner.takeLine(until: [UInt8(of: "}")])
        guard scanner.take(UInt8(of: "}")) else {
            throw scanner.error("“@{” is not closed", at: offset, expected: ["}"])
        }
        let words = String(bytes: written).split(at: 34)
        guard let index = words.firstIndex(of: "type"), index + 2 < words.count else { return }
        switch words[index + 2] {
        case "actor": builder[node: position].shape = .actor
        case "database": builder[node: position].shape = .cylinder
        case "queue": builder[node: position].shape = .horizontalCylinder
        default: builder[node: position].shape = .participant
        }
        builder[node: position].kind = builder[node: position].shape.impliedKind
    }

    mutating func parseCreate(at offset: Int) throws(Diagnostic) {
        let word = String(bytes: scanner.nextWord()).lowercasedASCII
        guard word == "participant" || word == "actor" else {
            throw scanner.unexpected(expected: ["participant", "actor"])
        }
        if isInBox { throw scanner.error("“create” cannot stand in a box", at: offset) }
        if let created { throw scanner.error("no message to “\(created.id)” has created it yet", at: offset) }
        scanner.position += word.utf8.count
        scanner.skipSpaces()
        let id = try parseParticipant(isActor: word == "actor", isCreated: true, at: offset)
        created = (id, offset)
        try append(.create(id), at: offset)
    }

    mutating func parseDestroy(at offset: Int) throws(Diagnostic) {
        let id = try parseKnownName()
        if let destroyed { throw scanner.error("no message has ended “\(destroyed.id)” yet", at: offset) }
        destroyed = (id, offset)
        try append(.destroy(id), at: offset)
    }

    private mutating func parseKnownName() throws(Diagnostic) -> String {
        let nameOffset = scanner.position
        let id = takeName()
        guard !id.isEmpty else { throw scanner.unexpected(expected: ["the name of a participant"]) }
        _ = try mention(id, at: nameOffset)
        try endStatement()
        return id
    }

    mutating func parseActivation(isStart: Bool, at offset: Int) throws(Diagnostic) {
        let id = try parseKnownName()
        try activate(id, isStart: isStart, at: offset)
    }

    private mutating func activate(_ id: String, isStart: Bool, at offset: Int) throws(Diagnostic) {
        guard let position = builder.names[id], position < activity.count else { return }
        if !isStart, activity[position] == 0 {
            throw scanner.error("“\(id)” is not active here", at: offset, hint: "activate it with ->>+ or “activate”")
        }
        guard activity[position] < Limits.maxNesting || !isStart else {
            throw scanner.error("“\(id)” is active more than \(Limits.maxNesting) times", at: offset)
        }
        activity[position] += isStart ? 1 : -1
        try append(isStart ? .activate(id) : .deactivate(id), at: offset)
    }

    mutating func parseNote(at offset: Int) throws(Diagnostic) {
        let word = String(bytes: scanner.nextWord()).lowercasedASCII
        scanner.position += word.utf8.count
        scanner.skipSpaces()
        guard let placement = SequenceNote.Placement(rawValue: word) else {
            scanner.position = offset
            throw scanner.error("“note” needs a place", at: offset, expected: ["left of", "right of", "over"])
        }
        if placement != .over {
            guard String(bytes: scanner.nextWord()).lowercasedASCII == "of" else {
                throw scanner.unexpected(expected: ["of"])
            }
            scanner.position += 2
            scanner.skipSpaces()
        }
        let ids = try parseNoteEnds(placement)
        guard scanner.take(UInt8(of: ":")) else {
            throw scanner.unexpected(expected: [":"], hint: "write Note over A: text")
        }
        let text = try parseText()
        let last = ids.count > 1 ? ids[1] : nil
        let note = SequenceNote(placement: placement, participant: ids[0], lastParticipant: last, text: text)
        try append(.note(note), at: offset)
    }

    private mutating func parseNoteEnds(_ placement: SequenceNote.Placement) throws(Diagnostic) -> [String] {
        var ids: [String] = []
        repeat {
            scanner.skipSpaces()
            let nameOffset = scanner.position
            let id = takeName()
            guard !id.isEmpty else { throw scanner.unexpected(expected: ["the name of a participant"]) }
            _ = try mention(id, at: nameOffset)
            ids.append(id)
        } while ids.count < 2 && placement == .over && scanner.take(UInt8(of: ","))
        return ids
    }

    /// `A->>+B: text`.
    mutating func parseMessage() throws(Diagnostic) {
        let offset = scanner.position
        let from = takeName()
        guard !from.isEmpty else { throw scanner.unexpected(expected: ["a participant", "a keyword"]) }
        guard let written = MessageArrow.next(in: scanner) else { throw noArrow(behind: from, at: offset) }
        scanner.position += written.sign.utf8.count
        scanner.skipSpaces()
        var activation: Bool?
        if scanner.take(UInt8(of: "+")) {
            activation = true
        } else if scanner.take(UInt8(of: "-")) {
            activation = false
        }
        scanner.skipSpaces()
        let targetOffset = scanner.position
        let to = takeName()
        guard !to.isEmpty, to.utf8.first != UInt8(of: "-") else {
            scanner.position = targetOffset
            throw scanner.unexpected(expected: ["a participant"])
        }
        guard scanner.take(UInt8(of: ":")) else {
            throw scanner.unexpected(expected: [":"], hint: "write \(from)\(written.sign)\(to): text")
        }
        let text = try parseText()
        _ = try mention(from, at: offset)
        _ = try mention(to, at: targetOffset)
        try checkLifetime(from: from, to: to, at: offset)
        let label = text.isEmpty ? nil : text
        guard builder.connect(from, to, label: label, arrow: written.arrow, line: scanner.line(at: offset)) else {
            throw refuse("messages", limit: Limits.maxEdges, at: offset)
        }
        try append(.message("m\(builder.graph.edges.count)"), at: offset)
        if let activation { try activate(activation ? to : from, isStart: activation, at: offset) }
    }

    private func noArrow(behind name: String, at offset: Int) -> Diagnostic {
        let words = NameTable.keywords.nearest(to: String(bytes: name.utf8.split(separator: 32).first ?? []))
        var hint = words.first.map { "did you mean “\($0)”?" }
        if followsSemicolon(offset) { hint = "a semicolon ends a message; inside a text write #59;" }
        if scanner.isNext(">") { hint = "a message is written A->>B: text" }
        return scanner.unexpected(expected: ["an arrow such as ->> or -->>"], hint: hint)
    }

    private func followsSemicolon(_ offset: Int) -> Bool {
        var index = offset - 1
        while index >= 0, scanner.bytes[index].isSpace { index -= 1 }
        return index >= 0 && scanner.bytes[index] == UInt8(of: ";")
    }

    /// A created participant starts with a message to it, a destroyed one ends with a message from or to it.
    private mutating func checkLifetime(from: String, to: String, at offset: Int) throws(Diagnostic) {
        if let waiting = created {
            created = nil
            guard waiting.id == to else {
                throw scanner.error("the message that creates “\(waiting.id)” must go to it", at: offset)
            }
        }
        if let waiting = destroyed {
            destroyed = nil
            guard waiting.id == to || waiting.id == from else {
                throw scanner.error("the message that ends “\(waiting.id)” must be from or to it", at: offset)
            }
        }
    }
}

extension NameTable {
    fileprivate static let keywords: NameTable = {
        var table = NameTable()
        for block in SequenceBlock.allCases { table.insert(block.rawValue) }
        for word in ["participant", "actor", "note", "activate", "deactivate", "autonumber", "create", "destroy"] {
            table.insert(word)
        }
        return table
    }()
}
