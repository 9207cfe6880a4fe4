import AtlasCore
public import AtlasPorts
import Foundation
public import Logging
import Synchronization

/// Vectors in one file of the data folder, asked in memory.
///
/// A change is on disk when the call returns. Up to 50,000 vectors nothing is missed: 1,000 vectors of 384 dimensions take some
/// 30 µs, 50,000 some 4 ms. Beyond, questions without a filter go through a graph of neighbours, which finds 99 of 100 and is
/// built anew after each start, in slices between the questions. One process uses the file at a time, from its first call to
/// `close`; an empty file beside it, with `.lock` after the name, says so and stays.
public final class EmbeddedVectorIndex: VectorIndex {
    /// Vectors that go into the graph between two questions.
    private static let slice = 64
    /// The file is written anew when more than half of it, and more than this, is of the past.
    private static let wastedBytes = 1 << 20

    private struct State: ~Copyable {
        var embedder: String
        var isOpen = false
        var isClosed = false
        var isGrowing = false
        var lock: VectorLock?
        var log: VectorLog?
        var table: VectorTable?
    }

    private let path: String
    private let graphFrom: Int
    private let logger: Logger
    private let thread = BlockingThreads("atlas.vectors", count: 1)
    /// Taken by the thread only, so nobody waits for it.
    private let held: Mutex<State>

    /// The file is opened with the first call.
    ///
    /// - Parameters:
    ///   - path: The file; its folder has to be there.
    ///   - embedder: The id of the embedder whose vectors are going to be stored and asked for.
    public convenience init(path: String, embedder: String, logger: Logger) {
        self.init(path: path, embedder: embedder, logger: logger, graphFrom: VectorTable.graphFrom)
    }

    /// As the other, with a graph from fewer vectors on.
    package init(path: String, embedder: String, logger: Logger, graphFrom: Int) {
        self.path = path
        self.logger = logger
        self.graphFrom = graphFrom
        held = Mutex(State(embedder: embedder))
    }

    /// Sets vectors, all or none.
    public func upsert(_ vectors: [StoredVector]) async throws {
        try await run { index, state in
            try VectorRules.check(owner: state.table?.header.embedder, embedder: state.embedder)
            let dimensions = state.table?.header.dimensions ?? 0
            let records = try vectors.map { vector -> VectorRecord in
                let unit = try VectorRules.unit(vector, dimensions: dimensions)
                return .set(id: vector.id, digest: vector.digest, tags: vector.tags, vector: unit)
            }
            try index.write(records, &state)
        }
    }

    /// Takes vectors out, all or none.
    public func remove(_ ids: [String]) async throws {
        try await run { index, state in
            let known = ids.filter { state.table?.contains($0) ?? false }
            try index.write(known.map { .remove(id: $0) }, &state)
        }
    }

    /// The nearest.
    public func nearest(
        _ vector: [Float],
        limit: Int,
        where filter: [String: Set<String>]
    ) async throws -> [VectorMatch] {
        try VectorRules.check(limit: limit)
        return try await run { _, state in
            guard let table = state.table else { return [] }
            try VectorRules.check(owner: table.header.embedder, embedder: state.embedder)
            return try table.nearest(
                try VectorRules.unit(vector, dimensions: table.header.dimensions),
                limit,
                filter
            )
        }
    }

    /// What is stored.
    public func digests() async throws -> [String: String] {
        try await run { _, state in state.table?.digests ?? [:] }
    }

    /// Writes an empty file in place of the one that is there.
    public func clear(for embedder: String, dimensions: Int) async throws {
        try VectorRules.check(dimensions: dimensions)
        try await run { index, state in
            let header = VectorLog.Header(embedder: embedder, dimensions: dimensions)
            state.log = try VectorLog(new: index.path, header, [VectorRecord]())
            state.table = VectorTable(header, graphFrom: index.graphFrom)
            state.embedder = embedder
        }
    }

    /// What the index holds.
    public func state() async throws -> VectorIndexState {
        try await run { _, state in
            VectorIndexState(
                embedder: state.table?.header.embedder,
                dimensions: state.table?.header.dimensions ?? 0,
                count: state.table?.count ?? 0
            )
        }
    }

    /// Gives the file back; later calls are refused.
    public func close() async {
        // The thread's work throws nothing here.
        try? await thread.run { [self] in
            held.withLock { state in
                state.isClosed = true
                state.log = nil
                state.table = nil
                state.lock = nil
            }
        }
    }

    /// Whether every vector that belongs into the graph is in it.
    package func hasWholeGraph() async throws -> Bool {
        try await run { _, state in state.table.map { !$0.needsGraph } ?? true }
    }

    // MARK: The thread

    private func run<Result: Sendable>(
        _ work: @escaping @Sendable (EmbeddedVectorIndex, inout State) throws -> Result
    ) async throws -> Result {
        try await thread.run { [self] in
            let (result, isBehind) = try held.withLock { state in
                guard !state.isClosed else { throw AtlasError(.unavailable, "The vector index is closed.") }
                try prepare(&state)
                let result = try work(self, &state)
                let isBehind = !state.isGrowing && state.table?.needsGraph == true
                state.isGrowing = state.isGrowing || isBehind
                return (result, isBehind)
            }
            if isBehind { Task { await grow() } }
            return result
        }
    }

    /// Slices of work for the thread, with room for questions between them, until the graph has everything.
    private func grow() async {
        var goesOn = true
        while goesOn {
            // The work throws nothing.
            goesOn =
                (try? await thread.run { [self] in
                    held.withLock { state in
                        state.table?.growGraph(Self.slice)
                        let goesOn = state.table?.needsGraph == true
                        state.isGrowing = goesOn
                        return goesOn
                    }
                }) ?? false
        }
    }

    /// Takes the lock and reads the file, where that is not done yet.
    private func prepare(_ state: inout State) throws {
        if state.lock == nil, let lock = try VectorLock.take(path) {
            state.lock = lock
            // Where no file could be made until now, somebody else may have begun an index since.
            if state.table == nil { state.isOpen = false }
        }
        if !state.isOpen { try open(&state) }
    }

    private func open(_ state: inout State) throws {
        var table: VectorTable?
        do {
            state.log = try VectorLog.open(path) { header, record in
                if table == nil { table = VectorTable(header, graphFrom: graphFrom) }
                table?.apply(record)
            }
            if let header = state.log?.header { state.table = table ?? VectorTable(header, graphFrom: graphFrom) }
        } catch VectorLog.Problem.damaged(let place) {
            try setAside(place)
        }
        state.isOpen = true
    }

    /// Moves a damaged file out of the way; the index has no owner until it is cleared, and is then filled anew.
    private func setAside(_ place: Int) throws {
        let aside = path + ".damaged"
        guard rename(path, aside) == 0 else { throw DurableFile.failure("rename", path) }
        logger.error(
            "The vector index is damaged and is made anew.",
            metadata: ["file": "\(aside)", "byte": "\(place)"]
        )
    }

    // MARK: Writing

    private func write(_ records: [VectorRecord], _ state: inout State) throws {
        guard !records.isEmpty else { return }
        try state.log?.append(records)
        for record in records { state.table?.apply(record) }
        try compact(&state)
    }

    private func compact(_ state: inout State) throws {
        guard let table = state.table, let length = state.log?.length else { return }
        let live = table.count * (table.header.dimensions * 4 + 256)
        guard length > 2 * live, length - live > Self.wastedBytes else { return }
        state.log = try VectorLog(new: path, table.header, table.records)
        var fresh = VectorTable(table.header, graphFrom: graphFrom)
        for record in table.records { fresh.apply(record) }
        state.table = fresh
    }
}
