import AtlasCore
import AtlasPorts
import AtlasTestKit
import CloudEngines
import EmbeddedEngines
import Foundation
import Logging
import PostgresEngine
import Testing

/// An engine of the port, on a place of its own.
enum VectorSubject: String, CaseIterable, CustomTestStringConvertible {
    /// A file, every vector looked at.
    case embedded
    /// A file, with a graph from a few vectors on.
    case graph
    /// The double of Pinecone.
    case pinecone
    /// The PostgreSQL with pgvector that `ATLAS_TEST_PGVECTOR` names.
    case pgvector

    static let server = ProcessInfo.processInfo.environment["ATLAS_TEST_PGVECTOR"]
    static let all = allCases.filter { $0 != .pgvector || server != nil }

    static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    /// Dimensions of every vector here.
    static let dimensions = 8

    var testDescription: String { rawValue }

    /// Makes handles on one and the same place, for an embedder's id.
    typealias Maker = @Sendable (String) throws -> any VectorIndex

    func run(dimensions: Int = VectorSubject.dimensions, _ body: @Sendable (Maker) async throws -> Void) async throws {
        switch self {
        case .embedded, .graph:
            let graphFrom = self == .graph ? 20 : 50_000
            try await withTemporaryFolder { folder in
                try await body { embedder in
                    EmbeddedVectorIndex(
                        path: folder + "/vectors",
                        embedder: embedder,
                        logger: Self.logger,
                        graphFrom: graphFrom
                    )
                }
            }
        case .pinecone:
            try await PineconeDouble.run(dimensions: dimensions) { double in
                try await body { try double.index($0) }
                #expect(double.violations == [])
            }
        case .pgvector:
            try await Self.withPgvector { database in
                try await body { PgVectorIndex(database: database, embedder: $0, logger: Self.logger) }
            }
        }
    }

    static func withPgvector(_ body: (PostgresDatabase) async throws -> Void) async throws {
        guard let server else { return }
        let name = "test_\(RandomIDSource().next())"
        let admin = try PostgresDatabase(url: server + "/postgres", maxConnections: 1)
        try await admin.outsideTransaction("CREATE DATABASE \(name)")
        let database = try PostgresDatabase(url: "\(server)/\(name)")
        do {
            try await body(database)
        } catch {
            await database.close()
            try await admin.outsideTransaction("DROP DATABASE \(name) WITH (FORCE)")
            throw error
        }
        await database.close()
        try await admin.outsideTransaction("DROP DATABASE \(name) WITH (FORCE)")
        await admin.close()
    }
}

extension StoredVector {
    /// A vector of eight dimensions, zeros after those given.
    init(_ id: String, _ start: [Float], _ tags: [String: String] = [:], digest: String = "1") {
        self.init(id: id, vector: start.padded, tags: tags, digest: digest)
    }
}

extension [Float] {
    /// With zeros up to eight dimensions.
    var padded: [Float] { self + Array(repeating: 0, count: VectorSubject.dimensions - count) }

    /// Of length 1.
    var unit: [Float] {
        let length = reduce(0) { $0 + $1 * $1 }.squareRoot()
        return map { $0 / length }
    }

    /// Any direction.
    static func random(_ dimensions: Int, _ generator: inout SmallGenerator) -> [Float] {
        (0..<dimensions).map { _ in Float.random(in: -1...1, using: &generator) }
    }
}
