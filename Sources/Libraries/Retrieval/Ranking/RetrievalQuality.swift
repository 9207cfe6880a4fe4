/// How good a ranking is, beside judgements of what is relevant.
public struct RetrievalQuality: Sendable, Equatable {
    /// Normalised discounted cumulative gain of the first ten, gains being the judgements themselves.
    public var gain10: Double
    /// Average precision over the whole ranking.
    public var averagePrecision: Double
    /// The share of relevant documents among the first ten.
    public var recall10: Double
    /// Whether one of the first five is relevant, 0 or 1.
    public var hit5: Double

    /// The quality of one ranking.
    ///
    /// - Parameters:
    ///   - ranking: Documents, best first.
    ///   - judgements: How relevant each judged document is; what is missing, or below 1, is not relevant.
    /// - Returns: `nil` if no document is relevant.
    public init?(_ ranking: [Int], _ judgements: [Int: Int]) {
        let relevant = judgements.values.filter { $0 > 0 }
        guard !relevant.isEmpty else { return nil }
        var gain = 0.0
        var found = 0
        var precision = 0.0
        var foundIn10 = 0
        var isIn5 = false
        for (rank, document) in ranking.enumerated() {
            let grade = max(judgements[document] ?? 0, 0)
            guard grade > 0 else { continue }
            found += 1
            precision += Double(found) / Double(rank + 1)
            if rank < 10 {
                gain += Double(grade) / Logarithm.binary(Double(rank + 2))
                foundIn10 += 1
            }
            if rank < 5 { isIn5 = true }
        }
        let ideal = relevant.sorted(by: >).prefix(10).enumerated()
            .reduce(0) { $0 + Double($1.element) / Logarithm.binary(Double($1.offset + 2)) }
        gain10 = gain / ideal
        averagePrecision = precision / Double(relevant.count)
        recall10 = Double(foundIn10) / Double(relevant.count)
        hit5 = isIn5 ? 1 : 0
    }

    private init(_ gain10: Double, _ averagePrecision: Double, _ recall10: Double, _ hit5: Double) {
        self.gain10 = gain10
        self.averagePrecision = averagePrecision
        self.recall10 = recall10
        self.hit5 = hit5
    }

    /// The mean over questions; all 0 without any.
    public static func mean(_ all: [RetrievalQuality]) -> RetrievalQuality {
        let count = Double(max(all.count, 1))
        func mean(_ part: KeyPath<RetrievalQuality, Double>) -> Double {
            all.reduce(0) { $0 + $1[keyPath: part] } / count
        }
        return RetrievalQuality(mean(\.gain10), mean(\.averagePrecision), mean(\.recall10), mean(\.hit5))
    }
}
