/// Something to remember, between two reviews.
///
/// Times are milliseconds since 1970.
public struct FSRSCard: Sendable, Equatable {
    /// Where in its life a card is.
    public enum Phase: Int, Sendable {
        /// New: short steps until it is known once.
        case learning = 1
        /// Known: intervals of days.
        case review
        /// Forgotten: short steps again.
        case relearning
    }

    /// Where in its life it is.
    public var phase: Phase
    /// The position among the steps; `nil` in review.
    public var step: Int?
    /// `nil` before the first review.
    public var memory: MemoryState?
    /// When it should be seen again.
    public var due: Int64
    /// `nil` before the first review.
    public var lastReview: Int64?

    /// A card that was never reviewed, due at once.
    public init(due: Int64) {
        self.init(phase: .learning, step: 0, memory: nil, due: due, lastReview: nil)
    }

    /// A card, as it was stored.
    public init(phase: Phase, step: Int?, memory: MemoryState?, due: Int64, lastReview: Int64?) {
        self.phase = phase
        self.step = step
        self.memory = memory
        self.due = due
        self.lastReview = lastReview
    }
}
