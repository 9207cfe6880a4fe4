/// Turns what lies in one group, or in the whole diagram, into a layered problem.
struct ScopeBuilder {
    /// What is one box of the problem.
    enum Box {
        case node(Int)
        /// A group that is placed on its own.
        case group(Int)
        /// A note that stands alone.
        case note(Int)
    }

    let graph: Graph
    let tree: GroupTree
    private let scope: Int?
    let turn: Turn
    private let nodeSizes: [NodeSizing]
    private(set) var boxes: [Box] = []
    private(set) var sizes: [Size] = []
    /// The group of each cluster.
    private(set) var clusterGroups: [Int] = []
    /// The edge of each link.
    private(set) var linkEdges: [Int] = []
    private(set) var loopEdges: [(edge: Int, box: Int)] = []
    /// Notes beside a box.
    private(set) var sideNotes: [(note: Int, box: Int)] = []
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
        collectNotes()
    }

    mutating func setSize(_ size: Size, ofBox position: Int) {
        sizes[position] = size
    }

    /// Groups of the scope: a frame in the layers, or a box of its own.
    ///
    /// A parent comes before its children.
    private mutating func collectGroups(_ direction: Graph.Direction) {
        for group in graph.groups.indices {
            let parent = tree.parents[group]
            let isTop = parent == scope
            guard isTop || parent.flatMap({ clusterOfGroup[$0] }) != nil else { continue }
            let own = graph.groups[group].direction ?? direction
            let isApart = own != direction || graph.kind == .state
            if !tree.hasContent(group) || isApart && tree.isIsolated(group, in: graph) {
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
            guard let from = box(for: edge.from, isStart: true), let to = box(for: edge.to, isStart: false) else {
                continue
            }
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

    /// A note stands beside the box that it is about; about the whole or a frame, on its own.
    private mutating func collectNotes() {
        for (position, note) in graph.notes.enumerated() {
            guard let target = note.target else {
                if scope == nil { addBox(ofNote: position, cluster: nil) }
                continue
            }
            if let box = ownBox(of: target) {
                sideNotes.append((position, box))
            } else if let group = tree.groupNames[target], clusterOfGroup[group] != nil {
                addBox(ofNote: position, cluster: tree.parents[group].flatMap { clusterOfGroup[$0] })
            }
        }
    }

    private mutating func addBox(ofNote note: Int, cluster: Int?) {
        boxes.append(.note(note))
        sizes.append(NoteText.size(NoteText.lines(graph.notes[note].text)))
        clusters.append(cluster)
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
            case .note: continue
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
        if graph.kind == .classes || graph.kind == .entities {
            problem.extraGap = 22
            problem.stub = 18
            problem.portDistance = 20
        }
        for position in boxes.indices {
            let size = turn.size(sizes[position])
            let loops = loops(of: position)
            let notes = noteRoom(of: position)
            problem.items.append(
                LayeredProblem.Item(
                    before: size.width / 2 + notes.before,
                    after: size.width / 2 + loops.across + notes.after,
                    along: size.height,
                    roomAlong: max(size.height, loops.along, notes.along),
                    cluster: clusters[position],
                    outline: outline(of: position)
                )
            )
        }
        for group in clusterGroups { problem.clusters.append(cluster(of: group)) }
        return problem
    }

    func outline(of box: Int) -> Outline {
        var shape = NodeShape.rectangle
        if case .node(let node) = boxes[box] { shape = graph.nodes[node].shape }
        return Outline(shape: shape, size: sizes[box], startSide: turn.startSide)
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
}
