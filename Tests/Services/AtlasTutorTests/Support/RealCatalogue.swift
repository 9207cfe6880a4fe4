import AtlasAPI
import AtlasContent
import AtlasCore
import AtlasPorts
import AtlasTestKit
import Diagrams
import EmbeddedEngines
import Foundation

@testable import AtlasTutor

/// The catalogue in the repository, read once.
enum RealCatalogue {
    static let shelf = IndexShelf()

    static let shared = Task { () throws -> Catalogue in
        let (stream, continuation) = AsyncStream.makeStream(of: Catalogue.self)
        try await withDatabase(.sqlite) { database in
            _ = try await Migrator.migrate(database, Outbox.migrations + ContentMigrations.all)
            let clock = ManualClock()
            let content = ContentService(
                database: database,
                pubSub: MemoryPubSub(),
                clock: clock,
                ids: RandomIDSource(clock: clock)
            )
            _ = try await content.importFiles(try files(), removeMissing: false, as: .system)
            continuation.yield(try await content.catalogue(as: .system))
        }
        continuation.finish()
        guard let catalogue = await stream.first(where: { _ in true }) else { throw CancellationError() }
        return catalogue
    }

    static func index() async throws -> RecordIndex { await shelf.index(try await shared.value) }

    /// The lines of a file of ours.
    static func lines(_ name: String) throws -> [Substring] {
        let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Data/\(name)")
        return try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
    }

    private static func files() throws -> [CatalogueFile] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "catalogue")
        let manager = FileManager.default
        return try [("diagrams", ContentKind.diagram), ("incidents", .incident), ("labs", .lab)].flatMap { name, kind in
            try manager.contentsOfDirectory(atPath: folder.appending(path: name).path).sorted().compactMap { entry in
                let path = kind == .lab ? "\(name)/\(entry)/lab.md" : "\(name)/\(entry)"
                let file = folder.appending(path: path)
                // Beside the labs lies what their checkers share.
                guard path.hasSuffix(".md"), manager.fileExists(atPath: file.path) else { return nil }
                return CatalogueFile(kind: kind, path: path, source: try String(contentsOf: file, encoding: .utf8))
            }
        }
    }
}

extension Catalogue {
    /// A part of it with another purpose of one node, as an author might have written it.
    func planting(_ purpose: String, in diagram: String, node: String) -> Catalogue {
        let some = diagrams.filter { ["d5-traffic-steering", "e1-cache-aside"].contains($0.header.id) }
        let changed = some.map { item -> Diagram in
            guard item.header.id == diagram else { return item }
            var graph = item.picture.graph
            for index in graph.nodes.indices where graph.nodes[index].id == node {
                graph.nodes[index].record?.purpose = purpose
            }
            let picture = Picture(
                mermaidSource: item.picture.mermaidSource,
                graph: graph,
                svg: item.picture.svg,
                alternativeText: item.picture.alternativeText,
                longDescription: item.picture.longDescription,
                outline: item.picture.outline
            )
            return Diagram(
                header: item.header,
                view: item.view,
                picture: picture,
                bodyHTML: item.bodyHTML,
                probes: item.probes,
                sources: item.sources,
                prerequisites: item.prerequisites,
                next: item.next,
                cards: item.cards
            )
        }
        return Catalogue(
            categories: categories,
            diagrams: changed,
            labs: [],
            incidents: [],
            revision: revision + "/" + String(purpose.hashValue, radix: 16)
        )
    }

    /// The same with one diagram as a draft, in what writers see; learners see it without.
    func drafting(_ diagram: String) -> (learners: Catalogue, writers: Catalogue) {
        let without = Catalogue(
            categories: categories,
            diagrams: diagrams.filter { $0.header.id != diagram },
            labs: labs,
            incidents: incidents,
            revision: revision + "/published"
        )
        return (without, self)
    }
}

/// A catalogue that stands still; drafts are for instructors.
struct FixedContent: Content {
    let learners: Catalogue
    let writers: Catalogue

    private var error: AtlasError { AtlasError(.unavailable, "This catalogue is only read as a whole.") }

    func catalogue(as caller: Caller) async throws -> Catalogue { caller.has(.instructor) ? writers : learners }
    func diagrams(_ ids: [DiagramID], as caller: Caller) async throws -> [Diagram?] { throw error }
    func labs(_ ids: [LabID], as caller: Caller) async throws -> [Lab?] { throw error }
    func incidents(_ ids: [IncidentID], as caller: Caller) async throws -> [Incident?] { throw error }
    func search(_ text: String, limit: Int, as caller: Caller) async throws -> [SearchHit] { throw error }
    func check(_ kind: ContentKind, source: String) -> SourceCheck { SourceCheck(findings: [], svg: nil) }
    func save(_ kind: ContentKind, source: String, version: Int, as caller: Caller) async throws -> SavedContent {
        throw error
    }
    func remove(_ kind: ContentKind, id: String, version: Int, as caller: Caller) async throws { throw error }
    func restore(
        _ kind: ContentKind,
        id: String,
        number: Int,
        version: Int,
        as caller: Caller
    ) async throws -> SavedContent { throw error }
    func history(_ kind: ContentKind, id: String, as caller: Caller) async throws -> [ContentVersion] { throw error }
    func importFiles(_ files: [CatalogueFile], removeMissing: Bool, as caller: Caller) async throws -> ImportReport {
        throw error
    }
}
