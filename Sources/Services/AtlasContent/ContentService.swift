public import AtlasAPI
public import AtlasCore
public import AtlasPorts
import Diagrams

/// The catalogue: every version in the database, what is current also in memory.
///
/// Reading costs no statement once the library is loaded; the policy (drafts are for instructors) is applied to what
/// comes out of it, for each caller.
public struct ContentService: Content {
    let database: any Database
    let pubSub: any PubSub
    let clock: any WallClock
    let ids: any IDSource
    let shelf = Shelf()

    /// The channel on which changes are told.
    static let channel = "content"
    /// How long a change may stay unnoticed if its message is lost.
    static let interval = Duration.seconds(30)

    /// A service whose tables exist.
    public init(database: any Database, pubSub: any PubSub, clock: any WallClock, ids: any IDSource) {
        self.database = database
        self.pubSub = pubSub
        self.clock = clock
        self.ids = ids
    }

    var repository: ContentRepository { ContentRepository(database: database) }

    /// Reads every item into memory; the first read does it if nobody has.
    ///
    /// - Returns: Items that this version of Atlas cannot read any more and therefore leaves out, with the reason.
    @discardableResult
    public func load() async throws -> [String] {
        let readings = await Self.read(try await repository.sources())
        let items = readings.compactMap(\.item)
        shelf.fill(Dictionary(items.map { ($0.item.key, $0) }, uniquingKeysWith: { first, _ in first }))
        return readings.compactMap(\.problem)
    }

    /// Keeps the memory current, also with what other processes write, until the task is cancelled.
    ///
    /// - Parameter report: Called when a change could not be loaded; the next one tries again.
    public func run(reportingTo report: @escaping @Sendable (any Error) -> Void = { _ in }) async throws {
        let messages = try await pubSub.subscribe(to: Self.channel)
        @Sendable func refreshOrReport() async {
            do { try await refresh() } catch { report(error) }
        }
        await refreshOrReport()
        await withDiscardingTaskGroup { group in
            group.addTask { for await _ in messages { await refreshOrReport() } }
            group.addTask {
                while (try? await Task.sleep(for: Self.interval)) != nil { await refreshOrReport() }
            }
        }
    }

    /// Loads what is newer in the database than in memory; costs one short read if nothing is.
    func refresh() async throws {
        let known = try await library().items.mapValues { $0.item.header.version }
        let stored = try await repository.versions()
        let changed = Set(stored.filter { (known[$0.key] ?? 0) < $0.value }.keys)
        // What is gone was hidden by a later version than the one known.
        let gone = known.filter { stored[$0.key] == nil }.mapValues { $0 + 1 }
        let readings = changed.isEmpty ? [] : await Self.read(try await repository.sources(of: changed))
        shelf.apply(readings.compactMap(\.item), removed: gone)
    }

    private static func read(_ sources: [StoredSource]) async -> [(item: ReadItem?, problem: String?)] {
        await concurrentMap(sources) { stored in
            let reading = CatalogueReader.read(stored.key.kind, source: stored.source)
            guard let item = reading.item else {
                let reason = reading.errors.first.map { "\($0)" } ?? "no item"
                return (nil, "\(stored.key.kind.rawValue) \(stored.key.id): \(reason)")
            }
            return (item.stamped(version: stored.version, updatedAt: stored.savedAt), nil)
        }
    }

    func library() async throws -> Library {
        if let current = shelf.current { return current }
        try await load()
        guard let current = shelf.current else {
            throw AtlasError(.internalError, "Something went wrong on our side.", detail: "the library stayed empty")
        }
        return current
    }
}

extension ContentService {
    /// Diagrams in the order of `ids`.
    public func diagrams(_ ids: [DiagramID], as caller: Caller) async throws -> [Diagram?] {
        let library = try await library()
        return ids.map { id in
            guard case .diagram(let diagram) = item(.diagram, id.rawValue, in: library, for: caller) else { return nil }
            return diagram
        }
    }

    /// Labs in the order of `ids`.
    public func labs(_ ids: [LabID], as caller: Caller) async throws -> [Lab?] {
        let library = try await library()
        return ids.map { id in
            guard case .lab(let lab) = item(.lab, id.rawValue, in: library, for: caller) else { return nil }
            return lab
        }
    }

    /// Incidents in the order of `ids`.
    public func incidents(_ ids: [IncidentID], as caller: Caller) async throws -> [Incident?] {
        let library = try await library()
        return ids.map { id in
            guard case .incident(let incident) = item(.incident, id.rawValue, in: library, for: caller) else {
                return nil
            }
            return incident
        }
    }

    /// What the caller may see, in order.
    public func catalogue(as caller: Caller) async throws -> Catalogue {
        let library = try await library()
        return caller.seesDrafts ? library.everything : library.published
    }

    private func item(_ kind: ContentKind, _ id: String, in library: Library, for caller: Caller) -> Item? {
        guard let item = library.items[ItemKey(kind: kind, id: id)]?.item else { return nil }
        return item.header.isPublished || caller.seesDrafts ? item : nil
    }

    /// Full-text search, best first.
    public func search(_ text: String, limit: Int, as caller: Caller) async throws -> [SearchHit] {
        guard text.count <= ContentLimits.searchCharacters else {
            throw AtlasError(
                .invalid,
                "Search for at most \(ContentLimits.searchCharacters) characters.",
                field: "text"
            )
        }
        guard (1...50).contains(limit) else {
            throw AtlasError(.invalid, "Ask for 1 to 50 hits.", field: "limit")
        }
        let library = try await library()
        // Gathering the vocabulary and writing snippets is long work for an event loop.
        let seesDrafts = caller.seesDrafts
        let prepared = await concurrentMap([text]) {
            SearchQuery($0, vocabulary: library.vocabulary(withDrafts: seesDrafts))
        }
        guard case .some(.some(let query)) = prepared.first else { return [] }
        let keys = try await database.read { session in
            try SearchIndex(session: session).find(query, withDrafts: seesDrafts, limit: limit)
        }
        return await concurrentMap(keys) { key -> SearchHit? in
            guard let found = library.items[key], found.item.header.isPublished || seesDrafts else { return nil }
            let header = found.item.header
            return SearchHit(
                kind: key.kind,
                id: key.id,
                title: header.title,
                category: header.category,
                level: header.level,
                snippet: Snippet.html(of: found.text, for: query)
            )
        }
        .compactMap(\.self)
    }

    /// Checks a source without saving it.
    ///
    /// Takes a few milliseconds of one core.
    public func check(_ kind: ContentKind, source: String) -> SourceCheck {
        let reading = CatalogueReader.read(kind, source: source)
        return SourceCheck(findings: reading.findings, svg: reading.svg)
    }
}

extension Caller {
    /// Drafts are for those who write.
    fileprivate var seesDrafts: Bool { has(.instructor) }
}

extension Reading {
    /// The picture, also of an item with errors elsewhere.
    fileprivate var svg: String? {
        switch item?.item {
        case .diagram(let diagram): return diagram.picture.svg
        case .incident(let incident): return incident.picture.svg
        case .lab: return nil
        case nil:
            // A graph over the limits takes too long to place.
            guard let graph, graph.isWithinLimits else { return nil }
            return SVG.render(graph, layout: LayoutEngine.layout(graph), options: SVGOptions(interactive: true))
        }
    }
}
