import AtlasAPI
import Diagrams

/// What edges carry, and what callers do without them.
struct EdgeItems {
    let sketch: Sketch
    let strangers: [Sketch]

    /// Fewer words say too little to be asked for.
    private static let fewestWords = 4

    func items() -> [Item] {
        let asked = sketch.explained.filter { edge in
            let words = (edge.record?.carries ?? "").split(separator: " ").count
            // A reply says what its question was for.
            let isReply = sketch.graph.kind == .sequence && edge.arrow.line == .dotted
            return words >= Self.fewestWords && !isReply && sketch.name(edge.from) != sketch.name(edge.to)
        }
        return asked.compactMap(cargo) + sketch.explained.compactMap(fallback)
    }

    // MARK: - What it carries

    /// Only as a choice: without one, what an arrow carries is no more than a look at its name.
    private func cargo(_ edge: Edge) -> Item? {
        let text = edge.record?.carries ?? ""
        let draft = ItemDraft(
            content: sketch.content,
            kind: kind,
            key: sketch.key(edge),
            skill: .explain,
            question: .cargo(edge: edge.id),
            prompt: cargoPrompt(edge),
            answer: Phrase.html(Phrase.sentence(text)),
            nodes: ends(of: edge),
            edges: [edge.id]
        )
        let asked = "\(sketch.label(edge)) \(sketch.name(edge.from)) \(sketch.name(edge.to))"
        let wrong = wrongCargoes(edge, text)
        let texts = wrong.compactMap { $0.record?.carries }
        let isGiven =
            Phrase.givesAway(asked, answer: text, others: texts)
            || Phrase.givesAway(sketch.label(edge), answer: text, others: texts)
        guard wrong.count == PartItems.wrongChoices, !isGiven else {
            // Transitions and relations are few, and each matters.
            return sketch.showsParts ? nil : draft.item(.reveal)
        }
        return draft.item(
            .one,
            [(.cargo(edge: edge.id), draft.answer, true)]
                + wrong.map { (.cargo(edge: $0.id), Phrase.html(Phrase.sentence($0.record?.carries ?? "")), false) }
        )
    }

    private var kind: ItemKind {
        switch sketch.graph.kind {
        case .flowchart, .sequence, .timeline: .carries
        case .state: .trigger
        case .classes, .entities: .relation
        }
    }

    private func cargoPrompt(_ edge: Edge) -> String {
        let (from, to, title) = (sketch.quoted(edge.from), sketch.quoted(edge.to), sketch.content.quotedTitle)
        let label = sketch.label(edge)
        let said = Phrase.quoted(label)
        let variants: [String] =
            switch sketch.graph.kind {
            case .sequence:
                [
                    "\(title): the message \(said) goes from \(from) to \(to). What does it carry?",
                    "\(title): what is in the message \(said) from \(from) to \(to)?",
                ]
            case .flowchart, .timeline:
                label.isEmpty
                    ? ["\(title): what passes from \(from) to \(to)?"]
                    : [
                        "\(title): what travels along the arrow \(said) from \(from) to \(to)?",
                        "\(title): an arrow \(said) leads from \(from) to \(to). What does it carry?",
                    ]
            case .state:
                [
                    "\(title): what leads from the state \(from) to \(to)?",
                    "\(title): when does the state change from \(from) to \(to)?",
                ]
            case .classes, .entities:
                [
                    "\(title): what ties \(from) to \(to)?",
                    "\(title): how are \(from) and \(to) tied together?",
                ]
            }
        guard sketch.graph.kind == .state || sketch.graph.kind == .classes || sketch.graph.kind == .entities,
            hasTwin(edge), !label.isEmpty
        else { return StableHash.pick(variants, sketch.content.header.id + sketch.key(edge)) }
        return "\(variants[0].dropLast()) under the name \(said)?"
    }

    /// Whether another edge joins the same nodes the same way.
    private func hasTwin(_ edge: Edge) -> Bool {
        sketch.explained.contains { $0.id != edge.id && $0.from == edge.from && $0.to == edge.to }
    }

    /// Other edges of the picture, those at the same nodes first; none that says nearly the same or could be meant.
    private func wrongCargoes(_ edge: Edge, _ text: String) -> [Edge] {
        let others = StableHash.shuffled(sketch.explained, edge.id) { $0.id }.filter { other in
            guard other.id != edge.id, let record = other.record else { return false }
            let isTwin = other.from == edge.from && other.to == edge.to
            if isTwin, sketch.label(other) == sketch.label(edge) || sketch.label(edge).isEmpty { return false }
            // What leads to a state from elsewhere may well lead there from here.
            if sketch.graph.kind == .state, other.to == edge.to { return false }
            let ratio = Double(record.carries.count) / Double(max(text.count, 1))
            return (0.4...2.5).contains(ratio) && Phrase.areApart(record.carries, text, limit: 0.34)
                && record.carries.split(separator: " ").count >= Self.fewestWords - 1
        }
        let touches = { (other: Edge) in
            !Set([other.from, other.to]).isDisjoint(with: [edge.from, edge.to])
        }
        var chosen: [Edge] = []
        for other in others.filter(touches) + others.filter({ !touches($0) })
        where chosen.count < PartItems.wrongChoices {
            let carries = other.record?.carries ?? ""
            if chosen.allSatisfy({ Phrase.overlap($0.record?.carries ?? "", carries) < 0.5 }) { chosen.append(other) }
        }
        return chosen
    }

    private func ends(of edge: Edge) -> [String] {
        [edge.from, edge.to].filter { sketch.graph.node($0) != nil }
    }

    // MARK: - What the caller does without it

    private func fallback(_ edge: Edge) -> Item? {
        guard sketch.showsParts, let record = edge.record, !record.required, let text = record.fallback,
            text.split(separator: " ").count >= 3, sketch.graph.node(edge.from) != nil
        else { return nil }
        let (from, to, title) = (sketch.quoted(edge.from), sketch.quoted(edge.to), sketch.content.quotedTitle)
        let said = Phrase.quoted(sketch.label(edge))
        let what = sketch.label(edge).isEmpty ? "" : " (\(said))"
        let variants = [
            "\(title): \(from) gets no answer from \(to)\(what). What happens instead?",
            "\(title): the way from \(from) to \(to)\(what) is cut. What is done instead?",
        ]
        let isHandedOver = record.mode == .async
        let prompt =
            isHandedOver ? variants[1] : StableHash.pick(variants, sketch.content.header.id + sketch.key(edge) + "f")
        let draft = ItemDraft(
            content: sketch.content,
            kind: .fallback,
            key: sketch.key(edge),
            skill: .explain,
            question: .fallback(edge: edge.id),
            prompt: prompt,
            answer: Phrase.html(Phrase.sentence(text)),
            nodes: ends(of: edge),
            edges: [edge.id]
        )
        let asked = "\(sketch.label(edge)) \(sketch.name(edge.from)) \(sketch.name(edge.to))"
        let wrong = wrongFallbacks(edge, text)
        guard wrong.count == PartItems.wrongChoices,
            !Phrase.givesAway(asked, answer: text, others: wrong.map(\.text))
        else { return draft.item(.reveal) }
        let right = ItemDraft.Choice(
            .fallback(diagram: sketch.content.header.id, edge: edge.id),
            draft.answer,
            true
        )
        return draft.item(.one, [right] + wrong.map { ($0.claim, Phrase.html(Phrase.sentence($0.text)), false) })
    }

    private func wrongFallbacks(_ edge: Edge, _ text: String) -> [(claim: Claim, text: String)] {
        var chosen: [(claim: Claim, text: String)] = []
        for picture in [sketch] + strangers {
            let isOwn = picture.content.header.id == sketch.content.header.id
            let others = StableHash.shuffled(picture.explained, edge.id + "f") { $0.id }
            for other in others where chosen.count < PartItems.wrongChoices {
                guard !isOwn || (other.id != edge.id && (other.from != edge.from || other.to != edge.to)),
                    let fallback = other.record?.fallback, other.record?.required == false
                else { continue }
                let ratio = Double(fallback.count) / Double(max(text.count, 1))
                // What one caller does may be right for another; only what is said in quite other words is wrong.
                let isApart =
                    (0.4...2.5).contains(ratio) && Phrase.areApart(fallback, text, limit: isOwn ? 0.25 : 0.15)
                    && chosen.allSatisfy { Phrase.areApart($0.text, fallback, limit: 0.34) }
                    && (isOwn || !isAboutParts(fallback, of: picture))
                if isApart {
                    chosen.append((.fallback(diagram: picture.content.header.id, edge: other.id), fallback))
                }
                // One from each other picture.
                if isApart, !isOwn { break }
            }
        }
        return chosen
    }

    /// Whether a text names parts of its own picture that this one does not have, so that nobody would choose it.
    private func isAboutParts(_ text: String, of picture: Sketch) -> Bool {
        func names(_ sketch: Sketch) -> Set<String> {
            sketch.things.reduce(into: []) { $0.formUnion(Phrase.stems(sketch.name($1.id))) }
        }
        return !Phrase.stems(text).isDisjoint(with: names(picture).subtracting(names(sketch)))
    }
}
