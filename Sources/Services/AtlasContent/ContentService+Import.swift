public import AtlasAPI
public import AtlasCore
import AtlasPorts

extension ContentService {
    /// Tries of an import that another process's import gets in the way of.
    private static let importAttempts = 3

    /// Brings a batch of files into the database.
    ///
    /// A file that was imported before and has not changed since leaves its item alone, also when an instructor has
    /// saved a newer version or hidden it meanwhile. One that has changed wins over what an instructor saved; the report
    /// says so.
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
        let read = try await readAll(changed, of: batch, missing: Set(missing))
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
            return (changes: plan.changes, edits: plan.replacedEdits, removals: removals)
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
            removed: stored.removals.count,
            replacedEdits: stored.edits.map { "\($0.kind.rawValue) \($0.id)" }
        )
    }

    /// Reads the changed files and compares them with one another and with the items that stay.
    private func readAll(
        _ files: [ImportBatch.File],
        of batch: ImportBatch,
        missing: Set<ItemKey>
    ) async throws -> [ReadItem] {
        let readings = await concurrentMap(files) { file in
            CatalogueReader.read(file.key.kind, source: file.source, path: file.path)
        }
        var errors = zip(files, readings).flatMap { file, reading in reading.errors.map { "\(file.path):\($0)" } }
        let items = readings.compactMap(\.item)
        if errors.isEmpty {
            let changed = zip(files, items).map { LinkedItem(links: $1.links, path: $0.path) }
            errors = try await lint(changed, of: batch, missing: missing)
                .filter { $0.finding.severity == .error }.map { "\($0.path ?? ""):\($0.finding)" }
        }
        guard errors.isEmpty else { throw Self.invalid(errors, field: "files") }
        return items
    }

    /// What is wrong between the changed files and the items that stay, as far as the files are to blame.
    ///
    /// Whatever instructors have left behind must not keep the other files out.
    private func lint(
        _ changed: [LinkedItem],
        of batch: ImportBatch,
        missing: Set<ItemKey>
    ) async throws -> [(path: String?, finding: Finding)] {
        let library = try await library()
        let replaced = missing.union(changed.map(\.links.key))
        let staying = library.items.filter { !replaced.contains($0.key) }
        // What this import hides is no excuse.
        let hidden = try await repository.diagrams().subtracting(missing.filter { library.items[$0] != nil })
        let between = CatalogueLint.check(
            staying.values.map { LinkedItem(links: $0.links, path: nil) } + changed,
            hidden: hidden
        )
        .filter { $0.path != nil }
        let unchanged = batch.files.compactMap { file -> LinkedItem? in
            guard let item = staying[file.key], item.item.header.source == file.source else { return nil }
            return LinkedItem(links: item.links, path: file.path)
        }
        let known = Set(staying.keys).union(changed.map(\.links.key))
        return between + CatalogueLint.dangling(unchanged, known: known, hidden: hidden)
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
    /// Of these, the items whose newest version somebody saved or hid by hand.
    let replacedEdits: [ItemKey]

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
        replacedEdits = changes.map(\.key).filter { newest[$0]?.isEdit == true }
    }
}
