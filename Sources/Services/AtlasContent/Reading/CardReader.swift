import AtlasAPI
import Diagrams

/// Reads the questions that an author wants recalled.
struct CardReader {
    let fields: Fields
    /// The picture; `nil` for an item without one, or if it could not be parsed.
    let graph: Graph?

    private static let keys = ["id", "question", "answer", "skill", "distractors", "nodes", "edges"]

    private var findings: FindingList { fields.findings }

    func read() -> [AuthoredCard] {
        var ids: Set<String> = []
        return fields.records("cards", "The card", keys: Self.keys).map { record in
            let card = AuthoredCard(
                id: record.text("id", limit: ContentLimits.cardIDCharacters),
                question: record.text("question", words: ContentLimits.cardWords),
                answer: record.text("answer", words: ContentLimits.cardWords),
                skill: Skill(rawValue: record.choice("skill", ["recall", "explain", "predict"], standard: "recall"))
                    ?? .recall,
                distractors: record.records("distractors", "The distractor", keys: ["text", "why"]).map {
                    Distractor(text: $0.text("text"), why: $0.text("why"))
                },
                nodes: parts("nodes", record, known: graph?.nodes.map(\.id)),
                edges: parts("edges", record, known: graph?.edges.map(\.id))
            )
            check(card, record)
            if !card.id.isEmpty, !ids.insert(card.id).inserted {
                findings.error(
                    record.place(of: "id"),
                    "There is a second card “\(card.id.shortened)”.",
                    remedy: "Give each card an id of its own."
                )
            }
            return card
        }
    }

    private func check(_ card: AuthoredCard, _ record: Fields) {
        if card.distractors.count == 1 {
            findings.warning(
                record.place(of: "distractors"),
                "The card “\(card.id.shortened)” has one distractor.",
                remedy: "Write at least two, so that it can be asked as a choice, or none."
            )
        }
        let texts = ([card.answer] + card.distractors.map(\.text)).map { $0.lowercased() }.filter { !$0.isEmpty }
        if Set(texts).count < texts.count {
            findings.error(
                record.place(of: "distractors"),
                "Two choices of the card “\(card.id.shortened)” are the same.",
                remedy: "Only one answer may be right; write another distractor."
            )
        }
        if card.answer.count >= 4, card.question.lowercased().contains(card.answer.lowercased()) {
            findings.error(
                record.place(of: "question"),
                "The question of the card “\(card.id.shortened)” holds its answer.",
                remedy: "Ask without the words of the answer."
            )
        }
    }

    private func parts(_ key: String, _ record: Fields, known: [String]?) -> [String] {
        record.texts(key).map { id, place in
            let word = key == "nodes" ? "node" : "edge"
            if let known, !known.contains(id) {
                findings.error(
                    place,
                    "The diagram has no \(word) “\(id.shortened)”.",
                    remedy: EditDistance.nearest(to: id, in: known).map { "Did you mean “\($0)”?" }
                        ?? "Name \(word == "node" ? "a" : "an") \(word) of the diagram."
                )
            }
            return id
        }
    }
}
