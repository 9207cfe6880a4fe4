public import AtlasCore

/// What is known of learners, from what they retrieved, predicted and did, and how good forecasts of it are.
///
/// Everything about one account is for that account and for admins; `LearningReports` says what instructors see.
public protocol Analytics: Sendable {
    /// Takes in events of a client, each id once.
    ///
    /// - Parameter events: 1...`AnalyticsLimits.batch`.
    /// - Returns: What became of them; one bad event does not hold up the others.
    /// - Throws: `AtlasError` — `.unauthenticated`; `.invalid` for an empty or too large batch.
    func ingest(_ events: [NewEvent], as caller: Caller) async throws -> EventReceipt

    /// Figures of `user` as last rolled up, within seconds of what happened.
    ///
    /// - Throws: `AtlasError.notFound` for somebody else's; as the functions that follow.
    func metrics(of user: UserID, as caller: Caller) async throws -> LearnerMetrics

    /// The last days of `user` in UTC, the oldest first, without gaps.
    ///
    /// - Parameter count: 1...`AnalyticsLimits.days`.
    func days(of user: UserID, last count: Int, as caller: Caller) async throws -> [DayMetrics]

    /// On how many days in a row `user` retrieved something.
    func streak(of user: UserID, as caller: Caller) async throws -> Streak

    /// What `user` can do, by category and kind of evidence; categories in syllabus order.
    func skillMap(of user: UserID, as caller: Caller) async throws -> SkillMap

    /// Forecasts about `user`; those of models that are no better than a constant have no value.
    ///
    /// - Parameter goal: The goal that days are counted to; `nil` for the one that is due first.
    func forecasts(of user: UserID, goal: GoalID?, as caller: Caller) async throws -> [Forecast]

    /// Predictions of single answers of `user` with what happened, newest first.
    ///
    /// - Parameter limit: 1...`AnalyticsLimits.page`.
    func answerForecasts(of user: UserID, limit: Int, as caller: Caller) async throws -> [AnswerForecast]

    /// How good forecasts of all learners were, newest first; for everybody.
    ///
    /// - Parameter limit: 1...`AnalyticsLimits.page`.
    func calibration(limit: Int) async throws -> [CalibrationReport]

    /// Goals of `user`, the one that is due first at the front.
    func goals(of user: UserID, as caller: Caller) async throws -> [Goal]

    /// Sets a goal of the caller's.
    ///
    /// - Throws: `AtlasError` — `.invalid` with the field, `.tooMany` for more than `AnalyticsLimits.goals`.
    func setGoal(_ goal: NewGoal, as caller: Caller) async throws -> Goal

    /// Gives up a goal of the caller's.
    ///
    /// - Returns: False if there is none.
    func removeGoal(_ id: GoalID, as caller: Caller) async throws -> Bool

    /// One thing for the caller to do next, with its reason; `nil` if nothing is left.
    func suggestion(as caller: Caller) async throws -> Suggestion?
}

/// Limits of `Analytics`.
public enum AnalyticsLimits {
    /// Events of one batch.
    public static let batch = 500
    /// How much older than now an event may be: a device may have been offline for so long.
    public static let pastDays = 30
    /// How far an event's clock may be ahead.
    public static let ahead = Duration.seconds(300)
    /// Items of one list.
    public static let page = 100
    /// Days of one answer or report.
    public static let days = 366
    /// Goals of one account.
    public static let goals = 20
    /// Diagrams, labs and incidents of one goal.
    public static let goalItems = 200
}

/// An event as a client sends it.
public struct NewEvent: Sendable, Equatable {
    /// Chosen by the client: 1 to 64 letters, digits, `-` and `_`.
    public let id: String
    /// As in `diagram_interactions`.
    public let measurement: String
    /// What happened, as in `opened`.
    public let type: String
    /// When, by the client's clock.
    public let at: Timestamp
    /// The diagram, lab or incident.
    public let content: String?
    /// How long it took.
    public let durationMilliseconds: Int?
    /// A number that belongs to it.
    public let value: Double?

    /// An event, not yet checked.
    public init(
        id: String,
        measurement: String,
        type: String,
        at: Timestamp,
        content: String?,
        durationMilliseconds: Int?,
        value: Double?
    ) {
        self.id = id
        self.measurement = measurement
        self.type = type
        self.at = at
        self.content = content
        self.durationMilliseconds = durationMilliseconds
        self.value = value
    }
}

/// What became of a batch.
public struct EventReceipt: Sendable, Equatable {
    /// An event that was refused.
    public struct Rejection: Sendable, Equatable {
        /// Its place in the batch, from 0.
        public let index: Int
        /// What is wrong with it.
        public let reason: String

        /// A rejection.
        public init(index: Int, reason: String) {
            self.index = index
            self.reason = reason
        }
    }

    /// Events that are new.
    public let accepted: Int
    /// Events whose id was known, or stood twice in the batch.
    public let duplicates: Int
    /// Events that were refused, in order.
    public let rejected: [Rejection]

    /// A receipt.
    public init(accepted: Int, duplicates: Int, rejected: [Rejection]) {
        self.accepted = accepted
        self.duplicates = duplicates
        self.rejected = rejected
    }
}
