/// Writes a timeline so that reading it gives the same graph.
enum TimelinePrinter {
    static func print(_ graph: Graph) -> String {
        var text: [UInt8] = []
        text.append(Prologue.printed(title: graph.title))
        text.append("timeline\n")
        Accessibility.printed(graph, into: &text)
        var section: String?
        var groups = graph.groups[...]
        for node in graph.nodes {
            if node.role == .event {
                text.append("    : \(written(node.label))\n")
                continue
            }
            if node.group != section {
                section = node.group
                // Sections without times stand before the next one that has some.
                while let next = groups.popFirst() {
                    text.append("  section \(written(next.label))\n")
                    if next.id == section { break }
                }
            }
            text.append("  \(period(node.label))\n")
        }
        for group in groups { text.append("  section \(written(group.label))\n") }
        return String(bytes: text)
    }

    /// `#` starts a code only; in front of a time it would start a comment, so it is always written as a code.
    private static func written(_ label: String) -> String {
        Entities.encode(label, and: ":%")
    }

    /// A time that starts like a statement has a code for its first letter.
    private static func period(_ label: String) -> String {
        let text = written(label)
        let start = Array(text.lowercasedASCII.utf8)
        let isKeyword = ["title", "section", "acctitle", "accdescr"].contains { start.starts(with: $0, at: 0) }
        guard isKeyword, let first = text.utf8.first else { return text }
        return "#\(first);" + String(bytes: text.utf8.dropFirst())
    }
}
