/// What still works after something was lost: the answer of `Graph.failing`.
public struct FailureAnswer: Sendable, Equatable {
    /// How a node is.
    public enum State: String, Sendable, CaseIterable {
        /// As always.
        case works
        /// It answers, but slower, with less, or with old data.
        case degraded
        /// It does not answer.
        case fails
    }

    /// What became of one node.
    public struct NodeState: Sendable, Equatable, Identifiable {
        /// The node.
        public var id: String
        /// How it is.
        public var state: State
        /// Why, in one sentence.
        public var reason: String
        /// What led to it, the first cause first, this node last; empty when it works.
        public var chain: [String]
        /// Whether the question named it, or a group or a replica of it.
        public var isCause: Bool
        /// Whether a user would notice: it is a client, or nothing else needs it and it does not start work on its own.
        public var isUserFacing: Bool
    }

    /// One entry per node, in the order of the graph.
    public var nodes: [NodeState]
    /// What the question named but the graph does not have.
    public var unknown: [String]

    /// The state of a node; `nil` when there is no such node.
    public subscript(id: String) -> NodeState? {
        nodes.first { $0.id == id }
    }

    /// The nodes that fail because of the loss, without those that the question named, in the order of the graph.
    public var fails: [String] {
        nodes.filter { $0.state == .fails && !$0.isCause }.map { $0.id }
    }

    /// The nodes that are degraded because of the loss, in the order of the graph.
    public var degrades: [String] {
        nodes.filter { $0.state == .degraded && !$0.isCause }.map { $0.id }
    }

    /// What users have of the system: the nodes where a user would notice, in the order of the graph.
    public var capabilities: [NodeState] {
        nodes.filter { $0.isUserFacing }
    }
}

/// How far the loss of one node reaches.
public struct BlastRadius: Sendable, Equatable, Identifiable {
    /// The node that is lost.
    public var id: String
    /// How many other nodes fail.
    public var fails = 0
    /// How many other nodes are degraded.
    public var degrades = 0
    /// How many of those that fail a user would notice.
    public var capabilitiesDown = 0
    /// How many of those that are degraded a user would notice.
    public var capabilitiesDegraded = 0
}
