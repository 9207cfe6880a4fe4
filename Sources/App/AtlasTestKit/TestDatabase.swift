import AtlasCore
public import AtlasPorts
import EmbeddedEngines
import Foundation
import PostgresEngine

/// A database that tests run on.
public enum TestEngine: String, Sendable, CaseIterable {
    /// A file in a temporary folder.
    case sqlite
    /// A database of its own in the server that `ATLAS_TEST_POSTGRES` names.
    case postgres

    /// SQLite, and PostgreSQL where the test script has started one.
    public static let all: [TestEngine] = postgresURL == nil ? [.sqlite] : [.sqlite, .postgres]

    /// The server's URL, without a database's name.
    static let postgresURL = ProcessInfo.processInfo.environment["ATLAS_TEST_POSTGRES"]
}

/// Runs `body` with a fresh, empty database, and removes it afterwards.
public func withDatabase(_ engine: TestEngine, _ body: @Sendable (any Database) async throws -> Void) async throws {
    try await withDatabaseURL(engine) { url, folder in
        let database: any Database =
            switch engine {
            case .sqlite: try SQLiteDatabase(path: folder + "/test.sqlite", durability: .killedProcess)
            case .postgres: try PostgresDatabase(url: url)
            }
        do {
            try await body(database)
        } catch {
            await database.close()
            throw error
        }
        await database.close()
    }
}

/// Runs `body` with the `database.url` of a fresh database and a temporary folder, and removes both afterwards.
public func withDatabaseURL(
    _ engine: TestEngine,
    _ body: @Sendable (_ url: String, _ folder: String) async throws -> Void
) async throws {
    try await withTemporaryFolder { folder in
        guard engine == .postgres else { return try await body("sqlite:", folder) }
        guard let server = TestEngine.postgresURL else {
            throw AtlasError(.unavailable, "ATLAS_TEST_POSTGRES is not set.")
        }
        let name = "test_\(RandomIDSource().next())"
        let admin = try PostgresDatabase(url: server + "/postgres", maxConnections: 1)
        try await admin.outsideTransaction("CREATE DATABASE \(name)")
        do {
            try await body("\(server)/\(name)", folder)
        } catch {
            try await admin.outsideTransaction("DROP DATABASE \(name) WITH (FORCE)")
            throw error
        }
        try await admin.outsideTransaction("DROP DATABASE \(name) WITH (FORCE)")
        await admin.close()
    }
}

/// Runs `body` with a new folder, and removes it afterwards.
public func withTemporaryFolder(_ body: @Sendable (String) async throws -> Void) async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "atlas-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try await body(folder)
}
