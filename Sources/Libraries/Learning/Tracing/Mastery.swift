/// How well a learner has a skill, for a map of what they know.
public struct Mastery: Sendable, Equatable {
    /// The chance to answer a new item of average difficulty on this skill correctly, 0…1.
    public var chance: Double
    /// How many answers on the skill stand behind it.
    public var answers: Int
    /// The standard deviation of Beta(1 + recent wins, 1 + recent fails): 0.29 without answers, smaller with more.
    public var uncertainty: Double
}

extension KnowledgeModel {
    /// What the model believes of one skill of a learner; what came just before plays no part.
    public func mastery(of skill: UInt64, learner: LearnerState) -> Mastery {
        let known = learner.skills[skill] ?? LearnerState.Skill()
        let wins = known.recentWins + 1
        let fails = known.recentFails + 1
        let sum = wins + fails
        return Mastery(
            chance: Elementary.logistic(averageItemLogit(of: skill, learner)),
            answers: Int(known.wins + known.fails),
            uncertainty: (wins * fails / (sum * sum * (sum + 1))).squareRoot()
        )
    }
}
