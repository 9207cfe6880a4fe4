import AtlasCore
import AtlasPorts
import AtlasTestKit
import EmbeddedEngines
import Testing

@Suite struct SQLiteTests {
    @Test(arguments: [(SQLiteDatabase.Durability.powerCut, 2), (.killedProcess, 1)])
    func `a commit is as durable as was asked for`(durability: SQLiteDatabase.Durability, level: Int) async throws {
        try await withTemporaryFolder { folder in
            let database = try SQLiteDatabase(path: folder + "/test.sqlite", durability: durability)
            let found = try await database.write { try $0.rows("SELECT synchronous FROM pragma_synchronous") }
            #expect(try found[0].int("synchronous") == level)
            await database.close()
        }
    }

    @Test func `what was written is there after the file is opened again`() async throws {
        try await withTemporaryFolder { folder in
            for round in 1...3 {
                let database = try SQLiteDatabase(path: folder + "/test.sqlite")
                try await database.write { session in
                    try session.script("CREATE TABLE IF NOT EXISTS t (n INTEGER)")
                    try session.execute("INSERT INTO t VALUES (\(round))")
                }
                #expect(try await database.rows("SELECT n FROM t").count == round)
                await database.close()
            }
        }
    }

    @Test func `a file that is no database, and a folder that is not there, are refused`() async throws {
        try await withTemporaryFolder { folder in
            try await FolderBlobs(folder: folder).put(
                Array("this is no database, ".utf8) + Array(repeating: 65, count: 4_096),
                at: "x.sqlite"
            )
            #expect(throws: DatabaseError.self) { try SQLiteDatabase(path: folder + "/x.sqlite") }
            let error = #expect(throws: DatabaseError.self) { try SQLiteDatabase(path: folder + "/none/x.sqlite") }
            #expect(error?.kind == .unavailable)
        }
    }
}
