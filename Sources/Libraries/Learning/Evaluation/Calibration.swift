/// The line that best turns logits of predictions into logits of shares.
public struct Calibration: Sendable, Equatable {
    /// Above 0 where predictions are too low.
    public var intercept: Double
    /// Below 1 where predictions are too far apart.
    public var slope: Double

    private static let steps = 50

    /// Fits the line by Newton's method.
    ///
    /// - Returns: `nil` where all outcomes or all predictions are the same, or outcomes are perfectly separated.
    init?(_ predictions: [Double], _ outcomes: [Bool]) {
        guard let first = outcomes.first, outcomes.contains(!first) else { return nil }
        let logits = predictions.map { Elementary.log($0 / (1 - $0)) }
        // From a line that lies flat: Newton may run away from a steep one.
        intercept = 0
        slope = 0
        for _ in 0..<Self.steps {
            var gradient = (0.0, 0.0)
            var curve = (0.0, 0.0, 0.0)
            for index in logits.indices {
                let chance = Elementary.logistic(intercept + slope * logits[index])
                let error = (outcomes[index] ? 1 : 0) - chance
                let weight = chance * (1 - chance)
                gradient.0 += error
                gradient.1 += error * logits[index]
                curve.0 += weight
                curve.1 += weight * logits[index]
                curve.2 += weight * logits[index] * logits[index]
            }
            let determinant = curve.0 * curve.2 - curve.1 * curve.1
            guard determinant > 1e-9 * curve.0 * curve.2 else { return nil }
            let change = (
                (curve.2 * gradient.0 - curve.1 * gradient.1) / determinant,
                (curve.0 * gradient.1 - curve.1 * gradient.0) / determinant
            )
            intercept += change.0
            slope += change.1
            if abs(change.0) + abs(change.1) < 1e-10 { return }
        }
        return nil
    }
}
