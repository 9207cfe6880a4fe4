/// Places a flowchart.
///
/// A group with a direction of its own that no edge enters is placed first and then treated as one box; all others are
/// frames around their members in the layers of the diagram.
struct FlowchartLayout {
    private let graph: Graph
    private let index: GroupTree
    private let sizes: [NodeSizing]

    static let margin = 20.0

    static func layout(_ graph: Graph) -> Layout {
        let engine = FlowchartLayout(graph)
        let scope = engine.solve(group: nil, direction: graph.direction, depth: 0)
        return engine.assemble(scope)
    }

    private init(_ graph: Graph) {
        self.graph = graph
        var index = GroupTree(graph)
        index.setTitles(of: graph)
        self.index = index
        let tree = index
        sizes = graph.nodes.enumerated().map { position, node in
            let path = tree.path(to: tree.nodeGroups[position])
            let direction = path.reversed().lazy.compactMap { graph.groups[$0].direction }.first ?? graph.direction
            return NodeSizing(node, in: graph.kind, isSideways: Turn(direction).isSideways)
        }
    }

    /// What one placement gave, in its own coordinates.
    private struct Scope {
        var size = Size(width: 0, height: 0)
        var nodes: [(node: Int, center: Point)] = []
        var edges: [(edge: Int, curve: Curve, label: Point?)] = []
        var groups: [(group: Int, frame: Rect)] = []
        var notes: [(note: Int, frame: Rect, link: Curve)] = []

        mutating func absorb(_ inner: Scope, at offset: Point) {
            nodes += inner.nodes.map { ($0.node, $0.center.moved(by: offset)) }
            edges += inner.edges.map { edge in
                (edge.edge, edge.curve.mapped { $0.moved(by: offset) }, edge.label?.moved(by: offset))
            }
            groups += inner.groups.map { ($0.group, $0.frame.moved(by: offset)) }
            notes += inner.notes.map { note in
                (note.note, note.frame.moved(by: offset), note.link.mapped { $0.moved(by: offset) })
            }
        }
    }

    /// Places what lies in a group, or the whole diagram.
    ///
    /// Recursion ends at `Limits.maxNesting`.
    private func solve(group: Int?, direction: Graph.Direction, depth: Int) -> Scope {
        var builder = ScopeBuilder(graph, index, sizes, scope: group, direction: direction)
        var inner: [Int: Scope] = [:]
        for (position, box) in builder.boxes.enumerated() {
            guard case .group(let child) = box else { continue }
            let own = graph.groups[child].direction ?? direction
            let scope =
                depth < Limits.maxNesting && !index.isEmpty(child)
                ? solve(group: child, direction: own, depth: depth + 1) : Scope()
            let padding = GroupPadding(title: index.titleSizes[child])
            let size = Size(
                width: max(scope.size.width + 2 * padding.side, padding.minWidth),
                height: scope.size.height + padding.top + padding.side
            )
            inner[position] = scope
            builder.setSize(size, ofBox: position)
        }
        let turn = Turn(direction)
        let solution = builder.problem().solve()
        var result = Scope()
        result.size = turn.size(solution.size)
        for (position, box) in builder.boxes.enumerated() {
            let center = turn.point(solution.centers[position], in: solution.size)
            switch box {
            case .node(let node): result.nodes.append((node, center))
            case .group(let child):
                let frame = Rect(center: center, size: builder.sizes[position])
                result.groups.append((child, frame))
                guard let scope = inner[position] else { continue }
                let padding = GroupPadding(title: index.titleSizes[child])
                let spare = (frame.width - scope.size.width) / 2
                result.absorb(scope, at: Point(x: frame.minX + spare, y: frame.minY + padding.top))
            case .note(let note):
                result.notes.append((note, Rect(center: center, size: builder.sizes[position]), Curve(points: [])))
            }
        }
        result.notes += builder.placedNotes(in: solution)
        for (position, edge) in builder.linkEdges.enumerated() {
            let curve = solution.curves[position].mapped { turn.point($0, in: solution.size) }
            let label = solution.labels[position].map { turn.point($0, in: solution.size) }
            result.edges.append((edge, curve, label))
        }
        for loop in builder.loops(in: solution) { result.edges.append((loop.edge, loop.curve, loop.label)) }
        for (position, child) in builder.clusterGroups.enumerated() {
            result.groups.append((child, turn.rect(solution.clusters[position], in: solution.size)))
        }
        return result
    }

    private func assemble(_ scope: Scope) -> Layout {
        let margin = FlowchartLayout.margin
        let offset = Point(x: margin, y: margin)
        var layout = Layout(size: Size(width: scope.size.width + 2 * margin, height: scope.size.height + 2 * margin))
        let blank = Rect(x: 0, y: 0, width: 0, height: 0)
        layout.nodes = graph.nodes.map { node in
            Layout.NodeFrame(id: node.id, frame: blank, text: Layout.Label(frame: blank, lines: []))
        }
        for (node, center) in scope.nodes { layout.nodes[node].place(sizes[node], at: center.moved(by: offset)) }
        layout.groups = graph.groups.map { group in
            Layout.GroupFrame(id: group.id, frame: blank, title: Layout.Label(frame: blank, lines: []), depth: 0)
        }
        for (group, frame) in scope.groups {
            layout.groups[group].frame = frame.moved(by: offset)
            layout.groups[group].depth = index.depth(of: group)
            layout.groups[group].setTitle(index.titles[group], size: index.titleSizes[group])
        }
        layout.edges = graph.edges.map { Layout.EdgeRoute(id: $0.id, curve: Curve(points: [])) }
        for (edge, curve, label) in scope.edges {
            guard graph.edges[edge].arrow.line != .invisible else { continue }
            let moved = curve.mapped { $0.moved(by: offset) }
            layout.edges[edge].curve = clipped(moved, graph.edges[edge], layout)
            if let label {
                let lines = EdgeLabel.lines(graph.edges[edge].label)
                let frame = Rect(center: label.moved(by: offset), size: EdgeLabel.size(lines))
                layout.edges[edge].label = Layout.Label(frame: frame, lines: lines)
            }
        }
        let lines = layout.edges.map { $0.curve.polyline(steps: 8) }
        let labels = layout.edges.compactMap { $0.label?.frame }
        for group in graph.groups.indices { layout.groups[group].moveTitle(awayFrom: lines, labels) }
        for (note, frame, link) in scope.notes.sorted(by: { $0.note < $1.note }) {
            let label = Layout.Label(frame: frame.moved(by: offset), lines: NoteText.lines(graph.notes[note].text))
            layout.notes.append(Layout.Note(item: note, text: label, link: link.mapped { $0.moved(by: offset) }))
        }
        layout.placeEndLabels(graph)
        return layout
    }

    /// A line to or from a group ends at its frame.
    private func clipped(_ curve: Curve, _ edge: Edge, _ layout: Layout) -> Curve {
        var result = curve
        if let group = index.groupNames[edge.from] { result = result.leaving(layout.groups[group].frame) }
        if let group = index.groupNames[edge.to] {
            result = result.reversed.leaving(layout.groups[group].frame).reversed
        }
        return result
    }
}

/// Room around the content of a group.
struct GroupPadding {
    let side = 18.0
    let top: Double
    let minWidth: Double

    init(title: Size) {
        top = title.height > 0 ? title.height + 22 : 18
        minWidth = title.width > 0 ? title.width + 40 : 40
    }
}

/// The text on an edge.
enum EdgeLabel {
    static func lines(_ label: String?) -> [String] {
        guard let label, !label.isEmpty else { return [] }
        return TextStyle.edge.lines(of: label, maxWidth: 150)
    }

    static func size(_ lines: [String]) -> Size {
        let text = TextStyle.edge.size(of: lines)
        return Size(width: text.width + 12, height: text.height + 6)
    }
}

extension Layout.NodeFrame {
    mutating func place(_ sizing: NodeSizing, at center: Point) {
        frame = Rect(center: center, size: sizing.size)
        text = Layout.Label(
            frame: Rect(center: center.moved(by: sizing.textOffset), size: sizing.textSize),
            lines: sizing.lines
        )
        icon = sizing.iconOffset.map { center.moved(by: $0) }
        header = sizing.header
        header?.move(by: center)
        compartments = sizing.compartments
        for index in compartments.indices {
            compartments[index].y += center.y
            for cell in compartments[index].cells.indices { compartments[index].cells[cell].text.move(by: center) }
        }
    }
}

extension Layout.GroupFrame {
    mutating func setTitle(_ lines: [String], size: Size) {
        title = Layout.Label(
            frame: Rect(x: frame.minX + 18, y: frame.minY + 11, width: size.width, height: size.height),
            lines: lines
        )
    }

    /// Puts the title at the right or in the middle when lines run through it at the left.
    mutating func moveTitle(awayFrom lines: [[Point]], _ labels: [Rect]) {
        guard !title.lines.isEmpty else { return }
        let left = frame.minX + 18
        let right = frame.maxX - 18 - title.frame.width
        var best = (hits: Int.max, x: left)
        for place in [left, right, (left + right) / 2] where best.hits > 0 {
            var moved = title.frame
            moved.x = place
            let room = moved.inset(by: -4)
            var hits = 0
            for line in lines where line.contains(where: { room.contains($0) }) { hits += 1 }
            for label in labels where label.overlaps(moved) { hits += 1 }
            if hits < best.hits { best = (hits, place) }
        }
        title.frame.x = best.x
    }
}

/// Turns the coordinates of a layered drawing into those of the page.
struct Turn {
    let direction: Graph.Direction

    init(_ direction: Graph.Direction) {
        self.direction = direction
    }

    /// Whether layers stand beside each other.
    var isSideways: Bool { direction == .leftToRight || direction == .rightToLeft }

    func size(_ size: Size) -> Size {
        isSideways ? Size(width: size.height, height: size.width) : size
    }

    func point(_ point: Point, in size: Size) -> Point {
        switch direction {
        case .topToBottom: point
        case .bottomToTop: Point(x: point.x, y: size.height - point.y)
        case .leftToRight: Point(x: point.y, y: point.x)
        case .rightToLeft: Point(x: size.height - point.y, y: point.x)
        }
    }

    func rect(_ rect: Rect, in size: Size) -> Rect {
        let one = point(Point(x: rect.minX, y: rect.minY), in: size)
        let other = point(Point(x: rect.maxX, y: rect.maxY), in: size)
        return Rect(
            x: min(one.x, other.x),
            y: min(one.y, other.y),
            width: abs(one.x - other.x),
            height: abs(one.y - other.y)
        )
    }

    /// The side of a box where lines from earlier layers arrive.
    var startSide: Outline.Side {
        switch direction {
        case .topToBottom: .top
        case .bottomToTop: .bottom
        case .leftToRight: .left
        case .rightToLeft: .right
        }
    }
}

extension Curve {
    /// The part of the curve after it leaves a box for the last time; the whole curve when it never does.
    func leaving(_ rect: Rect) -> Curve {
        for piece in (0..<pieces).reversed() {
            let base = piece * 3
            let steps = 16
            for step in (0..<steps).reversed() {
                guard rect.contains(point(piece: base, at: Double(step) / Double(steps))) else { continue }
                if piece == pieces - 1, step == steps - 1, rect.contains(points[base + 3]) { return self }
                var low = Double(step) / Double(steps)
                var high = Double(step + 1) / Double(steps)
                for _ in 0..<20 {
                    let middle = (low + high) / 2
                    if rect.contains(point(piece: base, at: middle)) { low = middle } else { high = middle }
                }
                return rest(ofPiece: piece, from: high)
            }
        }
        return self
    }

    /// The curve from a position on a piece on.
    ///
    /// Source: de Casteljau's subdivision.
    private func rest(ofPiece piece: Int, from position: Double) -> Curve {
        let base = piece * 3
        func between(_ one: Point, _ other: Point) -> Point {
            Point(x: one.x + (other.x - one.x) * position, y: one.y + (other.y - one.y) * position)
        }
        let second = between(points[base + 1], points[base + 2])
        let last = between(points[base + 2], points[base + 3])
        let handle = between(second, last)
        let start = point(piece: base, at: position)
        return Curve(points: [start, handle, last, points[base + 3]] + Array(points[(base + 4)...]))
    }
}
