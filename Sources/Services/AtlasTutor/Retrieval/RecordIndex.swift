import AtlasAPI
import Retrieval
import Synchronization

/// The records of one state of the catalogue, with the index of their words.
///
/// Never changes once it is made, so that an answer is made from one state from its beginning to its end.
final class RecordIndex: Sendable {
    /// Of the catalogue that it was made from.
    let revision: String
    let records: [TutorRecord]
    /// What may be found by a question.
    let words: LexicalIndex
    /// Diagrams, incidents and labs as wholes, by the number of their first record.
    let wholes: LexicalIndex
    /// What is graded, found by its question.
    let targets: TargetIndex
    private let numbers: [String: Int]
    private let byContent: [String: [Int]]
    private let titles: [String: String]
    private let categories: [String: String]
    private let weights: WordWeights

    init(_ catalogue: Catalogue) {
        revision = catalogue.revision
        let records = RecordWriter.records(of: catalogue)
        self.records = records
        // Long prose answers more than a short label with the same words.
        var words = LexicalIndex(WordAnalyzer(), .init(b: 0.4))
        var wholes = LexicalIndex(WordAnalyzer(), .init(b: 0.4))
        var weights = WordWeights()
        let contents = Dictionary(grouping: records.indices) { records[$0].place.content }
        for (number, record) in records.enumerated() where record.isFindable {
            if !record.isTrivial { words.insert(number, record.searchText) }
            weights.add(record.searchText)
        }
        for numbers in contents.values {
            let texts = numbers.filter { records[$0].isFindable }.map { records[$0].searchText }
            if let first = numbers.first { wholes.insert(first, texts.joined(separator: "\n")) }
        }
        self.words = words
        self.wholes = wholes
        self.weights = weights
        numbers = Dictionary(records.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
        byContent = contents
        let headers =
            catalogue.diagrams.map(\.header) + catalogue.incidents.map(\.header) + catalogue.labs.map(\.header)
        titles = Dictionary(headers.map { ($0.id, $0.title) }, uniquingKeysWith: { first, _ in first })
        categories = Dictionary(headers.map { ($0.id, $0.category) }, uniquingKeysWith: { first, _ in first })
        targets = TargetIndex(records, weights)
    }

    func number(of id: String) -> Int? { numbers[id] }

    subscript(id: String) -> TutorRecord? { numbers[id].map { records[$0] } }

    /// Records of one diagram, lab or incident, in its order.
    func records(of content: String) -> [TutorRecord] { (byContent[content] ?? []).map { records[$0] } }

    /// The number of the first record of what a record lies in.
    func whole(of record: TutorRecord) -> Int? { byContent[record.place.content]?.first }

    func title(of content: String) -> String? { titles[content] }

    /// The category's letter.
    func category(of content: String) -> String? { categories[content] }

    /// How much a stem tells: rare ones much, unknown ones as much as the rarest.
    func weight(of stem: String) -> Float { weights.weight(of: stem) }

    /// Whether any record has a stem.
    func knows(_ stem: String) -> Bool { weights.knows(stem) }

    /// Records that stand around one: edges at a node and its loss, nodes at an edge.
    func neighbours(of record: TutorRecord) -> [Int] {
        let around = byContent[record.place.content] ?? []
        switch record.kind {
        case .node, .failure:
            guard let node = record.place.node else { return [] }
            let key = "/\(node)"
            return around.filter { number in
                let other = records[number]
                guard other.id != record.id, other.isFindable else { return false }
                if other.kind == .edge { return other.subject.contains(record.subject) }
                return (other.kind == .failure || other.kind == .node) && other.id.hasSuffix(key)
            }
        case .edge:
            let ends = record.subject.components(between: " → ")
            return around.filter { records[$0].kind == .node && ends.contains(records[$0].subject) }
        case .section, .about:
            return around.filter { records[$0].kind == .section && records[$0].id != record.id }
        case .step:
            guard let line = record.place.line else { return [] }
            return around.filter { number in
                records[number].kind == .step && records[number].place.line.map { abs($0 - line) == 1 } ?? false
            }
        default: return []
        }
    }
}

extension String {
    /// The two sides of a separator; the whole where there is none.
    func components(between separator: String) -> [String] {
        guard let range = firstRange(of: separator) else { return [self] }
        return [String(self[..<range.lowerBound]), String(self[range.upperBound...])]
    }
}

/// In how many records each stem occurs.
struct WordWeights: Sendable {
    private var counts: [String: Int] = [:]
    private var records = 0

    mutating func add(_ text: String) {
        records += 1
        for stem in Set(QuestionWords.allStems(text)) { counts[stem, default: 0] += 1 }
    }

    func knows(_ stem: String) -> Bool { counts[stem] != nil }

    /// As BM25 weighs words.
    func weight(of stem: String) -> Float {
        let (all, some) = (Float(records), Float(counts[stem] ?? 0))
        return Logarithms.natural(1 + (all - some + 0.5) / (some + 0.5))
    }

}

/// Makes an index once for each state of the catalogue.
final class IndexShelf: Sendable {
    /// Indexes that are kept: what learners and what writers see, and one more while an edit goes round.
    private static let limit = 3
    private let indexes = Mutex<[(revision: String, index: Task<RecordIndex, Never>)]>([])

    /// The index of a catalogue; the first to ask makes it, which takes some tenths of a second.
    func index(_ catalogue: Catalogue) async -> RecordIndex {
        let task = indexes.withLock { indexes -> Task<RecordIndex, Never> in
            if let known = indexes.first(where: { $0.revision == catalogue.revision }) { return known.index }
            let task = Task.detached { RecordIndex(catalogue) }
            indexes.append((catalogue.revision, task))
            if indexes.count > Self.limit { indexes.removeFirst() }
            return task
        }
        return await task.value
    }
}
