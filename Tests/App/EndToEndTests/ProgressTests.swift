import AtlasCore
import AtlasTestKit
import Testing

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
}
