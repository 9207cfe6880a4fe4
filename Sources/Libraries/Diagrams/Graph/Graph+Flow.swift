extension Graph {
    /// Positions of the nodes along the flow: sources first, a node after those that lead to it where no cycle
    /// prevents that, otherwise in the order of the source.
    var flowOrder: [Int] {
        guard kind != .sequence, kind != .timeline else { return Array(nodes.indices) }
        var names = NameTable()
        for node in nodes { names.insert(node.id) }
        var targets: [[Int]] = Array(repeating: [], count: nodes.count)
        var waiting = Array(repeating: 0, count: nodes.count)
        for edge in edges {
            guard let from = names[edge.from], let to = names[edge.to], from != to else { continue }
            targets[from].append(to)
            waiting[to] += 1
        }
        var order: [Int] = []
        var isDone = Array(repeating: false, count: nodes.count)
        while order.count < nodes.count {
            var next = nodes.indices.first { !isDone[$0] && waiting[$0] == 0 }
            if next == nil {
                next =
                    nodes.indices.first { node in !isDone[node] && order.contains { targets[$0].contains(node) } }
                    ?? nodes.indices.first { !isDone[$0] }
            }
            guard let node = next else { break }
            isDone[node] = true
            order.append(node)
            for target in targets[node] { waiting[target] -= 1 }
        }
        return order
    }
}
