/// How much better predictions are than others of the same outcomes, and how sure that is.
public struct PairedBootstrap: Sendable, Equatable {
    /// The mean of the differences.
    public var mean: Double
    /// From the 2.5th to the 97.5th percentile over draws of whole groups.
    public var interval: Bootstrap.Interval
    /// How many groups there are.
    public var groups: Int

    /// Draws whole groups with replacement, since differences within one are alike.
    ///
    /// - Parameters:
    ///   - differences: By how much each prediction was better.
    ///   - groups: Who or what it belongs to, any numbers; in the same order, not empty.
    ///   - draws: How many times.
    ///   - seed: Which of the possible draws.
    public init(_ differences: [Double], groups: [Int], draws: Int = Bootstrap.draws, seed: UInt64 = 1) {
        precondition(differences.count == groups.count && !differences.isEmpty && draws > 0)
        var positions: [Int: Int] = [:]
        var sums: [(count: Double, sum: Double)] = []
        for (difference, group) in zip(differences, groups) {
            let position = positions[group] ?? sums.count
            if position == sums.count {
                positions[group] = position
                sums.append((0, 0))
            }
            sums[position].count += 1
            sums[position].sum += difference
        }
        var random = SeededRandom(seed: seed)
        var means: [Double] = []
        for _ in 0..<draws {
            var total = (count: 0.0, sum: 0.0)
            for _ in sums.indices {
                let drawn = sums[random.below(sums.count)]
                total.count += drawn.count
                total.sum += drawn.sum
            }
            means.append(total.sum / total.count)
        }
        means.sort { $0 < $1 }
        let tail = means.count / 40
        mean = differences.reduce(0, +) / Double(differences.count)
        interval = Bootstrap.Interval(low: means[tail], high: means[means.count - 1 - tail])
        self.groups = sums.count
    }

    /// By how much the log loss of `prediction` is less than that of `other`, both kept within `Evaluation.margin`.
    public static func gain(_ prediction: Double, over other: Double, _ outcome: Bool) -> Double {
        Evaluation.logLoss(Evaluation.kept(other), outcome) - Evaluation.logLoss(Evaluation.kept(prediction), outcome)
    }
}
