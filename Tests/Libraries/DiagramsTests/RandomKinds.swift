@testable import Diagrams

extension RandomGraphs {
    static func text(_ random: inout SplitMix) -> String {
        label(&random).trimmed
    }

    private static func line(_ random: inout SplitMix) -> String {
        label(&random).onOneLine
    }

    // MARK: - State

    /// Built as a source would be read: what the assembler puts in order is put in order here too.
    static func state(seed: Int) -> Graph {
        var random = SplitMix(seed: seed)
        var graph = Graph(kind: .state, direction: Graph.Direction.allCases[random.below(4)])
        if random.chance(30) { graph.title = line(&random) }
        addComposites(to: &graph, &random)
        let places: [String?] =
            [nil]
            + graph.groups.filter { group in !graph.groups.contains { $0.parent == group.id && $0.isRegion } }
            .map(\.id)
        var nodes: [Node] = []
        var edges: [(String, String, String?)] = []
        for place in places {
            let prefix = place ?? "root"
            var ids: [String] = []
            for index in 0..<(1 + random.below(4)) {
                let node = plainState("\(place ?? "s")_\(index)", in: place, &random)
                ids.append(node.id)
                nodes.append(node)
            }
            let start = "\(prefix)_start"
            let end = "\(prefix)_end"
            if random.chance(70) {
                nodes.append(mark(start, .start, in: place))
                if random.chance(90) { edges.append((start, ids[random.below(ids.count)], nil)) }
            }
            if random.chance(50) {
                nodes.append(mark(end, .end, in: place))
                edges.append((ids[random.below(ids.count)], end, random.chance(50) ? text(&random) : nil))
            }
            for _ in 0..<random.below(5) {
                let text = random.chance(50) ? text(&random) : nil
                edges.append((ids[random.below(ids.count)], ids[random.below(ids.count)], text))
            }
            for group in graph.groups where group.parent == place && !group.isRegion && random.chance(60) {
                edges.append((ids[random.below(ids.count)], group.id, random.chance(50) ? text(&random) : nil))
                if random.chance(30) { edges.append((group.id, group.id, "again")) }
            }
            if random.chance(30) {
                let placement: SequenceNote.Placement = random.chance(50) ? .left : .right
                let target = ids[random.below(ids.count)]
                graph.notes.append(GraphNote(target: target, placement: placement, text: text(&random)))
            }
        }
        if random.chance(15) { graph.notes.append(GraphNote(target: nil, text: text(&random))) }
        return ordered(graph, nodes, edges)
    }

    private static func ordered(_ start: Graph, _ nodes: [Node], _ edges: [(String, String, String?)]) -> Graph {
        var graph = start
        graph.nodes = StateOrder(graph).sorted(nodes)
        for index in graph.groups.indices {
            let id = graph.groups[index].id
            graph.groups[index].members = graph.nodes.filter { $0.group == id }.map(\.id)
        }
        let order = StateOrder(graph)
        let written = edges.map { Edge(id: "", from: $0.0, to: $0.1, label: $0.2) }
        var builder = GraphBuilder(kind: .state)
        for edge in order.sorted(written, by: { order.scope(of: $0) }) {
            _ = builder.connect(edge.from, edge.to, label: edge.label, arrow: edge.arrow, line: 0)
        }
        graph.edges = builder.graph.edges
        graph.notes = order.sorted(graph.notes) { order.scope(of: $0) }
        return graph
    }

    private static func addComposites(to graph: inout Graph, _ random: inout SplitMix) {
        guard random.chance(60) else { return }
        for index in 0..<(1 + random.below(3)) {
            var parent: String?
            if let last = graph.groups.last, random.chance(50) { parent = last.id }
            let id = "C\(index)"
            let label = random.chance(50) ? text(&random) : id
            let direction = random.chance(30) ? Graph.Direction.allCases[random.below(4)] : nil
            graph.groups.append(Group(id: id, label: label, parent: parent, direction: direction))
            if random.chance(30) {
                for region in 1...2 {
                    graph.groups.append(Group(id: "\(id)_region\(region)", label: "", parent: id, isRegion: true))
                }
            }
        }
    }

    private static func plainState(_ id: String, in group: String?, _ random: inout SplitMix) -> Node {
        var node = Node(id: id, shape: .rounded, group: group)
        if random.chance(20) {
            node.role = [NodeRole.fork, .join, .choice][random.below(3)]
            node.shape = node.role == .choice ? .diamond : .fork
            return node
        }
        if random.chance(40) { node.label = text(&random) }
        if random.chance(20) { node.members = (0...random.below(2)).map { _ in Member(name: text(&random)) } }
        if random.chance(20) { node.kind = .cache }
        return node
    }

    private static func mark(_ id: String, _ role: NodeRole, in group: String?) -> Node {
        Node(
            id: id,
            label: role == .start ? "Start" : "End",
            shape: role == .start ? .filledCircle : .framedCircle,
            group: group,
            role: role
        )
    }

    // MARK: - Classes

    static func classes(seed: Int) -> Graph {
        var random = SplitMix(seed: seed)
        var graph = Graph(kind: .classes, direction: Graph.Direction.allCases[random.below(4)])
        if random.chance(30) { graph.title = line(&random) }
        if random.chance(40) {
            for index in 0...random.below(2) { graph.groups.append(Group(id: "n\(index)", label: "n\(index)")) }
        }
        let count = 1 + random.below(7)
        for index in 0..<count {
            let id = random.chance(20) ? "odd class \(index)!" : "C\(index)"
            var node = Node(id: id)
            if random.chance(30) { node.label = text(&random) }
            if random.chance(20) { node.generic = ["T", "List<int>", "K, V", "a b"][random.below(4)] }
            if random.chance(20) { node.annotations = ["interface", "two words"] }
            for _ in 0..<random.below(5) { node.members.append(member(&random)) }
            if random.chance(20) { node.kind = .store }
            if !graph.groups.isEmpty, random.chance(40) {
                let group = random.below(graph.groups.count)
                node.group = graph.groups[group].id
                graph.groups[group].members.append(id)
            }
            graph.nodes.append(node)
        }
        graph.groups.removeAll { $0.members.isEmpty }
        let heads: [Arrow.Head] = [.none, .arrow, .triangle, .hollowDiamond, .filledDiamond]
        var builder = GraphBuilder(kind: .classes)
        for _ in 0..<random.below(count * 2) {
            let line: Arrow.Line = random.chance(30) ? .dotted : .solid
            let arrow = Arrow(line: line, tail: heads[random.below(5)], head: heads[random.below(5)])
            _ = builder.connect(
                graph.nodes[random.below(count)].id,
                graph.nodes[random.below(count)].id,
                label: random.chance(40) ? text(&random) : nil,
                arrow: arrow,
                line: 0,
                tailLabel: random.chance(20) ? "1" : nil,
                headLabel: random.chance(20) ? "0..*" : nil
            )
        }
        if random.chance(30) {
            _ = builder.connect("I", graph.nodes[0].id, label: nil, arrow: Arrow(tail: .lollipop, head: .none), line: 0)
            graph.nodes.append(Node(id: "I", shape: .circle, role: .interface))
        }
        graph.edges = builder.graph.edges
        if random.chance(30) { graph.notes.append(GraphNote(target: graph.nodes[0].id, text: text(&random))) }
        if random.chance(30) { graph.notes.append(GraphNote(target: nil, text: "about\nall of it")) }
        return graph
    }

    private static func member(_ random: inout SplitMix) -> Member {
        var member = Member(
            name: ["int age", "List<List<int>> all", "a {b} ~c~", "+odd", "#5", "x : y", "(a)"][random.below(7)]
        )
        if random.chance(60) { member.visibility = Member.Visibility.allCases[random.below(4)] }
        if random.chance(50) {
            member.kind = .method
            member.parameters = ["", "Map<K, V> x", "a, b = (c)", "*p"][random.below(4)]
            if random.chance(50) { member.type = ["bool", "List<int>", "a (b)"][random.below(3)] }
            member.isAbstract = random.chance(20)
        }
        member.isStatic = random.chance(20)
        return member
    }

    // MARK: - Entities

    static func entities(seed: Int) -> Graph {
        var random = SplitMix(seed: seed)
        var graph = Graph(kind: .entities, direction: Graph.Direction.allCases[random.below(4)])
        let count = 1 + random.below(7)
        for index in 0..<count {
            let names = [
                "E\(index)", "LINE-ITEM\(index)", "two words \(index)", "e.\(index)", "größe\(index)", "\(index)",
            ]
            var node = Node(id: names[random.below(names.count)])
            if random.chance(30) { node.label = text(&random) }
            for _ in 0..<random.below(5) {
                var member = Member(name: ["id", "*key", "odd name", "PK"][random.below(4)])
                member.type = ["string", "varchar(10,2)", "int[]", "List<int>", "two words", "1st"][random.below(6)]
                if random.chance(40) { member.keys = [[.primary], [.primary, .foreign], [.unique]][random.below(3)] }
                if random.chance(40) { member.comment = line(&random) }
                node.members.append(member)
            }
            if random.chance(20) { node.kind = .store }
            graph.nodes.append(node)
        }
        let heads: [Arrow.Head] = [.zeroOrOne, .exactlyOne, .zeroOrMore, .oneOrMore]
        var builder = GraphBuilder(kind: .entities)
        for _ in 0..<random.below(count * 2) {
            let line: Arrow.Line = random.chance(30) ? .dotted : .solid
            _ = builder.connect(
                graph.nodes[random.below(count)].id,
                graph.nodes[random.below(count)].id,
                label: random.chance(70) ? text(&random) : nil,
                arrow: Arrow(line: line, tail: heads[random.below(4)], head: heads[random.below(4)]),
                line: 0
            )
        }
        graph.edges = builder.graph.edges
        return graph
    }

    // MARK: - Timeline

    static func timeline(seed: Int) -> Graph {
        var random = SplitMix(seed: seed)
        var graph = Graph(kind: .timeline, direction: .leftToRight)
        if random.chance(50) { graph.title = line(&random) }
        let hasSections = random.chance(60)
        var builder = GraphBuilder(kind: .timeline)
        let count = 1 + random.below(8)
        for number in 1...count {
            if hasSections, number == 1 || random.chance(30), random.chance(80) || !graph.groups.isEmpty {
                let id = "group-\(graph.groups.count + 1)"
                graph.groups.append(Group(id: id, label: text(&random)))
            }
            let group = graph.groups.last?.id
            let names = ["20\(number)", "14:30", "title page", "C# era", "section", text(&random)]
            let id = "t\(number)"
            let period = names[random.below(names.count)]
            graph.nodes.append(Node(id: id, label: period, shape: .stadium, group: group, role: .period))
            if number > 1 { _ = builder.connect("t\(number - 1)", id, label: nil, arrow: Arrow(), line: 0) }
            for event in 0..<random.below(4) {
                let name = "\(id)-\(event + 1)"
                graph.nodes.append(Node(id: name, label: text(&random), group: group, role: .event))
                _ = builder.connect(id, name, label: nil, arrow: Arrow(head: .none), line: 0)
            }
        }
        for index in graph.groups.indices {
            let id = graph.groups[index].id
            graph.groups[index].members = graph.nodes.filter { $0.group == id }.map(\.id)
        }
        graph.edges = builder.graph.edges
        return graph
    }
}
