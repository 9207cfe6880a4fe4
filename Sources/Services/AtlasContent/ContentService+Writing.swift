public import AtlasAPI
public import AtlasCore
import AtlasPorts

extension ContentService {
    /// Saves a new item or a new version.
    public func save(
        _ kind: ContentKind,
        source: String,
        version: Int,
        as caller: Caller
    ) async throws -> SavedContent {
        try caller.require(.instructor)
        let reading = await concurrentMap([source]) { CatalogueReader.read(kind, source: $0) }.first
        guard let reading, let item = reading.item else {
            throw Self.invalid((reading?.errors ?? []).map { "\($0)" }, field: "source")
        }
        let key = item.item.key
        // An item may name another that is saved after it, so what is missing is only said.
        let others = try await library().items.values.filter { $0.item.key != key }
        let linked = CatalogueLint.check(
            others.map { LinkedItem(links: $0.links, path: "\($0.item.key.kind.rawValue) \($0.item.key.id)") }
                + [LinkedItem(links: item.links, path: nil)],
            missing: .warning
        )
        .filter { $0.path == nil }.map(\.finding)
        let errors = linked.filter { $0.severity == .error }
        guard errors.isEmpty else { throw Self.invalid(errors.map { "\($0)" }, field: "source") }
        let saved = try await store(item, title: item.item.header.title, source, key, after: version, as: caller)
        return SavedContent(kind: kind, id: key.id, version: saved, warnings: reading.findings + linked)
    }

    /// Hides an item.
    public func remove(_ kind: ContentKind, id: String, version: Int, as caller: Caller) async throws {
        try caller.require(.instructor)
        let key = ItemKey(kind: kind, id: id)
        guard let newest = try await repository.history(of: key, limit: 1).first, !newest.isRemoved else {
            throw Self.notFound(key)
        }
        _ = try await store(nil, title: newest.title, newest.source, key, after: version, as: caller)
    }

    /// Makes an earlier version the newest again.
    public func restore(
        _ kind: ContentKind,
        id: String,
        number: Int,
        version: Int,
        as caller: Caller
    ) async throws -> SavedContent {
        try caller.require(.instructor)
        let key = ItemKey(kind: kind, id: id)
        guard let old = try await repository.version(number, of: key) else {
            throw AtlasError(.notFound, "There is no version \(number) of this \(kind.rawValue).", field: "number")
        }
        // Rules may have changed since then.
        let reading = await concurrentMap([old.source]) { CatalogueReader.read(kind, source: $0) }.first
        guard let reading, let item = reading.item else {
            throw Self.invalid((reading?.errors ?? []).map { "\($0)" }, field: "number")
        }
        let saved = try await store(item, title: old.title, old.source, key, after: version, as: caller)
        return SavedContent(kind: kind, id: id, version: saved, warnings: reading.findings)
    }

    /// Earlier versions, newest first.
    public func history(_ kind: ContentKind, id: String, as caller: Caller) async throws -> [ContentVersion] {
        try caller.require(.instructor)
        let key = ItemKey(kind: kind, id: id)
        let versions = try await repository.history(of: key, limit: ContentLimits.history)
        guard !versions.isEmpty else { throw Self.notFound(key) }
        return versions
    }

    /// Stores the version after `version`, and the event that tells of it, and puts it on the shelf.
    ///
    /// - Parameter item: `nil` hides the item.
    private func store(
        _ item: ReadItem?,
        title: String,
        _ source: String,
        _ key: ItemKey,
        after version: Int,
        as caller: Caller
    ) async throws -> Int {
        // A caller's number from far outside must not overflow.
        guard (0..<Int(Int32.max)).contains(version) else { throw Self.conflict(key, newest: nil) }
        _ = try await library()
        let now = clock.now()
        let change = ContentChange(
            key: key,
            number: version + 1,
            title: title,
            source: source,
            hash: ContentHash.of(source),
            savedAt: now,
            savedBy: caller.account?.user,
            item: item
        )
        let event = Self.event("content.saved", [key], id: ids.next())
        do {
            try await database.write { session in
                let writer = ContentWriter(session: session)
                let newest = try writer.newest(of: [key])[key]
                guard (newest?.number ?? 0) == version else { throw Self.conflict(key, newest: newest?.number) }
                try writer.store([change])
                try Outbox.append(event, at: now, in: session)
            }
        } catch let error as DatabaseError where error.kind == .unique {
            throw Self.conflict(key, newest: nil)
        }
        if let item {
            shelf.apply([item.stamped(version: change.number, updatedAt: now)])
        } else {
            shelf.apply([], removed: [key: change.number])
        }
        return change.number
    }

    /// An event for everybody who keeps copies: the items' kinds and ids, or none if there are too many to name.
    static func event(_ type: String, _ keys: [ItemKey], id: String) -> OutboxEvent {
        let named = keys.count <= 50 ? keys : []
        // Ids hold nothing that JSON would have to escape.
        let items = named.map { "{\"kind\":\"\($0.kind.rawValue)\",\"id\":\"\($0.id)\"}" }.joined(separator: ",")
        return OutboxEvent(
            id: id,
            type: type,
            queue: nil,
            channel: channel,
            payload: Array("{\"items\":[\(items)]}".utf8)
        )
    }

    /// The first findings in one message.
    static func invalid(_ findings: [String], field: String?) -> AtlasError {
        let shown = findings.prefix(5).joined(separator: "\n")
        let more = findings.count > 5 ? "\n… and \(findings.count - 5) more" : ""
        return AtlasError(.invalid, shown + more, field: field)
    }

    private static func notFound(_ key: ItemKey) -> AtlasError {
        AtlasError(.notFound, "There is no such \(key.kind.rawValue).", field: "id")
    }

    private static func conflict(_ key: ItemKey, newest: Int?) -> AtlasError {
        let state = newest.map { "it is at version \($0) now" } ?? "somebody else saved it at the same time"
        return AtlasError(
            .conflict,
            "This \(key.kind.rawValue) has changed since you read it; \(state). Read it again.",
            field: "version"
        )
    }
}
