import AtlasAPI
import AtlasCore
import AtlasPorts
import Logging

/// Lets a model write what the rules decided, and checks each sentence before anybody reads it.
struct ModelExchange: Sendable {
    enum Outcome: Sendable, Equatable {
        /// The answer is there, whole or cut.
        case written
        /// Nothing of it counts; says why, for the learner.
        case failed(String)
    }

    /// Calls of the tool that are answered.
    static let toolCalls = 3
    /// Calls of one request that get an answer at all; who makes more is left.
    private static let callsAtOnce = 8
    /// Records that one call finds.
    static let foundRecords = 6
    /// Characters of a query.
    private static let queryCharacters = 300
    /// Bytes that are taken for a token when nothing was counted.
    private static let bytesOfToken = 4

    /// Whether a model may make this move; the others say fixed things.
    static func isFor(_ move: TutorMove) -> Bool {
        switch move {
        case .answer, .hint, .workedStep, .diagnose: true
        case .quiz, .abstain, .withhold: false
        }
    }

    let model: any LanguageModel
    let plan: AnswerPlan
    let writer: AnswerWriter

    func run() async -> Outcome {
        let shares = writer.exchange.place.sharesProfile
        let known = ModelPrompt.known(plan, sharesProfile: shares)
        var request = ModelPrompt.request(
            plan,
            known,
            history: writer.exchange.place.history,
            profile: shares ? await profile() : nil,
            userKey: writer.userKey
        )
        var check = CitationCheck()
        check.give(known)
        var reader = ModelReader(
            OutputGuard(
                leaks: plan.modelLeaks,
                titles: plan.findings.records.map(\.record.title).joined(separator: " ")
            ),
            check,
            isTalk: plan.decision.move != .answer
        )
        var calls = 0
        while true {
            let round = await ask(request, &reader)
            switch round.end {
            case .written: return .written
            case .failed(let note): return .failed(note)
            case .called:
                guard calls < Self.toolCalls, (1...Self.callsAtOnce).contains(round.calls.count) else {
                    return .failed(
                        "The model looked things up too often, so this is made from the catalogue's own sentences."
                    )
                }
                await answer(round, upTo: Self.toolCalls - calls, &request, &reader)
                calls += round.calls.count
                request.mayCall = calls < Self.toolCalls
            }
        }
    }

    // MARK: - One request

    private struct Call {
        let id: String
        let name: String
        let input: String
    }

    private struct Round {
        enum End: Equatable {
            case written
            case failed(String)
            case called
        }

        var end = End.failed("The model did not answer, so this is made from the catalogue's own sentences.")
        var calls: [Call] = []
        var words = ""
    }

    private func ask(_ request: ModelRequest, _ reader: inout ModelReader) async -> Round {
        var round = Round()
        let reserved = Self.estimate(request, "") + request.maximumTokens
        do {
            guard try await writer.reserve(reserved) else {
                round.end = .failed(
                    "The day's budget for the model is used, so this is made from the catalogue's own sentences."
                )
                return round
            }
        } catch {
            round.end = .failed("The budget could not be read, so this is made from the catalogue's own sentences.")
            return round
        }
        writer.setWriter(model.name)
        await writer.count(await follow(request, &round, &reader), reserved: reserved)
        return round
    }

    /// Reads one answer to its end.
    ///
    /// - Returns: The tokens that it has cost.
    private func follow(_ request: ModelRequest, _ round: inout Round, _ reader: inout ModelReader) async -> Int {
        var counted: ModelUsage?
        var isCounted = false
        var isFree = false
        // Of earlier tries that may have been read, and ended before anything was counted.
        var (isTryCounted, uncounted) = (false, 0)
        do {
            for try await event in model.answer(request) {
                switch event {
                case .text(let words):
                    round.words += words
                    for unit in try reader.take(words) { writer.add(unit) }
                case .citation(let record, let quote): reader.cite(record, quote: quote)
                case .block: for unit in try reader.flush() { writer.add(unit) }
                case .toolCall(let id, let name, let input): round.calls.append(Call(id: id, name: name, input: input))
                case .waiting(let time, let problem):
                    if !isTryCounted, !Self.isFree(problem) { uncounted += Self.estimate(request, "") }
                    isTryCounted = false
                    writer.tell("The model is busy; it is asked again in \(max(time.components.seconds, 1)) s.")
                case .counted(let usage): (counted, isTryCounted) = (usage, true)
                case .finished(let stop, let usage):
                    (counted, isCounted) = (usage, true)
                    round.end = try end(stop, &reader)
                }
            }
        } catch let violation as OutputGuard.Violation {
            round.end = .failed(Self.words(violation))
        } catch let problem as ModelProblem {
            isFree = Self.isFree(problem)
            round.end = .failed(Self.words(problem))
        } catch {
            round.end = .failed("The model did not answer, so this is made from the catalogue's own sentences.")
        }
        if isCounted, let counted { return uncounted + counted.total }
        let output = round.words.utf8.count / Self.bytesOfToken
        // Whoever leaves an answer is not told what its words have cost.
        if var counted {
            counted.output = max(counted.output, output)
            return uncounted + counted.total
        }
        return uncounted + (isFree && round.words.isEmpty ? 0 : Self.estimate(request, round.words))
    }

    /// Whether a request that ended so before anything was counted was never read by the model.
    private static func isFree(_ problem: ModelProblem) -> Bool {
        switch problem {
        case .unauthorized, .rateLimited, .spent, .overloaded, .refused, .failed, .unreachable: true
        case .timedOut, .cut, .malformed: false
        }
    }

    private func end(_ stop: ModelStop, _ reader: inout ModelReader) throws -> Round.End {
        if stop == .toolCall {
            reader.discard()
            return .called
        }
        for unit in try reader.flush() { writer.add(unit) }
        switch stop {
        case .complete, .toolCall: break
        case .length: writer.cut("The answer was cut at its limit.")
        case .refusal: return .failed("The model declined, so this is made from the catalogue's own sentences.")
        }
        return reader.isEmpty
            ? .failed("The model said nothing, so this is made from the catalogue's own sentences.") : .written
    }

    private static func estimate(_ request: ModelRequest, _ answer: String) -> Int {
        var bytes = request.instructions.utf8.count + request.move.utf8.count + answer.utf8.count
        for part in request.messages.flatMap(\.parts) {
            switch part {
            case .text(let text), .record(_, _, let text): bytes += text.utf8.count
            case .toolCall(_, _, let input): bytes += input.utf8.count
            case .toolResult(_, let parts, _): bytes += parts.count * ModelPrompt.recordCharacters
            }
        }
        return bytes / bytesOfToken
    }

    // MARK: - The tool

    private func answer(
        _ round: Round,
        upTo limit: Int,
        _ request: inout ModelRequest,
        _ reader: inout ModelReader
    ) async {
        var said: [ModelMessage.Part] = round.words.isEmpty ? [] : [.text(round.words)]
        said += round.calls.map { .toolCall(id: $0.id, name: $0.name, input: $0.input) }
        var results: [ModelMessage.Part] = []
        for (number, call) in round.calls.enumerated() {
            guard number < limit else {
                results.append(.toolResult(id: call.id, parts: [.text("No more look-ups.")], isError: true))
                continue
            }
            guard call.name == ModelPrompt.searchTool.name, let query = ToolInput.query(call.input) else {
                results.append(.toolResult(id: call.id, parts: [.text("There is no such tool.")], isError: true))
                continue
            }
            let records = await search(String(query.prefix(Self.queryCharacters)))
            reader.check.give(records)
            let parts: [ModelMessage.Part] =
                records.isEmpty ? [.text("Nothing was found.")] : records.map(ModelPrompt.part)
            results.append(.toolResult(id: call.id, parts: parts, isError: false))
        }
        request.messages += [ModelMessage(.assistant, said), ModelMessage(.user, results)]
    }

    /// Only what the learner may see, and nothing that is guarded.
    private func search(_ query: String) async -> [TutorRecord] {
        let similar = await writer.exchange.similar(to: query)
        let found = Retriever(index: plan.index).find(query, similar: similar, gaze: plan.gaze, limit: Exchange.records)
        return found.records.map(\.record).filter { $0.isFindable && !plan.leaks.isLeak($0.text) }
            .prefix(Self.foundRecords).map { $0 }
    }

    // MARK: - Words for the learner

    /// How well the learner knows the subject.
    private func profile() async -> String? {
        let exchange = writer.exchange
        do {
            guard let content = plan.findings.records.first?.record.place.content,
                let category = plan.index.category(of: content),
                let chance = try await exchange.needs.learners.mastery(of: category, as: exchange.caller)
            else { return nil }
            return "they answer about \(Int((chance * 100).rounded())) % of questions of this subject right."
        } catch {
            exchange.needs.logger.warning("what a learner can do is not known", metadata: ["error": "\(error)"])
            return nil
        }
    }

    private static func words(_ violation: OutputGuard.Violation) -> String {
        violation == .leak
            ? "The model's answer gave too much away, so this is made from the catalogue's own sentences."
            : "The model's answer did not keep to the rules, so this is made from the catalogue's own sentences."
    }

    private static func words(_ problem: ModelProblem) -> String {
        let reason =
            switch problem {
            case .unauthorized: "The model's key is refused"
            case .rateLimited: "The model has too many requests just now"
            case .spent: "What this server may spend on the model is used"
            case .overloaded: "The model is overloaded just now"
            case .timedOut: "The model did not answer in time"
            case .cut: "The model's answer broke off"
            case .malformed: "The model's answer could not be read"
            case .refused: "The model refused the request"
            case .failed: "The model's server failed"
            case .unreachable: "The model cannot be reached"
            }
        return reason + ", so this is made from the catalogue's own sentences."
    }
}
