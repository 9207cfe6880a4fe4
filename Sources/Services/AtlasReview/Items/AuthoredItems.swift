import AtlasAPI

/// Questions that an author wrote.
struct AuthoredItems {
    let content: ItemContent

    func probes(_ probes: [Probe]) -> [Item] {
        probes.map { probe in
            item(
                .probe,
                id: probe.id,
                skill: probe.kill.isEmpty ? .explain : .predict,
                question: probe.question,
                answer: probe.answer,
                distractors: probe.distractors,
                nodes: probe.kill + probe.fails,
                edges: []
            )
        }
    }

    func cards(_ cards: [AuthoredCard]) -> [Item] {
        cards.map { card in
            item(
                .authored,
                id: card.id,
                skill: card.skill,
                question: card.question,
                answer: card.answer,
                distractors: card.distractors,
                nodes: card.nodes,
                edges: card.edges
            )
        }
    }

    private func item(
        _ kind: ItemKind,
        id: String,
        skill: Skill,
        question: String,
        answer: String,
        distractors: [Distractor],
        nodes: [String],
        edges: [String]
    ) -> Item {
        let short = short(answer, beside: distractors)
        let why = distractors.map { "<li>Not: <q>\(Phrase.html($0.text))</q> \(Phrase.html($0.why))</li>" }
        var explanation = why.isEmpty ? "" : "<ul>\(why.joined())</ul>"
        if let short, short != answer { explanation = "<p>\(Phrase.html(answer))</p>" + explanation }
        let draft = ItemDraft(
            content: content,
            kind: kind,
            key: id,
            skill: skill,
            question: kind == .probe ? .probe(id: id) : .authored(id: id),
            prompt: "\(content.quotedTitle). \(Phrase.html(question))",
            answer: Phrase.html(short ?? answer),
            explanation: explanation,
            nodes: nodes,
            edges: edges
        )
        guard short != nil else { return draft.item(.reveal) }
        let wrong = distractors.enumerated().map { position, distractor -> ItemDraft.Choice in
            (.written(position + 1), Phrase.html(Phrase.sentence(distractor.text)), false)
        }
        return draft.item(.one, [(.written(0), draft.answer, true)] + wrong)
    }

    /// The answer, or as many of its first sentences as are no longer than what stands beside it; `nil` if its length
    /// alone would tell it from the others, and it is better asked without choices.
    private func short(_ answer: String, beside distractors: [Distractor]) -> String? {
        guard distractors.count >= 2 else { return nil }
        let lengths = distractors.map(\.text.count)
        guard let longest = lengths.max(), let shortest = lengths.min() else { return nil }
        let candidates = [answer, Phrase.firstSentence(answer)]
        return candidates.first { text in
            Double(text.count) <= Double(longest) * 1.5 && Double(text.count) >= Double(shortest) * 0.6
                && text.split(separator: " ").count >= 4
        }
    }
}
