/// What a node is in the grammar of its diagram, where an outline alone does not say it.
public enum NodeRole: String, Sendable, CaseIterable {
    /// A box, participant, state, class or entity.
    case plain
    /// Where a state diagram or a composite state starts.
    case start
    /// Where a state diagram or a composite state ends.
    case end
    /// Where the flow parts into several at once.
    case fork
    /// Where several flows become one again.
    case join
    /// Where the flow goes one of several ways.
    case choice
    /// An interface that a class offers, drawn as a lollipop.
    case interface
    /// A time of a timeline.
    case period
    /// What happened at a time.
    case event
}
