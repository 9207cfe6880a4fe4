/// What kind of evidence there is that somebody knows something: the columns of the skill map.
public enum Skill: String, Sendable, CaseIterable {
    /// A card was remembered or not.
    case recall
    /// A question was answered and graded by the machine.
    case explain
    /// A prediction was made before its answer was shown.
    case predict
    /// A check of a lab was passed or not.
    case perform = "do"
    /// The change that helps was chosen, or a design was scored.
    case design
}
