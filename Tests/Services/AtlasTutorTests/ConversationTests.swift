import AtlasAPI
import AtlasCore
import AtlasPorts
import AtlasTestKit
import Testing

@testable import AtlasTutor

@Suite struct ConversationTests {
    static let page = TutorContext(diagram: DiagramID("e1-cache-aside"))

    @Test(arguments: TestEngine.all)
    func `a conversation is kept with its turns and what they cite`(engine: TestEngine) async throws {
        try await TutorBench.run(engine) { bench async throws in
            let (events, first) = try await bench.events("Who looks in the cache first?", Self.page)
            guard case .answer(let begun) = events.first else { return #expect(Bool(false), "\(events)") }
            #expect(begun.status == .writing && begun.id == first.id)
            #expect(
                first.status == .complete && first.move == .answer && first.writer == "built-in" && first.tokens == 0
            )
            let said = events.reduce(into: "") { text, event in if case .text(let more) = event { text += more } }
            #expect(said == first.text && !said.isEmpty)
            #expect(first.citations.map(\.number) == Array(1...first.citations.count))

            var context = Self.page
            context.conversation = first.conversation
            bench.clock.advance(by: .seconds(60))
            let second = try await bench.ask("How long may a copy be out of date?", context)
            #expect(second.conversation == first.conversation)
            let conversation = try await bench.tutor.conversation(first.conversation, as: TutorBench.person())
            #expect(conversation.turns.map(\.answer) == [first, second])
            #expect(conversation.turns.map(\.question).first == "Who looks in the cache first?")
            #expect(
                conversation.summary.questions == 2 && conversation.summary.title == "Who looks in the cache first?"
            )
            #expect(conversation.summary.updatedAt - conversation.summary.startedAt == .seconds(60))
        }
    }

    @Test(arguments: TestEngine.all)
    func `asking the same again is the same question, and somebody else's is another`(engine: TestEngine) async throws {
        try await TutorBench.run(engine) { bench async throws in
            let first = try await bench.ask("What is a lease for?", id: "q1")
            let (events, again) = try await bench.events("Something else?", id: "q1")
            #expect(again == first && events.count == 2)
            let other = try await bench.ask("What is a lease for?", id: "q1", as: TutorBench.person("bob"))
            #expect(other.id != first.id && other.conversation != first.conversation)
            #expect(try await bench.outbox().filter { $0.contains("tutor.answered") }.count == 2)
        }
    }

    @Test(arguments: TestEngine.all)
    func `nobody sees, goes on with, rates or deletes another's`(engine: TestEngine) async throws {
        try await TutorBench.run(engine) { bench async throws in
            let answer = try await bench.ask("What is a lease for?")
            let bob = TutorBench.person("bob")
            #expect(await code { _ = try await bench.tutor.conversation(answer.conversation, as: bob) } == .notFound)
            let context = TutorContext(conversation: answer.conversation)
            #expect(await code { try await bench.ask("And then?", context, as: bob) } == .notFound)
            #expect(
                await code { _ = try await bench.tutor.rate(answer.id, isHelpful: true, comment: "", as: bob) }
                    == .notFound
            )
            #expect(await code { _ = try await bench.tutor.stop(answer.id, as: bob) } == .notFound)
            #expect(try await bench.tutor.delete(answer.conversation, as: bob) == false)
            let page = try await bench.tutor.conversations(about: nil, before: nil, limit: 10, as: bob)
            #expect(page.conversations.isEmpty && page.cursor == nil)
            #expect(await code { try await bench.ask("Hello there", as: Caller(address: "x")) } == .unauthenticated)
            let ada = TutorBench.person()
            #expect(try await bench.tutor.rate(answer.id, isHelpful: false, comment: "no", as: ada).isHelpful == false)
            #expect(try await bench.tutor.delete(answer.conversation, as: ada))
            #expect(try await bench.tutor.delete(answer.conversation, as: ada) == false)
            #expect(try await bench.database.rows("SELECT 1 AS one FROM conversation_citations").isEmpty)
        }
    }

    @Test(arguments: TestEngine.all)
    func `conversations are listed newest first, page by page, and by subject`(engine: TestEngine) async throws {
        try await TutorBench.run(engine) { bench async throws in
            var ids: [ConversationID] = []
            for number in 0..<5 {
                bench.clock.advance(by: .seconds(1))
                ids.append(try await bench.ask("What is a lease for?", number == 2 ? Self.page : .init()).conversation)
            }
            let ada = TutorBench.person()
            let first = try await bench.tutor.conversations(about: nil, before: nil, limit: 3, as: ada)
            #expect(first.conversations.map(\.id) == [ids[4], ids[3], ids[2]] && first.cursor == ids[2])
            let rest = try await bench.tutor.conversations(about: nil, before: ids[2], limit: 2, as: ada)
            #expect(rest.conversations.map(\.id) == [ids[1], ids[0]] && rest.cursor == nil, "the last, and full")
            let about = try await bench.tutor.conversations(about: "e1-cache-aside", before: nil, limit: 3, as: ada)
            #expect(about.conversations.map(\.id) == [ids[2]])
            #expect(
                await code { _ = try await bench.tutor.conversations(about: nil, before: nil, limit: 0, as: ada) }
                    == .invalid
            )
        }
    }

    @Test func `what cannot be asked is refused with the field`() async throws {
        var settings = TutorSettings()
        settings.blockedWords = ["Blödsinn"]
        try await TutorBench.run(.sqlite, .init(settings: settings)) { bench async throws in
            func field(_ body: () async throws -> Void) async -> String? {
                do {
                    try await body()
                    return nil
                } catch {
                    return (error as? AtlasError)?.field
                }
            }
            #expect(await field { try await bench.ask("  ") } == "question")
            #expect(await field { try await bench.ask(String(repeating: "a", count: 2_001)) } == "question")
            let marks = "a" + String(repeating: "\u{301}", count: 2_000)
            #expect(await field { try await bench.ask(marks) } == "question", "one letter of many marks")
            let item = TutorContext(item: ReviewItemID(String(repeating: "i", count: 513)))
            #expect(await field { try await bench.ask("What?", item) } == "context.itemId")
            #expect(await field { try await bench.ask("Is this blodsinn?") } == "question")
            #expect(await field { try await bench.ask("What?", id: "no spaces") } == "clientId")
            #expect(
                await field { try await bench.ask("What?", TutorContext(diagram: DiagramID("none"))) }
                    == "context.diagramId"
            )
            var context = Self.page
            context.nodes = ["nobody"]
            #expect(await field { try await bench.ask("What?", context) } == "context.nodeIds")
            #expect(try await bench.database.rows("SELECT 1 AS one FROM conversations").isEmpty)
        }
    }

    @Test(arguments: TestEngine.all)
    func `the ladder goes on through a conversation, and fades with what is known`(engine: TestEngine) async throws {
        try await TutorBench.run(engine) { bench async throws in
            let question = "The database is gone and the cache is healthy. Who can still work?"
            var context = Self.page
            var moves: [TutorMove] = []
            var levels: [Int] = []
            for turn in [
                question, "One more hint", "One more hint", "One more hint", "I do not know", "Just tell me the answer",
            ] {
                let answer = try await bench.ask(turn, context, intent: turn == "One more hint" ? .hint : .ask)
                context.conversation = answer.conversation
                moves.append(answer.move)
                levels.append(answer.hintLevel)
            }
            #expect(moves == [.diagnose, .hint, .hint, .hint, .workedStep, .withhold])
            #expect(levels == [0, 1, 2, 3, 4, 0])
            let events = try await bench.outbox()
            #expect(events.allSatisfy { !$0.contains("database is gone") }, "no text")
            #expect(events.contains { $0.contains("\"itemId\":\"diagram.e1-cache-aside.probe.kill-db\"") })

            bench.learners.setMastery(0.2)
            let weak = try await bench.ask(question, Self.page)
            #expect(weak.move == .hint && weak.hintLevel == 1)
            bench.learners.setMastery(0.95)
            #expect(try await bench.ask("I think nobody. " + question, Self.page).move == .diagnose)
        }
    }

    @Test func `who has answered is told why`() async throws {
        try await TutorBench.run { bench async throws in
            let item = "diagram.e1-cache-aside.probe.kill-db"
            var context = Self.page
            context.item = ReviewItemID(item)
            let before = try await bench.ask("Why was I wrong? I said nobody.", context, intent: .whyWrong)
            #expect(before.move == .hint)
            bench.learners.answer(item)
            let after = try await bench.ask("Why was I wrong? I said nobody.", context, intent: .whyWrong)
            #expect(after.move == .answer && after.text.contains("Readers of cached rows"))
            #expect(after.citations.first?.record == "diagram/e1-cache-aside/probe/kill-db")
        }
    }

    @Test func `a quiz asks a question of the page, and its answer is a hint away`() async throws {
        try await TutorBench.run { bench async throws in
            var context = Self.page
            let quiz = try await bench.ask("Quiz me on this", context, intent: .quiz)
            #expect(quiz.move == .quiz && quiz.text.contains("?"))
            context.conversation = quiz.conversation
            let reply = try await bench.ask(
                "I think the database gets all of the reads because nothing is cached",
                context
            )
            #expect(reply.move == .hint && reply.hintLevel == 1)
            let next = try await bench.ask("Quiz me on this", context, intent: .quiz)
            #expect(next.text != quiz.text)
        }
    }

    @Test(arguments: TestEngine.all)
    func `an answer that another process writes is not told as if it were at its end`(
        engine: TestEngine
    ) async throws {
        let model = ScriptedModel { _ in [.event(.text("The application looks first.")), .silence] }
        try await TutorBench.run(engine, .init(model: model)) { bench async throws in
            let ada = TutorBench.person()
            let other = TutorService(bench.tutor.needs, settings: bench.tutor.settings, shelf: bench.tutor.shelf)
            let question = NewQuestion(clientID: "q1", text: "What is a lease for?", context: .init())
            let stream = try await bench.tutor.ask(question, as: ada)
            do {
                _ = try await other.ask(question, as: ada)
                Issue.record("it was told")
            } catch let error as AtlasError {
                #expect(error.code == .unavailable && error.retryAfter == .seconds(5))
            }
            // A process that is gone finishes nothing.
            bench.clock.advance(by: .seconds(600))
            var end: AnswerEvent?
            for await event in try await other.ask(question, as: ada) { end = event }
            guard case .finished(let answer) = end else { return #expect(Bool(false)) }
            #expect(answer.status == .stopped)
            await bench.tutor.close()
            for await _ in stream {}
        }
    }

    @Test(arguments: TestEngine.all)
    func `an answer whose process is gone has broken off after a moment, where no model is waited for`(
        engine: TestEngine
    ) async throws {
        try await TutorBench.run(engine) { bench async throws in
            let question = NewQuestion(clientID: "q1", text: "What is a lease for?", context: .init())
            let now = bench.clock.now()
            _ = try await bench.database.write { session in
                try ConversationRows(session: session, user: UserID("ada"))
                    .begin(question, ids: ("conversation", "question", "answer"), at: now)
            }
            #expect(await code { try await bench.ask("", id: "q1") } == .unavailable)
            bench.clock.advance(by: .seconds(11))
            #expect(try await bench.ask("", id: "q1").status == .stopped)
        }
    }

    @Test(arguments: TestEngine.all)
    func `with a conversation, what is being answered in it ends`(engine: TestEngine) async throws {
        let asked = TestSignal()
        let model = ScriptedModel { _ in
            asked.fire()
            return [.event(.text("The application looks first.")), .silence]
        }
        try await TutorBench.run(engine, .init(model: model)) { bench async throws in
            let ada = TutorBench.person()
            let question = NewQuestion(clientID: "q1", text: "What is a lease for?", context: Self.page)
            var last: TutorAnswer?
            for await event in try await bench.tutor.ask(question, as: ada) {
                switch event {
                case .answer(let answer) where last == nil:
                    last = answer
                    await asked.wait()
                    #expect(try await bench.tutor.delete(answer.conversation, as: TutorBench.person("bob")) == false)
                    #expect(bench.tutor.live.all.count == 1, "nobody else ends it")
                    #expect(try await bench.tutor.delete(answer.conversation, as: ada))
                case .finished(let answer): last = answer
                default: break
                }
            }
            #expect(last?.status == .stopped && model.endedRequests == 1)
            #expect(try await bench.database.rows("SELECT 1 AS one FROM conversation_messages").isEmpty)
        }
    }

    @Test func `a question keeps what it was about`() async throws {
        try await TutorBench.run { bench async throws in
            var context = Self.page
            context.nodes = ["cache"]
            context.item = ReviewItemID("e1-cache-aside/probe/none")
            let answer = try await bench.ask("What is it for?", context)
            let conversation = try await bench.tutor.conversation(answer.conversation, as: TutorBench.person())
            #expect(conversation.turns.map(\.nodes) == [["cache"]] && conversation.turns.map(\.item) == [context.item])
        }
    }

    @Test func `an answer that cannot be kept says so`() async throws {
        let asked = TestSignal()
        let model = ScriptedModel { _ in
            asked.fire()
            return [.event(.text("The application looks first.")), .silence]
        }
        try await TutorBench.run(.sqlite, .init(model: model)) { bench async throws in
            let question = NewQuestion(clientID: "q1", text: "What is a lease for?", context: .init())
            let stream = try await bench.tutor.ask(question, as: TutorBench.person())
            await asked.wait()
            _ = try await bench.database.write { try $0.execute("DROP TABLE conversation_citations") }
            await bench.tutor.close()
            var end: AnswerEvent?
            for await event in stream { end = event }
            guard case .finished(let answer) = end else { return #expect(Bool(false)) }
            #expect(answer.note?.contains("could not be kept") == true)
        }
    }

    @Test(arguments: TestEngine.all)
    func `who rates again does not lose the comment`(engine: TestEngine) async throws {
        try await TutorBench.run(engine) { bench async throws in
            let ada = TutorBench.person()
            let answer = try await bench.ask("What is a lease for?")
            for (isHelpful, comment) in [(false, "Too short."), (true, "")] {
                _ = try await bench.tutor.rate(answer.id, isHelpful: isHelpful, comment: comment, as: ada)
            }
            let tables = try await TutorData(database: bench.database).export(of: UserID("ada"))
            let row = try #require(tables[1].rows.first { $0.contains(.text("Too short.")) })
            #expect(row.contains(.flag(true)))
        }
    }

    @Test func `what is not in the catalogue is not answered`() async throws {
        try await TutorBench.run { bench async throws in
            let answer = try await bench.ask("How do I knit a scarf?")
            #expect(answer.move == .abstain && answer.abstained && answer.citations.isEmpty && answer.unsupported == 0)
        }
    }

    @Test(arguments: TestEngine.all)
    func `an account's conversations are handed out and forgotten`(engine: TestEngine) async throws {
        try await TutorBench.run(engine) { bench async throws in
            try await bench.ask("What is a lease for?")
            try await bench.ask("What is a lease for?", as: TutorBench.person("bob"))
            _ = try await bench.tutor.setSharesProfile(true, as: TutorBench.person())
            let data = TutorData(database: bench.database)
            let tables = try await data.export(of: UserID("ada"))
            #expect(tables.map(\.name) == ["conversations", "messages", "citations", "usage", "choices"])
            #expect(tables[1].rows.count == 2 && !tables[2].rows.isEmpty)
            for table in tables { #expect(table.rows.allSatisfy { $0.count == table.columns.count }) }
            try await data.delete(of: UserID("ada"))
            try await data.delete(of: UserID("ada"))
            let users = try await bench.database.rows("SELECT DISTINCT user_id FROM conversations")
            #expect(try users.map { try $0.string("user_id") } == ["bob"])
            #expect(try await bench.tutor.state(as: TutorBench.person()).sharesProfile == false)
        }
    }
}
