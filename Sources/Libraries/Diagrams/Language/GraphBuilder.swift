/// Collects nodes, edges and groups while a parser reads, and keeps identifiers unique and numbers bounded.
struct GraphBuilder {
    struct OpenGroup {
        var position: Int
        var mentions: [String] = []
    }

    private(set) var graph: Graph
    private(set) var names = NameTable()
    private var edgeIDs = NameTable()
    private var nextSuffix: [[UInt8]: Int] = [:]
    private var isUnnamed: [Bool] = []
    private(set) var open: [OpenGroup] = []

    init(kind: Graph.Kind) {
        graph = Graph(kind: kind)
    }

    subscript(node position: Int) -> Node {
        get { graph.nodes[position] }
        set { graph.nodes[position] = newValue }
    }

    /// Changes what stands beside nodes and edges.
    mutating func update(_ change: (inout Graph) -> Void) {
        change(&graph)
    }

    /// The position of a node, made when it is mentioned for the first time; `nil` when there are too many.
    mutating func mention(_ id: String, line: Int) -> Int? {
        if let innermost = open.indices.last { open[innermost].mentions.append(id) }
        if let position = names[id] { return position }
        guard graph.nodes.count < Limits.maxNodes else { return nil }
        graph.nodes.append(Node(id: id, line: line))
        return names.insert(id)
    }

    /// Adds an edge between two identifiers; false when there are too many.
    mutating func connect(
        _ from: String,
        _ to: String,
        label: String?,
        arrow: Arrow,
        line: Int,
        tailLabel: String? = nil,
        headLabel: String? = nil
    ) -> Bool {
        guard graph.edges.count < Limits.maxEdges else { return false }
        var edge = Edge(id: "", from: from, to: to, label: label, arrow: arrow, line: line)
        edge.tailLabel = tailLabel
        edge.headLabel = headLabel
        if graph.kind == .sequence {
            let step = graph.edges.count + 1
            edge.id = "m\(step)"
            edge.step = step
        } else {
            edge.id = freeEdgeID("\(from)-\(to)")
        }
        edgeIDs.insert(edge.id)
        graph.edges.append(edge)
        return true
    }

    private mutating func freeEdgeID(_ wanted: String) -> String {
        guard edgeIDs.contains(wanted) else { return wanted }
        let key = Array(wanted.utf8)
        var suffix = nextSuffix[key] ?? 2
        while edgeIDs.contains("\(wanted)-\(suffix)") { suffix += 1 }
        nextSuffix[key] = suffix + 1
        return "\(wanted)-\(suffix)"
    }

    /// Opens a group; without an identifier it gets one in `finish`.
    ///
    /// False when there are too many.
    mutating func openGroup(id: String?, label: String, line: Int) -> Bool {
        guard graph.groups.count < Limits.maxGroups else { return false }
        let parent = open.last.map { "\($0.position)" }
        graph.groups.append(Group(id: id ?? "", label: label, parent: parent, line: line))
        isUnnamed.append(id == nil)
        open.append(OpenGroup(position: graph.groups.count - 1))
        return true
    }

    /// Closes the innermost group.
    ///
    /// Its members are the nodes mentioned in it that no closed group has.
    mutating func closeGroup() {
        guard let group = open.popLast() else { return }
        if let outer = open.indices.last { open[outer].mentions += group.mentions }
        for id in group.mentions {
            guard let position = names[id], graph.nodes[position].group == nil else { continue }
            graph.nodes[position].group = "\(group.position)"
            graph.groups[group.position].members.append(id)
        }
    }

    /// Gives groups their identifiers and turns nodes that are named like a group into that group.
    mutating func finish() -> Graph {
        var taken = names
        for group in graph.groups where !group.id.isEmpty { taken.insert(group.id) }
        var number = 1
        for index in graph.groups.indices where isUnnamed[index] {
            while taken.contains("group-\(number)") { number += 1 }
            graph.groups[index].id = "group-\(number)"
            taken.insert(graph.groups[index].id)
        }
        let ids = graph.groups.map { $0.id }
        for index in graph.groups.indices {
            if let parent = graph.groups[index].parent, let position = Int(parent) {
                graph.groups[index].parent = ids[position]
            }
        }
        for index in graph.nodes.indices {
            if let group = graph.nodes[index].group, let position = Int(group) {
                graph.nodes[index].group = ids[position]
            }
        }
        removeNodesNamedLikeGroups(ids)
        return graph
    }

    private mutating func removeNodesNamedLikeGroups(_ ids: [String]) {
        var groupNames = NameTable()
        for id in ids { groupNames.insert(id) }
        guard ids.contains(where: { names.contains($0) }) else { return }
        graph.nodes.removeAll { groupNames.contains($0.id) }
        for index in graph.groups.indices { graph.groups[index].members.removeAll { groupNames.contains($0) } }
    }
}
