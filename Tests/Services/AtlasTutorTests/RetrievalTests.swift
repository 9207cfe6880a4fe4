import AtlasAPI
import AtlasCore
import AtlasPorts
import AtlasTestKit
import Testing

@testable import AtlasTutor

@Suite struct RetrievalTests {
    static func questions() throws -> [TutorEvaluation.Question] {
        let lines = try RealCatalogue.lines("questions.jsonl") + RealCatalogue.lines("unanswerable.jsonl")
        return try TutorEvaluation.questions(lines.joined(separator: "\n"))
    }

    @Test func `by words alone most questions find what answers them, and those without an answer are told`()
        async throws
    {
        try await TutorBench.run { bench async throws in
            let report = try await bench.tutor.evaluate(try Self.questions(), as: TutorBench.person())
            #expect(report.records > 1_500)
            for (half, figures) in report.halves {
                #expect(figures.hit5 >= 0.82, "\(half): \(figures), missed: \(report.missed)")
            }
            let all = Array(report.halves.values)
            #expect(all.reduce(0) { $0 + $1.refused } / 2 <= 0.05, "\(all), refused: \(report.refused)")
            #expect(all.reduce(0) { $0 + $1.abstained } / 2 >= 0.9, "\(all), believed: \(report.believed)")
        }
    }

    @Test func `what is on the page comes first`() async throws {
        let index = try await RealCatalogue.index()
        let retriever = Retriever(index: index)
        let gaze = Gaze(contents: ["i2-consistent-hashing"], selected: ["diagram/i2-consistent-hashing/node/db"])
        let found = retriever.find("What is the database for?", similar: nil, gaze: gaze, limit: 5)
        #expect(found.records.first?.record.id == "diagram/i2-consistent-hashing/node/db")
        #expect(found.records.count == 5)
    }

    private static func passages(of catalogue: Catalogue) -> [Passage] {
        RecordWriter.records(of: catalogue).filter(\.isFindable).flatMap(RecordPassages.passages)
    }

    @Test func `only what changed is embedded anew, and another embedder begins anew`() async throws {
        let real = try await RealCatalogue.shared.value.planting("Keeps copies.", in: "e1-cache-aside", node: "cache")
        try await TutorBench.run(.sqlite, .init(catalogue: real, hasVectors: true)) { bench async throws in
            let first = bench.vectors.upserts
            let passages = Self.passages(of: real)
            #expect(first == passages.count && first > RecordWriter.records(of: real).count(where: \.isFindable))
            try await bench.tutor.index()
            #expect(bench.vectors.upserts == first)
            let planted = real.planting("Keeps nothing at all.", in: "e1-cache-aside", node: "cache")
            let known = Set(passages.map(\.text))
            let changed = Self.passages(of: planted).filter { !known.contains($0.text) }
            let node = "diagram/e1-cache-aside/node/cache"
            #expect(changed.map(\.id) == [node, node + "#1"])
            let other = VectorKeeper(
                embedder: WordEmbedder(),
                index: bench.vectors,
                content: FixedContent(planted),
                logger: bench.tutor.needs.logger
            )
            try await other.sync()
            #expect(bench.vectors.upserts == first + changed.count)
            let another = VectorKeeper(
                embedder: WordEmbedder(id: "other/128"),
                index: bench.vectors,
                content: FixedContent(planted),
                logger: bench.tutor.needs.logger
            )
            try await another.sync()
            #expect(bench.vectors.upserts == first * 2 + changed.count)
            #expect(try await bench.vectors.state().embedder == "other/128")
        }
    }

    @Test func `without vectors, or with an embedder that is away, words are enough`() async throws {
        try await TutorBench.run { bench async throws in
            let answer = try await bench.ask("How does a retry budget work?")
            #expect(answer.move == .answer && !answer.citations.isEmpty)
            let notes = try await bench.tutor.state(as: TutorBench.person()).notes
            #expect(notes.contains { $0.contains("is being built") })
        }
        try await TutorBench.run(.sqlite, .init(embedder: BrokenEmbedder())) { bench async throws in
            await #expect(throws: ModelProblem.unreachable) { try await bench.tutor.index() }
            #expect(try await bench.ask("How does a retry budget work?").move == .answer)
        }
    }

    @Test func `drafts are found by their writers alone`() async throws {
        let (learners, writers) = try await RealCatalogue.shared.value.drafting("o3-canary")
        try await TutorBench.run(.sqlite, .init(catalogue: learners, writers: writers, hasVectors: true)) {
            bench async throws in
            let context = TutorContext(diagram: DiagramID("o3-canary"))
            #expect(await code { try await bench.ask("What is a canary?", context) } == .notFound)
            let answer = try await bench.ask("What happens while too little data came in for a verdict on a canary?")
            #expect(!answer.citations.contains { $0.diagram?.rawValue == "o3-canary" })
            let writer = TutorBench.person("wim", role: .instructor)
            let seen = try await bench.ask("What is a canary?", context, as: writer)
            #expect(seen.citations.contains { $0.diagram?.rawValue == "o3-canary" }, "\(seen.text)")
        }
    }
}
