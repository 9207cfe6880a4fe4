/// What a simulation may take at most.
///
/// A scenario that asks for more is refused; a run that reaches a limit stops there and says so.
public enum LoadLimits {
    /// Nodes of the graph.
    public static let nodes = 200
    /// Edges of the graph that carry calls.
    public static let edges = 1_000
    /// Simulated seconds.
    public static let seconds = 3_600.0
    /// Steps of the load, and likewise injected events.
    public static let steps = 100
    /// Events of one run: arrivals, ends of service, calls that are made or left out, timers.
    public static let events = 50_000_000
    /// Requests and messages alive at one time.
    public static let alive = 200_000
    /// Samples of one report: nodes and edges times intervals.
    public static let samples = 100_000
    /// Requests per second from one source.
    public static let rate = 100_000.0
    /// Service times, timeouts and waits, in milliseconds.
    public static let milliseconds = 600_000.0
    /// How many may wait at a node unless the scenario says otherwise.
    public static let defaultQueue = 1_000
    /// How many messages a queue or stream keeps unless the scenario says otherwise, and how many may wait anywhere.
    public static let defaultBacklog = 100_000
    /// Findings of one report.
    static let findings = 12
    /// The longest service time that is drawn, in nanoseconds.
    static let longestNanoseconds = 4e15
}

/// What is wrong with a scenario.
public struct LoadError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Where, such as `nodes.db.servers`.
    public var path: String
    /// What is wrong and what would be right.
    public var message: String

    /// Makes an error.
    public init(_ path: String, _ message: String) {
        self.path = path
        self.message = message
    }

    /// `path: message`.
    public var description: String { "\(path): \(message)" }
}
