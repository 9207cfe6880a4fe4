public import AtlasCore

/// Reports: of a learner, of a cohort for those who teach it, of the whole for those who run it.
public protocol LearningReports: Sendable {
    /// What `user` did and can do, as a page that prints well.
    ///
    /// - Parameter days: 1...`AnalyticsLimits.days`.
    /// - Throws: `AtlasError.notFound` for somebody else's.
    func learnerReport(of user: UserID, days: Int, as caller: Caller) async throws -> LearnerReport

    /// The same as PDF, its text selectable and tagged.
    func learnerPDF(of user: UserID, days: Int, as caller: Caller) async throws -> [UInt8]

    /// How a cohort is doing.
    ///
    /// An instructor sees the members of groups that it owns or moderates; an admin those of any group, and without a
    /// group all learners.
    ///
    /// - Parameter group: `nil` for everybody whom the caller may see, at most `ReportLimits.members`.
    /// - Throws: `AtlasError` — `.forbidden` for a learner; `.notFound` for a group that the caller does not moderate.
    func cohort(_ group: GroupID?, days: Int, as caller: Caller) async throws -> Cohort

    /// The members of a cohort as CSV (RFC 4180, UTF-8), safe to open in a spreadsheet.
    func cohortCSV(_ group: GroupID?, days: Int, as caller: Caller) async throws -> String

    /// Who sees what about `user`: the same lines that instructors see, before they do anything with them.
    ///
    /// - Throws: `AtlasError.notFound` for somebody else's.
    func views(of user: UserID, days: Int, as caller: Caller) async throws -> [CohortView]

    /// How Atlas is used and how it is doing.
    ///
    /// - Throws: `AtlasError.forbidden` unless the caller is an admin.
    func operatorReport(days: Int, as caller: Caller) async throws -> OperatorReport
}

/// Limits of `LearningReports`.
public enum ReportLimits {
    /// Members of one cohort.
    public static let members = 500
    /// Items that mislead in one report.
    public static let items = 20
}

/// A learner's report.
public struct LearnerReport: Sendable, Equatable {
    /// As in "Learning report, 1 to 30 November 2026".
    public let title: String
    /// A whole page, self-contained, without scripts.
    public let html: String
    /// When it was made.
    public let generatedAt: Timestamp

    /// A report.
    public init(title: String, html: String, generatedAt: Timestamp) {
        self.title = title
        self.html = html
        self.generatedAt = generatedAt
    }
}

/// What an instructor sees of one member; the member sees the same.
public struct CohortMember: Sendable, Equatable {
    /// Who.
    public let person: Person
    /// Days with a retrieval.
    public let activeDays: Int
    /// The newest retrieval; `nil` without one.
    public let lastAt: Timestamp?
    /// Attempts in the time of the report.
    public let attempts: Int
    /// Those that were right.
    public let correct: Int
    /// Diagrams read to their end, ever.
    public let diagrams: Int
    /// Labs passed, ever.
    public let labs: Int
    /// Why help may be welcome, in sentences; empty if nothing points to it.
    public let help: [String]

    /// A member.
    public init(
        person: Person,
        activeDays: Int,
        lastAt: Timestamp?,
        attempts: Int,
        correct: Int,
        diagrams: Int,
        labs: Int,
        help: [String]
    ) {
        self.person = person
        self.activeDays = activeDays
        self.lastAt = lastAt
        self.attempts = attempts
        self.correct = correct
        self.diagrams = diagrams
        self.labs = labs
        self.help = help
    }
}

/// Members of one group, or all whom the caller may see.
public struct Cohort: Sendable, Equatable {
    /// What a cohort can do in one category.
    public struct CategoryShare: Sendable, Equatable {
        /// The category's letter.
        public let category: String
        /// The mean over members with evidence; `nil` without any.
        public let mastery: Double?
        /// Members with evidence.
        public let learners: Int
        /// Their attempts.
        public let attempts: Int

        /// A share.
        public init(category: String, mastery: Double?, learners: Int, attempts: Int) {
            self.category = category
            self.mastery = mastery
            self.learners = learners
            self.attempts = attempts
        }
    }

    /// An item that is answered wrongly more often than the other answers of the same people lead one to expect.
    public struct MisleadingItem: Sendable, Equatable {
        /// The item.
        public let item: String
        /// The diagram, lab or incident it belongs to.
        public let content: String
        /// What it belongs to; `nil` if that is gone.
        public let kind: ContentKind?
        /// Its title; empty if it is gone.
        public let title: String
        /// Answers.
        public let attempts: Int
        /// The share that was right.
        public let correctFraction: Double
        /// The share to be expected from the other answers of the same people.
        public let expectedFraction: Double
        /// Why it stands here, in a sentence.
        public let reason: String

        /// An item.
        public init(
            item: String,
            content: String,
            kind: ContentKind?,
            title: String,
            attempts: Int,
            correctFraction: Double,
            expectedFraction: Double,
            reason: String
        ) {
            self.item = item
            self.content = content
            self.kind = kind
            self.title = title
            self.attempts = attempts
            self.correctFraction = correctFraction
            self.expectedFraction = expectedFraction
            self.reason = reason
        }
    }

    /// The group, or `nil` for all whom the caller may see.
    public let group: GroupID?
    /// Its name.
    public let title: String
    /// Days that are looked at.
    public let days: Int
    /// By name, so that nobody is ranked.
    public let members: [CohortMember]
    /// By category.
    public let categories: [CategoryShare]
    /// The most misleading first.
    public let items: [MisleadingItem]
    /// When it was made.
    public let generatedAt: Timestamp

    /// A cohort.
    public init(
        group: GroupID?,
        title: String,
        days: Int,
        members: [CohortMember],
        categories: [CategoryShare],
        items: [MisleadingItem],
        generatedAt: Timestamp
    ) {
        self.group = group
        self.title = title
        self.days = days
        self.members = members
        self.categories = categories
        self.items = items
        self.generatedAt = generatedAt
    }
}

/// What one group's owners and moderators with the role of an instructor see of a learner.
public struct CohortView: Sendable, Equatable {
    /// The group.
    public let group: GroupID
    /// Its name.
    public let title: String
    /// Who sees it.
    public let viewers: [Person]
    /// The line they see.
    public let member: CohortMember

    /// A view.
    public init(group: GroupID, title: String, viewers: [Person], member: CohortMember) {
        self.group = group
        self.title = title
        self.viewers = viewers
        self.member = member
    }
}

/// How Atlas is used and how it is doing.
public struct OperatorReport: Sendable, Equatable {
    /// One day in UTC.
    public struct Day: Sendable, Equatable {
        /// As in `2026-11-30`.
        public let day: String
        /// Accounts that retrieved something.
        public let activeLearners: Int
        /// Retrievals.
        public let attempts: Int
        /// Events that clients sent.
        public let events: Int

        /// A day.
        public init(day: String, activeLearners: Int, attempts: Int, events: Int) {
            self.day = day
            self.activeLearners = activeLearners
            self.attempts = attempts
            self.events = events
        }
    }

    /// Accounts with any evidence.
    public let learners: Int
    /// The days, the oldest first.
    public let days: [Day]
    /// Points that time series hold.
    public let points: Int
    /// Bytes they take.
    public let bytes: Int
    /// The oldest point; `nil` without any.
    public let oldest: Timestamp?
    /// Events given up after all tries.
    public let deadLetters: Int
    /// The newest judgement of each kind of forecast.
    public let calibration: [CalibrationReport]
    /// When it was made.
    public let generatedAt: Timestamp

    /// A report.
    public init(
        learners: Int,
        days: [Day],
        points: Int,
        bytes: Int,
        oldest: Timestamp?,
        deadLetters: Int,
        calibration: [CalibrationReport],
        generatedAt: Timestamp
    ) {
        self.learners = learners
        self.days = days
        self.points = points
        self.bytes = bytes
        self.oldest = oldest
        self.deadLetters = deadLetters
        self.calibration = calibration
        self.generatedAt = generatedAt
    }
}
