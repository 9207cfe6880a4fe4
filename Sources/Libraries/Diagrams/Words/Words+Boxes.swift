extension Words {
    /// What assistive technology says for a node, with what its grammar adds.
    static func roleWords(of node: Node, _ text: String) -> String {
        switch node.role {
        case .start, .end: return text
        case .fork, .join, .choice: return "\(text), \(node.role.rawValue)"
        case .interface: return "\(text), interface"
        case .period, .event: return text
        case .plain: break
        }
        var parts = [text]
        if !node.annotations.isEmpty { parts.append(node.annotations.joined(separator: ", ")) }
        if let generic = node.generic { parts.append("of \(generic)") }
        let methods = node.members.count { $0.kind == .method }
        let attributes = node.members.count - methods
        if attributes > 0 { parts.append(count(attributes, "attribute", "attributes")) }
        if methods > 0 { parts.append(count(methods, "method", "methods")) }
        return parts.joined(separator: ", ")
    }

    static func shortState(_ graph: Graph) -> String {
        let states = graph.nodes.count { $0.role == .plain } + graph.groups.count { !$0.isRegion }
        let transitions = count(graph.edges.count, "transition", "transitions")
        var text = "State diagram of \(count(states, "state", "states")) and \(transitions)."
        let starts = graph.edges.filter { graph.node($0.from)?.role == .start && graph.node($0.from)?.group == nil }
        if !starts.isEmpty {
            text += " It starts in \(list(starts.map { graph.name(of: $0.to) }))."
        }
        let ends = graph.edges.filter { graph.node($0.to)?.role == .end && graph.node($0.to)?.group == nil }
        if !ends.isEmpty { text += " It ends after \(list(ends.map { graph.name(of: $0.from) }))." }
        return text
    }

    static func shortBoxes(_ graph: Graph, _ kind: String, _ one: String, _ many: String) -> String {
        let boxes = count(graph.nodes.count, one, many)
        let relations = count(graph.edges.count, "relation", "relations")
        let text = "\(kind) of \(boxes) and \(relations)"
        return graph.nodes.isEmpty ? "\(text)." : "\(text): \(list(graph.nodes.map { $0.name }))."
    }

    static func shortTimeline(_ graph: Graph) -> String {
        let periods = graph.nodes.filter { $0.role == .period }
        let events = graph.nodes.count - periods.count
        var text = "Timeline of \(count(periods.count, "time", "times")) and \(count(events, "event", "events"))"
        if !graph.groups.isEmpty { text += " in \(count(graph.groups.count, "section", "sections"))" }
        guard let first = periods.first, let last = periods.last, periods.count > 1 else { return text + "." }
        return text + ", from \(first.name) to \(last.name)."
    }

    private static func list(_ names: [String]) -> String {
        let some = names.count > 6 ? Array(names.prefix(5)) + ["others"] : names
        return some.joined(by: ", ", last: " and ")
    }

    /// A relation of classes or entities as a sentence.
    static func relation(_ edge: Edge, in graph: Graph) -> String {
        let from = graph.name(of: edge.from)
        let to = graph.name(of: edge.to)
        let label = edge.label?.onOneLine ?? ""
        if graph.kind == .entities {
            let verb = label.isEmpty ? "is related to" : label
            return "\(from) \(verb) \(to): \(edge.arrow.tail.cardinality) to \(edge.arrow.head.cardinality)"
        }
        let isDotted = edge.arrow.line == .dotted
        var text: String
        switch (edge.arrow.tail, edge.arrow.head) {
        case (.triangle, .none): text = "\(to) \(isDotted ? "implements" : "inherits from") \(from)"
        case (.none, .triangle): text = "\(from) \(isDotted ? "implements" : "inherits from") \(to)"
        case (.filledDiamond, _): text = "\(from) is composed of \(to)"
        case (_, .filledDiamond): text = "\(to) is composed of \(from)"
        case (.hollowDiamond, _): text = "\(from) has \(to)"
        case (_, .hollowDiamond): text = "\(to) has \(from)"
        case (.lollipop, _): text = "\(to) offers \(from)"
        case (_, .lollipop): text = "\(from) offers \(to)"
        case (.none, .arrow): text = "\(from) \(isDotted ? "depends on" : "knows") \(to)"
        case (.arrow, .none): text = "\(to) \(isDotted ? "depends on" : "knows") \(from)"
        default: text = "\(from) is linked with \(to)"
        }
        if !label.isEmpty { text += ": \(label)" }
        if edge.tailLabel != nil || edge.headLabel != nil {
            text += " (\(edge.tailLabel ?? "any number") to \(edge.headLabel ?? "any number"))"
        }
        return text
    }

    /// States, classes or entities with their lines and with what leads from them, groups with what lies in them.
    static func boxOutline(_ graph: Graph) -> [OutlineEntry] {
        var entries: [OutlineEntry] = []
        let tree = GroupTree(graph)
        var outgoing: [[Edge]] = Array(repeating: [], count: graph.nodes.count)
        var groupEdges: [[Edge]] = Array(repeating: [], count: graph.groups.count)
        for edge in graph.edges {
            if let node = tree.nodeNames[edge.from] {
                outgoing[node].append(edge)
            } else if let group = tree.groupNames[edge.from] {
                groupEdges[group].append(edge)
            }
        }
        func add(_ edges: [Edge], depth: Int) {
            for edge in edges {
                let text = graph.kind == .state ? transition(edge, graph) : relation(edge, in: graph)
                entries.append(OutlineEntry(depth: depth, text: text, target: edge.id))
            }
        }
        func addNodes(in group: Int?, depth: Int) {
            for position in graph.flowOrder where tree.nodeGroups[position] == group {
                let node = graph.nodes[position]
                entries.append(OutlineEntry(depth: depth, text: label(of: node), target: node.id))
                for member in node.members {
                    entries.append(OutlineEntry(depth: depth + 1, text: words(for: member), target: nil))
                }
                add(outgoing[position], depth: depth + 1)
            }
        }
        addNodes(in: nil, depth: 0)
        for (position, group) in graph.groups.enumerated() {
            let depth = tree.depth(of: position)
            let name = group.isRegion ? "At the same time" : group.label.onOneLine
            entries.append(OutlineEntry(depth: depth, text: "\(name):", target: nil))
            add(groupEdges[position], depth: depth + 1)
            addNodes(in: position, depth: depth + 1)
        }
        for note in graph.notes {
            let about = note.target.map { "Note at \(graph.name(of: $0))" } ?? "Note"
            entries.append(OutlineEntry(depth: 0, text: "\(about): \(note.text.onOneLine)", target: note.target))
        }
        return entries
    }

    private static func transition(_ edge: Edge, _ graph: Graph) -> String {
        let start = "to \(graph.name(of: edge.to))"
        guard let label = edge.label?.onOneLine else { return start }
        return "\(start): \(label)"
    }

    private static func words(for member: Member) -> String {
        var parts = [member.visibility.map { "\($0.words) " } ?? ""]
        if member.isStatic { parts.append("static ") }
        if member.isAbstract { parts.append("abstract ") }
        if member.kind == .method {
            parts.append("\(member.name)(\(member.parameters))")
            if let type = member.type { parts.append(" gives \(type)") }
        } else {
            parts.append(member.name)
            if let type = member.type { parts.append(", \(type)") }
        }
        for key in member.keys { parts.append(", \(key.words)") }
        if let comment = member.comment { parts.append(": \(comment)") }
        return parts.joined()
    }

    /// Sections with their times, times with their events.
    static func timelineOutline(_ graph: Graph) -> [OutlineEntry] {
        var entries: [OutlineEntry] = []
        var section: String?
        for node in graph.nodes {
            if node.group != section, let group = node.group {
                entries.append(OutlineEntry(depth: 0, text: "\(graph.name(of: group)):", target: nil))
            }
            section = node.group
            let depth = (section == nil ? 0 : 1) + (node.role == .event ? 1 : 0)
            entries.append(OutlineEntry(depth: depth, text: node.name, target: node.id))
        }
        return entries
    }
}

extension Arrow.Head {
    /// The number that a crow's foot stands for.
    var cardinality: String {
        switch self {
        case .zeroOrOne: "zero or one"
        case .exactlyOne: "exactly one"
        case .zeroOrMore: "zero or more"
        case .oneOrMore: "one or more"
        default: "any number"
        }
    }
}
