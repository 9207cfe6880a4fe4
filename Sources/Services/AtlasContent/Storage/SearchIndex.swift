import AtlasAPI
import AtlasCore
import AtlasPorts

/// The words of all items in the database, inside one transaction: FTS5 on SQLite, `tsvector` on PostgreSQL.
///
/// Both rank a word in the title above one in the labels, the summary and the body, in this order.
struct SearchIndex {
    let session: any SQLSession

    /// Forgets items.
    func remove(_ keys: [ItemKey]) throws {
        for (kind, group) in Dictionary(grouping: keys, by: \.kind) {
            let ids = group.map(\.id)
            if session.dialect == .sqlite {
                try session.execute(
                    """
                    DELETE FROM content_words WHERE rowid IN
                        (SELECT number FROM content_search WHERE kind = \(kind.rawValue) AND id IN (\(list: ids)))
                    """
                )
            }
            try session.execute(
                "DELETE FROM content_search WHERE kind = \(kind.rawValue) AND id IN (\(list: ids))"
            )
        }
    }

    /// Adds items that are not there.
    func add(_ items: [ReadItem]) throws {
        guard !items.isEmpty else { return }
        switch session.dialect {
        case .sqlite: for item in items { try addToSQLite(item) }
        case .postgres:
            var query: Query = "INSERT INTO content_search (kind, id, published, words) VALUES "
            query.addRows(items[...]) { item in
                let key = item.item.key
                return """
                    (\(key.kind.rawValue), \(key.id), \(item.item.header.isPublished),
                    CAST(\(Self.tsvector(item.text)) AS tsvector))
                    """
            }
            try session.execute(query)
        }
    }

    /// Items that match, best first.
    func find(_ query: SearchQuery, withDrafts: Bool, limit: Int) throws -> [ItemKey] {
        let drafts: Query = withDrafts ? "" : " AND published = \(true)"
        let rows =
            switch session.dialect {
            case .sqlite:
                try session.rows(
                    """
                    SELECT kind, id FROM content_words JOIN content_search ON content_search.number = content_words.rowid
                    WHERE content_words MATCH \(query.fts5)\(drafts)
                    ORDER BY bm25(content_words, 12.0, 5.0, 3.0, 1.0), kind, id LIMIT \(limit)
                    """
                )
            case .postgres:
                try session.rows(
                    """
                    SELECT kind, id FROM content_search, CAST(\(query.tsquery) AS tsquery) AS query
                    WHERE words @@ query\(drafts)
                    ORDER BY ts_rank('{0.08, 0.25, 0.42, 1.0}', words, query, 1) DESC, kind, id LIMIT \(limit)
                    """
                )
            }
        return try rows.compactMap { row in
            guard let kind = ContentKind(rawValue: try row.string("kind")) else { return nil }
            return ItemKey(kind: kind, id: try row.string("id"))
        }
    }

    private func addToSQLite(_ item: ReadItem) throws {
        let key = item.item.key
        let words = item.text.parts.map { SearchWords.of($0).joined(separator: " ") }
        let rows = try session.rows(
            """
            INSERT INTO content_search (kind, id, published)
            VALUES (\(key.kind.rawValue), \(key.id), \(item.item.header.isPublished)) RETURNING number
            """
        )
        guard let number = try rows.first?.int64("number") else { return }
        try session.execute(
            """
            INSERT INTO content_words (rowid, title, labels, summary, body)
            VALUES (\(number), \(words[0]), \(words[1]), \(words[2]), \(words[3]))
            """
        )
    }

    /// The text of a `tsvector`, as in `'cache':1A,9D 'aside':2A`.
    private static func tsvector(_ text: SearchableText) -> String {
        var places: [String: [String]] = [:]
        var position = 0
        for (part, weight) in zip(text.parts, ["A", "B", "C", "D"]) {
            for word in SearchWords.of(part) {
                position += 1
                // PostgreSQL keeps 256 places of a word, none beyond 16,383.
                guard position <= 16_383, places[word, default: []].count < 256 else { continue }
                places[word, default: []].append("\(position)\(weight)")
            }
        }
        return places.map { "'\($0.key)':\($0.value.joined(separator: ","))" }.joined(separator: " ")
    }
}
