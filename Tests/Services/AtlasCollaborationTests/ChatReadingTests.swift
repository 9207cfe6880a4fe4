import AtlasAPI
import AtlasCollaboration
import AtlasCore
import AtlasPorts
import AtlasTestKit
import EmbeddedEngines
import Testing

@Suite(.timeLimit(.minutes(5))) struct ChatReadingTests {
    @Test(arguments: TestEngine.all)
    func `who was away catches up page by page, or begins anew when far behind`(engine: TestEngine) async throws {
        try await Bench.run(engine) { bench in
            let (id, _, _, member) = try await bench.staffedGroup()
            for number in 0..<30 { try await bench.say("message \(number)", in: id, as: member) }
            let head = try await bench.groups.group(id, as: member).head
            let first = try await bench.chat.entries(of: id, after: head - 25, limit: 10, as: member)
            #expect(first.entries.map(\.seq) == Array((head - 24)...(head - 15)) && !first.isReset)
            #expect(first.head == head)
            let nothing = try await bench.chat.entries(of: id, after: head, limit: 10, as: member)
            #expect(nothing.entries.isEmpty && !nothing.isReset)
            let ahead = try await bench.chat.entries(of: id, after: head + 1, limit: 10, as: member)
            #expect(ahead.isReset && ahead.entries.map(\.content).last == "message 29")

            try await bench.database.write { session in
                _ = try session.execute("UPDATE study_groups SET head = \(head + 980) WHERE id = \(id)")
            }
            try await bench.say("the newest", in: id, as: member)
            let near = try await bench.chat.entries(of: id, after: head - 19, limit: 200, as: member)
            #expect(!near.isReset && near.entries.count == 20)
            let far = try await bench.chat.entries(of: id, after: head - 20, limit: 5, as: member)
            #expect(far.isReset && far.head == head + 981)
            #expect(far.entries.map(\.content) == (26...29).map { "message \($0)" } + ["the newest"])
            #expect(far.entries.allSatisfy { $0.state != nil })
            let older = try await bench.chat.history(of: id, before: far.entries[0].seq, limit: 2, as: member)
            #expect(older.entries.map(\.content) == ["message 24", "message 25"])
        }
    }

    @Test(arguments: TestEngine.all)
    func `a search finds beginnings of words in its own group only`(engine: TestEngine) async throws {
        try await Bench.run(engine) { bench in
            let (id, owner, _, member) = try await bench.staffedGroup()
            let other = try await bench.groups.create(GroupSettings(name: "Other"), as: owner)
            let first = try await bench.say("A quorum of replicas decides", in: id, as: member)
            let second = try await bench.say("Réplicas lag \(other.id)", in: id, as: owner)
            try await bench.say("quorum elsewhere", in: other.id, as: owner)
            let find: @Sendable (String, GroupID, Caller) async throws -> [MessageID] = { text, group, caller in
                try await bench.chat.search(text, in: group, limit: 50, as: caller).map(\.id)
            }
            #expect(try await find("replica", id, member) == [second.id, first.id])
            #expect(try await find("QUO rep", id, member) == [first.id])
            #expect(try await find("quorum lag", id, member) == [])
            #expect(try await find("  '\"*:() ", id, member) == [])
            // A group's id in a message of another group gives nothing away.
            #expect(try await find("lag", other.id, owner) == [])
            #expect(await code { _ = try await find("quorum", other.id, member) } == .forbidden)
            #expect(await code { _ = try await find(String(repeating: "x", count: 201), id, member) } == .invalid)
        }
    }

    @Test(arguments: TestEngine.all)
    func `a mention is told and counted, and what is read stays read`(engine: TestEngine) async throws {
        try await Bench.run(engine) { bench in
            let (id, owner, moderator, member) = try await bench.staffedGroup()
            let (mel, mo) = (try member.user, try moderator.user)
            let start = try await bench.groups.group(id, as: member)
            #expect(start.unread == 0)
            let said = try await bench.say("@mel and @[Mo](user:\(mo)), look, @olga", in: id, as: owner)
            #expect(said.mentions == [mel, mo, try owner.user])
            try await bench.say("unrelated", in: id, as: owner)
            _ = try await bench.chat.edit(said.id, to: "@mel look again", cid: "e", in: id, as: owner)
            let notices = try await bench.notices.notices(limit: 9, onlyUnread: true, as: member)
            #expect(notices.map(\.text) == ["Olga mentioned you in Raft readers."])
            #expect(notices.first?.message == said.id && notices.first?.group == id)
            #expect(try await bench.notices.notices(limit: 9, onlyUnread: false, as: owner).isEmpty)
            #expect(try await bench.notices.markRead(notices.map(\.id), as: moderator) == 1)
            #expect(try await bench.notices.markRead(nil, as: member) == 0)
            #expect(try await bench.notices.notices(limit: 9, onlyUnread: true, as: member).isEmpty)
            #expect(try await bench.notices.notices(limit: 9, onlyUnread: false, as: member).count == 1)

            let group = try await bench.groups.group(id, as: member)
            #expect(group.unread == 2)
            #expect(try await bench.groups.group(id, as: owner).unread == 0)
            #expect(try await bench.chat.markRead(id, upTo: said.seq, as: member) == said.seq)
            #expect(try await bench.groups.group(id, as: member).unread == 1)
            #expect(try await bench.chat.markRead(id, upTo: said.seq - 1, as: member) == said.seq)
            #expect(try await bench.chat.markRead(id, upTo: .max, as: member) == group.head)
            #expect(try await bench.chat.readers(of: id, as: owner)[mel] == group.head)
            #expect(
                await code { _ = try await bench.notices.notices(limit: 0, onlyUnread: true, as: member) } == .invalid
            )
        }
    }

    @Test(arguments: TestEngine.all)
    func `what is told after the commit is the entry, in the log's order`(engine: TestEngine) async throws {
        try await Bench.run(engine) { bench in
            let (id, _, moderator, member) = try await bench.staffedGroup()
            _ = try await Outbox.remove(Outbox.pending(100, in: bench.database).map(\.id), from: bench.database)
            let said = try await bench.say("“@mo” \n 🎉 </script>", in: id, as: member)
            let second = try await bench.chat.react("👍", isOn: true, to: said.id, cid: "r", in: id, as: moderator)
            try await bench.groups.leave(id, as: moderator)
            let waiting = try await Outbox.pending(100, in: bench.database)
            let told = try waiting.filter { $0.channel == GroupEvent.channel(id) }.map { try GroupEvent($0.payload) }
            #expect(told.count == 5)
            #expect(told[0] == .entry(said) && told[1] == second.map { .entry($0) })
            #expect(told[3] == .ended(try moderator.user, .left) && told[4] == .updated)
            let notice = try #require(waiting.first { $0.channel == UserEvent.channel(said.mentions[0]) })
            guard case .notice(let mention) = try UserEvent(notice.payload) else { return }
            #expect(mention.kind == .mention && mention.message == said.id)
            #expect(throws: DecodingError.self) { try GroupEvent(Array("{}".utf8)) }
        }
    }

    @Test(arguments: TestEngine.all)
    func `a follower hears each entry once, though messages are lost, until it is removed`(
        engine: TestEngine
    ) async throws {
        try await Bench.run(engine) { bench in
            let (id, _, moderator, member) = try await bench.staffedGroup()
            let stranger = try await bench.person("Sid")
            #expect(await code { _ = try await bench.chat.follow(id, as: stranger) } == .forbidden)
            let head = try await bench.groups.group(id, as: member).head
            let stream = try await bench.chat.follow(id, as: member)
            let heard = Task {
                var entries: [ChatEntry] = []
                for try await entry in stream { entries.append(entry) }
                return entries
            }
            for number in 0..<20 { try await bench.say("\(number)", in: id, as: moderator) }
            // Only one of twenty was published, twice, and something that nobody understands.
            for payload in [Array("?".utf8), try GroupEvent.updated.encoded(), try GroupEvent.updated.encoded()] {
                try await bench.pubSub.publish(payload, to: GroupEvent.channel(id))
            }
            try await bench.say("last", in: id, as: moderator)
            _ = try await bench.groups.remove(try member.user, from: id, as: moderator)
            try await bench.pubSub.publish(try GroupEvent.updated.encoded(), to: GroupEvent.channel(id))
            let entries = try await heard.value
            #expect(entries.map(\.seq) == Array((head + 1)..<(head + 1 + entries.count)))
            #expect(entries.count <= 21)
        }
    }

    @Test(arguments: TestEngine.all)
    func `a follower hears that the group was archived, and no more`(engine: TestEngine) async throws {
        try await Bench.run(engine) { bench in
            let (id, owner, _, member) = try await bench.staffedGroup()
            let stream = try await bench.chat.follow(id, as: member)
            try await bench.say("one", in: id, as: owner)
            _ = try await bench.groups.archive(id, as: owner)
            try await bench.pubSub.publish(try GroupEvent.updated.encoded(), to: GroupEvent.channel(id))
            var contents: [String?] = []
            for try await entry in stream { contents.append(entry.content) }
            #expect(contents == ["one", "archived"])
        }
    }

    @Test(arguments: TestEngine.all)
    func `a membership that ended elsewhere is known within a second`(engine: TestEngine) async throws {
        try await Bench.run(engine) { bench in
            let (id, owner, _, member) = try await bench.staffedGroup()
            let neighbour = bench.neighbour()
            let mel = try member.user
            #expect(try await neighbour.groups.membership(of: mel, in: id)?.displayName == "Mel")
            let statements = try await bench.database.statements { () async throws in
                #expect(try await neighbour.groups.membership(of: mel, in: id) != nil)
            }
            #expect(statements == 0)
            _ = try await bench.groups.remove(mel, from: id, as: owner)
            #expect(try await bench.groups.membership(of: mel, in: id) == nil)
            // What is written asks the database, whatever is remembered.
            let late = { _ = try await neighbour.chat.post(NewMessage(cid: "l", content: "x"), to: id, as: member) }
            #expect(await code { try await late() } == .forbidden)
            bench.clock.advance(by: GroupLimits.membershipAge)
            #expect(try await neighbour.groups.membership(of: mel, in: id) == nil)
        }
    }

    @Test(arguments: TestEngine.all)
    func `only so many notices are kept`(engine: TestEngine) async throws {
        try await Bench.run(engine) { bench in
            let (id, owner, _, member) = try await bench.staffedGroup()
            let mel = try member.user
            try await bench.database.write { session in
                for number in 0..<(NoticeLimits.kept + 5) {
                    try session.execute(
                        """
                        INSERT INTO notifications (id, user_id, kind, body, made_at)
                        VALUES (\("n\(number)"), \(mel), 'mention', 'old', \(number))
                        """
                    )
                }
            }
            try await bench.say("@mel", in: id, as: owner)
            let rows = try await bench.database.rows("SELECT COUNT(*) AS n FROM notifications WHERE user_id = \(mel)")
            #expect(try rows.first?.int("n") == NoticeLimits.kept)
            let newest = try await bench.notices.notices(limit: 1, onlyUnread: false, as: member)
            #expect(newest.first?.text == "Olga mentioned you in Raft readers.")
        }
    }
}
