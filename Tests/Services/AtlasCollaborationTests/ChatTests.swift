import AtlasAPI
import AtlasCollaboration
import AtlasCore
import AtlasPorts
import AtlasTestKit
import Testing

@Suite struct ChatTests {
    @Test(arguments: TestEngine.all)
    func `twenty writers in two processes leave no gap and lose nothing`(engine: TestEngine) async throws {
        try await Bench.run(engine) { bench in
            let (id, owner, moderator, member) = try await bench.staffedGroup()
            let (start, each) = (try await bench.groups.group(id, as: owner).head, 8)
            let chats = [bench.chat, bench.neighbour().chat]
            let callers = [owner, moderator, member]
            let acknowledged = try await withThrowingTaskGroup(of: [ChatEntry].self) { tasks in
                for writer in 0..<20 {
                    tasks.addTask {
                        var entries: [ChatEntry] = []
                        for number in 0..<each {
                            let message = NewMessage(cid: "w\(writer)-\(number)", content: "\(writer) says \(number)")
                            let chat = chats[writer % 2]
                            entries.append(try await chat.post(message, to: id, as: callers[writer % 3]))
                        }
                        return entries
                    }
                }
                return try await tasks.reduce(into: []) { $0.append($1) }
            }
            for entries in acknowledged { #expect(entries.map(\.seq) == entries.map(\.seq).sorted()) }
            let log = try await bench.log(of: id, as: member)
            #expect(log.map(\.seq) == Array(1...(start + 20 * each)))
            #expect(Array(log.dropFirst(start)) == acknowledged.flatMap(\.self).sorted { $0.seq < $1.seq })
            #expect(zip(log, log.dropFirst()).allSatisfy { $0.at <= $1.at })
        }
    }

    @Test(arguments: TestEngine.all)
    func `a message sent again, also at the same time, is stored once`(engine: TestEngine) async throws {
        try await Bench.run(engine) { bench in
            let (id, owner, _, member) = try await bench.staffedGroup()
            let head = try await bench.groups.group(id, as: owner).head
            let chats = [bench.chat, bench.neighbour().chat]
            let entries = try await withThrowingTaskGroup(of: ChatEntry.self) { tasks in
                for number in 0..<12 {
                    tasks.addTask {
                        let message = NewMessage(cid: "same", content: "try \(number)")
                        return try await chats[number % 2].post(message, to: id, as: member)
                    }
                }
                return try await tasks.reduce(into: []) { $0.append($1) }
            }
            #expect(Set(entries.map(\.seq)) == [head + 1] && Set(entries.map(\.id)).count == 1)
            #expect(Set(entries.map(\.content)).count == 1)
            #expect(try await bench.groups.group(id, as: owner).head == head + 1)
            // The same cid of somebody else is another entry.
            #expect(try await bench.say("mine", in: id, as: owner, cid: "same").seq == head + 2)
            let edit = try await bench.chat.edit(entries[0].id, to: "new", cid: "e", in: id, as: member)
            #expect(try await bench.chat.edit(entries[0].id, to: "newer", cid: "e", in: id, as: member) == edit)
            let gone = try await bench.chat.delete(entries[0].id, cid: "d", in: id, as: member)
            #expect(try await bench.chat.delete(entries[0].id, cid: "d", in: id, as: member) == gone)
            #expect(try await bench.log(of: id, as: owner).map(\.seq) == Array(1...(head + 4)))
        }
    }

    @Test(arguments: TestEngine.all)
    func `what is edited shows its newest text, and the log both`(engine: TestEngine) async throws {
        try await Bench.run(engine) { bench in
            let (id, owner, moderator, member) = try await bench.staffedGroup()
            let said = try await bench.say("frist", in: id, as: member)
            bench.clock.advance(by: .seconds(5))
            let edit = try await bench.chat.edit(said.id, to: "first", cid: "e1", in: id, as: member)
            #expect(edit.kind == .edit && edit.seq == said.seq + 1 && edit.id == said.id)
            let now = try #require(try await bench.chat.history(of: id, before: nil, limit: 9, as: owner).entries.last)
            #expect(now.content == "first" && now.state?.editedAt == edit.at && now.seq == said.seq)
            let lines = try await bench.chat.entries(of: id, after: said.seq - 1, limit: 9, as: owner).entries
            #expect(lines.map(\.content) == ["frist", "first"] && lines.allSatisfy { $0.state == nil })
            #expect(try await bench.chat.search("frist", in: id, limit: 9, as: owner).isEmpty)
            #expect(try await bench.chat.search("FIRST", in: id, limit: 9, as: owner).map(\.id) == [said.id])
            let others = { _ = try await bench.chat.edit(said.id, to: "x", cid: "e2", in: id, as: moderator) }
            #expect(await code { try await others() } == .forbidden)
            let unknown = { _ = try await bench.chat.edit(MessageID("x"), to: "x", cid: "e3", in: id, as: member) }
            #expect(await code { try await unknown() } == .notFound)
        }
    }

    @Test(arguments: TestEngine.all)
    func `what is deleted is nowhere any more`(engine: TestEngine) async throws {
        try await Bench.run(engine) { bench in
            let (id, owner, moderator, member) = try await bench.staffedGroup()
            let said = try await bench.say("my password is swordfish", in: id, as: member)
            _ = try await bench.chat.edit(said.id, to: "it is swordfish!", cid: "e1", in: id, as: member)
            _ = try await bench.chat.react("👀", isOn: true, to: said.id, cid: "r", in: id, as: owner)
            let foreign = try await bench.say("kept", in: id, as: owner)
            let others = { _ = try await bench.chat.delete(foreign.id, cid: "d0", in: id, as: member) }
            #expect(await code { try await others() } == .forbidden)
            _ = try await bench.chat.delete(said.id, cid: "d1", in: id, as: moderator)
            #expect(try await bench.chat.search("swordfish", in: id, limit: 9, as: member).isEmpty)
            let log = try await bench.log(of: id, as: member).filter { $0.id == said.id }
            #expect(log.map(\.kind) == [.message, .edit, .reaction, .delete])
            #expect(log.allSatisfy { $0.content == nil })
            let now = try await bench.chat.history(of: id, before: foreign.seq, limit: 9, as: member).entries
            #expect(now.map(\.state) == [ChatEntry.State(editedAt: log[1].at, isDeleted: true, reactions: [])])
            for table in ["chat_entries", "chat_messages"] {
                let query: Query =
                    table == "chat_entries" ? "SELECT content FROM chat_entries" : "SELECT content FROM chat_messages"
                let texts = try await bench.database.rows(query).map { try $0.optionalString("content") ?? "" }
                #expect(texts.allSatisfy { !$0.contains("swordfish") }, "\(table)")
            }
            let acts: [@Sendable () async throws -> Void] = [
                { _ = try await bench.chat.delete(said.id, cid: "d2", in: id, as: member) },
                { _ = try await bench.chat.edit(said.id, to: "back", cid: "e2", in: id, as: member) },
                { _ = try await bench.chat.react("👀", isOn: true, to: said.id, cid: "r2", in: id, as: owner) },
            ]
            for act in acts { #expect(await code { try await act() } == .conflict) }
        }
    }

    @Test(arguments: TestEngine.all)
    func `reactions are counted once for each person`(engine: TestEngine) async throws {
        try await Bench.run(engine) { bench in
            let (id, owner, _, member) = try await bench.staffedGroup()
            let said = try await bench.say("hello", in: id, as: member)
            let react: @Sendable (String, Bool, String, Caller) async throws -> ChatEntry? = {
                emoji,
                isOn,
                cid,
                caller in
                try await bench.chat.react(emoji, isOn: isOn, to: said.id, cid: cid, in: id, as: caller)
            }
            #expect(try await react("👍", true, "1", owner)?.seq == said.seq + 1)
            #expect(try await react("👍", true, "2", owner) == nil)
            #expect(try await react("👍", true, "1", owner)?.seq == said.seq + 1)
            #expect(try await react("🎉", false, "3", owner) == nil)
            #expect(try await react("👍", true, "4", member)?.seq == said.seq + 2)
            bench.clock.advance(by: .seconds(1))
            #expect(try await react("🎉", true, "5", member)?.emoji == "🎉")
            let seen = try await bench.chat.history(of: id, before: nil, limit: 9, as: owner).entries.last
            #expect(
                seen?.state?.reactions == [
                    .init(emoji: "👍", count: 2, mine: true), .init(emoji: "🎉", count: 1, mine: false),
                ]
            )
            #expect(try await react("👍", false, "6", owner)?.isOn == false)
            #expect(try await bench.groups.group(id, as: owner).head == said.seq + 4)
            for bad in ["", "a", "1", "👍👍👍👍👍👍👍👍👍", "hello", "👍x", "#"] {
                #expect(await code { _ = try await react(bad, true, "x", owner) } == .invalid, "\(bad)")
            }
            for (number, good) in ["❤️", "1️⃣", "👩🏽‍💻", "🇩🇪", "✅"].enumerated() {
                #expect(try await react(good, true, "g\(number)", owner) != nil, "\(good)")
            }
            let more = ["😀", "😁", "😂", "😃", "😄", "😅", "😆", "😇", "😈", "😉", "😊", "😋", "😌", "😍"]
            var codes: [AtlasError.Code?] = []
            for (number, emoji) in more.enumerated() {
                codes.append(await code { _ = try await react(emoji, true, "m\(number)", owner) })
            }
            #expect(codes.firstIndex(of: .tooMany) == 13)
        }
    }

    @Test(arguments: TestEngine.all)
    func `what is no message is refused with the field that is wrong`(engine: TestEngine) async throws {
        try await Bench.run(engine) { bench in
            let (id, owner, _, member) = try await bench.staffedGroup()
            let other = try await bench.groups.create(GroupSettings(name: "Other"), as: owner)
            let elsewhere = try await bench.say("elsewhere", in: other.id, as: owner)
            let head = try await bench.groups.group(id, as: owner).head
            let bad: [(message: NewMessage, field: String)] = [
                (NewMessage(cid: "", content: "x"), "cid"), (NewMessage(cid: "a b", content: "x"), "cid"),
                (NewMessage(cid: String(repeating: "c", count: 65), content: "x"), "cid"),
                (NewMessage(cid: "c", content: " \n\t"), "content"),
                (NewMessage(cid: "c", content: String(repeating: "x", count: 8_001)), "content"),
                (NewMessage(cid: "c", content: "x", replyTo: elsewhere.id), "replyTo"),
                (NewMessage(cid: "c", content: "x", anchor: Anchor(diagramId: "none")), "anchor"),
                (
                    NewMessage(cid: "c", content: "x", anchor: Anchor(diagramId: "d", nodeId: "n", edgeId: "e")),
                    "anchor"
                ),
            ]
            for (message, field) in bad {
                do {
                    _ = try await bench.chat.post(message, to: id, as: member)
                    Issue.record("\(field) was taken")
                } catch let error as AtlasError {
                    #expect(error.code == .invalid && error.field == field, "\(error)")
                }
            }
            #expect(try await bench.groups.group(id, as: owner).head == head)
            let long = String(repeating: "é", count: 8_000)
            let kept = try await bench.chat.post(NewMessage(cid: "c", content: long), to: id, as: member)
            #expect(kept.seq == head + 1)
            let reply = NewMessage(cid: "r", content: "yes", replyTo: kept.id)
            #expect(try await bench.chat.post(reply, to: id, as: owner).replyTo == kept.id)
            for limit in [0, 201] {
                let ask = { _ = try await bench.chat.entries(of: id, after: 0, limit: limit, as: member) }
                #expect(await code { try await ask() } == .invalid)
            }
        }
    }

    @Test(arguments: TestEngine.all)
    func `a message costs a bounded number of statements, and a page as many as one line`(
        engine: TestEngine
    ) async throws {
        try await Bench.run(engine) { bench in
            let (id, owner, moderator, member) = try await bench.staffedGroup()
            for caller in [owner, moderator, member, owner] { try await bench.say("word", in: id, as: caller) }
            let post = try await bench.database.statements { try await bench.say("word", in: id, as: owner) }
            #expect(post <= 7)
            let one = try await bench.database.statements { () async throws in
                _ = try await bench.chat.history(of: id, before: nil, limit: 1, as: owner)
            }
            let all = try await bench.database.statements { () async throws in
                #expect(try await bench.chat.history(of: id, before: nil, limit: 200, as: owner).entries.count == 5)
            }
            #expect(one == all)
        }
    }
}
