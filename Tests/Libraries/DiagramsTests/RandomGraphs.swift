@testable import Diagrams

/// A small generator, so that the same seed gives the same graph everywhere.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    init(seed: Int) {
        state = UInt64(truncatingIfNeeded: seed) &+ 0x9E37_79B9_7F4A_7C15
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func below(_ limit: Int) -> Int {
        Int(next() % UInt64(max(1, limit)))
    }

    mutating func chance(_ percent: Int) -> Bool {
        below(100) < percent
    }
}

enum RandomGraphs {
    static let words = [
        "cache", "reads", "Web service", "ships the log to", "a rather long description of a part",
        "データベース", "p99 < 5 ms", "\"quoted\"", "a;b#c&d", "Zeile eins\nZeile zwei", "retry", "42", "`tick`",
        "averyveryverylongwordwithoutanyspaceinitatall", "ä ö ü ß", "back\\slash", "|bar|", "end",
        "(round) [square] {curly}",
    ]

    static func label(_ random: inout SplitMix) -> String {
        let count = 1 + random.below(3)
        return (0..<count).map { _ in words[random.below(words.count)] }.joined(separator: " ")
    }

    static func flowchart(seed: Int, nodes: Int? = nil) -> Graph {
        var random = SplitMix(seed: seed)
        var graph = Graph(kind: .flowchart, direction: Graph.Direction.allCases[random.below(4)])
        let count = nodes ?? 1 + random.below(16)
        if random.chance(30) { graph.title = label(&random).onOneLine }
        addGroups(to: &graph, &random)
        let shapes = NodeShape.allCases.filter { $0 != .participant && $0 != .actor }
        for index in 0..<count {
            let shape = random.chance(50) ? .rectangle : shapes[random.below(shapes.count)]
            let kind = random.chance(40) ? NodeKind.allCases[random.below(NodeKind.allCases.count)] : shape.impliedKind
            let group = random.chance(60) && !graph.groups.isEmpty ? random.below(graph.groups.count) : nil
            let text = random.chance(80) ? label(&random) : "n\(index)"
            let id = "n\(index)"
            graph.nodes.append(
                Node(id: id, label: text, shape: shape, kind: kind, group: group.map { graph.groups[$0].id })
            )
            if let group { graph.groups[group].members.append(id) }
        }
        addEdges(to: &graph, &random)
        return graph
    }

    private static func addGroups(to graph: inout Graph, _ random: inout SplitMix) {
        guard random.chance(60) else { return }
        for index in 0..<(1 + random.below(4)) {
            // Parents are taken from the path to the last group, so that the order is that of a printed source.
            var parent: String?
            if let last = graph.groups.last, random.chance(50) { parent = random.chance(50) ? last.id : last.parent }
            let direction = random.chance(30) ? Graph.Direction.allCases[random.below(4)] : nil
            graph.groups.append(
                Group(id: "g\(index)", label: label(&random), parent: parent, direction: direction)
            )
        }
    }

    private static func addEdges(to graph: inout Graph, _ random: inout SplitMix) {
        var used: [String: Int] = [:]
        let count = graph.nodes.count
        for _ in 0..<random.below(count * 2 + 1) {
            let from = "n\(random.below(count))"
            let to = "n\(random.below(count))"
            let line = Arrow.Line.allCases[random.chance(70) ? 0 : random.below(4)]
            let heads: [Arrow.Head] = [.none, .arrow, .circle, .cross]
            var arrow = Arrow(line: line, head: heads[random.chance(70) ? 1 : random.below(4)])
            arrow.length = 1 + random.below(random.chance(80) ? 1 : 3)
            if random.chance(10) { arrow.tail = .arrow }
            if line == .invisible {
                arrow.head = .none
                arrow.tail = .none
            }
            let text = random.chance(50) ? label(&random) : nil
            used["\(from)-\(to)", default: 0] += 1
            let number = used["\(from)-\(to)", default: 1]
            let id = number == 1 ? "\(from)-\(to)" : "\(from)-\(to)-\(number)"
            graph.edges.append(Edge(id: id, from: from, to: to, label: text, arrow: arrow))
        }
    }

    static func sequence(seed: Int) -> Graph {
        var random = SplitMix(seed: seed)
        var graph = Graph(kind: .sequence)
        let count = 1 + random.below(6)
        if random.chance(30) { graph.title = label(&random).onOneLine }
        for index in 0..<count {
            let text = random.chance(60) ? label(&random) : "p\(index)"
            let shape: NodeShape = random.chance(20) ? .actor : .participant
            graph.nodes.append(Node(id: "p\(index)", label: text, shape: shape))
        }
        var open: [SequenceBlock] = []
        var bars = Array(repeating: 0, count: count)
        for _ in 0..<random.below(30) { addItem(to: &graph, &random, &open, &bars) }
        for _ in open { graph.items.append(.blockEnd) }
        return graph
    }

    private static func addItem(
        to graph: inout Graph,
        _ random: inout SplitMix,
        _ open: inout [SequenceBlock],
        _ bars: inout [Int]
    ) {
        let one = random.below(graph.nodes.count)
        let other = random.below(graph.nodes.count)
        switch random.below(12) {
        case 0 where open.count < 4:
            let block = SequenceBlock.allCases[random.below(SequenceBlock.allCases.count)]
            open.append(block)
            graph.items.append(.blockStart(block, label: block == .rect ? "" : label(&random)))
        case 1 where !open.isEmpty:
            open.removeLast()
            graph.items.append(.blockEnd)
        case 2 where open.last?.sectionWord != nil: graph.items.append(.blockSection(label: label(&random)))
        case 3:
            let placement = SequenceNote.Placement.allCases[random.below(3)]
            let last = placement == .over && random.chance(50) ? "p\(other)" : nil
            let text = label(&random)
            let note = SequenceNote(placement: placement, participant: "p\(one)", lastParticipant: last, text: text)
            graph.items.append(.note(note))
        case 4 where bars[one] < 3:
            bars[one] += 1
            graph.items.append(.activate("p\(one)"))
        case 5 where bars[one] > 0:
            bars[one] -= 1
            graph.items.append(.deactivate("p\(one)"))
        case 6: graph.items.append(.numbering(start: random.below(9), step: 1, isVisible: true))
        default:
            let step = graph.edges.count + 1
            let arrow = MessageArrow.all[random.below(MessageArrow.all.count)].arrow
            let text = random.chance(90) ? label(&random) : nil
            graph.edges.append(
                Edge(id: "m\(step)", from: "p\(one)", to: "p\(other)", label: text, arrow: arrow, step: step)
            )
            graph.items.append(.message("m\(step)"))
        }
    }
}
