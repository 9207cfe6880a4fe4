import AtlasAPI
import AtlasCore
import AtlasGraphQL
import AtlasTestKit
import Foundation
import GraphQL
import Testing

@testable import AtlasApp

@Suite(.timeLimit(.minutes(5))) struct StudyGroupTests {
    private let send = """
        mutation($input: MessageInput!) { sendMessage(input: $input) {
          id groupId seq kind content author { id displayName } cid createdAt editedAt deleted replyTo
          anchor { diagramId nodeId edgeId } reactions { emoji count mine } mentions emoji on
        } }
        """

    private func message(_ group: String, _ cid: String, _ content: String) -> [String: Any] {
        ["input": ["groupId": group, "cid": cid, "content": content]]
    }

    private func makeGroup(_ atlas: TestAtlas, _ token: String, _ visibility: String = "OPEN") async throws -> String {
        let answer = try await atlas.ask(
            "mutation($i: StudyGroupInput!) { createStudyGroup(input: $i) { id name role head members { user { displayName } role } } }",
            ["i": ["name": "Raft readers", "topics": ["I1"], "visibility": visibility]],
            token: token
        )
        #expect(answer.codes.isEmpty, "\(answer.text)")
        #expect(try answer.string("createStudyGroup", "members", 0, "user", "displayName") == "Test")
        return try answer.string("createStudyGroup", "id")
    }

    @Test(arguments: TestEngine.all)
    func `a group is made, found, joined and talked in`(engine: TestEngine) async throws {
        try await TestAtlas.run(engine) { atlas in
            let (_, adas) = try await atlas.register("ada@example.org")
            let (bob, bobs) = try await atlas.register("bob@example.org")
            let group = try await makeGroup(atlas, adas)
            let found = try await atlas.ask(
                "{ discoverStudyGroups(topic: \"I1\") { id memberCount role members { joinedAt } head } }",
                token: bobs
            )
            #expect(try found.string("discoverStudyGroups", 0, "id") == group)
            #expect(found.text.contains(#""role":null,"members":null,"head":0"#))
            let joined = try await atlas.ask("mutation { joinStudyGroup(groupId: \"\(group)\") { role } }", token: bobs)
            #expect(try joined.string("joinStudyGroup", "role") == "MEMBER")

            var first = message(group, "c-1", "@[Bob](user:\(bob)) why a quorum?")["input"] as? [String: Any] ?? [:]
            first["anchor"] = ["diagramId": "e1-cache-aside", "nodeId": "cache"]
            let sent = try await atlas.ask(send, ["input": first], token: adas)
            #expect(sent.codes.isEmpty, "\(sent.text)")
            #expect(try sent.int("sendMessage", "seq") == 3)
            #expect(try sent.list("sendMessage", "mentions").count == 1)
            #expect(try await atlas.ask(send, ["input": first], token: adas).text == sent.text)
            let id = try sent.string("sendMessage", "id")
            let reacted = try await atlas.ask(
                "mutation { reactToMessage(groupId: \"\(group)\", messageId: \"\(id)\", emoji: \"👍\", cid: \"r\") { seq on emoji } }",
                token: bobs
            )
            #expect(try reacted.int("reactToMessage", "seq") == 4)
            let edited = try await atlas.ask(
                "mutation { editMessage(groupId: \"\(group)\", messageId: \"\(id)\", content: \"Why a quorum\", cid: \"e\") { kind } }",
                token: adas
            )
            #expect(try edited.string("editMessage", "kind") == "EDIT")

            let thread = try await atlas.ask(
                "{ groupThread(groupId: \"\(group)\", diagramId: \"e1-cache-aside\", nodeId: \"cache\") { content reactions { count mine } } }",
                token: bobs
            )
            #expect(thread.text.contains(#"{"content":"Why a quorum","reactions":[{"count":1,"mine":true}]}"#))
            let log = try await atlas.ask(
                "{ groupMessages(groupId: \"\(group)\", after: 2) { head reset entries { seq kind content } } }",
                token: bobs
            )
            #expect(try log.int("groupMessages", "head") == 5)
            #expect(try log.list("groupMessages", "entries").count == 3)
            let hits = try await atlas.ask(
                "{ searchMessages(groupId: \"\(group)\", text: \"quor\") { id } }",
                token: bobs
            )
            #expect(try hits.string("searchMessages", 0, "id") == id)
            try await catchUp(atlas, group, of: bob, bobs, seenBy: adas)
            let gone = try await atlas.ask(
                "mutation { deleteMessage(groupId: \"\(group)\", messageId: \"\(id)\", cid: \"d\") { kind } }",
                token: adas
            )
            #expect(gone.codes.isEmpty)
            let now = try await atlas.ask(
                "{ groupMessages(groupId: \"\(group)\") { entries { deleted content reactions { count } } } }",
                token: bobs
            )
            #expect(now.text.contains(#"{"deleted":true,"content":"","reactions":[]}"#))
        }
    }

    /// Looks at what is unread and at notices, and reads everything.
    private func catchUp(
        _ atlas: TestAtlas,
        _ group: String,
        of bob: String,
        _ bobs: String,
        seenBy adas: String
    ) async throws {
        let mine = try await atlas.ask(
            "{ studyGroups { unread members { role } } notifications { kind text groupId } }",
            token: bobs
        )
        #expect(try mine.int("studyGroups", 0, "unread") == 1)
        #expect(try mine.string("notifications", 0, "kind") == "MENTION")
        let read = try await atlas.ask(
            "mutation { markGroupRead(groupId: \"\(group)\", seq: 5) markNotificationsRead }",
            token: bobs
        )
        #expect(try read.int("markGroupRead") == 5 && read.int("markNotificationsRead") == 0)
        let readers = try await atlas.ask("{ groupReaders(groupId: \"\(group)\") { userId seq } }", token: adas)
        #expect(readers.text.contains("\"userId\":\"\(bob)\",\"seq\":5"))
    }

    @Test(arguments: TestEngine.all)
    func `invitations, requests, roles and the archive work over GraphQL`(engine: TestEngine) async throws {
        try await TestAtlas.run(engine, catalogue: false) { atlas in
            let (_, adas) = try await atlas.register("ada@example.org")
            let (bob, bobs) = try await atlas.register("bob@example.org")
            let (eve, eves) = try await atlas.register("eve@example.org")
            let hidden = try await makeGroup(atlas, adas, "INVITATION")
            #expect(try await atlas.ask("{ studyGroup(id: \"\(hidden)\") { id } }", token: bobs).codes == ["NOT_FOUND"])
            let made = try await atlas.ask(
                "mutation { createInvitation(groupId: \"\(hidden)\", uses: 1) { id code uses maxUses expiresAt } }",
                token: adas
            )
            let code = try made.string("createInvitation", "code")
            let shown = try await atlas.ask("{ invitedGroup(code: \"\(code)\") { name role } }", token: bobs)
            #expect(try shown.string("invitedGroup", "name") == "Raft readers")
            let join = "mutation { joinByInvitation(code: \"\(code)\") { role invitations { code } } }"
            #expect(try await atlas.ask(join, token: bobs).text.contains(#""role":"MEMBER","invitations":null"#))
            #expect(try await atlas.ask(join, token: eves).codes == ["NOT_FOUND"])
            let promoted = try await atlas.ask(
                """
                mutation {
                  a: setGroupRole(groupId: "\(hidden)", userId: "\(bob)", role: MODERATOR) { members { role } }
                  b: setGroupRole(groupId: "\(hidden)", userId: "\(bob)", role: MEMBER) { members { role } }
                }
                """,
                token: adas
            )
            #expect(try promoted.string("a", "members", 1, "role") == "MODERATOR")
            #expect(try promoted.string("b", "members", 1, "role") == "MEMBER")

            let asked = try await makeGroup(atlas, adas, "REQUEST")
            let request = try await atlas.ask(
                "mutation { joinStudyGroup(groupId: \"\(asked)\") { role requested } }",
                token: eves
            )
            #expect(request.text.contains(#""role":null,"requested":true"#))
            let open = try await atlas.ask("{ studyGroup(id: \"\(asked)\") { requests { user { id } } } }", token: adas)
            #expect(try open.string("studyGroup", "requests", 0, "user", "id") == eve)
            let decided = try await atlas.ask(
                "mutation { decideJoinRequest(groupId: \"\(asked)\", userId: \"\(eve)\", accept: true) { memberCount requests { at } } }",
                token: adas
            )
            #expect(decided.text.contains(#""memberCount":2,"requests":[]"#))
            let update =
                "mutation($i: StudyGroupInput!, $v: Int!) { updateStudyGroup(groupId: \"\(asked)\", input: $i, version: $v) { version } }"
            let settings: [String: Any] = ["i": ["name": "Paxos"], "v": 1]
            #expect(try await atlas.ask(update, settings, token: eves).codes == ["FORBIDDEN"])
            #expect(try await atlas.ask(update, settings, token: adas).int("updateStudyGroup", "version") == 2)
            #expect(try await atlas.ask(update, settings, token: adas).codes == ["CONFLICT"])
            let archive = "mutation { archiveStudyGroup(groupId: \"\(asked)\") { archived } }"
            #expect(try await atlas.ask(archive, token: eves).codes == ["FORBIDDEN"])
            #expect(try await atlas.ask(archive, token: adas).codes == [])
            #expect(try await atlas.ask(send, message(asked, "c", "late"), token: eves).codes == ["CONFLICT"])
            let leave = "mutation { leaveStudyGroup(groupId: \"\(hidden)\") }"
            #expect(try await atlas.ask(leave, token: adas).codes == ["CONFLICT"])
            #expect(try await atlas.ask(leave, token: bobs).codes == [])
        }
    }

    @Test func `strangers, visitors and nonsense are refused`() async throws {
        try await TestAtlas.run(catalogue: false) { atlas in
            let (ada, adas) = try await atlas.register("ada@example.org")
            let (_, eves) = try await atlas.register("eve@example.org")
            let group = try await makeGroup(atlas, adas)
            let operations = [
                "{ groupMessages(groupId: \"\(group)\") { head } }", "{ groupReaders(groupId: \"\(group)\") { seq } }",
                "{ searchMessages(groupId: \"\(group)\", text: \"x\") { id } }",
                "{ groupThread(groupId: \"\(group)\", diagramId: \"x\") { id } }",
                "mutation { markGroupRead(groupId: \"\(group)\", seq: 1) }",
                "mutation { sendMessage(input: { groupId: \"\(group)\", cid: \"c\", content: \"x\" }) { id } }",
                "mutation { createInvitation(groupId: \"\(group)\") { id } }",
                "mutation { removeGroupMember(groupId: \"\(group)\", userId: \"\(ada)\") { id } }",
            ]
            for operation in operations {
                #expect(try await atlas.ask(operation).codes == ["UNAUTHENTICATED"], "\(operation)")
                #expect(try await atlas.ask(operation, token: eves).codes == ["FORBIDDEN"], "\(operation)")
            }
            let invalid = [
                "{ groupMessages(groupId: \"\(group)\", after: 1, before: 2) { head } }",
                "{ groupMessages(groupId: \"\(group)\", first: 0) { head } }",
                "{ discoverStudyGroups(first: 51) { id } }",
                "{ notifications(first: 101) { id } }", "mutation { createStudyGroup(input: { name: \" \" }) { id } }",
                "mutation { createInvitation(groupId: \"\(group)\", expiresInHours: 0) { id } }",
                "mutation { createInvitation(groupId: \"\(group)\", expiresInHours: 2000000000) { id } }",
                "mutation { sendMessage(input: { groupId: \"\(group)\", cid: \"a b\", content: \"x\" }) { id } }",
                "mutation { sendMessage(input: { groupId: \"\(group)\", cid: \"c\", content: \" \" }) { id } }",
            ]
            for operation in invalid {
                #expect(try await atlas.ask(operation, token: adas).codes == ["INVALID"], "\(operation)")
            }
        }
    }

    @Test func `learners who fit are matched by what they completed`() async throws {
        try await TestAtlas.run { atlas in
            let (ada, adas) = try await atlas.register("ada@example.org")
            let (bob, bobs) = try await atlas.register("bob@example.org")
            for (token, diagram) in [(adas, "e1-cache-aside"), (bobs, "a1-request-path")] {
                let done = try await atlas.ask(
                    "mutation { completeDiagram(diagramId: \"\(diagram)\") { userId } }",
                    token: token
                )
                #expect(done.codes.isEmpty, "\(done.text)")
                let saved = try await atlas.ask(
                    "mutation { savePeerProfile(input: { optedIn: true, hours: [42, 7], goals: [\"E\"] }) { hours } }",
                    token: token
                )
                #expect(saved.text.contains("[7,42]"))
            }
            let found = try await atlas.ask(
                "{ peerProfile { optedIn } peerSuggestions { user { id } score reasons sharedHours sharedGoals } }",
                token: adas
            )
            #expect(try found.string("peerSuggestions", 0, "user", "id") == bob)
            #expect(found.text.contains("You both want to learn Caching."), "\(found.text)")
            #expect(found.text.contains("They have completed what you have not: A1 ("), "\(found.text)")
            let proposed = try await atlas.ask(
                "mutation { proposePeer(userId: \"\(bob)\") { mine groupId } }",
                token: adas
            )
            #expect(proposed.text.contains(#""mine":true,"groupId":null"#))
            let open = try await atlas.ask("{ peerProposals { user { id } mine } notifications { kind } }", token: bobs)
            #expect(try open.string("peerProposals", 0, "user", "id") == ada)
            #expect(try open.string("notifications", 0, "kind") == "PROPOSAL")
            let agreed = try await atlas.ask(
                "mutation { answerPeer(userId: \"\(ada)\", accept: true) { memberLimit members { role } } }",
                token: bobs
            )
            #expect(try agreed.list("answerPeer", "members").count == 2)
        }
    }

    @Test func `a subscription hears each message in order, and ends with the membership`() async throws {
        try await TestAtlas.run(catalogue: false) { atlas in
            let (_, adas) = try await atlas.register("ada@example.org")
            let (bob, bobs) = try await atlas.register("bob@example.org")
            let (_, eves) = try await atlas.register("eve@example.org")
            let group = try await makeGroup(atlas, adas)
            _ = try await atlas.ask("mutation { joinStudyGroup(groupId: \"\(group)\") { id } }", token: bobs)
            let request = Request(query: "subscription { groupMessageReceived(groupId: \"\(group)\") { seq } }")
            for token in [nil, eves] {
                let refusal = await atlas.atlas.graphQL.subscribe(request, context: try await context(token, atlas)) {
                    _ in
                    true
                }
                #expect(refusal?.isRequestError == true)
            }
            let engines = atlas.atlas.engines
            let relay = OutboxRelay(
                database: engines.quietDatabase,
                queue: engines.queue,
                pubSub: engines.pubSub,
                bell: atlas.atlas.commitBell,
                queueBells: [],
                logger: atlas.atlas.logger
            )
            let member = try await context(bobs, atlas)
            let (heard, signal) = AsyncStream.makeStream(of: Int.self)
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                tasks.addTask { try await relay.run() }
                tasks.addTask {
                    let refusal = await atlas.atlas.graphQL.subscribe(request, context: member) { response in
                        let digits = response.text.filter(\.isNumber)
                        signal.yield(Int(digits) ?? -1)
                        return true
                    }
                    #expect(refusal == nil)
                    signal.finish()
                }
                // The subscription begins at some moment; messages go on until it has ended.
                tasks.addTask {
                    var sent = 0
                    while !Task.isCancelled {
                        sent += 1
                        _ = try await atlas.ask(send, message(group, "c\(sent)", "hello"), token: adas)
                    }
                }
                var seqs: [Int] = []
                for await seq in heard {
                    seqs.append(seq)
                    guard seqs.count == 3 else { continue }
                    let removed = try await atlas.ask(
                        "mutation { removeGroupMember(groupId: \"\(group)\", userId: \"\(bob)\") { id } }",
                        token: adas
                    )
                    #expect(removed.codes.isEmpty)
                }
                #expect(seqs.count >= 3 && zip(seqs, seqs.dropFirst()).allSatisfy { $1 == $0 + 1 }, "\(seqs)")
                tasks.cancelAll()
            }
        }
    }

    private func context(_ token: String?, _ atlas: TestAtlas) async throws -> RequestContext {
        let account: Caller.Account? = if let token { try await atlas.atlas.auth.verify(token) } else { nil }
        return RequestContext(caller: Caller(account: account), device: "test", requestID: "test", refreshCookie: nil)
    }
}
