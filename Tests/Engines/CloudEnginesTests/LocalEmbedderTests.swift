import AtlasCore
import AtlasPorts
import AtlasTestKit
import EmbeddedEngines
import Foundation
import Testing

/// Embedders that ask nobody.
@Suite(.timeLimit(.minutes(3))) struct LocalEmbedderTests {
    private static let model = TestAtlas.repositoryRoot + "/build/minilm"
    private static let hasModel = FileManager.default.fileExists(atPath: model + "/model.safetensors")

    private func cosine(_ left: [Float], _ right: [Float]) -> Float { zip(left, right).reduce(0) { $0 + $1.0 * $1.1 } }

    private func checkPromises(_ embedder: some Embedder) async throws {
        let long = String(repeating: "überlang 漢字 ", count: 5_000)
        let texts = ["", " ", "the", "\u{0}\u{FFFD}🙂", long, "A cache keeps what was asked for last."]
        let vectors = try await embedder.embed(texts)
        #expect(vectors.count == texts.count)
        for vector in vectors {
            #expect(vector.count == embedder.dimensions)
            #expect(abs(cosine(vector, vector) - 1) < 1e-4)
        }
        #expect(vectors[0] == vectors[1])
        #expect(try await embedder.embed([texts[5], texts[0]]) == [vectors[5], vectors[0]])
        #expect(try await embedder.embed([]) == [])
        await #expect(throws: ModelProblem.self) { try await embedder.embed(Array(repeating: "x", count: 2_049)) }
    }

    private func checkMeaning(_ embedder: some Embedder) async throws {
        let vectors = try await embedder.embed([
            "The cache evicts entries that were not used recently", "Entries unused for long are evicted from caches",
            "Two replicas elect a leader by majority vote",
        ])
        #expect(cosine(vectors[0], vectors[1]) > cosine(vectors[0], vectors[2]) + 0.1)
    }

    @Test(arguments: [512, 64]) func `without a model, like words are near`(_ dimensions: Int) async throws {
        let embedder = LexicalEmbedder(dimensions: dimensions)
        #expect(embedder.id == "lexical/\(dimensions)")
        #expect(embedder.note != nil)
        try await checkPromises(embedder)
        if dimensions == 512 { try await checkMeaning(embedder) }
    }

    @Test func `the vector of a text never changes`() async throws {
        let vector = try await LexicalEmbedder(dimensions: 16).embed(["Leases end."])[0]
        // Made by another program after the same description.
        let expected: [Float] = [
            0.000000, 0.000000, 0.000000, -0.137199, -0.102899, -0.137199, 0.171499, 0.137199,
            -0.171499, 0.342997, -0.583095, 0.205798, 0.068599, 0.240098, 0.548795, 0.102899,
        ]
        #expect(vector.count == expected.count)
        #expect(zip(vector, expected).allSatisfy { abs($0 - $1) < 1e-5 })
    }

    @Test(.enabled(if: hasModel)) func `with the model, like meanings are near`() async throws {
        let embedder = try await MiniLMEmbedder.load(Self.model)
        #expect(embedder.id == "all-MiniLM-L6-v2/384")
        #expect(embedder.note == nil)
        try await checkPromises(embedder)
        try await checkMeaning(embedder)
    }

    @Test(.enabled(if: hasModel)) func `who no longer wants vectors gets none computed`() async throws {
        let embedder = try await MiniLMEmbedder.load(Self.model)
        let task = Task { try await embedder.embed(Array(repeating: "A long list of texts.", count: 2_000)) }
        task.cancel()
        await #expect(throws: CancellationError.self) { _ = try await task.value }
    }

    @Test func `a model that is not there is not found, and one that is damaged is called so`() async throws {
        try await withTemporaryFolder { folder in
            let missing = await #expect(throws: AtlasError.self) { _ = try await MiniLMEmbedder.load(folder) }
            #expect(missing?.code == .notFound)
            try "[UNK]\n[CLS]\n[SEP]\n".write(toFile: folder + "/vocab.txt", atomically: true, encoding: .utf8)
            try "not tensors".write(toFile: folder + "/model.safetensors", atomically: true, encoding: .utf8)
            let damaged = await #expect(throws: AtlasError.self) { _ = try await MiniLMEmbedder.load(folder) }
            #expect(damaged?.code == .invalid)
        }
    }
}
