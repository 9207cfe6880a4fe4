extension FlowchartParser {
    /// A label up to `closing`: quoted, or plain text without brackets, bars and quotes.
    ///
    /// Moves past `closing`.
    mutating func parseLabel(closing: String, opening: String, at offset: Int) throws(Diagnostic) -> String {
        let start = scanner.position
        scanner.skipBlank()
        if scanner.current == 34 {
            let quote = scanner.position
            let text = try parseQuoted()
            scanner.skipBlank()
            guard scanner.take(closing) else { throw unclosed(quote, closing: closing) }
            return text
        }
        scanner.position = start
        while !scanner.isAtEnd, !scanner.isNext(closing) {
            if isReserved(scanner.current) {
                let isLaterLine = scanner.line(at: scanner.position) > scanner.line(at: offset)
                if isLaterLine { throw unclosedBracket(opening, closing, at: offset) }
                throw scanner.unexpected(
                    expected: ["“\(closing)”"],
                    hint: "put a label with special characters in quotes: \(opening)\"…\"\(closing)"
                )
            }
            scanner.position += 1
        }
        return try finishPlain(from: start, opening: opening, closing: closing, at: offset)
    }

    /// The text between `[/` or `[\` and `/]` or `\]`, and which of the two closed it.
    mutating func parseSlanted(
        opening: String,
        at offset: Int
    ) throws(Diagnostic) -> (label: String, closing: String) {
        let start = scanner.position
        scanner.skipBlank()
        if scanner.current == 34 {
            let text = try parseQuoted()
            scanner.skipBlank()
            for closing in ["/]", "\\]"] where scanner.take(closing) { return (text, closing) }
            throw scanner.unexpected(expected: ["/]", "\\]"])
        }
        scanner.position = start
        while !scanner.isAtEnd {
            if scanner.isNext("/]") || scanner.isNext("\\]") {
                let closing = scanner.isNext("/]") ? "/]" : "\\]"
                return (try finishPlain(from: start, opening: opening, closing: closing, at: offset), closing)
            }
            if isReserved(scanner.current) { break }
            scanner.position += 1
        }
        throw unclosedBracket(opening, opening == "[/" ? "/]" : "\\]", at: offset)
    }

    private mutating func finishPlain(
        from start: Int,
        opening: String,
        closing: String,
        at offset: Int
    ) throws(Diagnostic) -> String {
        guard !scanner.isAtEnd else { throw unclosedBracket(opening, closing, at: offset) }
        let written = Array(scanner.bytes[start..<scanner.position]).trimmed
        scanner.position += closing.utf8.count
        if written.isEmpty, opening != "[|" {
            throw scanner.error("the label is empty", at: offset, hint: "write \(opening)\" \"\(closing) for none")
        }
        return try label(written, at: offset)
    }

    private mutating func unclosedBracket(_ opening: String, _ closing: String, at offset: Int) -> Diagnostic {
        scanner.position = offset
        return scanner.error("“\(opening)” is not closed", at: offset, expected: ["“\(closing)”"])
    }

    private mutating func unclosed(_ quote: Int, closing: String) -> Diagnostic {
        if scanner.line(at: scanner.position) > scanner.line(at: quote) {
            scanner.position = quote
            return scanner.error(
                "this quote is not closed in its line",
                at: quote,
                expected: ["\""],
                hint: "a quote inside a label is written #quot;"
            )
        }
        return scanner.unexpected(expected: ["“\(closing)”"], hint: "a quote inside a label is written #quot;")
    }

    /// A string between quotes, which may span lines.
    ///
    /// It is Markdown when it starts with a backtick.
    mutating func parseQuoted() throws(Diagnostic) -> String {
        let offset = scanner.position
        scanner.position += 1
        let start = scanner.position
        if start < quoteSearchEnd {
            while !scanner.isAtEnd, scanner.current != 34 { scanner.position += 1 }
        }
        guard start < quoteSearchEnd, !scanner.isAtEnd else {
            quoteSearchEnd = min(quoteSearchEnd, start)
            scanner.position = offset
            throw scanner.error("this quote is not closed", at: offset, expected: ["\""])
        }
        var written = Array(scanner.bytes[start..<scanner.position])
        scanner.position += 1
        let trimmed = written.trimmed
        if trimmed.count >= 2, trimmed.first == UInt8(of: "`"), trimmed.last == UInt8(of: "`") {
            written = Entities.plain(markdown: Array(trimmed[1..<(trimmed.count - 1)]))
        }
        return try label(written.trimmed, at: offset)
    }

    func label(_ written: [UInt8], at offset: Int) throws(Diagnostic) -> String {
        guard written.count <= Limits.maxLabelBytes else {
            throw scanner.error("the label is longer than \(Limits.maxLabelBytes) bytes", at: offset)
        }
        return Entities.decode(written)
    }

    private func isReserved(_ byte: UInt8) -> Bool {
        switch Unicode.Scalar(byte) {
        case "[", "]", "(", ")", "{", "}", "|", "\"": true
        default: false
        }
    }

    /// `@{ shape: cyl, label: "Orders" }`, also spread over lines; without a node they are read and dropped.
    mutating func parseAttributes(of position: Int?) throws(Diagnostic) {
        let offset = scanner.position
        scanner.position += 2
        while true {
            while !scanner.isAtEnd, scanner.current.isSpace || scanner.current.isNewline || scanner.current == 44 {
                scanner.position += 1
            }
            if scanner.take(UInt8(of: "}")) { return }
            if scanner.isAtEnd { throw unclosedBracket("@{", "}", at: offset) }
            let keyOffset = scanner.position
            let key = String(bytes: try takeAttributeKey())
            scanner.skipSpaces()
            guard scanner.take(UInt8(of: ":")) else {
                throw scanner.unexpected(expected: [":"], hint: "write @{ shape: cyl, label: \"…\" }")
            }
            scanner.skipSpaces()
            let valueOffset = scanner.position
            let value = try parseAttributeValue()
            let isNothing = value.isEmpty && scanner.position - valueOffset <= 2
            switch key {
            case "shape":
                guard let shape = NodeShape(mermaidName: value) else {
                    var names = NameTable()
                    for shape in NodeShape.allCases { names.insert(shape.rawValue) }
                    let near = names.nearest(to: value)
                    throw scanner.error("there is no shape “\(value)”", at: valueOffset, expected: near)
                }
                if let position { setShape(shape, of: position) }
            case "label":
                // Nothing between the quotes leaves the label as it is, a space empties it.
                if let position, !isNothing { builder[node: position].label = value }
            case "": throw scanner.error("a key is missing", at: keyOffset, expected: ["shape", "label"])
            default: break
            }
        }
    }

    private mutating func takeAttributeKey() throws(Diagnostic) -> [UInt8] {
        if scanner.current == 34 { return Array(try parseQuoted().utf8) }
        let key = scanner.nextWord()
        scanner.position += key.count
        return key
    }

    private mutating func parseAttributeValue() throws(Diagnostic) -> String {
        if scanner.current == 34 { return try parseQuoted() }
        let offset = scanner.position
        if scanner.take(UInt8(of: "'")) {
            let written = scanner.takeLine(until: [39])
            guard scanner.take(39) else { throw scanner.error("this quote is not closed", at: offset, expected: ["'"]) }
            return try label(written.trimmed, at: offset)
        }
        let written = scanner.takeLine(until: [UInt8(of: ","), UInt8(of: "}")])
        return try label(written.trimmed, at: offset)
    }
}
