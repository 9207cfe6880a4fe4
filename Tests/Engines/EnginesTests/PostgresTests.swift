import AtlasCore
import AtlasPorts
import AtlasTestKit
import Dispatch
import PostgresEngine
import Synchronization
import Testing

/// How often a transaction's body ran.
private final class Runs: Sendable {
    private let number = Mutex(0)

    var count: Int { number.withLock { $0 } }

    func next() -> Int {
        number.withLock { number in
            number += 1
            return number
        }
    }
}

/// What only a database on the other side of a network must promise.
@Suite(.enabled(if: TestEngine.all.contains(.postgres))) struct PostgresTests {
    private func run(connections: Int = 8, _ body: @Sendable (PostgresDatabase) async throws -> Void) async throws {
        try await withDatabaseURL(.postgres) { url, _ in
            let database = try PostgresDatabase(url: url, maxConnections: connections)
            try await body(database)
            await database.close()
        }
    }

    @Test func `a connection that was lost while idle is replaced without a word`() async throws {
        try await run(connections: 1) { database in
            let mine: Query = "SELECT pg_backend_pid() AS pid"
            let first = try await database.rows(mine)[0].int("pid")
            // A second handle on the same server, because the first has one connection only.
            try await withDatabase(.postgres) { other in
                _ = try await other.write { try $0.rows("SELECT pg_terminate_backend(\(first)::int)") }
            }
            let second = try await database.rows(mine)[0].int("pid")
            #expect(first != second)
        }
    }

    @Test func `a connection that is lost in a transaction fails it, and the next one works`() async throws {
        try await run(connections: 1) { database in
            let runs = Runs()
            let error = await #expect(throws: DatabaseError.self) {
                try await database.write { session in
                    _ = runs.next()
                    _ = try session.rows("SELECT pg_terminate_backend(pg_backend_pid())")
                }
            }
            let next = try await database.rows("SELECT 1 AS one")
            #expect(error?.kind == .unavailable)
            #expect(runs.count == 1)
            #expect(next.count == 1)
        }
    }

    @Test func `a commit whose outcome is unknown is reported and not tried again`() async throws {
        try await run { database in
            try await database.write {
                try $0.script(
                    """
                    CREATE TABLE t (n INTEGER);
                    CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS
                        $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(5); RETURN NULL; END $$;
                    CREATE CONSTRAINT TRIGGER die AFTER INSERT ON t DEFERRABLE INITIALLY DEFERRED
                        FOR EACH ROW EXECUTE FUNCTION die();
                    """
                )
            }
            let runs = Runs()
            let error = await #expect(throws: DatabaseError.self) {
                try await database.write { session in
                    _ = runs.next()
                    try session.execute("INSERT INTO t VALUES (1)")
                }
            }
            #expect(error?.kind == .unavailable)
            #expect(error?.message.contains("not known") == true)
            #expect(runs.count == 1)
        }
    }

    @Test func `a serialisation failure is tried again, up to the limit`() async throws {
        try await run { database in
            let script = "DO $$ BEGIN RAISE EXCEPTION 'again' USING ERRCODE = '40001'; END $$"
            for good in [3, .max] {
                let runs = Runs()
                let again: @Sendable () async throws -> Void = {
                    try await database.write { session in
                        if runs.next() < good { try session.script(script) }
                    }
                }
                if good == .max {
                    let error = await #expect(throws: DatabaseError.self) { try await again() }
                    #expect(error?.kind == .retryable)
                } else {
                    try await again()
                }
                #expect(runs.count == min(good, DatabaseLimits.attempts))
            }
        }
    }

    @Test func `of two transactions that wait for each other, one is tried again and both succeed`() async throws {
        try await run { database in
            try await database.write {
                try $0.script("CREATE TABLE t (id TEXT, n INTEGER); INSERT INTO t VALUES ('a', 0), ('b', 0)")
            }
            let arrived = [DispatchSemaphore(value: 0), DispatchSemaphore(value: 0)]
            try await withThrowingTaskGroup(of: Void.self) { group in
                for (mine, order) in [(0, ["a", "b"]), (1, ["b", "a"])] {
                    group.addTask {
                        let runs = Runs()
                        try await database.write { session in
                            try session.execute("UPDATE t SET n = n + 1 WHERE id = \(order[0])")
                            if runs.next() == 1 {
                                arrived[mine].signal()
                                arrived[1 - mine].wait()
                            }
                            try session.execute("UPDATE t SET n = n + 1 WHERE id = \(order[1])")
                        }
                    }
                }
                try await group.waitForAll()
            }
            let numbers = try await database.rows("SELECT n FROM t").map { try $0.int("n") }
            #expect(numbers == [2, 2])
        }
    }

    @Test func `closing waits for what runs and refuses what waits`() async throws {
        try await run(connections: 1) { database in
            let (started, starting) = AsyncStream.makeStream(of: Void.self)
            let release = DispatchSemaphore(value: 0)
            async let running = database.write { session in
                starting.yield()
                release.wait()
                return try session.rows("SELECT 1 AS one").count
            }
            for await _ in started { break }
            async let closed: Void = database.close()
            // Refused either in line or at the door, depending on who was first.
            let waiting = Task { try await database.rows("SELECT 1") }
            await #expect(throws: DatabaseError.self) { try await waiting.value }
            release.signal()
            let count = try await running
            #expect(count == 1)
            await closed
        }
    }

    @Test func `reads go to the primary when the replica is not there`() async throws {
        try await withDatabaseURL(.postgres) { url, _ in
            let database = try PostgresDatabase(url: url, replicaURLs: ["postgres://atlas:x@127.0.0.1:1/none"])
            #expect(try await database.rows("SELECT 1 AS one")[0].int("one") == 1)
            await database.close()
        }
    }

    @Test func `a value never gets into an error`() async throws {
        try await run { database in
            let secret = "hunter2"
            for query: Query in ["SELECT CAST(\(secret) AS bigint)", "SELECT CAST(\(secret) AS json)"] {
                let error = await #expect(throws: DatabaseError.self) { try await database.rows(query) }
                #expect(error?.message.contains(secret) == false)
            }
        }
    }
}

@Suite struct PostgresAddressTests {
    @Test(arguments: [
        "postgres://atlas:sEcret@127.0.0.1:1/x", "postgres://atlas:sEcret@127.0.0.1:port/x",
        "postgres://atlas:sEc%zzret@h/x", "postgres://atlas:sEcret@h/x?nonsense=1", "host=h password=sEcret junk",
        "postgres://atlas:sEc@cret@127.0.0.1:1/x", "postgres://atlas:sEc/ret@127.0.0.1:1/x",
        "postgres://sEcret:x:y@h/x",
    ])
    func `the password never gets into an error`(url: String) async throws {
        let error = await #expect(throws: (any Error).self) {
            try await PostgresDatabase(url: url).rows("SELECT 1")
        }
        #expect(!"\(error, default: "")".contains("sEc"))
    }
}
