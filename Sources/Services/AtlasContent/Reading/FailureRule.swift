import Diagrams

/// What the structure alone says about the loss of nodes.
///
/// A lost node is lost with all its replicas. A node fails if it has a required synchronous edge to a lost or failed node.
/// A node that works degrades if it has an edge that is not required to a lost or failed one. An edge that ends at a group
/// breaks when all of the group's nodes are gone; one that starts there starts at each of them.
enum FailureRule {
    struct Outcome: Equatable {
        /// Without the lost nodes themselves, in the graph's order.
        let fails: [String]
        /// In the graph's order.
        let degrades: [String]
    }

    static func outcome(of lost: [String], in graph: Graph) -> Outcome {
        let members = Members(graph)
        var gone = Set(lost)
        var hasChanged = true
        // Each round adds a node or is the last, so there are at most as many rounds as nodes.
        while hasChanged {
            hasChanged = false
            for edge in graph.edges {
                guard let record = edge.record, record.required, record.mode == .sync, members.allGone(edge.to, gone)
                else { continue }
                for caller in members.of(edge.from) where gone.insert(caller).inserted { hasChanged = true }
            }
        }
        var degraded: Set<String> = []
        for edge in graph.edges {
            guard let record = edge.record, !record.required, members.allGone(edge.to, gone) else { continue }
            degraded.formUnion(members.of(edge.from))
        }
        let order = graph.nodes.map(\.id)
        return Outcome(
            fails: order.filter { gone.contains($0) && !lost.contains($0) },
            degrades: order.filter { degraded.contains($0) && !gone.contains($0) }
        )
    }

    /// Which nodes an end of an edge stands for.
    private struct Members {
        private var byID: [String: [String]] = [:]

        init(_ graph: Graph) {
            for node in graph.nodes { byID[node.id] = [node.id] }
            // A parent comes before its children, so the children are complete first when read backwards.
            for group in graph.groups.reversed() {
                let inner = graph.groups.filter { $0.parent == group.id }.flatMap { byID[$0.id] ?? [] }
                byID[group.id] = group.members + inner
            }
        }

        func of(_ id: String) -> [String] { byID[id] ?? [] }

        func allGone(_ id: String, _ gone: Set<String>) -> Bool {
            let nodes = of(id)
            return !nodes.isEmpty && nodes.allSatisfy(gone.contains)
        }
    }
}
