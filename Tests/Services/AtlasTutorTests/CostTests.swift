import AtlasAPI
import AtlasCore
import AtlasPorts
import AtlasTestKit
import Testing

@testable import AtlasTutor

/// What a model costs, and how long it may take.
@Suite(.timeLimit(.minutes(2))) struct CostTests {
    static let question = ModelTests.question
    static let page = ModelTests.page
    static let limit = TutorSettings().tokensPerAccount

    private func tokensLeft(_ bench: TutorBench) async throws -> Int? {
        try await bench.tutor.state(as: TutorBench.person()).tokensLeft
    }

    @Test(arguments: [
        ModelProblem.unauthorized, .rateLimited(retryAfter: nil), .spent, .overloaded, .refused(status: 400, "x"),
        .failed(status: 500), .unreachable,
    ])
    func `a request that no model has read costs nothing`(problem: ModelProblem) async throws {
        let model = ScriptedModel { _ in [.problem(problem)] }
        try await TutorBench.run(.sqlite, .init(model: model)) { bench async throws in
            let answer = try await bench.ask(Self.question, Self.page)
            #expect(answer.writer == "built-in" && answer.tokens == 0)
            #expect(try await tokensLeft(bench) == Self.limit)
        }
    }

    @Test(arguments: [ModelProblem.timedOut, .cut, .malformed("x")])
    func `one that may have been read is estimated`(problem: ModelProblem) async throws {
        let model = ScriptedModel { _ in [.problem(problem)] }
        try await TutorBench.run(.sqlite, .init(model: model)) { bench async throws in
            let answer = try await bench.ask(Self.question, Self.page)
            #expect(answer.tokens > 100)
            #expect(try await tokensLeft(bench) == Self.limit - answer.tokens)
        }
    }

    @Test func `a try that may have been read is paid for, whatever the next one ends with`() async throws {
        let model = ScriptedModel { _ in
            [.event(.waiting(.seconds(1), .timedOut)), .problem(.overloaded)]
        }
        try await TutorBench.run(.sqlite, .init(model: model)) { bench async throws in
            let answer = try await bench.ask(Self.question, Self.page)
            #expect(answer.tokens > 100)
            #expect(try await tokensLeft(bench) == Self.limit - answer.tokens)
        }
    }

    @Test func `words that were written before somebody left are counted`() async throws {
        let words = String(repeating: "The application looks first. ", count: 20)
        for ends in ["", "<script>"] {
            let model = ScriptedModel { _ in
                [
                    .event(.counted(ModelUsage(input: 90, output: 1))), .event(.text(words)),
                    .event(.citation(record: ModelTests.record, quote: ModelTests.quote)), .event(.text("So \(ends)")),
                    .silence,
                ]
            }
            try await TutorBench.run(.sqlite, .init(model: model)) { bench async throws in
                let question = NewQuestion(clientID: "q1", text: Self.question, context: Self.page)
                var (id, last): (AnswerID?, TutorAnswer?)
                for await event in try await bench.tutor.ask(question, as: TutorBench.person()) {
                    if case .answer(let answer) = event { id = answer.id }
                    if case .finished(let answer) = event { last = answer }
                    if case .text = event, ends.isEmpty, let id {
                        _ = try await bench.tutor.stop(id, as: TutorBench.person())
                    }
                }
                #expect(last?.tokens == 90 + (words.utf8.count + 3 + ends.utf8.count) / 4)
                #expect(try await tokensLeft(bench) == Self.limit - (last?.tokens ?? 0))
            }
        }
    }

    @Test(arguments: TestEngine.all)
    func `who asks twice at once does not get more than the day's tokens`(engine: TestEngine) async throws {
        let asked = TestSignal()
        let model = ScriptedModel { _ in
            asked.fire()
            return [.silence]
        }
        var settings = TutorSettings()
        settings.tokensPerAccount = 100
        try await TutorBench.run(engine, .init(model: model, settings: settings)) { bench async throws in
            let ada = TutorBench.person()
            let first = NewQuestion(clientID: "q1", text: Self.question, context: Self.page)
            let stream = try await bench.tutor.ask(first, as: ada)
            await asked.wait()
            let second = try await bench.ask(Self.question, Self.page)
            #expect(second.writer == "built-in" && second.note?.contains("budget") == true && second.tokens == 0)
            #expect(model.requests.count == 1)
            await bench.tutor.close()
            for await _ in stream {}
            #expect(try await tokensLeft(bench) == 0)
        }
    }

    @Test func `a model that does not end is left, and the answer comes from the catalogue`() async throws {
        let model = ScriptedModel { _ in [.event(.text("The application looks first. ")), .silence] }
        var settings = TutorSettings()
        settings.modelTime = .milliseconds(20)
        try await TutorBench.run(.sqlite, .init(model: model, settings: settings)) { bench async throws in
            let answer = try await bench.ask(Self.question, Self.page)
            #expect(answer.status == .complete && answer.writer == "built-in" && !answer.citations.isEmpty)
            #expect(answer.note?.hasPrefix("The model did not answer in time") == true)
            #expect(model.endedRequests == 1)
        }
    }

    @Test func `an embedder that does not answer is not waited for`() async throws {
        var settings = TutorSettings()
        settings.findingTime = .milliseconds(20)
        let options = TutorBench.Options(settings: settings, embedder: SlowEmbedder(), hasVectors: true)
        try await TutorBench.run(.sqlite, options) { bench async throws in
            let answer = try await bench.ask(Self.question, Self.page)
            #expect(answer.move == .answer && !answer.citations.isEmpty)
        }
    }

    @Test func `counts beyond all measure do no harm`() async throws {
        let model = ScriptedModel { _ in
            [.event(.text("So.")), .event(.finished(.complete, ModelUsage(input: .max, output: .max, cacheRead: 7)))]
        }
        try await TutorBench.run(.sqlite, .init(model: model)) { bench async throws in
            let answer = try await bench.ask(Self.question, Self.page)
            #expect(answer.status == .complete && answer.tokens > Self.limit)
            #expect(try await tokensLeft(bench) == 0)
            #expect(try await bench.ask(Self.question, Self.page).writer == "built-in")
        }
    }
}

/// Makes vectors of records, and never ends with that of one question.
private struct SlowEmbedder: Embedder {
    let id = "slow/128"
    let dimensions = 128
    let note: String? = nil

    func embed(_ texts: [String]) async throws -> [[Float]] {
        // Ends when whoever waits leaves.
        if texts.count == 1 { try await Task.sleep(for: .seconds(3_600)) }
        return try await WordEmbedder().embed(texts)
    }
}
