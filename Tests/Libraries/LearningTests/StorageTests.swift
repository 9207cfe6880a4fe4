import Learning
import Testing

@Suite struct StorageTests {
    /// Answers of one learner, always the same.
    private func answers(_ count: Int) -> [(item: UInt64, skills: [UInt64], isCorrect: Bool)] {
        (0..<count).map { index in
            let mixed = UInt64(index) &* 0x9e37_79b9_7f4a_7c15 >> 40
            return (mixed % 9, mixed % 5 == 0 ? [] : [mixed % 3, 7], mixed % 4 != 0)
        }
    }

    @Test(arguments: [0, 1, 15, 16, 17, 60])
    func `a learner's state is the same after it was bytes`(count: Int) throws {
        var model = KnowledgeModel(.full)
        var learner = LearnerState()
        for one in answers(count) {
            _ = model.answer(item: one.item, skills: one.skills, isCorrect: one.isCorrect, learner: &learner)
        }
        var copy = try #require(LearnerState(bytes: learner.bytes))
        #expect(copy.bytes == learner.bytes && copy.answers == count)
        // It goes on as the other does, also where it looks back.
        for one in answers(40) {
            var other = model
            let before = model.answer(item: one.item, skills: one.skills, isCorrect: one.isCorrect, learner: &learner)
            let after = other.answer(item: one.item, skills: one.skills, isCorrect: one.isCorrect, learner: &copy)
            #expect(before == after)
        }
    }

    @Test func `bytes that are no state are refused`() {
        var model = KnowledgeModel(.base)
        var learner = LearnerState()
        for one in answers(30) {
            _ = model.answer(item: one.item, skills: one.skills, isCorrect: one.isCorrect, learner: &learner)
        }
        let bytes = learner.bytes
        for length in 0..<bytes.count { #expect(LearnerState(bytes: Array(bytes.prefix(length))) == nil) }
        #expect(LearnerState(bytes: bytes + [0]) == nil)
        #expect(LearnerState(bytes: [9] + bytes.dropFirst()) == nil)
        let numberThatIsNone = Array(bytes.prefix(1)) + Array(repeating: 0xff, count: 8) + bytes.dropFirst(9)
        #expect(LearnerState(bytes: numberThatIsNone) == nil)
        let endless = Array(bytes.prefix(57)) + Array(repeating: 0xff, count: 8)
        #expect(LearnerState(bytes: endless) == nil)
    }

    @Test(arguments: KnowledgeVariant.allCases)
    func `the parts that answers touched are all that a model learned`(variant: KnowledgeVariant) {
        var model = KnowledgeModel(variant)
        var learner = LearnerState()
        var parts: Set<KnowledgeModel.Part> = []
        for one in answers(120) {
            parts.formUnion(model.touched(item: one.item, skills: one.skills, learner: learner))
            _ = model.answer(item: one.item, skills: one.skills, isCorrect: one.isCorrect, learner: &learner)
        }
        var copy = KnowledgeModel(variant)
        for part in parts {
            let isTaken = copy.restore(model[part], of: part)
            #expect(isTaken)
        }
        for one in answers(50) {
            let chance = model.predict(item: one.item, skills: one.skills, learner: learner)
            #expect(copy.predict(item: one.item, skills: one.skills, learner: learner) == chance)
        }
        #expect(copy.mastery(of: 7, learner: learner) == model.mastery(of: 7, learner: learner))
    }

    @Test func `weights that cannot be are not taken`() {
        var model = KnowledgeModel(.lag2)
        let item = KnowledgeModel.Part(kind: .item, id: 5)
        let good = model[item]
        #expect(good.count == 8)
        let odd = [
            [], Array(good.dropLast()), good + [0, 1], [.nan] + good.dropFirst(), [0, 0.5] + good.dropFirst(2),
        ]
        let taken = odd.filter { model.restore($0, of: item) }
        #expect(taken.isEmpty)
        let isPairTaken = model.restore([0, 1], of: KnowledgeModel.Part(kind: .pair, id: 0))
        #expect(isPairTaken == false, "lag2 has no pairs")
        let isFarTaken = model.restore([0, 1], of: KnowledgeModel.Part(kind: .distance, id: 1 << 40))
        #expect(isFarTaken == false)
        let isGoodTaken = model.restore(good, of: item)
        #expect(isGoodTaken)
    }

    @Test func `a gain is sure where groups agree, and not where one group makes it`() {
        let alike = PairedBootstrap(Array(repeating: 0.1, count: 40), groups: (0..<40).map { $0 % 20 })
        #expect(alike.interval.low > 0.09 && alike.groups == 20 && abs(alike.mean - 0.1) < 1e-12)
        let lone = PairedBootstrap(
            (0..<40).map { $0 < 10 ? 1 : -0.1 },
            groups: (0..<40).map { $0 < 10 ? 0 : $0 }
        )
        #expect(lone.mean > 0.1 && lone.interval.low < 0)
        #expect(PairedBootstrap.gain(0.9, over: 0.5, true) > 0 && PairedBootstrap.gain(0.9, over: 0.5, false) < 0)
    }

    @Test func `an online model learns a rule and says it in probabilities`() throws {
        var model = OnlineLogistic(features: 2)
        #expect(model.predict([0, 0]) == 0.5)
        for index in 0..<4_000 {
            let x = Double(index % 21 - 10) / 10
            model.learn([x, .infinity], outcome: index % 7 < (x > 0 ? 6 : 1))
        }
        #expect(abs(model.predict([1, 0]) - 6.0 / 7) < 0.12 && abs(model.predict([-1, 0]) - 1.0 / 7) < 0.12)
        let copy = try #require(
            OnlineLogistic(weights: model.weights, squares: model.squares, outcomes: model.outcomes)
        )
        #expect(copy == model)
        #expect(OnlineLogistic(weights: [0], squares: [0.5], outcomes: 1) == nil)
        #expect(OnlineLogistic(weights: [.nan], squares: [1], outcomes: 1) == nil)
    }
}
