import AtlasAPI
import AtlasCore
import AtlasPorts
import AtlasTestKit
import EmbeddedEngines

@testable import AtlasContent

/// A service on a fresh database, and what it stands on.
struct ServiceRun: Sendable {
    let content: ContentService
    let database: any Database
    let pubSub: MemoryPubSub
    let clock: ManualClock

    static func on(_ engine: TestEngine, _ body: @Sendable (ServiceRun) async throws -> Void) async throws {
        try await withDatabase(engine) { database in
            _ = try await Migrator.migrate(database, Outbox.migrations + ContentMigrations.all)
            let clock = ManualClock()
            let pubSub = MemoryPubSub()
            let run = ServiceRun(
                content: service(database, pubSub, clock),
                database: database,
                pubSub: pubSub,
                clock: clock
            )
            try await body(run)
        }
    }

    /// Another process on the same database.
    func neighbour() -> ContentService { Self.service(database, pubSub, clock) }

    /// The codes of events waiting to be relayed.
    func events() async throws -> [String] {
        try await Outbox.pending(100, in: database).map { "\($0.type) \(String(decoding: $0.payload, as: UTF8.self))" }
    }

    private static func service(
        _ database: any Database,
        _ pubSub: MemoryPubSub,
        _ clock: ManualClock
    ) -> ContentService {
        ContentService(database: database, pubSub: pubSub, clock: clock, ids: RandomIDSource(clock: clock))
    }
}

/// The code of the error that `body` throws.
func code(_ body: () async throws -> Void) async -> AtlasError.Code? {
    do {
        try await body()
        return nil
    } catch {
        return (error as? AtlasError)?.code ?? .internalError
    }
}
