/// Finds documents by their words and ranks them by BM25.
///
/// The score of a document is Σ ln(1 + (N − n + ½)/(n + ½)) · tf/(tf + k₁(1 − b + b·l/l̄)) over the words of the question:
/// N documents, n of them with the word, tf times in this one of l words, l̄ on average.
/// Source: Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009; the form without the
/// factor k₁ + 1 and the rounding of lengths are Lucene's.
public struct LexicalIndex: Sendable {
    /// How strongly repetition and length count.
    public struct Parameters: Sendable, Equatable {
        /// From 0 (a word counts once) up.
        public var k1: Float
        /// From 0 (length does not matter) to 1.
        public var b: Float
        /// Whether lengths are kept in one byte as Lucene does, so that its scores come out.
        public var roundsLengths: Bool

        /// The parameters; by default those that fit short technical texts.
        public init(k1: Float = 1.2, b: Float = 0.75, roundsLengths: Bool = false) {
            self.k1 = k1
            self.b = b
            self.roundsLengths = roundsLengths
        }
    }

    private struct Posting: Sendable {
        let document: Int32
        let count: Int32
    }

    private struct Document: Sendable {
        /// The words and how often each occurs; empty for one that was removed.
        var words: [(word: Int32, count: Int32)] = []
        var length: Int32 = 0
        var isThere = false
    }

    private let analyzer: WordAnalyzer
    private let parameters: Parameters
    private var numbers: [String: Int32] = [:]
    private var postings: [[Posting]] = []
    private var documents: [Document] = []

    /// How many documents it holds.
    public private(set) var count = 0

    /// How many words they have together.
    public private(set) var wordCount = 0

    /// An index without documents.
    public init(_ analyzer: WordAnalyzer = WordAnalyzer(), _ parameters: Parameters = Parameters()) {
        self.analyzer = analyzer
        self.parameters = parameters
    }

    /// Adds a document, or replaces the one of this number.
    ///
    /// - Parameter document: From 0; memory grows with the largest number in use.
    public mutating func insert(_ document: Int, _ text: String) {
        remove(document)
        guard document >= 0, document < Int(Int32.max) else { return }
        while documents.count <= document { documents.append(Document()) }
        var counts: [Int32: Int32] = [:]
        var length: Int32 = 0
        analyzer.forEachWord(of: text) { word in
            counts[number(of: word), default: 0] += 1
            length &+= 1
        }
        let words = counts.map { (word: $0.key, count: $0.value) }
        for (word, count) in words {
            insert(Posting(document: Int32(document), count: count), into: Int(word))
        }
        documents[document] = Document(words: words, length: length, isThere: true)
        count += 1
        wordCount += Int(length)
    }

    /// Takes a document out, if it is there.
    public mutating func remove(_ document: Int) {
        guard documents.indices.contains(document), documents[document].isThere else { return }
        for (word, _) in documents[document].words {
            if let place = place(of: Int32(document), in: Int(word)) { postings[Int(word)].remove(at: place) }
        }
        count -= 1
        wordCount -= Int(documents[document].length)
        documents[document] = Document()
    }

    /// The best documents, those with at least one word of the question.
    ///
    /// - Parameters:
    ///   - text: The question; a word that occurs twice counts twice.
    ///   - limit: The most hits.
    ///   - isWanted: Which documents may be found.
    public func search(_ text: String, limit: Int, where isWanted: (Int) -> Bool = { _ in true }) -> [Hit] {
        var asked: [Int32: Float] = [:]
        var order: [Int32] = []
        analyzer.forEachWord(of: text) { word in
            guard let number = numbers[word] else { return }
            if asked[number] == nil { order.append(number) }
            asked[number, default: 0] += 1
        }
        guard !order.isEmpty, count > 0 else { return [] }
        var scores: [Int32: Float] = [:]
        let averageLength = Float(wordCount) / Float(count)
        for word in order {
            let list = postings[Int(word)]
            let weight = weight(list.count) * (asked[word] ?? 1)
            for posting in list {
                let frequency = Float(posting.count)
                let length = length(documents[Int(posting.document)].length)
                let norm = parameters.k1 * (1 - parameters.b + parameters.b * length / averageLength)
                scores[posting.document, default: 0] += weight * frequency / (frequency + norm)
            }
        }
        var best = BestHits(limit)
        for (document, score) in scores where isWanted(Int(document)) {
            best.take(Hit(document: Int(document), score: score))
        }
        return best.sorted()
    }

    /// What the words of a question weigh together: the score that no document can exceed.
    public func ceiling(of text: String) -> Float {
        var sum: Float = 0
        analyzer.forEachWord(of: text) { word in
            sum += weight(numbers[word].map { postings[Int($0)].count } ?? 0)
        }
        return sum
    }

    private func weight(_ documentsWithWord: Int) -> Float {
        let (all, some) = (Double(count), Double(documentsWithWord))
        return Float(Logarithm.natural(1 + (all - some + 0.5) / (some + 0.5)))
    }

    private func length(_ words: Int32) -> Float {
        parameters.roundsLengths ? Float(RoundedLength.rounded(Int(words))) : Float(words)
    }

    private mutating func number(of word: String) -> Int32 {
        if let number = numbers[word] { return number }
        let number = Int32(truncatingIfNeeded: postings.count)
        numbers[word] = number
        postings.append([])
        return number
    }

    private mutating func insert(_ posting: Posting, into word: Int) {
        guard let last = postings[word].last, last.document > posting.document else {
            postings[word].append(posting)
            return
        }
        postings[word].insert(posting, at: firstPlace(from: posting.document, in: word))
    }

    private func firstPlace(from document: Int32, in word: Int) -> Int {
        var low = 0
        var high = postings[word].count
        while low < high {
            let middle = (low + high) / 2
            if postings[word][middle].document < document { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private func place(of document: Int32, in word: Int) -> Int? {
        let place = firstPlace(from: document, in: word)
        return place < postings[word].count && postings[word][place].document == document ? place : nil
    }
}

/// Lengths as Lucene keeps them, in one byte: exact below 24, then with four bits.
///
/// Source: Lucene, `SmallFloat.intToByte4`.
enum RoundedLength {
    static func rounded(_ length: Int) -> Int {
        guard length >= 24 else { return max(length, 0) }
        let beyond = UInt64(length - 24)
        let bits = UInt64.bitWidth - beyond.leadingZeroBitCount
        guard bits > 4 else { return length }
        let shift = bits - 4
        return 24 + Int((beyond >> shift) << shift)
    }
}
