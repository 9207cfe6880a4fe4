/// Turns what lies in one group, or in the whole diagram, into a layered problem.
struct ScopeBuilder {
    /// What is one box of the problem.
    enum Box {
        case node(Int)
        /// A group that is placed on its own.
        case group(Int)
    }

    private let graph: Graph
    private let tree: GroupTree
    private let scope: Int?
    private let turn: Turn
    private let nodeSizes: [NodeSizing]
    private(set) var boxes: [Box] = []
    private(set) var sizes: [Size] = []
    /// The group of each cluster.
    private(set) var clusterGroups: [Int] = []
    /// The edge of each link.
    private(set) var linkEdges: [Int] = []
    private var loopEdges: [(edge: Int, box: Int)] = []
    private var clusterOfGroup: [Int?]
    private var boxOfNode: [Int?]
    private var boxOfGroup: [Int?]
    private var clusters: [Int?] = []
    private var links: [LayeredProblem.Link] = []

    init(_ graph: Graph, _ tree: GroupTree, _ sizes: [NodeSizing], scope: Int?, direction: Graph.Direction) {
        self.graph = graph
        self.tree = tree
        self.scope = scope
        turn = Turn(direction)
        nodeSizes = sizes
        clusterOfGroup = Array(repeating: nil, count: graph.groups.count)
        boxOfGroup = clusterOfGroup
        boxOfNode = Array(repeating: nil, count: graph.nodes.count)
        collectGroups(direction)
        collectNodes()
        collectLinks()
    }

    mutating func setSize(_ size: Size, ofBox position: Int) {
        sizes[position] = size
    }

    /// Groups of the scope: a frame in the layers, or a box of its own. A parent comes before its children.
    private mutating func collectGroups(_ direction: Graph.Direction) {
        for group in graph.groups.indices {
            let parent = tree.parents[group]
            let isTop = parent == scope
            guard isTop || parent.flatMap({ clusterOfGroup[$0] }) != nil else { continue }
            let own = graph.groups[group].direction ?? direction
            if !tree.hasContent(group) || own != direction && isIsolated(group) {
                boxOfGroup[group] = boxes.count
                boxes.append(.group(group))
                sizes.append(Size(width: 0, height: 0))
                clusters.append(parent.flatMap { clusterOfGroup[$0] })
            } else {
                clusterOfGroup[group] = clusterGroups.count
                clusterGroups.append(group)
            }
        }
    }

    /// Whether no edge leads from inside the group to the outside.
    private func isIsolated(_ group: Int) -> Bool {
        for edge in graph.edges {
            let from = tree.isInside(tree.surrounding(edge.from), group)
            if from != tree.isInside(tree.surrounding(edge.to), group) { return false }
        }
        return true
    }

    private mutating func collectNodes() {
        for node in graph.nodes.indices {
            let group = tree.nodeGroups[node]
            guard group == scope || group.flatMap({ clusterOfGroup[$0] }) != nil else { continue }
            boxOfNode[node] = boxes.count
            boxes.append(.node(node))
            sizes.append(nodeSizes[node].size)
            clusters.append(group.flatMap { clusterOfGroup[$0] })
        }
    }

    private mutating func collectLinks() {
        for (position, edge) in graph.edges.enumerated() {
            guard let from = box(for: edge.from, isStart: true), let to = box(for: edge.to, isStart: false) else { continue }
            if from == to {
                if edge.arrow.line != .invisible, edge.from == edge.to { loopEdges.append((position, from)) }
                continue
            }
            let lines = edge.arrow.line == .invisible ? [] : EdgeLabel.lines(edge.label)
            let size = lines.isEmpty ? nil : turn.size(EdgeLabel.size(lines))
            links.append(LayeredProblem.Link(from: from, to: to, minLength: edge.arrow.length, label: size))
            linkEdges.append(position)
        }
    }

    /// The box where an edge ends: for a group in the layers, one of its members.
    private func box(for id: String, isStart: Bool) -> Int? {
        if let node = tree.nodeNames[id], let box = boxOfNode[node] { return box }
        guard let group = tree.groupNames[id] else { return nil }
        if let box = boxOfGroup[group] { return box }
        guard clusterOfGroup[group] != nil else { return nil }
        let ends = flowEnds(of: group)
        return isStart ? ends.last : ends.first
    }

    /// The first box in a group that no edge of the group enters, and the last that none leaves.
    private func flowEnds(of group: Int) -> (first: Int?, last: Int?) {
        var entered = Array(repeating: false, count: boxes.count)
        var left = entered
        for edge in graph.edges where edge.from != edge.to {
            guard tree.isInside(tree.surrounding(edge.from), group), tree.isInside(tree.surrounding(edge.to), group)
            else { continue }
            if let box = ownBox(of: edge.from) { left[box] = true }
            if let box = ownBox(of: edge.to) { entered[box] = true }
        }
        var candidates: [Int] = []
        for (position, box) in boxes.enumerated() {
            switch box {
            case .node(let node): if tree.isInside(tree.nodeGroups[node], group) { candidates.append(position) }
            case .group(let inner): if tree.isInside(tree.parents[inner], group) { candidates.append(position) }
            }
        }
        return (
            candidates.first { !entered[$0] } ?? candidates.first, candidates.last { !left[$0] } ?? candidates.last
        )
    }

    private func ownBox(of id: String) -> Int? {
        if let node = tree.nodeNames[id] { return boxOfNode[node] }
        return tree.groupNames[id].flatMap { boxOfGroup[$0] }
    }

    func problem() -> LayeredProblem {
        var problem = LayeredProblem()
        problem.links = links
        for (position, box) in boxes.enumerated() {
            let size = turn.size(sizes[position])
            let loopRoom = loopRoom(of: position)
            var shape = NodeShape.rectangle
            if case .node(let node) = box { shape = graph.nodes[node].shape }
            problem.items.append(
                LayeredProblem.Item(
                    before: size.width / 2,
                    after: size.width / 2 + loopRoom,
                    along: size.height,
                    cluster: clusters[position],
                    outline: Outline(shape: shape, size: sizes[position], startSide: turn.startSide)
                )
            )
        }
        for group in clusterGroups { problem.clusters.append(cluster(of: group)) }
        return problem
    }

    private func cluster(of group: Int) -> LayeredProblem.Cluster {
        let padding = GroupPadding(title: tree.titleSizes[group])
        var cluster = LayeredProblem.Cluster(parent: tree.parents[group].flatMap { clusterOfGroup[$0] })
        cluster.before = padding.side
        cluster.after = padding.side
        cluster.start = padding.side
        cluster.end = padding.side
        switch turn.direction {
        case .topToBottom: cluster.start = padding.top
        case .bottomToTop: cluster.end = padding.top
        case .leftToRight, .rightToLeft: cluster.before = padding.top
        }
        if turn.isSideways { cluster.minAlong = padding.minWidth } else { cluster.minAcross = padding.minWidth }
        return cluster
    }

    private static let loopReach = 30.0
    private static let loopGap = 8.0

    private func loopRoom(of box: Int) -> Double {
        var room = 0.0
        for loop in loopEdges where loop.box == box { room += loopWidth(loop.edge) }
        return room
    }

    private func loopWidth(_ edge: Int) -> Double {
        let lines = EdgeLabel.lines(graph.edges[edge].label)
        let label = lines.isEmpty ? 0 : turn.size(EdgeLabel.size(lines)).width + 4
        return ScopeBuilder.loopReach + label + ScopeBuilder.loopGap
    }

    /// Edges from a box to itself, beside the box.
    func loops(
        _ solution: LayeredProblem.Solution,
        _ turn: Turn
    ) -> [(edge: Int, curve: Curve, label: Point?)] {
        var used = Array(repeating: 0.0, count: boxes.count)
        return loopEdges.map { loop in
            let size = turn.size(sizes[loop.box])
            let center = solution.centers[loop.box]
            let spread = min(size.height * 0.28, 18)
            var shape = NodeShape.rectangle
            if case .node(let node) = boxes[loop.box] { shape = graph.nodes[node].shape }
            let outline = Outline(shape: shape, size: sizes[loop.box], startSide: turn.startSide)
            let side: Outline.Side = turn.isSideways ? .bottom : .right
            let border = center.x + size.width / 2
            let reach = border + used[loop.box] + ScopeBuilder.loopReach * 1.3
            var curve = Curve(from: Point(x: border - outline.depth(side, at: -spread), y: center.y - spread))
            curve.curve(
                Point(x: reach, y: center.y - spread * 1.6),
                Point(x: reach, y: center.y + spread * 1.6),
                to: Point(x: border - outline.depth(side, at: spread), y: center.y + spread)
            )
            let lines = EdgeLabel.lines(graph.edges[loop.edge].label)
            let labelWidth = turn.size(EdgeLabel.size(lines)).width
            let labelX = border + used[loop.box] + ScopeBuilder.loopReach + labelWidth / 2
            used[loop.box] += loopWidth(loop.edge)
            return (
                loop.edge, curve.mapped { turn.point($0, in: solution.size) },
                lines.isEmpty ? nil : turn.point(Point(x: labelX, y: center.y), in: solution.size)
            )
        }
    }
}
