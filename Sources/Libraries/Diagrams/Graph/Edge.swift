/// A connection of a flowchart, a message, a transition between states, or a relation of classes or entities.
public struct Edge: Sendable, Equatable, Identifiable {
    /// `FROM-TO`, the second one `FROM-TO-2`; for messages `m1`, `m2` and so on.
    public var id: String
    /// Where it starts: a node, or a group in a flowchart.
    public var from: String
    /// Where it ends: a node, or a group in a flowchart.
    public var to: String
    /// What is written on it; `nil` for nothing, `\n` separates lines.
    public var label: String?
    /// How it is drawn.
    public var arrow: Arrow
    /// What the catalogue knows about the edge; `nil` until `annotated` finds it.
    public var record: EdgeRecord?
    /// The number of the message, counted from 1; `nil` outside of sequence diagrams.
    public var step: Int?
    /// Where the edge is written, counted from 1.
    public var line: Int
    /// What is written where a relation of classes starts, such as "0..1".
    public var tailLabel: String?
    /// What is written where a relation of classes ends, such as "1..*".
    public var headLabel: String?

    /// Makes an edge.
    public init(
        id: String,
        from: String,
        to: String,
        label: String? = nil,
        arrow: Arrow = Arrow(),
        record: EdgeRecord? = nil,
        step: Int? = nil,
        line: Int = 0,
        tailLabel: String? = nil,
        headLabel: String? = nil
    ) {
        self.id = id
        self.from = from
        self.to = to
        self.label = label
        self.arrow = arrow
        self.record = record
        self.step = step
        self.line = line
        self.tailLabel = tailLabel
        self.headLabel = headLabel
    }
}

/// How an edge is drawn.
public struct Arrow: Sendable, Equatable {
    /// The stroke.
    public enum Line: String, Sendable, CaseIterable {
        /// A thin line.
        case solid
        /// A line of dashes; in a sequence diagram usually a reply.
        case dotted
        /// A heavy line.
        case thick
        /// Takes part in the layout, is not drawn.
        case invisible
    }

    /// What sits at an end.
    public enum Head: String, Sendable, CaseIterable {
        /// Nothing.
        case none
        /// A filled arrow head.
        case arrow
        /// An open arrow head: nobody waits for this message.
        case open
        /// A small circle.
        case circle
        /// A cross: the message is lost.
        case cross
        /// A hollow triangle: inherits from or implements the class at this end.
        case triangle
        /// A hollow rhombus: the class at this end has the other.
        case hollowDiamond = "hollow-diamond"
        /// A filled rhombus: the class at this end owns the other.
        case filledDiamond = "filled-diamond"
        /// The class at this end is an interface, drawn as a lollipop.
        case lollipop
        /// Crow's foot: none or one of the entity at this end.
        case zeroOrOne = "zero-or-one"
        /// Crow's foot: one of the entity at this end.
        case exactlyOne = "exactly-one"
        /// Crow's foot: any number of the entity at this end.
        case zeroOrMore = "zero-or-more"
        /// Crow's foot: one or many of the entity at this end.
        case oneOrMore = "one-or-more"
    }

    /// The stroke.
    public var line: Line
    /// What sits where the edge starts.
    public var tail: Head
    /// What sits where the edge ends.
    public var head: Head
    /// How many ranks the edge spans at least, 1...`Limits.arrowLength`.
    public var length: Int

    /// Makes an arrow; without arguments `-->`.
    public init(line: Line = .solid, tail: Head = .none, head: Head = .arrow, length: Int = 1) {
        self.line = line
        self.tail = tail
        self.head = head
        self.length = length
    }
}
