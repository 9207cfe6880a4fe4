/// Fits the parameters of FSRS to one learner's reviews, and says whether that was worth it.
///
/// Source: py-fsrs 6.3.2, `optimizer.py`, for batches, rate and epochs (Adam with cosine annealing); fsrs-rs for the pull
/// towards the defaults, without which few reviews fit to chance.
public enum FSRSOptimizer {
    /// With fewer scored reviews the defaults stay.
    public static let minimumReviews = 400
    /// The most reviews that are looked at; of more, the newest.
    public static let reviewLimit = 200_000
    /// The first so many reviews of a card are looked at.
    public static let cardLimit = 64

    /// What was tried.
    public struct Result: Sendable, Equatable {
        /// To be used: the fitted parameters where they won, else the defaults.
        public var parameters: FSRSParameters
        /// The parameters fitted to the earlier reviews; `nil` where there were too few.
        public var fitted: FSRSParameters?
        /// How many of the later reviews were held out and scored.
        public var heldOut: Int
        /// The log loss of the defaults on them.
        public var defaultLogLoss: Double
        /// The log loss of the fitted parameters on them.
        public var fittedLogLoss: Double
    }

    private static let heldOutShare = 5
    private static let epochs = 5
    private static let batchReviews = 512
    private static let rate = 0.04
    /// How much the parameters of learners differ.
    ///
    /// Source: fsrs-rs, `PARAMS_STDDEV`.
    private static let deviations: [Double] = [
        6.43, 9.66, 17.58, 27.85, 0.57, 0.28, 0.6, 0.12, 0.39, 0.18, 0.33, 0.3, 0.09, 0.16, 0.57, 0.25, 1.03, 0.31,
        0.32, 0.14, 0.27,
    ]

    /// Fits to the first four fifths of the reviews and compares on the last, by time.
    ///
    /// The fitted parameters win where they predict the held-out reviews better by more than the standard error of the
    /// difference. A log of 10,000 reviews takes some tenths of a second.
    ///
    /// - Parameters:
    ///   - reviews: In any order.
    public static func personal(_ reviews: [FSRSReview]) -> Result {
        let ordered = Array(reviews.sorted { $0.time < $1.time }.suffix(reviewLimit))
        let cut = ordered.count - ordered.count / heldOutShare
        let scored = FSRSHistory.histories(ordered).flatMap { $0.predictions(FSRSMemory(.defaults)) }
        guard cut < ordered.count, scored.count >= minimumReviews else {
            return Result(parameters: .defaults, fitted: nil, heldOut: 0, defaultLogLoss: 0, fittedLogLoss: 0)
        }
        let fitted = fit(Array(ordered[..<cut]))
        let defaults = losses(ordered, .defaults, since: ordered[cut].time)
        let own = losses(ordered, fitted, since: ordered[cut].time)
        let count = Double(max(defaults.count, 1))
        let gains = defaults.indices.map { defaults[$0] - own[$0] }
        let gain = gains.reduce(0, +) / count
        let variance = gains.reduce(0) { $0 + ($1 - gain) * ($1 - gain) } / max(count - 1, 1)
        return Result(
            parameters: gain > (variance / count).squareRoot() ? fitted : .defaults,
            fitted: fitted,
            heldOut: defaults.count,
            defaultLogLoss: defaults.reduce(0, +) / count,
            fittedLogLoss: own.reduce(0, +) / count
        )
    }

    /// The parameters that predict these reviews best, not too far from the defaults.
    ///
    /// - Parameters:
    ///   - reviews: In any order; the parameters may fit to chance, so compare them on others.
    public static func fit(_ reviews: [FSRSReview]) -> FSRSParameters {
        var histories = FSRSHistory.histories(reviews).map { FSRSHistory(steps: Array($0.steps.prefix(cardLimit))) }
        histories.removeAll { history in !history.steps.contains { $0.isScored } }
        let scored = histories.reduce(0) { $0 + $1.steps.count { $0.isScored } }
        guard scored > 0 else { return .defaults }
        var adam = Adam(steps: epochs * max(1, scored / batchReviews), rate: rate)
        var random = SeededRandom(seed: 42)
        var best = (loss: Double.infinity, parameters: FSRSParameters.defaults)
        var parameters = FSRSParameters.defaults
        for epoch in 0...epochs {
            let whole = objective(histories[...], parameters, scored: scored)
            if whole.loss < best.loss { best = (whole.loss, parameters) }
            guard epoch < epochs else { break }
            for index in histories.indices.dropFirst().reversed() {
                histories.swapAt(index, random.below(index + 1))
            }
            for batch in batches(histories) {
                let gradient = objective(histories[batch], parameters, scored: scored).gradient
                parameters = FSRSParameters(clamping: adam.step(parameters.values, gradient))
            }
        }
        return best.parameters
    }

    /// The mean log loss with the pull towards the defaults, and its gradient.
    private static func objective(
        _ histories: ArraySlice<FSRSHistory>,
        _ parameters: FSRSParameters,
        scored: Int
    ) -> (loss: Double, gradient: [Double]) {
        var sums = FSRSGradient(FSRSMemory(parameters))
        for history in histories { sums.add(history) }
        let count = Double(max(sums.count, 1))
        var loss = sums.loss / count
        var gradient = sums.values.map { $0 / count }
        for index in gradient.indices {
            let distance = (parameters[index] - FSRSParameters.defaults[index]) / deviations[index]
            loss += distance * distance / Double(scored)
            gradient[index] += 2 * distance / deviations[index] / Double(scored)
        }
        return (loss, gradient)
    }

    /// Ranges of cards with about `batchReviews` scored reviews.
    private static func batches(_ histories: [FSRSHistory]) -> [Range<Int>] {
        var batches: [Range<Int>] = []
        var start = 0
        var count = 0
        for index in histories.indices {
            count += histories[index].steps.count { $0.isScored }
            guard count >= batchReviews || index == histories.count - 1 else { continue }
            batches.append(start..<(index + 1))
            start = index + 1
            count = 0
        }
        return batches
    }

    /// The log loss of each scored review from a time on.
    private static func losses(_ reviews: [FSRSReview], _ parameters: FSRSParameters, since: Int64) -> [Double] {
        let memory = FSRSMemory(parameters)
        return FSRSHistory.histories(reviews).flatMap { history in
            history.predictions(memory).filter { $0.time >= since }.map {
                Evaluation.logLoss(Evaluation.kept($0.chance), $0.isRecalled)
            }
        }
    }
}

/// Gradient descent with the step of each parameter fitted to its gradients.
///
/// Source: Kingma and Ba, "Adam", 2015; the rate falls to 0 along a smooth step.
private struct Adam {
    private let steps: Int
    private let rate: Double
    private var taken = 0
    private var means: [Double] = []
    private var squares: [Double] = []

    init(steps: Int, rate: Double) {
        self.steps = steps
        self.rate = rate
    }

    mutating func step(_ values: [Double], _ gradient: [Double]) -> [Double] {
        if means.isEmpty {
            means = Array(repeating: 0, count: values.count)
            squares = means
        }
        let progress = min(Double(taken) / Double(steps), 1)
        // Nearly half a cosine, without the cosine.
        let annealed = rate * (1 - progress * progress * (3 - 2 * progress))
        taken += 1
        let meanScale = 1 - Elementary.pow(0.9, Double(taken))
        let squareScale = 1 - Elementary.pow(0.999, Double(taken))
        return values.indices.map { index in
            means[index] = 0.9 * means[index] + 0.1 * gradient[index]
            squares[index] = 0.999 * squares[index] + 0.001 * gradient[index] * gradient[index]
            return values[index] - annealed * means[index] / meanScale
                / ((squares[index] / squareScale).squareRoot() + 1e-8)
        }
    }
}
