public import AtlasCore

/// Where in its life a card is.
public enum CardState: String, Sendable, CaseIterable {
    /// Never reviewed.
    case new
    /// Seen, not yet known for a day.
    case learning
    /// Known; comes after days.
    case review
    /// Forgotten, being learned again.
    case relearning
    /// Does not come until the learner says so.
    case suspended
}

/// An item and what its learner remembers of it.
public struct ReviewCard: Sendable, Equatable {
    /// What a rating would lead to.
    public struct Interval: Sendable, Equatable {
        /// Which rating.
        public let rating: ReviewRating
        /// Until the card comes again, in seconds.
        public let seconds: Double
        /// The same in words, as in "10 min" or "3 days".
        public let label: String

        /// An interval.
        public init(rating: ReviewRating, seconds: Double, label: String) {
            self.rating = rating
            self.seconds = seconds
            self.label = label
        }
    }

    /// What is asked.
    public let item: ReviewItem
    /// Where in its life it is.
    public let state: CardState
    /// `nil` for a new card.
    public let due: Timestamp?
    /// The chance that it is remembered now, 0...1; `nil` for a new card.
    public let retrievability: Double?
    /// How often it was forgotten after it was known.
    public let lapses: Int
    /// How often it was reviewed.
    public let reviews: Int
    /// Whether it was forgotten so often that another wording may be better.
    public let isLeech: Bool
    /// Again to Easy.
    public let intervals: [Interval]
    /// Why it comes now, one sentence.
    public let why: String

    /// A card.
    public init(
        item: ReviewItem,
        state: CardState,
        due: Timestamp?,
        retrievability: Double?,
        lapses: Int,
        reviews: Int,
        isLeech: Bool,
        intervals: [Interval],
        why: String
    ) {
        self.item = item
        self.state = state
        self.due = due
        self.retrievability = retrievability
        self.lapses = lapses
        self.reviews = reviews
        self.isLeech = isLeech
        self.intervals = intervals
        self.why = why
    }
}

/// What a learner has to do today.
public struct ReviewQueue: Sendable, Equatable {
    /// The next cards, in order.
    public let cards: [ReviewCard]
    /// Known cards that are due and fit into today.
    public let due: Int
    /// New cards that fit into today.
    public let fresh: Int
    /// Cards between two learning steps that are due today.
    public let learning: Int
    /// Reviews since the day began.
    public let reviewedToday: Int
    /// Minutes spent on them.
    public let minutesToday: Double
    /// Minutes that the rest of today is expected to take.
    public let minutesLeft: Double
    /// When the next card comes that is not due now; `nil` if there is none.
    public let nextDue: Timestamp?

    /// A queue.
    public init(
        cards: [ReviewCard],
        due: Int,
        fresh: Int,
        learning: Int,
        reviewedToday: Int,
        minutesToday: Double,
        minutesLeft: Double,
        nextDue: Timestamp?
    ) {
        self.cards = cards
        self.due = due
        self.fresh = fresh
        self.learning = learning
        self.reviewedToday = reviewedToday
        self.minutesToday = minutesToday
        self.minutesLeft = minutesLeft
        self.nextDue = nextDue
    }
}
