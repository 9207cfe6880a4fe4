public import AtlasCore

/// A marker for identifiers of goals.
public enum GoalEntity {}
/// The id of a goal.
public typealias GoalID = Identifier<GoalEntity>

/// What is forecast.
public enum ForecastKind: String, Sendable, CaseIterable {
    /// The chance to answer the next item correctly.
    case answerNow = "answer_now"
    /// The chance of no retrieval in the next seven days.
    case dropout
    /// Days until a goal's topics are mastered.
    case daysToGoal = "days_to_goal"
}

/// A forecast about one learner.
public struct Forecast: Sendable, Equatable {
    /// What is forecast.
    public let kind: ForecastKind
    /// `nil` while the model is no better than a constant, or knows too little.
    public let value: Double?
    /// `probability` or `days`.
    public let unit: String
    /// Lower end of an interval of 80 %, where there is one.
    public let low: Double?
    /// Upper end.
    public let high: Double?
    /// Where it comes from, or why there is no value, in a sentence.
    public let reason: String
    /// The newest judgement of the model.
    public let calibration: CalibrationReport?

    /// A forecast.
    public init(
        kind: ForecastKind,
        value: Double?,
        unit: String,
        low: Double?,
        high: Double?,
        reason: String,
        calibration: CalibrationReport?
    ) {
        self.kind = kind
        self.value = value
        self.unit = unit
        self.low = low
        self.high = high
        self.reason = reason
        self.calibration = calibration
    }
}

/// How good the forecasts of one kind were, judged by outcomes that came after them.
public struct CalibrationReport: Sendable, Equatable {
    /// Forecasts of similar height.
    public struct Bin: Sendable, Equatable {
        /// Their mean.
        public let predicted: Double
        /// The share that came true.
        public let observed: Double
        /// How many there are.
        public let count: Int
        /// Lower end of the 95 % interval (Wilson) of the share.
        public let low: Double
        /// Upper end.
        public let high: Double

        /// A bin.
        public init(predicted: Double, observed: Double, count: Int, low: Double, high: Double) {
            self.predicted = predicted
            self.observed = observed
            self.count = count
            self.low = low
            self.high = high
        }
    }

    /// What was forecast.
    public let kind: ForecastKind
    /// When it was judged.
    public let at: Timestamp
    /// Forecasts with an outcome.
    public let count: Int
    /// The mean of −ln of what was said of what happened.
    public let logLoss: Double
    /// The same of the best constant: the share of all outcomes that were known before each forecast.
    public let baselineLogLoss: Double
    /// How much less the model's log loss is, 95 % interval over learners; above 0 the model is better.
    public let gainLow: Double
    /// Upper end.
    public let gainHigh: Double
    /// The mean of squared differences.
    public let brier: Double
    /// The chance that what came true got the higher forecast; `nil` if all outcomes are the same.
    public let auc: Double?
    /// The mean distance of forecast and share over ten bins.
    public let ece: Double
    /// Whether learners see forecasts of this kind: only while `gainLow` is above 0.
    public let isShown: Bool
    /// In ascending order, empty ones left out.
    public let bins: [Bin]

    /// A judgement.
    public init(
        kind: ForecastKind,
        at: Timestamp,
        count: Int,
        logLoss: Double,
        baselineLogLoss: Double,
        gainLow: Double,
        gainHigh: Double,
        brier: Double,
        auc: Double?,
        ece: Double,
        isShown: Bool,
        bins: [Bin]
    ) {
        self.kind = kind
        self.at = at
        self.count = count
        self.logLoss = logLoss
        self.baselineLogLoss = baselineLogLoss
        self.gainLow = gainLow
        self.gainHigh = gainHigh
        self.brier = brier
        self.auc = auc
        self.ece = ece
        self.isShown = isShown
        self.bins = bins
    }
}

/// What was forecast of one answer, and what it was.
public struct AnswerForecast: Sendable, Equatable {
    /// The item that was answered.
    public let item: String
    /// The diagram, lab or incident it belongs to.
    public let content: String
    /// The kind of evidence.
    public let skill: Skill
    /// When it was answered.
    public let at: Timestamp
    /// The chance of a right answer, from what was known before.
    public let predicted: Double
    /// Whether it was right.
    public let isCorrect: Bool

    /// A forecast with its outcome.
    public init(item: String, content: String, skill: Skill, at: Timestamp, predicted: Double, isCorrect: Bool) {
        self.item = item
        self.content = content
        self.skill = skill
        self.at = at
        self.predicted = predicted
        self.isCorrect = isCorrect
    }
}

/// What a learner wants to master.
public struct NewGoal: Sendable, Equatable {
    /// 1 to 80 characters.
    public let title: String
    /// Diagrams, labs and incidents whose topics are to be mastered.
    public let contents: [String]
    /// Letters of categories that are to be mastered.
    public let categories: [String]
    /// Until when; `nil` for no date.
    public let byDate: Timestamp?

    /// A goal, not yet checked.
    public init(title: String, contents: [String], categories: [String], byDate: Timestamp?) {
        self.title = title
        self.contents = contents
        self.categories = categories
        self.byDate = byDate
    }
}

/// A goal and how far it is reached.
public struct Goal: Sendable, Equatable {
    /// Its id.
    public let id: GoalID
    /// What was wanted.
    public let wanted: NewGoal
    /// When it was set.
    public let setAt: Timestamp
    /// Topics with a mastery of at least 0.8 and evidence enough for it.
    public let mastered: Int
    /// Topics of the goal.
    public let topics: Int
    /// When all were mastered; `nil` before.
    public let reachedAt: Timestamp?

    /// A goal.
    public init(id: GoalID, wanted: NewGoal, setAt: Timestamp, mastered: Int, topics: Int, reachedAt: Timestamp?) {
        self.id = id
        self.wanted = wanted
        self.setAt = setAt
        self.mastered = mastered
        self.topics = topics
        self.reachedAt = reachedAt
    }
}

/// One thing to do next.
public struct Suggestion: Sendable, Equatable {
    /// Why a suggestion was made.
    public enum Kind: String, Sendable, CaseIterable {
        /// Evidence says it is weak.
        case strengthen
        /// A lab was begun and not passed.
        case resume
        /// It is needed for a goal.
        case goal
        /// It comes next in the syllabus.
        case next
        /// It was read, but nothing was retrieved from it.
        case retrieve
    }

    /// Why.
    public let kind: Kind
    /// What it is about.
    public let contentKind: ContentKind
    /// Its id.
    public let content: String
    /// Its title.
    public let title: String
    /// Why, in a sentence.
    public let reason: String

    /// A suggestion.
    public init(kind: Kind, contentKind: ContentKind, content: String, title: String, reason: String) {
        self.kind = kind
        self.contentKind = contentKind
        self.content = content
        self.title = title
        self.reason = reason
    }
}
