/// What a client says of itself when it opens a board, or when it has missed something.
public struct BoardHello: Sendable, Equatable {
    /// The epoch of the board that the client knows; empty for none.
    public let epoch: String
    /// The number of the last event that it knows; 0 for none.
    public let seq: Int
    /// The id of its session.
    public let client: String

    /// A greeting.
    public init(epoch: String, seq: Int, client: String) {
        self.epoch = epoch
        self.seq = seq
        self.client = client
    }
}

/// What brings a client up to date.
public struct BoardWelcome: Sendable, Equatable {
    /// A record with its id.
    public struct Item: Sendable, Equatable {
        /// Its id.
        public let id: String
        /// The whole record.
        public let record: BoardRecord
    }

    /// Which life of the board this is; event numbers of another one mean nothing.
    public let epoch: String
    /// The number of the last event that is in here.
    public let seq: Int
    /// The number of the client's last push that the board has; 0 for none.
    public let acknowledged: Int
    /// Whether `items` is the whole board, or only what has changed since the client's last event.
    public let isFull: Bool
    /// Records by id.
    public let items: [Item]
    /// Ids of what was deleted since, by time; empty if `isFull`.
    public let deleted: [String]
}

/// What a client wants to change, as one atomic action.
public struct BoardPush: Sendable, Equatable {
    /// The id of the client's session.
    public let client: String
    /// Counts the client's pushes from 1, without a gap.
    public let number: Int
    /// What to change, or why that cannot be read; a push that cannot be read uses up its number all the same.
    public let contents: Result<[BoardOperation], BoardRefusal>

    /// A push.
    public init(client: String, number: Int, contents: Result<[BoardOperation], BoardRefusal>) {
        self.client = client
        self.number = number
        self.contents = contents
    }
}

/// A push that the board has, in the order in which all clients see them.
public struct BoardEvent: Sendable, Equatable {
    /// Counts the events of a board from 1, without a gap.
    public let seq: Int
    /// The id of the session that pushed.
    public let client: String
    /// The number of the push.
    public let number: Int
    /// The account that pushed.
    public let user: String
    /// What had an effect, in order; empty for a push that was refused.
    public let operations: [BoardOperation]

    /// An event.
    public init(seq: Int, client: String, number: Int, user: String, operations: [BoardOperation]) {
        self.seq = seq
        self.client = client
        self.number = number
        self.user = user
        self.operations = operations
    }
}

/// Why a message or what it asks for is not taken.
public struct BoardRefusal: Error, Sendable, Equatable, CustomStringConvertible {
    /// What kind of reason it is.
    public enum Code: String, Sendable {
        /// It breaks a rule of the protocol.
        case invalid = "INVALID"
        /// It, or the board with it, would be larger than allowed.
        case tooLarge = "PAYLOAD_TOO_LARGE"
    }

    /// What kind of reason it is.
    public let code: Code
    /// A sentence that says what is wrong and where.
    public let message: String

    /// A reason.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// Code and message.
    public var description: String { "\(code.rawValue): \(message)" }
}
