import AtlasAPI
import Diagrams

/// What nodes are for.
struct PartItems {
    let sketch: Sketch
    let strangers: [Sketch]

    /// Wrong choices of an item.
    static let wrongChoices = 3

    func items() -> [Item] {
        sketch.things.flatMap { node -> [Item] in
            guard let record = node.record, !record.purpose.isEmpty else { return [] }
            var items = numbers(of: node, record)
            // What a visitor is for is no question.
            guard node.kind != .client else { return items }
            items.insert(define(node, record), at: 0)
            if !sketch.showsParts, let name = name(node, record) { items.append(name) }
            return items
        }
    }

    private func define(_ node: Node, _ record: NodeRecord) -> Item {
        var draft = ItemDraft(
            content: sketch.content,
            kind: .define,
            key: node.id,
            skill: .recall,
            question: .purpose(node: node.id),
            prompt: definePrompt(node),
            answer: Phrase.html(Phrase.sentence(record.purpose)),
            nodes: [node.id]
        )
        if !record.ifLost.isEmpty {
            let start = sketch.showsParts ? "If it is lost: " : "Without it: "
            draft.explanation = Phrase.html(start + Phrase.sentence(record.ifLost))
        }
        let wrong = wrongPurposes(for: node, record)
        let name = sketch.name(node.id)
        let texts = wrong.map(\.text)
        guard wrong.count == Self.wrongChoices, !Phrase.givesAway(name, answer: record.purpose, others: texts) else {
            return draft.item(.reveal)
        }
        let id = sketch.content.header.id
        let right = ItemDraft.Choice(.purpose(diagram: id, node: node.id), draft.answer, true)
        return draft.item(.one, [right] + wrong.map { ($0.claim, Phrase.html(Phrase.sentence($0.text)), false) })
    }

    private func definePrompt(_ node: Node) -> String {
        let (name, title) = (sketch.quoted(node.id), sketch.content.quotedTitle)
        let variants =
            switch sketch.graph.kind {
            case .flowchart, .sequence:
                ["What is \(name) there for in \(title)?", "\(title): what is the task of \(name)?"]
            case .state:
                ["\(title): what goes on in the state \(name)?", "What is so while \(title) is in the state \(name)?"]
            case .classes:
                ["\(title): what does the class \(name) stand for?", "What is the class \(name) for in \(title)?"]
            case .entities:
                ["\(title): what does the entity \(name) keep?", "What is the entity \(name) for in \(title)?"]
            case .timeline: ["\(title): what is done at \(name), and what for?"]
            }
        // The name of a state diagram is no machine; one way of asking is enough there.
        return sketch.graph.kind == .state ? variants[0] : StableHash.pick(variants, sketch.content.header.id + node.id)
    }

    private struct Wrong {
        let claim: Claim
        let text: String
    }

    /// Purposes of other nodes: neighbours first, then the rest of the picture, then other pictures.
    private func wrongPurposes(for node: Node, _ record: NodeRecord) -> [Wrong] {
        let near = sketch.neighbours(of: node.id)
        let own = StableHash.shuffled(sketch.things.filter { $0.id != node.id }, node.id) { $0.id }
        var chosen: [Wrong] = []
        for other in own.filter({ near.contains($0.id) }) + own.filter({ !near.contains($0.id) }) {
            guard chosen.count < Self.wrongChoices else { break }
            guard let text = other.record?.purpose, other.kind != .client || sketch.graph.kind == .sequence,
                isApart(text, from: record.purpose, limit: other.kind == node.kind ? 0.2 : 0.34),
                chosen.allSatisfy({ isApart(text, from: $0.text, limit: 0.5) })
            else { continue }
            chosen.append(Wrong(claim: .purpose(diagram: sketch.content.header.id, node: other.id), text: text))
        }
        return chosen + foreignPurposes(node, record, beside: chosen)
    }

    private func foreignPurposes(_ node: Node, _ record: NodeRecord, beside chosen: [Wrong]) -> [Wrong] {
        var found: [Wrong] = []
        for other in strangers {
            guard chosen.count + found.count < Self.wrongChoices else { break }
            let candidates = StableHash.shuffled(other.things, node.id) { $0.id }
            let fit = candidates.first { candidate in
                guard let text = candidate.record?.purpose else { return false }
                return candidate.kind != node.kind && candidate.kind != .client && candidate.kind != .unknown
                    && Phrase.overlap(candidate.name, node.name) == 0
                    && isApart(text, from: record.purpose, limit: 0.25)
                    && (chosen + found).allSatisfy { isApart(text, from: $0.text, limit: 0.34) }
            }
            guard let fit, let text = fit.record?.purpose else { continue }
            found.append(Wrong(claim: .purpose(diagram: other.content.header.id, node: fit.id), text: text))
        }
        return found
    }

    /// Whether a text says something else, in about as many words.
    private func isApart(_ text: String, from other: String, limit: Double) -> Bool {
        guard !text.isEmpty, Phrase.areApart(text, other, limit: limit) else { return false }
        let ratio = Double(text.count) / Double(max(other.count, 1))
        return (0.45...2.2).contains(ratio)
    }

    private func name(_ node: Node, _ record: NodeRecord) -> Item? {
        let near = sketch.neighbours(of: node.id)
        let names = sketch.things.map { sketch.name($0.id) }
        guard names.count(where: { $0 == sketch.name(node.id) }) == 1 else { return nil }
        let others = StableHash.shuffled(sketch.things, node.id + "name") { $0.id }.filter { other in
            guard other.id != node.id, let purpose = other.record?.purpose else { return false }
            return Phrase.areApart(purpose, record.purpose, limit: 0.34)
        }
        let wrong = (others.filter { near.contains($0.id) } + others.filter { !near.contains($0.id) })
            .prefix(Self.wrongChoices)
        let isGiven = Phrase.givesAway(
            record.purpose,
            answer: sketch.name(node.id),
            others: wrong.map { sketch.name($0.id) }
        )
        guard wrong.count == Self.wrongChoices, !isGiven else { return nil }
        let title = sketch.content.quotedTitle
        let purpose = Phrase.html(Phrase.sentence(record.purpose))
        let word =
            switch sketch.graph.kind {
            case .state: "state"
            case .classes: "class"
            case .entities: "entity"
            case .timeline: "step"
            case .flowchart, .sequence: "part"
            }
        let draft = ItemDraft(
            content: sketch.content,
            kind: .name,
            key: node.id,
            skill: .recall,
            question: .part(node: node.id),
            prompt: "\(title): which \(word) is this? <q>\(purpose)</q>",
            answer: Phrase.html(sketch.name(node.id)),
            nodes: [node.id]
        )
        return draft.item(
            .one,
            [(.node(node.id), draft.answer, true)]
                + wrong.map { (.node($0.id), Phrase.html(sketch.name($0.id)), false) }
        )
    }

    /// Numbers that were measured or documented, each asked with its source, as another system may have another.
    ///
    /// Those made up for the picture are not worth remembering, and those that a name holds are no question.
    private func numbers(of node: Node, _ record: NodeRecord) -> [Item] {
        let asked = record.numbers.filter { number in
            let said = Self.numerals("\(sketch.name(node.id)) \(number.name) \(number.source)")
            return number.source.lowercased() != "illustrative" && said.isDisjoint(with: Self.numerals(number.value))
        }
        return asked.map { number in
            let subject = "\(sketch.content.quotedTitle), \(sketch.quoted(node.id))"
            let draft = ItemDraft(
                content: sketch.content,
                kind: .number,
                key: "\(node.id).\(StableHash.short(number.name))",
                skill: .recall,
                question: .number(node: node.id, name: number.name),
                prompt:
                    "\(subject), by \(Phrase.quoted(number.source)): <em>\(Phrase.html(number.name))</em> = ?",
                answer: Phrase.html(number.value),
                nodes: [node.id]
            )
            return draft.item(.reveal)
        }
    }

    private static func numerals(_ text: String) -> Set<Substring> {
        Set(text.split { !$0.isNumber && $0 != "," && $0 != "." }.filter { $0.contains(where: \.isNumber) })
    }
}
