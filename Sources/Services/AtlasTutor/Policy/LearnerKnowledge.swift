public import AtlasAPI
public import AtlasCore

/// What the policy asks of other services about a learner.
public protocol LearnerKnowledge: Sendable {
    /// Whether the learner has answered an item of the reviews, so that its answer is no secret to them.
    func hasAnswered(_ item: ReviewItemID, as caller: Caller) async throws -> Bool

    /// A review item's question, answer and explanation, in plain words; `nil` if there is no such item.
    func item(_ item: ReviewItemID, of content: String, as caller: Caller) async throws -> KnownItem?

    /// The chance that the learner answers an average item of a category, 0...1; `nil` without evidence.
    func mastery(of category: String, as caller: Caller) async throws -> Double?

    /// The criteria of the learner's last check of a lab that did not pass.
    func failedChecks(of lab: LabID, as caller: Caller) async throws -> [LabCheckResult]
}

/// A review item in plain words.
public struct KnownItem: Sendable, Equatable {
    /// What is asked.
    public let question: String
    /// What is right.
    public let answer: String
    /// Why.
    public let explanation: String
    /// Nodes of the picture that the explanation points at.
    public let nodes: [String]

    /// An item.
    public init(question: String, answer: String, explanation: String, nodes: [String]) {
        self.question = question
        self.answer = answer
        self.explanation = explanation
        self.nodes = nodes
    }
}

/// What the other services of this process know.
public struct ServiceKnowledge: LearnerKnowledge {
    private let reviews: any Reviews
    private let analytics: any Analytics
    private let labs: any Labs

    /// Asks these services on behalf of the learner.
    public init(reviews: any Reviews, analytics: any Analytics, labs: any Labs) {
        self.reviews = reviews
        self.analytics = analytics
        self.labs = labs
    }

    /// Whether an answer to the item was graded, or its card reviewed.
    public func hasAnswered(_ item: ReviewItemID, as caller: Caller) async throws -> Bool {
        try await reviews.hasAnswered(item, as: caller)
    }

    /// The item as it is revealed after an answer.
    public func item(_ item: ReviewItemID, of content: String, as caller: Caller) async throws -> KnownItem? {
        guard let face = try await reviews.items(of: content, as: caller).first(where: { $0.id == item }) else {
            return nil
        }
        let answer = try await reviews.reveal(item, as: caller)
        return KnownItem(
            question: PlainSections.words(face.promptHTML),
            answer: PlainSections.words(answer.answerHTML),
            explanation: PlainSections.words(answer.explanationHTML),
            nodes: face.nodes
        )
    }

    /// The mean over kinds of evidence, each counted by its attempts.
    public func mastery(of category: String, as caller: Caller) async throws -> Double? {
        guard let user = caller.account?.user else { return nil }
        let map = try await analytics.skillMap(of: user, as: caller)
        let beliefs = map.cells.filter { $0.category == category }.map(\.belief)
        let attempts = beliefs.reduce(0) { $0 + ($1.mastery == nil ? 0 : $1.attempts) }
        guard attempts > 0 else { return nil }
        return beliefs.reduce(0) { $0 + ($1.mastery ?? 0) * Double($1.attempts) } / Double(attempts)
    }

    /// Of the newest attempt.
    public func failedChecks(of lab: LabID, as caller: Caller) async throws -> [LabCheckResult] {
        try await labs.attempts(of: lab, limit: 1, as: caller).first?.checks.filter { !$0.isPassed } ?? []
    }
}

extension PolicyQuestion.Mastery {
    /// Below it, somebody knows little.
    static let weakBelow = 0.45
    /// From here on, somebody knows much.
    static let strongFrom = 0.8

    init(_ chance: Double?) {
        guard let chance else {
            self = .unknown
            return
        }
        self = chance < Self.weakBelow ? .weak : chance >= Self.strongFrom ? .strong : .unknown
    }
}
