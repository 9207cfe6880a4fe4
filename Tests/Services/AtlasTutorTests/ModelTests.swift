import AtlasAPI
import AtlasCore
import AtlasPorts
import AtlasTestKit
import Testing

@testable import AtlasTutor

@Suite struct ModelTests {
    static let question = "Who looks in the cache first, the application or the database?"
    static let page = TutorContext(diagram: DiagramID("e1-cache-aside"))
    static let record = "diagram/e1-cache-aside/about"
    static let quote = "The application looks in the cache first"

    @Test(arguments: TestEngine.all)
    func `a model's words come with their places, and its tokens are counted`(engine: TestEngine) async throws {
        let model = ScriptedModel { _ in
            [
                .event(.counted(ModelUsage(input: 90))), .event(.block),
                .event(.text("The application looks ")), .event(.text("first. It asks the cache.")),
                .event(.citation(record: Self.record, quote: Self.quote)),
                .event(.citation(record: "diagram/e1-cache-aside/node/none", quote: "made up")),
                .event(.block), .event(.text(" Nobody has measured that.")),
                .event(.finished(.complete, ModelUsage(input: 90, output: 30, cacheRead: 10))),
            ]
        }
        try await TutorBench.run(engine, .init(model: model)) { bench async throws in
            let (events, answer) = try await bench.events(Self.question, Self.page)
            #expect(answer.text == "The application looks first. [1] It asks the cache. [1] Nobody has measured that.")
            #expect(answer.citations.map(\.record) == [Self.record] && answer.unsupported == 1)
            #expect(answer.html.contains("<span class=\"unsupported\">Nobody has measured that.</span>"))
            #expect(answer.writer == "scripted" && answer.tokens == 130 && answer.note == nil)
            #expect(events.contains(.citation(answer.citations[0])))
            let request = try #require(model.requests.first)
            #expect(request.instructions == ModelPrompt.instructions && request.move.contains("Move: answer"))
            guard case .text(let last) = request.messages.last?.parts.last else { return #expect(Bool(false)) }
            #expect(last == Self.question)
            let state = try await bench.tutor.state(as: TutorBench.person())
            #expect(state.tokensLeft == TutorSettings().tokensPerAccount - 130)
        }
    }

    @Test(arguments: [
        ModelProblem.unauthorized, .rateLimited(retryAfter: .seconds(3)), .spent, .overloaded, .timedOut, .cut,
        .malformed("x"), .refused(status: 400, "x"), .failed(status: 500), .unreachable,
    ])
    func `whatever goes wrong with a model, an answer comes, says why, and is accounted`(
        problem: ModelProblem
    ) async throws {
        let model = ScriptedModel { _ in
            [
                .event(.counted(ModelUsage(input: 70))), .event(.text("The cache is ")),
                .event(.counted(ModelUsage(input: 70, output: 5))), .problem(problem),
            ]
        }
        try await TutorBench.run(.sqlite, .init(model: model)) { bench async throws in
            let (events, answer) = try await bench.events(Self.question, Self.page)
            #expect(answer.writer == "built-in" && answer.status == .complete && !answer.citations.isEmpty)
            #expect(answer.note?.hasSuffix("catalogue's own sentences.") == true)
            #expect(answer.tokens == 75)
            #expect(events.contains(.note(answer.note ?? "")))
            #expect(!answer.text.contains("The cache is The"))
            let stored = try await bench.tutor.conversation(answer.conversation, as: TutorBench.person())
            #expect(stored.turns.first?.answer == answer)
        }
    }

    @Test func `a model may look things up, three times, and sees no answer that is guarded`() async throws {
        let model = ScriptedModel { request in
            let found = request.messages.flatMap(\.parts).count { if case .toolResult = $0 { true } else { false } }
            guard !request.mayCall else {
                let input = "{\"query\":\"load of B and C at 70 % when region A is lost \(found)\"}"
                return [
                    .event(.text("Let me look.")),
                    .event(.toolCall(id: "t\(found)", name: "search_catalogue", input: input)),
                    .event(.finished(.toolCall, ModelUsage(input: 10, output: 1))),
                ]
            }
            return [
                .event(.text("What do you think?")), .event(.finished(.complete, ModelUsage(input: 10, output: 1))),
            ]
        }
        try await TutorBench.run(.sqlite, .init(model: model)) { bench async throws in
            let text = "Three equal regions each run at 70 % of capacity. Region A is lost. What load do B and C face?"
            let answer = try await bench.ask(text, TutorContext(diagram: DiagramID("d5-traffic-steering")))
            #expect(answer.text == "What do you think?" && answer.move == .diagnose && answer.tokens == 44)
            #expect(model.requests.count == 4 && model.requests.allSatisfy { $0.tools == [ModelPrompt.searchTool] })
            for part in model.requests.flatMap(\.messages).flatMap(\.parts) {
                guard case .toolResult(_, let parts, _) = part else { continue }
                for case .record(let id, _, let text) in parts {
                    #expect(!id.hasSuffix("/answer") && !id.contains("/hint/") && !text.contains("105 %"))
                }
            }
        }
    }

    @Test func `a model that only looks things up is left`() async throws {
        let model = ScriptedModel { _ in
            [
                .event(.toolCall(id: "t", name: "search_catalogue", input: "{\"query\":\"cache\"}")),
                .event(.finished(.toolCall, ModelUsage(input: 10, output: 1))),
            ]
        }
        try await TutorBench.run(.sqlite, .init(model: model)) { bench async throws in
            let answer = try await bench.ask(Self.question, Self.page)
            #expect(answer.writer == "built-in" && answer.note?.contains("too often") == true)
            #expect(model.requests.count <= 5)
        }
    }

    @Test func `of many look-ups at once three are made, and of too many none`() async throws {
        for count in [5, 9] {
            let model = ScriptedModel { request in
                guard request.mayCall else {
                    return [.event(.text("What do you think?")), .event(.finished(.complete, ModelUsage(input: 1)))]
                }
                let input = "{\"query\":\"cache\"}"
                return (0..<count).map { .event(.toolCall(id: "t\($0)", name: "search_catalogue", input: input)) }
                    + [.event(.finished(.toolCall, ModelUsage(input: 1)))]
            }
            try await TutorBench.run(.sqlite, .init(model: model)) { bench async throws in
                let answer = try await bench.ask(Self.question, Self.page)
                #expect(answer.writer == (count == 5 ? "scripted" : "built-in"))
                var results: [Bool] = []
                for part in model.requests.last?.messages.last?.parts ?? [] {
                    if case .toolResult(_, _, let isError) = part { results.append(isError) }
                }
                #expect(results == (count == 5 ? [false, false, false, true, true] : []), "each call has its result")
            }
        }
    }

    @Test func `what is graded does not hide behind a long answer that speaks of it`() async throws {
        // Most of the answer's words, so far from one another that none of them gives anything away.
        let filler = String(repeating: "Look at the picture again before you go on. ", count: 6)
        let about = ["code", "path", "sized", "overloaded", "slow", "become"].map { "Think of “\($0)”. \(filler)" }
        let model = ScriptedModel { _ in
            about.flatMap { [.event(.block), .event(.text($0))] } + [
                .event(.block), .event(.text("It is twenty times as much, from 500 to 10,000 reads/s.")),
                .event(.finished(.complete, ModelUsage(input: 1))),
            ]
        }
        try await TutorBench.run(.sqlite, .init(model: model)) { bench async throws in
            let text = "The cache dies while 10,000 reads/s arrive and 95 % of them were hits. What changes?"
            let (events, answer) = try await bench.events(text, Self.page)
            #expect(answer.writer == "built-in" && answer.note?.contains("gave too much away") == true)
            let said = events.map { if case .text(let text) = $0 { text } else { "" } }.joined()
            #expect(said.contains("“become”") && !said.contains("twenty") && !said.contains("500"))
        }
    }

    @Test func `what a learner did in a lab is sent only if they let it`() async throws {
        let model = ScriptedModel("What do you see there?")
        try await TutorBench.run(.sqlite, .init(model: model)) { bench async throws in
            bench.learners.fail(
                LabCheckResult(
                    id: "spread",
                    text: "Keys are spread",
                    isPassed: false,
                    observed: "OBSERVED-OF-ADA",
                    expected: "",
                    hintCount: 0,
                    hintsSeen: 0
                )
            )
            let lab = TutorContext(lab: LabID("hash-ring"))
            for shares in [false, true] {
                _ = try await bench.tutor.setSharesProfile(shares, as: TutorBench.person())
                let answer = try await bench.ask("Tell me why my check fails.", lab, intent: .whyWrong)
                #expect(answer.move == .hint && answer.writer == "scripted")
            }
            #expect(model.requests.map { "\($0)".contains("OBSERVED-OF-ADA") } == [false, true])
        }
    }

    @Test func `words that come without an end are not cut in two`() async throws {
        let words = (0..<400).map { "word\($0)" }.joined(separator: " ")
        let pieces = stride(from: 0, to: words.count, by: 11).map { start in
            String(words.dropFirst(start).prefix(11))
        }
        let model = ScriptedModel { _ in
            pieces.map { .event(.text($0)) } + [.event(.finished(.complete, ModelUsage(input: 1)))]
        }
        try await TutorBench.run(.sqlite, .init(model: model)) { bench async throws in
            #expect(try await bench.ask(Self.question, Self.page).text == words)
        }
    }

    @Test func `a hint that was stopped before anybody read it comes again`() async throws {
        let asked = TestSignal()
        let model = ScriptedModel { request in
            guard !asked.hasHappened else {
                return [.event(.text("Look there.")), .event(.finished(.complete, ModelUsage(input: 1)))]
            }
            asked.fire()
            return [.silence]
        }
        try await TutorBench.run(.sqlite, .init(model: model)) { bench async throws in
            let ada = TutorBench.person()
            let text = "I think nobody. The database is gone and the cache is healthy. Who can still work?"
            let question = NewQuestion(clientID: "q1", text: text, context: Self.page)
            var last: TutorAnswer?
            for await event in try await bench.tutor.ask(question, as: ada) {
                if case .answer(let answer) = event, answer.status == .writing, last == nil {
                    last = answer
                    await asked.wait()
                    _ = try await bench.tutor.stop(answer.id, as: ada)
                }
                if case .finished(let answer) = event { last = answer }
            }
            let stopped = try #require(last)
            #expect(stopped.status == .stopped && stopped.text.isEmpty && stopped.hintLevel == 0)
            var context = Self.page
            context.conversation = stopped.conversation
            let again = try await bench.ask("One more hint", context, intent: .hint)
            #expect(again.move == .diagnose || again.hintLevel == 1, "\(again.move) \(again.hintLevel)")
        }
    }

    @Test func `cut, declined and empty answers end in a clear state`() async throws {
        for (stop, expected) in [(ModelStop.length, AnswerStatus.cut), (.refusal, .complete), (.complete, .complete)] {
            let model = ScriptedModel { _ in
                let words: [ScriptedModel.Step] = stop == .length ? [.event(.text("The application looks first."))] : []
                return words + [.event(.finished(stop, ModelUsage(input: 1, output: 1)))]
            }
            try await TutorBench.run(.sqlite, .init(model: model)) { bench async throws in
                let answer = try await bench.ask(Self.question, Self.page)
                #expect(answer.status == expected && answer.note != nil)
                #expect(answer.writer == (stop == .length ? "scripted" : "built-in"))
            }
        }
    }

    @Test(arguments: TestEngine.all)
    func `a budget of one's own and one of all end the model's help, not the tutor's`(engine: TestEngine) async throws {
        let model = ScriptedModel("The application looks first.", citing: (Self.record, Self.quote))
        var settings = TutorSettings()
        settings.tokensPerAccount = 100
        settings.tokensPerDay = 200
        try await TutorBench.run(engine, .init(model: model, settings: settings)) { bench async throws in
            let (ada, bob, cy) = (TutorBench.person(), TutorBench.person("bob"), TutorBench.person("cy"))
            #expect(try await bench.ask(Self.question, Self.page, as: ada).writer == "scripted")
            let second = try await bench.ask(Self.question, Self.page, as: ada)
            #expect(second.writer == "built-in" && second.note?.contains("budget") == true && second.tokens == 0)
            #expect(try await bench.ask(Self.question, Self.page, as: bob).writer == "scripted")
            #expect(try await bench.ask(Self.question, Self.page, as: cy).writer == "built-in", "all together")
            #expect(try await bench.tutor.state(as: ada).tokensLeft == 0)
            bench.clock.advance(by: .seconds(86_400))
            #expect(try await bench.ask(Self.question, Self.page, as: ada).writer == "scripted", "the next day")
        }
    }

    @Test(arguments: TestEngine.all)
    func `who stops an answer keeps what was said`(engine: TestEngine) async throws {
        let model = ScriptedModel { _ in
            [
                .event(.text("The application looks first.")),
                .event(.citation(record: Self.record, quote: Self.quote)),
                .event(.text(" And")), .silence,
            ]
        }
        try await TutorBench.run(engine, .init(model: model)) { bench async throws in
            let ada = TutorBench.person()
            let question = NewQuestion(clientID: "q1", text: Self.question, context: Self.page)
            var last: TutorAnswer?
            for await event in try await bench.tutor.ask(question, as: ada) {
                if case .answer(let answer) = event { last = answer }
                if case .text = event, let id = last?.id {
                    let stopped = try await bench.tutor.stop(id, as: ada)
                    #expect(stopped.status == .stopped && stopped.text == "The application looks first. [1]")
                }
                if case .finished(let answer) = event { last = answer }
            }
            #expect(last?.status == .stopped && model.endedRequests == 1)
            #expect(last?.tokens ?? 0 > 0, "estimated, since nothing was counted")
        }
    }

    @Test func `when the last reader has gone, the model is left after a while`() async throws {
        let model = ScriptedModel { _ in [.event(.text("The application looks first.")), .silence] }
        var settings = TutorSettings()
        settings.patience = .milliseconds(20)
        try await TutorBench.run(.sqlite, .init(model: model, settings: settings)) { bench async throws in
            let ada = TutorBench.person()
            let question = NewQuestion(clientID: "q1", text: Self.question, context: Self.page)
            var id: AnswerID?
            for await event in try await bench.tutor.ask(question, as: ada) {
                if case .answer(let answer) = event { id = answer.id }
                break
            }
            let begun = try #require(id)
            let writing = try #require(bench.tutor.live.find(begun, of: UserID("ada")))
            await writing.finished()
            let answer = try #require(writing.answer)
            #expect(answer.status == .stopped && model.endedRequests == model.requests.count)
            #expect(try await bench.ask("", id: "q1").status == .stopped)
        }
    }

    @Test func `who comes back in time reads on`() async throws {
        let model = ScriptedModel { _ in [.event(.text("The application looks first.")), .silence] }
        try await TutorBench.run(.sqlite, .init(model: model)) { bench async throws in
            let ada = TutorBench.person()
            let question = NewQuestion(clientID: "q1", text: Self.question, context: Self.page)
            for await _ in try await bench.tutor.ask(question, as: ada) { break }
            var iterator = try await bench.tutor.ask(question, as: ada).makeAsyncIterator()
            guard case .answer(let answer) = await iterator.next() else { return #expect(Bool(false)) }
            #expect(answer.status == .writing && model.requests.count <= 1)
            _ = try await bench.tutor.stop(answer.id, as: ada)
            var last: AnswerEvent?
            while let event = await iterator.next() { last = event }
            guard case .finished(let end) = last else { return #expect(Bool(false)) }
            #expect(end.status == .stopped)
        }
    }

    @Test func `three questions of one account at a time are enough`() async throws {
        let model = ScriptedModel { _ in [.silence] }
        try await TutorBench.run(.sqlite, .init(model: model)) { bench async throws in
            let ada = TutorBench.person()
            var streams: [AsyncStream<AnswerEvent>] = []
            for number in 0..<3 {
                let question = NewQuestion(clientID: "q\(number)", text: Self.question, context: Self.page)
                streams.append(try await bench.tutor.ask(question, as: ada))
            }
            #expect(await code { try await bench.ask(Self.question, Self.page, as: ada) } == .tooMany)
            await bench.tutor.close()
            for stream in streams {
                var last: AnswerEvent?
                for await event in stream { last = event }
                guard case .finished(let answer) = last else { return #expect(Bool(false)) }
                #expect(answer.status == .stopped)
            }
        }
    }

    @Test func `what a learner can do is sent only if they let it`() async throws {
        let model = ScriptedModel("The application looks first.", citing: (Self.record, Self.quote))
        try await TutorBench.run(.sqlite, .init(model: model)) { bench async throws in
            bench.learners.setMastery(0.42)
            try await bench.ask(Self.question, Self.page)
            _ = try await bench.tutor.setSharesProfile(true, as: TutorBench.person())
            try await bench.ask(Self.question, Self.page)
            let sent = model.requests.map { request in "\(request)".contains("42 %") }
            #expect(sent == [false, true])
            #expect(model.requests.allSatisfy { !"\($0)".contains("ada") })
        }
    }

    @Test func `the turns before go along, cut to a length`() async throws {
        let model = ScriptedModel("The application looks first.", citing: (Self.record, Self.quote))
        try await TutorBench.run(.sqlite, .init(model: model)) { bench async throws in
            var context = Self.page
            for _ in 0..<9 { context.conversation = try await bench.ask(Self.question, context).conversation }
            let last = try #require(model.requests.last)
            #expect(last.messages.count == 2 * ModelPrompt.turns + 1)
            #expect(
                last.messages.map(\.role) == (0..<ModelPrompt.turns).flatMap { _ in [.user, .assistant] } + [.user]
            )
        }
    }
}
