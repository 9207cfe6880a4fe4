import AtlasTestKit
import Testing

/// What a learner reads, asked as the web client asks it, on both databases.
@Suite struct CatalogueTests {
    @Test(arguments: TestEngine.all)
    func `a visitor reads a diagram with its explanations`(engine: TestEngine) async throws {
        try await TestAtlas.run(engine) { atlas in
            let answer = try await atlas.ask(
                """
                { diagram(id: "e1-cache-aside") {
                    id title summary category { id title diagramCount } level topics kind view mermaidSource svg
                    alternativeText longDescription outline { depth text target } bodyHTML completed
                    graph { nodes { id label kind purpose ifLost numbers { name value source } incoming outgoing }
                            edges { id from to label mode protocol required carries fallback } groups { id members } }
                    probes { id question kill answer fails degrades distractors { text why } }
                    sources { title url } related { id } next { id } incidents { id } labs { id } } }
                """
            )
            #expect(answer.codes.isEmpty, "\(answer.text)")
            #expect(try answer.string("diagram", "category", "id") == "E")
            #expect(try answer.string("diagram", "kind") == "flowchart")
            #expect(try answer.string("diagram", "svg").contains("<title"))
            let nodes = try answer.list("diagram", "graph", "nodes")
            #expect(nodes.count >= 3)
            for index in nodes.indices {
                let id = try answer.string("diagram", "graph", "nodes", index, "id")
                #expect(try !answer.string("diagram", "graph", "nodes", index, "purpose").isEmpty)
                #expect(try answer.string("diagram", "svg").contains("data-node=\"\(id)\""))
            }
            #expect(try answer.list("diagram", "related").count >= 1)
        }
    }

    @Test func `a visitor takes a part away and reads what breaks and why`() async throws {
        try await TestAtlas.run { atlas in
            let query = """
                query($k: [String!]!) { diagram(id: "e1-cache-aside") { singlePointsOfFailure
                    failing(kill: $k) { fails degrades nodes { id state reason chain isCause } } } }
                """
            let answer = try await atlas.ask(query, ["k": ["db"]])
            #expect(try answer.list("diagram", "failing", "fails") as? [String] == ["editor", "writer"])
            #expect(try answer.list("diagram", "failing", "degrades").contains { $0 as? String == "api" })
            #expect(try answer.list("diagram", "failing", "nodes").count == 6)
            #expect(try await atlas.ask(query, ["k": ["nothing"]]).codes == ["INVALID"])
            let tooMany = (0...30).map { "x\($0)" }
            #expect(try await atlas.ask(query, ["k": tooMany]).codes == ["INVALID"])
        }
    }

    @Test func `what does not exist is NOT_FOUND and names the argument`() async throws {
        try await TestAtlas.run { atlas in
            for kind in ["diagram", "lab", "incident"] {
                let answer = try await atlas.ask("{ \(kind)(id: \"'; DROP TABLE diagrams; --\") { id } }")
                #expect(answer.codes == ["NOT_FOUND"])
            }
            #expect(try await atlas.ask("{ diagrams { id } }").list("diagrams").count >= 24)
        }
    }

    @Test func `the catalogue filters by category, level, view and topic`() async throws {
        try await TestAtlas.run { atlas in
            let query = "query($f: DiagramFilter) { diagrams(filter: $f) { id level view category { id } topics } }"
            let caching = try await atlas.ask(query, ["f": ["category": "E"]])
            #expect(try caching.list("diagrams").count == 4)
            #expect(try await atlas.ask(query, ["f": ["view": "FAILURE"]]).list("diagrams").count >= 12)
            #expect(
                try await atlas.ask(query, ["f": ["topic": "H1", "view": "STRUCTURE"]]).list("diagrams").count == 1
            )
            #expect(try await atlas.ask(query, ["f": ["category": "' OR 1=1"]]).list("diagrams").isEmpty)
            #expect(try await atlas.ask(query, ["f": ["level": 9]]).codes == ["INVALID"])
        }
    }

    @Test(arguments: TestEngine.all)
    func `search finds prefixes, forgives a typing error and marks the hit`(engine: TestEngine) async throws {
        try await TestAtlas.run(engine) { atlas in
            let query = "query($q: String!) { search(query: $q, first: 10) { kind id title snippet } }"
            let prefix = try await atlas.ask(query, ["q": "stamp"])
            #expect(try prefix.string("search", 0, "id").hasPrefix("e5-stampede"))
            #expect(try prefix.string("search", 0, "snippet").contains("<mark>"))
            let typo = try await atlas.ask(query, ["q": "stampde"])
            #expect(try typo.list("search").count >= 1)
            for hostile in [
                "", "   ", "\"", "a\" OR \"b", "*", "NEAR(", "%_\\", "<script>", "'; --", "\u{0}", "(((((", "col:x",
            ] {
                let answer = try await atlas.ask(query, ["q": hostile])
                #expect(answer.codes.isEmpty, "\(hostile): \(answer.text)")
                #expect(!answer.text.contains("<script>"))
            }
            let tooLong = try await atlas.ask(query, ["q": String(repeating: "x", count: 201)])
            #expect(tooLong.codes == ["INVALID"])
        }
    }

    @Test func `an incident has a timeline whose every step knows all nodes`() async throws {
        try await TestAtlas.run { atlas in
            let answer = try await atlas.ask(
                """
                { incidents { id company date rootCause url svg graph { nodes { id } } related { id }
                    timeline { at text states { node state changed } } lessons } }
                """
            )
            #expect(try answer.list("incidents").count == 12)
            for index in 0..<12 {
                let nodes = try answer.list("incidents", index, "graph", "nodes").count
                let steps = try answer.list("incidents", index, "timeline")
                #expect(steps.count >= 5)
                for step in steps.indices {
                    #expect(try answer.list("incidents", index, "timeline", step, "states").count == nodes)
                }
            }
        }
    }
}
