extension EntityParser {
    /// `{ type name PK, FK "comment" … }`, each attribute with its type first.
    mutating func parseAttributes(of position: Int) throws(Diagnostic) {
        let offset = scanner.position
        scanner.position += 1
        while true {
            skipBlankAndComments()
            if scanner.take(UInt8(of: "}")) { return try endStatement() }
            if scanner.isAtEnd { throw scanner.error("this entity is not closed", at: offset, expected: ["}"]) }
            guard builder[node: position].members.count < Limits.maxMembers else {
                throw scanner.error("an entity has at most \(Limits.maxMembers) attributes", at: scanner.position)
            }
            builder[node: position].members.append(try parseAttribute())
        }
    }

    private mutating func skipBlankAndComments() {
        scanner.skipBlank()
        while scanner.isNext("%%") {
            scanner.skipLine()
            scanner.skipBlank()
        }
    }

    private mutating func parseAttribute() throws(Diagnostic) -> Member {
        let type = try parseWord("the type of an attribute")
        scanner.skipSpaces()
        let word = scanner.nextWord()
        if Member.Key(rawValue: String(bytes: word)) != nil, !scanner.peek(word.count).isEntityPart {
            let hint = "write type name PK, as in int id PK"
            throw scanner.unexpected(expected: ["the name of an attribute"], hint: hint)
        }
        let name = try parseWord("the name of an attribute")
        var member = Member(name: name, type: type)
        scanner.skipSpaces()
        while let key = takeKey() {
            if !member.keys.contains(key) { member.keys.append(key) }
            scanner.skipSpaces()
            guard scanner.take(UInt8(of: ",")) else { break }
            scanner.skipSpaces()
            guard Member.Key(rawValue: String(bytes: scanner.nextWord())) != nil else {
                throw scanner.unexpected(expected: ["PK", "FK", "UK"])
            }
        }
        if scanner.current == 34 {
            let comment = try parseQuotedText().onOneLine
            member.comment = comment.isEmpty ? nil : comment
        }
        scanner.skipSpaces()
        if scanner.current == UInt8(of: ";") || scanner.current == UInt8(of: ",") {
            throw scanner.unexpected(expected: ["the end of the line", "PK", "FK", "UK", "a comment in quotes"])
        }
        return member
    }

    private mutating func takeKey() -> Member.Key? {
        let word = scanner.nextWord()
        guard let key = Member.Key(rawValue: String(bytes: word)) else { return nil }
        scanner.position += word.count
        return key
    }

    /// A word with brackets, dots and generics; in backticks anything.
    private mutating func parseWord(_ what: String) throws(Diagnostic) -> String {
        let start = scanner.position
        if scanner.take(UInt8(of: "`")) {
            let written = scanner.takeLine(until: [UInt8(of: "`")])
            guard scanner.take(UInt8(of: "`")) else {
                throw scanner.error("this backtick is not closed", at: start, expected: ["`"])
            }
            let text = try decoded(written, at: start).onOneLine
            guard !text.isEmpty else { throw scanner.error("the name is empty", at: start) }
            return text
        }
        while !scanner.isAtEnd, scanner.current.isAttributePart { scanner.position += 1 }
        let written = Array(scanner.bytes[start..<scanner.position])
        guard let first = written.first else {
            let hint = scanner.current == 34 ? "an attribute is written: type name \"comment\"" : nil
            throw scanner.unexpected(expected: [what], hint: hint)
        }
        guard first.isLetter || first.isBeyondASCII || first == 95 || first == UInt8(of: "*") else {
            scanner.position = start
            throw scanner.unexpected(expected: [what], hint: "it starts with a letter")
        }
        return try decoded(Generics.shown(written), at: start)
    }
}

extension UInt8 {
    fileprivate var isAttributePart: Bool {
        if isEntityPart { return true }
        switch Unicode.Scalar(self) {
        case "[", "]", "(", ")", ",", "~", "?": return true
        default: return false
        }
    }
}
