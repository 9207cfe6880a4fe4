public import AtlasCore

/// How well a learner remembered, in their own judgement.
public enum ReviewRating: Int, Sendable, CaseIterable {
    /// Not remembered.
    case again = 1
    /// Remembered with effort.
    case hard
    /// Remembered.
    case good
    /// Remembered at once.
    case easy
}

/// What an entry of the log does.
public enum ReviewAction: String, Sendable, CaseIterable {
    /// A card was seen and rated.
    case review
    /// A review is taken back; it counts as if it had not been.
    case undo
    /// A card does not come any more.
    case suspend
    /// A suspended card comes again.
    case resume
}

/// An entry of the log as a device made it.
public struct NewReview: Sendable, Equatable {
    /// Chosen by the device, best a UUIDv7: 1 to 64 letters, digits, `-` and `_`.
    public let id: String
    /// Which item.
    public let item: ReviewItemID
    /// What it does.
    public let action: ReviewAction
    /// With `.review`: how well it was remembered.
    public let rating: ReviewRating?
    /// With `.undo`: the review that is taken back.
    public let undoes: String?
    /// When, by the device's clock.
    public let at: Timestamp
    /// How long the learner looked at the card.
    public let duration: Duration
    /// Which device, 1 to 64 letters, digits, `-` and `_`.
    public let device: String
    /// What was chosen; `nil` for a card that was rated by oneself.
    public let choices: [String]?

    /// An entry.
    public init(
        id: String,
        item: ReviewItemID,
        action: ReviewAction = .review,
        rating: ReviewRating?,
        undoes: String? = nil,
        at: Timestamp,
        duration: Duration = .zero,
        device: String,
        choices: [String]? = nil
    ) {
        self.id = id
        self.item = item
        self.action = action
        self.rating = rating
        self.undoes = undoes
        self.at = at
        self.duration = duration
        self.device = device
        self.choices = choices
    }
}

/// What became of an entry.
public struct ReviewOutcome: Sendable, Equatable {
    /// The entry's id.
    public let id: String
    /// Whether the log holds it now, from this call or an earlier one; the device may forget it.
    public let isStored: Bool
    /// Why it is not stored.
    public let problem: String?
    /// The card after all that the log holds; `nil` if the item is not there any more.
    public let card: ReviewCard?

    /// An outcome.
    public init(id: String, isStored: Bool, problem: String?, card: ReviewCard?) {
        self.id = id
        self.isStored = isStored
        self.problem = problem
        self.card = card
    }
}

/// An entry of the log as it is stored.
public struct ReviewEntry: Sendable, Equatable {
    /// As the device made it.
    public let review: NewReview
    /// Its place in the order of arrival, from 1 for each learner.
    public let seq: Int64

    /// An entry.
    public init(review: NewReview, seq: Int64) {
        self.review = review
        self.seq = seq
    }
}

/// Entries in the order of arrival.
public struct ReviewLogPage: Sendable, Equatable {
    /// By `seq`.
    public let entries: [ReviewEntry]
    /// Ask for what is after this next.
    public let cursor: Int64
    /// Whether there is more now.
    public let hasMore: Bool

    /// A page.
    public init(entries: [ReviewEntry], cursor: Int64, hasMore: Bool) {
        self.entries = entries
        self.cursor = cursor
        self.hasMore = hasMore
    }
}
