/// The order of a state diagram as it is printed: states before the composite states beside them, transitions and notes
/// after those further in.
struct StateOrder {
    private let tree: GroupTree
    private let marks: [Bool]
    /// When each group is complete, and last the diagram.
    private var closing: [Int] = []

    init(_ graph: Graph) {
        tree = GroupTree(graph)
        marks = graph.nodes.map { $0.isMark }
        closing = Array(repeating: graph.groups.count, count: graph.groups.count + 1)
        var open: [Int] = []
        var next = 0
        for group in graph.groups.indices {
            while let last = open.last, last != tree.parents[group] {
                closing[last] = next
                next += 1
                open.removeLast()
            }
            open.append(group)
        }
        for group in open.reversed() {
            closing[group] = next
            next += 1
        }
    }

    /// The group in which a transition is written: that of its mark, or the innermost one around both ends.
    func scope(of edge: Edge) -> Int? {
        for end in [edge.from, edge.to] {
            if let node = tree.nodeNames[end], node < marks.count, marks[node] { return tree.nodeGroups[node] }
        }
        let from = tree.path(to: tree.surrounding(edge.from))
        let to = tree.path(to: tree.surrounding(edge.to))
        var common: Int?
        for (one, other) in zip(from, to) where one == other { common = one }
        return common
    }

    func scope(of note: GraphNote) -> Int? {
        note.target.flatMap { tree.surrounding($0) }
    }

    func sorted<Element>(_ elements: [Element], by scope: (Element) -> Int?) -> [Element] {
        var keyed = elements.enumerated().map {
            (closing[scope($0.element) ?? closing.count - 1], $0.offset, $0.element)
        }
        keyed.sort { ($0.0, $0.1) < ($1.0, $1.1) }
        return keyed.map { $0.2 }
    }

    /// By group, in it the start first and the end last.
    func sorted(_ nodes: [Node]) -> [Node] {
        var keyed = nodes.enumerated().map { position, node in
            let group = node.group.flatMap { tree.groupNames[$0] }.map { $0 + 1 } ?? 0
            return (group, node.role == .start ? 0 : node.role == .end ? 2 : 1, position, node)
        }
        keyed.sort { ($0.0, $0.1, $0.2) < ($1.0, $1.1, $1.2) }
        return keyed.map { $0.3 }
    }
}
