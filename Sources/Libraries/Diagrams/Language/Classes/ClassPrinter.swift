/// Writes a class diagram so that reading it gives the same graph.
///
/// Classes come first, in their order; then namespaces with the names of their classes, relations and notes.
enum ClassPrinter {
    static func print(_ graph: Graph) -> String {
        var text: [UInt8] = []
        text.append(Prologue.printed(title: graph.title))
        text.append("classDiagram\n")
        Accessibility.printed(graph, into: &text)
        if graph.direction != .topToBottom { text.append("  direction \(graph.direction.rawValue)\n") }
        for node in graph.nodes where node.role != .interface { declare(node, into: &text) }
        appendGroups(graph, into: &text)
        for edge in graph.edges {
            let tail = edge.tailLabel.map { " \"\(Entities.encode($0))\"" } ?? ""
            let head = edge.headLabel.map { " \"\(Entities.encode($0))\"" } ?? ""
            let label = edge.label.map { " : \(Entities.encode($0, and: ":"))" } ?? ""
            let sign = RelationSign.classSign(of: edge.arrow)
            text.append("  \(name(edge.from))\(tail) \(sign)\(head) \(name(edge.to))\(label)\n")
        }
        for note in graph.notes {
            let target = note.target.map { " for \(name($0))" } ?? ""
            text.append("  note\(target) \"\(Entities.encode(note.text))\"\n")
        }
        return String(bytes: text)
    }

    private static func declare(_ node: Node, into text: inout [UInt8]) {
        text.append("  class \(name(node.id))")
        if let generic = node.generic { text.append("~\(Entities.encode(generic, and: "~{}[]:"))~") }
        if node.label != node.id { text.append("[\"\(Entities.encode(node.label))\"]") }
        if node.kind != node.shape.impliedKind { text.append(":::\(node.kind.rawValue)") }
        if !node.annotations.isEmpty || !node.members.isEmpty {
            text.append(" {\n")
            for annotation in node.annotations { text.append("    <<\(Entities.encode(annotation, and: ">"))>>\n") }
            for member in node.members { text.append("    \(ClassMember.written(member))\n") }
            text.append("  }")
        }
        text.append(10)
    }

    private static func appendGroups(_ graph: Graph, into text: inout [UInt8]) {
        var open: [String] = []
        func indent(_ content: String) {
            for _ in 0...open.count { text.append("  ") }
            text.append(content)
            text.append(10)
        }
        for group in graph.groups {
            while let last = open.last, last != group.parent {
                open.removeLast()
                indent("}")
            }
            indent("namespace \(name(group.id)) {")
            open.append(group.id)
            for member in group.members { indent("class \(name(member))") }
        }
        while open.popLast() != nil { indent("}") }
    }

    private static let keywords = [
        "class", "namespace", "note", "link", "callback", "direction", "cssClass", "classDef", "style", "click",
        "linkStyle", "accTitle", "accDescr",
    ]

    /// In backticks unless it is letters, digits, `_`, and single `-` and `.` between them.
    private static func name(_ id: String) -> String {
        var isPlain = !keywords.contains(id)
        let bytes = Array(id.utf8)
        for (index, byte) in bytes.enumerated() {
            if byte.isLetter || byte.isDigit || byte == 95 || byte.isBeyondASCII { continue }
            let next = index + 1 < bytes.count ? bytes[index + 1] : 0
            let isJoint = byte == UInt8(of: "-") || byte == UInt8(of: ".")
            if !isJoint || !(next.isLetter || next.isDigit || next == 95 || next.isBeyondASCII) { isPlain = false }
        }
        return isPlain ? id : "`\(Entities.encode(id, and: "`"))`"
    }
}
