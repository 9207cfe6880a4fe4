import Testing

@testable import Diagrams

@Suite struct LayoutTests {
    @Test(arguments: 0..<250) func `a flowchart keeps nodes, labels and lines apart`(seed: Int) {
        let graph = RandomGraphs.flowchart(seed: seed)
        let layout = LayoutEngine.layout(graph)
        checkNodes(graph, layout)
        checkLines(graph, layout)
        checkGroups(graph, layout)
    }

    @Test(arguments: [60, 120]) func `a big flowchart keeps nodes, labels and lines apart`(nodes: Int) {
        let graph = RandomGraphs.flowchart(seed: nodes, nodes: nodes)
        let layout = LayoutEngine.layout(graph)
        checkNodes(graph, layout)
        checkLines(graph, layout)
        checkGroups(graph, layout)
    }

    @Test(arguments: 0..<250) func `a sequence diagram keeps nodes and labels apart`(seed: Int) {
        let graph = RandomGraphs.sequence(seed: seed)
        let layout = LayoutEngine.layout(graph)
        checkNodes(graph, layout)
        let page = Rect(x: 0, y: 0, width: layout.size.width, height: layout.size.height)
        for edge in layout.edges {
            #expect(edge.curve.points.allSatisfy { page.contains($0) })
            if let label = edge.label {
                #expect(page.contains(label.frame))
                for node in layout.nodes { #expect(!label.frame.overlaps(node.frame)) }
                for other in layout.edges where other.id != edge.id {
                    #expect(other.label.map { !$0.frame.overlaps(label.frame) } ?? true)
                }
            }
        }
        for note in layout.notes {
            #expect(page.contains(note.text.frame))
            for edge in layout.edges { #expect(edge.label.map { !$0.frame.overlaps(note.text.frame) } ?? true) }
        }
        for fragment in layout.fragments {
            #expect(page.contains(fragment.frame))
            #expect(fragment.frame.height > 0)
            if let label = fragment.label { #expect(fragment.frame.contains(label.frame)) }
        }
        #expect(layout.fragments.count == graph.items.count { if case .blockStart = $0 { true } else { false } })
    }

    @Test(arguments: 0..<200) func `states, classes, entities and events keep apart`(seed: Int) {
        for graph in [
            RandomGraphs.state(seed: seed), RandomGraphs.classes(seed: seed), RandomGraphs.entities(seed: seed),
            RandomGraphs.timeline(seed: seed),
        ] {
            let layout = LayoutEngine.layout(graph)
            checkNodes(graph, layout)
            checkGroups(graph, layout)
            if graph.kind != .timeline { checkLines(graph, layout) }
            checkNotes(graph, layout)
            checkCompartments(graph, layout)
            #expect(LayoutEngine.layout(graph) == layout)
        }
    }

    private func checkNotes(_ graph: Graph, _ layout: Layout) {
        #expect(layout.notes.map(\.item) == Array(graph.notes.indices))
        let page = Rect(x: 0, y: 0, width: layout.size.width, height: layout.size.height)
        for note in layout.notes {
            #expect(page.contains(note.text.frame))
            for node in layout.nodes { #expect(!note.text.frame.overlaps(node.frame), "\(node.id)") }
            for other in layout.notes where other.item != note.item {
                #expect(!note.text.frame.overlaps(other.text.frame))
            }
            for edge in layout.edges {
                #expect(!edge.curve.polyline().contains { note.text.frame.inset(by: 0.5).contains($0) }, "\(edge.id)")
                #expect(edge.label.map { !$0.frame.overlaps(note.text.frame) } ?? true)
            }
        }
    }

    private func checkCompartments(_ graph: Graph, _ layout: Layout) {
        for (node, frame) in zip(graph.nodes, layout.nodes) {
            let cells = frame.compartments.flatMap(\.cells)
            #expect(Set(cells.map(\.member)) == Set(node.members.indices))
            for cell in cells { #expect(frame.frame.contains(cell.text.frame), "\(node.id)") }
            for (index, cell) in cells.enumerated() {
                for other in cells[(index + 1)...] { #expect(!cell.text.frame.overlaps(other.text.frame)) }
            }
        }
    }

    @Test(arguments: 0..<20) func `the same graph has the same layout`(seed: Int) {
        let graph = RandomGraphs.flowchart(seed: seed)
        #expect(LayoutEngine.layout(graph) == LayoutEngine.layout(graph))
        let sequence = RandomGraphs.sequence(seed: seed)
        #expect(LayoutEngine.layout(sequence) == LayoutEngine.layout(sequence))
    }

    @Test func `the flow follows the direction`() throws {
        for direction in Graph.Direction.allCases {
            let graph = try #require(Mermaid.parse("flowchart \(direction.rawValue)\nA --> B").graph)
            let frames = LayoutEngine.layout(graph).nodes.map(\.frame)
            switch direction {
            case .topToBottom: #expect(frames[0].maxY < frames[1].minY)
            case .bottomToTop: #expect(frames[0].minY > frames[1].maxY)
            case .leftToRight: #expect(frames[0].maxX < frames[1].minX)
            case .rightToLeft: #expect(frames[0].minX > frames[1].maxX)
            }
        }
    }

    @Test func `a group that stands alone follows its own direction`() throws {
        let source = "flowchart TB\nsubgraph g\ndirection LR\nA --> B\nend\nC --> g"
        let graph = try #require(Mermaid.parse(source).graph)
        let layout = LayoutEngine.layout(graph)
        #expect(layout.nodes[0].frame.maxX < layout.nodes[1].frame.minX)
        #expect(layout.edges[1].curve.points.last.map { abs($0.y - layout.groups[0].frame.minY) < 1 } == true)
    }

    @Test func `a parent stands in the middle above its two children`() throws {
        let graph = try #require(Mermaid.parse("flowchart\nA --> B\nB --> C & D").graph)
        let centers = LayoutEngine.layout(graph).nodes.map(\.frame.center.x)
        #expect(abs(centers[1] - (centers[2] + centers[3]) / 2) < 1.5)
        #expect(abs(centers[0] - centers[1]) < 1.5)
    }

    private func checkNodes(_ graph: Graph, _ layout: Layout) {
        let page = Rect(x: 0, y: 0, width: layout.size.width, height: layout.size.height)
        for (index, node) in layout.nodes.enumerated() {
            #expect(page.contains(node.frame))
            #expect(node.frame.width > 0)
            #expect(node.frame.contains(node.text.frame) || node.text.lines.isEmpty, "\(node)")
            let style: TextStyle = graph.nodes[index].role == .event ? .event : .node
            for line in node.text.lines { #expect(style.width(of: line) <= node.text.frame.width + 0.01) }
            for other in layout.nodes[(index + 1)...] {
                #expect(!node.frame.overlaps(other.frame), "\(node.id) \(other.id)")
            }
        }
    }

    private func checkLines(_ graph: Graph, _ layout: Layout) {
        let page = Rect(x: 0, y: 0, width: layout.size.width, height: layout.size.height)
        for (edge, route) in zip(graph.edges, layout.edges) where edge.arrow.line != .invisible {
            #expect(route.curve.pieces > 0)
            for point in route.curve.polyline() {
                #expect(page.inset(by: -1).contains(point), "\(edge.id)")
                for node in layout.nodes where node.id != edge.from && node.id != edge.to {
                    #expect(!node.frame.inset(by: 0.5).contains(point), "\(edge.id) runs through \(node.id)")
                }
                for (other, otherRoute) in zip(graph.edges, layout.edges) where other.id != edge.id {
                    let isHit = otherRoute.label?.frame.inset(by: 0.5).contains(point) ?? false
                    #expect(!isHit, "\(edge.id) runs through the label of \(other.id)")
                }
            }
            guard let label = route.label else { continue }
            #expect(page.contains(label.frame))
            for node in layout.nodes { #expect(!label.frame.overlaps(node.frame), "label of \(edge.id) on \(node.id)") }
            for other in layout.edges where other.id != edge.id {
                #expect(other.label.map { !$0.frame.overlaps(label.frame) } ?? true, "\(edge.id) \(other.id)")
            }
        }
    }

    private func checkGroups(_ graph: Graph, _ layout: Layout) {
        for (group, frame) in zip(graph.groups, layout.groups) {
            #expect(frame.frame.contains(frame.title.frame), "\(group.id)")
            for (node, nodeFrame) in zip(graph.nodes, layout.nodes) {
                let isInside = graph.isInside(node.group, group.id)
                if isInside {
                    #expect(frame.frame.contains(nodeFrame.frame), "\(node.id) in \(group.id)")
                    #expect(!frame.title.frame.overlaps(nodeFrame.frame))
                } else {
                    #expect(!frame.frame.overlaps(nodeFrame.frame), "\(node.id) outside \(group.id)")
                }
            }
            for (other, otherFrame) in zip(graph.groups, layout.groups) where other.id != group.id {
                if graph.isInside(other.id, group.id) {
                    #expect(frame.frame.contains(otherFrame.frame))
                } else if !graph.isInside(group.id, other.id) {
                    #expect(!frame.frame.overlaps(otherFrame.frame), "\(group.id) \(other.id)")
                }
            }
        }
    }
}

extension Graph {
    fileprivate func isInside(_ inner: String?, _ outer: String) -> Bool {
        var next = inner
        while let id = next {
            if id == outer { return true }
            next = group(id)?.parent
        }
        return false
    }
}
