/// Gives nodes whole-number positions so that every edge has its minimum length and the weighted sum of lengths is
/// least.
///
/// The same problem ranks a graph and places it sideways. Source: Gansner, Koutsofios, North, Vo, "A technique for
/// drawing directed graphs", section 2. A budget bounds the work; when it is used up the positions are valid, only
/// not the best.
struct NetworkSimplex {
    private(set) var positions: [Int]
    private let count: Int
    private var tails: [Int] = []
    private var heads: [Int] = []
    private var minimums: [Int] = []
    private var weights: [Int] = []
    private var incident: [[Int]] = []

    private var isInTree: [Bool] = []
    private var treeEdges: [Int] = []
    /// The edges of the tree at each node as chains of links: link `2e` is edge `e` at its tail, `2e + 1` at its head.
    private var treeFirst: [Int] = []
    private var treeNext: [Int] = []
    /// The edges at each node once more, one after the other, and where those of a node start.
    private var around: [Int] = []
    private var aroundStarts: [Int] = []
    private var cut: [Int] = []
    private var low: [Int] = []
    private var limit: [Int] = []
    /// The node with each number, so that a subtree is a range of it.
    private var byLow: [Int] = []
    private var parentEdge: [Int] = []
    private var work = 0

    /// How many steps a solution may take; a step looks at one edge or node.
    static let budget = 150_000_000

    init(count: Int) {
        self.count = count
        positions = Array(repeating: 0, count: count)
    }

    /// `position(head) - position(tail) >= minimum`, and a cost of `weight` for each unit of the difference.
    mutating func require(_ tail: Int, _ head: Int, minimum: Int, weight: Int) {
        tails.append(tail)
        heads.append(head)
        minimums.append(minimum)
        weights.append(weight)
    }

    /// Finds the positions; the least one is 0.
    ///
    /// The edges must have no cycle. The nearer `start` is to the best positions, the less there is to do.
    mutating func solve(from start: [Int] = []) {
        guard count > 0 else { return }
        collectIncidents()
        if start.count == count { positions = start }
        setInitialPositions()
        connect()
        for edges in incident {
            aroundStarts.append(around.count)
            around += edges
        }
        aroundStarts.append(around.count)
        growTightTree()
        setRanges(from: 0, parent: -1, low: 1)
        setRanges(from: center(), parent: -1, low: 1)
        setCutValues()
        var next = 0
        while work < NetworkSimplex.budget, let leaving = leavingEdge(&next), let entering = enteringEdge(leaving) {
            exchange(leaving, entering)
        }
        let least = positions.min() ?? 0
        for index in positions.indices { positions[index] -= least }
    }

    private mutating func collectIncidents() {
        incident = Array(repeating: [], count: count)
        for edge in tails.indices {
            incident[tails[edge]].append(edge)
            incident[heads[edge]].append(edge)
        }
    }

    /// Every node where it is, or as early after that as its incoming edges allow.
    ///
    /// Nodes that no edge enters then move as near as they can to what they lead to.
    private mutating func setInitialPositions() {
        var waiting = Array(repeating: 0, count: count)
        for head in heads { waiting[head] += 1 }
        var ready: [Int] = []
        for node in 0..<count where waiting[node] == 0 { ready.append(node) }
        let sources = ready
        var next = 0
        while next < ready.count {
            let node = ready[next]
            next += 1
            for edge in incident[node] where tails[edge] == node {
                let head = heads[edge]
                positions[head] = max(positions[head], positions[node] + minimums[edge])
                waiting[head] -= 1
                if waiting[head] == 0 { ready.append(head) }
            }
        }
        for node in sources where !incident[node].isEmpty {
            positions[node] = incident[node].reduce(Int.max) { min($0, positions[heads[$1]] - minimums[$1]) }
        }
    }

    /// Ties separate parts together with edges that cost nothing.
    private mutating func connect() {
        var seen = Array(repeating: false, count: count)
        var anchor = -1
        for start in 0..<count where !seen[start] {
            var stack = [start]
            seen[start] = true
            var first = start
            while let node = stack.popLast() {
                if positions[node] < positions[first] { first = node }
                for edge in incident[node] {
                    let other = tails[edge] == node ? heads[edge] : tails[edge]
                    if !seen[other] {
                        seen[other] = true
                        stack.append(other)
                    }
                }
            }
            if anchor >= 0 {
                let difference = positions[first] - positions[anchor]
                let edge = tails.count
                require(anchor, first, minimum: difference, weight: 0)
                incident[anchor].append(edge)
                incident[first].append(edge)
            } else {
                anchor = first
            }
        }
    }

    private func slack(_ edge: Int) -> Int {
        positions[heads[edge]] - positions[tails[edge]] - minimums[edge]
    }

    /// Grows a spanning tree of edges without slack, moving the tree towards the nearest node when it is stuck.
    private mutating func growTightTree() {
        isInTree = Array(repeating: false, count: tails.count)
        treeFirst = Array(repeating: -1, count: count)
        treeNext = Array(repeating: -1, count: 2 * tails.count)
        cut = Array(repeating: 0, count: tails.count)
        var reached = Array(repeating: false, count: count)
        var members = [0]
        reached[0] = true
        var next = 0
        var candidates: [Int] = []
        while members.count < count {
            while next < members.count {
                let node = members[next]
                next += 1
                for edge in incident[node] {
                    let other = tails[edge] == node ? heads[edge] : tails[edge]
                    if reached[other] { continue }
                    if slack(edge) == 0 {
                        reached[other] = true
                        members.append(other)
                        addToTree(edge)
                    } else {
                        candidates.append(edge)
                    }
                }
            }
            if members.count == count { break }
            candidates.removeAll { reached[tails[$0]] == reached[heads[$0]] }
            var best = -1
            for edge in candidates where best < 0 || slack(edge) < slack(best) { best = edge }
            guard best >= 0 else { break }
            work += candidates.count + members.count
            let distance = reached[tails[best]] ? slack(best) : -slack(best)
            for node in members { positions[node] += distance }
            let other = reached[tails[best]] ? heads[best] : tails[best]
            reached[other] = true
            members.append(other)
            addToTree(best)
        }
    }

    private mutating func addToTree(_ edge: Int) {
        isInTree[edge] = true
        treeEdges.append(edge)
        link(edge)
    }

    private mutating func link(_ edge: Int) {
        treeNext[2 * edge] = treeFirst[tails[edge]]
        treeFirst[tails[edge]] = 2 * edge
        treeNext[2 * edge + 1] = treeFirst[heads[edge]]
        treeFirst[heads[edge]] = 2 * edge + 1
    }

    private mutating func unlink(_ link: Int, at node: Int) {
        guard treeFirst[node] != link else { return treeFirst[node] = treeNext[link] }
        var before = treeFirst[node]
        while before >= 0, treeNext[before] != link { before = treeNext[before] }
        if before >= 0 { treeNext[before] = treeNext[link] }
    }

    /// Numbers the tree below `root` so that the subtree of a node has the numbers `low...limit`, itself first.
    private mutating func setRanges(from root: Int, parent: Int, low first: Int) {
        if low.isEmpty {
            low = Array(repeating: 0, count: count)
            limit = low
            byLow = Array(repeating: 0, count: count + 1)
            parentEdge = Array(repeating: -1, count: count)
        }
        var counter = first
        var stack = [root]
        parentEdge[root] = parent
        while let node = stack.popLast() {
            low[node] = counter
            limit[node] = counter
            byLow[counter] = node
            counter += 1
            let own = parentEdge[node]
            var link = treeFirst[node]
            while link >= 0 {
                let edge = link / 2
                if edge != own {
                    let child = link % 2 == 0 ? heads[edge] : tails[edge]
                    parentEdge[child] = edge
                    stack.append(child)
                }
                link = treeNext[link]
            }
        }
        work += counter - first
        for place in stride(from: counter - 1, to: first, by: -1) {
            let node = byLow[place]
            let edge = parentEdge[node]
            let above = tails[edge] == node ? heads[edge] : tails[edge]
            limit[above] = max(limit[above], limit[node])
        }
    }

    /// The smallest subtree that holds half of the tree starts here; with this root, changes stay in small subtrees.
    private func center() -> Int {
        var best = byLow[1]
        for node in 0..<count {
            let size = limit[node] - low[node]
            if 2 * size >= count, size < limit[best] - low[best] { best = node }
        }
        return best
    }

    @inline(__always)
    private func isBelow(_ node: Int, _ root: Int) -> Bool {
        low[root] <= low[node] && low[node] <= limit[root]
    }

    /// Cut values from the leaves up.
    private mutating func setCutValues() {
        for index in stride(from: count, through: 1, by: -1) {
            let node = byLow[index]
            let edge = parentEdge[node]
            if edge >= 0 { cut[edge] = cutValue(of: edge, below: node) }
        }
    }

    private func cutValue(of tree: Int, below node: Int) -> Int {
        let isTail = tails[tree] == node
        var sum = 0
        for index in aroundStarts[node]..<aroundStarts[node + 1] {
            let edge = around[index]
            let other = tails[edge] == node ? heads[edge] : tails[edge]
            let isInner = isBelow(other, node)
            var value = isInner ? (isInTree[edge] ? cut[edge] : 0) - weights[edge] : weights[edge]
            var isPositive = isTail ? heads[edge] == node : tails[edge] == node
            if !isInner { isPositive.toggle() }
            if !isPositive { value = -value }
            sum += value
        }
        return sum
    }

    /// The worst of the next edges with a negative cut value.
    private mutating func leavingEdge(_ start: inout Int) -> Int? {
        var best = -1
        var found = 0
        for step in treeEdges.indices {
            let index = (start + step) % treeEdges.count
            let edge = treeEdges[index]
            work += 1
            guard cut[edge] < 0 else { continue }
            if best < 0 || cut[edge] < cut[treeEdges[best]] { best = index }
            found += 1
            if found == 30 {
                start = index
                break
            }
        }
        return best < 0 ? nil : treeEdges[best]
    }

    /// The edge with the least slack that joins the two halves the other way round.
    private mutating func enteringEdge(_ leaving: Int) -> Int? {
        let tail = tails[leaving]
        let head = heads[leaving]
        let isTailBelow = low[tail] > low[head]
        let root = isTailBelow ? tail : head
        var best = -1
        var bestSlack = Int.max
        let inside = low[root]...limit[root]
        // Each edge that joins the halves has one end in each, so looking from the smaller half finds all.
        let looksInside = 2 * inside.count <= count
        for range in looksInside ? [inside] : [1...max(1, inside.lowerBound - 1), inside.upperBound...count] {
            for place in range where inside.contains(place) == looksInside {
                let node = byLow[place]
                for index in aroundStarts[node]..<aroundStarts[node + 1] {
                    let edge = around[index]
                    work += 1
                    guard !isInTree[edge] else { continue }
                    let isTailInside = inside.contains(low[tails[edge]])
                    guard isTailInside != isTailBelow, isTailInside != inside.contains(low[heads[edge]]) else {
                        continue
                    }
                    let edgeSlack = slack(edge)
                    // Of several the first, whatever the direction of looking.
                    if edgeSlack < bestSlack || edgeSlack == bestSlack && edge < best {
                        best = edge
                        bestSlack = edgeSlack
                    }
                }
            }
        }
        return best < 0 ? nil : best
    }

    private mutating func exchange(_ leaving: Int, _ entering: Int) {
        let distance = slack(entering)
        let isTailBelow = low[tails[leaving]] > low[heads[leaving]]
        let root = isTailBelow ? tails[leaving] : heads[leaving]
        if distance > 0 {
            for place in low[root]...limit[root] { positions[byLow[place]] += isTailBelow ? -distance : distance }
            work += limit[root] - low[root]
        }
        let value = cut[leaving]
        let top = updateCuts(from: tails[entering], towards: heads[entering], by: value, isForward: true)
        _ = updateCuts(from: heads[entering], towards: tails[entering], by: value, isForward: false)
        cut[entering] = -value
        cut[leaving] = 0
        isInTree[leaving] = false
        isInTree[entering] = true
        if let index = treeEdges.firstIndex(of: leaving) { treeEdges[index] = entering }
        unlink(2 * leaving, at: tails[leaving])
        unlink(2 * leaving + 1, at: heads[leaving])
        link(entering)
        setRanges(from: top, parent: parentEdge[top], low: low[top])
    }

    /// Changes the cut values on the way up to where the two ends of the entering edge meet; that node.
    private mutating func updateCuts(from start: Int, towards other: Int, by value: Int, isForward: Bool) -> Int {
        var node = start
        while !isBelow(other, node) {
            let edge = parentEdge[node]
            let isAdded = (node == tails[edge]) == isForward
            cut[edge] += isAdded ? value : -value
            node = low[tails[edge]] < low[heads[edge]] ? tails[edge] : heads[edge]
            work += 1
        }
        return node
    }
}
