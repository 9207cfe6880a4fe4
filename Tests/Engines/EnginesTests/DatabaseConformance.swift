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
    func `of many writers at once, only those that break a rule fail`(engine: TestEngine) async throws {
        try await run(engine) { database in
            let kept = try await withThrowingTaskGroup(of: String?.self) { group in
                for index in 0..<90 {
                    group.addTask {
                        // Every third repeats the id before it, every ninth breaks a rule in its second statement.
                        let (id, number) = ("i\(index % 3 == 2 ? index - 1 : index)", index % 9 == 0 ? -1 : 1)
                        do {
                            try await database.write { session in
                                try session.execute("INSERT INTO items (id, n) VALUES (\(id), 0)")
                                try session.execute("UPDATE items SET n = \(number) WHERE id = \(id)")
                            }
                            return id
                        } catch let error as DatabaseError {
                            #expect(error.kind == (number < 0 ? .check : .unique))
                            return nil
                        }
                    }
                }
                return try await group.reduce(into: [String]()) { if let id = $1 { $0.append(id) } }
            }
            let stored = try await database.rows("SELECT id FROM items").map { try $0.string("id") }
            #expect(kept.count == 50)
            #expect(kept.sorted() == stored.sorted())
        }
    }

    @Test(arguments: TestEngine.all)
    func `a rule that is checked at commit fails its own transaction only`(engine: TestEngine) async throws {
        try await withDatabase(engine) { database in
            try await database.write {
                try $0.script(
                    """
                    CREATE TABLE p (id TEXT PRIMARY KEY);
                    CREATE TABLE c (id TEXT PRIMARY KEY, p TEXT NOT NULL REFERENCES p (id) DEFERRABLE INITIALLY DEFERRED)
                    """
                )
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for index in 0..<40 {
                    let isGood = index % 5 != 0
                    group.addTask {
                        do {
                            try await database.write { session in
                                try session.execute("INSERT INTO c (id, p) VALUES (\("c\(index)"), \("p\(index)"))")
                                if isGood { try session.execute("INSERT INTO p (id) VALUES (\("p\(index)"))") }
                            }
                            #expect(isGood)
                        } catch let error as DatabaseError {
                            #expect(error.kind == .foreignKey)
                            #expect(!isGood)
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await database.rows("SELECT id FROM c").count == 32)
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
    func `a transaction whose failed statement was overlooked does not commit`(engine: TestEngine) async throws {
        try await run(engine) { database in
            let error = await #expect(throws: DatabaseError.self) {
                try await database.write { session in
                    try session.execute("INSERT INTO items (id, n) VALUES ('a', 1)")
                    _ = try? session.execute("INSERT INTO items (id, n) VALUES ('a', 2)")
                }
            }
            let rows = try await database.rows("SELECT id FROM items")
            #expect(error?.kind == .unique)
            #expect(rows.isEmpty)
        }
    }

    @Test(arguments: TestEngine.all)
    func `a statement says how many rows it changed`(engine: TestEngine) async throws {
        try await run(engine) { database in
            let counts = try await database.write { session in
                [
                    try session.execute("INSERT INTO items (id, n) VALUES ('a', 1), ('b', 2), ('c', 3)"),
                    try session.execute("SELECT id FROM items"),
                    try session.execute("UPDATE items SET n = n + 1 WHERE n > 1"),
                    try session.execute("CREATE TABLE other (id TEXT)"),
                    try session.execute("INSERT INTO items (id, n) VALUES ('a', 1) ON CONFLICT DO NOTHING"),
                    try session.execute("DELETE FROM items WHERE id = 'none'"),
                ]
            }
            #expect(counts == [3, 0, 2, 0, 0, 0])
            let sums = try await database.rows("SELECT sum(n) AS sum, count(*) AS count, avg(n) AS mean FROM items")
            #expect(try sums[0].int("sum") == 8)
            #expect(try sums[0].int("count") == 3)
            #expect(try sums[0].double("mean") > 2.6)
        }
    }

    @Test(arguments: TestEngine.all)
    func `a list of any length is bound`(engine: TestEngine) async throws {
        try await run(engine) { database in
            try await database.write { session in
                for index in 0..<200 {
                    try session.execute("INSERT INTO items (id, n) VALUES (\("i\(index)"), \(index))")
                }
            }
            for count in [0, 1, 64, 65, 200] {
                let ids = (0..<count).map { "i\($0)" }
                #expect(try await database.rows("SELECT id FROM items WHERE id IN (\(list: ids))").count == count)
            }
        }
    }

    @Test(arguments: TestEngine.all)
    func `more transactions than connections wait their turn`(engine: TestEngine) async throws {
        try await run(engine) { database in
            let total = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<100 {
                    group.addTask { try await database.read { try $0.rows("SELECT 1 AS one")[0].int("one") } }
                }
                return try await group.reduce(0, +)
            }
            #expect(total == 100)
        }
    }

    @Test(arguments: TestEngine.all)
    func `a closed database says so`(engine: TestEngine) async throws {
        try await run(engine) { database in
            await database.close()
            let errors = [
                await #expect(throws: DatabaseError.self) { try await database.rows("SELECT 1") },
                await #expect(throws: DatabaseError.self) { try await database.write { _ = try $0.rows("SELECT 1") } },
            ]
            let kinds = errors.map { $0?.kind }
            #expect(kinds == [.unavailable, .unavailable])
        }
    }
}
