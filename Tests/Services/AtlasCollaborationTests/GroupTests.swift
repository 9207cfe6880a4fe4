import AtlasAPI
import AtlasCollaboration
import AtlasCore
import AtlasTestKit
import Testing

@Suite struct GroupTests {
    @Test(arguments: TestEngine.all)
    func `who makes a group owns it, and others find and join it`(engine: TestEngine) async throws {
        try await Bench.run(engine) { bench in
            let (ada, bob) = (try await bench.person("Ada"), try await bench.person("Bob"))
            let settings = GroupSettings(name: "  Quorum club ", description: "Votes", topics: ["I1", "I1", "raft"])
            let made = try await bench.groups.create(settings, as: ada)
            #expect(made.settings.name == "Quorum club")
            #expect(made.settings.topics == ["I1", "raft"])
            #expect(made.role == .owner && made.head == 1 && made.memberCount == 1 && made.unread == 0)
            #expect(try await bench.groups.discover(topic: "raft", limit: 50, as: bob).map(\.id) == [made.id])
            #expect(try await bench.groups.discover(topic: "other", limit: 50, as: bob).isEmpty)
            #expect(try await bench.groups.discover(topic: nil, limit: 50, as: ada).isEmpty)

            let joined = try await bench.groups.join(made.id, as: bob)
            #expect(joined.role == .member && joined.memberCount == 2 && joined.head == 2)
            #expect(try await bench.groups.join(made.id, as: bob).head == 2)
            let members = try await bench.groups.members(of: [made.id], as: bob)[made.id] ?? []
            #expect(members.map(\.person.displayName) == ["Ada", "Bob"])
            #expect(members.map(\.role) == [.owner, .member])
            #expect(try await bench.groups.groups(as: bob).map(\.id) == [made.id])
            try await bench.groups.leave(made.id, as: bob)
            #expect(try await bench.groups.groups(as: bob).isEmpty)
            #expect(try await bench.groups.membership(of: try bob.user, in: made.id) == nil)
            let log = try await bench.log(of: made.id, as: ada)
            #expect(log.map(\.content) == ["joined", "joined", "left"])
        }
    }

    @Test(arguments: TestEngine.all)
    func `each role may do what it is for and no more`(engine: TestEngine) async throws {
        try await Bench.run(engine) { bench in
            let (id, owner, moderator, member) = try await bench.staffedGroup()
            let stranger = try await bench.person("Sid")
            let groups = bench.groups
            let version = try await groups.group(id, as: owner).version
            let same = GroupSettings(name: "Raft readers", description: "New")
            let hidden = GroupSettings(name: "Raft readers", visibility: .invitation)
            typealias Act = @Sendable (Caller) async throws -> Void
            // Refused for everybody up to the index; whoever comes after it is allowed, and some acts change nothing.
            let acts: [(name: String, allowedFrom: Int, act: Act)] = [
                ("read", 1, { _ = try await bench.chat.history(of: id, before: nil, limit: 1, as: $0) }),
                ("write", 1, { try await bench.say("hello", in: id, as: $0) }),
                ("invite", 2, { _ = try await groups.makeInvitation(to: id, life: .seconds(60), uses: 1, as: $0) }),
                ("remove a moderator", 3, { _ = try await groups.remove(try moderator.user, from: id, as: $0) }),
                ("settings", 2, { _ = try await groups.update(id, same, version: version, as: $0) }),
                ("visibility", 3, { _ = try await groups.update(id, hidden, version: version, as: $0) }),
                ("roles", 3, { _ = try await groups.setRole(.member, of: try member.user, in: id, as: $0) }),
                ("archive", 3, { _ = try await groups.archive(id, as: $0) }),
                ("decide", 2, { _ = try await groups.decide(id, requestOf: UserID("x"), accept: true, as: $0) }),
            ]
            for (name, allowedFrom, act) in acts {
                for (rank, caller) in [stranger, member, moderator].enumerated() where rank < allowedFrom {
                    #expect(await code { try await act(caller) } == .forbidden, "\(name) by \(rank)")
                }
                #expect(await code { try await act(Caller()) } == .unauthenticated, "\(name)")
            }
            #expect(await code { try await acts[8].act(moderator) } == .notFound)
            #expect(await code { _ = try await groups.remove(try owner.user, from: id, as: moderator) } == .forbidden)
            #expect(await code { _ = try await groups.remove(try owner.user, from: id, as: owner) } == .forbidden)
            #expect(try await groups.invitations(of: [id], as: member).isEmpty)
            #expect(try await groups.requests(of: [id], as: member).isEmpty)
            #expect(try await groups.members(of: [id], as: stranger).isEmpty)
            #expect(try await groups.remove(try member.user, from: id, as: moderator).memberCount == 2)
            #expect(try await groups.update(id, same, version: version, as: moderator).settings.description == "New")
        }
    }

    @Test(arguments: TestEngine.all)
    func `nobody but its members knows of a group that is not listed`(engine: TestEngine) async throws {
        try await Bench.run(engine) { bench in
            let (id, _, _, member) = try await bench.staffedGroup(.invitation)
            let stranger = try await bench.person("Sid")
            let acts: [@Sendable (Caller) async throws -> Void] = [
                { _ = try await bench.groups.group(id, as: $0) }, { _ = try await bench.groups.join(id, as: $0) },
                { _ = try await bench.groups.archive(id, as: $0) },
                { _ = try await bench.chat.history(of: id, before: nil, limit: 9, as: $0) },
                { _ = try await bench.chat.search("raft", in: id, limit: 9, as: $0) },
                { _ = try await bench.chat.markRead(id, upTo: 1, as: $0) },
                { _ = try await bench.chat.follow(id, as: $0) }, { try await bench.say("hello", in: id, as: $0) },
            ]
            for act in acts {
                #expect(await code { try await act(stranger) } == .notFound)
            }
            #expect(try await bench.groups.discover(topic: nil, limit: 50, as: stranger).isEmpty)
            #expect(try await bench.groups.group(id, as: member).role == .member)
            #expect(await code { _ = try await bench.groups.group(GroupID("none"), as: member) } == .notFound)
        }
    }

    @Test(arguments: TestEngine.all)
    func `the last owner hands over before it leaves`(engine: TestEngine) async throws {
        try await Bench.run(engine) { bench in
            let (id, owner, moderator, member) = try await bench.staffedGroup()
            #expect(await code { try await bench.groups.leave(id, as: owner) } == .conflict)
            let stepDown = { _ = try await bench.groups.setRole(.member, of: try owner.user, in: id, as: owner) }
            #expect(await code { try await stepDown() } == .conflict)
            _ = try await bench.groups.setRole(.owner, of: try moderator.user, in: id, as: owner)
            let depose = { _ = try await bench.groups.setRole(.member, of: try owner.user, in: id, as: moderator) }
            #expect(await code { try await depose() } == .forbidden)
            try await stepDown()
            try await bench.groups.leave(id, as: owner)
            try await bench.groups.leave(id, as: member)
            try await bench.groups.leave(id, as: moderator)
            let seen = try await bench.groups.group(id, as: owner)
            #expect(seen.isArchived && seen.memberCount == 0)
        }
    }

    @Test(arguments: TestEngine.all)
    func `two owners who step down at once leave one of them an owner`(engine: TestEngine) async throws {
        try await Bench.run(engine) { bench in
            let (id, owner, moderator, member) = try await bench.staffedGroup()
            _ = try await bench.groups.setRole(.owner, of: try moderator.user, in: id, as: owner)
            let neighbour = bench.neighbour()
            async let first = code { try await bench.groups.leave(id, as: owner) }
            async let second = code { try await neighbour.groups.leave(id, as: moderator) }
            let codes = await [first, second]
            #expect(codes.count { $0 == nil } == 1 && codes.count { $0 == .conflict } == 1)
            let members = try await bench.groups.members(of: [id], as: member)[id] ?? []
            #expect(members.count { $0.role == .owner } == 1)
        }
    }

    @Test(arguments: TestEngine.all)
    func `a request waits for a moderator, who is told`(engine: TestEngine) async throws {
        try await Bench.run(engine) { bench in
            let (id, owner, moderator, member) = try await bench.staffedGroup(.request)
            let (ann, ben) = (try await bench.person("Ann"), try await bench.person("Ben"))
            for caller in [ann, ben, ann] {
                let asked = try await bench.groups.join(id, as: caller)
                #expect(asked.role == nil && asked.hasRequested)
            }
            let notices = try await bench.notices.notices(limit: 9, onlyUnread: true, as: moderator)
            #expect(
                notices.map(\.text).sorted() == ["Ann asks to join Raft readers.", "Ben asks to join Raft readers."]
            )
            #expect(try await bench.notices.notices(limit: 9, onlyUnread: true, as: member).isEmpty)
            let requests = try await bench.groups.requests(of: [id], as: owner)[id] ?? []
            #expect(Set(requests.map(\.person.displayName)) == ["Ann", "Ben"])

            #expect(
                try await bench.groups.decide(id, requestOf: try ann.user, accept: true, as: moderator).memberCount == 4
            )
            _ = try await bench.groups.decide(id, requestOf: try ben.user, accept: false, as: moderator)
            #expect(try await bench.groups.group(id, as: ann).role == .member)
            let refused = try await bench.groups.group(id, as: ben)
            #expect(refused.role == nil && !refused.hasRequested)
            #expect(try await bench.notices.notices(limit: 9, onlyUnread: true, as: ann).map(\.kind) == [.accepted])
            #expect(try await bench.notices.notices(limit: 9, onlyUnread: true, as: ben).isEmpty)
            let again = { _ = try await bench.groups.decide(id, requestOf: try ann.user, accept: true, as: owner) }
            #expect(await code { try await again() } == .notFound)

            _ = try await bench.groups.join(id, as: ben)
            try await bench.groups.leave(id, as: ben)
            #expect(try await bench.groups.requests(of: [id], as: owner)[id]?.isEmpty == true)
        }
    }

    @Test(arguments: TestEngine.all)
    func `settings that somebody else changed are not overwritten`(engine: TestEngine) async throws {
        try await Bench.run(engine) { bench in
            let (id, owner, moderator, _) = try await bench.staffedGroup()
            let read = try await bench.groups.group(id, as: owner).version
            let renamed = GroupSettings(name: "Paxos readers")
            let changed = try await bench.groups.update(id, renamed, version: read, as: moderator)
            #expect(changed.version == read + 1)
            #expect(
                await code { _ = try await bench.groups.update(id, renamed, version: read, as: owner) } == .conflict
            )
            let small = GroupSettings(name: "x", memberLimit: 2)
            #expect(
                await code { _ = try await bench.groups.update(id, small, version: changed.version, as: owner) }
                    == .invalid
            )
            let bad = [
                GroupSettings(name: " "), GroupSettings(name: String(repeating: "n", count: 81)),
                GroupSettings(name: "a\nb"),
                GroupSettings(name: "x", description: String(repeating: "d", count: 2_001)),
                GroupSettings(name: "x", topics: (0..<11).map { "t\($0)" }), GroupSettings(name: "x", topics: [""]),
                GroupSettings(name: "x", memberLimit: 1), GroupSettings(name: "x", memberLimit: 251),
            ]
            for settings in bad {
                #expect(await code { _ = try await bench.groups.create(settings, as: owner) } == .invalid)
            }
        }
    }

    @Test(arguments: TestEngine.all)
    func `an archived group can be read and nothing else`(engine: TestEngine) async throws {
        try await Bench.run(engine) { bench in
            let (id, owner, moderator, member) = try await bench.staffedGroup()
            let stranger = try await bench.person("Sid")
            let said = try await bench.say("before", in: id, as: member, cid: "kept")
            let archived = try await bench.groups.archive(id, as: owner)
            #expect(archived.isArchived)
            #expect(try await bench.groups.archive(id, as: owner).head == archived.head)
            let acts: [@Sendable () async throws -> Void] = [
                { try await bench.say("after", in: id, as: member) },
                { _ = try await bench.chat.edit(said.id, to: "x", cid: "1", in: id, as: member) },
                { _ = try await bench.chat.delete(said.id, cid: "2", in: id, as: member) },
                { _ = try await bench.chat.react("👍", isOn: true, to: said.id, cid: "3", in: id, as: member) },
                { _ = try await bench.chat.follow(id, as: member) },
                { _ = try await bench.groups.join(id, as: stranger) },
                { _ = try await bench.groups.makeInvitation(to: id, life: .seconds(60), uses: 1, as: owner) },
                { _ = try await bench.groups.setRole(.owner, of: try member.user, in: id, as: owner) },
                { _ = try await bench.groups.remove(try member.user, from: id, as: moderator) },
                { _ = try await bench.groups.update(id, .init(name: "x"), version: archived.version, as: owner) },
            ]
            for (number, act) in acts.enumerated() {
                #expect(await code { try await act() } == .conflict, "act \(number)")
            }
            #expect(try await bench.say("before", in: id, as: member, cid: "kept") == said)
            #expect(try await bench.chat.history(of: id, before: nil, limit: 9, as: member).entries.count == 1)
            #expect(try await bench.chat.markRead(id, upTo: archived.head, as: member) == archived.head)
            #expect(try await bench.groups.membership(of: try member.user, in: id)?.isArchived == true)
            _ = try await bench.groups.restore(id, as: owner)
            try await bench.say("after", in: id, as: member)
        }
    }

    @Test(arguments: TestEngine.all)
    func `limits hold, also when many come at once`(engine: TestEngine) async throws {
        try await Bench.run(engine) { bench in
            let owner = try await bench.person("Olga")
            let group = try await bench.groups.create(GroupSettings(name: "Small", memberLimit: 5), as: owner)
            var people: [Caller] = []
            for number in 0..<10 { people.append(try await bench.person("P\(number)")) }
            let neighbour = bench.neighbour()
            let codes = await withTaskGroup(of: AtlasError.Code?.self) { tasks in
                for (number, person) in people.enumerated() {
                    let groups = number % 2 == 0 ? bench.groups : neighbour.groups
                    tasks.addTask { await code { _ = try await groups.join(group.id, as: person) } }
                }
                return await tasks.reduce(into: []) { $0.append($1) }
            }
            #expect(codes.count { $0 == nil } == 4 && codes.count { $0 == .conflict } == 6)
            let seen = try await bench.groups.group(group.id, as: owner)
            #expect(seen.memberCount == 5 && seen.head == 5)

            let made = await withTaskGroup(of: AtlasError.Code?.self) { tasks in
                for number in 0..<22 {
                    tasks.addTask {
                        await code { _ = try await bench.groups.create(GroupSettings(name: "G\(number)"), as: owner) }
                    }
                }
                return await tasks.reduce(into: []) { $0.append($1) }
            }
            #expect(made.count { $0 == nil } == GroupLimits.owned - 1 && made.count { $0 == .tooMany } == 3)
        }
    }

    @Test(arguments: TestEngine.all)
    func `several groups cost as many statements as one`(engine: TestEngine) async throws {
        try await Bench.run(engine) { bench in
            let owner = try await bench.person("Olga")
            var ids: [GroupID] = []
            for number in 0..<6 {
                let group = try await bench.groups.create(GroupSettings(name: "G\(number)"), as: owner)
                _ = try await bench.groups.join(group.id, as: try await bench.person("P\(number)"))
                ids.append(group.id)
            }
            let groups = ids
            let one = try await bench.database.statements { () async throws in
                #expect(try await bench.groups.members(of: [groups[0]], as: owner).count == 1)
            }
            let all = try await bench.database.statements { () async throws in
                #expect(try await bench.groups.members(of: groups, as: owner).count == 6)
            }
            #expect(one == all && all == 3)
            #expect(try await bench.database.statements { _ = try await bench.groups.groups(as: owner) } == 1)
        }
    }
}
