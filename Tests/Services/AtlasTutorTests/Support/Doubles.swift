import AtlasAPI
import AtlasCore
import AtlasPorts
import Retrieval
import Synchronization

@testable import AtlasTutor

/// Texts with like words get like vectors.
struct WordEmbedder: Embedder {
    var id = "words/128"
    let dimensions = 128
    let note: String? = nil

    func embed(_ texts: [String]) async throws -> [[Float]] {
        texts.map { text in
            var vector = [Float](repeating: 0, count: dimensions)
            vector[0] = 0.01
            for stem in QuestionWords.stems(text) {
                var hash: UInt64 = 0xcbf2_9ce4_8422_2325
                for byte in stem.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
                vector[Int(hash >> 32 & 127)] += hash & 1 == 0 ? 1 : -1
            }
            let length = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
            return vector.map { $0 / length }
        }
    }
}

/// An embedder that is away.
struct BrokenEmbedder: Embedder {
    let id = "broken/8"
    let dimensions = 8
    let note: String? = nil

    func embed(_ texts: [String]) async throws -> [[Float]] { throw ModelProblem.unreachable }
}

/// Vectors in memory, looked at one after another.
final class MemoryVectors: VectorIndex {
    private struct State {
        var embedder: String?
        var dimensions = 0
        var vectors: [String: StoredVector] = [:]
        var upserts = 0
    }

    private let contents = Mutex(State())

    var upserts: Int { contents.withLock { $0.upserts } }

    func upsert(_ vectors: [StoredVector]) async throws {
        contents.withLock { state in
            state.upserts += vectors.count
            for vector in vectors { state.vectors[vector.id] = vector }
        }
    }

    func remove(_ ids: [String]) async throws {
        contents.withLock { state in for id in ids { state.vectors[id] = nil } }
    }

    func nearest(_ vector: [Float], limit: Int, where filter: [String: Set<String>]) async throws -> [VectorMatch] {
        let all = contents.withLock { Array($0.vectors.values) }
        return all.filter { stored in
            filter.allSatisfy { key, values in stored.tags[key].map(values.contains) ?? false }
        }
        .map { stored in
            VectorMatch(id: stored.id, similarity: zip(stored.vector, vector).reduce(0) { $0 + $1.0 * $1.1 })
        }
        .sorted { ($0.similarity, $1.id) > ($1.similarity, $0.id) }
        .prefix(limit).map { $0 }
    }

    func digests() async throws -> [String: String] { contents.withLock { $0.vectors.mapValues(\.digest) } }

    func clear(for embedder: String, dimensions: Int) async throws {
        contents.withLock { state in
            state.embedder = embedder
            state.dimensions = dimensions
            state.vectors = [:]
        }
    }

    func state() async throws -> VectorIndexState {
        contents.withLock {
            VectorIndexState(embedder: $0.embedder, dimensions: $0.dimensions, count: $0.vectors.count)
        }
    }

    func close() async {}
}

/// What is known of learners: what the test says.
final class FixedKnowledge: LearnerKnowledge {
    private struct State {
        var answered: Set<String> = []
        var items: [String: KnownItem] = [:]
        var mastery: Double?
        var failed: [LabCheckResult] = []
    }

    private let state = Mutex(State())

    func answer(_ item: String) { state.withLock { _ = $0.answered.insert(item) } }
    func set(_ item: KnownItem, for id: String) { state.withLock { $0.items[id] = item } }
    func setMastery(_ chance: Double?) { state.withLock { $0.mastery = chance } }
    func fail(_ check: LabCheckResult) { state.withLock { $0.failed.append(check) } }

    func hasAnswered(_ item: ReviewItemID, as caller: Caller) async throws -> Bool {
        state.withLock { $0.answered.contains(item.rawValue) }
    }
    func item(_ item: ReviewItemID, of content: String, as caller: Caller) async throws -> KnownItem? {
        state.withLock { $0.items[item.rawValue] }
    }
    func mastery(of category: String, as caller: Caller) async throws -> Double? { state.withLock { $0.mastery } }
    func failedChecks(of lab: LabID, as caller: Caller) async throws -> [LabCheckResult] {
        state.withLock { $0.failed }
    }
}

/// A model that says what the test says, request by request.
final class ScriptedModel: LanguageModel {
    /// What is said to one request; an error ends it.
    typealias Script = @Sendable (ModelRequest) -> [Step]

    enum Step: Sendable {
        case event(ModelEvent)
        case problem(ModelProblem)
        /// Nothing more comes until the reader leaves.
        case silence
    }

    let name = "scripted"
    private let script: Script
    private let asked = Mutex<[ModelRequest]>([])
    private let ended = Mutex(0)

    init(_ script: @escaping Script) { self.script = script }

    /// Says one text, with what it rests on.
    convenience init(_ text: String, citing: (record: String, quote: String)? = nil) {
        self.init { _ in
            var steps = [Step.event(.text(text))]
            if let citing { steps.append(.event(.citation(record: citing.record, quote: citing.quote))) }
            return steps + [.event(.finished(.complete, ModelUsage(input: 100, output: 20)))]
        }
    }

    var requests: [ModelRequest] { asked.withLock { $0 } }
    /// Requests whose reader has left or that have ended.
    var endedRequests: Int { ended.withLock { $0 } }

    func answer(_ request: ModelRequest) -> AsyncThrowingStream<ModelEvent, any Error> {
        asked.withLock { $0.append(request) }
        let steps = script(request)
        return AsyncThrowingStream { continuation in
            continuation.onTermination = { [weak self] _ in self?.ended.withLock { $0 += 1 } }
            for step in steps {
                switch step {
                case .event(let event): continuation.yield(event)
                case .problem(let problem): return continuation.finish(throwing: problem)
                case .silence: return
                }
            }
            continuation.finish()
        }
    }
}
