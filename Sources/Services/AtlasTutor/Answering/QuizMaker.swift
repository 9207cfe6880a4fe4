import AtlasAPI

/// Asks a question of the catalogue's authors about what the learner looks at.
struct QuizMaker {
    let plan: AnswerPlan

    /// What is asked; `nil` if nothing here has a question.
    var choice: GradedTarget? {
        let contents =
            plan.gaze.contents.isEmpty
            ? plan.findings.records.map(\.record.place.content) : Array(plan.gaze.contents).sorted()
        var all: [GradedTarget] = []
        var seen: Set<String> = []
        for content in contents where seen.insert(content).inserted {
            all += plan.index.targets.targets(of: content).filter { $0.kind != .criterion }
            if !all.isEmpty { break }
        }
        let nodes = Set(plan.gaze.selected.compactMap { plan.index[$0]?.place.node })
        let about = all.filter { target in target.place.node.map(nodes.contains) ?? false }
        let pool = about.isEmpty ? all : about
        return pool.isEmpty ? nil : pool[plan.turn % pool.count]
    }

    func units() -> [AnswerUnit] {
        guard let choice, let record = plan.index[choice.id] else {
            return [
                .talk("There is no question about this yet. Select a part of a diagram, or open one, and ask again.")
            ]
        }
        let question = AnswerUnit(
            text: PlainMarkdown.of(choice.question),
            supports: [.init(record: record, quote: choice.question)],
            isTalk: true
        )
        return [question, .talk("Answer in your own words, or ask for a hint.", startsParagraph: true)]
    }
}
