public import AtlasAPI
public import AtlasCore
import AtlasPorts

extension ContentService {
    /// Tries of an import that another process's import gets in the way of.
    private static let importAttempts = 3

    /// Brings a batch of files into the database.
    ///
    /// A file that was imported before and has not changed since leaves its item alone, also when an instructor has
    /// saved a newer version or hidden it meanwhile.
    public func importFiles(
        _ files: [CatalogueFile],
        removeMissing: Bool,
        as caller: Caller
    ) async throws -> ImportReport {
        try caller.require(.admin)
        guard files.count <= ContentLimits.files else {
            throw AtlasError(.invalid, "There are more than \(ContentLimits.files) files.")
        }
        let batch = try await ImportBatch(files)
        for attempt in 1...Self.importAttempts {
            do {
                return try await attemptImport(batch, removeMissing: removeMissing)
            } catch let error as DatabaseError where error.kind == .unique && attempt < Self.importAttempts {
                // Another process imported the same; next time round its files are unchanged.
                try await refresh()
            } catch let error as DatabaseError where error.kind == .unique {
                throw AtlasError(.conflict, "The catalogue is being changed; import again.", cause: error)
            }
        }
        throw AtlasError(.conflict, "The catalogue is being changed; import again.")
    }

    private func attemptImport(_ batch: ImportBatch, removeMissing: Bool) async throws -> ImportReport {
        let known = try await repository.importedHashes()
        let changed = batch.files.filter { known[$0.key] != $0.hash }
        let present = Set(batch.files.map(\.key))
        let missing = removeMissing ? known.keys.filter { !present.contains($0) }.sorted() : []
        guard !changed.isEmpty || !missing.isEmpty else {
            return ImportReport(added: 0, changed: 0, unchanged: batch.files.count, removed: 0)
        }
        let read = try await readAll(changed, missing: Set(missing))
        let now = clock.now()
        let event = Self.event("content.imported", changed.map(\.key) + missing, id: ids.next())
        let stored = try await database.write { session in
            let writer = ContentWriter(session: session)
            let plan = ImportPlan(
                changed: zip(changed, read),
                newest: try writer.newest(of: changed.map(\.key)),
                at: now
            )
            let removals = try writer.removals(of: missing, at: now)
            try writer.store(plan.changes + removals)
            try writer.rememberImports(changed.map { ($0.key, $0.hash) })
            try writer.forgetImports(missing)
            if !plan.changes.isEmpty || !removals.isEmpty { try Outbox.append(event, at: now, in: session) }
            return (changes: plan.changes, removals: removals)
        }
        shelf.apply(
            stored.changes.compactMap { change in change.item?.stamped(version: change.number, updatedAt: now) },
            removed: Dictionary(stored.removals.map { ($0.key, $0.number) }, uniquingKeysWith: max)
        )
        let added = stored.changes.count { $0.number == 1 }
        return ImportReport(
            added: added,
            changed: stored.changes.count - added,
            unchanged: batch.files.count - stored.changes.count,
            removed: stored.removals.count
        )
    }

    /// Reads the changed files and compares them with one another and with the items that stay.
    private func readAll(_ files: [ImportBatch.File], missing: Set<ItemKey>) async throws -> [ReadItem] {
        let readings = await concurrentMap(files) { file in
            CatalogueReader.read(file.key.kind, source: file.source, path: file.path)
        }
        var errors = zip(files, readings).flatMap { file, reading in reading.errors.map { "\(file.path):\($0)" } }
        let items = readings.compactMap(\.item)
        if errors.isEmpty {
            let replaced = missing.union(files.map(\.key))
            let staying = try await library().items.values.filter { !replaced.contains($0.item.key) }
            let linked =
                staying.map { LinkedItem(links: $0.links, path: "\($0.item.key.kind.rawValue) \($0.item.key.id)") }
                + zip(files, items).map { LinkedItem(links: $1.links, path: $0.path) }
            errors = CatalogueLint.check(linked).filter { $0.finding.severity == .error }
                .map { "\($0.path ?? ""):\($0.finding)" }
        }
        guard errors.isEmpty else { throw Self.invalid(errors, field: "files") }
        return items
    }
}

/// The files of an import with the items they are about.
private struct ImportBatch: Sendable {
    struct File: Sendable {
        let key: ItemKey
        let path: String
        let source: String
        let hash: String
    }

    let files: [File]

    init(_ files: [CatalogueFile]) async throws {
        self.files = await concurrentMap(files) { file in
            File(
                key: ItemKey(kind: file.kind, id: CatalogueReader.fileID(file.path)),
                path: file.path,
                source: file.source,
                hash: ContentHash.of(file.source)
            )
        }
        var seen: Set<ItemKey> = []
        for file in self.files where !seen.insert(file.key).inserted {
            throw AtlasError(.invalid, "\(file.path):1:1: error: Another file has this item's id.", field: "files")
        }
    }
}

/// Which of the changed files make new versions.
private struct ImportPlan {
    let changes: [ContentChange]

    init(
        changed: Zip2Sequence<[ImportBatch.File], [ReadItem]>,
        newest: [ItemKey: NewestVersion],
        at moment: Timestamp
    ) {
        changes = changed.compactMap { file, item in
            let before = newest[file.key]
            // An instructor may have saved the very same text.
            if let before, before.hash == file.hash, !before.isRemoved { return nil }
            return ContentChange(
                key: file.key,
                number: (before?.number ?? 0) + 1,
                title: item.item.header.title,
                source: file.source,
                hash: file.hash,
                savedAt: moment,
                savedBy: nil,
                item: item
            )
        }
    }
}
