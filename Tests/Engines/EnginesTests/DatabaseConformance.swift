import AtlasCore
import AtlasPorts
import AtlasTestKit
import Testing

/// What every database promises; both engines run it.
@Suite struct DatabaseConformance {
    private static let table =
        "CREATE TABLE items (id TEXT PRIMARY KEY, n BIGINT NOT NULL CHECK (n >= 0), parent TEXT REFERENCES items (id))"

    private func run(_ engine: TestEngine, _ body: @Sendable (any Database) async throws -> Void) async throws {
        try await withDatabase(engine) { database in
            try await database.write { try $0.script(Self.table) }
            try await body(database)
        }
    }

    @Test(arguments: TestEngine.all)
    func `every kind of value comes back as it went in`(engine: TestEngine) async throws {
        try await withDatabase(engine) { database in
            try await database.write {
                try $0.script(
                    Migration(
                        owner: "t",
                        number: 1,
                        reason: "",
                        sql: "CREATE TABLE v (t TEXT, i BIGINT, d DOUBLE PRECISION, b BOOLEAN, x BLOBTYPE)"
                    ).statements(for: $0.dialect)
                )
            }
            let texts = ["", "é ∑ 👩‍👩‍👧", "'; DROP TABLE v; --", "1e5", "42", "a\nb\\c\"d"]
            let bytes: [UInt8] = Array(0...255)
            for (index, text) in texts.enumerated() {
                let row = try await database.write { session in
                    try session.rows(
                        """
                        INSERT INTO v (t, i, d, b, x) VALUES
                        (\(text), \(Int64.max - Int64(index)), \(0.1 + Double(index)), \(index % 2 == 0), \(bytes))
                        RETURNING t, i, d, b, x
                        """
                    )[0]
                }
                #expect(try row.string("t") == text)
                #expect(try row.int64("i") == .max - Int64(index))
                #expect(try row.double("d") == 0.1 + Double(index))
                #expect(try row.bool("b") == (index % 2 == 0))
                #expect(try row.bytes("x") == bytes)
            }
            let none: String? = nil
            let empty = try await database.write { session in
                try session.rows("INSERT INTO v (t, x) VALUES (\(none), \([UInt8]())) RETURNING t, i, x")[0]
            }
            #expect(try empty.optionalString("t") == nil)
            #expect(try empty.optionalInt64("i") == nil)
            #expect(try empty.bytes("x") == [])
            #expect(try await database.rows("SELECT t FROM v WHERE t = \(texts[2])").count == 1)
        }
    }

    @Test(arguments: TestEngine.all)
    func `a transaction that throws leaves nothing behind`(engine: TestEngine) async throws {
        struct Stop: Error {}
        try await run(engine) { database in
            await #expect(throws: Stop.self) {
                try await database.write { session in
                    try session.execute("INSERT INTO items (id, n) VALUES ('a', 1)")
                    throw Stop()
                }
            }
            let rows = try await database.rows("SELECT id FROM items")
            #expect(rows.isEmpty)
        }
    }

    @Test(arguments: TestEngine.all)
    func `broken rules are told apart`(engine: TestEngine) async throws {
        try await run(engine) { database in
            let cases: [(Query, DatabaseError.Kind)] = [
                ("INSERT INTO items (id, n) VALUES ('a', 1)", .unique),
                ("INSERT INTO items (id, n, parent) VALUES ('b', 1, 'none')", .foreignKey),
                ("INSERT INTO items (id, n) VALUES ('c', -1)", .check),
                ("INSERT INTO items (id) VALUES ('d')", .check),
                ("SELECT nothing FROM nowhere", .failed),
            ]
            try await database.write { _ = try $0.execute(cases[0].0) }
            for (query, kind) in cases {
                let error = await #expect(throws: DatabaseError.self) {
                    try await database.write { _ = try $0.execute(query) }
                }
                #expect(error?.kind == kind, "\(query.text)")
            }
            #expect(try await database.rows("SELECT id FROM items").count == 1, "the connection still works")
        }
    }

    @Test(arguments: TestEngine.all)
    func `writers at once neither lose nor repeat an increment`(engine: TestEngine) async throws {
        try await run(engine) { database in
            try await database.write { _ = try $0.execute("INSERT INTO items (id, n) VALUES ('a', 0)") }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<40 {
                    group.addTask {
                        try await database.write { _ = try $0.execute("UPDATE items SET n = n + 1 WHERE id = 'a'") }
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await database.rows("SELECT n FROM items")[0].int("n") == 40)
        }
    }

    @Test(arguments: TestEngine.all)
    func `a read sees one moment, whatever is written meanwhile`(engine: TestEngine) async throws {
        try await run(engine) { database in
            try await database.write { _ = try $0.execute("INSERT INTO items (id, n) VALUES ('a', 0)") }
            async let writes: Void = {
                for _ in 0..<30 {
                    try await database.write { session in
                        _ = try session.execute("UPDATE items SET n = n + 1 WHERE id = 'a'")
                    }
                }
            }()
            for _ in 0..<20 {
                let pair = try await database.read { session in
                    (
                        try session.rows("SELECT n FROM items")[0].int("n"),
                        try session.rows("SELECT n FROM items")[0].int("n")
                    )
                }
                #expect(pair.0 == pair.1)
            }
            try await writes
        }
    }

    @Test(arguments: TestEngine.all)
    func `a read cannot write`(engine: TestEngine) async throws {
        try await run(engine) { database in
            await #expect(throws: DatabaseError.self) {
                try await database.read { _ = try $0.execute("INSERT INTO items (id, n) VALUES ('a', 1)") }
            }
        }
    }

    @Test(arguments: TestEngine.all)
    func `migrations run once, in order, also from two processes at once`(engine: TestEngine) async throws {
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
