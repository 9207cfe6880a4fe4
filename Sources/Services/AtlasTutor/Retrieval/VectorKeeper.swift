import AtlasAPI
import AtlasCore
import AtlasPorts
import Logging
import Synchronization

/// Keeps the vectors of the records as the catalogue is, and finds by them.
///
/// Only what changed is embedded anew, told by the digest that lies beside each vector. Until all is there for the first
/// time, and whenever embedder or index fail, questions are answered from their words alone.
final class VectorKeeper: Sendable {
    /// Passages that are looked at for each record that is wanted; about three times what records have of them.
    private static let passagesPerRecord = 8
    /// Texts that are embedded together.
    static let batch = 64
    /// How long a failure is waited out before the next try.
    static let pause = Duration.seconds(30)
    /// The tag that tells drafts from what everybody sees.
    private static let tag = "published"

    private struct State {
        var revision: String?
        var isReady = false
        var done = 0
        var all = 0
        var problem: String?
    }

    private let embedder: any Embedder
    private let index: any VectorIndex
    private let content: any Content
    private let logger: Logger
    private let state = Mutex(State())
    private let bell: AsyncStream<Void>
    private let ring: AsyncStream<Void>.Continuation

    init(embedder: any Embedder, index: any VectorIndex, content: any Content, logger: Logger) {
        self.embedder = embedder
        self.index = index
        self.content = content
        self.logger = logger
        (bell, ring) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    }

    var embedderID: String { embedder.id }

    /// What a learner should know.
    var notes: [String] {
        let state = state.withLock { $0 }
        var notes = embedder.note.map { [$0] } ?? []
        if let problem = state.problem {
            notes.append("Questions are matched by their words alone just now: \(problem)")
        } else if !state.isReady {
            notes.append("The index of meanings is being built (\(state.done) of \(state.all) passages).")
        }
        return notes
    }

    /// Says that the catalogue may be another.
    func notice(_ revision: String) {
        if state.withLock({ $0.revision != revision }) { ring.yield() }
    }

    /// Brings the vectors up to date now and whenever somebody says that the catalogue may be another, until cancelled.
    func run(changes: AsyncStream<[UInt8]>) async {
        ring.yield()
        await withDiscardingTaskGroup { group in
            group.addTask { [ring] in for await _ in changes { ring.yield() } }
            for await _ in bell {
                if Task.isCancelled { break }
                await syncOrWait()
            }
            group.cancelAll()
        }
    }

    private func syncOrWait() async {
        do {
            try await sync()
        } catch is CancellationError {
            return
        } catch {
            logger.error("the tutor's vectors could not be brought up to date", metadata: ["error": "\(error)"])
            state.withLock { $0.problem = Self.words(error) }
            guard (try? await Task.sleep(for: Self.pause)) != nil else { return }
            ring.yield()
        }
    }

    /// Brings the vectors up to date.
    func sync() async throws {
        let catalogue = try await content.catalogue(as: .system)
        let passages = RecordWriter.records(of: catalogue).filter(\.isFindable).flatMap(RecordPassages.passages)
        let owner = try await index.state()
        let isOurs = owner.embedder == embedder.id && owner.dimensions == embedder.dimensions
        if !isOurs {
            state.withLock { $0.isReady = false }
            try await index.clear(for: embedder.id, dimensions: embedder.dimensions)
        }
        // An index that was cleared just now may still tell of what it held.
        let stored = isOurs ? try await index.digests() : [:]
        let wanted = Dictionary(passages.map { ($0.id, $0.digest) }, uniquingKeysWith: { first, _ in first })
        let gone = stored.keys.filter { wanted[$0] == nil }
        if !gone.isEmpty { try await index.remove(gone) }
        let changed = passages.filter { stored[$0.id] != wanted[$0.id] }
        state.withLock { state in
            state.all = passages.count
            state.done = passages.count - changed.count
        }
        var start = 0
        while start < changed.count {
            try Task.checkCancellation()
            let batch = changed[start..<min(start + Self.batch, changed.count)]
            let vectors = try await embedder.embed(batch.map(\.text))
            guard vectors.count == batch.count else {
                throw AtlasError(.unavailable, "The embedder gave \(vectors.count) vectors for \(batch.count) texts.")
            }
            try await index.upsert(zip(batch, vectors).map { Self.stored($0, $1) })
            start += Self.batch
            let done = batch.count
            state.withLock { $0.done += done }
        }
        state.withLock { state in
            state.revision = catalogue.revision
            state.isReady = true
            state.problem = nil
        }
    }

    /// The records with the passages whose meaning is nearest, each with its best; `nil` if that cannot be told just now.
    ///
    /// - Parameter limit: The most records; fewer where several passages of one are among the nearest.
    func nearest(_ text: String, limit: Int, seesDrafts: Bool) async -> [(id: String, similarity: Float)]? {
        guard state.withLock({ $0.isReady }) else { return nil }
        do {
            guard let vector = try await embedder.embed([text]).first else { return nil }
            let filter: [String: Set<String>] = seesDrafts ? [:] : [Self.tag: ["yes"]]
            let most = min(limit * Self.passagesPerRecord, VectorIndexLimits.matches)
            var seen: Set<Substring> = []
            return try await index.nearest(vector, limit: most, where: filter).compactMap { match in
                let record = Passage.record(of: match.id)
                return seen.insert(record).inserted ? (String(record), match.similarity) : nil
            }
            .prefix(limit).map { $0 }
        } catch {
            logger.warning("a question was matched by its words alone", metadata: ["error": "\(error)"])
            return nil
        }
    }

    func close() async { await index.close() }

    private static func stored(_ passage: Passage, _ vector: [Float]) -> StoredVector {
        let record = passage.record
        return StoredVector(
            id: passage.id,
            vector: vector,
            tags: [
                tag: record.isPublished ? "yes" : "no", "kind": record.kind.rawValue, "content": record.place.content,
            ],
            digest: passage.digest
        )
    }

    private static func words(_ error: any Error) -> String {
        if let error = error as? AtlasError { return error.message }
        return "the embedder does not answer."
    }
}
