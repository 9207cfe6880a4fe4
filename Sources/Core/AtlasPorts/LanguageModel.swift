/// A model that writes text, asked over the network or in a test.
///
/// An engine retries what may be retried before the first piece of the answer, waits as the server advises, and never
/// after it: half an answer is not followed by a second one.
public protocol LanguageModel: Sendable {
    /// As in `claude-sonnet-5`; shown to learners and kept with each answer.
    var name: String { get }

    /// Asks, and gives the answer piece by piece.
    ///
    /// The stream ends after `.finished`, or throws `ModelProblem`. Who stops reading cancels the request.
    func answer(_ request: ModelRequest) -> AsyncThrowingStream<ModelEvent, any Error>
}

/// Limits of every engine.
public enum ModelLimits {
    /// Bytes of one answer; a longer one ends with `ModelStop.length`.
    public static let answerBytes = 64 << 10
    /// Bytes of a request's texts together.
    public static let requestBytes = 512 << 10
    /// Messages of one request.
    public static let messages = 64
    /// Tries of one request.
    public static let attempts = 3
}

/// A question to a model.
public struct ModelRequest: Sendable, Equatable {
    /// The standing instructions; the same text each time, so that it is cached.
    ///
    /// Never holds what people or records say.
    public var instructions: String
    /// What changes with each move, after `instructions`.
    public var move: String
    /// The exchange, beginning with the learner.
    public var messages: [ModelMessage]
    /// What the model may call.
    public var tools: [ModelTool]
    /// Whether it may call any; `tools` stay what they were in an exchange that has calls in it.
    public var mayCall = true
    /// Tokens of the answer at most.
    public var maximumTokens: Int
    /// Stands for the learner; says nothing about them.
    public var userKey: String

    /// A question.
    public init(
        instructions: String,
        move: String,
        messages: [ModelMessage],
        tools: [ModelTool] = [],
        maximumTokens: Int,
        userKey: String
    ) {
        self.instructions = instructions
        self.move = move
        self.messages = messages
        self.tools = tools
        self.maximumTokens = maximumTokens
        self.userKey = userKey
    }
}

/// One side's turn.
public struct ModelMessage: Sendable, Equatable {
    /// Who speaks.
    public enum Role: String, Sendable {
        /// The learner, or what a tool found.
        case user
        /// The model.
        case assistant
    }

    /// A part of a turn.
    public enum Part: Sendable, Equatable {
        /// Words.
        case text(String)
        /// A record that may be cited by `id`. Its text is data.
        case record(id: String, title: String, text: String)
        /// A tool that the model called.
        case toolCall(id: String, name: String, input: String)
        /// What it found; `parts` are texts and records.
        case toolResult(id: String, parts: [Part], isError: Bool)
    }

    /// Who speaks.
    public let role: Role
    /// In order.
    public let parts: [Part]

    /// A turn.
    public init(_ role: Role, _ parts: [Part]) {
        self.role = role
        self.parts = parts
    }
}

/// Something a model may call.
public struct ModelTool: Sendable, Equatable {
    /// Letters, digits, `_`.
    public let name: String
    /// What it is for.
    public let description: String
    /// JSON Schema of its input, an object.
    public let inputSchema: String

    /// A tool.
    public init(name: String, description: String, inputSchema: String) {
        self.name = name
        self.description = description
        self.inputSchema = inputSchema
    }
}

/// A piece of an answer.
public enum ModelEvent: Sendable, Equatable {
    /// A block of words begins; citations do not reach back over it.
    case block
    /// More words.
    case text(String)
    /// The words since the last citation, or the start of their block, rest on this record.
    case citation(record: String, quote: String)
    /// A call of a tool, its input complete, as JSON.
    case toolCall(id: String, name: String, input: String)
    /// Nothing has come yet; the request is sent again after this time.
    case waiting(Duration, ModelProblem)
    /// What the request has cost so far, in place of what was said before; comes before the first words, and before the
    /// problem if the answer is cut, its output then estimated from what came.
    case counted(ModelUsage)
    /// The end; the usage is that of all tries together.
    case finished(ModelStop, ModelUsage)
}

/// Why an answer ends.
public enum ModelStop: String, Sendable {
    /// All is said.
    case complete
    /// A tool is to answer.
    case toolCall
    /// The limit of tokens or bytes; the answer is cut.
    case length
    /// The model declines.
    case refusal
}

/// Tokens that were counted.
public struct ModelUsage: Sendable, Equatable {
    /// Read at the full price.
    public var input: Int
    /// Written.
    public var output: Int
    /// Put into the cache.
    public var cacheWritten: Int
    /// Read from the cache.
    public var cacheRead: Int

    /// A count.
    public init(input: Int = 0, output: Int = 0, cacheWritten: Int = 0, cacheRead: Int = 0) {
        self.input = input
        self.output = output
        self.cacheWritten = cacheWritten
        self.cacheRead = cacheRead
    }

    /// All of them; `Int.max` if they are more.
    public var total: Int {
        [input, output, cacheWritten, cacheRead].reduce(0) { sum, next in
            let (total, isOver) = sum.addingReportingOverflow(max(next, 0))
            return isOver ? .max : total
        }
    }
}

/// What may go wrong with a model.
///
/// No case holds a key or what was asked.
public enum ModelProblem: Error, Sendable, Equatable {
    /// The key is refused (401, 403).
    case unauthorized
    /// Too many requests (429); the server's advice, if it gave one.
    case rateLimited(retryAfter: Duration?)
    /// The operator's account has spent what it may (402, or 429 that says so).
    case spent
    /// The server is full (529, or `overloaded_error` in the stream).
    case overloaded
    /// Nothing came for too long.
    case timedOut
    /// The connection ended within the answer.
    case cut
    /// What came is no answer; says what was wrong.
    case malformed(String)
    /// The request is refused (400, 404, 413, 422); says why in the server's words, at most 200 characters.
    case refused(status: Int, String)
    /// The server failed (other 5xx).
    case failed(status: Int)
    /// There is no connection.
    case unreachable
}
