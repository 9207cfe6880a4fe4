import AtlasAPI
import AtlasCore
import AtlasGraphQL
import AtlasTestKit
import GraphQL
import Testing

@testable import AtlasApp

@Suite struct ProgressTests {
    private let progress =
        "{ completedCount totalDiagrams completedDiagrams { diagramId } byCategory { category { id } completed total } next { id } }"

    @Test(arguments: TestEngine.all)
    func `completing a diagram changes progress once`(engine: TestEngine) async throws {
        try await TestAtlas.run(engine) { atlas in
            let (id, token) = try await atlas.register("ada@example.org")
            let before = try await atlas.ask("{ userProgress(userId: \"\(id)\") \(progress) }", token: token)
            #expect(try before.int("userProgress", "completedCount") == 0)
            #expect(try before.int("userProgress", "totalDiagrams") >= 24)
            let complete = "mutation { completeDiagram(diagramId: \"e1-cache-aside\") \(progress) }"
            for _ in 0..<2 {
                let answer = try await atlas.ask(complete, token: token)
                #expect(answer.codes.isEmpty, "\(answer.text)")
                #expect(try answer.int("completeDiagram", "completedCount") == 1)
            }
            let lists = try await atlas.ask("{ diagrams(filter: { category: \"E\" }) { id completed } }", token: token)
            let marks = try (0..<4).map { try lists.value("diagrams", $0, "completed") as? Bool }
            #expect(marks.count { $0 == true } == 1)
            let me = try await atlas.ask("{ currentUser { email progress { completedCount } } }", token: token)
            #expect(try me.int("currentUser", "progress", "completedCount") == 1)
        }
    }

    @Test func `a visitor, a stranger and a wrong id are refused`() async throws {
        try await TestAtlas.run { atlas in
            let (ada, adas) = try await atlas.register("ada@example.org")
            let (_, eves) = try await atlas.register("eve@example.org")
            let (_, admins) = try await atlas.register("root@example.org", role: .admin)
            let query = "{ userProgress(userId: \"\(ada)\") { completedCount } }"
            #expect(try await atlas.ask(query).codes == ["UNAUTHENTICATED"])
            #expect(try await atlas.ask(query, token: eves).codes == ["NOT_FOUND"])
            #expect(try await atlas.ask(query, token: adas).codes == [])
            #expect(try await atlas.ask(query, token: admins).codes == [])
            let complete = "mutation($d: ID!) { completeDiagram(diagramId: $d) { completedCount } }"
            #expect(try await atlas.ask(complete, ["d": "e1-cache-aside"]).codes == ["UNAUTHENTICATED"])
            #expect(try await atlas.ask(complete, ["d": "no-such"], token: adas).codes == ["NOT_FOUND"])
        }
    }

    @Test func `what a request completes is completed for what follows in the same request`() async throws {
        try await TestAtlas.run { atlas in
            let (_, token) = try await atlas.register("ada@example.org")
            // The operations of a batch share a context, as the results of a subscription do.
            let context = RequestContext(
                caller: Caller(account: try await atlas.atlas.auth.verify(token)),
                device: "test",
                requestID: "test",
                refreshCookie: nil
            )
            let read = "{ diagram(id: \"e1-cache-aside\") { completed } }"
            let complete = "mutation { completeDiagram(diagramId: \"e1-cache-aside\") { completedCount } }"
            var texts: [String] = []
            for query in [read, complete, read] {
                texts.append(await atlas.atlas.graphQL.execute(Request(query: query), context: context).text)
            }
            #expect(texts[0] == #"{"data":{"diagram":{"completed":false}}}"#)
            #expect(texts[2] == #"{"data":{"diagram":{"completed":true}}}"#)
        }
    }
}
