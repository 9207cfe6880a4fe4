/// What a simulation saw.
public struct LoadReport: Sendable, Equatable {
    /// How a node is.
    public enum State: String, Sendable, CaseIterable {
        /// As when idle.
        case ok
        /// It takes three times as long, or 1 of 100 requests ends badly.
        case slow
        /// It turns requests away, 1 of 10 ends badly, or more wait than there are slots.
        case overloaded
        /// It is lost, or 9 of 10 requests end badly.
        case down
    }

    /// How a circuit breaker is.
    public enum Breaker: String, Sendable, CaseIterable {
        /// Calls pass.
        case closed
        /// Calls fail at once.
        case open
        /// One call at a time is tried.
        case halfOpen = "half-open"
    }

    /// What a node lived through in one interval, or in the whole run.
    public struct Sample: Sendable, Equatable {
        /// Requests that came.
        public var arrivals = 0
        /// Requests that were answered well.
        public var served = 0
        /// Requests that were turned away or answered with an error.
        public var failed = 0
        /// Callers that stopped waiting.
        public var timedOut = 0
        /// Arrivals that are there only because of a retry, here or further up.
        public var retried = 0
        /// Requests that found the line full.
        public var turnedAway = 0
        /// How many waited on average.
        public var queueMean = 0.0
        /// How many waited at most.
        public var queueMax = 0
        /// The share of slots in use, 0...1; 0 without a limit.
        public var utilisation = 0.0
        /// Milliseconds from arrival to answer, of those served.
        public var mean = 0.0
        /// Milliseconds before service began.
        public var meanWait = 0.0
        /// Half of those served took less, in milliseconds.
        public var p50 = 0.0
        /// 99 of 100 of those served took less, in milliseconds.
        public var p99 = 0.0
        /// The share of look-ups that a cache answered itself; `nil` for no cache.
        public var hitRatio: Double?
        /// How the node is.
        public var state = State.ok
    }

    /// One node.
    public struct Node: Sendable, Equatable, Identifiable {
        /// The node of the graph.
        public var id: String
        /// What to call it.
        public var name: String
        /// What it is.
        public var kind: NodeKind
        /// One per interval.
        public var samples: [Sample]
        /// The whole run.
        public var total: Sample
        /// Requests that were neither served nor failed when the run ended.
        public var inFlight: Int
    }

    /// What went over an edge in one interval, or in the whole run.
    public struct Calls: Sendable, Equatable {
        /// Attempts that were made.
        public var calls = 0
        /// Attempts that failed, in whatever way.
        public var failed = 0
        /// Attempts that were not answered in time.
        public var timedOut = 0
        /// Attempts that were not the first.
        public var retried = 0
        /// Retries for which there was no budget.
        public var withheld = 0
        /// Calls that met an open breaker.
        public var refused = 0
        /// Callers that went on without.
        public var fallbacks = 0
        /// The breaker at the end; `nil` for none.
        public var breaker: Breaker?

        mutating func add(_ other: Calls) {
            calls += other.calls
            failed += other.failed
            timedOut += other.timedOut
            retried += other.retried
            withheld += other.withheld
            refused += other.refused
            fallbacks += other.fallbacks
            breaker = other.breaker
        }
    }

    /// One edge.
    public struct Edge: Sendable, Equatable, Identifiable {
        /// The edge of the graph.
        public var id: String
        /// One per interval.
        public var samples: [Calls]
        /// The whole run.
        public var total: Calls
    }

    /// What users saw in one interval, or in the whole run.
    public struct Users: Sendable, Equatable {
        /// Requests that came.
        public var offered = 0
        /// Requests that were answered well and in time.
        public var good = 0
        /// Requests that were answered well but too late.
        public var late = 0
        /// Requests that were not answered well.
        public var failed = 0
        /// Requests that were answered, but without something optional.
        public var degraded = 0
        /// Half of those answered took less, in milliseconds.
        public var p50 = 0.0
        /// 99 of 100 of those answered took less, in milliseconds.
        public var p99 = 0.0

        /// The share of ended requests that were not good, 0...1.
        public var errorRate: Double {
            let ended = good + late + failed
            return ended > 0 ? Double(late + failed) / Double(ended) : 0
        }

        mutating func add(_ other: Users) {
            offered += other.offered
            good += other.good
            late += other.late
            failed += other.failed
            degraded += other.degraded
        }
    }

    /// Something worth knowing.
    public struct Finding: Sendable, Equatable {
        /// What it is about.
        public enum Kind: String, Sendable, CaseIterable {
            /// All went well.
            case fine
            /// Users saw errors.
            case errors
            /// The busiest node.
            case bottleneck
            /// A line was full.
            case full
            /// Retries multiplied the load.
            case retries
            /// A budget held retries back.
            case budget
            /// A breaker opened.
            case breaker
            /// A cache was cold.
            case cold
            /// Messages piled up.
            case backlog
            /// Users were served again.
            case recovered
            /// The trigger was gone and users were still not served.
            case metastable
            /// The run reached a limit.
            case stopped
        }

        /// What it is about.
        public var kind: Kind
        /// Seconds since the start; `nil` for the whole run.
        public var at: Double?
        /// The node that it is about.
        public var node: String?
        /// The edge that it is about.
        public var edge: String?
        /// One sentence.
        public var text: String
    }

    /// What was played, with all defaults filled in.
    public var scenario: LoadScenario
    /// The limit that ended the run early; `nil` when it ran to its end.
    public var stopped: String?
    /// How far it ran, in seconds.
    public var seconds: Double
    /// One per interval.
    public var users: [Users]
    /// The whole run.
    public var total: Users
    /// Requests of users that were still under way at the end.
    public var inFlight: Int
    /// Mean of the users' times in milliseconds, of those answered.
    public var mean: Double
    /// How many events were played.
    public var events: Int
    /// One per node, in the order of the graph.
    public var nodes: [Node]
    /// One per edge that carries calls, in the order of the graph.
    public var edges: [Edge]
    /// What is worth knowing, the most important first.
    public var findings: [Finding]

    /// The node with this identifier.
    public func node(_ id: String) -> Node? {
        nodes.first { $0.id == id }
    }

    /// The edge with this identifier.
    public func edge(_ id: String) -> Edge? {
        edges.first { $0.id == id }
    }
}
