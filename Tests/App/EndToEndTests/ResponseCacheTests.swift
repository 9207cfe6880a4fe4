import AtlasAPI
import AtlasCore
import AtlasPorts
import AtlasTestKit
import Foundation
import GraphQL
import Synchronization
import Testing

@testable import AtlasApp
@testable import AtlasGraphQL

@Suite(.timeLimit(.minutes(5))) struct ResponseCacheTests {
    /// What a client is told of one request: whether it was kept, and what it cost.
    private struct Asked {
        let text: String
        let isKept: Bool
        let age: Int?
        let charged: [Int]
    }

    private func ask(
        _ query: String,
        _ variables: Value = [:],
        token: String? = nil,
        following: Bool = false,
        of atlas: TestAtlas
    ) async throws -> Asked {
        let account: Caller.Account? = if let token { try await atlas.atlas.auth.verify(token) } else { nil }
        let context = RequestContext(
            caller: Caller(account: account, address: "127.0.0.1"),
            device: "test",
            requestID: "test",
            refreshCookie: nil
        )
        let charges = Charges()
        let request = Request(query: query, variables: variables)
        let charge: @Sendable (Int) async -> Void = { cost in charges.all.withLock { $0.append(cost) } }
        var response = Response(refusing: GraphQLError("nothing was delivered"))
        if following {
            let refusal = await atlas.atlas.graphQL.subscribe(request, context: context, charge: charge) { delivered in
                response = delivered
                return true
            }
            response = refusal ?? response
        } else {
            response = await atlas.atlas.graphQL.execute(request, context: context, charge: charge)
        }
        return Asked(
            text: response.text,
            isKept: response.ageSeconds != nil,
            age: response.ageSeconds,
            charged: charges.all.withLock { $0 }
        )
    }

    private final class Charges: Sendable {
        let all = Mutex<[Int]>([])
    }

    private let list =
        "query L($c: String, $l: Int = 1) { diagrams(filter: { category: $c, level: $l }) { id title svg } }"

    @Test func `the same question is answered from the cache, older each time, until its age is over`() async throws {
        try await TestAtlas.run { atlas in
            let first = try await ask(list, ["c": "E"], of: atlas)
            #expect(!first.isKept)
            #expect(first.charged.reduce(0, +) > 1)
            atlas.clock.advance(by: .milliseconds(1_500))
            for variables: Value in [["c": "E"], ["c": "E", "l": 1], ["l": 1, "c": "E", "unknown": true]] {
                let again = try await ask(list, variables, of: atlas)
                #expect(again.isKept)
                #expect(again.age == 1)
                #expect(again.text == first.text)
                #expect(again.charged == [1])
            }
            for variables: Value in [["c": "D"], ["c": "E", "l": 2], ["c": .null], [:]] {
                #expect(try await !ask(list, variables, of: atlas).isKept)
            }
            #expect(try await !ask(list + " ", ["c": "E"], of: atlas).isKept)
            atlas.clock.advance(by: .seconds(60))
            #expect(try await !ask(list, ["c": "E"], of: atlas).isKept)
        }
    }

    @Test func `what is asked over a connection that stays open is kept as well`() async throws {
        try await TestAtlas.run { atlas in
            let first = try await ask(list, ["c": "E"], following: true, of: atlas)
            #expect(!first.isKept)
            let again = try await ask(list, ["c": "E"], following: true, of: atlas)
            #expect(again.isKept && again.text == first.text && again.charged == [1])
            #expect(try await ask(list, ["c": "E"], of: atlas).isKept)
            #expect(try await ask("{ nothing }", following: true, of: atlas).charged == [1])
        }
    }

    @Test func `roles do not see each other's answers, and an instructor's drafts stay his`() async throws {
        try await TestAtlas.run { atlas in
            let (_, ida) = try await atlas.register("ida@example.org", role: .instructor)
            let (_, ada) = try await atlas.register("ada@example.org")
            let draft = try source { $0.replacing("\nview: ", with: "\nstatus: draft\nview: ") }
            let save = "mutation($s: String!) { saveContent(kind: DIAGRAM, source: $s, version: 0) { version } }"
            #expect(try await ask(save, ["s": .string(draft)], token: ida, of: atlas).text.contains(#""version":1"#))
            let query = "{ diagrams(filter: { category: \"E\" }) { id svg } }"
            for _ in 0..<2 {
                #expect(try await ask(query, token: ida, of: atlas).text.contains("our-cache"))
                #expect(try await !ask(query, token: ada, of: atlas).text.contains("our-cache"))
                #expect(try await !ask(query, of: atlas).text.contains("our-cache"))
            }
            #expect(try await ask(query, token: ida, of: atlas).isKept)
            #expect(try await ask(query, token: ada, of: atlas).isKept)
            let sources = "{ diagrams(filter: { category: \"E\" }) { id svg source } }"
            for _ in 0..<2 {
                #expect(try await ask(sources, token: ida, of: atlas).text.contains("status: draft"))
                #expect(try await ask(sources, token: ada, of: atlas).text.contains("FORBIDDEN"))
            }
        }
    }

    @Test func `what is saved is seen at once in an answer that was kept`() async throws {
        try await TestAtlas.run { atlas in
            let (_, ida) = try await atlas.register("ida@example.org", role: .instructor)
            let save =
                "mutation($s: String!, $v: Int!) { saveContent(kind: DIAGRAM, source: $s, version: $v) { version } }"
            _ = try await ask(save, ["s": .string(try source()), "v": 0], token: ida, of: atlas)
            let query = "{ diagram(id: \"our-cache\") { title version svg } }"
            let before = try await ask(query, of: atlas)
            #expect(before.text.contains(#""version":1"#))
            #expect(try await ask(query, of: atlas).isKept)
            let edited = try source { $0.replacing("\ntitle: '", with: "\ntitle: 'Edited ") }
            _ = try await ask(save, ["s": .string(edited), "v": 1], token: ida, of: atlas)
            let after = try await ask(query, of: atlas)
            #expect(!after.isKept)
            #expect(after.text.contains(#""version":2"#) && after.text.contains("Edited "))
            #expect(try await ask(query, of: atlas).isKept)
        }
    }

    private let mine = "{ diagrams(filter: { category: \"E\" }) { id completed svg } }"

    @Test func `what an account completes is seen at once in its own answer that was kept`() async throws {
        try await TestAtlas.run { atlas in
            let (_, ada) = try await atlas.register("ada@example.org")
            let (_, eve) = try await atlas.register("eve@example.org")
            for token in [ada, eve] {
                let first = try await ask(mine, token: token, of: atlas)
                #expect(!first.isKept && !first.text.contains(#""completed":true"#))
                #expect(try await ask(mine, token: token, of: atlas).isKept)
            }
            let complete = "mutation { completeDiagram(diagramId: \"e1-cache-aside\") { completedCount } }"
            _ = try await ask(complete, token: ada, of: atlas)
            let after = try await ask(mine, token: ada, of: atlas)
            #expect(!after.isKept)
            #expect(after.text.contains(#""id":"e1-cache-aside","completed":true"#))
            let others = try await ask(mine, token: eve, of: atlas)
            #expect(others.isKept && !others.text.contains(#""completed":true"#))
        }
    }

    @Test func `a visitor's private answer is not kept`() async throws {
        try await TestAtlas.run { atlas async throws in
            for _ in 0..<2 { #expect(try await !ask(mine, of: atlas).isKept) }
        }
    }

    @Test func `what another process completed is seen when its event arrives`() async throws {
        try await TestAtlas.run { atlas in
            let (id, ada) = try await atlas.register("ada@example.org")
            _ = try await ask(mine, token: ada, of: atlas)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await atlas.atlas.responses.run() }
                #expect(try await ask(mine, token: ada, of: atlas).isKept)
                // Not through GraphQL, as if elsewhere; nothing tells this process but the channel.
                let caller = Caller(account: try await atlas.atlas.auth.verify(ada))
                _ = try await atlas.atlas.progress.complete(DiagramID("e1-cache-aside"), as: caller)
                try await atlas.atlas.engines.pubSub.publish(Array("{}".utf8), to: "progress:\(id)")
                var answer = try await ask(mine, token: ada, of: atlas)
                while answer.isKept {
                    await Task.yield()
                    answer = try await ask(mine, token: ada, of: atlas)
                }
                #expect(answer.text.contains(#""id":"e1-cache-aside","completed":true"#))
                group.cancelAll()
            }
        }
    }

    @Test func `more accounts than are listened to at once are served, and none is given what is old`() async throws {
        try await TestAtlas.run(catalogue: false) { atlas in
            let key = "{ diagrams { id completed svg } }"
            let prepared = try atlas.atlas.graphQL.engine.prepare(Request(query: key))
            func keyOf(_ number: Int) async -> String? {
                let account = Caller.Account(user: UserID("u\(number)"), role: .learner, session: SessionID("s"))
                return await atlas.atlas.responses.key(Request(query: key), prepared, for: Caller(account: account))
            }
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await atlas.atlas.responses.run() }
                let first = await keyOf(0)
                #expect(await keyOf(0) == first)
                for number in 1...1_000 { #expect(await keyOf(number) != nil) }
                // Dropped meanwhile, and so begun anew.
                var again = await keyOf(0)
                #expect(again != nil && again != first)
                // While the listener is behind, nobody new is listened to, and every key is another.
                while case let next = await keyOf(0), next != again {
                    again = next
                    await Task.yield()
                }
                #expect(again != first)
                group.cancelAll()
            }
        }
    }

    private func source(_ change: (String) -> String = { $0 }) throws -> String {
        let path = TestAtlas.repositoryRoot + "/catalogue/diagrams/e1-cache-aside.md"
        let text = try String(contentsOfFile: path, encoding: .utf8)
        return change(text.replacing("id: e1-cache-aside\n", with: "id: our-cache\n"))
    }
}
