import AtlasAPI
import AtlasCore
import AtlasPorts

/// Reads the content tables.
struct ContentRepository: Sendable {
    let database: any Database

    /// The version of every item that is not removed.
    func versions() async throws -> [ItemKey: Int] {
        try await database.read { session in
            var found: [ItemKey: Int] = [:]
            for kind in ContentKind.allCases {
                let table = Query.table(of: kind)
                for row in try session.rows("SELECT id, version FROM \(table) WHERE removed = \(false)") {
                    found[ItemKey(kind: kind, id: try row.string("id"))] = try row.int("version")
                }
            }
            return found
        }
    }

    /// The key of every diagram, also of removed ones.
    func diagrams() async throws -> Set<ItemKey> {
        Set(
            try await database.rows("SELECT id FROM diagrams").map { row in
                ItemKey(kind: .diagram, id: try row.string("id"))
            }
        )
    }

    /// The newest file of every item that is not removed, or of those of them in `keys`.
    func sources(of keys: Set<ItemKey>? = nil) async throws -> [StoredSource] {
        let ids = keys.map { keys in Dictionary(grouping: keys, by: \.kind).mapValues { $0.map(\.id).sorted() } }
        return try await database.read { session in
            try ContentKind.allCases.flatMap { kind -> [StoredSource] in
                guard let ids else { return try Self.sources(kind, nil, in: session) }
                return try (ids[kind] ?? []).batches(of: Self.batch).flatMap {
                    try Self.sources(kind, Array($0), in: session)
                }
            }
        }
    }

    private static let batch = 200

    private static func sources(
        _ kind: ContentKind,
        _ ids: [String]?,
        in session: any SQLSession
    ) throws
        -> [StoredSource]
    {
        var query: Query = """
            SELECT item.id, item.version, version.saved_at, version.source
            FROM \(Query.table(of: kind)) AS item
            JOIN content_versions AS version
                ON version.kind = \(kind.rawValue) AND version.id = item.id AND version.number = item.version
            WHERE item.removed = \(false)
            """
        if let ids { query += " AND item.id IN (\(list: ids))" }
        return try session.rows(query).map { row in
            StoredSource(
                key: ItemKey(kind: kind, id: try row.string("id")),
                version: try row.int("version"),
                savedAt: try row.timestamp("saved_at"),
                source: try row.string("source")
            )
        }
    }

    /// Versions of an item, newest first.
    func history(of key: ItemKey, limit: Int) async throws -> [ContentVersion] {
        try await database.rows(
            """
            SELECT number, title, saved_at, saved_by, source, removed FROM content_versions
            WHERE kind = \(key.kind.rawValue) AND id = \(key.id)
            ORDER BY number DESC LIMIT \(limit)
            """
        )
        .map(Self.version)
    }

    /// One version of an item.
    func version(_ number: Int, of key: ItemKey) async throws -> ContentVersion? {
        try await database.rows(
            """
            SELECT number, title, saved_at, saved_by, source, removed FROM content_versions
            WHERE kind = \(key.kind.rawValue) AND id = \(key.id) AND number = \(number)
            """
        )
        .first.map(Self.version)
    }

    private static func version(_ row: Row) throws -> ContentVersion {
        ContentVersion(
            number: try row.int("number"),
            title: try row.string("title"),
            savedAt: try row.timestamp("saved_at"),
            savedBy: try row.optionalString("saved_by").map(UserID.init),
            source: try row.string("source"),
            isRemoved: try row.bool("removed")
        )
    }

    /// The hashes of the files that items were imported from.
    func importedHashes() async throws -> [ItemKey: String] {
        let rows = try await database.rows("SELECT kind, id, sha256 FROM content_imports")
        return Dictionary(
            try rows.compactMap { row in
                guard let kind = ContentKind(rawValue: try row.string("kind")) else { return nil }
                return (ItemKey(kind: kind, id: try row.string("id")), try row.string("sha256"))
            },
            uniquingKeysWith: { first, _ in first }
        )
    }
}

extension Query {
    /// The table that holds items of `kind`.
    static func table(of kind: ContentKind) -> Query {
        switch kind {
        case .diagram: "diagrams"
        case .lab: "labs"
        case .incident: "incidents"
        }
    }
}

extension Array {
    /// The elements in order, at most `size` at a time.
    func batches(of size: Int) -> [ArraySlice<Element>] {
        stride(from: 0, to: count, by: size).map { self[$0..<Swift.min($0 + size, count)] }
    }
}
