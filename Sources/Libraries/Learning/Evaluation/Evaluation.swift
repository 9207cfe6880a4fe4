/// How good predictions of yes-or-no outcomes are.
public struct Evaluation: Sendable, Equatable {
    /// Predictions are kept this far from 0 and 1 before they are judged.
    public static let margin = 1e-6
    /// Bins of equal width that calibration is looked at in.
    public static let bins = 10

    /// How many predictions were judged.
    public var count: Int
    /// The chance that a right answer got a higher prediction than a wrong one, ties counted half; 0.5 where all outcomes
    /// are the same.
    public var auc: Double
    /// The mean of -ln(what was predicted for what happened).
    public var logLoss: Double
    /// The mean of the squared differences.
    public var brier: Double
    /// Expected calibration error: the mean distance of share and prediction in `bins` bins of equal width.
    public var calibrationError: Double
    /// The same in `bins` bins of equal size.
    public var calibrationErrorEqualMass: Double
    /// The line logit(share) = intercept + slope · logit(prediction), best 0 and 1.
    ///
    /// `nil` where no line can be fitted.
    public var calibration: Calibration?

    /// Judges predictions, each of 0…1, by their outcomes; both have the same order and length.
    public init(_ predictions: [Double], _ outcomes: [Bool]) {
        precondition(predictions.count == outcomes.count)
        let kept = predictions.map(Self.kept)
        let order = kept.indices.sorted { kept[$0] < kept[$1] }
        count = kept.count
        auc = Ranking(kept, outcomes, order: order).auc { _ in 1 }
        let weight = 1 / Double(max(count, 1))
        logLoss = kept.indices.reduce(0) { $0 + Self.logLoss(kept[$1], outcomes[$1]) } * weight
        brier = kept.indices.reduce(0) { $0 + Self.brier(kept[$1], outcomes[$1]) } * weight
        calibrationError = Self.error(kept, outcomes) { min(Int(kept[$0] * Double(Self.bins)), Self.bins - 1) }
        var masses = Array(repeating: 0, count: count)
        for (place, index) in order.enumerated() { masses[index] = place * Self.bins / count }
        calibrationErrorEqualMass = Self.error(kept, outcomes) { masses[$0] }
        calibration = Calibration(kept, outcomes)
    }

    /// The root of the mean squared distance of share and prediction in bins of one's own, weighted by their sizes.
    ///
    /// - Parameters:
    ///   - bins: The bin of each prediction, any numbers.
    public static func binnedRMSE(_ predictions: [Double], _ outcomes: [Bool], bins: [Int]) -> Double {
        precondition(predictions.count == outcomes.count && bins.count == outcomes.count)
        var sums: [Int: (count: Double, difference: Double)] = [:]
        for index in predictions.indices {
            var sum = sums[bins[index]] ?? (0, 0)
            sum.count += 1
            sum.difference += predictions[index] - (outcomes[index] ? 1 : 0)
            sums[bins[index]] = sum
        }
        var total = 0.0
        // In an order of their own, since a sum depends on its order.
        for bin in sums.keys.sorted() {
            if let sum = sums[bin] { total += sum.difference * sum.difference / sum.count }
        }
        return (total / Double(max(predictions.count, 1))).squareRoot()
    }

    static func kept(_ prediction: Double) -> Double { min(max(prediction, margin), 1 - margin) }

    static func logLoss(_ prediction: Double, _ outcome: Bool) -> Double {
        -Elementary.log(outcome ? prediction : 1 - prediction)
    }

    static func brier(_ prediction: Double, _ outcome: Bool) -> Double {
        let difference = prediction - (outcome ? 1 : 0)
        return difference * difference
    }

    private static func error(_ predictions: [Double], _ outcomes: [Bool], _ bin: (Int) -> Int) -> Double {
        var differences = Array(repeating: 0.0, count: bins)
        for index in predictions.indices { differences[bin(index)] += predictions[index] - (outcomes[index] ? 1 : 0) }
        return differences.reduce(0) { $0 + $1.magnitude } / Double(max(predictions.count, 1))
    }
}

/// Predictions in ascending order, for AUC with any weights.
struct Ranking {
    private let outcomes: [Bool]
    private let order: [Int]
    /// Whether the prediction at a place of `order` equals the one before it.
    private let isTie: [Bool]

    init(_ predictions: [Double], _ outcomes: [Bool], order: [Int]) {
        self.outcomes = outcomes
        self.order = order
        isTie = order.indices.map { $0 > 0 && predictions[order[$0]] == predictions[order[$0 - 1]] }
    }

    /// The area under the ROC curve; `weight` says how often an outcome counts.
    func auc(weight: (Int) -> Double) -> Double {
        var below = 0.0
        var above = 0.0
        var wrong = 0.0
        var right = 0.0
        var area = 0.0
        for place in order.indices {
            if !isTie[place] {
                area += right * (below + wrong / 2)
                below += wrong
                above += right
                wrong = 0
                right = 0
            }
            let index = order[place]
            if outcomes[index] { right += weight(index) } else { wrong += weight(index) }
        }
        area += right * (below + wrong / 2)
        let pairs = (below + wrong) * (above + right)
        return pairs > 0 ? area / pairs : 0.5
    }
}
