public import AtlasCore

/// Figures of one learner.
public struct LearnerMetrics: Sendable, Equatable {
    /// One figure.
    public struct Value: Sendable, Equatable {
        /// As in `retrievals.right`.
        public let name: String
        /// The figure.
        public let value: Double
        /// What it counts: `count`, `fraction`, `minutes`, `days`, `nats`.
        public let unit: String

        /// A figure.
        public init(name: String, value: Double, unit: String) {
            self.name = name
            self.value = value
            self.unit = unit
        }
    }

    /// Whose.
    public let user: UserID
    /// When they were rolled up last.
    public let calculatedAt: Timestamp
    /// By name.
    public let values: [Value]

    /// Figures.
    public init(user: UserID, calculatedAt: Timestamp, values: [Value]) {
        self.user = user
        self.calculatedAt = calculatedAt
        self.values = values
    }
}

/// What a learner did on one day in UTC.
public struct DayMetrics: Sendable, Equatable {
    /// As in `2026-11-30`.
    public let day: String
    /// Cards graded.
    public var reviews: Int
    /// Time spent on cards, questions and events that say how long they took.
    public var minutes: Double
    /// Attempts that were right.
    public var correct: Int
    /// Everything retrieved: cards, questions, predictions, checks, designs.
    public var attempts: Int
    /// Predictions made.
    public var predictions: Int
    /// Checks of labs run.
    public var labChecks: Int
    /// Diagrams read to their end.
    public var diagrams: Int

    /// A day.
    public init(
        day: String,
        reviews: Int = 0,
        minutes: Double = 0,
        correct: Int = 0,
        attempts: Int = 0,
        predictions: Int = 0,
        labChecks: Int = 0,
        diagrams: Int = 0
    ) {
        self.day = day
        self.reviews = reviews
        self.minutes = minutes
        self.correct = correct
        self.attempts = attempts
        self.predictions = predictions
        self.labChecks = labChecks
        self.diagrams = diagrams
    }
}

/// Days on which something was retrieved.
///
/// Two days of rest in any seven do not end a row, and nothing is taken away for a pause.
public struct Streak: Sendable, Equatable {
    /// Days with a retrieval in the present row.
    public let days: Int
    /// The same of the longest row ever.
    public let longest: Int
    /// Whether something was retrieved, from Monday to Sunday of this week in UTC.
    public let week: [Bool]
    /// Days of rest in any seven that do not end a row.
    public let restDaysAllowed: Int

    /// A streak.
    public init(days: Int, longest: Int, week: [Bool], restDaysAllowed: Int) {
        self.days = days
        self.longest = longest
        self.week = week
        self.restDaysAllowed = restDaysAllowed
    }
}

/// What a learner can do, as far as there is evidence.
public struct SkillMap: Sendable, Equatable {
    /// What is believed of one skill.
    public struct Belief: Sendable, Equatable {
        /// The chance to answer an item of average difficulty, 0...1; `nil` without evidence.
        public let mastery: Double?
        /// Lower end of an interval of 90 %.
        public let low: Double?
        /// Upper end.
        public let high: Double?
        /// Attempts behind it.
        public let attempts: Int
        /// The newest attempt.
        public let lastAt: Timestamp?

        /// A belief.
        public init(mastery: Double?, low: Double?, high: Double?, attempts: Int, lastAt: Timestamp?) {
            self.mastery = mastery
            self.low = low
            self.high = high
            self.attempts = attempts
            self.lastAt = lastAt
        }

        /// No evidence.
        public static let none = Belief(mastery: nil, low: nil, high: nil, attempts: 0, lastAt: nil)
    }

    /// A field of the map.
    public struct Cell: Sendable, Equatable {
        /// The category's letter.
        public let category: String
        /// The kind of evidence.
        public let skill: Skill
        /// What is believed.
        public let belief: Belief

        /// A field.
        public init(category: String, skill: Skill, belief: Belief) {
            self.category = category
            self.skill = skill
            self.belief = belief
        }
    }

    /// What is believed of a topic, all kinds of evidence together.
    public struct Topic: Sendable, Equatable {
        /// As in `e2`.
        public let topic: String
        /// The category's letter.
        public let category: String
        /// What is believed.
        public let belief: Belief

        /// A topic.
        public init(topic: String, category: String, belief: Belief) {
            self.topic = topic
            self.category = category
            self.belief = belief
        }
    }

    /// Whose.
    public let user: UserID
    /// When the newest evidence was taken in.
    public let calculatedAt: Timestamp
    /// 16 × 5: by category, then in the order of `Skill`.
    public let cells: [Cell]
    /// Topics with evidence, by name.
    public let topics: [Topic]

    /// A map.
    public init(user: UserID, calculatedAt: Timestamp, cells: [Cell], topics: [Topic]) {
        self.user = user
        self.calculatedAt = calculatedAt
        self.cells = cells
        self.topics = topics
    }
}
