/// A diagram as data: what is drawn, searched, spoken and simulated.
///
/// `nodes` and `edges` are in the order of first mention. For a sequence diagram the participants are the nodes, the
/// messages are the edges, and `items` holds the order of events. For a state diagram the nodes of a composite state
/// follow those around it, the transitions within it come before. For a timeline each time is followed by its events;
/// edges lead from time to time and from a time to its events.
public struct Graph: Sendable, Equatable {
    /// The Mermaid language that the diagram is written in.
    public enum Kind: String, Sendable, CaseIterable {
        /// `flowchart` or `graph`.
        case flowchart
        /// `sequenceDiagram`.
        case sequence
        /// `stateDiagram` or `stateDiagram-v2`.
        case state
        /// `classDiagram`.
        case classes = "class"
        /// `erDiagram`.
        case entities = "er"
        /// `timeline`.
        case timeline

        /// What to call such a diagram, such as "state diagram".
        public var words: String {
            switch self {
            case .flowchart: "flowchart"
            case .sequence: "sequence diagram"
            case .state: "state diagram"
            case .classes: "class diagram"
            case .entities: "entity-relationship diagram"
            case .timeline: "timeline"
            }
        }
    }

    /// Where the flow of a diagram or of a group goes.
    public enum Direction: String, Sendable, CaseIterable {
        /// Top to bottom; `TD` is read as this.
        case topToBottom = "TB"
        /// Bottom to top.
        case bottomToTop = "BT"
        /// Left to right.
        case leftToRight = "LR"
        /// Right to left.
        case rightToLeft = "RL"
    }

    /// Which language the graph came from.
    public var kind: Kind
    /// Where the flow goes; of no effect in a sequence diagram and a timeline.
    public var direction: Direction
    /// From the front matter or a `title` line.
    public var title: String?
    /// `accTitle`: a title for those who do not see the picture.
    public var accessibleTitle: String?
    /// `accDescr`: a description for those who do not see the picture.
    public var accessibleDescription: String?
    /// Boxes, participants, states, classes, entities, times and events.
    public var nodes: [Node]
    /// Connections, messages, transitions and relations.
    public var edges: [Edge]
    /// Subgraphs, boxes, composite states, namespaces, sections; a parent comes before its children.
    public var groups: [Group]
    /// What happens in a sequence diagram, from top to bottom; empty in the other kinds.
    public var items: [SequenceItem]
    /// Notes of a state or class diagram.
    public var notes: [GraphNote]

    /// Makes a graph.
    public init(
        kind: Kind,
        direction: Direction = .topToBottom,
        title: String? = nil,
        nodes: [Node] = [],
        edges: [Edge] = [],
        groups: [Group] = [],
        items: [SequenceItem] = [],
        notes: [GraphNote] = []
    ) {
        self.kind = kind
        self.direction = direction
        self.title = title
        self.nodes = nodes
        self.edges = edges
        self.groups = groups
        self.items = items
        self.notes = notes
    }
}

extension Graph {
    /// The same graph with every line number set to zero, to compare two sources by meaning.
    public var withoutLines: Graph {
        var copy = self
        for index in copy.nodes.indices { copy.nodes[index].line = 0 }
        for index in copy.edges.indices { copy.edges[index].line = 0 }
        for index in copy.groups.indices { copy.groups[index].line = 0 }
        for index in copy.notes.indices { copy.notes[index].line = 0 }
        return copy
    }

    /// The node with this identifier.
    public func node(_ id: String) -> Node? {
        nodes.first { $0.id == id }
    }

    /// The edge with this identifier.
    public func edge(_ id: String) -> Edge? {
        edges.first { $0.id == id }
    }

    /// The group with this identifier.
    public func group(_ id: String) -> Group? {
        groups.first { $0.id == id }
    }

    /// What a node is connected with.
    public struct Neighbours: Sendable, Equatable {
        /// Edges that end at the node, in order of appearance.
        public var incoming: [Edge]
        /// Edges that start at the node, in order of appearance; a self-loop is in both.
        public var outgoing: [Edge]
    }

    /// The visible edges at a node; empty when there is no such node.
    public func neighbours(of nodeID: String) -> Neighbours {
        let visible = edges.filter { $0.arrow.line != .invisible }
        return Neighbours(
            incoming: visible.filter { $0.to == nodeID },
            outgoing: visible.filter { $0.from == nodeID }
        )
    }

    /// What to call an end of an edge: the label of the node or group, on one line.
    public func name(of id: String) -> String {
        if let node = node(id) { return node.name }
        if let group = group(id) { return group.label.onOneLine }
        return id
    }

    /// An edge's arrow as Mermaid writes it, such as `-->` or `->>`.
    public func sign(of edge: Edge) -> String {
        switch kind {
        case .flowchart, .timeline: FlowchartPrinter.sign(of: edge.arrow)
        case .sequence: MessageArrow.sign(of: edge.arrow)
        case .state: "-->"
        case .classes: RelationSign.classSign(of: edge.arrow)
        case .entities: RelationSign.entitySign(of: edge.arrow)
        }
    }
}
