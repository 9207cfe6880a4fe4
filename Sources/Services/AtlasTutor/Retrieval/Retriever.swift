import AtlasAPI
import Retrieval

/// A record that was found, and how well it fits.
struct FoundRecord: Sendable, Equatable {
    let record: TutorRecord
    /// From 0; about 1 for what both rankings put first.
    let score: Float
}

/// What was found for a question.
struct Findings: Sendable, Equatable {
    /// Best first.
    var records: [FoundRecord]
    /// How sure it is that the catalogue answers the question, 0...1.
    var support: Double
    /// The share of the question's words, by weight, that the best record has.
    var coverage = 0.0
    /// The share that the catalogue has at all.
    var known = 0.0
    /// The best cosine; `nil` without vectors.
    var similarity: Double?

    var isSupported: Bool { support >= Abstention.threshold }
}

/// Where somebody looks while asking.
struct Gaze: Sendable, Equatable {
    var contents: Set<String> = []
    /// Records of the selected nodes and edges.
    var selected: Set<String> = []
}

/// Finds records: words and vectors together, with what stands around the best, and what is on the page first.
struct Retriever: Sendable {
    /// What words weigh beside vectors.
    static let lexicalWeight: Float = 0.5
    /// How deep each ranking is looked into.
    static let depth = 100
    /// What words weigh that people say for those of the catalogue.
    static let likeWeight: Float = 0.35
    /// What the diagram, incident or lab around a record counts beside it.
    static let wholeWeight: Float = 0.8
    /// Added to what is on the page.
    static let pageBoost: Float = 0.12
    /// Added to what is selected on it.
    static let selectionBoost: Float = 0.35
    /// What a neighbour gets of the record it stands by.
    static let neighbourShare: Float = 0.35
    /// Of how many of the best the neighbours are looked at.
    static let expanded = 3

    let index: RecordIndex

    /// - Parameters:
    ///   - similar: Best first, from the vectors; `nil` where there are none (yet).
    ///   - limit: The most records.
    func find(_ question: String, similar: [(id: String, similarity: Float)]?, gaze: Gaze, limit: Int) -> Findings {
        let lexical = lexicalHits(question)
        let matched = similar?.compactMap { match in
            index.number(of: match.id).map { Hit(document: $0, score: match.similarity) }
        }
        let near = matched?.filter { index.records[$0.document].isFindable }
        let weighed = near.map(weighed)
        let fused =
            if let weighed, !weighed.isEmpty {
                Fusion.weighted(
                    lexical: lexical,
                    similar: weighed,
                    lexicalWeight: Self.lexicalWeight,
                    limit: Self.depth
                )
            } else {
                Fusion.weighted(lexical: lexical, similar: [], lexicalWeight: 1, limit: Self.depth)
            }
        var scores = Dictionary(fused.map { ($0.document, $0.score) }, uniquingKeysWith: { max($0, $1) })
        boost(&scores, gaze)
        expand(&scores)
        let best = distinct(scores, limit)
        let coverage = coverage(question, lexical)
        let known = self.known(question)
        return Findings(
            records: best,
            support: Abstention.support(coverage: coverage, known: known),
            coverage: coverage,
            known: known,
            similarity: near?.first.map { Double($0.score) }
        )
    }

    /// Similarities between the least and the greatest, weighed by kind as the words are.
    private func weighed(_ near: [Hit]) -> [Hit] {
        guard let high = near.first?.score, let low = near.last?.score, high > low else { return near }
        return near.map { hit in
            Hit(document: hit.document, score: (hit.score - low) / (high - low) * index.records[hit.document].prior)
        }
        .sorted { ($0.score, $1.document) > ($1.score, $0.document) }
    }

    /// The best; of records with the same text, as two views of one topic have them, only the better.
    private func distinct(_ scores: [Int: Float], _ limit: Int) -> [FoundRecord] {
        var found: [FoundRecord] = []
        var seen: Set<String> = []
        for (number, score) in scores.sorted(by: { ($0.value, $1.key) > ($1.value, $0.key) }) {
            let record = index.records[number]
            guard seen.insert(record.text).inserted else { continue }
            found.append(FoundRecord(record: record, score: score))
            if found.count == limit { break }
        }
        return found
    }

    /// Words of the question, and with less weight those that are said for them.
    private func lexicalHits(_ question: String) -> [Hit] {
        let kept = QuestionWords.kept(question).joined(separator: " ")
        let like = QuestionWords.likeStems(question).joined(separator: " ")
        let scores = Self.scores(index.words, kept, like)
        let wholes = Self.scores(index.wholes, kept, like)
        guard let best = scores.values.max(), best > 0 else { return [] }
        let bestWhole = max(wholes.values.max() ?? 0, .leastNonzeroMagnitude)
        return scores.map { number, score -> Hit in
            let record = index.records[number]
            let whole = index.whole(of: record).flatMap { wholes[$0] } ?? 0
            let sum = score / best + Self.wholeWeight * whole / bestWhole
            return Hit(document: number, score: sum * record.prior)
        }
        .sorted { ($0.score, $1.document) > ($1.score, $0.document) }
        .prefix(Self.depth).map { $0 }
    }

    private static func scores(_ index: LexicalIndex, _ kept: String, _ like: String) -> [Int: Float] {
        var scores: [Int: Float] = [:]
        for hit in index.search(kept, limit: depth * 5) { scores[hit.document] = hit.score }
        for hit in index.search(like, limit: depth * 5) {
            scores[hit.document, default: 0] += likeWeight * hit.score
        }
        return scores
    }

    /// The share of what the question says that the best record says as well, 0...1.
    private func coverage(_ question: String, _ lexical: [Hit]) -> Double {
        let asked = QuestionWords.stems(question)
        let all = asked.reduce(0) { $0 + index.weight(of: $1) }
        guard all > 0 else { return 0 }
        var best: Float = 0
        for hit in lexical.prefix(5) {
            let words = Set(QuestionWords.allStems(index.records[hit.document].searchText))
            best = max(best, asked.filter(words.contains).reduce(0) { $0 + index.weight(of: $1) })
        }
        return Double(best / all)
    }

    /// The share of what the question says that some record says, 0...1.
    private func known(_ question: String) -> Double {
        let asked = QuestionWords.stems(question)
        let all = asked.reduce(0) { $0 + index.weight(of: $1) }
        guard all > 0 else { return 0 }
        return Double(asked.filter(index.knows).reduce(0) { $0 + index.weight(of: $1) } / all)
    }

    private func boost(_ scores: inout [Int: Float], _ gaze: Gaze) {
        for id in gaze.selected {
            guard let number = index.number(of: id), index.records[number].isFindable else { continue }
            scores[number, default: 0] += Self.selectionBoost
        }
        guard !gaze.contents.isEmpty else { return }
        for number in scores.keys where gaze.contents.contains(index.records[number].place.content) {
            scores[number, default: 0] += Self.pageBoost
        }
    }

    private func expand(_ scores: inout [Int: Float]) {
        let best = scores.sorted { ($0.value, $1.key) > ($1.value, $0.key) }.prefix(Self.expanded)
        for (number, score) in best {
            for neighbour in index.neighbours(of: index.records[number]) {
                scores[neighbour] = max(scores[neighbour] ?? 0, Self.neighbourShare * score)
            }
        }
    }
}

/// Decides from two numbers whether the catalogue answers a question.
enum Abstention {
    /// Below it nothing is claimed.
    static let threshold = 0.5

    /// Fitted on the tuning half of our own questions, each question without an answer counting as four with one; then moved
    /// by .24 such that 3 % of those with an answer are refused there.
    private static let constant = -6.27
    private static let ofCoverage = 4.1
    private static let ofKnown = 7.77

    /// How sure it is that the best record answers the question, 0...1.
    ///
    /// - Parameters:
    ///   - coverage: The share of the question's words, by weight, that the best record has.
    ///   - known: The share that any record has.
    static func support(coverage: Double, known: Double) -> Double {
        Logarithms.logistic(constant + ofCoverage * coverage + ofKnown * known)
    }
}
