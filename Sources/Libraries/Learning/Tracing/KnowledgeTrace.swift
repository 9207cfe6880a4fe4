/// What a knowledge model says of a log.
public enum KnowledgeTrace {
    /// How often a model sees the training answers before it is measured.
    public static let passes = 3

    /// How a model is used on answers that it was not fitted to.
    public enum Use: Sendable, CaseIterable {
        /// Its weights stay; only what it knows of the learner moves.
        case frozen
        /// It learns from every answer after it predicted it, as in production.
        case online
    }

    /// The chance of each answer being right, predicted before the answer is learned from, in the log's order.
    ///
    /// - Parameters:
    ///   - log: The answers; all are learned from, whatever their split.
    ///   - model: The model; the answers become part of it.
    public static func trace(_ log: AnswerLog, with model: inout KnowledgeModel) -> [Double] {
        pass(log, with: &model) { _ in true }
    }

    /// The chance of each answer being right after training on those that are for training.
    ///
    /// The last of `passes` goes through all answers in the log's order, so each learner's answers for testing are seen by
    /// a model that knows what stood before them. The predictions of answers for training were learned from before.
    ///
    /// - Returns: In the log's order.
    public static func predictions(_ log: AnswerLog, _ variant: KnowledgeVariant, _ use: Use) -> [Double] {
        var model = KnowledgeModel(variant)
        for _ in 1..<passes { train(log, &model) }
        return pass(log, with: &model) { use == .online || !$0.isTest }
    }

    private static func train(_ log: AnswerLog, _ model: inout KnowledgeModel) {
        var learners = Array(repeating: LearnerState(), count: log.learnerCount)
        for answer in log.answers where !answer.isTest {
            _ = model.answer(
                item: answer.item,
                skills: answer.skills,
                isCorrect: answer.isCorrect,
                learner: &learners[answer.learner]
            )
        }
    }

    private static func pass(
        _ log: AnswerLog,
        with model: inout KnowledgeModel,
        learns: (AnswerLog.Answer) -> Bool
    ) -> [Double] {
        var learners = Array(repeating: LearnerState(), count: log.learnerCount)
        return log.answers.map { answer in
            model.answer(
                item: answer.item,
                skills: answer.skills,
                isCorrect: answer.isCorrect,
                learner: &learners[answer.learner],
                learns: learns(answer)
            )
        }
    }
}
