extension FlowchartParser {
    /// `A --> B & C -- text --> D`.
    mutating func parseChain() throws(Diagnostic) {
        if try skipEdgeAttributes() { return }
        var sources = try parseNodes()
        while true {
            scanner.skipSpaces()
            if scanner.current.isNewline { skipToArrowInNextLine() }
            if scanner.isAtEnd || scanner.current.isNewline || scanner.current == UInt8(of: ";") { return }
            if scanner.isNext("%%") {
                scanner.skipLine()
                return
            }
            let offset = scanner.position
            takeEdgeID()
            guard let link = try parseLink() else {
                scanner.position = offset
                throw scanner.unexpected(expected: ["an arrow", "&", "the end of the line"], hint: slipAtArrow())
            }
            let line = scanner.line(at: offset)
            let targets = try parseNodes()
            for source in sources {
                for target in targets {
                    guard builder.connect(source, target, label: link.label, arrow: link.arrow, line: line) else {
                        throw refuse("edges", limit: Limits.maxEdges, at: offset)
                    }
                }
            }
            sources = targets
        }
    }

    /// Moves behind the line breaks when an arrow is what comes next, as chains are often written.
    private mutating func skipToArrowInNextLine() {
        let offset = scanner.position
        skipSpacesAndBreaks()
        for start in ["--", "-.", "==", "~~~", "<-", "<="] where scanner.isNext(start) { return }
        scanner.position = offset
    }

    private func slipAtArrow() -> String? {
        if scanner.isNext("->") { return "an arrow in a flowchart has two dashes: “-->”" }
        if scanner.isNext("=>") { return "a thick arrow has two equals signs: “==>”" }
        if scanner.isNext("-") { return "a line has three dashes: “---”" }
        if scanner.current.isWordPart { return "a label with spaces goes in brackets: id[\"label\"]" }
        if scanner.isNext("]") || scanner.isNext(")") || scanner.isNext("}") || scanner.isNext("|") {
            return "put a label with special characters in quotes"
        }
        return nil
    }

    /// `A & B & C`; their identifiers.
    private mutating func parseNodes() throws(Diagnostic) -> [String] {
        var ids = [try parseNode()]
        while true {
            scanner.skipSpaces()
            guard scanner.current == UInt8(of: "&") else { return ids }
            guard ids.count < Limits.maxNodes else {
                throw refuse("nodes", limit: Limits.maxNodes, at: scanner.position)
            }
            scanner.position += 1
            skipSpacesAndBreaks()
            ids.append(try parseNode())
        }
    }

    /// A chain may go on in the next line after an arrow or `&`.
    mutating func skipSpacesAndBreaks() {
        scanner.skipBlank()
        while scanner.isNext("%%"), !scanner.isNext("%%{") {
            scanner.skipLine()
            scanner.skipBlank()
        }
    }

    private static let keywords = ["style", "linkStyle", "classDef", "class", "click", "subgraph"]

    private mutating func parseNode() throws(Diagnostic) -> String {
        skipSpacesAndBreaks()
        let offset = scanner.position
        let id = takeIdentifier()
        if id == [UInt8(of: "-")] { scanner.position = offset }
        guard !id.isEmpty, scanner.position > offset else {
            throw scanner.unexpected(expected: ["a node"], hint: slipAtNode())
        }
        guard id.count <= Limits.maxIdentifierBytes else { throw identifierTooLong(at: offset) }
        let name = String(bytes: id)
        if name == "end" {
            throw scanner.error(
                "a node cannot be called “end”",
                at: offset,
                hint: "“end” closes a subgraph; write “End” or give the node another identifier"
            )
        }
        if FlowchartParser.keywords.contains(name) {
            throw scanner.error(
                "a node cannot be called “\(name)”",
                at: offset,
                hint: "the word starts a statement; give the node another identifier"
            )
        }
        guard let position = builder.mention(name, line: scanner.line(at: offset)) else {
            throw refuse("nodes", limit: Limits.maxNodes, at: offset)
        }
        try parseDecoration(of: position)
        return name
    }

    private func slipAtNode() -> String? {
        if scanner.current == 34 { return "give the node an identifier in front of its label: id[\"label\"]" }
        if scanner.isNext("|") { return "a label between bars stands behind the arrow: -->|label|" }
        if scanner.isAtEnd || scanner.current.isNewline { return "an arrow leads to a node" }
        if scanner.isNext("[") || scanner.isNext("(") || scanner.isNext("{") {
            return "give the node an identifier in front of the bracket: id[\"label\"]"
        }
        return nil
    }

    /// What follows an identifier: a bracket with the label, `@{ … }`, `:::class`.
    private mutating func parseDecoration(of position: Int) throws(Diagnostic) {
        while true {
            if scanner.isNext("@{") {
                try parseAttributes(of: position)
            } else if scanner.isNext(":::") {
                scanner.position += 3
                let name = scanner.nextWord()
                guard !name.isEmpty else { throw scanner.unexpected(expected: ["the name of a class"]) }
                scanner.position += name.count
                if let kind = NodeKind(rawValue: String(bytes: name)) {
                    kinds.append((builder[node: position].id, kind))
                }
            } else if let bracket = Bracket.next(in: scanner) {
                try parseBracket(bracket, of: position)
            } else if try !skipToBracket() {
                return
            }
        }
    }

    /// Mermaid allows spaces between an identifier and its bracket.
    private mutating func skipToBracket() throws(Diagnostic) -> Bool {
        let offset = scanner.position
        scanner.skipSpaces()
        if scanner.position > offset, Bracket.next(in: scanner) != nil { return true }
        scanner.position = offset
        return false
    }

    private mutating func parseBracket(_ bracket: Bracket, of position: Int) throws(Diagnostic) {
        let offset = scanner.position
        scanner.position += bracket.opening.utf8.count
        var shape = bracket.shape
        var closing = bracket.closing
        var label: String
        if bracket.shape == .leanRight || bracket.shape == .leanLeft {
            (label, closing) = try parseSlanted(opening: bracket.opening, at: offset)
            shape = Bracket.slanted(opening: bracket.opening, closing: closing)
        } else {
            label = try parseLabel(closing: closing, opening: bracket.opening, at: offset)
        }
        if label.isEmpty, bracket.opening == "[|" { label = builder[node: position].id }
        builder[node: position].label = label
        setShape(shape, of: position)
    }

    func identifierTooLong(at offset: Int) -> Diagnostic {
        scanner.error("the identifier is longer than \(Limits.maxIdentifierBytes) bytes", at: offset)
    }

    mutating func setShape(_ shape: NodeShape, of position: Int) {
        builder[node: position].shape = shape
        builder[node: position].kind = shape.impliedKind
    }

    /// The bytes of an identifier; a dash belongs to it unless an arrow starts there.
    private mutating func takeIdentifier() -> [UInt8] {
        let start = scanner.position
        while !scanner.isAtEnd {
            let byte = scanner.current
            if byte == UInt8(of: "-") {
                let next = scanner.peek(1)
                if next == UInt8(of: "-") || next == UInt8(of: ">") || next == UInt8(of: ".") { break }
                if scanner.position == start, next.isSpace || next == 0 { break }
            } else if byte == UInt8(of: "=") {
                if scanner.peek(1) == UInt8(of: "=") || scanner.peek(1) == UInt8(of: ">") { break }
            } else if byte == UInt8(of: "&"), scanner.position == start {
                break
            } else if byte == UInt8(of: ":"), scanner.isNext(":::") || scanner.position == start {
                break
            } else if byte == UInt8(of: "%"), scanner.position == start, scanner.peek(1) == byte {
                break
            } else if !byte.isIdentifierPart {
                break
            }
            scanner.position += 1
        }
        return Array(scanner.bytes[start..<scanner.position])
    }

    /// `e1@` in front of an arrow names the edge; Atlas names edges by their ends.
    private mutating func takeEdgeID() {
        let word = scanner.nextWord()
        guard !word.isEmpty, scanner.peek(word.count) == UInt8(of: "@") else { return }
        let next = scanner.peek(word.count + 1)
        guard next != UInt8(of: "{") else { return }
        edgeNames.insert(String(bytes: word))
        scanner.position += word.count + 1
    }

    /// `e1@{ animate: true }` behind the edge of that name only changes its look; whether there was one.
    private mutating func skipEdgeAttributes() throws(Diagnostic) -> Bool {
        let word = scanner.nextWord()
        guard scanner.peek(word.count) == UInt8(of: "@"), scanner.peek(word.count + 1) == UInt8(of: "{"),
            edgeNames.contains(String(bytes: word))
        else { return false }
        scanner.position += word.count
        try parseAttributes(of: nil)
        try endStatement()
        return true
    }
}

extension UInt8 {
    fileprivate var isIdentifierPart: Bool {
        if isLetter || isDigit || isBeyondASCII { return true }
        switch Unicode.Scalar(self) {
        case "_", "!", "#", "$", "%", "&", "'", "*", "+", ".", "`", "?", "\\", "/", ",", ":": return true
        default: return false
        }
    }
}

/// The brackets around a label and the shape that they stand for.
struct Bracket {
    let opening: String
    let closing: String
    let shape: NodeShape

    /// The bracket that starts at the position; longer ones first.
    static func next(in scanner: Scanner) -> Bracket? {
        switch scanner.current {
        case UInt8(of: "["), UInt8(of: "("), UInt8(of: "{"), UInt8(of: ">"):
            return all.first { scanner.isNext($0.opening) }
        default: return nil
        }
    }

    static func slanted(opening: String, closing: String) -> NodeShape {
        switch (opening, closing) {
        case ("[/", "/]"): .leanRight
        case ("[\\", "\\]"): .leanLeft
        case ("[/", _): .trapezoid
        default: .invertedTrapezoid
        }
    }

    static let all: [Bracket] = [
        Bracket(opening: "(((", closing: ")))", shape: .doubleCircle),
        Bracket(opening: "((", closing: "))", shape: .circle),
        Bracket(opening: "([", closing: "])", shape: .stadium),
        Bracket(opening: "(-", closing: "-)", shape: .ellipse),
        Bracket(opening: "(", closing: ")", shape: .rounded),
        Bracket(opening: "[[", closing: "]]", shape: .subroutine),
        Bracket(opening: "[(", closing: ")]", shape: .cylinder),
        Bracket(opening: "[|", closing: "]", shape: .rectangle),
        Bracket(opening: "[/", closing: "/]", shape: .leanRight),
        Bracket(opening: "[\\", closing: "\\]", shape: .leanLeft),
        Bracket(opening: "[", closing: "]", shape: .rectangle),
        Bracket(opening: "{{", closing: "}}", shape: .hexagon),
        Bracket(opening: "{", closing: "}", shape: .diamond),
        Bracket(opening: ">", closing: "]", shape: .odd),
    ]
}
