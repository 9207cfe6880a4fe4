/// What a node needs: one edge, with groups resolved to the nodes in them.
struct Dependency {
    /// How much the caller needs it.
    enum Need {
        /// It waits for the answer and has nothing without it.
        case required
        /// It goes on without the answer.
        case optional
        /// It hands something over and does not wait.
        case handedOver
    }

    /// Position in `Graph.edges`.
    var edge: Int
    var callers: [Int]
    /// Any of them will do.
    var targets: [Int]
    var need: Need

    /// All dependencies of a graph, in the order of its edges.
    ///
    /// Only flowcharts and sequence diagrams have any.
    static func all(of graph: Graph) -> [Dependency] {
        guard graph.kind == .flowchart || graph.kind == .sequence else { return [] }
        let members = GroupMembers(graph)
        var asked = NameTable()
        var result: [Dependency] = []
        for (position, edge) in graph.edges.enumerated() where edge.arrow.line != .invisible {
            let isReply =
                graph.kind == .sequence && edge.arrow.line == .dotted && asked.contains("\(edge.to)\n\(edge.from)")
            asked.insert("\(edge.from)\n\(edge.to)")
            guard !isReply, edge.from != edge.to else { continue }
            let (callers, targets) = (members.of(edge.from), members.of(edge.to))
            guard !callers.isEmpty, !targets.isEmpty else { continue }
            result.append(
                Dependency(edge: position, callers: callers, targets: targets, need: need(of: edge, in: graph.kind))
            )
        }
        return result
    }

    /// From the record; without one, dotted lines of a flowchart are optional and open arrows of messages hand over.
    private static func need(of edge: Edge, in kind: Graph.Kind) -> Need {
        if let record = edge.record {
            if !record.required { return .optional }
            return record.mode == .sync ? .required : .handedOver
        }
        if kind == .sequence { return edge.arrow.head == .open ? .handedOver : .required }
        return edge.arrow.line == .dotted ? .optional : .required
    }
}

/// The nodes in each group, those of inner groups too.
struct GroupMembers {
    private var names = NameTable()
    private var members: [[Int]] = []

    init(_ graph: Graph) {
        for (position, node) in graph.nodes.enumerated() {
            names.insert(node.id)
            members.append([position])
        }
        let tree = GroupTree(graph)
        var inGroups: [[Int]] = tree.members
        for group in graph.groups.indices.reversed() {
            if let parent = tree.parents[group] { inGroups[parent] += inGroups[group] }
        }
        for (group, inside) in zip(graph.groups, inGroups) where !names.contains(group.id) {
            names.insert(group.id)
            members.append(inside)
        }
    }

    /// By position in the graph; empty when there is neither such a node nor such a group.
    func of(_ id: String) -> [Int] {
        names[id].map { members[$0] } ?? []
    }
}
