import Argon2Engine
import AtlasAPI
import AtlasCore
import AtlasGraphQL
import AtlasPorts
import CairoEngine
import CloudEngines
import EmbeddedEngines
import Foundation
import Logging
import PostgresEngine
import RedisEngine

/// The ports made real: one function per port, chosen by the settings.
struct Engines: Sendable {
    /// What services write to; every commit rings for the relay.
    let database: any Database
    /// The same without the bell, for the relay and the queue: their own commits are no news to the relay.
    let quietDatabase: any Database
    let cache: any Cache
    /// Counters of requests, apart: a flood from many addresses must not push ended sessions out of the cache.
    let rateCache: any Cache
    /// Kept answers, apart for the same reason, and always in memory: asking another machine would cost more than
    /// executing most of them, and events keep it right in every process.
    let responseCache: any Cache
    let pubSub: any PubSub
    private let closePubSub: @Sendable () -> Void
    let queue: any Queue
    let series: any TimeSeries
    let printer: any DocumentPrinter
    let blobs: any Blobs
    let mailer: any Mailer
    let hasher: any PasswordHasher
    let clock: any WallClock
    let ids: any IDSource

    private static let rateCacheBytes = 16 << 20
    private static let responseCacheBytes = 16 << 20

    init(
        _ configuration: AtlasConfiguration,
        clock: any WallClock,
        ids: any IDSource,
        commitBell: Doorbell,
        logger: Logger
    ) async throws {
        let folder = try Self.dataFolder(configuration)
        let quietDatabase = try Self.database(configuration, folder: folder)
        self.quietDatabase = quietDatabase
        database = RingingDatabase(base: quietDatabase, bell: commitBell)
        self.clock = clock
        self.ids = ids
        responseCache = MemoryCache(clock: clock, limitBytes: Self.responseCacheBytes)
        if let redis = try Self.redis(configuration.cacheURL, setting: "cache.url") {
            cache = RedisCache(RedisClient(redis))
            rateCache = RedisCache(RedisClient(redis), prefix: "atlas:rate:")
        } else {
            cache = MemoryCache(clock: clock)
            rateCache = MemoryCache(clock: clock, limitBytes: Self.rateCacheBytes)
        }
        if let redis = try Self.redis(configuration.pubSubURL, setting: "pubsub.url") {
            let shared = try RedisPubSub(redis, client: RedisClient(redis)) { isConnected in
                if isConnected {
                    logger.notice("messages of other processes arrive")
                } else {
                    logger.error("Redis is away: messages reach this process alone")
                }
            }
            pubSub = shared
            closePubSub = { shared.close() }
        } else {
            pubSub = MemoryPubSub()
            closePubSub = {}
        }
        queue = SQLQueue(database: quietDatabase, clock: clock, ids: ids)
        series = try await Self.series(configuration, folder: folder, clock: clock, logger: logger)
        printer = CairoPrinter()
        blobs = try FolderBlobs(folder: folder + "/blobs")
        mailer = try OutboxFolderMailer(folder: folder + "/mail", clock: clock)
        hasher = Argon2Hasher()
    }

    /// Kept answers that show `content`.
    func responses(for content: any Content, _ logger: Logger) -> ResponseCache {
        ResponseCache(cache: responseCache, pubSub: pubSub, content: content, clock: clock, ids: ids, logger: logger)
    }

    static func database(_ configuration: AtlasConfiguration, folder: String) throws -> any Database {
        let url = configuration.databaseURL
        if url.hasPrefix("sqlite:") {
            let path = url.dropFirst("sqlite:".count)
            return try SQLiteDatabase(path: path.isEmpty ? folder + "/atlas.sqlite" : String(path))
        }
        if url.hasPrefix("postgres://") || url.hasPrefix("postgresql://") {
            return try PostgresDatabase(
                url: url,
                replicaURLs: configuration.replicaURLs,
                maxConnections: configuration.databaseConnections
            )
        }
        throw AtlasError(
            .invalid,
            "database.url begins with neither sqlite: nor postgres://.",
            field: "database.url"
        )
    }

    private static func series(
        _ configuration: AtlasConfiguration,
        folder: String,
        clock: any WallClock,
        logger: Logger
    ) async throws -> any TimeSeries {
        let url = configuration.timeSeriesURL
        if url.hasPrefix("influxdb") {
            let settings = try InfluxSettings(url, token: configuration.timeSeriesToken)
            return try await InfluxTimeSeries(settings, clock: clock, logger: logger)
        }
        guard url.hasPrefix("sqlite:") else {
            throw AtlasError(
                .invalid,
                "timeseries.url begins with neither sqlite: nor influxdb://.",
                field: "timeseries.url"
            )
        }
        let path = url.dropFirst("sqlite:".count)
        return try SQLiteTimeSeries(path: path.isEmpty ? folder + "/timeseries.sqlite" : String(path), clock: clock)
    }

    /// The server that a URL names, or `nil` for this process's memory.
    private static func redis(_ url: String, setting: String) throws -> RedisAddress? {
        if url == "memory:" { return nil }
        guard url.hasPrefix("redis://") else {
            throw AtlasError(.invalid, "\(setting) begins with neither memory: nor redis://.", field: setting)
        }
        return try RedisAddress(url: url)
    }

    /// Ends what the engines hold.
    func close() async {
        closePubSub()
        await series.close()
        await database.close()
    }

    static func dataFolder(_ configuration: AtlasConfiguration) throws -> String {
        do {
            try FileManager.default.createDirectory(
                atPath: configuration.dataFolder,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
        } catch {
            throw AtlasError(
                .unavailable,
                "The data folder \(configuration.dataFolder) cannot be made.",
                cause: error,
                field: "data.folder"
            )
        }
        return configuration.dataFolder
    }

    /// The server's secret: from the settings, else from a file that the first start makes, readable by its owner only.
    static func secret(_ configuration: AtlasConfiguration, ids: any IDSource) throws -> [UInt8] {
        if !configuration.secret.isEmpty { return Array(configuration.secret.utf8) }
        let path = try dataFolder(configuration) + "/secret.key"
        if let bytes = FileManager.default.contents(atPath: path) { return [UInt8](bytes) }
        let secret = ids.randomBytes(32)
        let isMade = FileManager.default.createFile(
            atPath: path,
            contents: Data(secret),
            attributes: [.posixPermissions: 0o600]
        )
        guard isMade else { throw AtlasError(.unavailable, "\(path) cannot be written.") }
        return secret
    }
}
