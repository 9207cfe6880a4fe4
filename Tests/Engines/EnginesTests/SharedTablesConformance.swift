import AtlasCore
import AtlasPorts
import AtlasTestKit
import EmbeddedEngines
import PostgresEngine
import Testing

/// What the tables that every service shares promise, on both engines.
@Suite struct SharedTablesConformance {
    @Test(arguments: TestEngine.all)
    func `migrations run once, in order`(engine: TestEngine) async throws {
        try await withDatabase(engine) { database in
            let steps = [
                Migration(owner: "x", number: 1, reason: "one", sql: "CREATE TABLE one (id TEXT)"),
                Migration(owner: "x", number: 2, reason: "two", sql: "ALTER TABLE one ADD COLUMN n BIGINT"),
            ]
            let first = try await Migrator.migrate(database, Array(steps.prefix(1)))
            #expect(first.count == 1)
            #expect(try await Migrator.migrate(database, steps) == ["x 2: two"])
            #expect(try await Migrator.migrate(database, steps).isEmpty)
            let error = await #expect(throws: AtlasError.self) {
                try await Migrator.migrate(database, Array(steps.prefix(1)))
            }
            #expect(error?.code == .unavailable)
        }
    }

    @Test(arguments: TestEngine.all)
    func `processes that start at once migrate once`(engine: TestEngine) async throws {
        let steps = Outbox.migrations + SQLQueue.migrations
        try await withDatabaseURL(engine) { url, folder in
            let applied = try await withThrowingTaskGroup(of: [String].self) { group in
                for _ in 0..<4 {
                    group.addTask {
                        let database: any Database =
                            switch engine {
                            case .sqlite: try SQLiteDatabase(path: folder + "/test.sqlite")
                            case .postgres: try PostgresDatabase(url: url)
                            }
                        let applied = try await Migrator.migrate(database, steps)
                        await database.close()
                        return applied
                    }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            #expect(applied.count == steps.count)
        }
    }

    @Test(arguments: TestEngine.all)
    func `a step that fails is not recorded`(engine: TestEngine) async throws {
        try await withDatabase(engine) { database in
            let broken = [
                Migration(owner: "x", number: 1, reason: "", sql: "CREATE TABLE one (id TEXT); CREATE GARBAGE")
            ]
            await #expect(throws: DatabaseError.self) { try await Migrator.migrate(database, broken) }
            let mended = [Migration(owner: "x", number: 1, reason: "", sql: "CREATE TABLE one (id TEXT)")]
            let applied = try await Migrator.migrate(database, mended)
            #expect(applied.count == 1)
        }
    }

    @Test(arguments: TestEngine.all)
    func `the outbox gives events back in order until they are removed`(engine: TestEngine) async throws {
        try await withDatabase(engine) { database in
            _ = try await Migrator.migrate(database, Outbox.migrations)
            for index in 0..<5 {
                let event = OutboxEvent(id: "e\(index)", type: "t", queue: "q", channel: nil, payload: [UInt8(index)])
                try await database.write {
                    try Outbox.append(event, at: Timestamp(milliseconds: Int64(index)), in: $0)
                }
            }
            #expect(try await Outbox.pending(3, in: database).map(\.id) == ["e0", "e1", "e2"])
            try await Outbox.remove(["e0", "e1"], from: database)
            #expect(try await Outbox.pending(9, in: database).map(\.payload) == [[2], [3], [4]])
        }
    }
}
