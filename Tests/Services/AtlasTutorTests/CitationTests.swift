import AtlasAPI
import AtlasCore
import AtlasPorts
import AtlasTestKit
import Diagrams
import Testing

@testable import AtlasTutor

@Suite struct CitationTests {
    @Test func `each citation of five hundred answers is a place with these words`() async throws {
        let index = try await RealCatalogue.index()
        let catalogue = try await RealCatalogue.shared.value
        let questions = try RetrievalTests.questions().filter { !$0.answers.isEmpty }
        var asked: [(text: String, context: TutorContext, intent: TutorIntent)] = questions.map {
            ($0.question, TutorContext(), .ask)
        }
        for diagram in catalogue.diagrams {
            for node in diagram.picture.graph.nodes.prefix(12) where node.record != nil {
                let context = TutorContext(diagram: diagram.id, nodes: [node.id])
                asked.append(("Explain “\(node.name)”", context, .explain))
            }
        }
        asked += catalogue.diagrams.map { ("What is “\($0.header.title)” about?", TutorContext(), .ask) }
        #expect(asked.count >= 500)
        let all = asked.prefix(500)
        try await TutorBench.run(.sqlite, .init(hasVectors: true)) { bench async throws in
            var citations = 0
            for (text, context, intent) in all {
                let answer = try await bench.ask(text, context, intent: intent)
                #expect(answer.unsupported == 0, "\(text): \(answer.text)")
                for citation in answer.citations {
                    let record = index[citation.record]
                    #expect(record?.text.contains(citation.quote) == true, "\(citation)")
                    #expect(answer.text.contains("[\(citation.number)]"))
                    citations += 1
                }
                if intent == .explain { #expect(answer.move == .answer && !answer.citations.isEmpty, "\(text)") }
            }
            #expect(citations > 1_000)
        }
    }

    @Test func `a model's citation counts only if it was given the record and quotes it`() async throws {
        let index = try await RealCatalogue.index()
        let record = try #require(index["diagram/e1-cache-aside/node/cache"])
        var check = CitationCheck()
        #expect(check.resolve(record.id, quote: "Keeps copies of recently read rows") == nil)
        check.give([record])
        #expect(
            check.resolve(record.id, quote: "Keeps  copies of\n recently read rows")?.quote
                == "Keeps copies of recently read rows"
        )
        #expect(check.resolve(record.id, quote: "Keeps copies of everything") == nil)
        #expect(check.resolve(record.id, quote: "") == nil)
        #expect(check.resolve("diagram/secret/node/x", quote: "Keeps copies") == nil)
        #expect(check.resolve(record.id, claim: "The cache keeps copies of read rows in memory.") != nil)
        #expect(check.resolve(record.id, claim: "Penguins live in the south.") == nil)
    }

    @Test func `an answer stays with a page, and says first what the page of the question says`() async throws {
        try await TutorBench.run { bench async throws in
            let seen = TutorContext(diagram: DiagramID("e1-cache-aside"))
            let answer = try await bench.ask("What happens when the cache is lost?", seen)
            let pages = answer.citations.map { $0.diagram?.rawValue ?? $0.incident?.rawValue ?? $0.lab?.rawValue ?? "" }
            #expect(pages.first == "e1-cache-aside" && Set(pages).count > 1)
            let turns = zip(pages, pages.dropFirst()).filter { $0 != $1 }.count
            #expect(turns == Set(pages).count - 1, "\(pages)")
        }
    }

    @Test func `who asks why is told the cause, and how long it lasted only who asks`() async throws {
        try await TutorBench.run { bench async throws in
            let why = try await bench.ask("Why did GitHub go down in 2018?")
            #expect(why.citations.contains { $0.record == "incident/github-2018/cause" })
            #expect(!why.text.contains("24 h 11 min"))
            let long = try await bench.ask("How long did the outage of GitHub last in 2018?")
            #expect(long.text.contains("24 h 11 min"))
            let parts = try await bench.ask("What is consistent hashing?")
            #expect(!parts.abstained && !parts.text.contains("Flowchart of"))
        }
    }
}
