import AtlasAPI
import AtlasCore
import AtlasTestKit
import Diagrams
import Testing

@testable import AtlasTutor

/// What is told to whoever gets something graded wrong, and to whoever only says so.
@Suite struct WrongAnswerTests {
    static let diagram = DiagramID("e1-cache-aside")
    static let item = ReviewItemID("diagram.e1-cache-aside.probe.kill-db")
    static let question = "The database is gone and the cache is healthy. Who can still work?"
    static let wrong = "Nobody; the API needs the database for each read."
    static let right = "Readers of cached rows"

    /// As the page of a diagram asks.
    static func asked(_ said: String) -> String { "Why was I wrong? The question was: \(question) I said: \(said)" }

    @Test func `who got a probe of the page wrong is told why, with the places that say so`() async throws {
        try await TutorBench.run { bench async throws in
            let context = TutorContext(diagram: Self.diagram, nodes: ["db"], item: Self.item)
            let answer = try await bench.ask(Self.asked(Self.wrong), context, intent: .whyWrong)
            #expect(answer.move == .answer && answer.hintLevel == 5)
            #expect(answer.text.hasPrefix("A hit never reaches the database."), "their own mistake comes first")
            #expect(answer.text.contains(Self.right))
            let records = answer.citations.map(\.record)
            #expect(records.contains("diagram/e1-cache-aside/probe/kill-db/wrong/2"))
            #expect(records.contains("diagram/e1-cache-aside/probe/kill-db"))
            let events = try await bench.outbox()
            #expect(events.contains { $0.contains("\"evidenceWeight\":0,") && $0.contains(Self.item.rawValue) })
        }
    }

    @Test func `each wrong answer to a probe is explained, whatever else asks nearly the same`() async throws {
        let catalogue = try await RealCatalogue.shared.value
        try await TutorBench.run { bench async throws in
            for diagram in catalogue.diagrams
            where ["e1-cache-aside", "d5-traffic-steering"].contains(diagram.header.id) {
                for probe in diagram.probes {
                    let record = "diagram/\(diagram.header.id)/probe/\(probe.id)"
                    let item = ReviewItemID("diagram.\(diagram.header.id).probe.\(probe.id)")
                    for (number, wrong) in probe.distractors.enumerated() {
                        let text = "Why was I wrong? The question was: \(probe.question) I said: \(wrong.text)"
                        let context = TutorContext(diagram: diagram.id, item: item)
                        let answer = try await bench.ask(text, context, intent: .whyWrong)
                        let records = answer.citations.map(\.record)
                        #expect(answer.move == .answer && records.first == "\(record)/wrong/\(number + 1)", "\(text)")
                        #expect(records.contains(record), "\(text): \(answer.text)")
                    }
                }
            }
        }
    }

    @Test func `who names no answer that they gave, or asks elsewhere, gets a hint`() async throws {
        try await TutorBench.run { bench async throws in
            let page = TutorContext(diagram: Self.diagram, item: Self.item)
            let cases: [(text: String, context: TutorContext)] = [
                ("Why was I wrong?", page), (Self.asked("No idea."), page),
                (Self.asked(Self.wrong), TutorContext(diagram: Self.diagram)),
                (Self.asked(Self.wrong), TutorContext(item: Self.item)),
                (
                    Self.asked(Self.wrong),
                    TutorContext(diagram: DiagramID("d5-traffic-steering"), item: Self.item)
                ),
                (
                    "Why was I wrong? I said: It rises by 5 %, as the hit ratio fell by that.",
                    TutorContext(
                        diagram: Self.diagram,
                        item: ReviewItemID("diagram.e1-cache-aside.authored.hit-ratio-falls")
                    )
                ),
            ]
            for (text, context) in cases {
                let answer = try await bench.ask(text, context, intent: .whyWrong)
                #expect(answer.move == .hint, "\(text) \(context)")
                #expect(!answer.text.contains(Self.right) && !answer.text.contains("doubles"), "\(answer.text)")
            }
        }
    }

    @Test(arguments: [TutorIntent.ask, .explain, .hint, .whyWrong])
    func `a graded question is one, whatever its intent says`(intent: TutorIntent) async throws {
        try await TutorBench.run { bench async throws in
            for nodes in [[], ["db"], ["db", "cache", "api", "writer"]] {
                let context = TutorContext(diagram: Self.diagram, nodes: nodes)
                let answer = try await bench.ask(Self.question, context, intent: intent)
                #expect([.diagnose, .hint].contains(answer.move), "\(nodes): \(answer.text)")
                #expect(answer.hintLevel < 4 && !answer.text.contains(Self.right), "\(nodes): \(answer.text)")
            }
        }
    }

    @Test(arguments: [TutorIntent.ask, .explain, .hint, .whyWrong])
    func `a question that was made from the picture is one, whatever its intent says`(intent: TutorIntent) async throws
    {
        try await TutorBench.run { bench async throws in
            let item = ReviewItemID("diagram.e1-cache-aside.fate.db")
            let known = KnownItem(
                question: "Which part cannot do its work any more when the database is lost?",
                answer: "The writer",
                explanation: "It has nowhere to write to.",
                nodes: ["writer"]
            )
            bench.learners.set(known, for: item.rawValue)
            let context = TutorContext(diagram: Self.diagram, nodes: ["db"], item: item)
            let answer = try await bench.ask("What happens without it?", context, intent: intent)
            #expect([.diagnose, .hint].contains(answer.move) && answer.hintLevel < 4, "\(answer.text)")
            #expect(try await bench.outbox().contains { $0.contains(item.rawValue) }, "the help is told")
        }
    }

    @Test func `no part of a picture is taken for a graded question when it is explained`() async throws {
        let catalogue = try await RealCatalogue.shared.value
        try await TutorBench.run { bench async throws in
            var missed: [String] = []
            for diagram in catalogue.diagrams {
                let graph = diagram.picture.graph
                let parts = graph.nodes.map { ($0.id, $0.name) } + graph.edges.map { ($0.id, $0.label ?? "") }
                for (id, name) in parts where !name.isEmpty {
                    let context = TutorContext(diagram: diagram.id, nodes: [id])
                    let question = NewQuestion(
                        clientID: "q",
                        text: "Explain “\(name)”",
                        context: context,
                        intent: .explain
                    )
                    if try await bench.candidate(question) != nil { missed.append("\(diagram.id) \(id)") }
                }
            }
            #expect(missed.isEmpty)
        }
    }
}

extension TutorBench {
    /// The graded question that a first question is taken for; `nil` if there is no such part.
    func candidate(_ question: NewQuestion) async throws -> String? {
        let index = try await tutor.index(for: Self.person())
        guard let gaze = try? Gaze(question.context, index) else { return nil }
        let place = TurnPlace(
            conversation: ConversationID("c"),
            answer: AnswerID("a"),
            turn: 1,
            history: [],
            steps: [:],
            lastTarget: nil,
            sharesProfile: false
        )
        let exchange = Exchange(
            question: question,
            caller: Self.person(),
            place: place,
            index: index,
            gaze: gaze,
            needs: tutor.needs,
            keeper: tutor.keeper,
            settings: tutor.settings
        )
        return await exchange.candidate(Findings(records: [], support: 0))?.id
    }
}
