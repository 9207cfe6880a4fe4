public import AtlasAPI
public import AtlasCore
public import AtlasPorts

/// What is known of learners, and everything that works on it, on one database.
public struct LearningAnalytics: Sendable {
    /// Answers questions about learners.
    public let analytics: any Analytics
    /// Reports.
    public let reports: any LearningReports
    /// Hands out and forgets what is known of an account.
    public let privacy: any Privacy
    /// Takes in what services tell of; the consumer of the queue `analytics-events`.
    public let activity: ActivityRecorder
    /// Stores what clients sent; the consumer of the queue `analytics-ingest`.
    public let events: EventRecorder
    /// What is done once a day.
    public let nightly: NightlyWork

    /// The queue of what services tell of.
    public static let activityQueue = "analytics-events"
    /// The queue of what clients sent.
    public static let eventQueue = EventIngestion.queue

    /// The tables, in order.
    public static let migrations = EvidenceMigrations.all + EventRecorder.migrations + ForecastMigrations.all

    /// What analytics needs of the world.
    public struct Ports: Sendable {
        let database: any Database
        let quietDatabase: any Database
        let series: any TimeSeries
        let queue: any Queue
        let cache: any Cache
        let pubSub: any PubSub
        let printer: any DocumentPrinter
        let clock: any WallClock
        let ids: any IDSource

        /// - Parameters:
        ///   - database: Where events are handed to the outbox.
        ///   - quietDatabase: The same without a bell; for work that hands nothing on.
        ///   - queue: Asked for what was given up.
        ///   - pubSub: Told of accounts whose figures are new.
        public init(
            database: any Database,
            quietDatabase: any Database,
            series: any TimeSeries,
            queue: any Queue,
            cache: any Cache,
            pubSub: any PubSub,
            printer: any DocumentPrinter,
            clock: any WallClock,
            ids: any IDSource
        ) {
            self.database = database
            self.quietDatabase = quietDatabase
            self.series = series
            self.queue = queue
            self.cache = cache
            self.pubSub = pubSub
            self.printer = printer
            self.clock = clock
            self.ids = ids
        }
    }

    /// Services whose tables exist.
    ///
    /// - Parameters:
    ///   - auth: Asked for names, and for roles of those who lead groups.
    ///   - content: Asked for categories and topics.
    ///   - groups: Asked who may see whom.
    ///   - passwords: Asked before an account is deleted.
    ///   - personalData: What the other services hold of an account; the account itself is the last.
    public init(
        _ ports: Ports,
        auth: any Auth,
        content: any Content,
        groups: any StudyGroups,
        passwords: any PasswordCheck,
        personalData: [any PersonalData]
    ) {
        let keeper = KnowledgeKeeper(database: ports.quietDatabase)
        let service = AnalyticsService(
            database: ports.database,
            content: content,
            clock: ports.clock,
            ids: ports.ids,
            keeper: keeper
        )
        analytics = service
        reports = ReportService(
            database: ports.quietDatabase,
            analytics: service,
            auth: auth,
            content: content,
            groups: groups,
            series: ports.series,
            queue: ports.queue,
            printer: ports.printer,
            clock: ports.clock,
            keeper: keeper
        )
        let learned = LearningData(database: ports.quietDatabase, series: ports.series, clock: ports.clock)
        privacy = PrivacyService(
            passwords: passwords,
            groups: groups,
            cache: ports.cache,
            database: ports.database,
            clock: ports.clock,
            ids: ports.ids,
            sections: [learned] + personalData
        )
        activity = ActivityRecorder(
            database: ports.quietDatabase,
            content: content,
            series: ports.series,
            pubSub: ports.pubSub,
            clock: ports.clock,
            keeper: keeper,
            personalData: learned
        )
        events = EventRecorder(
            database: ports.quietDatabase,
            series: ports.series,
            clock: ports.clock,
            personalData: learned
        )
        nightly = NightlyWork(
            database: ports.quietDatabase,
            series: ports.series,
            queue: ports.queue,
            service: service,
            clock: ports.clock
        )
    }
}
