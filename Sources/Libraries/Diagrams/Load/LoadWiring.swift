/// Who calls whom, and who takes messages from where.
struct LoadWiring {
    /// The edges that each node calls, by position in the dependencies, in the order of the graph.
    var calls: [[Int]]
    /// For each queue or stream, who takes from it over which edge.
    var deliveries: [[(link: Int, consumer: Int)]]
    /// Whether somebody calls a node or sends it messages.
    var isCalled: [Bool]
    /// Where users come in.
    var entries: [Int] = []
    /// All nodes; one that is called stands before those that call it.
    var childrenFirst: [Int] = []

    /// Where requests go next.
    private struct Step {
        var to: Int
        var link: Int
    }

    init(_ graph: Graph, _ scenario: LoadScenario, _ dependencies: [Dependency]) throws(LoadError) {
        calls = Array(repeating: [], count: graph.nodes.count)
        deliveries = Array(repeating: [], count: graph.nodes.count)
        isCalled = Array(repeating: false, count: graph.nodes.count)
        var steps: [[Step]] = Array(repeating: [], count: graph.nodes.count)
        for (link, dependency) in dependencies.enumerated() {
            let settings = scenario.edges[link]
            if settings.pulls {
                for queue in dependency.targets where !graph.nodes[queue].kind.holdsMessages {
                    let place = "edges.\(settings.id).flow"
                    throw LoadError(place, "only from a queue or stream can be pulled; use \"push\"")
                }
            }
            // A node in the group that it calls does not call itself.
            for caller in dependency.callers where !dependency.targets.contains(caller) {
                for target in dependency.targets {
                    let (from, to) = settings.pulls ? (target, caller) : (caller, target)
                    isCalled[to] = true
                    if settings.pulls || LoadWiring.isDelivery(graph, dependency, from, to) {
                        deliveries[from].append((link, to))
                    } else if settings.calls > 0 {
                        if calls[from].last != link { calls[from].append(link) }
                    } else {
                        continue
                    }
                    steps[from].append(Step(to: to, link: link))
                }
            }
        }
        entries = LoadWiring.entries(graph, isCalled, calls)
        let isCircular = follow(steps, links: dependencies.count)
        for node in graph.nodes.indices {
            calls[node].removeAll { isCircular[$0] }
            deliveries[node].removeAll { isCircular[$0.link] }
        }
    }

    /// Whether a queue hands its messages over this edge, rather than calling the other end for each.
    private static func isDelivery(_ graph: Graph, _ dependency: Dependency, _ from: Int, _ to: Int) -> Bool {
        guard graph.kind == .flowchart, graph.nodes[from].kind.holdsMessages else { return false }
        if let record = graph.edges[dependency.edge].record { return record.mode == .async }
        return !graph.nodes[to].kind.isStorage
    }

    /// What calls and is a client, or is not called and does not start work on its own; without that, what is not
    /// called; without that, the first node.
    private static func entries(_ graph: Graph, _ isCalled: [Bool], _ calls: [[Int]]) -> [Int] {
        let tops = graph.nodes.indices.filter { node in
            let kind = graph.nodes[node].kind
            return kind == .client || !isCalled[node] && !kind.startsWork && !kind.holdsMessages
        }
        let calling = tops.filter { !calls[$0].isEmpty }
        if !calling.isEmpty { return calling }
        return tops.isEmpty ? [0] : tops
    }

    /// Walks from the entries in depth; whether each edge closes a circle.
    private mutating func follow(_ steps: [[Step]], links: Int) -> [Bool] {
        var isCircular = Array(repeating: false, count: links)
        /// 0 new, 1 on the way, 2 done.
        var marks = Array(repeating: 0, count: steps.count)
        for start in entries + Array(steps.indices) where marks[start] == 0 {
            var path = [(node: start, next: 0)]
            marks[start] = 1
            while let (node, next) = path.last {
                guard next < steps[node].count else {
                    marks[node] = 2
                    childrenFirst.append(node)
                    path.removeLast()
                    continue
                }
                path[path.count - 1].next += 1
                let step = steps[node][next]
                if marks[step.to] == 1 { isCircular[step.link] = true }
                if marks[step.to] == 0 {
                    marks[step.to] = 1
                    path.append((step.to, 0))
                }
            }
        }
        return isCircular
    }
}
