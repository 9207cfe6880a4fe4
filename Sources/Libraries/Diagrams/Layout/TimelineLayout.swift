/// Places a timeline: times beside each other along an arrow, their events below, sections as frames.
struct TimelineLayout {
    private let graph: Graph
    private var layout = Layout(size: Size(width: 0, height: 0))
    private var columns: [Column] = []

    /// A time with its events, by position of the node.
    private struct Column {
        var period: Int
        var events: [Int] = []
        var width = 0.0
        var x = 0.0
    }

    private static let margin = 20.0
    private static let textWidth = 150.0
    private static let minWidth = 118.0
    private static let gap = 26.0
    private static let gapOfSections = 22.0
    private static let padding = 16.0
    private static let indent = 22.0
    private static let gapOfEvents = 10.0

    static func layout(_ graph: Graph) -> Layout {
        var engine = TimelineLayout(graph)
        engine.run()
        return engine.layout
    }

    private init(_ graph: Graph) {
        self.graph = graph
        for (position, node) in graph.nodes.enumerated() {
            if node.role == .event, !columns.isEmpty {
                columns[columns.count - 1].events.append(position)
            } else {
                columns.append(Column(period: position))
            }
        }
    }

    private mutating func run() {
        let blank = Rect(x: 0, y: 0, width: 0, height: 0)
        layout.nodes = graph.nodes.map { node in
            Layout.NodeFrame(id: node.id, frame: blank, text: Layout.Label(frame: blank, lines: []))
        }
        let titles = graph.groups.map { TextStyle.group.lines(of: $0.label, maxWidth: 260) }
        let titleHeight = titles.reduce(0) { max($0, TextStyle.group.size(of: $1).height) }
        let top = TimelineLayout.margin + (graph.groups.isEmpty ? 0 : titleHeight + 22)
        setColumns(titles)
        let foot = placeNodes(top: top)
        placeEdges()
        placeSections(titles, foot: foot + (graph.groups.isEmpty ? 0 : TimelineLayout.padding))
        let bounds = layout.nodes.map { $0.frame } + layout.groups.map { $0.frame }
        for frame in bounds {
            layout.size.width = max(layout.size.width, frame.maxX + TimelineLayout.margin)
            layout.size.height = max(layout.size.height, frame.maxY + TimelineLayout.margin)
        }
    }

    private func text(of position: Int) -> (lines: [String], size: Size) {
        let node = graph.nodes[position]
        let style: TextStyle = node.role == .event ? .event : .node
        let lines = style.lines(of: node.label, maxWidth: TimelineLayout.textWidth)
        return (lines, style.size(of: lines))
    }

    /// How wide each time is and where it starts; a section is at least as wide as its title.
    private mutating func setColumns(_ titles: [[String]]) {
        for index in columns.indices {
            var width = max(TimelineLayout.minWidth, text(of: columns[index].period).size.width + 36)
            for event in columns[index].events {
                width = max(width, TimelineLayout.indent + text(of: event).size.width + 24)
            }
            columns[index].width = width.rounded(.up)
        }
        var x = TimelineLayout.margin
        var names = NameTable()
        for group in graph.groups { names.insert(group.id) }
        var last: String?
        for index in columns.indices {
            let group = graph.nodes[columns[index].period].group
            if index > 0 { x += group == last ? TimelineLayout.gap : TimelineLayout.gapOfSections }
            if index > 0, group != last, last != nil { x += TimelineLayout.padding }
            if let group, group != last, let position = names[group] {
                x += TimelineLayout.padding
                let members = columns.indices.filter { graph.nodes[columns[$0].period].group == group }
                let inner = members.reduce(-TimelineLayout.gap) { $0 + columns[$1].width + TimelineLayout.gap }
                let wanted = TextStyle.group.size(of: titles[position]).width + 8
                if wanted > inner { columns[index].width += wanted - inner }
            }
            columns[index].x = x
            x += columns[index].width
            last = group
        }
    }

    /// The lower side of the lowest event.
    private mutating func placeNodes(top: Double) -> Double {
        let height = columns.reduce(0) { max($0, text(of: $1.period).size.height) } + 22
        var foot = top + height
        for column in columns {
            let frame = Rect(x: column.x, y: top, width: column.width, height: height)
            place(column.period, frame)
            var y = top + height + 18
            for event in column.events {
                let size = text(of: event).size
                let x = column.x + TimelineLayout.indent
                place(event, Rect(x: x, y: y, width: column.width - TimelineLayout.indent, height: size.height + 16))
                y += size.height + 16 + TimelineLayout.gapOfEvents
                foot = max(foot, y - TimelineLayout.gapOfEvents)
            }
        }
        return foot
    }

    private mutating func place(_ position: Int, _ frame: Rect) {
        let (lines, size) = text(of: position)
        layout.nodes[position].frame = frame
        var place = Rect(center: frame.center, size: size)
        if graph.nodes[position].role == .event { place.x = frame.minX + 12 }
        layout.nodes[position].text = Layout.Label(frame: place, lines: lines)
    }

    private mutating func placeEdges() {
        var names = NameTable()
        for node in graph.nodes { names.insert(node.id) }
        layout.edges = graph.edges.map { edge in
            var route = Layout.EdgeRoute(id: edge.id, curve: Curve(points: []))
            guard let from = names[edge.from], let to = names[edge.to] else { return route }
            let (start, end) = (layout.nodes[from].frame, layout.nodes[to].frame)
            if graph.nodes[to].role == .event {
                let x = start.minX + TimelineLayout.indent / 2
                let radius = start.height / 2
                let inset = max(0, radius - TimelineLayout.indent / 2)
                let depth = radius - max(0, radius * radius - inset * inset).squareRoot()
                route.curve = Curve(from: Point(x: x, y: start.maxY - depth))
                route.curve.line(to: Point(x: x, y: end.center.y - 6))
                route.curve.curve(
                    Point(x: x, y: end.center.y - 2),
                    Point(x: x + 2, y: end.center.y),
                    to: Point(x: x + 6, y: end.center.y)
                )
                route.curve.line(to: Point(x: end.minX, y: end.center.y))
            } else {
                route.curve = Curve(from: Point(x: start.maxX, y: start.center.y))
                route.curve.line(to: Point(x: end.minX, y: end.center.y))
            }
            return route
        }
    }

    private mutating func placeSections(_ titles: [[String]], foot: Double) {
        var x = (columns.last.map { $0.x + $0.width } ?? 0) + TimelineLayout.gapOfSections
        for (position, group) in graph.groups.enumerated() {
            var frame: Rect?
            for column in columns where graph.nodes[column.period].group == group.id {
                let top = TimelineLayout.margin
                let box = Rect(x: column.x, y: top, width: column.width, height: foot - top)
                frame = frame?.union(box) ?? box
            }
            let size = TextStyle.group.size(of: titles[position])
            // A section without times stands at the end.
            var box = frame ?? Rect(x: x, y: TimelineLayout.margin, width: size.width + 8, height: size.height + 22)
            if frame == nil { x += box.width + TimelineLayout.gapOfSections + 2 * TimelineLayout.padding }
            box.x -= TimelineLayout.padding
            box.width += 2 * TimelineLayout.padding
            let place = Rect(x: box.minX + 18, y: box.minY + 10, width: size.width, height: size.height)
            let title = Layout.Label(frame: place, lines: titles[position])
            layout.groups.append(Layout.GroupFrame(id: group.id, frame: box, title: title, depth: 0))
        }
    }
}
