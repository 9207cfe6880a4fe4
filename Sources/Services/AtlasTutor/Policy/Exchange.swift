import AtlasAPI
import AtlasCore
import Logging

/// One question on its way to an answer: what it is about, and what the rules decide.
struct Exchange: Sendable {
    /// Records that are looked at for an answer.
    static let records = 20
    /// Words that a question must have to stand without the one before it.
    static let ownWords = 2

    let question: NewQuestion
    let caller: Caller
    let place: TurnPlace
    let index: RecordIndex
    let gaze: Gaze
    let needs: TutorService.Needs
    let keeper: VectorKeeper
    let settings: TutorSettings

    /// Finds what may be said and decides what to do.
    func plan() async -> AnswerPlan {
        let retriever = Retriever(index: index)
        let asked = askedText
        let similar = await similar(to: asked)
        var findings = retriever.find(asked, similar: similar, gaze: gaze, limit: Self.records)
        let found = await target(findings)
        if let target = found.target, target.question != asked {
            let more = retriever.find(target.question, similar: nil, gaze: gaze, limit: Self.records)
            findings = Self.merged(findings, more)
        }
        let isPointed = !gaze.selected.isEmpty && question.intent == .explain
        let decision = TutorPolicy.decide(
            PolicyQuestion(
                intent: question.intent,
                subject: found.subject,
                isSupported: findings.isSupported || isPointed,
                stepsTaken: found.target.flatMap { place.steps[$0.id] } ?? 0,
                hasAttempt: hasAttempt(found.target),
                mastery: await mastery(found)
            )
        )
        let guarded = await guarded(found, asked)
        return AnswerPlan(
            question: asked,
            intent: question.intent,
            decision: decision,
            findings: findings,
            target: found.target,
            gaze: gaze,
            index: index,
            leaks: LeakGuard(guarded) { [index] in index.weight(of: $0) },
            modelLeaks: LeakGuard(guarded, others: around(findings, found)) { [index] in index.weight(of: $0) },
            own: await own(found, decision),
            turn: decision.move == .quiz ? place.turn - 1 : max(decision.step - 1, 0)
        )
    }

    /// The records whose meaning is nearest; `nil` if that cannot be told soon, and words alone decide.
    func similar(to text: String) async -> [(id: String, similarity: Float)]? {
        let seesDrafts = caller.has(.instructor)
        let found = await within(settings.findingTime) { [keeper] in
            await keeper.nearest(text, limit: Retriever.depth, seesDrafts: seesDrafts)
        }
        return found ?? nil
    }

    // MARK: - What it is about

    /// What is asked for, in words that stand alone.
    private var askedText: String {
        let text = PlainSections.onOneLine(question.text)
        let last = place.history.last { QuestionWords.stems($0.question).count >= Self.ownWords }?.question
        switch question.intent {
        case .hint: return last ?? text
        case .explain:
            let names = gaze.selected.sorted().compactMap { index[$0]?.subject }.joined(separator: ", ")
            return names.isEmpty ? text : "\(text) \(names)"
        case .ask, .quiz, .whyWrong:
            guard QuestionWords.stems(text).count < Self.ownWords, let last else { return text }
            return "\(last) \(text)"
        }
    }

    private func target(_ findings: Findings) async -> (subject: PolicyQuestion.Subject, target: GradedTarget?) {
        guard question.intent != .quiz else { return (.concept, nil) }
        guard let target = await candidate(findings) else { return (.concept, nil) }
        if target.kind == .criterion { return (.lab, target) }
        guard let item = target.reviewItem else { return (.graded, target) }
        do {
            // Who only asks for the answer of a card again shall recall it.
            guard question.intent == .whyWrong else { return (.graded, target) }
            let isAnswered = try await needs.learners.hasAnswered(item, as: caller)
            return (isAnswered || hasCommitted(to: target) ? .answered : .graded, target)
        } catch {
            needs.logger.warning("it is not known what a learner has answered", metadata: ["error": "\(error)"])
            return (.graded, target)
        }
    }

    /// Whether the learner says which of the authors' wrong answers they gave to a probe of the diagram on the page.
    ///
    /// The page shows the answer to whoever commits to one, and keeps no record of it.
    private func hasCommitted(to target: GradedTarget) -> Bool {
        guard target.kind == .probe, question.context.item == target.reviewItem,
            question.context.diagram?.rawValue == target.place.content
        else { return false }
        let said = LearnerWords.inARow(question.text)
        return index.wrongAnswers(to: target).contains { said.contains(LearnerWords.inARow($0.subject)) }
    }

    func candidate(_ findings: Findings) async -> GradedTarget? {
        if let item = question.context.item, let known = await self.item(item) { return known }
        // What is explained is the selection, but a graded question is one whatever is selected.
        if question.intent == .explain { return index.targets.target(beyondSelection, on: gaze.contents) }
        if question.intent != .hint, let known = index.targets.target(question.text, on: gaze.contents) { return known }
        if let lab = question.context.lab, LearnerWords.isDemand(question.text) { return criterion(of: lab.rawValue) }
        guard let id = place.lastTarget else {
            // A first question in the guise of “one more hint”.
            return question.intent == .hint ? index.targets.target(askedText, on: gaze.contents) : nil
        }
        guard let last = await met(id) else { return nil }
        return isNewSubject(findings, beside: last) ? nil : last
    }

    /// The words of the question without the names of what is selected.
    private var beyondSelection: String {
        let named = gaze.selected.compactMap { index[$0] }.flatMap { record -> [String] in
            // An edge is called by its label as well, which stands in its first sentence.
            let label = record.kind == .edge ? Sentences.of(record.text).first ?? "" : ""
            return QuestionWords.allStems(record.subject + " " + label)
        }
        let known = Set(named)
        return question.text.split(whereSeparator: \.isWhitespace).filter { word in
            !known.isSuperset(of: QuestionWords.allStems(String(word)))
        }
        .joined(separator: " ")
    }

    /// Whether a turn asks about something else than the graded question before it.
    private func isNewSubject(_ findings: Findings, beside last: GradedTarget) -> Bool {
        guard question.intent == .ask, !LearnerWords.isDemand(question.text) else { return false }
        let stems = QuestionWords.stems(question.text)
        guard stems.count > Self.ownWords, question.text.contains("?"), findings.isSupported else { return false }
        return Set(stems).isDisjoint(with: QuestionWords.stems(last.question))
    }

    /// The criterion of a lab that a demand comes nearest to.
    private func criterion(of lab: String) -> GradedTarget? {
        let all = index.targets.targets(of: lab).filter { $0.kind == .criterion }
        let asked = Set(QuestionWords.allStems(question.text))
        return all.max { left, right in
            let (l, r) = (Self.shared(left, asked), Self.shared(right, asked))
            return l < r
        }
    }

    private static func shared(_ target: GradedTarget, _ asked: Set<String>) -> Int {
        asked.intersection(QuestionWords.allStems(target.id.replacing("/", with: " ") + " " + target.question)).count
    }

    /// A graded question of an earlier turn.
    private func met(_ id: String) async -> GradedTarget? {
        guard id.hasPrefix("item/") else { return index.targets[id] }
        return await item(ReviewItemID(String(id.dropFirst("item/".count))))
    }

    private func item(_ id: ReviewItemID) async -> GradedTarget? {
        let parts = id.rawValue.split(separator: ".", maxSplits: 3).map(String.init)
        guard parts.count == 4, let kind = ContentKind(rawValue: parts[0]) else { return nil }
        let authored = parts[2] == "probe" ? "probe" : parts[2] == "authored" ? "card" : nil
        if let authored, let known = index.targets["\(parts[0])/\(parts[1])/\(authored)/\(parts[3])"] { return known }
        do {
            guard let known = try await needs.learners.item(id, of: parts[1], as: caller) else { return nil }
            return GradedTarget(
                id: "item/\(id.rawValue)",
                kind: .item,
                question: known.question,
                answers: [known.answer, known.explanation],
                place: .init(kind: kind, content: parts[1], node: known.nodes.first)
            )
        } catch {
            needs.logger.warning("a review item could not be read", metadata: ["error": "\(error)"])
            return nil
        }
    }

    // MARK: - What may be said

    /// What is kept out: the graded question, those before it in the conversation, and those near by.
    private func guarded(
        _ found: (subject: PolicyQuestion.Subject, target: GradedTarget?),
        _ asked: String
    ) async -> [GradedTarget] {
        var guarded: [String: GradedTarget] = [:]
        for near in index.targets.near(asked) + index.targets.near(question.text) { guarded[near.id] = near }
        for id in place.steps.keys { if let met = await met(id) { guarded[id] = met } }
        if let lab = question.context.lab?.rawValue ?? (found.subject == .lab ? found.target?.place.content : nil) {
            for criterion in index.targets.targets(of: lab) { guarded[criterion.id] = criterion }
        }
        if let target = found.target { guarded[target.id] = found.subject == .answered ? nil : target }
        return Array(guarded.values)
    }

    /// What is graded on the page and in what was found first.
    private func around(
        _ findings: Findings,
        _ found: (subject: PolicyQuestion.Subject, target: GradedTarget?)
    ) -> [GradedTarget] {
        let contents = gaze.contents.union(findings.records.prefix(3).map(\.record.place.content))
        let all = contents.sorted().flatMap { index.targets.targets(of: $0) }
        return all.filter { found.subject != .answered || $0.id != found.target?.id }
    }

    /// What only this learner may read.
    private func own(
        _ found: (subject: PolicyQuestion.Subject, target: GradedTarget?),
        _ decision: PolicyDecision
    ) async -> [TutorRecord] {
        guard let target = found.target else { return [] }
        if decision.mayReveal {
            let text = target.answers.filter { !$0.isEmpty }.map(RecordWriter.sentence).joined(separator: "\n")
            return [record(target.id, .answer, "Why", text, target.place)].compactMap { $0 }
        }
        guard target.kind == .criterion, question.intent == .whyWrong else { return [] }
        do {
            let failed = try await needs.learners.failedChecks(of: LabID(target.place.content), as: caller)
            return failed.prefix(3).compactMap { check in
                let text =
                    "\(RecordWriter.sentence(check.text))\nThe check saw: \(RecordWriter.sentence(check.observed))"
                return record("lab/\(target.place.content)/attempt/\(check.id)", .attempt, check.id, text, target.place)
            }
        } catch {
            needs.logger.warning("a lab's last check could not be read", metadata: ["error": "\(error)"])
            return []
        }
    }

    private func record(
        _ id: String,
        _ kind: TutorRecord.Kind,
        _ subject: String,
        _ text: String,
        _ place: TutorRecord.Place
    ) -> TutorRecord? {
        guard !text.isEmpty else { return nil }
        let title = index.title(of: place.content) ?? place.content
        return TutorRecord(
            id: id,
            kind: kind,
            title: "\(title) · \(subject)",
            subject: subject,
            text: text,
            place: place,
            isPublished: false
        )
    }

    private func hasAttempt(_ target: GradedTarget?) -> Bool {
        guard let target else { return false }
        if question.intent == .whyWrong { return true }
        let isReply = place.lastTarget == target.id
        return LearnerWords.isAttempt(question.text, at: target.question, isReply: isReply)
    }

    private func mastery(
        _ found: (subject: PolicyQuestion.Subject, target: GradedTarget?)
    ) async -> PolicyQuestion.Mastery {
        // Only the ladder looks at it.
        guard let target = found.target, found.subject != .answered else { return .unknown }
        guard let category = index.category(of: target.place.content) else { return .unknown }
        do {
            return PolicyQuestion.Mastery(try await needs.learners.mastery(of: category, as: caller))
        } catch {
            needs.logger.warning("what a learner can do is not known", metadata: ["error": "\(error)"])
            return .unknown
        }
    }

    private static func merged(_ findings: Findings, _ more: Findings) -> Findings {
        var seen: Set<String> = []
        let all = (findings.records + more.records).sorted { $0.score > $1.score }
        return Findings(
            records: all.filter { seen.insert($0.record.id).inserted }.prefix(records).map { $0 },
            support: max(findings.support, more.support)
        )
    }
}
