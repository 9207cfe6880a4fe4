/// Predictions that a model has to beat.
public enum Baselines {
    /// The share of right answers in training, for every answer.
    public static func constant(_ log: AnswerLog) -> [Double] {
        Array(repeating: share(log), count: log.answers.count)
    }

    /// The share of right answers to the item in training, the overall share counted as one more answer.
    public static func itemMean(_ log: AnswerLog) -> [Double] {
        let overall = share(log)
        var tallies: [UInt64: (right: Double, all: Double)] = [:]
        for answer in log.answers where !answer.isTest {
            var tally = tallies[answer.item] ?? (overall, 1)
            tally.right += answer.isCorrect ? 1 : 0
            tally.all += 1
            tallies[answer.item] = tally
        }
        return log.answers.map { answer in
            let tally = tallies[answer.item] ?? (overall, 1)
            return tally.right / tally.all
        }
    }

    private static func share(_ log: AnswerLog) -> Double {
        var right = 0.0
        var all = 0.0
        for answer in log.answers where !answer.isTest {
            right += answer.isCorrect ? 1 : 0
            all += 1
        }
        return all > 0 ? right / all : 0.5
    }
}
