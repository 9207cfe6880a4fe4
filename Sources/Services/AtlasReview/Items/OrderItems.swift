import AtlasAPI
import Diagrams

/// Messages and times in their order.
struct OrderItems {
    let sketch: Sketch

    /// Fewer need no thought.
    private static let fewest = 4
    /// More are a burden.
    private static let most = 5

    func items() -> [Item] {
        switch sketch.graph.kind {
        case .sequence: messages().map { [$0] } ?? []
        case .timeline: times().map { [$0] } ?? []
        case .flowchart, .state, .classes, .entities: []
        }
    }

    /// Messages outside of blocks: branches have no order among them.
    private func messages() -> Item? {
        var depth = 0
        var seen: Set<String> = []
        var steps: [(edge: Edge, text: String)] = []
        for item in sketch.graph.items {
            switch item {
            case .blockStart: depth += 1
            case .blockEnd: depth -= 1
            case .message(let id) where depth == 0:
                guard let edge = sketch.graph.edge(id), edge.from != edge.to, !sketch.label(edge).isEmpty else {
                    continue
                }
                let text =
                    "\(sketch.quoted(edge.from)) to \(sketch.quoted(edge.to)): \(Phrase.html(sketch.label(edge)))"
                // What is said twice has two places.
                if seen.insert(text).inserted {
                    steps.append((edge, text))
                } else {
                    steps.removeAll { $0.text == text }
                }
            default: continue
            }
        }
        // Replies follow their questions; what is asked is where the course of things turns.
        let asked = steps.filter { $0.edge.arrow.line != .dotted }
        let chosen = spread(asked.count >= Self.fewest ? asked : steps)
        guard chosen.count >= Self.fewest else { return nil }
        let draft = ItemDraft(
            content: sketch.content,
            kind: .order,
            key: "messages",
            skill: .explain,
            question: .orderOfMessages,
            prompt: "\(sketch.content.quotedTitle): in which order do these messages go?",
            answer: "<ol>\(chosen.map { "<li>\($0.text)</li>" }.joined())</ol>",
            edges: chosen.map(\.edge.id)
        )
        return draft.item(.order, chosen.map { (.message(edge: $0.edge.id), $0.text, true) })
    }

    private func times() -> Item? {
        let times = sketch.things.filter { $0.role == .period }
        let texts = times.map { node -> String in
            let name = sketch.name(node.id)
            // “Day 1, add” would give its place away.
            let parts = name.split(separator: ",", maxSplits: 1)
            let isNumbered = parts.first?.contains { $0.isNumber } ?? false
            let event = isNumbered ? parts.dropFirst().first.map(String.init) : name
            return (event ?? "").trimmed
        }
        let steps = zip(times, texts).map { (node: $0, text: $1) }.filter { step in
            !step.text.isEmpty && !step.text.contains { $0.isNumber } && texts.count { $0 == step.text } == 1
        }
        let chosen = spread(Array(steps))
        guard chosen.count >= Self.fewest else { return nil }
        let draft = ItemDraft(
            content: sketch.content,
            kind: .order,
            key: "times",
            skill: .explain,
            question: .orderOfTimes,
            prompt: "\(sketch.content.quotedTitle): in which order does this happen?",
            answer: "<ol>\(chosen.map { "<li>\(Phrase.html($0.text))</li>" }.joined())</ol>",
            nodes: chosen.map(\.node.id)
        )
        return draft.item(.order, chosen.map { (.node($0.node.id), Phrase.html($0.text), true) })
    }

    /// At most `most` of them, evenly over the whole.
    private func spread<Step>(_ steps: [Step]) -> [Step] {
        guard steps.count > Self.most else { return steps }
        return (0..<Self.most).map { steps[$0 * (steps.count - 1) / (Self.most - 1)] }
    }
}

extension String {
    var trimmed: String {
        let start = drop { $0.isWhitespace }
        guard let last = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return String(start[...last])
    }
}
