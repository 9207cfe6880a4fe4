import AtlasCore
import AtlasTestKit
import Foundation
import Testing

@Suite struct AuthoringTests {
    private let save = """
        mutation($s: String!, $v: Int!) { saveContent(kind: DIAGRAM, source: $s, version: $v) { id version warnings { message } } }
        """

    private func source(_ change: (String) -> String = { $0 }) throws -> String {
        let path = TestAtlas.repositoryRoot + "/catalogue/diagrams/e1-cache-aside.md"
        let text = try String(contentsOfFile: path, encoding: .utf8)
        return change(text.replacing("id: e1-cache-aside\n", with: "id: our-cache\n"))
    }

    @Test(arguments: TestEngine.all)
    func `an instructor saves, edits, conflicts, restores and removes`(engine: TestEngine) async throws {
        try await TestAtlas.run(engine) { atlas in
            let (_, token) = try await atlas.register("ida@example.org", role: .instructor)
            let first = try await atlas.ask(save, ["s": source(), "v": 0], token: token)
            #expect(first.codes.isEmpty, "\(first.text)")
            #expect(try first.int("saveContent", "version") == 1)
            let edited = try source { $0.replacing("\ntitle: '", with: "\ntitle: 'Edited ") }
            #expect(try await atlas.ask(save, ["s": edited, "v": 1], token: token).int("saveContent", "version") == 2)
            #expect(try await atlas.ask(save, ["s": edited, "v": 1], token: token).codes == ["CONFLICT"])
            #expect(
                try await atlas.ask("{ diagram(id: \"our-cache\") { title } }").string("diagram", "title").hasPrefix(
                    "Edited"
                )
            )
            let history = try await atlas.ask(
                "{ contentHistory(kind: DIAGRAM, id: \"our-cache\") { number title savedBy } }",
                token: token
            )
            #expect(try history.list("contentHistory").count == 2)
            let restored = try await atlas.ask(
                "mutation { restoreContent(kind: DIAGRAM, id: \"our-cache\", number: 1, version: 2) { version } }",
                token: token
            )
            #expect(try restored.int("restoreContent", "version") == 3)
            #expect(
                try await !atlas.ask("{ diagram(id: \"our-cache\") { title } }").string("diagram", "title").hasPrefix(
                    "Edited"
                )
            )
            let removed = try await atlas.ask(
                "mutation { removeContent(kind: DIAGRAM, id: \"our-cache\", version: 3) }",
                token: token
            )
            #expect(removed.codes.isEmpty)
            #expect(try await atlas.ask("{ diagram(id: \"our-cache\") { title } }").codes == ["NOT_FOUND"])
        }
    }

    @Test func `a learner and a visitor may neither write nor read sources`() async throws {
        try await TestAtlas.run { atlas in
            let (_, token) = try await atlas.register("ada@example.org")
            let text = try source()
            #expect(try await atlas.ask(save, ["s": text, "v": 0], token: token).codes == ["FORBIDDEN"])
            #expect(try await atlas.ask(save, ["s": text, "v": 0]).codes == ["UNAUTHENTICATED"])
            let query = "{ diagram(id: \"e1-cache-aside\") { id source } }"
            #expect(try await atlas.ask(query, token: token).codes == ["FORBIDDEN"])
        }
    }

    @Test func `bad sources are refused with line, column and remedy`() async throws {
        try await TestAtlas.run { atlas in
            let (_, token) = try await atlas.register("ida@example.org", role: .instructor)
            let cases: [(String, String)] = [
                ("no front matter", ""),
                (try source { $0.replacing("level: ", with: "lebel: ") }, "level"),
                (try source { $0.replacing("flowchart ", with: "flowchrt ") }, "flowchrt"),
                (try source { $0.replacing("category: E", with: "category: Z") }, "category"),
                ("---\n[unclosed\n---\n", ""),
                ("---\nid: &a [*a, *a]\n---\n", ""),
                (String(repeating: "a", count: 300_000), ""),
            ]
            for (text, named) in cases {
                let answer = try await atlas.ask(save, ["s": text, "v": 0], token: token)
                #expect(answer.codes == ["INVALID"], "\(text.prefix(60)): \(answer.text.prefix(300))")
                #expect(answer.messages.allSatisfy { named.isEmpty || $0.contains(named) }, "\(answer.messages)")
                let check = try await atlas.ask(
                    "query($s: String!) { checkSource(kind: DIAGRAM, source: $s) { findings { severity line column message remedy } } }",
                    ["s": text],
                    token: token
                )
                #expect(try check.list("checkSource", "findings").count >= 1)
                #expect(try check.int("checkSource", "findings", 0, "line") >= 1)
            }
        }
    }
}
