import AtlasAPI
import AtlasCore
import AtlasTestKit
import GraphQL
import Synchronization
import Testing

@testable import AtlasApp
@testable import AtlasGraphQL

/// The tutor's fields, with a tutor that says what the test wrote down.
@Suite(.timeLimit(.minutes(5))) struct TutorTests {
    private static let all = """
        id clientId conversationId text html abstained hintLevel move status unsupported writer note tokens helpful createdAt
        milliseconds citations { number record title diagramId nodeId edgeId incidentId labId line quote }
        """
    private static let ask = """
        mutation($q: String!, $c: ContextInput!) { askQuestion(question: $q, context: $c) { \(all) } }
        """
    private static let stream = """
        subscription($q: String!, $c: ContextInput!, $id: ID!) {
          answerStream(question: $q, context: $c, clientId: $id) {
            kind text note answer { id text status citations { number } } citation { number nodeId } } }
        """
    private static let cited = Citation(
        number: 1,
        record: "diagram/e1-cache-aside/node/cache",
        title: "Cache-aside · Cache",
        diagram: DiagramID("e1-cache-aside"),
        node: "cache",
        quote: "Holds copies."
    )
    /// Says something, waits if the question says so, and says the rest.
    private static let tutor: @Sendable () -> ScriptedTutor = {
        ScriptedTutor { question in
            let pause: [ScriptedTutor.Step] = question.text.contains("slowly") ? [.pause] : []
            return [.text("A cache ")] + pause + [.text("holds copies [1]."), .citation(cited)]
        }
    }

    private func context(_ token: String?, _ atlas: TestAtlas) async throws -> RequestContext {
        let account: Caller.Account? = if let token { try await atlas.atlas.auth.verify(token) } else { nil }
        return RequestContext(caller: Caller(account: account), device: "test", requestID: "test", refreshCookie: nil)
    }

    private func subscription(_ question: String, _ client: String) throws -> GraphQL.Request {
        let variables = #"{"q":"\#(question)","c":{"diagramId":"e1-cache-aside"},"id":"\#(client)"}"#
        return Request(query: Self.stream, variables: try JSON.parse([UInt8](variables.utf8)))
    }

    @Test func `a question is answered with the places that say so, and the conversation is kept`() async throws {
        try await TestAtlas.run(tutor: Self.tutor()) { atlas in
            let (_, token) = try await atlas.register("ada@example.org")
            let context: [String: Any] = [
                "diagramId": "e1-cache-aside", "nodeIds": ["cache"], "intent": "EXPLAIN", "clientId": "q-1",
            ]
            let answer = try await atlas.ask(Self.ask, ["q": "What is it for?", "c": context], token: token)
            #expect(try answer.string("askQuestion", "text") == "A cache holds copies [1].")
            #expect(try answer.string("askQuestion", "status") == "COMPLETE")
            #expect(try answer.string("askQuestion", "clientId") == "q-1")
            #expect(try answer.string("askQuestion", "citations", 0, "nodeId") == "cache")
            #expect(try answer.string("askQuestion", "move") == "ANSWER")
            let again = try await atlas.ask(Self.ask, ["q": "Something else?", "c": context], token: token)
            let id = try answer.string("askQuestion", "id")
            #expect(try again.string("askQuestion", "id") == id, "the same clientId is the same question")
            let conversation = try answer.string("askQuestion", "conversationId")
            let kept = try await atlas.ask(
                """
                query($id: ID!) { conversation(conversationId: $id) {
                  id title diagramId subject questions turns { question intent answer { id html } } } }
                """,
                ["id": conversation],
                token: token
            )
            #expect(try kept.list("conversation", "turns").count == 1)
            #expect(try kept.string("conversation", "turns", 0, "intent") == "EXPLAIN")
            #expect(try kept.string("conversation", "turns", 0, "question") == "What is it for?")
            #expect(try kept.string("conversation", "subject").isEmpty == false)
            #expect(try kept.string("conversation", "diagramId") == "e1-cache-aside")
            let hint = try await atlas.ask(
                Self.ask,
                ["q": "One more hint", "c": ["conversationId": conversation, "intent": "HINT"]],
                token: token
            )
            #expect(try hint.string("askQuestion", "conversationId") == conversation)
            #expect(try hint.string("askQuestion", "move") == "HINT")
            #expect(try hint.int("askQuestion", "hintLevel") == 2)
            #expect(try hint.string("askQuestion", "clientId").isEmpty == false, "the server makes one")
        }
    }

    @Test func `an answer is told while it is written, and whoever lost the connection goes on with it`() async throws {
        let tutor = Self.tutor()
        try await TestAtlas.run(tutor: tutor) { atlas in
            let (ada, token) = try await atlas.register("ada@example.org")
            let user = UserID(ada)
            let context = try await context(token, atlas)
            let heard = Mutex<[String]>([])
            let slow = try subscription("Tell me slowly.", "q-1")
            let lost = await atlas.atlas.graphQL.subscribe(slow, context: context) {
                let text = $0.text
                heard.withLock { $0.append(text) }
                return !text.contains("TEXT")
            }
            #expect(lost == nil)
            let before = heard.withLock { $0 }
            #expect(before.count == 2 && before[0].contains(#""kind":"ANSWER","text":null"#))
            #expect(before[1].contains(#""kind":"TEXT","text":"A cache ""#))
            #expect(await tutor.readers(of: "q-1", of: user).contains(0), "the service knows that nobody reads")
            heard.withLock { $0 = [] }
            let back = await atlas.atlas.graphQL.subscribe(try subscription("Whatever.", "q-1"), context: context) {
                let text = $0.text
                let isFirst = heard.withLock { heard in
                    heard.append(text)
                    return heard.count == 1
                }
                if isFirst { tutor.proceed("q-1", of: user) }
                return true
            }
            #expect(back == nil)
            let after = heard.withLock { $0 }
            #expect(after.count == 4)
            #expect(after[0].contains(#""kind":"ANSWER""#))
            #expect(after[0].contains(#""text":"A cache ","status":"WRITING""#))
            #expect(after[1].contains(#""kind":"TEXT","text":"holds copies [1].""#))
            #expect(after[2].contains(#""citation":{"number":1,"nodeId":"cache"}"#))
            #expect(after[3].contains(#""kind":"FINISHED""#) && after[3].contains(#""status":"COMPLETE""#))
            let other = try await self.context(try await atlas.register("eve@example.org").token, atlas)
            heard.withLock { $0 = [] }
            _ = await atlas.atlas.graphQL.subscribe(try subscription("Mine.", "q-1"), context: other) {
                let text = $0.text
                heard.withLock { $0.append(text) }
                return true
            }
            let first = heard.withLock { $0.first }
            #expect(first?.contains("A cache") == false, "the same id of somebody else is another question")
        }
    }

    @Test func `an answer that takes longer than askQuestion waits comes as it is and can be had later`() async throws {
        let tutor = Self.tutor()
        try await TestAtlas.run(tutor: tutor) { atlas in
            let (ada, token) = try await atlas.register("ada@example.org")
            let caller = try await context(token, atlas).caller
            var resolvers = TutorResolvers(tutor: tutor, content: atlas.atlas.content, ids: RandomIDSource())
            resolvers.patience = .milliseconds(20)
            let question = NewQuestion(clientID: "q-1", text: "Tell me slowly.", context: TutorContext())
            let first = try await resolvers.whole(question, as: caller)
            #expect(first.status == .writing && first.text == "A cache ")
            tutor.proceed("q-1", of: UserID(ada))
            resolvers.patience = .seconds(60)
            let whole = try await resolvers.whole(question, as: caller)
            #expect(whole.status == .complete && whole.id == first.id)
            #expect(whole.text == "A cache holds copies [1].")
        }
    }

    @Test func `an answer can be stopped, rated and deleted by whoever asked`() async throws {
        let tutor = Self.tutor()
        try await TestAtlas.run(tutor: tutor) { atlas in
            let (_, token) = try await atlas.register("ada@example.org")
            let context = try await context(token, atlas)
            let ids = Mutex<(answer: String, refusal: Bool)>(("", false))
            let request = try subscription("Tell me slowly.", "q-1")
            let refusal = await atlas.atlas.graphQL.subscribe(request, context: context) { response in
                guard response.text.contains("TEXT") else {
                    let text = response.text
                    let id = text.split(separator: #""id":""#).dropFirst().first?.prefix { $0 != "\"" } ?? ""
                    if !id.isEmpty { ids.withLock { $0.answer = String(id) } }
                    return true
                }
                return false
            }
            #expect(refusal == nil)
            let id = ids.withLock { $0.answer }
            let stopped = try await atlas.ask(
                "mutation($id: ID!) { stopAnswer(answerId: $id) { status text conversationId } }",
                ["id": id],
                token: token
            )
            #expect(try stopped.string("stopAnswer", "status") == "STOPPED")
            #expect(try stopped.string("stopAnswer", "text") == "A cache ")
            let rate = """
                mutation($id: ID!, $c: String) { rateAnswer(answerId: $id, helpful: false, comment: $c) { helpful } }
                """
            let rated = try await atlas.ask(rate, ["id": id, "c": "Too short."], token: token)
            #expect(try rated.value("rateAnswer", "helpful") as? Bool == false)
            #expect(tutor.comment(on: AnswerID(id)) == "Too short.")
            let tooLong = String(repeating: "x", count: TutorLimits.comment + 1)
            #expect(try await atlas.ask(rate, ["id": id, "c": tooLong], token: token).codes == ["INVALID"])
            let delete = "mutation($id: ID!) { deleteConversation(conversationId: $id) }"
            let conversation = try stopped.string("stopAnswer", "conversationId")
            let deleted = try await atlas.ask(delete, ["id": conversation], token: token)
            #expect(try deleted.value("deleteConversation") as? Bool == true)
            let again = try await atlas.ask(delete, ["id": conversation], token: token)
            #expect(try again.value("deleteConversation") as? Bool == false)
            #expect(try await atlas.ask(rate, ["id": id], token: token).codes == ["NOT_FOUND"])
        }
    }

    @Test func `conversations come in pages, the newest first`() async throws {
        try await TestAtlas.run(tutor: Self.tutor()) { atlas in
            let (_, token) = try await atlas.register("ada@example.org")
            for (number, diagram) in ["e1-cache-aside", "", "e1-cache-aside"].enumerated() {
                let context: [String: Any] = diagram.isEmpty ? [:] : ["diagramId": diagram]
                let answer = try await atlas.ask(Self.ask, ["q": "Question \(number)", "c": context], token: token)
                #expect(answer.codes.isEmpty)
            }
            let page = """
                query($about: ID, $after: ID) { conversations(about: $about, first: 2, after: $after) {
                  cursor conversations { id title diagramId subject questions startedAt updatedAt } } }
                """
            let first = try await atlas.ask(page, token: token)
            #expect(try first.string("conversations", "conversations", 0, "title") == "Question 2")
            #expect(try first.list("conversations", "conversations").count == 2)
            let cursor = try first.string("conversations", "cursor")
            let second = try await atlas.ask(page, ["after": cursor], token: token)
            #expect(try second.string("conversations", "conversations", 0, "title") == "Question 0")
            #expect(second.text.contains(#""cursor":null"#))
            let about = try await atlas.ask(page, ["about": "e1-cache-aside"], token: token)
            #expect(try about.string("conversations", "conversations", 1, "title") == "Question 0")
            let (_, other) = try await atlas.register("eve@example.org")
            #expect(try await atlas.ask(page, token: other).list("conversations", "conversations").isEmpty)
        }
    }

    @Test func `what answers can be read, and sharing one's profile is one's own choice`() async throws {
        try await TestAtlas.run(tutor: Self.tutor()) { atlas in
            let (_, token) = try await atlas.register("ada@example.org")
            let (_, other) = try await atlas.register("eve@example.org")
            let state = "{ tutorState { writer embedder notes records tokensLeft resetsAt sharesProfile } }"
            let before = try await atlas.ask(state, token: token)
            #expect(try before.value("tutorState", "sharesProfile") as? Bool == false)
            #expect(try before.int("tutorState", "tokensLeft") == 100)
            let set = "mutation { setTutorSharing(shares: true) { sharesProfile } }"
            #expect(try await atlas.ask(set, token: token).codes.isEmpty)
            #expect(try await atlas.ask(state, token: token).value("tutorState", "sharesProfile") as? Bool == true)
            #expect(try await atlas.ask(state, token: other).value("tutorState", "sharesProfile") as? Bool == false)
        }
    }
}

/// The tutor's fields with the tutor itself, which answers from the catalogue.
@Suite(.timeLimit(.minutes(5))) struct TutorServiceTests {
    private static let ask = """
        mutation($q: String!, $c: ContextInput!) {
          askQuestion(question: $q, context: $c) { text move hintLevel citations { record nodeId } } }
        """
    private static let probe = "diagram.e1-cache-aside.probe.kill-db"
    private static let card = "diagram.e1-cache-aside.authored.hit-ratio-falls"
    private static let wrong = "Nobody; the API needs the database for each read."

    @Test func `why was I wrong is answered to whoever answered, on a page and in a review`() async throws {
        try await TestAtlas.run { atlas in
            let (_, token) = try await atlas.register("ada@example.org")
            func why(_ text: String, _ item: String?) async throws -> Answer {
                var context: [String: Any] = ["diagramId": "e1-cache-aside", "intent": "WHY_WRONG"]
                if let item { context["itemId"] = item }
                return try await atlas.ask(Self.ask, ["q": text, "c": context], token: token)
            }
            let question =
                "Why was I wrong? The question was: The database is gone and the cache is healthy. Who can still work?"
            let onPage = try await why("\(question) I said: \(Self.wrong)", Self.probe)
            #expect(try onPage.string("askQuestion", "move") == "ANSWER", "\(onPage.text)")
            #expect(try onPage.string("askQuestion", "text").hasPrefix("A hit never reaches the database."))
            let before = try await why("Why was I wrong?", Self.card)
            #expect(try before.string("askQuestion", "move") == "HINT", "\(before.text)")

            let items = try await atlas.ask(
                "{ items(contentId: \"e1-cache-aside\") { id choices { id } } }",
                token: token
            )
            let all = try items.list("items").compactMap { $0 as? [String: Any] }
            let item = try #require(all.first { $0["id"] as? String == Self.card })
            let choice = try #require((item["choices"] as? [[String: Any]])?.first?["id"] as? String)
            let graded = try await atlas.ask(
                "mutation($c: [ID!]!) { answerItem(id: \"a-1\", itemId: \"\(Self.card)\", choices: $c) { correct } }",
                ["c": [choice]],
                token: token
            )
            #expect(graded.codes.isEmpty, "\(graded.text)")
            let after = try await why("Why was I wrong?", Self.card)
            #expect(try after.string("askQuestion", "move") == "ANSWER", "\(after.text)")
            #expect(try after.int("askQuestion", "hintLevel") == 5)
        }
    }

    @Test func `no intent makes a graded question another`() async throws {
        try await TestAtlas.run { atlas in
            let (_, token) = try await atlas.register("ada@example.org")
            for intent in ["ASK", "EXPLAIN", "HINT", "WHY_WRONG"] {
                let context: [String: Any] = ["diagramId": "e1-cache-aside", "nodeIds": ["db"], "intent": intent]
                let text = "The database is gone and the cache is healthy. Who can still work?"
                let answer = try await atlas.ask(Self.ask, ["q": text, "c": context], token: token)
                let move = try answer.string("askQuestion", "move")
                #expect(["DIAGNOSE", "HINT"].contains(move), "\(intent): \(answer.text)")
            }
        }
    }
}

/// What the tutor's fields refuse.
@Suite(.timeLimit(.minutes(5))) struct TutorRefusalTests {
    private static let ask = """
        mutation($q: String!, $c: ContextInput!) { askQuestion(question: $q, context: $c) { id conversationId status } }
        """
    private static let stream = """
        subscription { answerStream(question: "Why?", context: {}, clientId: "q-1") { kind } }
        """

    private func refusal(_ query: String, _ token: String?, _ atlas: TestAtlas) async throws -> String {
        let account: Caller.Account? = if let token { try await atlas.atlas.auth.verify(token) } else { nil }
        let context = RequestContext(
            caller: Caller(account: account),
            device: "test",
            requestID: "test",
            refreshCookie: nil
        )
        let refusal = await atlas.atlas.graphQL.subscribe(Request(query: query), context: context) { _ in false }
        return refusal?.text ?? ""
    }

    @Test func `visitors are told to sign in, and what is somebody else's is not there`() async throws {
        try await TestAtlas.run(tutor: ScriptedTutor { _ in [.text("So it is.")] }) { atlas in
            let (_, token) = try await atlas.register("ada@example.org")
            let (_, other) = try await atlas.register("eve@example.org")
            let answer = try await atlas.ask(Self.ask, ["q": "Why?", "c": [String: String]()], token: token)
            let id = try answer.string("askQuestion", "id")
            let conversation = try answer.string("askQuestion", "conversationId")
            let own = [
                "{ conversation(conversationId: \"\(conversation)\") { id } }",
                "mutation { stopAnswer(answerId: \"\(id)\") { id } }",
                "mutation { rateAnswer(answerId: \"\(id)\", helpful: true) { id } }",
                "mutation { askQuestion(question: \"Why?\", context: { conversationId: \"\(conversation)\" }) { id } }",
            ]
            let others = [
                "{ conversations { cursor } }", "{ tutorState { writer } }",
                "mutation { deleteConversation(conversationId: \"\(conversation)\") }",
                "mutation { setTutorSharing(shares: true) { writer } }",
            ]
            for field in own + others { #expect(try await atlas.ask(field).codes == ["UNAUTHENTICATED"], "\(field)") }
            for field in own { #expect(try await atlas.ask(field, token: other).codes == ["NOT_FOUND"], "\(field)") }
            for field in own + others { #expect(try await atlas.ask(field, token: token).codes.isEmpty, "\(field)") }
            #expect(try await refusal(Self.stream, nil, atlas).contains("UNAUTHENTICATED"))
            #expect(try await refusal(Self.stream, token, atlas) == "")
        }
    }

    @Test func `a question that is wrong is refused with its field`() async throws {
        try await TestAtlas.run(tutor: ScriptedTutor { _ in [.text("So it is.")] }) { atlas in
            let (_, token) = try await atlas.register("ada@example.org")
            let tooLong = String(repeating: "x", count: TutorLimits.question + 1)
            let tooMany = Array(repeating: "node", count: TutorLimits.nodes + 1)
            let cases: [(question: String, context: [String: Any], code: String, field: String)] = [
                ("", [:], "INVALID", "question"), (tooLong, [:], "INVALID", "question"),
                ("Why?", ["clientId": "not an id"], "INVALID", "clientId"),
                ("Why?", ["nodeIds": tooMany], "INVALID", "context.nodeIds"),
                ("Why?", ["diagramId": "nowhere"], "NOT_FOUND", ""), ("Why?", ["labId": "nowhere"], "NOT_FOUND", ""),
                ("Why?", ["conversationId": "nowhere"], "NOT_FOUND", ""),
            ]
            for each in cases {
                let answer = try await atlas.ask(Self.ask, ["q": each.question, "c": each.context], token: token)
                #expect(answer.codes == [each.code], "\(each.context)")
                if !each.field.isEmpty { #expect(answer.text.contains(#""field":"\#(each.field)""#), "\(answer.text)") }
            }
            let wrong = try await atlas.ask(Self.ask, ["q": "Why?", "c": ["intent": "SHOUT"]], token: token)
            #expect(wrong.codes == ["INVALID"])
            let pages = try await atlas.ask("{ conversations(first: 51) { cursor } }", token: token)
            #expect(pages.codes == ["INVALID"])
            let badStream = Self.stream.replacing("q-1", with: "not an id")
            #expect(try await refusal(badStream, token, atlas).contains(#""code":"INVALID""#))
        }
    }

    @Test func `too many questions at once are refused with the time to wait`() async throws {
        let tutor = ScriptedTutor { _ in [.text("Well, "), .pause, .text("so it is.")] }
        try await TestAtlas.run(tutor: tutor) { atlas in
            let (_, token) = try await atlas.register("ada@example.org")
            for number in 0..<TutorLimits.atOnce {
                let query = Self.stream.replacing("q-1", with: "q-\(number)")
                #expect(try await refusal(query, token, atlas) == "")
            }
            let refused = try await refusal(Self.stream.replacing("q-1", with: "one-more"), token, atlas)
            #expect(refused.contains(#""code":"TOO_MANY""#) && refused.contains(#""retryAfterSeconds":5"#))
            let again = try await refusal(Self.stream.replacing("q-1", with: "q-0"), token, atlas)
            #expect(again == "", "a known question is no new one")
        }
    }
}
