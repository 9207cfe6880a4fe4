import AtlasAPI
import Diagrams

/// How an outage unfolded, and why.
struct IncidentItems {
    let incident: Incident
    let others: [Incident]

    private static let fewestSteps = 4
    private static let mostSteps = 5
    private static let fewestWords = 6

    private var sketch: Sketch { Sketch(incident) }
    private var title: String { Phrase.quoted(incident.header.title) }

    func items() -> [Item] {
        [rootCause(), firstChange(), order()].compactMap(\.self) + nextSteps()
    }

    private func rootCause() -> Item {
        let draft = ItemDraft(
            content: sketch.content,
            kind: .rootCause,
            key: "",
            skill: .explain,
            question: .rootCause,
            prompt:
                "\(Phrase.html(incident.company)), \(Phrase.html(incident.date)), the outage told as \(title): what was its root cause?",
            answer: Phrase.html(Phrase.sentence(incident.rootCause)),
            explanation: incident.lessons.isEmpty
                ? "" : "<ul>\(incident.lessons.map { "<li>\(Phrase.html($0))</li>" }.joined())</ul>"
        )
        let candidates = others.filter { other in
            let ratio = Double(other.rootCause.count) / Double(max(incident.rootCause.count, 1))
            return other.header.id != incident.header.id && other.company != incident.company
                && (0.5...2).contains(ratio) && Phrase.areApart(other.rootCause, incident.rootCause, limit: 0.3)
        }
        let ordered = StableHash.shuffled(candidates, incident.header.id) { $0.header.id }
        let shares = { (other: Incident) in !Set(other.patterns).isDisjoint(with: incident.patterns) }
        let wrong = (ordered.filter(shares) + ordered.filter { !shares($0) }).prefix(PartItems.wrongChoices)
        let asked = "\(incident.company) \(incident.header.title)"
        let isGiven = Phrase.givesAway(asked, answer: incident.rootCause, others: wrong.map(\.rootCause))
        guard wrong.count == PartItems.wrongChoices, !isGiven else { return draft.item(.reveal) }
        return draft.item(
            .one,
            [(.rootCause(incident: incident.header.id), draft.answer, true)]
                + wrong.map {
                    (.rootCause(incident: $0.header.id), Phrase.html(Phrase.sentence($0.rootCause)), false)
                }
        )
    }

    /// The nodes that are no longer well after the first step that changes anything, and the step.
    private var first: (nodes: [String], step: TimelineStep)? {
        for step in incident.timeline {
            let ill = step.states.filter { $0.changed && $0.state != .ok }.map(\.node)
            if !ill.isEmpty { return (ill, step) }
        }
        return nil
    }

    private func firstChange() -> Item? {
        guard let first else { return nil }
        var later: [String] = []
        for step in incident.timeline {
            for state in step.states where state.state != .ok && !first.nodes.contains(state.node) {
                if !later.contains(state.node) { later.append(state.node) }
            }
        }
        let wrong = StableHash.shuffled(later, incident.header.id) { $0 }.prefix(PartItems.wrongChoices)
        guard wrong.count >= 2, first.nodes.count <= 3 else { return nil }
        let draft = ItemDraft(
            content: sketch.content,
            kind: .incident,
            key: "first",
            skill: .predict,
            question: .firstChange,
            prompt: "\(title): which \(first.nodes.count == 1 ? "part was" : "parts were") in trouble first?",
            answer: Phrase.list(first.nodes.map { Phrase.html(sketch.name($0)) }),
            explanation: Phrase.html(Phrase.sentence(first.step.text)),
            nodes: first.nodes
        )
        let right = first.nodes.map { (Claim.node($0), Phrase.html(sketch.name($0)), true) }
        return draft.item(
            first.nodes.count == 1 ? .one : .many,
            right + wrong.map { (.node($0), Phrase.html(sketch.name($0)), false) }
        )
    }

    /// Short accounts of the steps; of those that read alike none.
    private var steps: [(number: Int, text: String)] {
        let all = incident.timeline.enumerated().map { (number: $0, text: Phrase.firstSentence($1.text)) }
        return all.filter { step in
            // “Alarms fire.” has no place that one could know.
            step.text.split(separator: " ").count >= Self.fewestWords
                && all.allSatisfy { $0.number == step.number || Phrase.overlap($0.text, step.text) < 0.6 }
        }
    }

    private func order() -> Item? {
        let all = steps
        guard all.count >= Self.fewestSteps else { return nil }
        let count = min(all.count, Self.mostSteps)
        let chosen = (0..<count).map { all[$0 * (all.count - 1) / (count - 1)] }
        let draft = ItemDraft(
            content: sketch.content,
            kind: .order,
            key: "steps",
            skill: .explain,
            question: .orderOfSteps,
            prompt: "\(title): in which order did this happen?",
            answer: "<ol>\(chosen.map { "<li>\(Phrase.html($0.text))</li>" }.joined())</ol>",
            explanation: ""
        )
        return draft.item(.order, chosen.map { (.step($0.number), Phrase.html($0.text), true) })
    }

    /// One from the first half of the story and one from the second.
    private func nextSteps() -> [Item] {
        let all = steps
        let half = incident.timeline.count / 2
        return [0..<half, half..<incident.timeline.count].compactMap { part in
            let starts = all.filter { step in
                part.contains(step.number) && all.contains { $0.number == step.number + 1 }
                    && all.count { $0.number > step.number + 1 } >= 2
            }
            guard let start = starts.first, let next = all.first(where: { $0.number == start.number + 1 }) else {
                return nil
            }
            let wrong = StableHash.shuffled(
                all.filter { $0.number > next.number },
                "\(incident.header.id) \(start.number)"
            ) { "\($0.number)" }
            .prefix(PartItems.wrongChoices)
            let draft = ItemDraft(
                content: sketch.content,
                kind: .nextStep,
                key: "\(start.number + 1)",
                skill: .predict,
                question: .nextStep(after: start.number),
                prompt: "\(title). <q>\(Phrase.html(start.text))</q> What came next?",
                answer: Phrase.html(next.text),
                explanation: Phrase.html(incident.timeline[next.number].text),
                nodes: incident.timeline[next.number].states.filter(\.changed).map(\.node)
            )
            return draft.item(
                .one,
                [(.step(next.number), draft.answer, true)]
                    + wrong.map { (.step($0.number), Phrase.html($0.text), false) }
            )
        }
    }
}
