public import AtlasAPI
import AtlasApp
import AtlasContent
import AtlasCore
import AtlasPorts
import EmbeddedEngines

/// The catalogue in the repository.
public enum RealCatalogue {
    /// Its files, as the server reads them.
    public static func files() throws -> [CatalogueFile] {
        try CatalogueFolder(path: TestAtlas.repositoryRoot + "/catalogue").files()
    }

    /// All of it with its drafts, read once in a process.
    public static let shared = Task { () throws -> Catalogue in
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
