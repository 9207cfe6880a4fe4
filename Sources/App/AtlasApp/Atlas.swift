public import AtlasAPI
public import AtlasAnalytics
import AtlasAuth
public import AtlasCollaboration
import AtlasContent
public import AtlasCore
public import AtlasGraphQL
import AtlasHTTP
import AtlasLabs
public import AtlasPorts
public import AtlasReview
import AtlasTutor
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
    /// Study groups.
    public let groups: any StudyGroups
    /// What is said in them.
    public let chat: any GroupChat
    /// What is drawn in them.
    public let boards: BoardService
    /// What is known of learners.
    public let learning: LearningAnalytics
    /// Running labs.
    public let labs: any Labs
    /// What learners recall.
    public let reviews: ReviewService
    /// Answers questions.
    public let tutor: any Tutor
    /// The bound schema.
    public let graphQL: GraphQLAPI

    let configuration: AtlasConfiguration
    let engines: Engines
    let contentService: ContentService
    let authService: AuthService
    let labsService: LabsService
    let tutorService: TutorService
    let commitBell: Doorbell
    let responses: ResponseCache
    let logger: Logger

    /// Opens the engines, brings the tables up to date, loads and imports the catalogue.
    ///
    /// Serves nothing yet.
    ///
    /// - Parameters:
    ///   - labRuntime: What labs run in, in place of what the settings say; for tests.
    ///   - tutor: What answers questions, in place of the service; for tests.
    /// - Throws: `AtlasError` that says which setting, file or field is wrong.
    public static func assemble(
        _ configuration: AtlasConfiguration,
        clock: any WallClock = SystemClock(),
        labRuntime: (any LabRuntime)? = nil,
        tutor: (any Tutor)? = nil
    ) async throws -> Atlas {
        var logger = Logger(label: "atlas") { _ in JSONLogHandler(label: "atlas") }
        logger.logLevel = configuration.logLevel
        let ids = RandomIDSource(clock: clock)
        let bell = Doorbell()
        let engines = try await Engines(configuration, clock: clock, ids: ids, commitBell: bell, logger: logger)
        _ = try await Migrator.migrate(engines.database, migrations)
        let content = try await content(engines, configuration, logger)
        let auth = try await auth(engines, configuration)
        let progress = progress(engines, content)
        let predictions = PredictionService(database: engines.database, content: content, clock: clock, ids: ids)
        let reviews = reviews(engines, content, progress)
        let collaboration = collaboration(engines, auth, content, progress, logger)
        let labs = try labs(engines, content, configuration, runtime: labRuntime, logger)
        let learning = learning(engines, auth, content, collaboration, labs)
        let service = try await Self.tutor(engines, content, configuration, reviews, learning, labs, logger)
        let tutor: any Tutor = tutor ?? service
        let services = GraphQLServices(
            auth: auth,
            content: content,
            progress: progress,
            predictions: predictions,
            groups: collaboration.groups,
            chat: collaboration.chat,
            peers: collaboration.peers,
            notices: collaboration.notices,
            analytics: learning.analytics,
            reports: learning.reports,
            privacy: learning.privacy,
            labs: labs,
            reviews: reviews,
            tutor: tutor
        )
        let responses = responses(engines, content, logger)
        let graphQL = try GraphQLAPI(
            services: services,
            isDevelopment: configuration.isDevelopment,
            responses: responses,
            ids: ids,
            logger: logger
        )
        return Atlas(
            auth: auth,
            content: content,
            progress: progress,
            groups: collaboration.groups,
            chat: collaboration.chat,
            boards: collaboration.boards,
            learning: learning,
            labs: labs,
            reviews: reviews,
            tutor: tutor,
            graphQL: graphQL,
            configuration: configuration,
            engines: engines,
            contentService: content,
            authService: auth,
            labsService: labs,
            tutorService: service,
            commitBell: bell,
            responses: responses,
            logger: logger
        )
    }

    private static func progress(_ engines: Engines, _ content: any Content) -> ProgressService {
        ProgressService(
            database: engines.database,
            content: content,
            pubSub: engines.pubSub,
            clock: engines.clock,
            ids: engines.ids
        )
    }

    private static func reviews(
        _ engines: Engines,
        _ content: ContentService,
        _ progress: ProgressService
    ) -> ReviewService {
        ReviewService(
            database: engines.database,
            content: content,
            progress: progress,
            clock: engines.clock,
            ids: engines.ids,
            packages: AnkiFiles()
        )
    }

    private static func auth(_ engines: Engines, _ configuration: AtlasConfiguration) async throws -> AuthService {
        let auth = try AuthService(
            database: engines.database,
            cache: engines.cache,
            hasher: engines.hasher,
            clock: engines.clock,
            ids: engines.ids,
            secret: try Engines.secret(configuration, ids: engines.ids),
            decoyHash: try await engines.hasher.hash("nobody's password")
        )
        try await auth.prepare()
        return auth
    }

    /// The catalogue, loaded and brought up to date from its folder.
    private static func content(
        _ engines: Engines,
        _ configuration: AtlasConfiguration,
        _ logger: Logger
    ) async throws -> ContentService {
        let content = ContentService(
            database: engines.database,
            pubSub: engines.pubSub,
            clock: engines.clock,
            ids: engines.ids
        )
        for problem in try await content.load() {
            logger.warning("an item cannot be read and is left out", metadata: ["item": "\(problem)"])
        }
        if !configuration.catalogueFolder.isEmpty {
            let folder = CatalogueFolder(path: Installation.find(configuration.catalogueFolder))
            try await startingImport(folder, into: content, logger)
        }
        return content
    }

    private static func responses(_ engines: Engines, _ content: any Content, _ logger: Logger) -> ResponseCache {
        ResponseCache(
            cache: engines.responseCache,
            pubSub: engines.pubSub,
            content: content,
            clock: engines.clock,
            ids: engines.ids,
            logger: logger
        )
    }

    private static func collaboration(
        _ engines: Engines,
        _ auth: any Auth,
        _ content: any Content,
        _ progress: any ProgressTracking,
        _ logger: Logger
    ) -> Collaboration {
        Collaboration(
            database: engines.database,
            auth: auth,
            content: content,
            progress: progress,
            pubSub: engines.pubSub,
            clock: engines.clock,
            ids: engines.ids,
            logger: logger
        )
    }

    /// What is known of learners; the services that hold more about an account are listed here, the account last.
    private static func learning(
        _ engines: Engines,
        _ auth: AuthService,
        _ content: any Content,
        _ collaboration: Collaboration,
        _ labs: LabsService
    ) -> LearningAnalytics {
        LearningAnalytics(
            LearningAnalytics.Ports(
                database: engines.database,
                quietDatabase: engines.quietDatabase,
                series: engines.series,
                queue: engines.queue,
                cache: engines.rateCache,
                pubSub: engines.pubSub,
                printer: engines.printer,
                clock: engines.clock,
                ids: engines.ids
            ),
            auth: auth,
            content: content,
            groups: collaboration.groups,
            passwords: auth,
            personalData: [
                CollaborationData(database: engines.database, clock: engines.clock),
                ReviewData(database: engines.database), TutorData(database: engines.database), labs, auth,
            ]
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
        + ProgressService.migrations + PredictionService.migrations + CollaborationMigrations.all
        + BoardService.migrations + ReviewMigrations.all + LearningAnalytics.migrations + LabMigrations.all
        + TutorMigrations.all

    /// What was measured over time.
    public var series: any TimeSeries { engines.series }

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

    /// The account with an address as a caller, for commands that act on its behalf.
    ///
    /// - Throws: `AtlasError.notFound`.
    public func caller(email: String) async throws -> Caller {
        let user = try await authService.user(email: email, as: .system)
        return Caller(account: .init(user: user.id, role: user.role, session: SessionID("command")))
    }

    /// Closes the engines.
    ///
    /// The process must not be used afterwards.
    public func close() async {
        await tutorService.close()
        await engines.close()
    }
}
