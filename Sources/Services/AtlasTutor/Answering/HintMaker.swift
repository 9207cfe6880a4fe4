import AtlasAPI
import Retrieval

/// Helps with what is graded, without its answer: each rung says a little more.
struct HintMaker {
    /// Records that are searched for a like case.
    private static let likeCases = 60
    /// The share of a foreseen wrong answer's words that tells it in what a learner says.
    private static let saidShare = 0.6

    let plan: AnswerPlan

    private var content: String? { plan.target?.place.content }
    private var title: String { content.flatMap { plan.index.title(of: $0) } ?? "the catalogue" }
    private var asked: String { plan.target?.question ?? plan.question }

    // MARK: - Rungs

    /// Asks what the learner thinks.
    func diagnosis() -> [AnswerUnit] {
        let isFirst = plan.turn == 0
        let first =
            isFirst
            ? "This is one of the graded questions of “\(title)”, so I help without giving its answer away."
            : "Before I say more:"
        let second =
            isFirst
            ? "What do you expect, and what makes you think so?"
            : "which part does your idea rest on, and what would happen if that part behaved differently?"
        return [.talk(first), .talk(second), .talk("Say it in a sentence or two, or ask for a hint.")]
    }

    /// One hint: where to look, what hangs together, nearly the reasoning.
    func hint(_ level: Int) -> [AnswerUnit] {
        let facts: [AnswerUnit]
        switch level {
        case 1: facts = place()
        case 2: facts = relation()
        default: facts = reasoning()
        }
        let wrong = rebuttal()
        guard !facts.isEmpty || !wrong.isEmpty else { return nothingMore() }
        let close =
            switch level {
            case 1: "What is it there for, and what does that mean for the question?"
            case 2: "Follow that connection: who waits for whom, and who has another way?"
            default: "Put these together: what follows for the question you were asked?"
            }
        return wrong + facts + [.talk(close, startsParagraph: true)]
    }

    /// Why what the learner said is wrong, where the authors have foreseen it.
    func rebuttal() -> [AnswerUnit] {
        guard let target = plan.target else { return [] }
        let said = Set(QuestionWords.stems(plan.question))
        let row = LearnerWords.inARow(plan.question)
        var best: (record: TutorRecord, share: Double)?
        for record in plan.index.wrongAnswers(to: target) {
            let stems = Set(QuestionWords.stems(record.subject))
            let isQuoted = row.contains(LearnerWords.inARow(record.subject))
            // Words of the question may be those of several wrong answers; what is quoted is meant.
            let share =
                isQuoted ? 2 : stems.isEmpty ? 0 : Double(stems.intersection(said).count) / Double(stems.count)
            if share >= Self.saidShare, share > best?.share ?? 0 { best = (record, share) }
        }
        return best.map { sentences(of: $0.record) } ?? []
    }

    /// The same way of thinking, on something else.
    func workedStep() -> [AnswerUnit] {
        let words = QuestionWords.kept(asked).joined(separator: " ")
        var parts: [AnswerUnit] = []
        for hit in plan.index.words.search(words, limit: Self.likeCases) {
            let record = plan.index.records[hit.document]
            guard record.place.content != content, [.failure, .node, .section].contains(record.kind) else { continue }
            let safe = sentences(of: record).prefix(2)
            guard safe.count > 0 else { continue }
            let name = plan.index.title(of: record.place.content) ?? record.title
            parts.append(.talk("A like case, worked through, from “\(name)”:"))
            parts += safe
            break
        }
        guard !parts.isEmpty else { return reasoning() + nothingMore() }
        return parts + [.talk("Now take the same steps for your question.", startsParagraph: true)]
    }

    /// Says that there is no more.
    func refusal() -> [AnswerUnit] {
        var units = [
            AnswerUnit.talk("This is being graded, so I do not say its answer, and you have had all the hints I have.")
        ]
        units += place().prefix(1)
        units.append(.talk("Give the answer you think best; then I can explain what was right and wrong about it."))
        return units
    }

    private func nothingMore() -> [AnswerUnit] {
        [.talk("I have no further hint that would not be the answer. Look once more at “\(title)”.")]
    }

    // MARK: - What they are made of

    private func place() -> [AnswerUnit] {
        if plan.target?.kind == .criterion {
            let own = best(in: own().filter { $0.kind == .section }, count: 1)
            return own.map { unit in
                var unit = unit
                unit.text = "Read this part of the lab again: " + unit.text
                return unit
            }
        }
        guard let record = placeRecord(), let quote = sentences(of: record).first else { return [] }
        var unit = quote
        unit.text = "Look at “\(PlainMarkdown.of(record.subject))” in “\(PlainMarkdown.of(title))”."
        unit.isTalk = true
        return [unit]
    }

    private func placeRecord() -> TutorRecord? {
        let nodes = own().filter { $0.kind == .node && !sentences(of: $0).isEmpty }
        if let node = plan.target?.place.node, let record = nodes.first(where: { $0.place.node == node }) {
            return record
        }
        let stems = Set(QuestionWords.stems(asked))
        let named = nodes.first { !stems.isDisjoint(with: QuestionWords.stems($0.subject)) }
        return named ?? nodes.first ?? own().first { $0.kind == .section && !sentences(of: $0).isEmpty }
    }

    private func relation() -> [AnswerUnit] {
        if plan.target?.kind == .criterion {
            return best(in: plan.findings.records.map(\.record).filter { $0.place.kind != .lab }, count: 1)
        }
        let name = placeRecord()?.subject
        let edges = own().filter { $0.kind == .edge }
        let near = edges.filter { edge in name.map { edge.subject.contains($0) } ?? false }
        let found = best(in: near.isEmpty ? edges : near, count: 1)
        return found.isEmpty ? best(in: own().filter { $0.kind == .section }, count: 1) : found
    }

    private func reasoning() -> [AnswerUnit] {
        let records = plan.target?.kind == .criterion ? plan.findings.records.map(\.record) : own()
        return best(in: records.filter { [.section, .edge, .step, .lesson, .node].contains($0.kind) }, count: 2)
    }

    /// Findable records of the target's content, without what its own loss leads to.
    private func own() -> [TutorRecord] {
        guard let content else { return [] }
        return plan.index.records(of: content).filter { record in
            guard record.isFindable else { return false }
            return record.kind != .failure || record.place.node != plan.target?.place.node
        }
    }

    /// Sentences that may be said.
    private func sentences(of record: TutorRecord) -> [AnswerUnit] {
        // Why a wrong answer is wrong may be told to whoever has had the right one.
        let isRevealed = plan.decision.mayReveal && record.kind == .rebuttal
        return SubjectSentences.of(record).map(\.unit).filter { unit in
            guard !ForeignText.hasAddress(unit.text),
                !unit.supports.contains(where: { ForeignText.hasMarkup($0.quote) })
            else { return false }
            return isRevealed
                || (!plan.leaks.isLeak(unit.text) && unit.supports.allSatisfy { !plan.leaks.isLeak($0.quote) })
        }
    }

    /// Those sentences that share most with the question.
    private func best(in records: [TutorRecord], count: Int) -> [AnswerUnit] {
        let asked = Set(QuestionWords.stems(self.asked + " " + plan.question))
        var scored: [(unit: AnswerUnit, score: Float, number: Int)] = []
        for record in records {
            for unit in sentences(of: record) {
                let stems = Set(QuestionWords.stems(unit.text))
                let score = asked.intersection(stems).reduce(0) { $0 + plan.index.weight(of: $1) }
                scored.append((unit, score, scored.count))
            }
        }
        let top = scored.sorted { ($0.score, $1.number) > ($1.score, $0.number) }.prefix(count)
        return top.sorted { $0.number < $1.number }.map(\.unit)
    }
}
