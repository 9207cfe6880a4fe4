import AtlasPorts

/// Holds what a model cites against what it was given in this exchange.
struct CitationCheck: Sendable {
    private var known: [String: TutorRecord] = [:]

    mutating func give(_ records: [TutorRecord]) {
        for record in records { known[record.id] = record }
    }

    /// The place, if there is one: the record was given, and the quote is in its text.
    func resolve(_ id: String, quote: String) -> AnswerUnit.Support? {
        guard let record = known[id] else { return nil }
        let wanted = PlainSections.onOneLine(quote)
        guard !wanted.isEmpty, let found = Self.find(wanted, in: record.text) else { return nil }
        return AnswerUnit.Support(record: record, quote: found)
    }

    /// The place of a record that is named without words: the sentence that says most of what is claimed.
    func resolve(_ id: String, claim: String) -> AnswerUnit.Support? {
        guard let record = known[id] else { return nil }
        let said = Set(QuestionWords.stems(claim))
        let scored = Sentences.of(record.text).map { sentence -> (text: String, share: Double) in
            let stems = Set(QuestionWords.stems(sentence))
            return (sentence, stems.isEmpty ? 0 : Double(stems.intersection(said).count) / Double(max(said.count, 1)))
        }
        guard let best = scored.max(by: { $0.share < $1.share }), best.share >= Self.claimShare else { return nil }
        return AnswerUnit.Support(record: record, quote: best.text)
    }

    /// The share of a claim's words that its sentence must have.
    private static let claimShare = 0.4

    /// The words of `text` that are `wanted` when runs of spaces count as one.
    private static func find(_ wanted: String, in text: String) -> String? {
        if let range = text.firstRange(of: wanted) { return String(text[range]) }
        let line = PlainSections.onOneLine(text)
        guard let range = line.firstRange(of: wanted) else { return nil }
        return String(line[range])
    }
}
