import AtlasAPI
import AtlasCore

/// What an answerer works with: what was decided, and what may be said.
struct AnswerPlan: Sendable {
    let question: String
    let intent: TutorIntent
    let decision: PolicyDecision
    /// Without what is guarded.
    let findings: Findings
    let target: GradedTarget?
    let gaze: Gaze
    let index: RecordIndex
    let leaks: LeakGuard
    /// The same for a model, which may be led by what it reads: also what is graded on the page and beside what was found.
    let modelLeaks: LeakGuard
    /// What only this learner may see, such as the explanation of an item they have answered.
    var own: [TutorRecord] = []
    /// Changes with each turn, so that what is asked is not the same each time.
    var turn = 0
}

/// Answers from the records alone: sentences that are there, each with its place.
struct BuiltInAnswerer: Sendable {
    /// Its name in `TutorAnswer.writer`.
    static let name = "built-in"
    /// Sentences of an answer.
    static let sentences = 5
    /// Characters of an answer; the sentence that reaches them is the last.
    static let characters = 900

    let plan: AnswerPlan

    /// The whole answer, sentence by sentence.
    func units() -> [AnswerUnit] {
        let units =
            switch plan.decision.move {
            case .answer: plan.decision.mayReveal ? explanation() : answer()
            case .abstain: abstention()
            case .quiz: QuizMaker(plan: plan).units()
            case .diagnose: HintMaker(plan: plan).diagnosis()
            case .hint: HintMaker(plan: plan).hint(plan.decision.hintLevel)
            case .workedStep: HintMaker(plan: plan).workedStep()
            case .withhold: HintMaker(plan: plan).refusal()
            }
        return units.filter { plan.decision.move == .quiz || isRevealed($0) || !plan.leaks.isLeak($0.text) }
    }

    /// Whether a sentence is of the answer that the learner has had, or says why theirs was wrong.
    ///
    /// Other questions ask nearly the same, whose answers are kept out of everything else.
    private func isRevealed(_ unit: AnswerUnit) -> Bool {
        guard plan.decision.mayReveal, let target = plan.target, !unit.supports.isEmpty else { return false }
        return unit.supports.allSatisfy { support in
            support.record.id == target.id || support.record.id.hasPrefix(target.id + "/wrong/")
        }
    }

    private func answer() -> [AnswerUnit] {
        let chosen = SentenceChoice(plan: plan).units(limit: Self.sentences, characters: Self.characters)
        return chosen.isEmpty ? abstention() : chosen
    }

    /// What a learner may read who has answered already.
    private func explanation() -> [AnswerUnit] {
        var units = HintMaker(plan: plan).rebuttal()
        for record in plan.own {
            for sentence in Sentences.of(record.text).prefix(Self.sentences) {
                units.append(
                    AnswerUnit(text: PlainMarkdown.of(sentence), supports: [.init(record: record, quote: sentence)])
                )
            }
        }
        let more = SentenceChoice(plan: plan).units(limit: units.isEmpty ? Self.sentences : 2, characters: 400)
        if var first = more.first {
            first.startsParagraph = !units.isEmpty
            units.append(first)
            units += more.dropFirst()
        }
        return units.isEmpty ? abstention() : units
    }

    private func abstention() -> [AnswerUnit] {
        var units = [AnswerUnit.talk("I find nothing in the catalogue that answers this, so I say nothing about it.")]
        var seen: Set<String> = []
        let near = plan.findings.records.map(\.record.place.content).filter { seen.insert($0).inserted }.prefix(2)
            .compactMap { plan.index.title(of: $0) }
        if plan.findings.support > 0.1, !near.isEmpty {
            units.append(.talk("What comes nearest is \(near.map { "“\($0)”" }.joined(separator: " and "))."))
        }
        units.append(.talk("You can ask it in other words, or select a part of a diagram and ask about that."))
        return units
    }
}
