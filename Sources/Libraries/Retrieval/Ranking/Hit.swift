/// A document that was found.
public struct Hit: Sendable, Equatable {
    /// The document's number in its index.
    public var document: Int
    /// Greater is better; scores of different indexes do not compare.
    public var score: Float

    /// A document and its score.
    public init(document: Int, score: Float) {
        self.document = document
        self.score = score
    }

    /// The documents with the greatest scores, best first.
    ///
    /// - Parameter scores: Of all documents, by number.
    public static func best(_ limit: Int, of scores: [Float]) -> [Hit] {
        var best = BestHits(limit)
        // The numbers rise, so that a later one of the same score is never better.
        for (document, score) in scores.enumerated() where score > best.bar {
            best.take(Hit(document: document, score: score))
        }
        return best.sorted()
    }

    /// Better first; of equals, the smaller number.
    static func isBetter(_ left: Hit, _ right: Hit) -> Bool {
        left.score != right.score ? left.score > right.score : left.document < right.document
    }
}

/// The best of many hits: a heap whose root is the worst that is kept.
struct BestHits {
    private let limit: Int
    private var heap: [Hit] = []

    init(_ limit: Int) {
        self.limit = max(limit, 0)
        heap.reserveCapacity(min(self.limit, 1_024))
    }

    /// What a score must exceed, or equal with a smaller number, to be kept.
    var bar: Float { heap.count < limit ? -.infinity : heap.first?.score ?? .infinity }

    mutating func take(_ hit: Hit) {
        guard heap.count >= limit else {
            heap.append(hit)
            rise()
            return
        }
        guard let worst = heap.first, Hit.isBetter(hit, worst) else { return }
        heap[0] = hit
        sink()
    }

    /// Best first.
    func sorted() -> [Hit] { heap.sorted(by: Hit.isBetter) }

    private mutating func rise() {
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard Hit.isBetter(heap[parent], heap[child]) else { return }
            heap.swapAt(parent, child)
            child = parent
        }
    }

    private mutating func sink() {
        var parent = 0
        while true {
            var worst = parent
            for child in [2 * parent + 1, 2 * parent + 2]
            where child < heap.count && Hit.isBetter(heap[worst], heap[child]) {
                worst = child
            }
            guard worst != parent else { return }
            heap.swapAt(parent, worst)
            parent = worst
        }
    }
}
