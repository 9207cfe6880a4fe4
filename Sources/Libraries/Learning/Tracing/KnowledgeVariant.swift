/// How much of what happened just before a model looks at.
public enum KnowledgeVariant: String, Sendable, CaseIterable {
    /// Only counts and abilities.
    case base
    /// The last two answers as well; the safe choice.
    case lag2
    /// The last sixteen answers as well: where the order of items says much, or skills are tagged poorly.
    case full

    /// How many answers back a pair of items has a weight for its distance.
    var distances: Int {
        switch self {
        case .base: 0
        case .lag2: 2
        case .full: 8
        }
    }

    /// How many answers back a pair of items has a weight whatever its distance.
    var pairs: Int { self == .full ? LearnerState.recentLimit : 0 }
}
