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
    /// The server's secret; empty for the file in the data folder.
    public var secret: String
    /// The folder to import at the start; empty for none.
    public var catalogueFolder: String
    /// The built web client.
    public var webFolder: String
    /// Introspection, and files are watched.
    public var isDevelopment: Bool
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
        secret = reader.text("auth.secret")
        catalogueFolder = reader.text("catalogue.folder")
        webFolder = reader.text("web.folder")
        isDevelopment = try reader.flag("development")
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

private struct Reader {
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

    func flag(_ key: String) throws -> Bool {
        switch text(key).lowercased() {
        case "true", "1", "yes": true
        case "false", "0", "no", "": false
        default: throw AtlasError(.invalid, "\(key): \"\(text(key))\" is neither true nor false.", field: key)
        }
    }
}
