import Testing

@testable import Learning

private func refusal(_ csv: String, split: Bool = false) -> AnswerLog.Failure? {
    do throws(AnswerLog.Failure) {
        _ = try AnswerLog(csv: Array(csv.utf8), hasSplit: split)
        return nil
    } catch {
        return error
    }
}

/// Answers of 120 learners of differing ability to 30 items of differing difficulty.
private func simulated(seed: UInt64, flipping flipped: Int? = nil) throws -> AnswerLog {
    var random = SeededRandom(seed: seed)
    var csv = "user,item,skills,correct,split\n"
    for row in 0..<6_000 {
        let learner = row / 50
        let item = random.below(30)
        let ability = Double(learner % 11) / 4 - Double(item % 7) / 3
        var isCorrect = Double(random.below(1_000_000)) < 1_000_000 * Elementary.logistic(ability)
        if row == flipped { isCorrect.toggle() }
        csv +=
            "\(learner),\(item),\(item % 5);\(item % 3 + 10),\(isCorrect ? 1 : 0),\(learner < 80 ? "train" : "test")\n"
    }
    return try AnswerLog(csv: Array(csv.utf8), hasSplit: true)
}

@Suite struct KnowledgeTests {
    @Test(arguments: KnowledgeVariant.allCases)
    func `what is answered later changes no earlier prediction`(_ variant: KnowledgeVariant) throws {
        var first = KnowledgeModel(variant)
        var second = KnowledgeModel(variant)
        let before = KnowledgeTrace.trace(try simulated(seed: 1), with: &first)
        let after = KnowledgeTrace.trace(try simulated(seed: 1, flipping: 4_000), with: &second)
        #expect(before[...4_000] == after[...4_000])
        #expect(before[4_001...] != after[4_001...])
    }

    @Test(arguments: KnowledgeVariant.allCases)
    func `there is something to learn from answers, and nothing from shuffled ones`(
        _ variant: KnowledgeVariant
    ) throws {
        var log = try simulated(seed: 2)
        #expect(Self.auc(log, variant) > 0.68)
        var random = SeededRandom(seed: 3)
        var answers = log.answers.map(\.isCorrect)
        for index in answers.indices.dropFirst().reversed() { answers.swapAt(index, random.below(index + 1)) }
        log = log.with(answers)
        // Among 2,000 answers chance alone gives a standard deviation of 0.014.
        #expect(abs(Self.auc(log, variant) - 0.5) < 0.045)
    }

    @Test func `a frozen model learns nothing from what it is tested on`() throws {
        let log = try simulated(seed: 4)
        var model = KnowledgeModel(.full)
        _ = KnowledgeTrace.trace(log, with: &model)
        let weights = model.sharedWeights
        var learner = LearnerState()
        for answer in log.answers.suffix(500) {
            let told = model.predict(item: answer.item, skills: answer.skills, learner: learner)
            let taken = model.answer(
                item: answer.item,
                skills: answer.skills,
                isCorrect: answer.isCorrect,
                learner: &learner,
                learns: false
            )
            #expect(told == taken)
        }
        #expect(model.sharedWeights == weights && learner.answers == 500)
    }

    @Test func `mastery rises with right answers, and is surer with more`() {
        var model = KnowledgeModel(.lag2)
        var learner = LearnerState()
        let before = model.mastery(of: 1, learner: learner)
        #expect(before.chance == 0.5 && before.answers == 0)
        #expect(abs(before.uncertainty - (1.0 / 12).squareRoot()) < 1e-15)
        for item in 0..<8 as Range<UInt64> {
            _ = model.answer(item: item, skills: [1], isCorrect: true, learner: &learner)
        }
        let after = model.mastery(of: 1, learner: learner)
        #expect(after.chance > before.chance && after.answers == 8 && after.uncertainty < before.uncertainty)
    }

    @Test func `items without skills and items never seen are predicted too`() {
        var model = KnowledgeModel(.full)
        var learner = LearnerState()
        for _ in 0..<40 { _ = model.answer(item: .max, skills: [], isCorrect: false, learner: &learner) }
        #expect(model.predict(item: .max, skills: [], learner: learner) < 0.3)
        let unknown = model.predict(item: 5, skills: [9, 9], learner: learner)
        #expect(unknown > 0 && unknown < 0.5)
    }

    private static func auc(_ log: AnswerLog, _ variant: KnowledgeVariant) -> Double {
        let predictions = KnowledgeTrace.predictions(log, variant, .online)
        let tested = log.answers.indices.filter { log.answers[$0].isTest }
        return Evaluation(tested.map { predictions[$0] }, tested.map { log.answers[$0].isCorrect }).auc
    }
}

extension AnswerLog {
    /// The same log with other outcomes.
    fileprivate func with(_ outcomes: [Bool]) -> AnswerLog {
        let rows = zip(answers, outcomes).map { answer, isCorrect in
            "\(answer.learner),\(answer.item),\(answer.skills.map(String.init).joined(separator: ";")),"
                + "\(isCorrect ? 1 : 0),\(answer.isTest ? "test" : "train")\n"
        }
        let csv = "user,item,skills,correct,split\n" + rows.joined()
        return (try? AnswerLog(csv: Array(csv.utf8), hasSplit: true)) ?? self
    }
}

@Suite struct RealAnswersTests {
    #if DEBUG
    // Without the optimizer this takes minutes.
    private static let isOptimized = false
    #else
    private static let isOptimized = true
    #endif

    @Test(.enabled(if: isOptimized))
    func `on assist09 the full model reaches its AUC, frozen and online, and is calibrated while it learns`() throws {
        guard let csv = try Files.shared("kt/assist09_lpp/interactions.csv.gz") else { return }
        let log = try AnswerLog(csv: csv, hasSplit: true)
        let tested = log.answers.indices.filter { log.answers[$0].isTest }
        let outcomes = tested.map { log.answers[$0].isCorrect }
        func judged(_ use: KnowledgeTrace.Use) -> Evaluation {
            let predictions = KnowledgeTrace.predictions(log, .full, use)
            return Evaluation(tested.map { predictions[$0] }, outcomes)
        }
        let online = judged(.online)
        let line = try #require(online.calibration)
        #expect(judged(.frozen).auc >= 0.781 && online.auc >= 0.778)
        #expect(online.calibrationError <= 0.012)
        #expect(abs(line.intercept) <= 0.1 && (0.9...1.1).contains(line.slope))
    }
}

@Suite struct AnswerLogTests {
    @Test func `columns may stand anywhere, be quoted and end in CRLF`() throws {
        let csv = "\u{FEFF}skills,\"correct\",x,item,user\r\n7;8,1,,3,ann\r\n,0,\"a,\"\"b\",3,bob\r\n\r\n7,1,,12,ann"
        let log = try AnswerLog(csv: Array(csv.utf8), hasSplit: false)
        #expect(log.answers.map(\.learner) == [0, 1, 0])
        #expect(log.answers.map(\.item) == [3, 3, 12])
        #expect(log.answers.map(\.skills) == [[7, 8], [], [7]])
        #expect(log.answers.map(\.isCorrect) == [true, false, true])
        #expect(log.learnerCount == 2)
        let old = csv.utf8.filter { $0 != UInt8(ascii: "\n") }
        #expect(try AnswerLog(csv: old, hasSplit: false).answers == log.answers, "lines ended by CR alone")
    }

    @Test func `one name among numbers makes names of all`() throws {
        let csv = "user,item,skills,correct\n1,5,a;b,1\n1,05,b;c,1\n1,0,c,1\n"
        let log = try AnswerLog(csv: Array(csv.utf8), hasSplit: false)
        #expect(log.answers.map(\.item) == [0, 1, 2])
        #expect(log.answers.map(\.skills) == [[0, 1], [1, 2], [2]])
    }

    @Test func `what is wrong is said with its line and column`() {
        let heading = "user,item,skills,correct\n"
        func failure(_ line: Int, _ column: Int, _ problem: AnswerLog.Problem) -> AnswerLog.Failure {
            AnswerLog.Failure(line: line, column: column, problem: problem)
        }
        #expect(refusal("") == failure(1, 1, .missingColumn("user")))
        #expect(refusal("user,item,correct\n") == failure(1, 1, .missingColumn("skills")))
        #expect(refusal("user,item,user,skills,correct\n") == failure(1, 11, .repeatedColumn("user")))
        #expect(refusal(heading + "1,2,3,1\n1,,3,1\n") == failure(3, 3, .empty("item")))
        #expect(refusal(heading + ",2,3,1\n") == failure(2, 1, .empty("user")))
        #expect(refusal(heading + "1,2,3,2\n") == failure(2, 7, .correct))
        #expect(refusal(heading + "1,2,3\n") == failure(2, 5, .valueCount(expected: 4, found: 3)))
        #expect(refusal(heading + "1,\"2,3,1\n") == failure(2, 3, .quotation))
        #expect(refusal(heading + "1,\"2\"x,3,1\n") == failure(2, 3, .quotation))
        let many = (0...AnswerLog.skillLimit).map(String.init).joined(separator: ";")
        #expect(refusal(heading + "1,2,\(many),1\n") == failure(2, 5, .tooManySkills))
        #expect(refusal(heading, split: true) == failure(1, 1, .missingColumn("split")))
        #expect(refusal("split," + heading + "dev,1,2,3,1\n", split: true) == failure(2, 1, .split))
        #expect(refusal("split," + heading + "test,1,2,3,1\n", split: true) == nil)
    }

    @Test func `random bytes are refused or read, and nothing else`() {
        var random = SeededRandom(seed: 5)
        let alphabet = Array("user,item,skills,correct\n\"01;\r\u{0}é".utf8)
        for _ in 0..<2_000 {
            let tail = (0..<random.below(60)).map { _ in alphabet[random.below(alphabet.count)] }
            _ = refusal(String(decoding: tail, as: UTF8.self))
            _ = refusal("user,item,skills,correct\n" + String(decoding: tail, as: UTF8.self))
        }
    }
}
