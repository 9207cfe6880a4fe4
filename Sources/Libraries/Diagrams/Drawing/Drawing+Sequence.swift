extension Drawing {
    /// Boxes, lifelines and frames first, then participants, then the events in their order.
    mutating func drawSequence() {
        for (group, frame) in zip(graph.groups, layout.groups) { drawGroup(group, frame) }
        for fragment in layout.fragments where fragment.block == .rect {
            writer.rect(fragment.frame, class: "dg-fragment-rect", radius: 6)
        }
        for line in layout.lifelines { drawLifeline(line) }
        for bar in layout.activations { writer.rect(bar.frame, class: "dg-bar", radius: 2) }
        for fragment in layout.fragments where fragment.block != .rect { drawFragment(fragment) }
        for position in graph.nodes.indices { drawNode(position) }
        var names = NameTable()
        for edge in graph.edges { names.insert(edge.id) }
        var note = 0
        for item in graph.items {
            if case .message(let id) = item, let position = names[id] { drawEdge(position) }
            if case .note = item, note < layout.notes.count {
                drawNote(layout.notes[note])
                note += 1
            }
        }
    }

    private mutating func drawLifeline(_ line: Layout.Lifeline) {
        writer.element(
            "line",
            class: "dg-lifeline",
            [("x1", line.start.x), ("y1", line.start.y), ("x2", line.end.x), ("y2", line.end.y)]
        )
        if line.isDestroyed {
            var cross = Path()
            for side in [-1.0, 1.0] {
                cross.move(line.end.x - 7 * side, line.end.y - 7)
                cross.line(line.end.x + 7 * side, line.end.y + 7)
            }
            writer.path(cross, class: "dg-lifeline-end")
        }
        guard let footer = line.footer, let position = graph.nodes.firstIndex(where: { $0.id == line.node }) else {
            return
        }
        var frame = layout.nodes[position]
        let offset = Point(x: footer.x - frame.frame.x, y: footer.y - frame.frame.y)
        frame.frame = footer
        frame.text.move(by: offset)
        frame.icon = frame.icon?.moved(by: offset)
        let kind = graph.nodes[position].kind.rawValue
        writer.raw("<g class=\"dg-node dg-footer dg-kind-\(kind)\" aria-hidden=\"true\"")
        writer.attribute("data-footer", line.node)
        writer.raw(">")
        drawBody(graph.nodes[position], frame)
        writer.raw("</g>")
    }

    private mutating func drawFragment(_ fragment: Layout.Fragment) {
        writer.raw("<g class=\"dg-frame\">")
        writer.rect(fragment.frame, class: "dg-fragment", radius: 6)
        let tab = fragment.tab.frame
        var outline = Path()
        outline.move(tab.minX, tab.minY + 6)
        outline.arc(6, 6, clockwise: true, tab.minX + 6, tab.minY)
        outline.line(tab.maxX, tab.minY)
        outline.line(tab.maxX, tab.maxY - 7)
        outline.line(tab.maxX - 7, tab.maxY)
        outline.line(tab.minX, tab.maxY)
        outline.close()
        writer.path(outline, class: "dg-tab")
        writer.label(fragment.tab, style: .tab, class: "dg-tab-text")
        if let label = fragment.label { drawBackedLabel(label) }
        for section in fragment.sections {
            writer.element(
                "line",
                class: "dg-section",
                [("x1", fragment.frame.minX), ("y1", section.y), ("x2", fragment.frame.maxX), ("y2", section.y)]
            )
            if let label = section.label { drawBackedLabel(label) }
        }
        writer.raw("</g>")
    }

    private mutating func drawBackedLabel(_ label: Layout.Label) {
        writer.rect(label.frame, class: "dg-label-back", radius: 4)
        writer.label(label, style: .note, class: "dg-fragment-label")
    }

    mutating func drawNote(_ note: Layout.Note) {
        let frame = note.text.frame
        let fold = 9.0
        var paper = Path()
        paper.move(frame.minX, frame.minY)
        paper.line(frame.maxX - fold, frame.minY)
        paper.line(frame.maxX, frame.minY + fold)
        paper.line(frame.maxX, frame.maxY)
        paper.line(frame.minX, frame.maxY)
        paper.close()
        paper.move(frame.maxX - fold, frame.minY)
        paper.line(frame.maxX - fold, frame.minY + fold)
        paper.line(frame.maxX, frame.minY + fold)
        writer.raw("<g class=\"dg-note-box\">")
        if !note.link.points.isEmpty { writer.path(Path(note.link), class: "dg-note-link") }
        writer.path(paper, class: "dg-note")
        writer.label(note.text, style: .note, class: "dg-note-text")
        writer.raw("</g>")
    }
}
