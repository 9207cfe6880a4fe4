/// How well a learner remembered, in their own judgement.
public enum Rating: Int, Sendable, CaseIterable {
    /// Not remembered.
    case again = 1
    /// Remembered with effort.
    case hard
    /// Remembered.
    case good
    /// Remembered at once.
    case easy
}

/// What FSRS believes of one memory.
public struct MemoryState: Sendable, Equatable {
    /// Days until the chance to remember has fallen to 0.9; at least `FSRSMemory.minimumStability`.
    public var stability: Double
    /// How hard it is to make this memory more stable, 1…10.
    public var difficulty: Double

    /// A state, as it was stored.
    public init(stability: Double, difficulty: Double) {
        self.stability = stability
        self.difficulty = difficulty
    }
}

/// The memory model of FSRS-6: what a review does to stability and difficulty.
///
/// Source: py-fsrs 6.3.2, `scheduler.py`. The same operations in the same order, so results differ from it only by the
/// rounding of exponentials and logarithms.
public struct FSRSMemory: Sendable {
    /// Days.
    public static let minimumStability = 0.001
    /// Days; py-fsrs has no such limit, and only parameters at their bounds can pass it.
    public static let maximumStability = 1e15

    let w: FSRSParameters
    /// Below 0: the exponent of the forgetting curve.
    let decay: Double
    /// Makes the curve 0.9 where the elapsed time is the stability.
    let factor: Double

    /// The model with these parameters.
    public init(_ parameters: FSRSParameters) {
        w = parameters
        decay = -parameters[20]
        factor = Elementary.pow(0.9, 1 / decay) - 1
    }

    /// The chance to remember after so many days, 0…1.
    public func retrievability(_ state: MemoryState, afterDays days: Double) -> Double {
        Elementary.pow(1 + factor * max(days, 0) / state.stability, decay)
    }

    /// The state after the first review.
    public func first(_ rating: Rating) -> MemoryState {
        MemoryState(
            stability: max(w[rating.rawValue - 1], Self.minimumStability),
            difficulty: Self.clampedDifficulty(initialDifficulty(rating))
        )
    }

    /// The state after another review, whole `days` after the one before; below 1 it was the same day.
    public func next(_ state: MemoryState, _ rating: Rating, afterDays days: Double) -> MemoryState {
        let stability =
            if days < 1 {
                state.stability * sameDayIncrease(state.stability, rating)
            } else if rating == .again {
                forgotten(state, retrievability: retrievability(state, afterDays: days))
            } else {
                recalled(state, rating, retrievability: retrievability(state, afterDays: days))
            }
        return MemoryState(
            stability: min(max(stability, Self.minimumStability), Self.maximumStability),
            difficulty: Self.clampedDifficulty(nextDifficulty(state.difficulty, rating))
        )
    }

    /// Whole days until the chance to remember has fallen to `retention`, 1…`maximum`.
    func intervalDays(_ stability: Double, retention: Double, maximum: Int64) -> Int64 {
        let days = (stability / factor) * (Elementary.pow(retention, 1 / decay) - 1)
        guard days < Double(maximum) else { return maximum }
        return max(Int64(days.rounded(.toNearestOrEven)), 1)
    }

    /// Not kept within 1…10.
    func initialDifficulty(_ rating: Rating) -> Double {
        w[4] - Elementary.exp(w[5] * Double(rating.rawValue - 1)) + 1
    }

    /// Not kept within 1…10.
    func nextDifficulty(_ difficulty: Double, _ rating: Rating) -> Double {
        let change = -(w[6] * Double(rating.rawValue - 3))
        let damped = difficulty + (10 - difficulty) * change / 9
        return w[7] * initialDifficulty(.easy) + (1 - w[7]) * damped
    }

    func sameDayIncrease(_ stability: Double, _ rating: Rating) -> Double {
        let increase =
            Elementary.exp(w[17] * (Double(rating.rawValue - 3) + w[18])) * Elementary.pow(stability, -w[19])
        return rating == .again ? increase : max(increase, 1)
    }

    /// How much a recalled memory grows, but for surprise and rating.
    func growth(_ state: MemoryState) -> Double {
        Elementary.exp(w[8]) * (11 - state.difficulty) * Elementary.pow(state.stability, -w[9])
    }

    func part(of rating: Rating) -> Double {
        switch rating {
        case .hard: w[15]
        case .easy: w[16]
        case .again, .good: 1
        }
    }

    /// Stability after forgetting as the long-term formula has it.
    func longTermForgotten(_ state: MemoryState, retrievability: Double) -> Double {
        w[11] * Elementary.pow(state.difficulty, -w[12]) * (Elementary.pow(state.stability + 1, w[13]) - 1)
            * Elementary.exp((1 - retrievability) * w[14])
    }

    private func recalled(_ state: MemoryState, _ rating: Rating, retrievability: Double) -> Double {
        let surprise = Elementary.exp((1 - retrievability) * w[10]) - 1
        return state.stability * (1 + growth(state) * surprise * part(of: rating))
    }

    private func forgotten(_ state: MemoryState, retrievability: Double) -> Double {
        min(
            longTermForgotten(state, retrievability: retrievability),
            state.stability / Elementary.exp(w[17] * w[18])
        )
    }

    private static func clampedDifficulty(_ difficulty: Double) -> Double {
        min(max(difficulty, 1), 10)
    }
}
