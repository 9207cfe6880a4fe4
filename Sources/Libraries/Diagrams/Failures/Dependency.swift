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
    /// Any of them will do, or any `quorum`.
    var targets: [Int]
    var need: Need
    /// How many of the targets must work.
    var quorum = 1

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
            let kinds = (graph.nodes[callers[0]].kind, graph.nodes[targets[0]].kind)
            let need = need(of: edge, in: graph.kind, kinds)
            var dependency = Dependency(edge: position, callers: callers, targets: targets, need: need)
            if targets.count > 1 { dependency.quorum = quorum(of: targets, in: graph) }
            result.append(dependency)
        }
        return result
    }

    /// How many nodes of a group are needed: the largest quorum written at one of which there is one copy.
    private static func quorum(of targets: [Int], in graph: Graph) -> Int {
        var quorum = 1
        for target in targets {
            guard let record = graph.nodes[target].record, record.replicas <= 1 else { continue }
            quorum = max(quorum, record.quorum ?? 1)
        }
        return min(quorum, targets.count)
    }

    /// From the record.
    ///
    /// Without one, open arrows of messages hand over, and so do queues to what is behind them; dotted lines of a
    /// flowchart are optional, and so are caches.
    private static func need(of edge: Edge, in kind: Graph.Kind, _ kinds: (from: NodeKind, to: NodeKind)) -> Need {
        if let record = edge.record {
            if !record.required { return .optional }
            return record.mode == .sync ? .required : .handedOver
        }
        if kind == .sequence { return edge.arrow.head == .open ? .handedOver : .required }
        if kinds.from.holdsMessages, !kinds.to.isStorage { return .handedOver }
        return edge.arrow.line == .dotted || kinds.to == .cache ? .optional : .required
    }
}

extension NodeKind {
    /// Whether it keeps messages until somebody takes them.
    var holdsMessages: Bool { self == .queue || self == .stream }
    /// Whether it keeps data.
    var isStorage: Bool { self == .dbLeader || self == .dbReplica || self == .store || self == .cache }
    /// Whether it starts work when nobody asks it to.
    var startsWork: Bool { self == .scheduler || self == .worker }
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
