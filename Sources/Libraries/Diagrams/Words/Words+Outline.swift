extension Words {
    /// The diagram as a list to read or to walk through.
    ///
    /// A flowchart lists groups with their nodes and under each node what it leads to; a sequence diagram lists the
    /// participants and then the messages, deeper inside loops and alternatives.
    public static func outline(_ graph: Graph) -> [OutlineEntry] {
        switch graph.kind {
        case .flowchart: flowchartOutline(graph)
        case .sequence: sequenceOutline(graph)
        case .state, .classes, .entities: boxOutline(graph)
        case .timeline: timelineOutline(graph)
        }
    }

    private static func flowchartOutline(_ graph: Graph) -> [OutlineEntry] {
        var entries: [OutlineEntry] = []
        var outgoing: [[Edge]] = Array(repeating: [], count: graph.nodes.count)
        var groupEdges: [[Edge]] = Array(repeating: [], count: graph.groups.count)
        let tree = GroupTree(graph)
        for edge in graph.edges where edge.arrow.line != .invisible {
            if let node = tree.nodeNames[edge.from] {
                outgoing[node].append(edge)
            } else if let group = tree.groupNames[edge.from] {
                groupEdges[group].append(edge)
            }
        }
        func add(_ edges: [Edge], depth: Int) {
            for edge in edges { entries.append(OutlineEntry(depth: depth, text: phrase(edge, graph), target: edge.id)) }
        }
        func addNodes(in group: Int?, depth: Int, order: [Int]) {
            for node in order where tree.nodeGroups[node] == group {
                let text = label(of: graph.nodes[node])
                entries.append(OutlineEntry(depth: depth, text: text, target: graph.nodes[node].id))
                add(outgoing[node], depth: depth + 1)
            }
        }
        let order = graph.flowOrder
        addNodes(in: nil, depth: 0, order: order)
        for group in graph.groups.indices {
            let depth = tree.depth(of: group)
            let name = graph.groups[group].label.onOneLine
            entries.append(OutlineEntry(depth: depth, text: "\(name.isEmpty ? "Group" : name):", target: nil))
            add(groupEdges[group], depth: depth + 1)
            addNodes(in: group, depth: depth + 1, order: order)
        }
        return entries
    }

    private static func phrase(_ edge: Edge, _ graph: Graph) -> String {
        let target = graph.name(of: edge.to)
        let isLine = edge.arrow.head == .none && edge.arrow.tail == .none
        let start = isLine ? "connected with \(target)" : "to \(target)"
        guard let label = edge.label?.onOneLine, !label.isEmpty else { return start }
        return "\(start): \(label)"
    }

    private static func sequenceOutline(_ graph: Graph) -> [OutlineEntry] {
        var entries = [OutlineEntry(depth: 0, text: "Participants:", target: nil)]
        for node in graph.nodes { entries.append(OutlineEntry(depth: 1, text: label(of: node), target: node.id)) }
        entries.append(OutlineEntry(depth: 0, text: "Messages:", target: nil))
        var names = NameTable()
        for edge in graph.edges { names.insert(edge.id) }
        var blocks: [SequenceBlock] = []
        for item in graph.items {
            let depth = blocks.count + 1
            switch item {
            case .message(let id):
                guard let position = names[id] else { continue }
                let text = label(of: graph.edges[position], in: graph)
                entries.append(OutlineEntry(depth: depth, text: text, target: id))
            case .note(let note):
                let about = graph.name(of: note.participant)
                let text = "Note at \(about): \(note.text.onOneLine)"
                entries.append(OutlineEntry(depth: depth, text: text, target: nil))
            case .blockStart(let block, let label):
                blocks.append(block)
                entries.append(OutlineEntry(depth: depth, text: heading(block, label), target: nil))
            case .blockSection(let label):
                let word = blocks.last?.sectionWord ?? "else"
                let text = label.isEmpty ? "\(word.capitalizedASCII):" : "\(word.capitalizedASCII) \(label.onOneLine):"
                entries.append(OutlineEntry(depth: max(1, depth - 1), text: text, target: nil))
            case .blockEnd: _ = blocks.popLast()
            case .create(let id):
                entries.append(OutlineEntry(depth: depth, text: "\(graph.name(of: id)) is created", target: id))
            case .destroy(let id):
                entries.append(OutlineEntry(depth: depth, text: "\(graph.name(of: id)) ends", target: id))
            case .activate, .deactivate, .numbering: continue
            }
        }
        return entries
    }

    private static func heading(_ block: SequenceBlock, _ label: String) -> String {
        let word =
            switch block {
            case .loop: "Repeated"
            case .alt: "If"
            case .opt: "Perhaps"
            case .par: "At the same time"
            case .critical: "Must succeed"
            case .break: "Leaves here"
            case .rect: "Together"
            }
        return label.isEmpty ? "\(word):" : "\(word), \(label.onOneLine):"
    }
}

extension String {
    var capitalizedASCII: String {
        var bytes = Array(utf8)
        if let first = bytes.first, first >= 97, first <= 122 { bytes[0] = first - 32 }
        return String(bytes: bytes)
    }
}
