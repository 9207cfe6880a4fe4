import AtlasAPI
import Learning

/// How a learner's log becomes due dates.
struct ReviewRules: Sendable, Equatable {
    var parameters = FSRSParameters.defaults
    var retention = 0.9
    /// By category.
    var topicRetention: [String: Double] = [:]

    /// Steps of a new card: a minute, ten minutes.
    static let learningSteps: [Int64] = [60_000, 600_000]
    /// The step of a forgotten card.
    static let relearningSteps: [Int64] = [600_000]

    /// The scheduler for a category; without one for items whose content is gone.
    func scheduler(_ category: String?) -> FSRSScheduler {
        let wished = category.flatMap { topicRetention[$0] } ?? retention
        let made = try? FSRSScheduler(
            parameters: parameters,
            desiredRetention: wished,
            learningSteps: Self.learningSteps,
            relearningSteps: Self.relearningSteps
        )
        // Settings are checked when they are saved; what does not fit any more falls back to the defaults.
        return made ?? FSRSScheduler()
    }
}
