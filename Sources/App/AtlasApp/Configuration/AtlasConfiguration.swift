import AtlasCore
import Foundation
public import Logging

/// The settings of one process, read and checked.
public struct AtlasConfiguration: Sendable {
    /// Where the embedded engines keep everything.
    public var dataFolder: String
    /// The address to listen on.
    public var host: String
    /// The port to listen on; 0 picks a free one.
    public var port: Int
    /// Behind TLS.
    public var isSecure: Bool
    /// Scheme and host that people type; `nil` takes the request's own.
    public var publicOrigin: String?
    /// Whose `X-Forwarded-For` is believed.
    public var trustedProxies: [String]
    /// GraphQL requests per minute of one account.
    public var requestsPerMinute: Int
    /// GraphQL requests per minute of one address without an account.
    public var visitorRequestsPerMinute: Int
    /// What the GraphQL requests of one account may cost per minute.
    public var costPerMinute: Int
    /// What those of one address without an account may cost per minute.
    public var visitorCostPerMinute: Int
    /// The file of the only GraphQL documents that are answered; empty for every document.
    public var allowedDocuments: String
    /// `sqlite:PATH` or `postgres://…`.
    public var databaseURL: String
    /// Read replicas.
    public var replicaURLs: [String]
    /// Connections to PostgreSQL, at most.
    public var databaseConnections: Int
    /// `memory:` or `redis://…`.
    public var cacheURL: String
    /// `memory:` or `redis://…`.
    public var pubSubURL: String
    /// `sqlite:PATH`.
    public var timeSeriesURL: String
    /// The token of an InfluxDB 2; empty for name and password.
    public var timeSeriesToken: String
    /// The server's secret; empty for the file in the data folder.
    public var secret: String
    /// The folder to import at the start; empty for none.
    public var catalogueFolder: String
    /// What labs run in: `sandbox`, `kubernetes` or `none`.
    public var labRuntime: String
    /// The cluster, if labs run in one.
    public var labCluster: LabClusterConfiguration
    /// Labs that run at once, at most.
    public var labsAtOnce: Int
    /// Labs of one account that run or wait, at most.
    public var labsPerAccount: Int
    /// Memory that all labs may use together, in MiB; 0 for half of what is available at the start.
    public var labMemoryMegabytes: Int
    /// How long a lab runs before it is extended, in minutes.
    public var labMinutes: Int
    /// How long a lab runs in which nothing happens, in minutes.
    public var labIdleMinutes: Int
    /// How long a request waits for the grading of a lab, in seconds.
    public var labAnswerSeconds: Int
    /// How often files of running labs are kept, in seconds.
    public var labSnapshotSeconds: Int
    /// What the tutor is made of.
    public var tutor: TutorConfiguration
    /// The built web client.
    public var webFolder: String
    /// Introspection, and files are watched.
    public var isDevelopment: Bool
    /// The collector of traces; empty for no traces.
    public var traceEndpoint: String
    /// The share of GraphQL requests that are traced, 0...1.
    public var traceRatio: Double
    /// What reads `/metrics`; empty for this machine alone.
    public var metricsToken: String
    /// How much is logged.
    public var logLevel: Logger.Level

    /// Reads all settings.
    ///
    /// - Throws: `AtlasError.invalid` that names the key and its source.
    public init(_ sources: SettingSources) throws {
        let reader = Reader(sources: sources)
        dataFolder = reader.text("data.folder")
        host = reader.text("http.host")
        port = try reader.number("http.port", in: 0...65_535)
        isSecure = try reader.flag("http.secure")
        publicOrigin = reader.text("http.publicOrigin").isEmpty ? nil : reader.text("http.publicOrigin")
        trustedProxies = reader.list("http.trustedProxies")
        requestsPerMinute = try reader.number("http.requestsPerMinute", in: 1...1_000_000)
        visitorRequestsPerMinute = try reader.number("http.visitorRequestsPerMinute", in: 1...1_000_000)
        costPerMinute = try reader.number("graphql.costPerMinute", in: 1_000...1_000_000_000)
        visitorCostPerMinute = try reader.number("graphql.visitorCostPerMinute", in: 1_000...1_000_000_000)
        allowedDocuments = reader.text("graphql.allowedDocuments")
        databaseURL = reader.text("database.url")
        replicaURLs = reader.list("database.replicaURLs")
        databaseConnections = try reader.number("database.connections", in: 1...500)
        cacheURL = reader.text("cache.url")
        pubSubURL = reader.text("pubsub.url")
        timeSeriesURL = reader.text("timeseries.url")
        timeSeriesToken = reader.text("timeseries.token")
        secret = reader.text("auth.secret")
        catalogueFolder = reader.text("catalogue.folder")
        labRuntime = reader.text("lab.runtime")
        labCluster = try LabClusterConfiguration(reader)
        labsAtOnce = try reader.number("lab.maximum", in: 1...1_000)
        labsPerAccount = try reader.number("lab.perAccount", in: 1...100)
        labMemoryMegabytes = try reader.number("lab.memoryMB", in: 0...1_000_000)
        labMinutes = try reader.number("lab.minutes", in: 1...10_080)
        labAnswerSeconds = try reader.number("lab.answerSeconds", in: 1...25)
        labIdleMinutes = try reader.number("lab.idleMinutes", in: 1...10_080)
        labSnapshotSeconds = try reader.number("lab.snapshotSeconds", in: 1...600)
        tutor = try TutorConfiguration(reader)
        webFolder = reader.text("web.folder")
        isDevelopment = try reader.flag("development")
        traceEndpoint = reader.text("trace.endpoint")
        traceRatio = try reader.fraction("trace.ratio")
        metricsToken = reader.text("metrics.token")
        guard metricsToken.isEmpty || metricsToken.utf8.count >= 32 else {
            throw AtlasError(.invalid, "metrics.token: it needs at least 32 characters.", field: "metrics.token")
        }
        let level = reader.text("log.level")
        guard let known = Logger.Level(rawValue: level) else {
            throw AtlasError(
                .invalid,
                "log.level: \"\(level)\" is none of \(Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")).",
                field: "log.level"
            )
        }
        logLevel = known
    }
}

extension TutorConfiguration {
    fileprivate init(_ reader: Reader) throws {
        modelURL = reader.text("tutor.model.url")
        modelKey = reader.text("tutor.model.key")
        modelName = reader.text("tutor.model.name")
        embedder = reader.text("tutor.embedder")
        embedderFolder = reader.text("tutor.embedder.folder")
        embedderURL = reader.text("tutor.embedder.url")
        embedderKey = reader.text("tutor.embedder.key")
        embedderName = reader.text("tutor.embedder.name")
        embedderDimensions = try reader.number("tutor.embedder.dimensions", in: 1...4_096)
        vectorsURL = reader.text("tutor.vectors.url")
        vectorsKey = reader.text("tutor.vectors.key")
        vectorsNamespace = reader.text("tutor.vectors.namespace")
        tokensPerAccount = try reader.number("tutor.tokensPerAccount", in: 0...1_000_000_000)
        tokensPerDay = try reader.number("tutor.tokensPerDay", in: 0...1_000_000_000_000)
        blockedWords = reader.list("tutor.blockedWords")
    }
}

/// Reads single settings; what is wrong names its key.
struct Reader {
    let sources: SettingSources

    func text(_ key: String) -> String {
        Setting.all.first { $0.key == key }.map { sources.value($0).text } ?? ""
    }

    func list(_ key: String) -> [String] {
        text(key).split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    }

    func number(_ key: String, in range: ClosedRange<Int>) throws -> Int {
        guard let number = Int(text(key)), range.contains(number) else {
            throw AtlasError(
                .invalid,
                "\(key): \"\(text(key))\" is not a whole number from \(range.lowerBound) to \(range.upperBound).",
                field: key
            )
        }
        return number
    }

    func fraction(_ key: String) throws -> Double {
        guard let number = Double(text(key)), (0...1).contains(number) else {
            throw AtlasError(.invalid, "\(key): \"\(text(key))\" is not a number from 0 to 1.", field: key)
        }
        return number
    }

    func flag(_ key: String) throws -> Bool {
        switch text(key).lowercased() {
        case "true", "1", "yes": true
        case "false", "0", "no", "": false
        default: throw AtlasError(.invalid, "\(key): \"\(text(key))\" is neither true nor false.", field: key)
        }
    }
}
