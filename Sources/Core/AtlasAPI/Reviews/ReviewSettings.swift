/// How a category wants to be remembered.
public struct TopicRetention: Sendable, Equatable {
    /// A letter, A to P.
    public let category: String
    /// The chance to remember at which a card is due, 0.7...0.97.
    public let retention: Double

    /// A wish.
    public init(category: String, retention: Double) {
        self.category = category
        self.retention = retention
    }
}

/// What a learner may choose.
public struct ReviewSettingsInput: Sendable, Equatable {
    /// 1...240.
    public let minutesPerDay: Int
    /// 0...200; `nil` for what the minutes allow.
    public let newPerDay: Int?
    /// 0...2,000; `nil` for what the minutes allow.
    public let reviewsPerDay: Int?
    /// The chance to remember at which a card is due, 0.7...0.97.
    public let retention: Double
    /// Whether parameters fitted to the learner are used where they are better.
    public let usesPersonalParameters: Bool
    /// An IANA name, as in `Europe/Berlin`.
    public let timeZone: String
    /// The hour at which the learner's day begins, 0...23.
    public let dayStartsAt: Int
    /// Categories that want another retention; at most one for each.
    public let topicRetention: [TopicRetention]

    /// A choice; without arguments what a new learner has.
    public init(
        minutesPerDay: Int = 20,
        newPerDay: Int? = nil,
        reviewsPerDay: Int? = nil,
        retention: Double = 0.9,
        usesPersonalParameters: Bool = true,
        timeZone: String = "UTC",
        dayStartsAt: Int = 4,
        topicRetention: [TopicRetention] = []
    ) {
        self.minutesPerDay = minutesPerDay
        self.newPerDay = newPerDay
        self.reviewsPerDay = reviewsPerDay
        self.retention = retention
        self.usesPersonalParameters = usesPersonalParameters
        self.timeZone = timeZone
        self.dayStartsAt = dayStartsAt
        self.topicRetention = topicRetention
    }
}

/// What a learner chose, and what follows from it.
public struct ReviewSettings: Sendable, Equatable {
    /// As it was chosen.
    public let chosen: ReviewSettingsInput
    /// How many new cards a day may have.
    public let newPerDay: Int
    /// How many due cards a day may have.
    public let reviewsPerDay: Int
    /// What a review takes this learner, seconds.
    public let secondsPerReview: Double
    /// Why personal parameters are used or not, one sentence.
    public let parametersNote: String
    /// Grows with each change; 0 for a learner who never chose.
    public let version: Int

    /// Settings.
    public init(
        chosen: ReviewSettingsInput,
        newPerDay: Int,
        reviewsPerDay: Int,
        secondsPerReview: Double,
        parametersNote: String,
        version: Int
    ) {
        self.chosen = chosen
        self.newPerDay = newPerDay
        self.reviewsPerDay = reviewsPerDay
        self.secondsPerReview = secondsPerReview
        self.parametersNote = parametersNote
        self.version = version
    }
}
