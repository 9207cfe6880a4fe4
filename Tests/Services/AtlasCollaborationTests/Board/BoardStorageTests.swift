import AtlasAPI
import AtlasCollaboration
import AtlasCore
import AtlasPorts
import AtlasTestKit
import Testing
import Whiteboard

@Suite struct BoardStorageTests {
    @Test(arguments: TestEngine.all)
    func `writers in two processes on one database agree, and nothing is lost or twice`(
        _ engine: TestEngine
    ) async throws {
        try await BoardRun.on(engine) { run in
            let processes = [run.service(), run.service()]
            let (writers, pushes) = (10, 15)
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                for writer in 0..<writers {
                    tasks.addTask {
                        for number in 1...pushes {
                            // Every third push comes twice, by way of the other process.
                            let push = try notePush("c\(writer)", number, "n\(number)", text: "\(writer)")
                            let ways = number % 3 == 0 ? [0, 1] : [0]
                            for way in ways {
                                let boards = processes[(writer + way) % 2]
                                let reply = try await boards.push(push, to: run.group, as: caller("u\(writer)"))
                                switch reply {
                                case .stored(_, refused: nil): #expect(way == 0)
                                case .duplicate: #expect(way == 1)
                                default: Issue.record("\(reply)")
                                }
                            }
                        }
                    }
                }
                try await tasks.waitForAll()
            }
            let first = try await processes[0].whole(run.group)
            #expect(try await processes[1].whole(run.group) == first)
            #expect(try await run.service().whole(run.group) == first)
            #expect(first.seq == writers * pushes)
            let log = try await run.log()
            #expect(log.count == writers * pushes)
            #expect(log.map { $0.prefix { $0 != " " } } == (1...writers * pushes).map { "\($0)"[...] })
            for writer in 0..<writers {
                let numbers = log.filter { $0.contains(" c\(writer) ") }.compactMap { $0.split(separator: " ").last }
                #expect(numbers == (1...pushes).map { "\($0)"[...] })
            }
        }
    }

    @Test(arguments: TestEngine.all)
    func `a process that comes back has every acknowledged push, and takes none twice`(
        _ engine: TestEngine
    ) async throws {
        try await BoardRun.on(engine) { run in
            let before = run.service()
            for number in 1...5 {
                _ = try await before.push(notePush("c1", number, "n\(number)"), to: run.group, as: caller("ann"))
            }
            let whole = try await before.whole(run.group)
            let after = run.service()
            for number in 1...5 {
                let reply = try await after.push(notePush("c1", number, "x"), to: run.group, as: caller("ann"))
                #expect(reply == .duplicate(seq: 5))
            }
            #expect(
                try await after.push(notePush("c1", 6, "n6"), to: run.group, as: caller("ann"))
                    == .stored(seq: 6, refused: nil)
            )
            #expect(try await after.whole(run.group).items.count == whole.items.count + 1)
        }
    }

    @Test(arguments: TestEngine.all)
    func `a process with an outdated board writes behind what the others wrote`(_ engine: TestEngine) async throws {
        try await BoardRun.on(engine) { run in
            let (slow, busy) = (run.service(), run.service())
            _ = try await slow.push(notePush("c1", 1, "first", text: "slow"), to: run.group, as: caller("ann"))
            // Past a snapshot, so that the log which the outdated process would read on is gone.
            let count = BoardServiceLimits.snapshotEvents + 20
            for number in 1...count {
                _ = try await busy.push(
                    notePush("c2", number, "first", text: "\(number)"),
                    to: run.group,
                    as: caller("bob")
                )
            }
            #expect(try await run.log().count < count)
            let reply = try await slow.push(notePush("c1", 2, "second"), to: run.group, as: caller("ann"))
            #expect(reply == .stored(seq: count + 2, refused: nil))
            let whole = try await slow.whole(run.group)
            #expect(try await busy.whole(run.group) == whole)
            #expect(whole.items.first?.record.text(.text) == "\(count)")
        }
    }

    @Test(arguments: TestEngine.all)
    func `the database takes no event number and no push number a second time`(_ engine: TestEngine) async throws {
        try await BoardRun.on(engine) { run in
            _ = try await run.service().push(notePush("c1", 1, "n"), to: run.group, as: caller("ann"))
            for (seq, number) in [(1, 2), (2, 1)] {
                await #expect(throws: DatabaseError.self) {
                    try await run.database.write { session in
                        try session.execute(
                            """
                            INSERT INTO board_log (board_id, seq, client, number, user_id, operations, made_at)
                            VALUES (\(run.group), \(seq), 'c1', \(number), 'ann', \([UInt8]("[]".utf8)), 0)
                            """
                        )
                    }
                }
            }
        }
    }

    @Test(arguments: TestEngine.all)
    func `a snapshot is stored after a minute and replaces the log`(_ engine: TestEngine) async throws {
        try await BoardRun.on(engine) { run in
            let boards = run.service()
            _ = try await boards.push(notePush("c1", 1, "n"), to: run.group, as: caller("ann"))
            await boards.keep()
            #expect(try await run.log().count == 1)
            run.clock.advance(by: BoardServiceLimits.snapshotAge)
            await boards.keep()
            #expect(try await run.log().isEmpty)
            let whole = try await boards.whole(run.group)
            let again = run.service()
            #expect(try await again.whole(run.group) == whole)
            #expect(
                try await again.push(notePush("c1", 1, "x"), to: run.group, as: caller("ann")) == .duplicate(seq: 1)
            )
        }
    }

    @Test(arguments: TestEngine.all)
    func `after a backup is restored, a new life of the board is told to clients`(_ engine: TestEngine) async throws {
        try await BoardRun.on(engine) { run in
            _ = try await run.service().push(notePush("c1", 1, "n"), to: run.group, as: caller("ann"))
            let old = try await run.service().whole(run.group)
            _ = try await run.database.write { try $0.execute("UPDATE boards SET epoch = epoch || 'r'") }
            let hello = BoardHello(epoch: old.epoch, seq: old.seq, client: "c1")
            let welcome = try await run.service().open(run.group, hello, as: caller("ann"))
            #expect(welcome.isFull && welcome.epoch == old.epoch + "r" && welcome.items == old.items)
        }
    }

    @Test(arguments: TestEngine.all)
    func `more boards than memory holds are all served`(_ engine: TestEngine) async throws {
        try await BoardRun.on(engine) { run in
            let boards = run.service()
            let groups = (0..<BoardServiceLimits.boards + 10).map { GroupID("g\($0)") }
            for number in 1...2 {
                for group in groups {
                    let reply = try await boards.push(
                        notePush("c1", number, "n\(number)"),
                        to: group,
                        as: caller("ann")
                    )
                    #expect(reply == .stored(seq: number, refused: nil))
                }
            }
        }
    }
}
