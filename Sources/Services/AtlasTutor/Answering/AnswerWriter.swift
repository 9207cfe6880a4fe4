import AtlasAPI
import AtlasCore
import AtlasPorts
import Logging
import Synchronization

/// Writes one answer: decides, chooses who writes, tells readers, and keeps what came of it.
final class AnswerWriter: Sendable {
    private struct State {
        var sheet = AnswerSheet()
        var decision = PolicyDecision(.answer, hintLevel: 0)
        var target: GradedTarget?
        var writer = BuiltInAnswerer.name
        var note: String?
        var tokens = 0
        var status = AnswerStatus.writing
    }

    let service: TutorService
    let exchange: Exchange
    private let live: LiveAnswer
    private let startedAt: Timestamp
    private let start = ContinuousClock.now
    private let state = Mutex(State())

    init(service: TutorService, exchange: Exchange, live: LiveAnswer, startedAt: Timestamp) {
        self.service = service
        self.exchange = exchange
        self.live = live
        self.startedAt = startedAt
    }

    /// Tells that the answer is begun.
    func announce() {
        live.publish([], as: answer())
    }

    /// Writes the answer to its end; cancelled, what was said is kept.
    func run() async {
        let plan = await exchange.plan()
        let composed = plan.decision.move == .quiz ? QuizMaker(plan: plan).choice : plan.target
        state.withLock { state in
            state.decision = plan.decision
            state.target = composed
        }
        live.publish([.answer(answer())], as: answer())
        if !Task.isCancelled { await write(plan) }
        let isCancelled = Task.isCancelled || live.isStopped
        state.withLock { state in
            guard state.status == .writing else { return }
            state.status = isCancelled ? .stopped : .complete
            // Help that nobody has read is none: the same rung comes again.
            if isCancelled, state.sheet.text.isEmpty {
                state.decision = PolicyDecision(state.decision.move, hintLevel: 0)
            }
        }
        // A task of its own: what was said is kept even if this one was cancelled.
        await Task { await self.keep() }.value
    }

    private func write(_ plan: AnswerPlan) async {
        guard let model = service.needs.model, ModelExchange.isFor(plan.decision.move) else {
            return writeBuiltIn(plan)
        }
        let outcome = await within(service.settings.modelTime) {
            await ModelExchange(model: model, plan: plan, writer: self).run()
        }
        guard !Task.isCancelled else { return }
        switch outcome {
        case .written: return
        case .failed(let note): restart(note)
        case nil: restart("The model did not answer in time, so this is made from the catalogue's own sentences.")
        }
        writeBuiltIn(plan)
    }

    private func writeBuiltIn(_ plan: AnswerPlan) {
        for unit in BuiltInAnswerer(plan: plan).units() {
            guard !Task.isCancelled else { return }
            add(unit)
        }
        state.withLock { state in
            guard state.decision.move == .answer, !state.sheet.text.isEmpty, state.sheet.citations.isEmpty else {
                return
            }
            // Nothing of what was found could be said.
            state.decision = PolicyDecision(.abstain, hintLevel: 0)
        }
    }

    // MARK: - What writers do

    /// Adds a sentence, and tells readers of it.
    func add(_ unit: AnswerUnit) {
        let (text, citations) = state.withLock { $0.sheet.add(unit) }
        live.publish(citations.map { .citation($0) } + [.text(text)], as: answer())
    }

    /// Says who writes.
    func setWriter(_ name: String) { state.withLock { $0.writer = name } }

    /// Something that a learner should know while waiting.
    func tell(_ note: String) { live.publish([.note(note)], as: answer()) }

    /// The answer ends at its limit.
    func cut(_ note: String) {
        state.withLock { state in
            state.status = .cut
            state.note = note
        }
    }

    /// Sets tokens aside for one request to a model, before it is made: whoever asks at the same time sees them as used.
    ///
    /// - Returns: Whether there were any left.
    func reserve(_ tokens: Int) async throws -> Bool {
        let (user, settings, day) = (live.user, service.settings, UsageRows.day(of: startedAt))
        // A task of its own: whoever leaves meanwhile must not leave it in doubt.
        return try await Task { [service] in
            do {
                try await service.needs.database.write { session in
                    try UsageRows(session: session).reserve(tokens, by: user, on: day, settings)
                }
                return true
            } catch is UsageRows.Spent {
                return false
            }
        }.value
    }

    /// Counts what a request has used in place of what was set aside; before the answer ends, and also if it never does.
    func count(_ tokens: Int, reserved: Int) async {
        let tokens = min(tokens, UsageRows.mostTokens)
        state.withLock { $0.tokens += tokens }
        let (user, day) = (live.user, UsageRows.day(of: startedAt))
        // A task of its own: what was used is counted even if the learner has left.
        await Task { [service] in
            do {
                try await service.needs.database.write { session in
                    try UsageRows(session: session).settle(tokens, reserved: reserved, by: user, on: day)
                }
            } catch {
                service.needs.logger.error("tokens were not counted", metadata: ["error": "\(error)"])
            }
        }.value
    }

    var userKey: String { service.userKey(live.user) }

    /// Begins anew, as another writer.
    private func restart(_ note: String) {
        state.withLock { state in
            state.sheet = AnswerSheet()
            state.writer = BuiltInAnswerer.name
            state.note = note
            state.status = .writing
        }
        live.publish([.answer(answer()), .note(note)], as: answer())
    }

    private func answer() -> TutorAnswer {
        let state = state.withLock { $0 }
        let elapsed = ContinuousClock.now - start
        return TutorAnswer(
            id: exchange.place.answer,
            clientID: live.clientID,
            conversation: exchange.place.conversation,
            text: state.sheet.text,
            html: state.sheet.html,
            abstained: state.decision.move == .abstain,
            hintLevel: state.decision.hintLevel,
            move: state.decision.move,
            status: state.status,
            citations: state.sheet.citations,
            unsupported: state.sheet.unsupported,
            writer: state.writer,
            note: state.note,
            tokens: state.tokens,
            isHelpful: nil,
            createdAt: startedAt,
            milliseconds: Int(clamping: elapsed.wholeMilliseconds)
        )
    }

    private func keep() async {
        var answer = answer()
        let (target, step) = state.withLock { ($0.target, $0.decision.step) }
        let (user, now) = (live.user, startedAt)
        let context = exchange.question.context
        let content =
            context.diagram?.rawValue ?? context.lab?.rawValue ?? context.incident?.rawValue
            ?? answer.citations.first.flatMap { $0.diagram?.rawValue ?? $0.incident?.rawValue ?? $0.lab?.rawValue }
        let eventID = service.needs.ids.next()
        do {
            let kept = answer
            let event = try TutorEvent.answered(
                kept,
                content: content,
                item: target?.reviewItem,
                user: user,
                id: eventID,
                at: now
            )
            try await service.needs.database.write { session in
                let rows = ConversationRows(session: session, user: user)
                guard try rows.finish(kept, target: target?.id, step: step) else { return }
                try Outbox.append(event, at: now, in: session)
            }
        } catch {
            service.needs.logger.error("an answer was not kept", metadata: ["error": "\(error)"])
            let words = "This answer could not be kept; it will be missing when you come back to the conversation."
            state.withLock { state in state.note = [state.note, words].compactMap { $0 }.joined(separator: " ") }
            answer = self.answer()
        }
        service.live.remove(live)
        live.end(answer)
    }
}
