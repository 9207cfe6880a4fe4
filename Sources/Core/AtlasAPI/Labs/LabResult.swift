public import AtlasCore

/// A graded attempt, or one that is being graded.
public struct LabResult: Sendable, Equatable {
    /// How far a grading is.
    public enum State: String, Sendable, CaseIterable {
        /// Not yet known; ask `Labs.grading` for `gradingID`.
        case grading = "GRADING"
        /// An attempt with its criteria.
        case graded = "GRADED"
        /// The checker broke; nothing was graded.
        case broken = "BROKEN"
    }

    /// The lab.
    public let lab: LabID
    /// How far it is.
    public let state: State
    /// Names the grading, also before there is an attempt; empty for attempts of earlier versions.
    public let gradingID: String
    /// From 1 for each learner and lab; 0 if nothing was recorded, or not yet.
    public let attempt: Int
    /// The share of criteria that passed, 0...1.
    public let scoreFraction: Double
    /// The seed it was graded with.
    public let seed: Int
    /// When; of one that is being graded, now.
    public let at: Timestamp
    /// Hints of this lab that had been seen by then.
    public let hintsSeen: Int
    /// One per criterion, in the lab's order; empty if the checker broke.
    public let checks: [LabCheckResult]
    /// Why nothing was graded; `nil` if it was.
    public let error: String?

    /// A result.
    public init(
        lab: LabID,
        state: State? = nil,
        gradingID: String = "",
        attempt: Int,
        scoreFraction: Double,
        seed: Int,
        at: Timestamp,
        hintsSeen: Int,
        checks: [LabCheckResult],
        error: String? = nil
    ) {
        self.lab = lab
        self.state = state ?? (error == nil ? .graded : .broken)
        self.gradingID = gradingID
        self.attempt = attempt
        self.scoreFraction = scoreFraction
        self.seed = seed
        self.at = at
        self.hintsSeen = hintsSeen
        self.checks = checks
        self.error = error
    }

    /// True if every criterion passed.
    public var isPassed: Bool { error == nil && !checks.isEmpty && checks.allSatisfy(\.isPassed) }
}

/// What became of one criterion.
public struct LabCheckResult: Sendable, Equatable {
    /// The criterion's id.
    public let id: String
    /// What must hold.
    public let text: String
    /// Whether it does.
    public let isPassed: Bool
    /// What the checker saw.
    public let observed: String
    /// What it would have liked to see.
    public let expected: String
    /// How many hints there are.
    public let hintCount: Int
    /// How many were seen.
    public let hintsSeen: Int
    /// The rung that is about what was observed, from 1; `nil` if it passed, and for checks without hints.
    public let hint: Int?

    /// A result.
    public init(
        id: String,
        text: String,
        isPassed: Bool,
        observed: String,
        expected: String,
        hintCount: Int,
        hintsSeen: Int,
        hint: Int? = nil
    ) {
        self.hint = hint
        self.id = id
        self.text = text
        self.isPassed = isPassed
        self.observed = observed
        self.expected = expected
        self.hintCount = hintCount
        self.hintsSeen = hintsSeen
    }
}

/// One rung of a check's ladder of hints.
public struct LabHint: Sendable, Equatable {
    /// The criterion.
    public let check: String
    /// From 1, the vaguest.
    public let number: Int
    /// How many there are.
    public let count: Int
    /// The hint.
    public let text: String

    /// A hint.
    public init(check: String, number: Int, count: Int, text: String) {
        self.check = check
        self.number = number
        self.count = count
        self.text = text
    }
}

/// How far a learner has come with a lab.
public struct LabProgress: Sendable, Equatable {
    /// The stages.
    public enum State: String, Sendable, CaseIterable {
        /// Never started.
        case notStarted = "NOT_STARTED"
        /// Started, not passed.
        case started = "STARTED"
        /// Passed once at least.
        case passed = "PASSED"
    }

    /// The lab.
    public let lab: LabID
    /// Its title.
    public let title: String
    /// How far.
    public let state: State
    /// Graded attempts.
    public let attempts: Int
    /// The highest share of criteria passed, 0...1.
    public let bestScoreFraction: Double
    /// When all criteria passed for the first time.
    public let passedAt: Timestamp?

    /// An entry.
    public init(
        lab: LabID,
        title: String,
        state: State,
        attempts: Int,
        bestScoreFraction: Double,
        passedAt: Timestamp?
    ) {
        self.lab = lab
        self.title = title
        self.state = state
        self.attempts = attempts
        self.bestScoreFraction = bestScoreFraction
        self.passedAt = passedAt
    }
}
