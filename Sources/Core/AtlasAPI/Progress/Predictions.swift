public import AtlasCore

/// What learners said would happen before they were shown what does.
public protocol Predictions: Sendable {
    /// Scores a prediction and stores it with its event, in one transaction, before this returns.
    ///
    /// The same id a second time returns what was stored the first time.
    ///
    /// - Throws: `AtlasError` — `.unauthenticated`; `.notFound` if the item is not there for the caller; `.invalid` with
    ///   the field that is wrong.
    func record(_ prediction: NewPrediction, as caller: Caller) async throws -> Prediction

    /// The predictions of `user`, newest first; the caller must be that user or an admin.
    ///
    /// - Parameter limit: 1...100.
    /// - Throws: `AtlasError.notFound` for somebody else's.
    func predictions(of user: UserID, limit: Int, as caller: Caller) async throws -> [Prediction]

    /// How good the predictions of `user` were: only the first one on each question counts.
    ///
    /// - Throws: `AtlasError.notFound` for somebody else's.
    func record(of user: UserID, as caller: Caller) async throws -> PredictionRecord
}

/// What a prediction is about.
public enum PredictionQuestion: Sendable, Equatable {
    /// What becomes of a diagram's nodes when these parts are lost.
    case losing([String], from: DiagramID)
    /// How an incident's nodes do after a step of its timeline, counted from 1.
    case step(Int, of: IncidentID)
}

/// A prediction before it is scored.
public struct NewPrediction: Sendable, Equatable {
    /// What is said of one node.
    public struct Guess: Sendable, Equatable {
        /// The node's id.
        public let node: String
        /// `works`, `degraded` or `fails` in a diagram; `ok`, `slow`, `overloaded` or `down` in an incident.
        public let state: String

        /// A guess.
        public init(node: String, state: String) {
            self.node = node
            self.state = state
        }
    }

    /// Chosen by the client, 1 to 64 letters, digits, `-` and `_`; makes sending it twice harmless.
    public let id: String
    /// What it is about.
    public let question: PredictionQuestion
    /// How sure the learner is, in per cent, 50...99.
    public let confidence: Int
    /// Nodes without a guess are said to work, or, in an incident, to stay as they are.
    public let guesses: [Guess]

    /// A prediction.
    public init(id: String, question: PredictionQuestion, confidence: Int, guesses: [Guess]) {
        self.id = id
        self.question = question
        self.confidence = confidence
        self.guesses = guesses
    }
}

/// A prediction with what was true.
public struct Prediction: Sendable, Equatable {
    /// What was said of one node, and what was so.
    public struct Outcome: Sendable, Equatable, Codable {
        /// The node's id.
        public let node: String
        /// What the learner said.
        public let guess: String
        /// What the model or the report says.
        public let truth: String

        /// An outcome.
        public init(node: String, guess: String, truth: String) {
            self.node = node
            self.guess = guess
            self.truth = truth
        }

        /// Whether the learner was right.
        public var isRight: Bool { guess == truth }
    }

    /// As the client chose it.
    public let id: String
    /// What it is about.
    public let question: PredictionQuestion
    /// Per cent.
    public let confidence: Int
    /// Per node in the graph's order, without what the question itself took away.
    public let outcomes: [Outcome]
    /// The mean over the nodes of −ln p for a right and −ln (1 − p) for a wrong one, p being the stated confidence.
    public let logLoss: Double
    /// 1 for the first prediction on this question, the only one that counts.
    public let attempt: Int
    /// When.
    public let at: Timestamp

    /// A prediction.
    public init(
        id: String,
        question: PredictionQuestion,
        confidence: Int,
        outcomes: [Outcome],
        logLoss: Double,
        attempt: Int,
        at: Timestamp
    ) {
        self.id = id
        self.question = question
        self.confidence = confidence
        self.outcomes = outcomes
        self.logLoss = logLoss
        self.attempt = attempt
        self.at = at
    }

    /// On how many nodes the learner was right.
    public var right: Int { outcomes.count(where: \.isRight) }
}

/// How good somebody's predictions were, first ones only, weighted by the number of nodes.
public struct PredictionRecord: Sendable, Equatable {
    /// Questions predicted.
    public let questions: Int
    /// Nodes on which the learner was right.
    public let right: Int
    /// Nodes in all.
    public let nodes: Int
    /// The mean of the stated confidence, per cent; `nil` without predictions.
    public let confidence: Double?
    /// The mean log loss; `nil` without predictions.
    public let logLoss: Double?

    /// A record.
    public init(questions: Int, right: Int, nodes: Int, confidence: Double?, logLoss: Double?) {
        self.questions = questions
        self.right = right
        self.nodes = nodes
        self.confidence = confidence
        self.logLoss = logLoss
    }
}
