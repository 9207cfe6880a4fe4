import AtlasAPI
import AtlasCollaboration
import AtlasCore
import AtlasPorts
import AtlasTestKit
import EmbeddedEngines
import Synchronization
import Testing
import Whiteboard

@Suite struct BoardServiceTests {
    @Test(arguments: TestEngine.all)
    func `what a member pushes is stored, told and there for whoever opens the board`(_ engine: TestEngine) async throws
    {
        try await BoardRun.on(engine) { run in
            let boards = run.service()
            var events = try await run.pubSub.subscribe(to: BoardChannel.name(of: run.group)).makeAsyncIterator()
            #expect(try await boards.head(of: run.group, as: caller("bob")) == BoardHead(epoch: "", seq: 0))
            let push = try notePush("c1", 1, "n1", text: "hello")
            #expect(try await boards.push(push, to: run.group, as: caller("ann")) == .stored(seq: 1, refused: nil))
            let told = BoardEvent.parts(of: await events.next() ?? [])
            let text = String(decoding: told.json, as: UTF8.self)
            #expect(
                text.hasPrefix(#"{"groupId":"g1","seq":1,"c":"c1","n":1,"ops":[["put","n1",{"type":"note""#),
                "\(text)"
            )
            #expect(text.contains(#""author":"ann""#))
            let hello = BoardHello(epoch: "", seq: 0, client: "c1")
            let welcome = try await boards.open(run.group, hello, as: caller("bob"))
            #expect(welcome.items.map(\.id) == ["n1"] && welcome.seq == 1 && welcome.acknowledged == 1)
            #expect(try await boards.head(of: run.group, as: .system) == BoardHead(epoch: welcome.epoch, seq: 1))
        }
    }

    @Test(arguments: TestEngine.all)
    func `only members see a board, and an archived group's can only be read`(_ engine: TestEngine) async throws {
        try await BoardRun.on(engine) { run in
            let boards = run.service()
            let push = try notePush("c1", 1, "n1")
            let hello = BoardHello(epoch: "", seq: 0, client: "c1")
            for (who, expected) in [(caller("eve"), AtlasError.Code.notFound), (Caller(), .unauthenticated)] {
                #expect(await code { _ = try await boards.open(run.group, hello, as: who) } == expected)
                #expect(await code { _ = try await boards.push(push, to: run.group, as: who) } == expected)
                #expect(await code { _ = try await boards.head(of: run.group, as: who) } == expected)
                #expect(await code { _ = try await boards.svg(of: run.group, as: who) } == expected)
                #expect(await code { _ = try await boards.mermaid(of: run.group, as: who) } == expected)
                #expect(
                    await code { _ = try await boards.add(mermaid: "graph TD\na", to: run.group, as: who) } == expected
                )
            }
            let archived = caller("arc")
            #expect(await code { _ = try await boards.push(push, to: run.group, as: archived) } == .forbidden)
            #expect(
                await code { _ = try await boards.add(mermaid: "graph TD\na", to: run.group, as: archived) }
                    == .forbidden
            )
            #expect(try await boards.open(run.group, hello, as: archived).items.isEmpty)
            #expect(try await boards.push(push, to: run.group, as: caller("bob")) == .stored(seq: 1, refused: nil))
        }
    }

    @Test(arguments: TestEngine.all)
    func `a push is answered for what it is`(_ engine: TestEngine) async throws {
        try await BoardRun.on(engine) { run in
            let boards = run.service()
            func push(_ push: BoardPush, as name: String = "ann") async throws -> BoardReply {
                try await boards.push(push, to: run.group, as: caller(name))
            }
            #expect(try await push(notePush("c1", 2, "n")) == .gap(expected: 1))
            #expect(try await push(notePush("c1", 1, "n")) == .stored(seq: 1, refused: nil))
            #expect(try await push(notePush("c1", 1, "n")) == .duplicate(seq: 1))
            guard case .refused = try await push(notePush("c1", 2, "n"), as: "bob") else {
                Issue.record("somebody else's session was taken")
                return
            }
            let broken = try BoardPush(json: Array(#"{"c":"c1","n":2,"ops":[["fly","n"]]}"#.utf8))
            guard case .stored(2, let refusal) = try await push(broken) else {
                Issue.record("a broken push did not use up its number")
                return
            }
            #expect(refusal?.code == .invalid)
            #expect(try await push(notePush("c1", 3, "m")) == .stored(seq: 3, refused: nil))
        }
    }

    @Test(arguments: TestEngine.all)
    func `a message that cannot be told fails no push`(_ engine: TestEngine) async throws {
        try await BoardRun.on(engine) { run in
            let boards = run.service(telling: BrokenPubSub())
            let reply = try await boards.push(notePush("c1", 1, "n"), to: run.group, as: caller("ann"))
            #expect(reply == .stored(seq: 1, refused: nil))
        }
    }

    @Test(arguments: TestEngine.all)
    func `a commit that fails leaves nothing behind, and the push may come again`(_ engine: TestEngine) async throws {
        try await BoardRun.on(engine) { run in
            let watched = WatchedDatabase(run.database)
            let boards = run.service(on: watched)
            _ = try await boards.whole(run.group)
            watched.failNext()
            await #expect(throws: DatabaseError.self) {
                try await boards.push(notePush("c1", 1, "n"), to: run.group, as: caller("ann"))
            }
            #expect(try await boards.whole(run.group).items.isEmpty)
            let reply = try await boards.push(notePush("c1", 1, "n"), to: run.group, as: caller("ann"))
            #expect(reply == .stored(seq: 1, refused: nil))
        }
    }

    @Test(arguments: TestEngine.all)
    func `pushes keep their order while it is asked who may write`(_ engine: TestEngine) async throws {
        try await BoardRun.on(engine) { run in
            let (gate, opening) = AsyncStream.makeStream(of: Void.self)
            let isFirst = Mutex(true)
            let boards = run.service(asked: {
                let mustWait = isFirst.withLock { isFirst in
                    defer { isFirst = false }
                    return isFirst
                }
                if mustWait { for await _ in gate {} }
            })
            try await withThrowingTaskGroup(of: BoardReply.self) { tasks in
                for number in 1...10 {
                    tasks.addImmediateTask {
                        try await boards.push(
                            notePush("c1", number, "n\(number)"),
                            to: run.group,
                            as: caller("ann")
                        )
                    }
                }
                opening.finish()
                for try await reply in tasks {
                    guard case .stored(_, nil) = reply else {
                        Issue.record("\(reply)")
                        continue
                    }
                }
            }
            #expect(try await run.log() == (1...10).map { "\($0) c1 \($0)" })
        }
    }

    @Test(arguments: TestEngine.all)
    func `who may not write is refused alone among those who wait`(_ engine: TestEngine) async throws {
        try await BoardRun.on(engine) { run in
            let watched = WatchedDatabase(run.database)
            let boards = run.service(on: watched)
            _ = try await boards.whole(run.group)
            watched.shut()
            let answers = try await withThrowingTaskGroup(of: (String, AtlasError.Code?).self) { tasks in
                for name in ["ann", "eve", "bob", "arc", "u1"] {
                    tasks.addImmediateTask {
                        (
                            name,
                            await code {
                                _ = try await boards.push(
                                    notePush("c-\(name)", 1, name),
                                    to: run.group,
                                    as: caller(name)
                                )
                            }
                        )
                    }
                }
                watched.open()
                return try await tasks.reduce(into: [:]) { $0[$1.0] = $1.1 }
            }
            #expect(answers == ["eve": .notFound, "arc": .forbidden])
            #expect(try await run.log().count == 3)
        }
    }

    @Test(arguments: TestEngine.all)
    func `pushes that wait share a commit, and no more wait than may`(_ engine: TestEngine) async throws {
        try await BoardRun.on(engine) { run in
            let watched = WatchedDatabase(run.database)
            let boards = run.service(on: watched)
            _ = try await boards.whole(run.group)
            let before = watched.writes
            watched.shut()
            // One leads, the limit waits, and one more is refused; that one opens the gate.
            let count = BoardServiceLimits.waiting + 2
            try await withThrowingTaskGroup(of: AtlasError.Code?.self) { tasks in
                for number in 0..<count {
                    tasks.addTask {
                        await code {
                            _ = try await boards.push(notePush("c\(number)", 1, "n"), to: run.group, as: caller("u"))
                        }
                    }
                }
                #expect(try await tasks.next() == .tooMany)
                watched.open()
                for try await outcome in tasks { #expect(outcome == nil) }
            }
            #expect(try await boards.head(of: run.group, as: .system).seq == count - 1)
            let commits = 1 + BoardServiceLimits.waiting / BoardServiceLimits.commit
            #expect(
                (commits...commits + 5).contains(watched.writes - before),
                "\(watched.writes - before) transactions"
            )
        }
    }

    @Test(arguments: TestEngine.all)
    func `a diagram can be put onto the board and taken from it`(_ engine: TestEngine) async throws {
        try await BoardRun.on(engine) { run in
            let boards = run.service()
            let boxes = (1...150).map { "  n\($0)[\"Box \($0)\"]:::service" }
            let lines = (2...150).map { "  n1 --> n\($0)" }
            let source = (["flowchart TB"] + boxes + lines).joined(separator: "\n")
            let head = try await boards.add(mermaid: source, to: run.group, as: caller("ann"))
            let whole = try await boards.whole(run.group)
            #expect(head == BoardHead(epoch: whole.epoch, seq: 2))
            #expect(whole.items.count == 299)
            #expect(try await boards.mermaid(of: run.group, as: caller("bob")).contains("Box 150"))
            #expect(try await boards.svg(of: run.group, as: caller("bob")).contains(">Box 150<"))
            #expect(
                await code { _ = try await boards.add(mermaid: "flowchart\n  a -->", to: run.group, as: caller("ann")) }
                    == .invalid
            )
            #expect(try await run.service().whole(run.group) == whole)
        }
    }
}
