import Testing

@testable import Learning

@Suite struct EvaluationTests {
    private let chances = [0.1, 0.4, 0.4, 0.8]
    private let outcomes = [false, true, false, true]

    @Test func `the measures of four predictions are those worked out by hand`() {
        let evaluation = Evaluation(chances, outcomes)
        // Of the four pairs three are in order and one is a tie.
        #expect(evaluation.auc == 0.875)
        #expect(abs(evaluation.brier - (0.01 + 0.36 + 0.16 + 0.04) / 4) < 1e-15)
        #expect(abs(evaluation.logLoss - 0.4389051056530454) < 1e-12)
        // The two of 0.4 share a bin: its share is 0.5.
        #expect(abs(evaluation.calibrationError - (0.1 + 0.2 + 0.2) / 4) < 1e-12)
        #expect(abs(Evaluation.binnedRMSE(chances, outcomes, bins: [0, 1, 1, 0]) - (0.025 / 4).squareRoot()) < 1e-12)
    }

    @Test func `one kind of outcome has no order and no line`() {
        let evaluation = Evaluation([0.2, 0.7], [true, true])
        #expect(evaluation.auc == 0.5 && evaluation.calibration == nil)
        #expect(Evaluation([], []).count == 0)
        #expect(Evaluation([0.5, 0.5], [true, false]).calibration == nil)
        #expect(Evaluation([0, 1], [true, false]).logLoss < 14)
    }

    @Test func `the line finds how logits were bent`() throws {
        var random = SeededRandom(seed: 3)
        var chances: [Double] = []
        var outcomes: [Bool] = []
        for _ in 0..<100_000 {
            let logit = Double(random.below(6_000)) / 1_000 - 3
            chances.append(Elementary.logistic(2 * logit - 1))
            outcomes.append(Double(random.below(1_000_000)) < 1_000_000 * Elementary.logistic(logit))
        }
        let line = try #require(Evaluation(chances, outcomes).calibration)
        // logit = 0.5 · (2 · logit - 1) + 0.5
        #expect(abs(line.slope - 0.5) < 0.01 && abs(line.intercept - 0.5) < 0.03)
    }

    @Test func `an interval holds the value, is wider with fewer learners and the same for the same seed`() {
        var random = SeededRandom(seed: 4)
        let chances = (0..<2_000).map { _ in Double(random.below(1_000)) / 1_000 }
        let outcomes = chances.map { Double(random.below(1_000)) < $0 * 1_000 }
        let whole = Evaluation(chances, outcomes)
        let many = Bootstrap(chances, outcomes, learners: Array(0..<2_000), draws: 200)
        let few = Bootstrap(chances, outcomes, learners: (0..<2_000).map { $0 / 100 }, draws: 200)
        for interval in [many.auc, few.auc] { #expect(interval.low < whole.auc && whole.auc < interval.high) }
        #expect(many.logLoss.low < whole.logLoss && whole.logLoss < many.logLoss.high)
        #expect(many.brier.low < whole.brier && whole.brier < many.brier.high)
        #expect(many == Bootstrap(chances, outcomes, learners: Array(0..<2_000), draws: 200))
        // By theory about 0.0105 each side for 2,000 answers that have nothing to do with one another.
        #expect((0.01...0.035).contains(many.auc.high - many.auc.low))
    }

    @Test(arguments: [0.0, 1e-300, 1e-9, 0.01, 0.5, 1, 1.5, 3, 700, 1e300])
    func `exponentials and logarithms undo one another`(_ value: Double) {
        if value > 0 {
            #expect(abs(Elementary.exp(Elementary.log(value)) / value - 1) < 1e-12)
            #expect(abs(Elementary.log(1 / value) + Elementary.log(value)) < 1e-12)
        }
        if value < 700 {
            #expect(abs(Elementary.log(Elementary.exp(value)) - value) < 1e-15 * max(1, value))
            #expect(abs(Elementary.exp(value) * Elementary.exp(-value) - 1) < 1e-14)
        }
        #expect(abs(Elementary.exp(Elementary.log1p(value)) - 1 - value) <= 1e-12 * max(1, value))
    }

    @Test func `exponentials and logarithms have their limits`() {
        #expect(Elementary.exp(.infinity) == .infinity && Elementary.exp(-.infinity) == 0)
        #expect(Elementary.exp(.nan).isNaN && Elementary.log(-1).isNaN && Elementary.log(.nan).isNaN)
        #expect(Elementary.log(0) == -.infinity && Elementary.log(.infinity) == .infinity)
        #expect(Elementary.exp(-745) > 0 && Elementary.exp(-746) == 0 && Elementary.exp(710) == .infinity)
        #expect(abs(Elementary.log(Double.leastNonzeroMagnitude) + 744.440_071_921_381_2) < 1e-12)
        #expect(Elementary.log1p(1e-20) == 1e-20)
    }
}
