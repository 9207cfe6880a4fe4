import Retrieval

/// Keeps the answers of graded questions out of what is said, whoever says it.
///
/// It knows the answers as the catalogue has them and looks for their words: the same words in a row, most of the words
/// of one of their sentences, or a number that only the answer has.
struct LeakGuard: Sendable {
    /// Words in a row that nobody says by chance.
    static let rowLength = 4
    /// The share of what a sentence of the answer adds to its question, by weight, that gives it away.
    static let tellingShare: Float = 0.5
    /// Stems that a telling sentence must share at least.
    static let tellingWords = 3

    private struct Guarded {
        let rows: Set<String>
        let numbers: Set<String>
        /// For each sentence of the answer, its stems that the question has not.
        let sentences: [Set<String>]
    }

    private let guarded: [Guarded]
    private let weight: @Sendable (String) -> Float

    /// - Parameters:
    ///   - targets: What a question comes near to.
    ///   - others: What is graded beside it; numbers alone do not give these away, since the reading is full of them.
    init(
        _ targets: [GradedTarget],
        others: [GradedTarget] = [],
        weight: @escaping @Sendable (String) -> Float
    ) {
        self.weight = weight
        let near = Set(targets.map(\.id))
        guarded = (targets + others.filter { !near.contains($0.id) }).map { target in
            let asked = target.question
            let askedRows = Self.rows(asked)
            let askedStems = Set(QuestionWords.stems(asked))
            let askedNumbers = Self.numbers(asked)
            return Guarded(
                rows: target.answers.reduce(into: Set<String>()) { $0.formUnion(Self.rows($1)) }.subtracting(askedRows),
                numbers: near.contains(target.id)
                    ? Self.numbers(target.answers.joined(separator: " ")).subtracting(askedNumbers) : [],
                sentences: target.answers.flatMap { Sentences.of($0) }.map { sentence in
                    Set(QuestionWords.stems(sentence)).subtracting(askedStems)
                }
            )
        }
    }

    var isEmpty: Bool { guarded.isEmpty }

    /// Whether a text gives away what is guarded.
    func isLeak(_ text: String) -> Bool {
        guard !guarded.isEmpty else { return false }
        let rows = Self.rows(text)
        let numbers = Self.numbers(text)
        let stems = Set(QuestionWords.stems(text))
        return guarded.contains { answer in
            !answer.rows.isDisjoint(with: rows) || !answer.numbers.isDisjoint(with: numbers)
                || answer.sentences.contains { tells(stems, $0) }
        }
    }

    private func tells(_ said: Set<String>, _ sentence: Set<String>) -> Bool {
        let shared = sentence.intersection(said)
        guard shared.count >= min(Self.tellingWords, sentence.count), !shared.isEmpty else { return false }
        let all = sentence.reduce(0) { $0 + weight($1) }
        return all > 0 && shared.reduce(0) { $0 + weight($1) } >= Self.tellingShare * all
    }

    private static let plain = WordAnalyzer(stems: false)

    /// Every run of `rowLength` words, without the commonest.
    private static func rows(_ text: String) -> Set<String> {
        let words = plain.words(text)
        guard words.count >= rowLength else { return [] }
        return Set((0...(words.count - rowLength)).map { words[$0..<($0 + rowLength)].joined(separator: " ") })
    }

    private static let numberWords: [String: String] = [
        "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9",
        "ten": "10", "eleven": "11",
        "twelve": "12", "fifteen": "15", "twenty": "20", "thirty": "30", "forty": "40", "fifty": "50", "hundred": "100",
        "thousand": "1000", "half": "1/2", "third": "1/3", "thirds": "1/3", "quarter": "1/4", "quarters": "1/4",
        "twice": "2×", "double": "2×", "doubles": "2×", "doubled": "2×", "triple": "3×", "tripling": "3×",
    ]

    /// The numbers of a text, in one form; 0 and 1 say too little.
    private static func numbers(_ text: String) -> Set<String> {
        var found: Set<String> = []
        for word in plain.words(text) {
            if let number = numberWords[word] { found.insert(number) }
            let digits = word.filter { $0.isNumber || $0 == "." }
            guard let first = digits.first, first.isNumber, word.first?.isNumber == true else { continue }
            if digits != "0", digits != "1" { found.insert(digits) }
        }
        return found
    }
}
