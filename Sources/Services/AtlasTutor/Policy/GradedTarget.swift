import AtlasAPI
import AtlasCore

/// Something whose answer is being graded: a probe, a card, a review item or a criterion of a lab.
struct GradedTarget: Sendable, Equatable {
    enum Kind: String, Sendable {
        case probe
        case card
        case item
        case criterion
    }

    /// The record of its question, as in `diagram/e1-cache-aside/probe/kill-cache`.
    let id: String
    let kind: Kind
    /// In plain words.
    let question: String
    /// What must not be said, in plain words; several for a criterion with its hints.
    let answers: [String]
    /// Where it belongs.
    let place: TutorRecord.Place

    /// The item of the reviews that asks the same; `nil` for a criterion.
    var reviewItem: ReviewItemID? {
        switch kind {
        case .item: return ReviewItemID(String(id.dropFirst("item/".count)))
        case .criterion: return nil
        case .probe, .card:
            let key = id.split(separator: "/").last.map(String.init) ?? ""
            let name = kind == .probe ? "probe" : "authored"
            return ReviewItemID("\(place.kind.rawValue).\(place.content).\(name).\(key)")
        }
    }
}

extension RecordIndex {
    /// The authors' wrong answers to a graded question, each the subject of a record that says why it is wrong.
    func wrongAnswers(to target: GradedTarget) -> [TutorRecord] {
        records(of: target.place.content).filter { $0.kind == .rebuttal && $0.id.hasPrefix(target.id + "/wrong/") }
    }
}

/// Finds what is graded by how much a question says of it.
struct TargetIndex: Sendable {
    private struct Entry {
        let target: GradedTarget
        let stems: Set<String>
        let weight: Float
    }

    /// From this share of its words on, a question is taken for the graded one.
    static let sameShare: Float = 0.6
    /// The same for what is on the page, where the graded questions stand.
    static let sameShareOnPage: Float = 0.5
    /// From this share on, its answer is kept out of what is said, without a word about it.
    static let nearShare: Float = 0.3
    /// How many near ones are kept out.
    static let nearLimit = 12
    /// Words that a short question needs to be taken for a part of a graded one.
    private static let shortWords = 4
    private static let shortShare: Float = 0.8

    private var entries: [Entry] = []
    private var byStem: [String: [Int]] = [:]
    private var byID: [String: Int] = [:]
    private let weights: WordWeights

    init(_ records: [TutorRecord], _ weights: WordWeights) {
        self.weights = weights
        var answers: [String: [String]] = [:]
        for record in records where record.isGuarded {
            answers[Self.owner(of: record), default: []].append(record.text)
        }
        for record in records where record.kind == .question || record.kind == .criterion {
            let kind: GradedTarget.Kind =
                record.kind == .criterion ? .criterion : record.id.contains("/probe/") ? .probe : .card
            insert(
                GradedTarget(
                    id: record.id,
                    kind: kind,
                    question: record.text,
                    answers: answers[record.id] ?? [],
                    place: record.place
                )
            )
        }
    }

    subscript(id: String) -> GradedTarget? { byID[id].map { entries[$0].target } }

    var count: Int { entries.count }

    /// What is graded in one diagram, incident or lab, in its order.
    func targets(of content: String) -> [GradedTarget] {
        entries.filter { $0.target.place.content == content }.map(\.target)
    }

    /// The graded question that this one is, if it is one.
    func target(_ question: String, on contents: Set<String>) -> GradedTarget? {
        ranked(question).first { share in
            let bar = contents.contains(share.target.place.content) ? Self.sameShareOnPage : Self.sameShare
            return share.ofTarget >= bar || share.isShortPart
        }?.target
    }

    /// Graded questions that this one comes near to, the nearest first.
    func near(_ question: String) -> [GradedTarget] {
        ranked(question).filter { $0.ofTarget >= Self.nearShare || $0.isShortPart }.prefix(Self.nearLimit).map(\.target)
    }

    private func ranked(_ question: String) -> [(target: GradedTarget, ofTarget: Float, isShortPart: Bool)] {
        let asked = QuestionWords.stems(question)
        let askedWeight = asked.reduce(0) { $0 + weights.weight(of: $1) }
        guard askedWeight > 0 else { return [] }
        var shared: [Int: Float] = [:]
        for stem in asked {
            for entry in byStem[stem] ?? [] { shared[entry, default: 0] += weights.weight(of: stem) }
        }
        return shared.map { number, weight in
            let entry = entries[number]
            let isPart = asked.count >= Self.shortWords && weight / askedWeight >= Self.shortShare
            return (entry.target, weight / max(entry.weight, .leastNonzeroMagnitude), isPart, number)
        }
        .sorted { ($0.1, $1.3) > ($1.1, $0.3) }
        .map { (target: $0.0, ofTarget: $0.1, isShortPart: $0.2) }
    }

    private mutating func insert(_ target: GradedTarget) {
        let stems = Set(QuestionWords.stems(target.question))
        let weight = stems.reduce(0) { $0 + weights.weight(of: $1) }
        let number = entries.count
        entries.append(Entry(target: target, stems: stems, weight: weight))
        byID[target.id] = number
        for stem in stems { byStem[stem, default: []].append(number) }
    }

    /// The id of the question that a guarded record belongs to.
    private static func owner(of record: TutorRecord) -> String {
        let parts = record.id.split(separator: "/")
        let dropped = record.kind == .hint ? 2 : 1
        return parts.dropLast(dropped).joined(separator: "/")
    }
}
