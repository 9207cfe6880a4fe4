public import AtlasCore

/// Answers questions about the catalogue, with the places that say so.
///
/// How much is said is decided by rules (a hint before an answer, nothing that is being graded), never by a model. Every
/// sentence is from a record, which it cites, or is marked as unsupported.
public protocol Tutor: Sendable {
    /// Asks, or comes back to the same question.
    ///
    /// The stream begins with the conversation and what was said so far, and ends after `.finished`. When the last reader
    /// has been gone for `TutorLimits.patience`, the answer is stopped and kept as it is.
    ///
    /// - Parameter question: A `clientID` that is known brings its answer back, whatever else is given.
    /// - Throws: `AtlasError` — `.invalid` with the field; `.notFound` for a context that does not exist or is not the
    ///   caller's to see; `.tooMany` with a time to wait when too many questions of the caller are being answered;
    ///   `.unavailable` with a time to wait for an answer that another process is writing.
    func ask(_ question: NewQuestion, as caller: Caller) async throws -> AsyncStream<AnswerEvent>

    /// Ends an answer that is being written; what was said is kept.
    func stop(_ answer: AnswerID, as caller: Caller) async throws -> TutorAnswer

    /// A conversation with its turns, oldest first.
    ///
    /// - Throws: `AtlasError.notFound` unless it is the caller's.
    func conversation(_ id: ConversationID, as caller: Caller) async throws -> Conversation

    /// The caller's conversations, the newest first.
    ///
    /// - Parameters:
    ///   - about: Only those about this diagram, lab or incident.
    ///   - before: Begins after this one.
    ///   - limit: 1...50.
    func conversations(
        about: String?,
        before: ConversationID?,
        limit: Int,
        as caller: Caller
    ) async throws -> ConversationPage

    /// Deletes a conversation and everything in it.
    ///
    /// - Returns: Whether there was one.
    func delete(_ id: ConversationID, as caller: Caller) async throws -> Bool

    /// Keeps what the caller thinks of an answer.
    ///
    /// - Parameter comment: At most `TutorLimits.comment` characters; an empty one leaves the one before.
    func rate(_ answer: AnswerID, isHelpful: Bool, comment: String, as caller: Caller) async throws -> TutorAnswer

    /// What answers, and what is left of the caller's budget.
    func state(as caller: Caller) async throws -> TutorState

    /// Whether the caller lets a model be sent how well they know a subject and what the last check of a lab saw.
    func setSharesProfile(_ shares: Bool, as caller: Caller) async throws -> TutorState
}

/// Limits that a client has to know.
public enum TutorLimits {
    /// Characters of a question, as Unicode counts them.
    public static let question = 2_000
    /// Nodes of a context.
    public static let nodes = 20
    /// Characters of a comment on an answer.
    public static let comment = 1_000
    /// Turns of a conversation; then a new one begins.
    public static let turns = 200
    /// Conversations of one account.
    public static let conversations = 1_000
    /// Questions of one account that are answered at a time.
    public static let atOnce = 3
    /// How long an answer is written on for nobody.
    public static let patience = Duration.seconds(10)
}

/// A marker for identifiers of conversations.
public enum ConversationEntity {}
/// A marker for identifiers of answers.
public enum AnswerEntity {}
/// The id of a conversation.
public typealias ConversationID = Identifier<ConversationEntity>
/// The id of an answer.
public typealias AnswerID = Identifier<AnswerEntity>

/// A question.
public struct NewQuestion: Sendable, Equatable {
    /// The client's, so that asking again is the same question; 1 to 64 letters, digits, `-` and `_`.
    public var clientID: String
    /// In the learner's words.
    public var text: String
    /// What the learner looks at.
    public var context: TutorContext
    /// What kind of help is wanted.
    public var intent: TutorIntent

    /// A question.
    public init(clientID: String, text: String, context: TutorContext, intent: TutorIntent = .ask) {
        self.clientID = clientID
        self.text = text
        self.context = context
        self.intent = intent
    }
}

/// What a learner looks at while asking.
public struct TutorContext: Sendable, Equatable {
    /// The diagram on the page.
    public var diagram: DiagramID?
    /// The lab on the page.
    public var lab: LabID?
    /// The incident on the page.
    public var incident: IncidentID?
    /// The conversation to go on with; `nil` begins one.
    public var conversation: ConversationID?
    /// Selected nodes or edges of the diagram, by id.
    public var nodes: [String]
    /// The item that the question is about, for `.whyWrong`.
    public var item: ReviewItemID?

    /// A context.
    public init(
        diagram: DiagramID? = nil,
        lab: LabID? = nil,
        incident: IncidentID? = nil,
        conversation: ConversationID? = nil,
        nodes: [String] = [],
        item: ReviewItemID? = nil
    ) {
        self.diagram = diagram
        self.lab = lab
        self.incident = incident
        self.conversation = conversation
        self.nodes = nodes
        self.item = item
    }
}

/// What kind of help is wanted.
public enum TutorIntent: String, Sendable, CaseIterable {
    /// A question in one's own words.
    case ask
    /// Explain the selected node or edge.
    case explain
    /// Ask me something about this.
    case quiz
    /// Why was my last answer to `item` wrong?
    case whyWrong
    /// One hint more on what was asked last.
    case hint
}

/// What the rules decided to do.
public enum TutorMove: String, Sendable, CaseIterable {
    /// Ask back what the learner thinks.
    case diagnose
    /// A hint.
    case hint
    /// A like case, worked through.
    case workedStep
    /// The answer.
    case answer
    /// A question for the learner.
    case quiz
    /// Nothing in the catalogue says it.
    case abstain
    /// It is being graded.
    case withhold
}

/// How an answer ended.
public enum AnswerStatus: String, Sendable, CaseIterable {
    /// It is being written.
    case writing
    /// All is said.
    case complete
    /// The learner ended it, or left.
    case stopped
    /// It was cut at its limit.
    case cut
    /// Nothing could be said; `note` says why.
    case failed
}

/// A place that an answer rests on.
public struct Citation: Sendable, Equatable {
    /// From 1, in the order of the text; `[1]` stands where it is cited.
    public let number: Int
    /// The record, as in `diagram/e1-cache-aside/node/db`.
    public let record: String
    /// As in "Cache-aside · Database".
    public let title: String
    /// The diagram it is in.
    public let diagram: DiagramID?
    /// The node it is about.
    public let node: String?
    /// The edge it is about.
    public let edge: String?
    /// The incident it is in.
    public let incident: IncidentID?
    /// The lab it is in.
    public let lab: LabID?
    /// Line, or step of an incident's timeline, from 1.
    public let line: Int?
    /// The words of the record.
    public let quote: String

    /// A citation.
    public init(
        number: Int,
        record: String,
        title: String,
        diagram: DiagramID? = nil,
        node: String? = nil,
        edge: String? = nil,
        incident: IncidentID? = nil,
        lab: LabID? = nil,
        line: Int? = nil,
        quote: String
    ) {
        self.number = number
        self.record = record
        self.title = title
        self.diagram = diagram
        self.node = node
        self.edge = edge
        self.incident = incident
        self.lab = lab
        self.line = line
        self.quote = quote
    }
}

/// A turn of the tutor.
public struct TutorAnswer: Sendable, Equatable {
    /// Its id.
    public let id: AnswerID
    /// The question's `clientID`.
    public let clientID: String
    /// Where it belongs.
    public let conversation: ConversationID
    /// Markdown without HTML, links or pictures; `[1]` stands where citation 1 is cited.
    public let text: String
    /// Safe HTML of `text`; a citation is `<a class="citation" href="…" data-citation="1">1</a>`, a sentence without support
    /// is in `<span class="unsupported">`.
    public let html: String
    /// Whether nothing in the catalogue says it.
    public let abstained: Bool
    /// 0 without a hint, 1...3 for hints, 4 for a worked step, 5 for an answer.
    public let hintLevel: Int
    /// What the rules decided.
    public let move: TutorMove
    /// How it ended.
    public let status: AnswerStatus
    /// In the order of their numbers.
    public let citations: [Citation]
    /// Sentences that no record supports.
    public let unsupported: Int
    /// What wrote it: a model's name, or `built-in`.
    public let writer: String
    /// What a learner should know, as in "The model did not answer".
    public let note: String?
    /// Counted for it; 0 for the built-in answerer.
    public let tokens: Int
    /// Whether the learner found it helpful; `nil` if they did not say.
    public let isHelpful: Bool?
    /// When the question came.
    public let createdAt: Timestamp
    /// From the question to the end, in milliseconds; to now while it is written.
    public let milliseconds: Int

    /// An answer.
    public init(
        id: AnswerID,
        clientID: String,
        conversation: ConversationID,
        text: String,
        html: String,
        abstained: Bool,
        hintLevel: Int,
        move: TutorMove,
        status: AnswerStatus,
        citations: [Citation],
        unsupported: Int,
        writer: String,
        note: String?,
        tokens: Int,
        isHelpful: Bool?,
        createdAt: Timestamp,
        milliseconds: Int
    ) {
        self.id = id
        self.clientID = clientID
        self.conversation = conversation
        self.text = text
        self.html = html
        self.abstained = abstained
        self.hintLevel = hintLevel
        self.move = move
        self.status = status
        self.citations = citations
        self.unsupported = unsupported
        self.writer = writer
        self.note = note
        self.tokens = tokens
        self.isHelpful = isHelpful
        self.createdAt = createdAt
        self.milliseconds = milliseconds
    }
}

/// What a reader of an answer sees, in order.
public enum AnswerEvent: Sendable, Equatable {
    /// The answer as it is; comes first, and again whenever what was said is replaced (a model that failed half-way).
    case answer(TutorAnswer)
    /// More text, at the end of what was said.
    case text(String)
    /// A record that the text so far cites.
    case citation(Citation)
    /// What a learner should know while waiting.
    case note(String)
    /// The whole answer, checked; what counts.
    case finished(TutorAnswer)
}

/// A conversation in a list.
public struct ConversationSummary: Sendable, Equatable {
    /// Its id.
    public let id: ConversationID
    /// The first question, at most 120 characters.
    public let title: String
    /// What it is about.
    public let context: TutorContext
    /// Questions in it.
    public let questions: Int
    /// When it began.
    public let startedAt: Timestamp
    /// When the last turn was.
    public let updatedAt: Timestamp

    /// A summary.
    public init(
        id: ConversationID,
        title: String,
        context: TutorContext,
        questions: Int,
        startedAt: Timestamp,
        updatedAt: Timestamp
    ) {
        self.id = id
        self.title = title
        self.context = context
        self.questions = questions
        self.startedAt = startedAt
        self.updatedAt = updatedAt
    }
}

/// Some of the caller's conversations, the newest first.
public struct ConversationPage: Sendable, Equatable {
    /// Of this page.
    public let conversations: [ConversationSummary]
    /// After which the next page begins; `nil` where this is the last.
    public let cursor: ConversationID?

    /// A page.
    ///
    /// - Parameters:
    ///   - found: One more than `limit` where there is another page.
    ///   - limit: At least 1.
    public init(found: [ConversationSummary], limit: Int) {
        conversations = Array(found.prefix(limit))
        cursor = found.count > limit ? conversations.last?.id : nil
    }
}

/// A conversation.
public struct Conversation: Sendable, Equatable {
    /// A question and its answer.
    public struct Turn: Sendable, Equatable {
        /// In the learner's words.
        public let question: String
        /// What kind of help was wanted.
        public let intent: TutorIntent
        /// What was selected in the picture.
        public let nodes: [String]
        /// The item whose answer was asked about.
        public let item: ReviewItemID?
        /// What was said.
        public let answer: TutorAnswer

        /// A turn.
        public init(
            question: String,
            intent: TutorIntent,
            nodes: [String],
            item: ReviewItemID?,
            answer: TutorAnswer
        ) {
            self.question = question
            self.intent = intent
            self.nodes = nodes
            self.item = item
            self.answer = answer
        }
    }

    /// What stands in a list.
    public let summary: ConversationSummary
    /// Oldest first.
    public let turns: [Turn]

    /// A conversation.
    public init(summary: ConversationSummary, turns: [Turn]) {
        self.summary = summary
        self.turns = turns
    }
}

/// What answers.
public struct TutorState: Sendable, Equatable {
    /// A model's name, or `built-in`.
    public let writer: String
    /// The embedder's id.
    public let embedder: String
    /// What a learner should know, as in "Without a key for a model, answers are made from the catalogue alone".
    public let notes: [String]
    /// Records that can be cited; 0 until the index is built.
    public let records: Int
    /// Tokens that the caller may still use today; `nil` without a model.
    public let tokensLeft: Int?
    /// When that is full again; `nil` without a model.
    public let resetsAt: Timestamp?
    /// Whether the caller lets a model be sent how well they know a subject and what the last check of a lab saw.
    public let sharesProfile: Bool

    /// A state.
    public init(
        writer: String,
        embedder: String,
        notes: [String],
        records: Int,
        tokensLeft: Int?,
        resetsAt: Timestamp?,
        sharesProfile: Bool
    ) {
        self.writer = writer
        self.embedder = embedder
        self.notes = notes
        self.records = records
        self.tokensLeft = tokensLeft
        self.resetsAt = resetsAt
        self.sharesProfile = sharesProfile
    }
}
