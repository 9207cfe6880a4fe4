public import AtlasAPI
import AtlasAnalytics
import AtlasAuth
import AtlasContent
public import AtlasCore
public import AtlasGraphQL
import AtlasHTTP
import AtlasPorts
import EmbeddedEngines
import Foundation
import Logging
import ServiceLifecycle

/// One process of Atlas: engines, services, gateway and workers, wired here and nowhere else.
public struct Atlas: Sendable {
    /// Accounts and tokens.
    public let auth: any Auth
    /// The catalogue.
    public let content: any Content
    /// What accounts have completed.
    public let progress: any ProgressTracking
    /// The bound schema.
    public let graphQL: GraphQLAPI

    let configuration: AtlasConfiguration
    let engines: Engines
    let contentService: ContentService
    let authService: AuthService
    let commitBell: Doorbell
    let logger: Logger

    /// Opens the engines, brings the tables up to date, loads and imports the catalogue.
    ///
    /// Serves nothing yet.
    ///
    /// - Throws: `AtlasError` that says which setting, file or field is wrong.
    public static func assemble(
        _ configuration: AtlasConfiguration,
        clock: any WallClock = SystemClock()
    ) async throws -> Atlas {
        var logger = Logger(label: "atlas") { _ in JSONLogHandler(label: "atlas") }
        logger.logLevel = configuration.logLevel
        let ids = RandomIDSource(clock: clock)
        let bell = Doorbell()
        let engines = try Engines(configuration, clock: clock, ids: ids, commitBell: bell)
        _ = try await Migrator.migrate(engines.database, migrations)
        let content = ContentService(database: engines.database, pubSub: engines.pubSub, clock: clock, ids: ids)
        for problem in try await content.load() {
            logger.warning("an item cannot be read and is left out", metadata: ["item": "\(problem)"])
        }
        if !configuration.catalogueFolder.isEmpty {
            let folder = CatalogueFolder(path: Installation.find(configuration.catalogueFolder))
            try await startingImport(folder, into: content, logger)
        }
        let auth = try AuthService(
            database: engines.database,
            cache: engines.cache,
            hasher: engines.hasher,
            clock: clock,
            ids: ids,
            secret: try Engines.secret(configuration, ids: ids),
            decoyHash: try await engines.hasher.hash("nobody's password")
        )
        try await auth.prepare()
        let progress = ProgressService(
            database: engines.database,
            content: content,
            pubSub: engines.pubSub,
            clock: clock,
            ids: ids
        )
        let predictions = PredictionService(database: engines.database, content: content, clock: clock, ids: ids)
        let services = GraphQLServices(auth: auth, content: content, progress: progress, predictions: predictions)
        let graphQL = try GraphQLAPI(
            services: services,
            isDevelopment: configuration.isDevelopment,
            ids: ids,
            logger: logger
        )
        return Atlas(
            auth: auth,
            content: content,
            progress: progress,
            graphQL: graphQL,
            configuration: configuration,
            engines: engines,
            contentService: content,
            authService: auth,
            commitBell: bell,
            logger: logger
        )
    }

    /// Imports the folder; files with errors are reported and the catalogue stays as it was, for a server that does not
    /// start teaches nobody.
    private static func startingImport(
        _ folder: CatalogueFolder,
        into content: ContentService,
        _ logger: Logger
    ) async throws {
        do {
            let report = try await content.importFiles(folder.files(), removeMissing: false, as: .system)
            for item in report.replacedEdits {
                logger.warning("a file replaced an edit, which stays in the history", metadata: ["item": "\(item)"])
            }
        } catch let error as AtlasError where error.code == .invalid {
            logger.error("the catalogue has errors and was not imported", metadata: ["error": "\(error.message)"])
        }
    }

    /// The GraphQL schema that this version answers.
    public static let schema = GraphQLAPI.schema

    /// Every table of every service, in order.
    static let migrations =
        Outbox.migrations + SQLQueue.migrations + AuthMigrations.all + ContentMigrations.all
        + ProgressService.migrations + PredictionService.migrations
        + ActivityRecorder.migrations

    /// Brings a database up to date without starting anything.
    ///
    /// - Returns: What was done, a line each.
    public static func migrate(_ configuration: AtlasConfiguration) async throws -> [String] {
        let database = try Engines.database(configuration, folder: try Engines.dataFolder(configuration))
        do {
            let steps = try await Migrator.migrate(database, migrations)
            await database.close()
            return steps
        } catch {
            await database.close()
            throw error
        }
    }

    /// Checks files alone and against each other, as an import would.
    ///
    /// - Returns: Findings with the path of their file, by path and line.
    public static func check(_ files: [CatalogueFile]) -> [(path: String, finding: Finding)] {
        CatalogueLint.check(files)
    }

    /// Closes the engines.
    ///
    /// The process must not be used afterwards.
    public func close() async {
        await engines.database.close()
    }
}
