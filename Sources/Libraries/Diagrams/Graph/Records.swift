/// What the catalogue says about a node.
public struct NodeRecord: Sendable, Equatable, Identifiable {
    /// A quantity with where it comes from.
    public struct Number: Sendable, Equatable {
        /// What is measured, such as "p99 latency".
        public var name: String
        /// The value with its unit, such as "5 ms".
        public var value: String
        /// A source, or "illustrative".
        public var source: String

        /// Makes a number.
        public init(name: String, value: String, source: String) {
            self.name = name
            self.value = value
            self.source = source
        }
    }

    /// The identifier of the node in the diagram.
    public var id: String
    /// What the node is.
    public var kind: NodeKind
    /// How many copies run, at least 1.
    public var replicas: Int
    /// Whether losing the node loses state.
    public var stateful: Bool
    /// Why it is there.
    public var purpose: String
    /// What no longer works without it.
    public var ifLost: String
    /// Capacities, latencies and the like.
    public var numbers: [Number]
    /// Topics of the syllabus, such as "E1".
    public var topics: [String]
    /// Where the record is written, counted from 1.
    public var line: Int
    /// How many replicas must be up for the node to work; `nil` for one.
    public var quorum: Int?

    /// Makes a record.
    public init(
        id: String,
        kind: NodeKind,
        replicas: Int = 1,
        stateful: Bool = false,
        purpose: String = "",
        ifLost: String = "",
        numbers: [Number] = [],
        topics: [String] = [],
        line: Int = 0,
        quorum: Int? = nil
    ) {
        self.id = id
        self.kind = kind
        self.replicas = replicas
        self.stateful = stateful
        self.purpose = purpose
        self.ifLost = ifLost
        self.numbers = numbers
        self.topics = topics
        self.line = line
        self.quorum = quorum
    }
}

/// What the catalogue says about an edge.
public struct EdgeRecord: Sendable, Equatable {
    /// Whether the caller waits.
    public enum Mode: String, Sendable, CaseIterable {
        /// The caller waits for the answer.
        case sync
        /// The caller goes on.
        case async
    }

    /// The node where the edge starts.
    public var from: String
    /// The node where the edge ends.
    public var to: String
    /// The number of the message, counted from 1; `nil` in a flowchart.
    public var step: Int?
    /// Whether the caller waits.
    public var mode: Mode
    /// Such as "HTTPS" or "SQL".
    public var protocolName: String
    /// Whether the caller fails without it.
    public var required: Bool
    /// What travels over it.
    public var carries: String
    /// What the caller does without it.
    public var fallback: String?
    /// Where the record is written, counted from 1.
    public var line: Int

    /// Makes a record.
    public init(
        from: String,
        to: String,
        step: Int? = nil,
        mode: Mode = .sync,
        protocolName: String = "",
        required: Bool = true,
        carries: String = "",
        fallback: String? = nil,
        line: Int = 0
    ) {
        self.from = from
        self.to = to
        self.step = step
        self.mode = mode
        self.protocolName = protocolName
        self.required = required
        self.carries = carries
        self.fallback = fallback
        self.line = line
    }
}
