import Testing

@testable import Diagrams

/// Promises that hold for pictures of every kind.
@Suite struct PictureTests {
    private static let tags: Set<String> = [
        "svg", "title", "desc", "style", "g", "rect", "path", "line", "text", "tspan",
    ]

    private func graphs(_ seed: Int) -> [Graph] {
        [
            RandomGraphs.flowchart(seed: seed), RandomGraphs.sequence(seed: seed), RandomGraphs.state(seed: seed),
            RandomGraphs.classes(seed: seed), RandomGraphs.entities(seed: seed), RandomGraphs.timeline(seed: seed),
        ]
    }

    @Test(arguments: 0..<40) func `a hostile label is text in every kind of picture`(seed: Int) {
        let hostile = "</text><script>x</script>\" onload=\"x\u{0}<a href='javascript:x'>&#60;"
        for var graph in graphs(seed) {
            for index in graph.nodes.indices { graph.nodes[index].label = hostile }
            for index in graph.edges.indices { graph.edges[index].label = hostile }
            for index in graph.groups.indices { graph.groups[index].label = hostile }
            graph.title = hostile
            let layout = LayoutEngine.layout(graph)
            for interactive in [true, false] {
                let svg = SVG.render(graph, layout: layout, options: SVGOptions(interactive: interactive))
                for part in svg.split(separator: "<").dropFirst() {
                    let tag = String(part.drop { $0 == "/" }.prefix { $0.isLetter })
                    #expect(PictureTests.tags.contains(tag), "\(tag)")
                    // Inside a tag every quote closes what another opened.
                    let inner = part.prefix { $0 != ">" }
                    #expect(inner.count { $0 == "\"" } % 2 == 0)
                }
                #expect(!svg.contains("\" onload"))
                #expect(!svg.unicodeScalars.contains { $0.value == 0 })
            }
        }
    }

    @Test(arguments: 0..<40) func `one part of an interactive picture is in the tab order, every part has a name`(
        seed: Int
    ) {
        for graph in graphs(seed) where !graph.nodes.isEmpty {
            let options = SVGOptions(interactive: true)
            let svg = SVG.render(graph, layout: LayoutEngine.layout(graph), options: options)
            #expect(svg.split(separator: "tabindex=\"0\"").count == 2)
            let drawn = graph.edges.count { $0.arrow.line != .invisible }
            #expect(svg.split(separator: " role=\"button\"").count == graph.nodes.count + drawn + 1)
            #expect(svg.split(separator: " aria-label=\"").count == graph.nodes.count + drawn + 1)
            #expect(!svg.contains("aria-label=\"\""))
        }
    }

    @Test(arguments: 0..<60) func `boxes of a sequence diagram hold exactly their participants`(seed: Int) {
        var random = SplitMix(seed: seed)
        var graph = RandomGraphs.sequence(seed: seed)
        for index in graph.nodes.indices {
            if index == 0 || random.chance(50) {
                graph.groups.append(Group(id: "box\(index)", label: RandomGraphs.label(&random)))
            }
            guard let last = graph.groups.indices.last else { continue }
            graph.nodes[index].group = graph.groups[last].id
            graph.groups[last].members.append(graph.nodes[index].id)
        }
        let layout = LayoutEngine.layout(graph)
        for (group, frame) in zip(graph.groups, layout.groups) {
            for (node, box) in zip(graph.nodes, layout.nodes) {
                let isMember = node.group == group.id
                #expect(isMember ? frame.frame.contains(box.frame) : !frame.frame.overlaps(box.frame))
            }
            for other in layout.groups where other.id != group.id { #expect(!frame.frame.overlaps(other.frame)) }
        }
    }

    @Test(arguments: 0..<30) func `a tree has no crossing`(seed: Int) {
        var random = SplitMix(seed: seed)
        var graph = Graph(kind: .flowchart, direction: .topToBottom)
        for index in 0..<40 {
            graph.nodes.append(Node(id: "n\(index)", label: "n\(index)"))
            guard index > 0 else { continue }
            let parent = random.below(index)
            let arrow = Arrow(line: .solid, head: .arrow)
            graph.edges.append(Edge(id: "e\(index)", from: "n\(parent)", to: "n\(index)", label: nil, arrow: arrow))
        }
        let lines = LayoutEngine.layout(graph).edges.map { $0.curve.polyline(steps: 8) }
        for (index, line) in lines.enumerated() {
            for (place, other) in lines.enumerated().dropFirst(index + 1)
            where graph.edges[index].from != graph.edges[place].from {
                #expect(!PictureTests.cross(line, other), "\(graph.edges[index].id) \(graph.edges[place].id)")
            }
        }
    }

    private static func cross(_ one: [Point], _ other: [Point]) -> Bool {
        func side(_ a: Point, _ b: Point, _ c: Point) -> Double {
            (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x)
        }
        for (a, b) in zip(one, one.dropFirst()) {
            for (c, d) in zip(other, other.dropFirst())
            where side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0 { return true }
        }
        return false
    }
}
