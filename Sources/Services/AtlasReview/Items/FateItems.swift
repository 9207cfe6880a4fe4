import AtlasAPI
import Diagrams

/// What becomes of one part when another is lost, or when a connection is cut.
struct FateItems {
    let sketch: Sketch

    /// Items of one picture about lost nodes, and about cut edges.
    private static let limit = 6

    private var graph: Graph { sketch.graph }

    func items() -> [Item] {
        let lost = sketch.things.filter { $0.kind != .client }.flatMap { node -> [Pair] in
            let name = sketch.quoted(node.id)
            let start = (node.record?.replicas ?? 1) > 1 ? "All copies of \(name) are lost." : "\(name) is lost."
            return pairs(losing: node.id, key: node.id, start: start)
        }
        // A reply is no dependency; losing it alone says nothing.
        let cut = sketch.explained.filter { graph.kind == .flowchart || $0.arrow.line != .dotted }
            .filter { graph.node($0.from) != nil && graph.node($0.to) != nil }
            .flatMap { edge -> [Pair] in
                let (from, to) = (sketch.quoted(edge.from), sketch.quoted(edge.to))
                let label = sketch.label(edge)
                let said = label.isEmpty ? "" : " (\(Phrase.quoted(label)))"
                let start = "The connection from \(from) to \(to)\(said) is cut; both run on."
                return pairs(losing: edge.id, key: sketch.key(edge), start: start)
            }
        return chosen(lost, .fate).map { item(.fate, $0) } + chosen(cut, .cut).map { item(.cut, $0) }
    }

    private struct Pair {
        let lost: String
        let key: String
        let start: String
        let victim: FailureAnswer.NodeState
    }

    /// Parts whose fate needs a thought: those that suffer, and those that one would expect to.
    private func pairs(losing lost: String, key: String, start: String) -> [Pair] {
        // What is behind a cut connection runs on; whoever leans on it may or may not.
        let ends = graph.edge(lost).map { Set([$0.from]) } ?? sketch.neighbours(of: lost)
        // That a visitor stops without what it asks itself needs no thought.
        let asked = graph.edge(lost).map { $0.from }
        return graph.failing(kill: [lost]).nodes.filter { state in
            let isAsker = asked == state.id || asked == nil && ends.contains(state.id)
            return !state.isCause && state.id != lost && (state.state != .works || ends.contains(state.id))
                && sketch.name(state.id) != sketch.name(lost)
                && !(isAsker && graph.node(state.id)?.kind == .client)
        }
        .map { Pair(lost: lost, key: key, start: start, victim: $0) }
    }

    /// A mixture of fates, so that none of the answers can be guessed; each loss once, as far as possible.
    private func chosen(_ pairs: [Pair], _ kind: ItemKind) -> [Pair] {
        let seed = "\(sketch.content.header.id) \(kind.rawValue)"
        let mixed = StableHash.shuffled(pairs, seed) { "\($0.key) \($0.victim.id)" }
        var byState = FailureAnswer.State.allCases.map { state in mixed.filter { $0.victim.state == state } }
        var (result, losses): ([Pair], Set<String>) = ([], [])
        while result.count < Self.limit, byState.contains(where: { !$0.isEmpty }) {
            for index in byState.indices where result.count < Self.limit && !byState[index].isEmpty {
                let place = byState[index].firstIndex { !losses.contains($0.lost) } ?? 0
                let pair = byState[index].remove(at: place)
                losses.insert(pair.lost)
                result.append(pair)
            }
        }
        return result
    }

    private func item(_ kind: ItemKind, _ pair: Pair) -> Item {
        let victim = pair.victim
        let words: [(state: FailureAnswer.State, text: String)] = [
            (.works, "It works as before."), (.degraded, "It goes on, but worse than before."), (.fails, "It stops."),
        ]
        let isEdge = graph.node(pair.lost) == nil
        let draft = ItemDraft(
            content: sketch.content,
            kind: kind,
            key: "\(pair.key).\(victim.id)",
            skill: .predict,
            question: .fate(node: victim.id, losing: pair.lost),
            prompt:
                "\(sketch.content.quotedTitle): \(pair.start) What becomes of \(sketch.quoted(victim.id))?",
            answer: words.first { $0.state == victim.state }?.text ?? "",
            explanation: Phrase.html(victim.reason),
            nodes: isEdge ? [victim.id] : [pair.lost, victim.id],
            edges: isEdge ? [pair.lost] : []
        )
        return draft.item(
            .one,
            words.map { (.fate(node: victim.id, $0.state), $0.text, $0.state == victim.state) }
        )
    }
}
