public import AtlasCore
public import AtlasPorts
import Foundation
import GRDB

/// Packages made and read through SQLite, in temporary files of their own.
public struct AnkiFiles: AnkiPackages {
    /// Packages.
    public init() {}

    /// A package that Anki reads: schema 11, which every version since 2.0 imports.
    public func package(_ deck: AnkiDeck, at: Timestamp) async throws -> [UInt8] {
        let reviews = deck.notes.reduce(0) { $0 + $1.reviews.count }
        guard deck.notes.count <= AnkiLimits.notes, reviews <= AnkiLimits.reviews else {
            throw AtlasError(
                .invalid,
                "A package holds at most \(AnkiLimits.notes) cards and \(AnkiLimits.reviews) reviews."
            )
        }
        // Files and SQLite wait for the disk; an event loop must not.
        return try await Task.detached {
            try Self.withTemporaryFolder { folder in
                let path = folder + "/collection.anki2"
                let queue = try DatabaseQueue(path: path)
                try queue.write { try AnkiCollection.write(deck, at: at, to: $0) }
                try queue.close()
                let collection = [UInt8](try Data(contentsOf: URL(filePath: path)))
                return ZipArchive.archive([("collection.anki2", collection), ("media", Array("{}".utf8))])
            }
        }
        .value
    }

    /// What a package holds.
    public func read(_ package: [UInt8]) async throws -> AnkiDeck {
        guard package.count <= AnkiLimits.packageBytes else {
            throw AtlasError(
                .invalid,
                "The package has more than \(AnkiLimits.packageBytes / 1_024 / 1_024) MiB. Export it without media.",
                field: "package"
            )
        }
        return try await Task.detached {
            let archive = try ZipArchive(package, fileLimit: AnkiLimits.files)
            let names = archive.names
            // Beside the newer form lies an old one with a single card that asks for an update.
            if names.contains("collection.anki21b") {
                throw AtlasError(
                    .invalid,
                    "The package is of Anki's newer form. Export it again with “Support older Anki versions”.",
                    field: "package"
                )
            }
            let name = names.contains("collection.anki21") ? "collection.anki21" : "collection.anki2"
            guard let collection = try archive.file(name, limit: AnkiLimits.collectionBytes) else {
                throw AtlasError(.invalid, "The package holds no collection of Anki.", field: "package")
            }
            // Only these bytes are written, under a name of ours; no path of the package is used.
            return try Self.withTemporaryFolder { folder in
                let path = folder + "/collection"
                try Data(collection).write(to: URL(filePath: path))
                return try Self.read(path)
            }
        }
        .value
    }

    private static func read(_ path: String) throws -> AnkiDeck {
        var configuration = Configuration()
        configuration.prepareDatabase { db in
            // The file comes from outside: its views, triggers and expressions may call nothing.
            try db.execute(sql: "PRAGMA trusted_schema = OFF")
            try db.execute(sql: "PRAGMA cell_size_check = ON")
            try db.execute(sql: "PRAGMA query_only = ON")
        }
        do {
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            let deck = try queue.read { try AnkiCollection.read(from: $0) }
            try queue.close()
            return deck
        } catch let error as GRDB.DatabaseError {
            throw AtlasError(
                .invalid,
                "The collection in the package cannot be read.",
                detail: "\(error.resultCode)",
                field: "package"
            )
        }
    }

    private static func withTemporaryFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
        let folder = FileManager.default.temporaryDirectory.appending(path: "atlas-anki-\(UUID().uuidString)")
        try FileManager.default.createDirectory(
            at: folder,
            withIntermediateDirectories: false,
            attributes: [.posixPermissions: 0o700]
        )
        defer { try? FileManager.default.removeItem(at: folder) }
        return try body(folder.path)
    }
}
