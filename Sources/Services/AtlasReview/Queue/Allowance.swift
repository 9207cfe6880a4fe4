import AtlasAPI

/// How many cards fit into the minutes of a day.
struct Allowance: Sendable, Equatable {
    /// What one review takes.
    let secondsPerReview: Double
    let newPerDay: Int
    let reviewsPerDay: Int

    /// What a review takes before there are own ones, and how many own ones weigh as much.
    private static let usualSeconds = 12.0
    private static let usualWeight = 20.0
    /// How often a new card is seen on its first day.
    static let firstDayViews = 2.5
    /// Reviews a day that follow, in the long run, from one new card a day.
    private static let laterViews = 5.5

    /// - Parameter durations: Of the learner's newest reviews, in seconds.
    init(_ settings: ReviewSettingsInput, durations: [Double]) {
        let sum = durations.reduce(0, +) + Self.usualSeconds * Self.usualWeight
        secondsPerReview = min(max(sum / (Double(durations.count) + Self.usualWeight), 2), 120)
        let views = Double(settings.minutesPerDay) * 60 / secondsPerReview
        let fitting = max(1, Int(views / (Self.firstDayViews + Self.laterViews)))
        newPerDay = settings.newPerDay ?? min(fitting, 200)
        reviewsPerDay =
            settings.reviewsPerDay ?? min(max(1, Int(views - Double(newPerDay) * Self.firstDayViews)), 2_000)
    }

    /// Minutes that so many cards are expected to take.
    func minutes(due: Int, new: Int, learning: Int) -> Double {
        (Double(due) + Double(learning) + Double(new) * Self.firstDayViews) * secondsPerReview / 60
    }
}
