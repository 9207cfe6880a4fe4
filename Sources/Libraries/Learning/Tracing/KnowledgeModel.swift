/// Predicts whether a learner answers correctly, and learns from every answer.
///
/// One logistic model, trained online with AdaGrad: weights of items and skills, of what the learner did on them before,
/// of abilities after Elo, and of which answer to which item came just before. An event costs the same however long the
/// history is. docs/learning-models.md has the formulas and what was measured.
public struct KnowledgeModel: Sendable {
    /// Further items have no weights of their own.
    public static let itemLimit = 1 << 20
    /// Further skills have no weights of their own.
    public static let skillLimit = 1 << 20

    /// One weight and AdaGrad's sum of squared gradients.
    struct Weight {
        var value = 0.0
        var squares = 1.0

        mutating func learn(_ gradient: Double, rate: Double, decay: Double) {
            squares += gradient * gradient
            value += rate / squares.squareRoot() * (gradient - decay * value)
        }
    }

    struct Skill {
        var bias = Weight()
        var wins = Weight()
        var fails = Weight()
    }

    /// What a prediction was made of.
    private struct Evidence {
        /// Where the item's weights begin; `nil` for one without any.
        var item: Int?
        var features = SIMD16<Double>(repeating: 0)
        /// Whether a skill has no weights.
        var hasNewSkill = false
        /// The mean over the item's skills.
        var skillBias = 0.0
        var logit = 0.0
    }

    /// What the model looks at.
    public let variant: KnowledgeVariant
    var itemPositions: [UInt64: Int] = [:]
    /// Four of each item: its own, then one for when the answer before was wrong, right, or there was none.
    var items: [Weight] = []
    var skillPositions: [UInt64: Int] = [:]
    var skills: [Skill] = []
    var distances: [Weight]
    var pairs: [Weight]
    /// Of the features, in their order; the last three stay 0.
    var shared = SIMD16<Double>(repeating: 0)
    var sharedSquares = SIMD16<Double>(repeating: 1)

    /// A model that has seen nothing and starts as Elo.
    ///
    /// `lag2` takes 16 MiB, `full` 32 MiB.
    public init(_ variant: KnowledgeVariant) {
        self.variant = variant
        distances = Array(repeating: Weight(), count: variant.distances > 0 ? Self.tableSize : 0)
        pairs = Array(repeating: Weight(), count: variant.pairs > 0 ? Self.tableSize : 0)
        shared[3] = 0.5
        shared[11] = 0.5
    }

    /// The 13 weights that all items and skills share, in the order of docs/learning-models.md.
    public var sharedWeights: [Double] { (0..<13).map { shared[$0] } }

    /// The chance of a correct answer, above 0 and below 1.
    ///
    /// - Parameters:
    ///   - item: Any number that stands for the item.
    ///   - skills: Numbers of the item's skills; may be empty.
    ///   - learner: Who would answer.
    public func predict(item: UInt64, skills: [UInt64], learner: LearnerState) -> Double {
        Elementary.logistic(evidence(item, skills, learner).logit)
    }

    /// Predicts, then takes in the answer.
    ///
    /// - Parameters:
    ///   - item: Any number that stands for the item.
    ///   - skills: Numbers of the item's skills; may be empty.
    ///   - isCorrect: The answer.
    ///   - learner: Who answered; the answer becomes part of it.
    ///   - learns: Whether the model's weights move too.
    /// - Returns: The chance of a correct answer, as it was before.
    public mutating func answer(
        item: UInt64,
        skills: [UInt64],
        isCorrect: Bool,
        learner: inout LearnerState,
        learns: Bool = true
    ) -> Double {
        var evidence = evidence(item, skills, learner)
        if learns { admit(item, skills, &evidence) }
        let prediction = Elementary.logistic(evidence.logit)
        let truth = isCorrect ? 1.0 : 0.0
        let itemBias = evidence.item.map { items[$0].value } ?? 0
        let surprise =
            truth
            - Elementary.logistic(
                shared[12] + itemBias + evidence.skillBias + learner.ability + evidence.features[3]
            )
        if learns { learn(truth - prediction, evidence, item, skills, learner) }
        learner.take(item: item, skills: skills, isCorrect: isCorrect, surprise: surprise)
        return prediction
    }
}

// MARK: - Prediction

extension KnowledgeModel {
    private func evidence(_ id: UInt64, _ ids: [UInt64], _ learner: LearnerState) -> Evidence {
        var evidence = evidence(ofSkills: ids, learner)
        evidence.item = itemPositions[id]
        let tally = learner.items[id] ?? LearnerState.Tally()
        evidence.features[5] = Elementary.log1p(tally.wins)
        evidence.features[6] = Elementary.log1p(tally.fails)
        var logit = evidence.logit + (shared * evidence.features).sum()
        if let item = evidence.item {
            logit += items[item].value
            if variant != .base { logit += items[item + Self.previous(learner)].value }
        }
        Self.each(variant.distances, id, learner) { logit += $1 * distances[$0].value }
        Self.each(variant.pairs, id, learner, byDistance: false) { logit += $1 * pairs[$0].value }
        evidence.logit = logit
        return evidence
    }

    /// The logit for an item that nobody knows, on this skill.
    func averageItemLogit(of skill: UInt64, _ learner: LearnerState) -> Double {
        let evidence = evidence(ofSkills: [skill], learner)
        return evidence.logit + (shared * evidence.features).sum()
    }

    /// All but what hangs on the item; the logit has only the weights of the skills.
    private func evidence(ofSkills ids: [UInt64], _ learner: LearnerState) -> Evidence {
        var evidence = Evidence()
        let share = 1 / Double(max(ids.count, 1))
        for id in ids {
            let known = learner.skills[id] ?? LearnerState.Skill()
            let wins = Elementary.log1p(known.wins)
            let fails = Elementary.log1p(known.fails)
            evidence.features[0] += wins * share
            evidence.features[1] += fails * share
            evidence.features[2] += Elementary.log((known.recentWins + 0.5) / (known.recentFails + 0.5)) * share
            evidence.features[3] += known.ability * share
            if known.wins + known.fails == 0 { evidence.features[4] += share }
            guard let position = skillPositions[id] else {
                evidence.hasNewSkill = true
                continue
            }
            evidence.skillBias += skills[position].bias.value * share
            evidence.logit += (skills[position].wins.value * wins + skills[position].fails.value * fails) * share
        }
        evidence.logit += evidence.skillBias
        Self.describe(learner, &evidence.features)
        return evidence
    }

    /// The features that are the same for all items.
    private static func describe(_ learner: LearnerState, _ features: inout SIMD16<Double>) {
        features[7] = Elementary.log1p(learner.all.wins)
        features[8] = Elementary.log1p(learner.all.fails)
        features[9] = Elementary.log((learner.fast.wins + 1) / (learner.fast.fails + 1))
        features[10] = Elementary.log((learner.slow.wins + 1) / (learner.slow.fails + 1))
        features[11] = learner.ability
        features[12] = 1
    }
}

// MARK: - What came just before

extension KnowledgeModel {
    private static let tableSize = 1 << 20
    private static let fading = 0.9

    /// Which of an item's four weights goes with the answer before.
    private static func previous(_ learner: LearnerState) -> Int {
        learner.recentCount == 0 ? 3 : learner.earlier(1).isCorrect ? 2 : 1
    }

    /// Calls `body` with the slot and the strength of the last answers, newest first.
    static func each(
        _ most: Int,
        _ item: UInt64,
        _ learner: LearnerState,
        byDistance: Bool = true,
        _ body: (Int, Double) -> Void
    ) {
        var strength = 1.0
        var distance = 1
        let count = min(most, learner.recentCount)
        while distance <= count {
            body(slot(learner.earlier(distance), item, byDistance ? distance : 0), strength)
            strength *= fading
            distance += 1
        }
    }

    /// Where the weight of two items stands in its table.
    ///
    /// Two pairs may share one; with 2²⁰ that costs little.
    static func slot(_ earlier: LearnerState.Earlier, _ item: UInt64, _ distance: Int) -> Int {
        let before = 2 &* earlier.item &+ (earlier.isCorrect ? 2 : 1)
        let mixed = SeededRandom.mixed(
            before &* 0x9E37_79B9_7F4A_7C15 ^ item &* 0xC2B2_AE3D_27D4_EB4F
                ^ UInt64(truncatingIfNeeded: distance) &* 0x1656_67B1_9E37_79F9
        )
        return Int(truncatingIfNeeded: mixed & UInt64(tableSize - 1))
    }
}

// MARK: - Learning

extension KnowledgeModel {
    /// Gives new items and skills their weights, which are 0 and so change no prediction.
    private mutating func admit(_ item: UInt64, _ ids: [UInt64], _ evidence: inout Evidence) {
        if evidence.item == nil, itemPositions.count < Self.itemLimit {
            evidence.item = items.count
            itemPositions[item] = items.count
            for _ in 0..<4 { items.append(Weight()) }
        }
        guard evidence.hasNewSkill else { return }
        for id in ids where skillPositions[id] == nil && skills.count < Self.skillLimit {
            skillPositions[id] = skills.count
            skills.append(Skill())
        }
    }

    private mutating func learn(
        _ error: Double,
        _ evidence: Evidence,
        _ item: UInt64,
        _ ids: [UInt64],
        _ learner: LearnerState
    ) {
        if let position = evidence.item {
            items[position].learn(error, rate: 0.3, decay: 0.005)
            if variant != .base { items[position + Self.previous(learner)].learn(error, rate: 0.05, decay: 0.02) }
        }
        Self.each(variant.distances, item, learner) { distances[$0].learn(error * $1, rate: 0.05, decay: 0.02) }
        Self.each(variant.pairs, item, learner, byDistance: false) {
            pairs[$0].learn(error * $1, rate: 0.05, decay: 0.02)
        }
        let share = 1 / Double(max(ids.count, 1))
        for id in ids {
            guard let position = skillPositions[id] else { continue }
            let known = learner.skills[id] ?? LearnerState.Skill()
            let gradient = error * share
            skills[position].bias.learn(gradient, rate: 0.1, decay: 0.005)
            skills[position].wins.learn(gradient * Elementary.log1p(known.wins), rate: 0.1, decay: 0.005)
            skills[position].fails.learn(gradient * Elementary.log1p(known.fails), rate: 0.1, decay: 0.005)
        }
        let gradient = evidence.features * error
        sharedSquares += gradient * gradient
        shared += 0.06 / sharedSquares.squareRoot() * gradient
    }
}
