import Argon2Engine
import AtlasCore
import AtlasPorts
import EmbeddedEngines
import Foundation
import PostgresEngine

/// The ports made real: one function per port, chosen by the settings.
struct Engines: Sendable {
    /// What services write to; every commit rings for the relay.
    let database: any Database
    /// The same without the bell, for the relay and the queue: their own commits are no news to the relay.
    let quietDatabase: any Database
    let cache: any Cache
    /// Counters of requests, apart: a flood from many addresses must not push ended sessions out of the cache.
    let rateCache: any Cache
    let pubSub: any PubSub
    let queue: any Queue
    let blobs: any Blobs
    let mailer: any Mailer
    let hasher: any PasswordHasher
    let clock: any WallClock
    let ids: any IDSource

    private static let rateCacheBytes = 16 << 20

    init(_ configuration: AtlasConfiguration, clock: any WallClock, ids: any IDSource, commitBell: Doorbell) throws {
        let folder = try Self.dataFolder(configuration)
        let quietDatabase = try Self.database(configuration, folder: folder)
        self.quietDatabase = quietDatabase
        database = RingingDatabase(base: quietDatabase, bell: commitBell)
        self.clock = clock
        self.ids = ids
        cache = MemoryCache(clock: clock)
        rateCache = MemoryCache(clock: clock, limitBytes: Self.rateCacheBytes)
        pubSub = MemoryPubSub()
        queue = SQLQueue(database: quietDatabase, clock: clock, ids: ids)
        blobs = try FolderBlobs(folder: folder + "/blobs")
        mailer = try OutboxFolderMailer(folder: folder + "/mail", clock: clock)
        hasher = Argon2Hasher()
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
