import AtlasAPI
import AtlasCore
import Retrieval

/// Chooses sentences that answer a question and do not repeat one another, and puts them into an order to read.
struct SentenceChoice {
    /// How much fitting the question counts beside being new.
    static let relevance: Float = 0.72
    /// Records that are looked at.
    static let records = 8
    /// What a record's place in the ranking counts beside the words of the sentence.
    static let recordShare: Float = 0.55
    /// A sentence must reach this share of the best one's value.
    static let cut: Float = 0.45
    /// Added to the cause of an incident for whoever asks why.
    static let causeBoost: Float = 0.3
    /// A sentence of fewer words says little.
    static let shortWords = 4

    private struct Candidate {
        let unit: AnswerUnit
        let stems: Set<String>
        let value: Float
        /// The diagram, incident or lab that says it.
        let page: String
        /// What it is, how it works, what breaks.
        let stage: Int
        let rank: Int
        let position: Int
    }

    let plan: AnswerPlan

    func units(limit: Int, characters: Int) -> [AnswerUnit] {
        var candidates = candidates()
        guard let best = candidates.map(\.value).max(), best > 0 else { return [] }
        candidates = candidates.filter { $0.value >= Self.cut * best }
        var chosen: [Candidate] = []
        var length = 0
        while chosen.count < limit, length < characters, !candidates.isEmpty {
            let scored = candidates.enumerated().map { (number: $0.offset, score: score($0.element, beside: chosen)) }
            guard let next = scored.max(by: { ($0.score, $1.number) < ($1.score, $0.number) }),
                chosen.isEmpty || next.score > 0
            else { break }
            let candidate = candidates.remove(at: next.number)
            length += candidate.unit.text.count
            chosen.append(candidate)
        }
        return inOrder(chosen)
    }

    private func score(_ candidate: Candidate, beside chosen: [Candidate]) -> Float {
        let overlap = chosen.map { Self.overlap($0.stems, candidate.stems) }.max() ?? 0
        return Self.relevance * candidate.value - (1 - Self.relevance) * overlap
    }

    /// A page at a time: first the one that the learner looks at, then those that say the most.
    private func inOrder(_ chosen: [Candidate]) -> [AnswerUnit] {
        let values = Dictionary(chosen.map { ($0.page, $0.value) }, uniquingKeysWith: +)
        let pages = values.sorted { left, right in
            let isSeen = (plan.gaze.contents.contains(left.key), plan.gaze.contents.contains(right.key))
            return isSeen.0 == isSeen.1 ? (left.value, right.key) > (right.value, left.key) : isSeen.0
        }
        var units: [AnswerUnit] = []
        for (page, _) in pages {
            let said = chosen.filter { $0.page == page }
                .sorted { ($0.stage, $0.rank, $0.position) < ($1.stage, $1.rank, $1.position) }
            var previous: Int?
            for candidate in said {
                var unit = candidate.unit
                unit.startsParagraph = !units.isEmpty && previous != candidate.stage
                previous = candidate.stage
                units.append(unit)
            }
        }
        return units
    }

    private func candidates() -> [Candidate] {
        let asked = Set(QuestionWords.stems(plan.question))
        let like = Set(QuestionWords.likeStems(plan.question))
        let asks = Asks(plan.question)
        let all = asked.reduce(0) { $0 + plan.index.weight(of: $1) }
        let top = plan.findings.records.first?.score ?? 0
        guard top > 0 else { return [] }
        var found: [Candidate] = []
        for (rank, hit) in plan.findings.records.filter({ $0.record.isFindable }).prefix(Self.records).enumerated() {
            for (position, sentence) in SubjectSentences.of(hit.record).enumerated() {
                let stems = Set(QuestionWords.stems(sentence.isAside ? sentence.words : sentence.unit.text))
                guard stems.count >= Self.shortWords || hit.record.kind == .node else { continue }
                let own = asked.intersection(stems).reduce(0) { $0 + plan.index.weight(of: $1) }
                let near = like.intersection(stems).reduce(0) { $0 + plan.index.weight(of: $1) }
                guard !sentence.isAside || (own > 0 && (asks.forTime || hit.record.place.kind != .incident)) else {
                    continue
                }
                let words = all > 0 ? min((own + 0.4 * near) / all, 1) : 0
                let reason = asks.forReason && hit.record.kind == .cause ? Self.causeBoost : 0
                let value = (1 - Self.recordShare) * words + Self.recordShare * hit.score / top + reason
                found.append(
                    Candidate(
                        unit: sentence.unit,
                        stems: stems,
                        value: value,
                        page: hit.record.place.content,
                        stage: sentence.stage,
                        rank: rank,
                        position: position
                    )
                )
            }
        }
        return found.filter { candidate in
            !plan.leaks.isLeak(candidate.unit.text) && !ForeignText.hasAddress(candidate.unit.text)
                && candidate.unit.supports.allSatisfy { !ForeignText.hasMarkup($0.quote) }
        }
    }

    private static func overlap(_ left: Set<String>, _ right: Set<String>) -> Float {
        let smaller = min(left.count, right.count)
        return smaller == 0 ? 0 : Float(left.intersection(right).count) / Float(smaller)
    }
}

/// What a question wants to know, by the words of asking that name no subject.
private struct Asks {
    let forReason: Bool
    let forTime: Bool

    init(_ question: String) {
        let words = Set(question.lowercased().split { !$0.isLetter }.map(String.init))
        forReason = !words.isDisjoint(with: ["why", "cause", "caused", "causes", "reason"])
        forTime = !words.isDisjoint(with: ["when", "long", "last", "lasted", "date", "duration", "year", "day"])
    }
}

/// The sentences of a record as they can stand alone: with their subject in front, or with what they point back to.
enum SubjectSentences {
    /// Words at the beginning of a sentence that point back.
    private static let certain: Set<String> = [
        "it", "its", "they", "their", "them", "this", "these", "those", "he", "she", "his", "her", "both", "neither",
        "but", "so", "and", "then", "such", "hence", "otherwise", "instead", "also", "either", "meanwhile",
    ]

    /// A sentence of a record.
    struct Sentence {
        let unit: AnswerUnit
        /// What it is, how it works, what breaks.
        let stage: Int
        /// Whether it only counts or measures its page, and says nothing unless that was asked for.
        let isAside: Bool
        /// Its words without what was put in front.
        let words: String
    }

    static func of(_ record: TutorRecord) -> [Sentence] {
        let ranges = Sentences.ranges(in: record.text)
        let asides = record.kind == .about ? record.text.firstIndex(of: "\n") : nil
        return ranges.enumerated().map { number, range -> Sentence in
            let sentence = String(record.text[range])
            func said(_ text: String, quoting quote: String) -> Sentence {
                Sentence(
                    unit: AnswerUnit(text: PlainMarkdown.of(text), supports: [.init(record: record, quote: quote)]),
                    stage: stage(record, number),
                    isAside: asides.map { range.lowerBound > $0 } ?? false,
                    words: quote
                )
            }
            if pointsBack(sentence), record.kind == .section || record.kind == .about, number > 0 {
                let before = ranges[number - 1]
                let both = String(record.text[before.lowerBound..<range.upperBound])
                if !both.contains("\n"), !pointsBack(String(record.text[before])) { return said(both, quoting: both) }
            }
            let text = needsSubject(record, sentence) ? named(record.subject, sentence) : sentence
            return said(text, quoting: sentence)
        }
    }

    /// With what it is about in front, as in “Cache: keeps copies” or “Without Cache: every read becomes a miss”.
    private static func named(_ subject: String, _ sentence: String) -> String {
        let loss = RecordWriter.lossPrefix
        guard sentence.hasPrefix(loss) else { return "\(subject): \(lowered(sentence))" }
        return "Without \(subject): \(lowered(String(sentence.dropFirst(loss.count))))"
    }

    private static func needsSubject(_ record: TutorRecord, _ sentence: String) -> Bool {
        switch record.kind {
        case .node: true
        case .edge, .section, .about: pointsBack(sentence)
        case .step: true
        default: false
        }
    }

    private static func pointsBack(_ sentence: String) -> Bool {
        let first = sentence.prefix { $0.isLetter }.lowercased()
        return certain.contains(first)
    }

    /// 0 what it is, 1 how and why, 2 what breaks and what to take home.
    private static func stage(_ record: TutorRecord, _ number: Int) -> Int {
        switch record.kind {
        case .about, .cause: return 0
        case .node: return number == 0 ? 0 : 2
        case .edge, .step, .objective, .criterion, .attempt: return 1
        case .failure, .lesson: return 2
        case .section:
            let isLast = record.id.hasSuffix("section/3") && record.place.kind == .diagram
            return isLast ? 2 : 1
        case .question, .answer, .rebuttal, .hint: return 1
        }
    }

    /// With a small first letter, unless the first word is a name.
    private static func lowered(_ sentence: String) -> String {
        let word = sentence.prefix { $0.isLetter || $0.isNumber }
        guard let first = word.first, word.dropFirst().allSatisfy(\.isLowercase), word.count > 1 else {
            return sentence
        }
        return first.lowercased() + sentence.dropFirst()
    }
}
