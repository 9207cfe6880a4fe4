/// What a simulation plays: how many come, how each part behaves, and what goes wrong when.
///
/// `Graph.loadScenario()` makes one with sensible values for every node and edge of a graph.
public struct LoadScenario: Sendable, Equatable {
    /// How a node serves.
    public struct Node: Sendable, Equatable, Identifiable {
        /// The node of the graph.
        public var id: String
        /// How many copies run.
        public var replicas = 1
        /// Slots per replica; 0 is no limit.
        public var servers = 32
        /// Mean service time in milliseconds.
        public var serviceMs = 10.0
        /// Whether service always takes the same time instead of an exponentially distributed one.
        public var isDeterministic = false
        /// Service takes 1 + this × waiting ÷ slots times as long.
        public var contention = 0.0
        /// How many may wait; for a queue or stream, how many messages it keeps.
        public var queue = LoadLimits.defaultQueue
        /// Whether a slot is held until all calls are answered.
        public var isBlocking = false
        /// Whether waiting requests whose caller gave up are thrown away.
        public var dropsExpired = false
        /// The share of requests that a full cache answers itself, 0...1; 0 for what is no cache.
        public var hitRatio = 0.0
        /// How many things a full cache holds.
        public var keys = 10_000
        /// Whether the cache starts empty.
        public var isCold = false
    }

    /// When calls over an edge are not even tried.
    public struct Breaker: Sendable, Equatable {
        /// How many of the last calls are looked at, 1...64.
        public var window = 20
        /// The share of them that must fail to open it.
        public var failures = 0.5
        /// How long it stays open, in milliseconds.
        public var openMs = 5_000.0
        /// How many calls in a row must succeed to close it again.
        public var probes = 3

        /// A breaker with usual values.
        public init() {}
    }

    /// How an edge is called.
    public struct Edge: Sendable, Equatable, Identifiable {
        /// The edge of the graph.
        public var id: String
        /// Calls per request of the caller; a fraction is left to chance.
        public var calls = 1.0
        /// How long the caller waits for one attempt, in milliseconds.
        public var timeoutMs = 1_000.0
        /// Further attempts after the first.
        public var retries = 2
        /// The longest wait before the second attempt in milliseconds; doubled for each further one.
        public var backoffMs = 100.0
        /// The share of the wait that is left to chance, 0...1.
        public var jitter = 1.0
        /// How many retries each first attempt allows; `nil` for no budget.
        public var budget: Double?
        /// How many retries may be saved up.
        public var budgetBurst = 10.0
        /// `nil` for none.
        public var breaker: Breaker?
        /// Whether it is called only when a cache of the same caller missed.
        public var isOnMiss = false
        /// Whether the node where the edge starts takes messages from the queue where it ends.
        public var pulls = false
    }

    /// From a time on, so many requests come.
    public struct Step: Sendable, Equatable {
        /// Seconds since the start.
        public var at: Double
        /// Requests per second.
        public var rate: Double
        /// Where they come in; `nil` for all entries together.
        public var node: String?

        /// Makes a step.
        public init(at: Double, rate: Double, node: String? = nil) {
            self.at = at
            self.rate = rate
            self.node = node
        }
    }

    /// Something that is done to the system.
    public struct Event: Sendable, Equatable {
        /// What is done.
        public enum Action: String, Sendable, CaseIterable {
            /// A node, replicas (`ID:N`), a group or an edge is lost.
            case kill
            /// What was lost or slow is as before.
            case restore
            /// A node or group takes `factor` times as long.
            case slow
            /// A cache is emptied.
            case flush
        }

        /// Seconds since the start.
        public var at: Double
        /// What is done.
        public var action: Action
        /// To what.
        public var target: String
        /// For `slow`.
        public var factor = 1.0

        /// Makes an event.
        public init(at: Double, _ action: Action, _ target: String, factor: Double = 1) {
            self.at = at
            self.action = action
            self.target = target
            self.factor = factor
        }
    }

    /// Which of the possible runs.
    public var seed: UInt32 = 1
    /// Length of the run.
    public var seconds = 60.0
    /// Seconds per sample.
    public var interval = 1.0
    /// How many seconds users wait; later answers are no good.
    public var patience = 5.0
    /// How many come.
    public var load = [Step(at: 0, rate: 100)]
    /// One per node, in the order of the graph.
    public var nodes: [Node]
    /// One per edge that carries calls, in the order of the graph.
    public var edges: [Edge]
    /// What is done to the system.
    public var events: [Event] = []

    /// The position of a node; `nil` when there is none.
    public func position(ofNode id: String) -> Int? {
        nodes.firstIndex { $0.id == id }
    }

    /// The position of an edge; `nil` when there is none.
    public func position(ofEdge id: String) -> Int? {
        edges.firstIndex { $0.id == id }
    }
}
