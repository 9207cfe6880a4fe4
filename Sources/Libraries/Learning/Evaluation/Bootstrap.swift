/// How far numbers of an evaluation might be off, had other learners been asked.
public struct Bootstrap: Sendable, Equatable {
    /// From the 2.5th to the 97.5th percentile.
    public struct Interval: Sendable, Equatable {
        /// Its lower end.
        public var low: Double
        /// Its upper end.
        public var high: Double
    }

    /// How many times learners are drawn anew.
    public static let draws = 1_000

    /// Of `Evaluation.auc`.
    public var auc: Interval
    /// Of `Evaluation.logLoss`.
    public var logLoss: Interval
    /// Of `Evaluation.brier`.
    public var brier: Interval

    /// Draws whole learners with replacement, since the answers of one are alike.
    ///
    /// - Parameters:
    ///   - predictions: Each 0…1.
    ///   - outcomes: In the same order.
    ///   - learners: Who answered, any numbers from 0 up.
    ///   - draws: How many times.
    ///   - seed: Which of the possible draws.
    public init(
        _ predictions: [Double],
        _ outcomes: [Bool],
        learners: [Int],
        draws: Int = Self.draws,
        seed: UInt64 = 1
    ) {
        precondition(predictions.count == outcomes.count && learners.count == outcomes.count && draws > 0)
        let kept = predictions.map(Evaluation.kept)
        let ranking = Ranking(kept, outcomes, order: kept.indices.sorted { kept[$0] < kept[$1] })
        let (groups, groupCount) = Self.grouped(learners)
        var sums = Array(repeating: (count: 0.0, logLoss: 0.0, brier: 0.0), count: groupCount)
        for index in kept.indices {
            sums[groups[index]].count += 1
            sums[groups[index]].logLoss += Evaluation.logLoss(kept[index], outcomes[index])
            sums[groups[index]].brier += Evaluation.brier(kept[index], outcomes[index])
        }
        var random = SeededRandom(seed: seed)
        var found: (auc: [Double], logLoss: [Double], brier: [Double]) = ([], [], [])
        for _ in 0..<draws {
            var weights = Array(repeating: 0.0, count: groupCount)
            for _ in 0..<groupCount { weights[random.below(groupCount)] += 1 }
            var total = (count: 0.0, logLoss: 0.0, brier: 0.0)
            for group in sums.indices {
                total.count += weights[group] * sums[group].count
                total.logLoss += weights[group] * sums[group].logLoss
                total.brier += weights[group] * sums[group].brier
            }
            found.auc.append(ranking.auc { weights[groups[$0]] })
            found.logLoss.append(total.logLoss / max(total.count, 1))
            found.brier.append(total.brier / max(total.count, 1))
        }
        auc = Self.interval(found.auc)
        logLoss = Self.interval(found.logLoss)
        brier = Self.interval(found.brier)
    }

    /// Positions 0..<count in place of any numbers.
    private static func grouped(_ learners: [Int]) -> (groups: [Int], count: Int) {
        var positions: [Int: Int] = [:]
        var groups: [Int] = []
        for learner in learners {
            let position = positions[learner] ?? positions.count
            positions[learner] = position
            groups.append(position)
        }
        return (groups, positions.count)
    }

    private static func interval(_ values: [Double]) -> Interval {
        let sorted = values.sorted { $0 < $1 }
        let tail = sorted.count / 40
        return Interval(low: sorted[tail], high: sorted[sorted.count - 1 - tail])
    }
}
