/// One picture in the making.
struct Drawing {
    let graph: Graph
    let layout: Layout
    let options: SVGOptions
    var writer = SVGWriter()
    private let prefix: String
    private var isFirstButton = true
    private var usedIDs = NameTable()

    init(_ graph: Graph, _ layout: Layout, _ options: SVGOptions) {
        self.graph = graph
        self.layout = layout
        self.options = options
        prefix = Drawing.safe(options.idPrefix)
    }

    mutating func render() -> String {
        openRoot()
        writer.rect(
            Rect(x: 0, y: 0, width: layout.size.width, height: layout.size.height),
            class: "dg-canvas",
            radius: 0
        )
        switch graph.kind {
        case .flowchart, .state, .classes, .entities, .timeline: drawFlowchart()
        case .sequence: drawSequence()
        }
        writer.raw("</svg>\n")
        return String(bytes: writer.bytes)
    }

    private mutating func openRoot() {
        let role = options.interactive ? "graphics-document" : "img"
        writer.raw("<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"atlas-diagram dg-\(graph.kind.rawValue)\"")
        writer.raw(" role=\"\(role)\"")
        writer.attribute("aria-labelledby", "\(prefix)title \(prefix)desc")
        writer.attribute("width", layout.size.width)
        writer.attribute("height", layout.size.height)
        writer.raw(" viewBox=\"0 0 ")
        writer.number(layout.size.width)
        writer.raw(" ")
        writer.number(layout.size.height)
        writer.raw("\"><title")
        writer.attribute("id", "\(prefix)title")
        writer.raw(">")
        writer.text(Words.title(graph))
        writer.raw("</title><desc")
        writer.attribute("id", "\(prefix)desc")
        writer.raw(">")
        writer.text(Words.short(graph))
        writer.raw("</desc>")
        if options.embedStylesheet { writer.raw("<style>\(SVG.stylesheet)</style>") }
    }

    private mutating func drawFlowchart() {
        for (group, frame) in zip(graph.groups, layout.groups) { drawGroup(group, frame) }
        let order = graph.flowOrder
        var outgoing: [[Int]] = Array(repeating: [], count: graph.nodes.count)
        var others: [Int] = []
        var names = NameTable()
        for node in graph.nodes { names.insert(node.id) }
        for (position, edge) in graph.edges.enumerated() {
            if let node = names[edge.from] { outgoing[node].append(position) } else { others.append(position) }
        }
        for position in order {
            drawNode(position)
            for edge in outgoing[position] { drawEdge(edge) }
        }
        for edge in others { drawEdge(edge) }
        for note in layout.notes { drawNote(note) }
    }

    /// Letters, digits, `-` and `_`; anything else becomes `_`.
    static func safe(_ id: String) -> String {
        var result: [UInt8] = []
        for byte in id.utf8 where byte & 0xC0 != 0x80 {
            result.append(byte.isLetter || byte.isDigit || byte == 45 || byte == 95 ? byte : 95)
        }
        return String(bytes: result)
    }

    /// A safe identifier that nothing else in the picture has.
    mutating func elementID(_ kind: String, _ id: String) -> String {
        let base = "\(prefix)\(kind)-\(Drawing.safe(id))"
        var candidate = base
        var suffix = 2
        while usedIDs.contains(candidate) {
            candidate = "\(base)--\(suffix)"
            suffix += 1
        }
        usedIDs.insert(candidate)
        return candidate
    }

    /// `role`, `tabindex` and `aria-label` of something that can be chosen.
    mutating func button(_ label: String) {
        guard options.interactive else { return }
        writer.raw(" role=\"button\" tabindex=\"\(isFirstButton ? 0 : -1)\"")
        writer.attribute("aria-label", label)
        isFirstButton = false
    }

    mutating func title(_ text: String) {
        writer.raw("<title>")
        writer.text(text)
        writer.raw("</title>")
    }

    mutating func drawGroup(_ group: Group, _ frame: Layout.GroupFrame) {
        writer.raw("<g class=\"dg-group\(group.isRegion ? " dg-region" : "")\"")
        writer.attribute("id", elementID("group", group.id))
        writer.attribute("data-group", group.id)
        writer.raw(">")
        title(group.isRegion ? "Region" : group.label.onOneLine)
        writer.rect(frame.frame, class: "dg-group-frame", radius: 12)
        writer.label(
            frame.title,
            style: .group,
            class: "dg-group-title",
            isCentered: graph.kind == .sequence
        )
        writer.raw("</g>")
    }

    mutating func drawNode(_ position: Int) {
        let node = graph.nodes[position]
        let frame = layout.nodes[position]
        let label = Words.label(of: node)
        let role = node.role == .plain ? "" : " dg-role-\(node.role.rawValue)"
        writer.raw("<g class=\"dg-node dg-kind-\(node.kind.rawValue)\(role)\"")
        writer.attribute("id", elementID("node", node.id))
        writer.attribute("data-node", node.id)
        writer.attribute("data-kind", node.kind.rawValue)
        button(label)
        writer.raw(">")
        title(label)
        drawBody(node, frame)
        writer.raw("</g>")
    }

    mutating func drawBody(_ node: Node, _ frame: Layout.NodeFrame) {
        if node.shape == .actor {
            drawPerson(in: frame.frame)
        } else {
            drawShape(node, frame.frame)
        }
        if graph.kind == .classes || graph.kind == .entities { drawHead(of: frame) }
        if let center = frame.icon, let icon = node.kind.icon {
            let side = NodeSizing.iconSize + 2
            writer.rect(
                Rect(center: center, size: Size(width: side, height: side)),
                class: "dg-chip",
                radius: 6
            )
            writer.raw("<path class=\"dg-icon\" transform=\"translate(")
            writer.number(center.x)
            writer.raw(" ")
            writer.number(center.y)
            writer.raw(")\" d=\"\(icon)\"/>")
        }
        if node.role == .event {
            return writer.label(frame.text, style: .event, class: "dg-event-label", isCentered: false)
        }
        writer.label(frame.text, style: .node, class: "dg-node-label", isCentered: frame.icon == nil)
        drawCompartments(node, frame)
    }

    private mutating func drawShape(_ node: Node, _ frame: Rect) {
        let shape = ShapePath(node.shape, in: frame)
        if let record = node.record, record.replicas > 1, node.shape != .text, !node.shape.isMark {
            for shift in record.replicas > 2 ? [6.0, 3.0] : [4.0] {
                let behind = frame.moved(by: Point(x: shift, y: -shift))
                writer.path(ShapePath(node.shape, in: behind).outline, class: "dg-shadow")
            }
        }
        let isSolid = node.shape == .fork || node.shape == .filledCircle || node.shape == .smallCircle
        let className = isSolid ? "dg-shape dg-mark" : node.shape == .text ? "dg-shape dg-bare" : "dg-shape"
        if !shape.outline.isEmpty {
            writer.path(shape.outline, class: className)
            if node.kind != .unknown { writer.path(shape.outline, class: "dg-tint") }
        }
        if !shape.detail.isEmpty { writer.path(shape.detail, class: "dg-detail") }
    }

    private mutating func drawPerson(in frame: Rect) {
        let x = frame.center.x
        let top = frame.minY
        var body = Path()
        body.ellipse(Point(x: x, y: top + 9), 7.5, 7.5)
        body.move(x - 14, top + SequenceColumns.personHeight)
        body.curve(
            Point(x: x - 14, y: top + 14),
            Point(x: x + 14, y: top + 14),
            Point(x: x + 14, y: top + SequenceColumns.personHeight)
        )
        body.close()
        writer.path(body, class: "dg-shape")
    }
}
