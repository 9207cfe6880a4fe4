import AtlasAPI
import AtlasContent
import AtlasCore
import AtlasPorts
import AtlasTestKit
import EmbeddedEngines
import Foundation

@testable import AtlasReview

/// The catalogue in the repository, read once.
enum RealCatalogue {
    static func files() throws -> [CatalogueFile] {
        let folder = URL(filePath: TestAtlas.repositoryRoot).appending(path: "catalogue")
        let manager = FileManager.default
        return try [("diagrams", ContentKind.diagram), ("incidents", .incident), ("labs", .lab)].flatMap { name, kind in
            try manager.contentsOfDirectory(atPath: folder.appending(path: name).path).sorted().compactMap { entry in
                let path = kind == .lab ? "\(name)/\(entry)/lab.md" : "\(name)/\(entry)"
                // Beside the labs lies what their checkers share.
                let file = folder.appending(path: path)
                guard path.hasSuffix(".md"), manager.fileExists(atPath: file.path) else { return nil }
                let source = try String(contentsOf: file, encoding: .utf8)
                return CatalogueFile(kind: kind, path: path, source: source)
            }
        }
    }

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
}

/// A catalogue that stands still.
struct FixedContent: Content {
    let all: Catalogue

    private var error: AtlasError { AtlasError(.unavailable, "This catalogue is only read as a whole.") }

    func catalogue(as caller: Caller) async throws -> Catalogue { all }
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

/// What a learner has read: these, in this order.
struct FixedProgress: ProgressTracking {
    var read: [String] = []

    func complete(_ diagram: DiagramID, as caller: Caller) async throws -> [Completion] { [] }
    func completions(of users: [UserID], as caller: Caller) async throws -> [[Completion]] {
        users.map { _ in read.map { Completion(diagram: DiagramID($0), at: Timestamp(milliseconds: 0)) } }
    }
    func changes(of user: UserID, as caller: Caller) async throws -> AsyncStream<Void> { AsyncStream { $0.finish() } }
}

/// The service on a fresh database, with a clock that stands still and the real catalogue.
struct Bench: Sendable {
    let database: any Database
    let clock: ManualClock
    let service: ReviewService
    let bank: ItemBank

    static func run(
        _ engine: TestEngine = .sqlite,
        read: [String] = [],
        _ body: @Sendable (Bench) async throws -> Void
    ) async throws {
        let catalogue = try await RealCatalogue.shared.value
        try await withDatabase(engine) { database in
            _ = try await Migrator.migrate(database, Outbox.migrations + ReviewMigrations.all)
            let clock = ManualClock(Timestamp(milliseconds: 1_767_261_600_000))
            let service = ReviewService(
                database: database,
                content: FixedContent(all: catalogue),
                progress: FixedProgress(read: read),
                clock: clock,
                ids: RandomIDSource(clock: clock),
                packages: AnkiFiles(),
                shelf: RealCatalogue.shelf
            )
            let bank = await RealCatalogue.shelf.bank(catalogue)
            try await body(Bench(database: database, clock: clock, service: service, bank: bank))
        }
    }

    static func learner(_ name: String = "ada") -> Caller {
        Caller(account: .init(user: UserID(name), role: .learner, session: SessionID("test")))
    }

    func review(
        _ id: String,
        _ item: ReviewItemID,
        _ rating: ReviewRating = .good,
        after offset: Duration = .zero,
        device: String = "phone"
    ) -> NewReview {
        NewReview(
            id: id,
            item: item,
            rating: rating,
            at: clock.now() + offset,
            duration: .seconds(8),
            device: device
        )
    }

    /// Events that wait to be relayed, as JSON.
    func events() async throws -> [String] {
        try await Outbox.pending(1_000, in: database).map { String(decoding: $0.payload, as: UTF8.self) }
    }

    /// What is stored of the cards, but for whose they are.
    func cards(of user: String) async throws -> [String: CardFold] {
        var found: [String: CardFold] = [:]
        for row in try await database.rows("SELECT * FROM review_cards WHERE user_id = \(user)") {
            found[try row.string("item_id")] = try CardFold(row)
        }
        return found
    }
}

extension RealCatalogue {
    /// The items of the catalogue, made once.
    static let shelf = ItemShelf()
}

/// The code of the error that `body` throws.
func code(_ body: () async throws -> Void) async -> AtlasError.Code? {
    do {
        try await body()
        return nil
    } catch {
        return (error as? AtlasError)?.code ?? .internalError
    }
}
