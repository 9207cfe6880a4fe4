/// Writes a state diagram so that reading it gives the same graph.
///
/// Each composite state has its states, then the composite states in it, then transitions, then notes.
enum StatePrinter {
    static func print(_ graph: Graph) -> String {
        var writer = Writer(graph)
        return writer.print()
    }

    private struct Writer {
        let graph: Graph
        let tree: GroupTree
        var text: [UInt8] = []
        var depth = 1
        /// Positions of the transitions and notes written in each group, and last in the diagram itself.
        var edges: [[Int]]
        var notes: [[Int]]
        var hasEdge = NameTable()

        init(_ graph: Graph) {
            self.graph = graph
            tree = GroupTree(graph)
            edges = Array(repeating: [], count: graph.groups.count + 1)
            notes = edges
            let order = StateOrder(graph)
            for (position, edge) in graph.edges.enumerated() {
                edges[order.scope(of: edge) ?? graph.groups.count].append(position)
                hasEdge.insert(edge.from)
                hasEdge.insert(edge.to)
            }
            for (position, note) in graph.notes.enumerated() {
                notes[order.scope(of: note) ?? graph.groups.count].append(position)
            }
        }

        mutating func print() -> String {
            text.append(Prologue.printed(title: graph.title))
            text.append("stateDiagram-v2\n")
            Accessibility.printed(graph, into: &text)
            if graph.direction != .topToBottom { line("direction \(graph.direction.rawValue)") }
            for (position, node) in graph.nodes.enumerated() where tree.nodeGroups[position] == nil { declare(node) }
            for group in graph.groups.indices where tree.parents[group] == nil { printGroup(group) }
            printEnd(of: graph.groups.count)
            return String(bytes: text)
        }

        private mutating func line(_ content: String) {
            for _ in 0..<depth { text.append("  ") }
            text.append(content)
            text.append(10)
        }

        private func written(_ label: String) -> String { Entities.encode(label, and: ":") }

        private mutating func declare(_ node: Node) {
            let kind = node.kind == node.shape.impliedKind ? "" : ":::\(node.kind.rawValue)"
            switch node.role {
            case .start:
                if !hasEdge.contains(node.id) { line("[*]") }
                return
            case .end: return
            case .fork, .join, .choice: line("state \(node.id)\(kind) <<\(node.role.rawValue)>>")
            default: line("\(node.id)\(kind)")
            }
            if node.label != node.id || !node.members.isEmpty { line("\(node.id) : \(written(node.label))") }
            for member in node.members { line("\(node.id) : \(written(member.name))") }
        }

        /// Recursion ends at `Limits.maxNesting`.
        private mutating func printGroup(_ position: Int) {
            let group = graph.groups[position]
            let label = group.label == group.id || group.label.isEmpty ? "" : "\"\(written(group.label))\" as "
            line("state \(label)\(group.id) {")
            depth += 1
            if let direction = group.direction { line("direction \(direction.rawValue)") }
            let regions = tree.children[position].filter { graph.groups[$0].isRegion }
            if regions.isEmpty { printBody(of: position) }
            for (number, region) in regions.enumerated() {
                if number > 0 { line("--") }
                printBody(of: region)
            }
            if !regions.isEmpty { printEnd(of: position) }
            depth -= 1
            line("}")
        }

        private mutating func printBody(of group: Int) {
            for node in tree.members[group] { declare(graph.nodes[node]) }
            for child in tree.children[group] where !graph.groups[child].isRegion { printGroup(child) }
            printEnd(of: group)
        }

        private mutating func printEnd(of scope: Int) {
            for position in edges[scope] {
                let edge = graph.edges[position]
                let label = edge.label.map { " : \(written($0))" } ?? ""
                line("\(name(edge.from)) --> \(name(edge.to))\(label)")
            }
            for position in notes[scope] {
                let note = graph.notes[position]
                guard let target = note.target else {
                    line("note \"\(written(note.text))\" as note\(position + 1)")
                    continue
                }
                line("note \((note.placement ?? .right).rawValue) of \(target) : \(written(note.text))")
            }
        }

        private func name(_ id: String) -> String {
            guard let position = tree.nodeNames[id] else { return id }
            return graph.nodes[position].isMark ? "[*]" : id
        }
    }
}
