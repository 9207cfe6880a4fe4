/// The loss of parts, and how it spreads against the direction of the edges.
///
/// Each node is visited once when it fails and once when it becomes slow, so time grows linearly with the graph.
struct FailureModel {
    private struct Fate {
        var state = FailureAnswer.State.works
        var reason = ""
        /// The node that it comes from.
        var cause: Int?
        var isCause = false
        var isSlow = false
    }

    private let graph: Graph
    private let dependencies: [Dependency]
    /// The dependencies on each node and of each node, by position.
    private var neededBy: [[Int]]
    private var needs: [[Int]]
    private let members: GroupMembers
    private var nodeNames = NameTable()
    private var edgeNames = NameTable()
    private var fates: [Fate]
    private var isCut: [Bool]
    private var isSlowEdge: [Bool]
    /// Failed and slow nodes whose callers are still to be looked at.
    private var queue: [Int] = []
    private var unknown: [String] = []

    init(_ graph: Graph) {
        self.graph = graph
        dependencies = Dependency.all(of: graph)
        members = GroupMembers(graph)
        fates = Array(repeating: Fate(), count: graph.nodes.count)
        isCut = Array(repeating: false, count: dependencies.count)
        isSlowEdge = isCut
        neededBy = Array(repeating: [], count: graph.nodes.count)
        needs = neededBy
        for (position, dependency) in dependencies.enumerated() {
            for target in dependency.targets { neededBy[target].append(position) }
            for caller in dependency.callers { needs[caller].append(position) }
        }
        for node in graph.nodes { nodeNames.insert(node.id) }
        for edge in graph.edges { edgeNames.insert(edge.id) }
    }

    /// Digits of N in `ID:N`, so that it fits everywhere.
    static let replicaDigits = 9

    // MARK: - Causes

    /// Nodes come before edges, so that the order of the question does not matter.
    mutating func lose(_ ids: [String]) {
        var edges: [Int] = []
        for id in ids {
            let nodes = members.of(id)
            if !nodes.isEmpty {
                for node in nodes { fail(node, "It is lost.", cause: nil, isCause: true) }
            } else if let edge = edgeNames[id] {
                edges.append(edge)
            } else if !loseReplicas(id) {
                unknown.append(id)
            }
        }
        for edge in edges { cut(edge) }
    }

    private mutating func cut(_ edge: Int) {
        for (position, dependency) in dependencies.enumerated() where dependency.edge == edge {
            isCut[position] = true
            let target = graph.name(of: graph.edges[edge].to)
            settle(position, "“\(target)” cannot be reached", cause: nil)
        }
    }

    /// The node and the number of `ID:N`; `nil` when it does not name replicas of a node.
    private func replicas(_ id: String) -> (node: Int, number: Int)? {
        let parts = id.split(at: UInt8(of: ":"))
        guard parts.count > 1, let last = parts.last, last.utf8.count <= Self.replicaDigits else { return nil }
        guard let number = Int(last), number > 0 else { return nil }
        guard let node = nodeNames[parts.dropLast().joined(separator: ":")] else { return nil }
        return (node, number)
    }

    private mutating func loseReplicas(_ id: String) -> Bool {
        guard let (node, number) = replicas(id) else { return false }
        let record = graph.nodes[node].record
        let all = max(1, record?.replicas ?? 1)
        let left = all - min(number, all)
        let needed = max(1, record?.quorum ?? 1)
        if left < needed {
            let text = left == 0 ? "It is lost." : "\(left) of \(all) copies are left, \(needed) are needed."
            fail(node, text, cause: nil, isCause: true)
        } else if fates[node].state != .fails {
            let spare = left == needed ? "; one more loss stops it" : ""
            fates[node].state = .degraded
            fates[node].reason = "\(left) of \(all) copies are left\(spare)."
            fates[node].isCause = true
        }
        return true
    }

    /// Some slow copies make a node degraded, all make it slow.
    private mutating func slowReplicas(_ id: String) -> Bool {
        guard let (node, number) = replicas(id) else { return false }
        let all = max(1, graph.nodes[node].record?.replicas ?? 1)
        if number >= all {
            makeSlow(node, "It answers too late.", cause: nil, isCause: true)
        } else {
            degrade(node, "\(number) of \(all) copies answer too late.", cause: nil)
            fates[node].isCause = true
        }
        return true
    }

    mutating func slowDown(_ ids: [String]) {
        var edges: [Int] = []
        for id in ids {
            let nodes = members.of(id)
            for node in nodes { makeSlow(node, "It answers too late.", cause: nil, isCause: true) }
            if nodes.isEmpty, let edge = edgeNames[id] {
                edges.append(edge)
            } else if nodes.isEmpty, !slowReplicas(id) {
                unknown.append(id)
            }
        }
        for edge in edges { slowDown(edge) }
    }

    private mutating func slowDown(_ edge: Int) {
        for (position, dependency) in dependencies.enumerated() where dependency.edge == edge {
            isSlowEdge[position] = true
            let target = graph.name(of: graph.edges[edge].to)
            settleSlow(position, "answers of “\(target)” arrive too late", cause: nil)
        }
    }

    // MARK: - Spreading

    private mutating func fail(_ node: Int, _ reason: String, cause: Int?, isCause: Bool = false) {
        guard fates[node].state != .fails else { return }
        fates[node].state = .fails
        fates[node].reason = reason
        fates[node].cause = cause
        if isCause { fates[node].isCause = true }
        queue.append(node)
    }

    private mutating func degrade(_ node: Int, _ reason: String, cause: Int?) {
        guard fates[node].state == .works else { return }
        fates[node].state = .degraded
        fates[node].reason = reason
        fates[node].cause = cause
    }

    private mutating func makeSlow(_ node: Int, _ reason: String, cause: Int?, isCause: Bool = false) {
        guard fates[node].state != .fails, !fates[node].isSlow else { return }
        degrade(node, reason, cause: cause)
        fates[node].isSlow = true
        if isCause { fates[node].isCause = true }
        queue.append(node)
    }

    mutating func spread() {
        var next = 0
        while next < queue.count {
            let node = queue[next]
            next += 1
            let name = graph.nodes[node].name
            for position in neededBy[node] {
                if fates[node].state == .fails, isGone(position) {
                    settle(position, gone(position, name), cause: node)
                } else if isLate(position) {
                    let what = fates[node].state == .fails ? "fails" : "answers too late"
                    settleSlow(position, "“\(name)” \(what)", cause: node)
                }
            }
        }
    }

    /// Whether nothing comes over a dependency any more.
    private func isGone(_ position: Int) -> Bool {
        let dependency = dependencies[position]
        return isCut[position] || dependency.targets.count { fates[$0].state != .fails } < dependency.quorum
    }

    /// Whether answers come, but too few of them in time.
    private func isLate(_ position: Int) -> Bool {
        let dependency = dependencies[position]
        let inTime = dependency.targets.count { fates[$0].state != .fails && !fates[$0].isSlow }
        return isSlowEdge[position] || inTime < dependency.quorum
    }

    private func gone(_ position: Int, _ name: String) -> String {
        let dependency = dependencies[position]
        if dependency.targets.count == 1 { return "“\(name)” fails" }
        let target = graph.name(of: graph.edges[dependency.edge].to)
        if dependency.quorum == 1 { return "all of “\(target)” fail" }
        return "fewer than \(dependency.quorum) of “\(target)” answer"
    }

    /// Nothing comes over this dependency any more.
    private mutating func settle(_ position: Int, _ what: String, cause: Int?) {
        let dependency = dependencies[position]
        let record = graph.edges[dependency.edge].record
        for caller in dependency.callers {
            switch dependency.need {
            case .required: fail(caller, "It needs the answer, and \(what).", cause: cause)
            case .optional:
                let fallback = record?.fallback.map { ": \($0.trimmed)" } ?? "."
                let text = "It goes on without: \(what)\(fallback)"
                degrade(caller, text.hasFullStop ? text : text + ".", cause: cause)
            case .handedOver: continue
            }
        }
    }

    private mutating func settleSlow(_ position: Int, _ what: String, cause: Int?) {
        let dependency = dependencies[position]
        for caller in dependency.callers {
            switch dependency.need {
            case .required: makeSlow(caller, "It waits: \(what).", cause: cause)
            case .optional: degrade(caller, "It gives up waiting: \(what).", cause: cause)
            case .handedOver: continue
            }
        }
    }

    // MARK: - Answer

    func answer() -> FailureAnswer {
        let isUserFacing = userFacing()
        let nodes = graph.nodes.enumerated().map { position, node in
            let fate = fates[position]
            return FailureAnswer.NodeState(
                id: node.id,
                state: fate.state,
                reason: fate.state == .works ? works(position) : fate.reason,
                chain: fate.state == .works ? [] : chain(to: position),
                isCause: fate.isCause,
                isUserFacing: isUserFacing[position]
            )
        }
        return FailureAnswer(nodes: nodes, unknown: unknown)
    }

    /// Clients, and what nothing else needs but that does not start work on its own.
    func userFacing() -> [Bool] {
        var result = graph.nodes.map { !$0.kind.startsWork }
        for dependency in dependencies { for target in dependency.targets { result[target] = false } }
        for position in graph.nodes.indices where graph.nodes[position].kind == .client { result[position] = true }
        return result
    }

    /// How many fail and are degraded beside those that were lost, and how many of them a user would notice.
    func count(_ id: String, _ isUserFacing: [Bool]) -> BlastRadius {
        var radius = BlastRadius(id: id)
        for (position, fate) in fates.enumerated() where !fate.isCause {
            switch fate.state {
            case .works: continue
            case .fails:
                radius.fails += 1
                if isUserFacing[position] { radius.capabilitiesDown += 1 }
            case .degraded:
                radius.degrades += 1
                if isUserFacing[position] { radius.capabilitiesDegraded += 1 }
            }
        }
        return radius
    }

    /// Why a node works although something that it needs may be gone.
    private func works(_ node: Int) -> String {
        for position in needs[node] {
            let dependency = dependencies[position]
            let target = graph.name(of: graph.edges[dependency.edge].to)
            if isGone(position) {
                return "It hands over to “\(target)” and does not wait; what it sends waits or is lost."
            }
            let isHit = dependency.targets.contains { fates[$0].state == .fails }
            if isHit { return "Others of “\(target)” still answer." }
        }
        return "Nothing that it needs is touched."
    }

    private func chain(to node: Int) -> [String] {
        var chain: [String] = []
        var next: Int? = node
        while let current = next, chain.count < graph.nodes.count {
            chain.append(graph.nodes[current].id)
            next = fates[current].cause
        }
        return chain.reversed()
    }
}

extension String {
    fileprivate var hasFullStop: Bool { utf8.last == UInt8(of: ".") }
}
