public import ArgumentParser
import AtlasCore
import Foundation
public import Learning

struct LearningCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "learning",
        abstract: "Try the model of what learners know on a file of answers.",
        discussion: "docs/learning-models.md has the model and what was measured.",
        subcommands: [Trace.self, Evaluate.self]
    )

    struct Trace: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print for each row the chance of a correct answer, predicted before the row is learned from."
        )

        @Option(help: "base, lag2 or full.")
        var variant: KnowledgeVariant
        @Option(help: "A CSV file, packed with gzip or not, with columns user, item, skills (joined by ;) and correct.")
        var csv: String

        func run() throws {
            let log = try AnswerFile.log(in: csv, hasSplit: false)
            var model = KnowledgeModel(variant)
            let lines = KnowledgeTrace.trace(log, with: &model).map { "\($0)\n" }
            FileHandle.standardOutput.write(Data(lines.joined().utf8))
        }
    }

    struct Evaluate: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Fit the model to the rows for training and print as JSON how well it predicts those for testing."
        )

        @Option(help: "base, lag2 or full.")
        var variant: KnowledgeVariant
        @Option(help: "As for trace, with a column split that says train or test.")
        var csv: String

        func run() throws {
            let log = try AnswerFile.log(in: csv, hasSplit: true)
            let test = log.answers.count { $0.isTest }
            guard test > 0, test < log.answers.count else {
                throw AtlasError(.invalid, "\(csv): the column split must have both train and test.")
            }
            let report = Report(
                variant: variant.rawValue,
                passes: KnowledgeTrace.passes,
                answers: Report.Answers(train: log.answers.count - test, test: test),
                frozen: Report.Model(log, variant, .frozen),
                online: Report.Model(log, variant, .online),
                baselines: Report.Baselines(
                    constant: Report.Scores(log, Baselines.constant(log)),
                    itemMean: Report.Scores(log, Baselines.itemMean(log))
                )
            )
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
            FileHandle.standardOutput.write(try encoder.encode(report) + Data("\n".utf8))
        }
    }
}

/// What `atlas learning evaluate` prints.
private struct Report: Encodable {
    struct Answers: Encodable {
        let train: Int
        let test: Int
    }

    /// A model and the processor time it took, training included.
    struct Model: Encodable {
        let scores: Scores
        let microsecondsPerEvent: Double

        init(_ log: AnswerLog, _ variant: KnowledgeVariant, _ use: KnowledgeTrace.Use) {
            let start = Self.processorSeconds()
            let predictions = KnowledgeTrace.predictions(log, variant, use)
            let seconds = Self.processorSeconds() - start
            let train = log.answers.count { !$0.isTest }
            let events = train * (KnowledgeTrace.passes - 1) + log.answers.count
            scores = Scores(log, predictions)
            microsecondsPerEvent = seconds * 1e6 / Double(events)
        }

        /// Of this process, so that a busy machine does not count.
        private static func processorSeconds() -> Double { Double(clock()) / Double(CLOCKS_PER_SEC) }

        func encode(to encoder: any Encoder) throws {
            try scores.encode(to: encoder)
            var container = encoder.container(keyedBy: Key.self)
            try container.encode(microsecondsPerEvent, forKey: .microsecondsPerEvent)
        }

        private enum Key: String, CodingKey {
            case microsecondsPerEvent
        }
    }

    /// Of the answers for testing.
    ///
    /// Intervals are of 95 %, over learners.
    struct Scores: Encodable {
        let auc: Double
        let aucInterval: [Double]
        let logLoss: Double
        let logLossInterval: [Double]
        let brier: Double
        let brierInterval: [Double]
        let ece: Double
        let eceEqualMass: Double
        let calibrationIntercept: Double?
        let calibrationSlope: Double?

        init(_ log: AnswerLog, _ predictions: [Double]) {
            let tested = log.answers.indices.filter { log.answers[$0].isTest }
            let chances = tested.map { predictions[$0] }
            let outcomes = tested.map { log.answers[$0].isCorrect }
            let evaluation = Evaluation(chances, outcomes)
            let bootstrap = Bootstrap(chances, outcomes, learners: tested.map { log.answers[$0].learner })
            auc = evaluation.auc
            aucInterval = [bootstrap.auc.low, bootstrap.auc.high]
            logLoss = evaluation.logLoss
            logLossInterval = [bootstrap.logLoss.low, bootstrap.logLoss.high]
            brier = evaluation.brier
            brierInterval = [bootstrap.brier.low, bootstrap.brier.high]
            ece = evaluation.calibrationError
            eceEqualMass = evaluation.calibrationErrorEqualMass
            calibrationIntercept = evaluation.calibration?.intercept
            calibrationSlope = evaluation.calibration?.slope
        }
    }

    struct Baselines: Encodable {
        let constant: Scores
        let itemMean: Scores
    }

    let variant: String
    let passes: Int
    let answers: Answers
    let frozen: Model
    let online: Model
    let baselines: Baselines
}

extension KnowledgeVariant: ExpressibleByArgument {}
