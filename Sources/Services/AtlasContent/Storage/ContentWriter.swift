import AtlasAPI
import AtlasCore
import AtlasPorts

/// Writes the content tables, inside one transaction.
struct ContentWriter {
    let session: any SQLSession

    /// Rows of one statement.
    private static let batch = 100

    /// The newest version of each of `keys` that has one.
    func newest(of keys: [ItemKey]) throws -> [ItemKey: NewestVersion] {
        var found: [ItemKey: NewestVersion] = [:]
        for (kind, group) in Dictionary(grouping: keys, by: \.kind) {
            for batch in group.map(\.id).batches(of: Self.batch) {
                let rows = try session.rows(
                    """
                    SELECT version.id, version.number, version.sha256, version.removed, version.saved_by
                    FROM content_versions AS version JOIN \(Query.table(of: kind)) AS item
                        ON item.id = version.id AND item.version = version.number
                    WHERE version.kind = \(kind.rawValue) AND version.id IN (\(list: Array(batch)))
                    """
                )
                for row in rows {
                    found[ItemKey(kind: kind, id: try row.string("id"))] = NewestVersion(
                        number: try row.int("number"),
                        hash: try row.string("sha256"),
                        isRemoved: try row.bool("removed"),
                        isEdit: try row.optionalString("saved_by") != nil
                    )
                }
            }
        }
        return found
    }

    /// Stores new versions and brings the items' rows and words up to them.
    ///
    /// - Throws: `DatabaseError` of kind `unique` if another process stored a version of the same number.
    func store(_ changes: [ContentChange]) throws {
        for batch in changes.batches(of: Self.batch) {
            try insertVersions(batch)
            for kind in ContentKind.allCases {
                let items = batch.compactMap { change in
                    change.key.kind == kind ? change.item.map { (change, $0) } : nil
                }
                if !items.isEmpty { try upsert(kind, items) }
                let removed = batch.filter { $0.key.kind == kind && $0.item == nil }
                for change in removed {
                    try session.execute(
                        """
                        UPDATE \(Query.table(of: kind))
                        SET removed = \(true), version = \(change.number), updated_at = \(change.savedAt)
                        WHERE id = \(change.key.id)
                        """
                    )
                }
            }
            let index = SearchIndex(session: session)
            try index.remove(batch.map(\.key))
            try index.add(batch.compactMap(\.item))
        }
    }

    /// Versions that hide those of `keys` that are not hidden.
    func removals(of keys: [ItemKey], at moment: Timestamp) throws -> [ContentChange] {
        try keys.compactMap { key in
            let rows = try session.rows(
                """
                SELECT number, title, source, sha256, removed FROM content_versions
                WHERE kind = \(key.kind.rawValue) AND id = \(key.id) ORDER BY number DESC LIMIT 1
                """
            )
            guard let row = rows.first, try !row.bool("removed") else { return nil }
            return ContentChange(
                key: key,
                number: try row.int("number") + 1,
                title: try row.string("title"),
                source: try row.string("source"),
                hash: try row.string("sha256"),
                savedAt: moment,
                savedBy: nil,
                item: nil
            )
        }
    }

    /// Remembers which files items were imported from.
    func rememberImports(_ hashes: [(key: ItemKey, hash: String)]) throws {
        for batch in hashes.batches(of: Self.batch) {
            var query: Query = "INSERT INTO content_imports (kind, id, sha256) VALUES "
            query.addRows(batch) { "(\($0.key.kind.rawValue), \($0.key.id), \($0.hash))" }
            query += " ON CONFLICT (kind, id) DO UPDATE SET sha256 = excluded.sha256"
            try session.execute(query)
        }
    }

    /// Forgets that items were imported.
    func forgetImports(_ keys: [ItemKey]) throws {
        for (kind, group) in Dictionary(grouping: keys, by: \.kind) {
            for batch in group.map(\.id).batches(of: Self.batch) {
                try session.execute(
                    "DELETE FROM content_imports WHERE kind = \(kind.rawValue) AND id IN (\(list: Array(batch)))"
                )
            }
        }
    }

    private func insertVersions(_ changes: ArraySlice<ContentChange>) throws {
        var query: Query = """
            INSERT INTO content_versions (kind, id, number, source, sha256, title, saved_at, saved_by, removed) VALUES\u{20}
            """
        query.addRows(changes) { change in
            """
            (\(change.key.kind.rawValue), \(change.key.id), \(change.number), \(change.source), \(change.hash),
            \(change.title), \(change.savedAt), \(change.savedBy), \(change.item == nil))
            """
        }
        try session.execute(query)
    }

    private func upsert(_ kind: ContentKind, _ items: [(change: ContentChange, read: ReadItem)]) throws {
        let own: (names: Query, updates: Query) =
            switch kind {
            case .diagram:
                (
                    "view_name, mermaid_source",
                    "view_name = excluded.view_name, mermaid_source = excluded.mermaid_source"
                )
            case .lab:
                (
                    "number, tier, minutes",
                    "number = excluded.number, tier = excluded.tier, minutes = excluded.minutes"
                )
            case .incident:
                (
                    "company, happened_on, mermaid_source",
                    """
                    company = excluded.company, happened_on = excluded.happened_on,
                    mermaid_source = excluded.mermaid_source
                    """
                )
            }
        var query: Query = """
            INSERT INTO \(Query.table(of: kind))
                (id, title, summary, category, level, topics, published, removed, version, updated_at, \(own.names))
            VALUES\u{20}
            """
        query.addRows(items[...]) { Self.row($0.change, $0.read.item) }
        query += """
             ON CONFLICT (id) DO UPDATE SET
                title = excluded.title, summary = excluded.summary, category = excluded.category,
                level = excluded.level, topics = excluded.topics, published = excluded.published,
                removed = excluded.removed, version = excluded.version, updated_at = excluded.updated_at,
                \(own.updates)
            """
        try session.execute(query)
    }

    private static func row(_ change: ContentChange, _ item: Item) -> Query {
        let header = item.header
        let common: Query = """
            \(header.id), \(header.title), \(header.summary), \(header.category), \(header.level),
            \(header.topics.joined(separator: " ")), \(header.isPublished), \(false), \(change.number),
            \(change.savedAt)
            """
        switch item {
        case .diagram(let diagram):
            return "(\(common), \(diagram.view.rawValue), \(diagram.picture.mermaidSource))"
        case .lab(let lab): return "(\(common), \(lab.number), \(lab.tier), \(lab.minutes))"
        case .incident(let incident):
            return "(\(common), \(incident.company), \(incident.date), \(incident.picture.mermaidSource))"
        }
    }
}

extension Query {
    /// Adds a row of values for each element, separated by commas.
    mutating func addRows<Element>(_ elements: ArraySlice<Element>, _ row: (Element) -> Query) {
        for (position, element) in elements.enumerated() {
            if position > 0 { self += ", " }
            self += row(element)
        }
    }
}
