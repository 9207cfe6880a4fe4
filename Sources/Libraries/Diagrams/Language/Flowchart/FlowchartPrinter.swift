/// Writes a flowchart so that reading it gives the same graph.
///
/// Nodes come first, in their order; then the groups with the names of their members; then the edges.
enum FlowchartPrinter {
    static func print(_ graph: Graph) -> String {
        var text: [UInt8] = []
        text.append(Prologue.printed(title: graph.title))
        text.append("flowchart \(graph.direction.rawValue)\n")
        Accessibility.printed(graph, into: &text)
        for node in graph.nodes { text.append("  \(declaration(of: node))\n") }
        appendGroups(graph, into: &text)
        for edge in graph.edges {
            text.append("  \(edge.from) \(sign(of: edge.arrow))")
            if let label = edge.label { text.append("|\"\(Entities.encode(label))\"|") }
            text.append(" \(edge.to)\n")
        }
        return String(bytes: text)
    }

    private static func declaration(of node: Node) -> String {
        var text = node.id
        let label = Entities.encode(node.label)
        if let bracket = Bracket.all.first(where: { isExact($0, for: node.shape) }) {
            if node.shape != .rectangle || node.label != node.id {
                text += "\(bracket.opening)\"\(label)\"\(bracket.closing)"
            }
        } else {
            text += "@{ shape: \(node.shape.rawValue), label: \"\(label.isEmpty ? " " : label)\" }"
        }
        if node.kind != node.shape.impliedKind { text += ":::\(node.kind.rawValue)" }
        return text
    }

    private static func isExact(_ bracket: Bracket, for shape: NodeShape) -> Bool {
        bracket.shape == shape && bracket.opening != "[|" && bracket.opening != "[/" && bracket.opening != "[\\"
    }

    /// Groups in order, which puts a parent before its children; `end` where a group is complete.
    private static func appendGroups(_ graph: Graph, into text: inout [UInt8]) {
        var open: [String] = []
        for group in graph.groups {
            while let last = open.last, last != group.parent {
                open.removeLast()
                appendIndent(open.count, into: &text)
                text.append("end\n")
            }
            appendIndent(open.count, into: &text)
            text.append("subgraph \(group.id) [\"\(Entities.encode(group.label))\"]\n")
            open.append(group.id)
            if let direction = group.direction {
                appendIndent(open.count, into: &text)
                text.append("direction \(direction.rawValue)\n")
            }
            for member in group.members {
                appendIndent(open.count, into: &text)
                text.append("\(member)\n")
            }
        }
        for depth in open.indices.reversed() {
            appendIndent(depth, into: &text)
            text.append("end\n")
        }
    }

    private static func appendIndent(_ depth: Int, into text: inout [UInt8]) {
        for _ in 0...depth { text.append("  ") }
    }

    static func sign(of arrow: Arrow) -> String {
        let length = min(max(arrow.length, 1), Limits.arrowLength)
        let tail = arrow.tail.sign(opening: true)
        let head = arrow.head.sign(opening: false)
        switch arrow.line {
        case .invisible: return String(repeating: "~", count: length + 2)
        case .dotted: return "\(tail)-\(String(repeating: ".", count: length))-\(head)"
        case .solid: return "\(tail)\(String(repeating: "-", count: length + (head.isEmpty ? 2 : 1)))\(head)"
        case .thick: return "\(tail)\(String(repeating: "=", count: length + (head.isEmpty ? 2 : 1)))\(head)"
        }
    }
}

extension Arrow.Head {
    fileprivate func sign(opening: Bool) -> String {
        switch self {
        case .none: ""
        case .circle: "o"
        case .cross: "x"
        default: opening ? "<" : ">"
        }
    }
}
