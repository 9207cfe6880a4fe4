/// Writes an entity-relationship diagram so that reading it gives the same graph: entities in their order, then
/// relations.
enum EntityPrinter {
    static func print(_ graph: Graph) -> String {
        var text: [UInt8] = []
        text.append(Prologue.printed(title: graph.title))
        text.append("erDiagram\n")
        Accessibility.printed(graph, into: &text)
        if graph.direction != .topToBottom { text.append("  direction \(graph.direction.rawValue)\n") }
        for node in graph.nodes { declare(node, into: &text) }
        for edge in graph.edges {
            let sign = RelationSign.entitySign(of: edge.arrow)
            let label = Entities.encode(edge.label ?? "", and: "%")
            text.append("  \(name(edge.from)) \(sign) \(name(edge.to)) : \"\(label)\"\n")
        }
        return String(bytes: text)
    }

    private static func declare(_ node: Node, into text: inout [UInt8]) {
        text.append("  \(name(node.id))")
        if node.label != node.id { text.append("[\"\(Entities.encode(node.label, and: "%"))\"]") }
        if node.kind != node.shape.impliedKind { text.append(":::\(node.kind.rawValue)") }
        if !node.members.isEmpty {
            text.append(" {\n")
            for member in node.members {
                text.append("    \(word(member.type ?? "any")) \(word(member.name))")
                let keys = member.keys.map { $0.rawValue }
                if !keys.isEmpty { text.append(" \(keys.joined(separator: ", "))") }
                if let comment = member.comment { text.append(" \"\(Entities.encode(comment))\"") }
                text.append(10)
            }
            text.append("  }")
        }
        text.append(10)
    }

    private static let keywords = [
        "class", "direction", "classDef", "style", "click", "linkStyle", "accTitle", "accDescr",
    ]

    /// In quotes unless it is letters, digits, `_`, `-`, `.` and `*`, and not a word that means something else.
    private static func name(_ id: String) -> String {
        let isWord = id.utf8.allSatisfy { $0.isEntityPart } && !keywords.contains(id)
        let isNumber = RelationSign.cardinalityWords.contains { $0.words == id } || id == "to" || id == "u"
        return isWord && !isNumber ? id : "\"\(Entities.encode(id, and: "%"))\""
    }

    /// In backticks when it holds what a word cannot.
    private static func word(_ text: String) -> String {
        let written = Generics.written(text)
        let isKey = Member.Key.isWritten(text)
        let first = text.utf8.first ?? 0
        let isFirst = first.isLetter || first.isBeyondASCII || first == 95 || first == UInt8(of: "*")
        let isPlain = written.utf8.allSatisfy { byte in
            byte.isEntityPart || "[](),~?".utf8.contains(byte)
        }
        return isPlain && isFirst && !isKey ? written : "`\(Entities.encode(text, and: "`~"))`"
    }
}
