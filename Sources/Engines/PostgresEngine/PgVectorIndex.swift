import AtlasCore
public import AtlasPorts
public import Logging
import Synchronization

/// Vectors in two tables of a PostgreSQL that has pgvector 0.5 or newer.
///
/// Up to 2,000 dimensions an HNSW index leads to the nearest; up to 4,000 one over half-precision copies does, if pgvector is 0.7
/// or newer, and what it finds is ranked exactly. Where there is no index, and for questions with a filter, every vector is
/// looked at. What is nearest may come from a replica, which is then as old as the replica is.
public final class PgVectorIndex: VectorIndex {
    /// How questions without a filter are answered.
    package enum Search: Sendable, Equatable {
        case index
        case halfPrecisionIndex
        case exact
    }

    /// Dimensions that an index can have.
    ///
    /// Source: pgvector's README, "HNSW".
    private static let indexDimensions = 2_000
    private static let halfPrecisionDimensions = 4_000
    /// Of as many equals the right ones are chosen.
    private static let tieMargin = 32
    /// How many more candidates of half precision are ranked exactly.
    private static let candidatesPerHit = 4
    /// The greatest breadth that pgvector takes.
    private static let breadthLimit = 1_000
    /// Vectors of one statement.
    private static let batch = 50
    /// Keeps two processes from making the tables at the same time; "vector" in ASCII.
    private static let lock = 0x7665_6374_6F72

    private struct Owner: Sendable {
        let embedder: String
        let dimensions: Int
    }

    private let database: PostgresDatabase
    private let logger: Logger
    private let embedder: Mutex<String>

    /// Nothing is made before the first `clear`.
    ///
    /// - Parameter embedder: The id of the embedder whose vectors are going to be stored and asked for.
    public init(database: PostgresDatabase, embedder: String, logger: Logger) {
        self.database = database
        self.logger = logger
        self.embedder = Mutex(embedder)
    }

    /// Sets vectors, all or none.
    public func upsert(_ vectors: [StoredVector]) async throws {
        let mine = embedder.withLock { $0 }
        try await write { session in
            let owner = try Self.owner(session)
            try VectorRules.check(owner: owner?.embedder, embedder: mine)
            // A statement may set a row once only.
            var last: [String: (StoredVector, [Float])] = [:]
            for vector in vectors {
                last[vector.id] = (vector, try VectorRules.unit(vector, dimensions: owner?.dimensions ?? 0))
            }
            let entries = last.values.sorted { $0.0.id < $1.0.id }
            for start in stride(from: 0, to: entries.count, by: Self.batch) {
                try session.execute(Self.insert(entries[start..<min(start + Self.batch, entries.count)]))
            }
        }
    }

    /// Takes vectors out, all or none.
    public func remove(_ ids: [String]) async throws {
        try await write { session in
            guard try Self.owner(session) != nil else { return }
            for start in stride(from: 0, to: ids.count, by: 1_000) {
                let some = Array(ids[start..<min(start + 1_000, ids.count)])
                try session.execute("DELETE FROM vector_entries WHERE id IN (\(list: some))")
            }
        }
    }

    /// The nearest.
    public func nearest(
        _ vector: [Float],
        limit: Int,
        where filter: [String: Set<String>]
    ) async throws -> [VectorMatch] {
        try VectorRules.check(limit: limit)
        let mine = embedder.withLock { $0 }
        return try await read { session in
            guard let owner = try Self.owner(session) else { return [] }
            try VectorRules.check(owner: owner.embedder, embedder: mine)
            let unit = try VectorRules.unit(vector, dimensions: owner.dimensions)
            let search = filter.isEmpty ? try Self.search(session, owner.dimensions) : .exact
            let rows = try Self.nearest(session, Self.text(unit), owner.dimensions, limit, filter, search)
            let matches = try rows.map { row in
                VectorMatch(
                    id: try row.string("id"),
                    similarity: Float(min(max(try row.double("similarity"), -1), 1))
                )
            }
            return VectorRules.ranked(matches, limit: limit)
        }
    }

    /// What is stored; not by a replica, which may not know yet what was cleared.
    public func digests() async throws -> [String: String] {
        try await write { session in
            guard try Self.owner(session) != nil else { return [:] }
            var digests: [String: String] = [:]
            for row in try session.rows("SELECT id, digest FROM vector_entries") {
                digests[try row.string("id")] = try row.string("digest")
            }
            return digests
        }
    }

    /// Makes the tables anew.
    ///
    /// - Throws: `AtlasError.unavailable` if the server has no pgvector, or this role may not use it.
    public func clear(for embedder: String, dimensions: Int) async throws {
        try VectorRules.check(dimensions: dimensions)
        let search = try await write { session in
            _ = try session.rows("SELECT pg_advisory_xact_lock(\(Self.lock))")
            try Self.requireExtension(session)
            let search = try Self.search(session, dimensions)
            try session.script(Self.tables(dimensions, search))
            try session.execute(
                "INSERT INTO vector_owner (embedder, dimensions) VALUES (\(embedder), \(dimensions))"
            )
            return search
        }
        self.embedder.withLock { $0 = embedder }
        if search == .exact {
            logger.notice(
                "pgvector has no index for so many dimensions; every vector is looked at.",
                metadata: ["dimensions": "\(dimensions)"]
            )
        }
    }

    /// What the index holds; not by a replica.
    public func state() async throws -> VectorIndexState {
        try await write { session in
            guard let owner = try Self.owner(session) else {
                return VectorIndexState(embedder: nil, dimensions: 0, count: 0)
            }
            let count = try session.rows("SELECT count(*) AS count FROM vector_entries").first?.int("count") ?? 0
            return VectorIndexState(embedder: owner.embedder, dimensions: owner.dimensions, count: count)
        }
    }

    /// The database is closed by who opened it.
    public func close() async {}

    /// How questions without a filter are answered.
    package func search() async throws -> Search {
        try await read { session in
            guard let owner = try Self.owner(session) else { return .exact }
            return try Self.search(session, owner.dimensions)
        }
    }

    // MARK: Tables

    private static func owner(_ session: any SQLSession) throws -> Owner? {
        let isThere = try session.rows("SELECT to_regclass('vector_owner') IS NOT NULL AS there").first?.bool("there")
        guard isThere == true, let row = try session.rows("SELECT embedder, dimensions FROM vector_owner").first else {
            return nil
        }
        return Owner(embedder: try row.string("embedder"), dimensions: try row.int("dimensions"))
    }

    private static func requireExtension(_ session: any SQLSession) throws {
        guard try session.rows("SELECT 1 AS one FROM pg_extension WHERE extname = 'vector'").isEmpty else { return }
        let isAvailable = try !session.rows(
            "SELECT 1 AS one FROM pg_available_extensions WHERE name = 'vector'"
        ).isEmpty
        guard isAvailable else {
            throw AtlasError(.unavailable, "The database server has no pgvector, so it cannot keep vectors.")
        }
        try session.script("CREATE EXTENSION vector")
    }

    private static func search(_ session: any SQLSession, _ dimensions: Int) throws -> Search {
        if dimensions <= indexDimensions { return .index }
        let version = try session.rows("SELECT extversion FROM pg_extension WHERE extname = 'vector'").first?
            .string("extversion")
        let numbers = (version ?? "").split(separator: ".").map { Int($0) ?? 0 }
        let hasHalves = (numbers.first ?? 0) > 0 || (numbers.dropFirst().first ?? 0) >= 7
        return hasHalves && dimensions <= halfPrecisionDimensions ? .halfPrecisionIndex : .exact
    }

    private static func tables(_ dimensions: Int, _ search: Search) -> String {
        let tables = """
            DROP TABLE IF EXISTS vector_entries;
            DROP TABLE IF EXISTS vector_owner;
            CREATE TABLE vector_owner (
                one BOOLEAN PRIMARY KEY DEFAULT TRUE CHECK (one),
                embedder TEXT NOT NULL,
                dimensions BIGINT NOT NULL
            );
            CREATE TABLE vector_entries (
                id TEXT PRIMARY KEY,
                digest TEXT NOT NULL,
                tags JSONB NOT NULL,
                embedding vector(\(dimensions)) NOT NULL
            );
            """
        return switch search {
        case .index: tables + "CREATE INDEX ON vector_entries USING hnsw (embedding vector_cosine_ops);"
        case .halfPrecisionIndex:
            tables
                + "CREATE INDEX ON vector_entries USING hnsw ((embedding::halfvec(\(dimensions))) halfvec_cosine_ops);"
        case .exact: tables
        }
    }

    // MARK: Statements

    private static func insert(_ entries: ArraySlice<(StoredVector, [Float])>) -> Query {
        var query: Query = "INSERT INTO vector_entries (id, digest, tags, embedding) VALUES "
        for (place, (vector, unit)) in entries.enumerated() {
            if place > 0 { query += ", " }
            query += "(\(vector.id), \(vector.digest), \(json(vector.tags))::jsonb, \(text(unit))::vector)"
        }
        query += """
             ON CONFLICT (id) DO UPDATE
            SET digest = excluded.digest, tags = excluded.tags, embedding = excluded.embedding
            """
        return query
    }

    private static func nearest(
        _ session: any SQLSession,
        _ vector: String,
        _ dimensions: Int,
        _ limit: Int,
        _ filter: [String: Set<String>],
        _ search: Search
    ) throws -> [Row] {
        let wanted = limit + tieMargin
        switch search {
        case .exact: try session.script("SET LOCAL enable_indexscan = off")
        case .index, .halfPrecisionIndex:
            let candidates = search == .index ? wanted : wanted * candidatesPerHit
            try session.script("SET LOCAL hnsw.ef_search = \(min(max(candidates, 100), breadthLimit))")
        }
        guard search == .halfPrecisionIndex else {
            var query: Query =
                "SELECT id, 1 - (embedding <=> \(vector)::vector) AS similarity FROM vector_entries WHERE TRUE"
            for (key, values) in filter.sorted(by: { $0.key < $1.key }) {
                query += " AND tags ->> \(key) IN (\(list: values.sorted()))"
            }
            query += " ORDER BY embedding <=> \(vector)::vector LIMIT \(wanted)"
            return try session.rows(query)
        }
        // Both are numbers of ours; a type's length cannot be a parameter.
        let half = Query(stringLiteral: "halfvec(\(dimensions))")
        return try session.rows(
            """
            SELECT id, 1 - (embedding <=> \(vector)::vector) AS similarity FROM (
                SELECT id, embedding FROM vector_entries
                ORDER BY (embedding::\(half)) <=> \(vector)::vector::\(half) LIMIT \(wanted * candidatesPerHit)
            ) AS near ORDER BY embedding <=> \(vector)::vector LIMIT \(wanted)
            """
        )
    }

    private static func text(_ vector: [Float]) -> String {
        "[" + vector.map { "\($0)" }.joined(separator: ",") + "]"
    }

    /// Tags as a JSON object.
    private static func json(_ tags: [String: String]) -> String {
        "{" + tags.sorted { $0.key < $1.key }.map { "\(quoted($0.key)):\(quoted($0.value))" }.joined(separator: ",")
            + "}"
    }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": result += "\\\(scalar)"
            // PostgreSQL's JSON cannot hold a NUL.
            case "\0": result += "\u{FFFD}"
            case "\u{1}"..<" ":
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }

    // MARK: Transactions

    private func read<Result: Sendable>(
        _ body: @escaping @Sendable (any SQLSession) throws -> Result
    ) async throws -> Result {
        do {
            return try await database.read(body)
        } catch let error as DatabaseError {
            throw error.forCaller
        }
    }

    @discardableResult
    private func write<Result: Sendable>(
        _ body: @escaping @Sendable (any SQLSession) throws -> Result
    ) async throws -> Result {
        do {
            return try await database.write(body)
        } catch let error as DatabaseError {
            throw error.forCaller
        }
    }
}
