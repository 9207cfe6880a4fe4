/// A small logistic model that learns from one outcome at a time (AdaGrad).
public struct OnlineLogistic: Sendable, Equatable {
    private static let rate = 0.1
    private static let decay = 0.001
    /// Features are cut to this before they are used, so that one odd value cannot throw the weights off.
    public static let featureLimit = 20.0

    /// One weight per feature, then the constant.
    public private(set) var weights: [Double]
    /// AdaGrad's sums of squared gradients, from 1.
    public private(set) var squares: [Double]
    /// How many outcomes it has learned from.
    public private(set) var outcomes: Int

    /// A model that says 0.5.
    public init(features: Int) {
        precondition(features >= 0)
        weights = Array(repeating: 0, count: features + 1)
        squares = Array(repeating: 1, count: features + 1)
        outcomes = 0
    }

    /// A model that was stored; `nil` unless the lists are as long as one another, finite, and squares at least 1.
    public init?(weights: [Double], squares: [Double], outcomes: Int) {
        guard weights.count == squares.count, !weights.isEmpty, weights.allSatisfy({ $0.isFinite }),
            squares.allSatisfy({ $0.isFinite && $0 >= 1 }), outcomes >= 0
        else { return nil }
        self.weights = weights
        self.squares = squares
        self.outcomes = outcomes
    }

    /// The chance of the outcome.
    ///
    /// - Parameter features: As many as the model has; what is not finite counts as 0.
    public func predict(_ features: [Double]) -> Double {
        Elementary.logistic(zip(weights, Self.kept(features)).reduce(0) { $0 + $1.0 * $1.1 })
    }

    /// Takes in an outcome.
    public mutating func learn(_ features: [Double], outcome: Bool) {
        precondition(features.count + 1 == weights.count)
        let error = (outcome ? 1 : 0) - predict(features)
        for (index, feature) in Self.kept(features).enumerated() {
            let gradient = error * feature
            squares[index] += gradient * gradient
            weights[index] += Self.rate / squares[index].squareRoot() * (gradient - Self.decay * weights[index])
        }
        outcomes += 1
    }

    private static func kept(_ features: [Double]) -> [Double] {
        features.map { $0.isFinite ? min(max($0, -featureLimit), featureLimit) : 0 } + [1]
    }
}
