/// Places a sequence diagram: participants beside each other, events below each other.
struct SequenceLayout {
    let graph: Graph
    let columns: SequenceColumns
    let extents: SequenceExtents
    var layout = Layout(size: Size(width: 0, height: 0))
    /// How far down the events reach so far.
    var y = 0.0
    /// Where the last message is, if nothing came after it.
    var lastMessage: Double?
    /// Where each bar of each participant starts, outer ones first.
    var bars: [[Double]]
    var starts: [Double]
    var ends: [Double?]
    var created: Int?
    var destroyed: Int?
    var openFragments: [Int] = []
    var nextFragment = 0
    var number: (next: Int, step: Int)?

    static let barWidth = 10.0
    static let barShift = 5.0
    static let margin = 20.0
    /// Diagrams that are higher repeat the participants at their foot.
    static let footerHeight = 620.0

    static func layout(_ graph: Graph) -> Layout {
        var engine = SequenceLayout(graph)
        engine.run()
        return engine.layout
    }

    private init(_ graph: Graph) {
        self.graph = graph
        columns = SequenceColumns(graph)
        extents = SequenceExtents(columns)
        bars = Array(repeating: [], count: graph.nodes.count)
        starts = Array(repeating: 0, count: graph.nodes.count)
        ends = Array(repeating: nil, count: graph.nodes.count)
    }

    private mutating func run() {
        let groupTitle = graph.groups.reduce(0) { max($0, SequenceLayout.title(of: $1).size.height) }
        let top = graph.groups.isEmpty ? 0 : groupTitle + 20
        for (position, node) in graph.nodes.enumerated() {
            let size = columns.sizes[position]
            let center = Point(x: columns.positions[position], y: top + columns.headHeight - size.height / 2)
            layout.nodes.append(frame(of: node, position, at: center))
            starts[position] = top + columns.headHeight
        }
        layout.edges = graph.edges.map { Layout.EdgeRoute(id: $0.id, curve: Curve(points: [])) }
        y = top + columns.headHeight + 18
        for (position, item) in graph.items.enumerated() { place(item, at: position) }
        finish()
    }

    /// A participant around a point.
    private func frame(of node: Node, _ position: Int, at center: Point) -> Layout.NodeFrame {
        let size = columns.sizes[position]
        let text = TextStyle.node.size(of: columns.lines[position])
        let box = Rect(center: center, size: size)
        var textCenter = center
        var icon: Point?
        if node.shape == .actor {
            textCenter.y = box.maxY - text.height / 2
        } else if node.kind != .unknown {
            let shift = (NodeSizing.iconSize + 10) / 2
            textCenter.x += shift
            icon = Point(x: textCenter.x - text.width / 2 - 20, y: center.y)
        }
        let label = Layout.Label(frame: Rect(center: textCenter, size: text), lines: columns.lines[position])
        return Layout.NodeFrame(id: node.id, frame: box, text: label, icon: icon)
    }

    private mutating func place(_ item: SequenceItem, at position: Int) {
        switch item {
        case .message(let id): placeMessage(id, at: position)
        case .note(let note):
            y += 8
            let frame = SequenceExtents.noteFrame(note, columns, y: y)
            let label = Layout.Label(frame: frame, lines: NoteText.lines(note.text))
            layout.notes.append(Layout.Note(item: position, text: label))
            y = frame.maxY + 8
            lastMessage = nil
        case .activate(let id):
            guard let node = columns.table[id] else { return }
            bars[node].append(lastMessage ?? y)
        case .deactivate(let id):
            guard let node = columns.table[id] else { return }
            closeBar(node, at: lastMessage ?? y)
        case .create(let id): created = columns.table[id]
        case .destroy(let id): destroyed = columns.table[id]
        case .blockStart(let block, let label): openFragment(block, label)
        case .blockSection(let label): addSection(label)
        case .blockEnd: closeFragment()
        case .numbering(let start, let step, let isVisible): number = isVisible ? (start, step) : nil
        }
    }

    private mutating func closeBar(_ node: Int, at end: Double) {
        guard let start = bars[node].popLast() else { return }
        let shift = Double(bars[node].count) * SequenceLayout.barShift
        let x = columns.positions[node] - SequenceLayout.barWidth / 2 + shift
        let frame = Rect(x: x, y: start, width: SequenceLayout.barWidth, height: max(12, end - start))
        layout.activations.append(Layout.Activation(node: graph.nodes[node].id, frame: frame))
        y = max(y, frame.maxY + 4)
    }

    static func title(of group: Group) -> (lines: [String], size: Size) {
        guard !group.label.isEmpty else { return ([], Size(width: 0, height: 0)) }
        let lines = TextStyle.group.lines(of: group.label, maxWidth: 240)
        return (lines, TextStyle.group.size(of: lines))
    }

    private mutating func finish() {
        while !openFragments.isEmpty { closeFragment() }
        for node in graph.nodes.indices { while !bars[node].isEmpty { closeBar(node, at: lastMessage ?? y) } }
        layout.activations.sort { ($0.frame.x, $0.frame.y) < ($1.frame.x, $1.frame.y) }
        y += 14
        let hasFooter = y > SequenceLayout.footerHeight
        for (position, node) in graph.nodes.enumerated() {
            let x = columns.positions[position]
            let isAlive = ends[position] == nil
            var line = Layout.Lifeline(
                node: node.id,
                start: Point(x: x, y: starts[position]),
                end: Point(x: x, y: ends[position] ?? y),
                isDestroyed: !isAlive
            )
            if hasFooter, isAlive {
                let size = columns.sizes[position]
                line.footer = Rect(x: x - size.width / 2, y: y, width: size.width, height: size.height)
            }
            layout.lifelines.append(line)
        }
        if hasFooter { y += columns.headHeight }
        addGroups()
        moveToMargin()
    }

    private mutating func addGroups() {
        for group in graph.groups {
            var frame: Rect?
            for node in layout.nodes where group.members.contains(node.id) {
                let column = Rect(x: node.frame.x, y: 0, width: node.frame.width, height: y + 12)
                frame = frame?.union(column) ?? column
            }
            let (lines, size) = SequenceLayout.title(of: group)
            // A box without participants stands at the end.
            let right = layout.groups.reduce(layout.nodes.reduce(0) { max($0, $1.frame.maxX) }) {
                max($0, $1.frame.maxX)
            }
            var box = frame ?? Rect(x: right + 48 + size.width / 2, y: 0, width: 0, height: y + 12)
            let spare = max(12, (size.width + 24 - box.width) / 2)
            box.x -= spare
            box.width += 2 * spare
            let titleFrame = Rect(
                x: box.center.x - size.width / 2,
                y: box.minY + 8,
                width: size.width,
                height: size.height
            )
            let label = Layout.Label(frame: titleFrame, lines: lines)
            layout.groups.append(Layout.GroupFrame(id: group.id, frame: box, title: label, depth: 0))
        }
        if !graph.groups.isEmpty { y += 12 }
    }

    /// Moves everything so that it starts at the margin, and sets the size.
    private mutating func moveToMargin() {
        var bounds = Rect(x: 0, y: 0, width: columns.positions.last ?? 0, height: y)
        let frames =
            layout.nodes.map { $0.frame } + layout.groups.map { $0.frame } + layout.fragments.map { $0.frame }
            + layout.notes.map { $0.text.frame } + layout.edges.compactMap { $0.label?.frame }
        for frame in frames { bounds = bounds.union(frame) }
        for edge in layout.edges {
            for point in edge.curve.points { bounds = bounds.union(Rect(x: point.x, y: point.y, width: 0, height: 0)) }
        }
        let margin = SequenceLayout.margin
        layout.move(by: Point(x: margin - bounds.minX, y: margin - bounds.minY))
        layout.size = Size(width: bounds.width + 2 * margin, height: bounds.height + 2 * margin)
    }
}

extension Layout {
    /// Moves everything.
    mutating func move(by offset: Point) {
        for index in nodes.indices {
            nodes[index].frame = nodes[index].frame.moved(by: offset)
            nodes[index].text.frame = nodes[index].text.frame.moved(by: offset)
            nodes[index].icon = nodes[index].icon?.moved(by: offset)
        }
        for index in edges.indices {
            edges[index].curve = edges[index].curve.mapped { $0.moved(by: offset) }
            edges[index].label?.move(by: offset)
        }
        for index in groups.indices {
            groups[index].frame = groups[index].frame.moved(by: offset)
            groups[index].title.move(by: offset)
        }
        for index in lifelines.indices {
            lifelines[index].start = lifelines[index].start.moved(by: offset)
            lifelines[index].end = lifelines[index].end.moved(by: offset)
            lifelines[index].footer = lifelines[index].footer?.moved(by: offset)
        }
        for index in activations.indices { activations[index].frame = activations[index].frame.moved(by: offset) }
        for index in notes.indices { notes[index].text.move(by: offset) }
        for index in fragments.indices {
            fragments[index].frame = fragments[index].frame.moved(by: offset)
            fragments[index].tab.move(by: offset)
            fragments[index].label?.move(by: offset)
            for section in fragments[index].sections.indices {
                fragments[index].sections[section].y += offset.y
                fragments[index].sections[section].label?.move(by: offset)
            }
        }
    }
}

extension Layout.Label {
    mutating func move(by offset: Point) {
        frame = frame.moved(by: offset)
    }
}
