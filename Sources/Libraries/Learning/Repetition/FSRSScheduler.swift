/// When to see a card again: FSRS-6 with learning and relearning steps.
///
/// Source: py-fsrs 6.3.2, `Scheduler.review_card`; the same states, steps and times.
public struct FSRSScheduler: Sendable {
    /// The most learning or relearning steps.
    public static let maximumSteps = 32
    /// The longest step, 365 days in milliseconds.
    public static let maximumStep: Int64 = 365 * dayMilliseconds
    /// The longest interval that may be asked for, days.
    public static let maximumIntervalLimit: Int64 = 365_000
    /// One day in milliseconds.
    public static let dayMilliseconds: Int64 = 86_400_000

    /// What a review does to a memory.
    public let memory: FSRSMemory
    private let desiredRetention: Double
    private let learningSteps: [Int64]
    private let relearningSteps: [Int64]
    private let maximumInterval: Int64

    /// Parameters, retention and steps of py-fsrs.
    public init() {
        memory = FSRSMemory(.defaults)
        desiredRetention = 0.9
        learningSteps = [60_000, 600_000]
        relearningSteps = [600_000]
        maximumInterval = 36_500
    }

    /// A scheduler of one's own.
    ///
    /// - Parameters:
    ///   - parameters: How the learner forgets.
    ///   - desiredRetention: The chance to remember at which a card is due, above 0 and below 1.
    ///   - learningSteps: Milliseconds to wait while a card is new; may be empty.
    ///   - relearningSteps: Milliseconds to wait after forgetting; may be empty.
    ///   - maximumInterval: The longest interval, days.
    /// - Throws: Which of them is out of its range.
    public init(
        parameters: FSRSParameters,
        desiredRetention: Double = 0.9,
        learningSteps: [Int64] = [60_000, 600_000],
        relearningSteps: [Int64] = [600_000],
        maximumInterval: Int64 = 36_500
    ) throws(FSRSError) {
        guard desiredRetention > 0, desiredRetention < 1 else { throw .desiredRetention }
        guard Self.areValid(learningSteps), Self.areValid(relearningSteps) else { throw .steps }
        guard (1...Self.maximumIntervalLimit).contains(maximumInterval) else { throw .maximumInterval }
        memory = FSRSMemory(parameters)
        self.desiredRetention = desiredRetention
        self.learningSteps = learningSteps
        self.relearningSteps = relearningSteps
        self.maximumInterval = maximumInterval
    }

    /// The chance to remember at a time, 0…1; 0 before the first review.
    public func retrievability(of card: FSRSCard, at time: Int64) -> Double {
        guard let state = card.memory, let last = card.lastReview else { return 0 }
        return memory.retrievability(state, afterDays: Self.days(from: last, to: time))
    }

    /// The card after a review.
    ///
    /// - Parameters:
    ///   - card: The card before it.
    ///   - rating: How well it was remembered.
    ///   - time: When, milliseconds since 1970.
    ///   - fuzz: A random number in 0..<1 that moves an interval of three days or more a little, so that cards learned
    ///     together do not stay together; `nil` for the exact interval.
    public func review(_ card: FSRSCard, _ rating: Rating, at time: Int64, fuzz: Double? = nil) -> FSRSCard {
        var next = card
        if let state = card.memory, let last = card.lastReview {
            next.memory = memory.next(state, rating, afterDays: Self.days(from: last, to: time))
        } else {
            next.memory = card.memory ?? memory.first(rating)
        }
        let wait = advance(&next, rating, fuzz: fuzz)
        let (due, isOver) = time.addingReportingOverflow(wait)
        next.due = isOver ? .max : due
        next.lastReview = time
        return next
    }

    /// Moves the card to its next phase and step; how long to wait, milliseconds.
    private func advance(_ card: inout FSRSCard, _ rating: Rating, fuzz: Double?) -> Int64 {
        if card.phase == .review {
            guard rating == .again, let first = relearningSteps.first else { return graduate(&card, fuzz) }
            card.phase = .relearning
            card.step = 0
            return first
        }
        let steps = card.phase == .learning ? learningSteps : relearningSteps
        // A card may come from a scheduler with more steps.
        let step = max(card.step ?? 0, 0)
        guard let first = steps.first, step < steps.count || rating == .again else { return graduate(&card, fuzz) }
        switch rating {
        case .again:
            card.step = 0
            return first
        case .hard:
            card.step = step
            guard step == 0 else { return steps[step] }
            return steps.count == 1 ? first * 3 / 2 : (first + steps[1]) / 2
        case .good where step + 1 < steps.count:
            card.step = step + 1
            return steps[step + 1]
        case .good, .easy:
            return graduate(&card, fuzz)
        }
    }

    /// Puts the card in review; its interval in milliseconds.
    private func graduate(_ card: inout FSRSCard, _ fuzz: Double?) -> Int64 {
        card.phase = .review
        card.step = nil
        let stability = card.memory?.stability ?? FSRSMemory.minimumStability
        let days = memory.intervalDays(stability, retention: desiredRetention, maximum: maximumInterval)
        return (fuzz.map { fuzzed(days, $0) } ?? days) &* Self.dayMilliseconds
    }

    /// An interval near `days`, days.
    ///
    /// Source: py-fsrs `_get_fuzzed_interval`.
    private func fuzzed(_ days: Int64, _ random: Double) -> Int64 {
        guard days >= 3, random >= 0, random < 1 else { return days }
        let exact = Double(days)
        let spread =
            1 + 0.15 * max(min(exact, 7) - 2.5, 0) + 0.1 * max(min(exact, 20) - 7, 0) + 0.05 * max(exact - 20, 0)
        let high = min(Int64((exact + spread).rounded(.toNearestOrEven)), maximumInterval)
        let low = min(max(Int64((exact - spread).rounded(.toNearestOrEven)), 2), high)
        let chosen = (random * Double(high - low + 1) + Double(low)).rounded(.toNearestOrEven)
        return min(Int64(chosen), maximumInterval)
    }

    /// Whole days, rounded down: below 0 when the clock went back.
    static func days(from start: Int64, to end: Int64) -> Double {
        let (span, isOver) = end.subtractingReportingOverflow(start)
        guard !isOver else { return end < start ? -1 : (Double(end) / 86_400_000 - Double(start) / 86_400_000) }
        return Double(span >= 0 ? span / dayMilliseconds : -((dayMilliseconds - 1 - span) / dayMilliseconds))
    }

    private static func areValid(_ steps: [Int64]) -> Bool {
        steps.count <= maximumSteps && steps.allSatisfy { (0...maximumStep).contains($0) }
    }
}
