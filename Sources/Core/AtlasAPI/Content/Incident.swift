public import AtlasCore

/// An outage that really happened, with its timeline.
public final class Incident: Sendable {
    /// Id, title, category … The header's summary is the short account.
    public let header: ItemHeader
    /// Whose.
    public let company: String
    /// ISO date, local to the company's report.
    public let date: String
    /// In words, as in "5 hours".
    public let duration: String
    /// One line.
    public let rootCause: String
    /// Facets, as in `wide-push`.
    public let patterns: [String]
    /// The company's own report.
    public let report: SourceLink
    /// The parts involved.
    public let picture: Picture
    /// The prose as safe HTML.
    public let bodyHTML: String
    /// In order.
    public let timeline: [TimelineStep]
    /// What to take home.
    public let lessons: [String]
    /// Diagrams that explain the mechanism.
    public let related: [DiagramID]
    /// What its author wants recalled.
    public let cards: [AuthoredCard]

    /// An incident.
    public init(
        header: ItemHeader,
        company: String,
        date: String,
        duration: String,
        rootCause: String,
        patterns: [String],
        report: SourceLink,
        picture: Picture,
        bodyHTML: String,
        timeline: [TimelineStep],
        lessons: [String],
        related: [DiagramID],
        cards: [AuthoredCard] = []
    ) {
        self.header = header
        self.company = company
        self.date = date
        self.duration = duration
        self.rootCause = rootCause
        self.patterns = patterns
        self.report = report
        self.picture = picture
        self.bodyHTML = bodyHTML
        self.timeline = timeline
        self.lessons = lessons
        self.related = related
        self.cards = cards
    }

    /// Its id.
    public var id: IncidentID { IncidentID(header.id) }
}

/// One step of an incident.
public struct TimelineStep: Sendable, Equatable {
    /// A clock time, or an offset such as `+12 min`.
    public let at: String
    /// What happened.
    public let text: String
    /// The state of every node after this step, in the graph's order.
    public let states: [NodeState]

    /// A step.
    public init(at: String, text: String, states: [NodeState]) {
        self.at = at
        self.text = text
        self.states = states
    }
}

/// How one node does.
public struct NodeState: Sendable, Equatable {
    /// From well to gone.
    public enum State: String, Sendable, CaseIterable {
        /// Works.
        case ok
        /// Works slowly.
        case slow
        /// Has more work than it can do.
        case overloaded
        /// Does not work.
        case down
    }

    /// The node's id.
    public let node: String
    /// How it does.
    public let state: State
    /// True if this step changed it.
    public let changed: Bool

    /// A state.
    public init(node: String, state: State, changed: Bool) {
        self.node = node
        self.state = state
        self.changed = changed
    }
}
