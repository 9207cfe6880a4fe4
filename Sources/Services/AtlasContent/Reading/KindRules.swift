import AtlasAPI
import Diagrams

// What the catalogue asks of a diagram depends on the Mermaid kind; the rules are in `docs/catalogue.md`.

extension Diagram.View {
    /// The Mermaid kinds that may show this view of `topic`.
    func kinds(of topic: String?) -> [Graph.Kind] {
        switch self {
        case .structure:
            Graph.Kind.allCases.filter { $0 != .sequence || topic.flatMap(Syllabus.kind(ofTopic:)) == .sequence }
        case .failure: [.sequence, .state, .timeline]
        case .states: [.state]
        case .model: [.entities, .classes]
        case .flow: [.sequence]
        }
    }
}

extension Graph.Kind {
    /// Whether nodes are parts that run and may be lost, and edges are calls between them.
    var showsParts: Bool { self == .flowchart || self == .sequence }

    /// As in “a state diagram”.
    var withArticle: String { (self == .entities ? "an " : "a ") + words }

    /// What an edge is called in a sentence.
    var edgeWord: String {
        switch self {
        case .flowchart, .timeline: "edge"
        case .sequence: "message"
        case .state: "transition"
        case .classes, .entities: "relation"
        }
    }
}

extension Graph {
    /// Whether the node must be explained: marks of a state diagram and events of a timeline need not be.
    func needsRecord(_ node: Node) -> Bool { !node.role.isMark && node.role != .event }

    /// Whether the edge must have a label and be explained.
    func needsRecord(_ edge: Edge) -> Bool {
        guard edge.arrow.line != .invisible else { return false }
        switch kind {
        case .flowchart, .sequence, .classes, .entities: return true
        case .state: return node(edge.from)?.role.isMark != true && node(edge.to)?.role.isMark != true
        case .timeline: return false
        }
    }

    /// Whether there is no more of anything than a reader can follow.
    var isWithinLimits: Bool {
        explainedNodes <= ContentLimits.nodes && events <= ContentLimits.events && edges.count <= ContentLimits.edges
    }

    /// Nodes without marks and events.
    var explainedNodes: Int { nodes.count { needsRecord($0) } }

    /// Events of a timeline.
    var events: Int { nodes.count { $0.role == .event } }
}

extension NodeRole {
    /// A sign of the notation, which stands for no state.
    fileprivate var isMark: Bool {
        switch self {
        case .start, .end, .fork, .join, .choice: true
        case .plain, .interface, .period, .event: false
        }
    }
}
