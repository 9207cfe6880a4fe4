/// `accTitle: …`, `accDescr: …` and `accDescr { … }`, the same in every kind of diagram.
enum Accessibility {
    /// Reads the statement at the position; `nil` when it is blank.
    static func parse(_ scanner: inout Scanner) throws(Diagnostic) -> String? {
        scanner.position += 8
        scanner.skipSpaces()
        let offset = scanner.position
        let bytes: [UInt8]
        if scanner.take(UInt8(of: "{")) {
            let start = scanner.position
            while !scanner.isAtEnd, scanner.current != UInt8(of: "}") { scanner.position += 1 }
            bytes = Array(scanner.bytes[start..<scanner.position])
            guard scanner.take(UInt8(of: "}")) else {
                throw scanner.error("the description is not closed", at: offset, expected: ["}"])
            }
        } else {
            guard scanner.take(UInt8(of: ":")) else { throw scanner.unexpected(expected: [":"]) }
            bytes = scanner.takeLine()
        }
        guard bytes.count <= Limits.maxLabelBytes else {
            throw scanner.error("the text is longer than \(Limits.maxLabelBytes) bytes", at: offset)
        }
        let text = Entities.decode(bytes).onOneLine
        return text.isEmpty ? nil : text
    }

    static func printed(_ graph: Graph, into text: inout [UInt8]) {
        if let title = graph.accessibleTitle { text.append("  accTitle: \(Entities.encode(title))\n") }
        if let description = graph.accessibleDescription {
            text.append("  accDescr: \(Entities.encode(description))\n")
        }
    }
}
