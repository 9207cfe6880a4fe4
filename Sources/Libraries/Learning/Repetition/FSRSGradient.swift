/// The derivative of the log loss of a card's reviews by each of the 21 parameters.
///
/// Forward through the reviews, then backward: `stability` and `difficulty` hold how the loss of later reviews changes
/// with the state after the review at hand. Each formula stands beside its own in `FSRSMemory`.
struct FSRSGradient {
    private let memory: FSRSMemory
    private let w: FSRSParameters
    /// By w0…w20.
    private(set) var values = Array(repeating: 0.0, count: FSRSParameters.count)
    /// The sum over the scored reviews.
    private(set) var loss = 0.0
    /// How many reviews were scored.
    private(set) var count = 0
    private var stability = 0.0
    private var difficulty = 0.0

    init(_ memory: FSRSMemory) {
        self.memory = memory
        w = memory.w
    }

    /// Adds the loss of one card and its derivatives.
    mutating func add(_ history: FSRSHistory) {
        var states: [MemoryState] = []
        for step in history.steps {
            states.append(
                states.last.map { memory.next($0, step.rating, afterDays: step.days) } ?? memory.first(step.rating)
            )
        }
        stability = 0
        difficulty = 0
        for index in history.steps.indices.dropFirst().reversed() {
            back(history.steps[index], from: states[index], to: states[index - 1])
        }
        if let first = history.steps.first { backFirst(first.rating, states[0]) }
    }

    private mutating func back(_ step: FSRSHistory.Step, from after: MemoryState, to before: MemoryState) {
        let chance = memory.retrievability(before, afterDays: step.days)
        // What the losses hang on through the state after this review is passed on to the one before.
        let byStability = isAtLimit(after) ? 0 : stability
        let byDifficulty = isAtBound(after) ? 0 : difficulty
        stability = 0
        difficulty = 0
        var byChance = 0.0
        if step.days < 1 {
            backSameDay(step.rating, before, byStability)
        } else if step.rating == .again {
            byChance = backForgotten(before, chance, byStability)
        } else {
            byChance = backRecalled(step.rating, before, chance, byStability)
        }
        backDifficulty(step.rating, before, byDifficulty)
        guard step.isScored else { return }
        let kept = Evaluation.kept(chance)
        let isRecalled = step.rating != .again
        loss += Evaluation.logLoss(kept, isRecalled)
        count += 1
        byChance += isRecalled ? -1 / kept : 1 / (1 - kept)
        backChance(step.days, before, chance, byChance)
    }

    private mutating func backChance(_ days: Double, _ before: MemoryState, _ chance: Double, _ by: Double) {
        let decay = memory.decay
        let ratio = days / before.stability
        let inner = 1 + memory.factor * ratio
        stability += by * chance * decay * memory.factor * -ratio / before.stability / inner
        let factorByDecay = (memory.factor + 1) * Elementary.log(0.9) * -1 / (decay * decay)
        values[20] -= by * chance * (Elementary.log(inner) + decay * ratio / inner * factorByDecay)
    }

    private mutating func backSameDay(_ rating: Rating, _ before: MemoryState, _ by: Double) {
        let increase = memory.sameDayIncrease(before.stability, rating)
        if rating != .again, increase <= 1 {
            stability += by
            return
        }
        let after = before.stability * increase
        stability += by * increase * (1 - w[19])
        values[17] += by * after * (Double(rating.rawValue - 3) + w[18])
        values[18] += by * after * w[17]
        values[19] -= by * after * Elementary.log(before.stability)
    }

    /// Returns the derivative by the chance to remember.
    private mutating func backRecalled(
        _ rating: Rating,
        _ before: MemoryState,
        _ chance: Double,
        _ by: Double
    ) -> Double {
        let surprise = Elementary.exp((1 - chance) * w[10])
        let plain = before.stability * memory.growth(before)
        let base = plain * memory.part(of: rating)
        let gain = base * (surprise - 1)
        stability += by * (1 + gain * (1 - w[9]) / before.stability)
        difficulty -= by * gain / (11 - before.difficulty)
        values[8] += by * gain
        values[9] -= by * gain * Elementary.log(before.stability)
        values[10] += by * base * (1 - chance) * surprise
        if rating == .hard { values[15] += by * plain * (surprise - 1) }
        if rating == .easy { values[16] += by * plain * (surprise - 1) }
        return -by * base * w[10] * surprise
    }

    /// Returns the derivative by the chance to remember.
    private mutating func backForgotten(_ before: MemoryState, _ chance: Double, _ by: Double) -> Double {
        let long = memory.longTermForgotten(before, retrievability: chance)
        let share = Elementary.exp(w[17] * w[18])
        let short = before.stability / share
        if short < long {
            stability += by / share
            values[17] -= by * short * w[18]
            values[18] -= by * short * w[17]
            return 0
        }
        let power = Elementary.pow(before.stability + 1, w[13])
        let byPower = long / (power - 1)
        stability += by * byPower * w[13] * power / (before.stability + 1)
        difficulty -= by * w[12] * long / before.difficulty
        values[11] += by * long / w[11]
        values[12] -= by * long * Elementary.log(before.difficulty)
        values[13] += by * byPower * power * Elementary.log(before.stability + 1)
        values[14] += by * long * (1 - chance)
        return -by * w[14] * long
    }

    private mutating func backDifficulty(_ rating: Rating, _ before: MemoryState, _ by: Double) {
        let grade = Double(rating.rawValue - 3)
        let damped = before.difficulty + (10 - before.difficulty) * -(w[6] * grade) / 9
        difficulty += by * (1 - w[7]) * (1 + w[6] * grade / 9)
        values[4] += by * w[7]
        values[5] -= by * w[7] * 3 * Elementary.exp(w[5] * 3)
        values[6] -= by * (1 - w[7]) * (10 - before.difficulty) * grade / 9
        values[7] += by * (memory.initialDifficulty(.easy) - damped)
    }

    private mutating func backFirst(_ rating: Rating, _ state: MemoryState) {
        values[rating.rawValue - 1] += stability
        guard !isAtBound(state) else { return }
        let power = Double(rating.rawValue - 1)
        values[4] += difficulty
        values[5] -= difficulty * power * Elementary.exp(w[5] * power)
    }

    private func isAtLimit(_ state: MemoryState) -> Bool {
        state.stability <= FSRSMemory.minimumStability || state.stability >= FSRSMemory.maximumStability
    }

    private func isAtBound(_ state: MemoryState) -> Bool {
        state.difficulty <= 1 || state.difficulty >= 10
    }
}
