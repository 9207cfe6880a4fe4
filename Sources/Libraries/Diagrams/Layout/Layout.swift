/// Where everything is drawn.
public struct Layout: Sendable, Equatable {
    /// Text set in lines, with the box that it fills.
    public struct Label: Sendable, Equatable {
        /// The box, with some room around the text.
        public var frame: Rect
        /// One entry per line.
        public var lines: [String]

        /// Makes a label.
        public init(frame: Rect, lines: [String]) {
            self.frame = frame
            self.lines = lines
        }
    }

    /// Where a node is.
    public struct NodeFrame: Sendable, Equatable {
        /// The node.
        public var id: String
        /// The outline lies within this box and touches it.
        public var frame: Rect
        /// The text of the label, in lines; inside `frame` unless the shape is a mark or a person.
        public var text: Label
        /// The middle of the kind's icon, left of the text; `nil` when the kind is unknown.
        public var icon: Point?
        /// What stands above the label of a class, such as «interface».
        public var header: Label?
        /// Fields and methods of a class, attributes of an entity, further lines of a state.
        public var compartments: [Compartment] = []
    }

    /// A part of a box below its label.
    public struct Compartment: Sendable, Equatable {
        /// Where the line above it is.
        public var y: Double
        /// What is written, from top to bottom.
        public var cells: [Cell]
    }

    /// A member, or a part of it that has a column of its own.
    public struct Cell: Sendable, Equatable {
        /// What the text is.
        public enum Part: String, Sendable, CaseIterable {
            /// The whole member.
            case member
            /// The type of an attribute.
            case type
            /// The name of an attribute.
            case name
            /// The keys of an attribute.
            case keys
            /// The comment of an attribute.
            case comment
        }

        /// The position in `Node.members`.
        public var member: Int
        /// What the text is.
        public var part: Part
        /// The text.
        public var text: Label
    }

    /// Where an edge runs.
    public struct EdgeRoute: Sendable, Equatable {
        /// The edge.
        public var id: String
        /// From the border of one node to the border of the other; empty when the edge is invisible.
        public var curve: Curve
        /// What is written on the edge.
        public var label: Label?
        /// The number of a message, where it is shown.
        public var number: Int?
        /// What is written where the edge starts.
        public var tailLabel: Label?
        /// What is written where the edge ends.
        public var headLabel: Label?
    }

    /// Where a group is.
    public struct GroupFrame: Sendable, Equatable {
        /// The group.
        public var id: String
        /// Around all members.
        public var frame: Rect
        /// The title, inside `frame` at the top.
        public var title: Label
        /// 0 for a group that is in no other.
        public var depth: Int
    }

    /// The line below a participant.
    public struct Lifeline: Sendable, Equatable {
        /// The participant.
        public var node: String
        /// Where it starts.
        public var start: Point
        /// Where it ends.
        public var end: Point
        /// Whether a cross marks the end.
        public var isDestroyed: Bool
        /// The participant once more at the foot of a long diagram.
        public var footer: Rect?
    }

    /// A bar on a lifeline.
    public struct Activation: Sendable, Equatable {
        /// The participant.
        public var node: String
        /// The bar.
        public var frame: Rect
    }

    /// A frame around messages.
    public struct Fragment: Sendable, Equatable {
        /// What it means.
        public var block: SequenceBlock
        /// Around the messages.
        public var frame: Rect
        /// The word in the corner.
        public var tab: Label
        /// What is written beside the word.
        public var label: Label?
        /// The further sections.
        public var sections: [Section]
        /// 0 for the outermost.
        public var depth: Int
    }

    /// A further section of a fragment.
    public struct Section: Sendable, Equatable {
        /// Where the dividing line is.
        public var y: Double
        /// What is written below the line.
        public var label: Label?
    }

    /// A note.
    public struct Note: Sendable, Equatable {
        /// The position in `Graph.items` of a sequence diagram, in `Graph.notes` of any other.
        public var item: Int
        /// The paper.
        public var text: Label
        /// The line to what the note is about; empty when there is none.
        public var link = Curve(points: [])
    }

    /// The whole picture, from the origin.
    public var size: Size
    /// In the order of `Graph.nodes`.
    public var nodes: [NodeFrame] = []
    /// In the order of `Graph.edges`.
    public var edges: [EdgeRoute] = []
    /// In the order of `Graph.groups`.
    public var groups: [GroupFrame] = []
    /// In the order of `Graph.nodes`; only in a sequence diagram.
    public var lifelines: [Lifeline] = []
    /// Outer bars before inner ones.
    public var activations: [Activation] = []
    /// Outer fragments before inner ones.
    public var fragments: [Fragment] = []
    /// In order of appearance.
    public var notes: [Note] = []

    init(size: Size) {
        self.size = size
    }
}

/// Places a graph on the plane.
public enum LayoutEngine {
    /// The layout of a graph; the same graph always gives the same layout.
    public static func layout(_ graph: Graph) -> Layout {
        switch graph.kind {
        case .flowchart, .state, .classes, .entities: FlowchartLayout.layout(graph)
        case .sequence: SequenceLayout.layout(graph)
        case .timeline: TimelineLayout.layout(graph)
        }
    }
}
