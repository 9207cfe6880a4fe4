import Testing

@testable import Diagrams

@Suite struct EntityParserTests {
    private func graph(_ source: String, _ location: SourceLocation = #_sourceLocation) throws -> Graph {
        let outcome = Mermaid.parse("erDiagram\n" + source)
        #expect(outcome.diagnostics.isEmpty, sourceLocation: location)
        return try #require(outcome.graph, sourceLocation: location)
    }

    @Test(arguments: [
        ("||--o{", "||--o{"), ("|o--o|", "|o--o|"), ("}o..|{", "}o..|{"), ("}|--||", "}|--||"),
        ("only one to zero or more", "||--o{"), ("one or zero optionally to one or many", "|o..|{"),
        ("1 to many", "||--o{"), ("many(1) to many(0)", "}|--o{"), ("1+ to 0+", "}|--o{"), ("one.-many", "||..o{"),
        ("zero or one-.one or more", "|o..|{"),
    ]) func `every relation is read, in signs and words`(written: String, sign: String) throws {
        let graph = try graph("A \(written) B : has")
        #expect(graph.edges.map { graph.sign(of: $0) } == [sign])
        #expect(graph.edges.map(\.label) == ["has"])
        #expect(graph.nodes.map(\.id) == ["A", "B"])
    }

    @Test func `entities have aliases, attributes, keys and comments`() throws {
        let source = """
            LINE-ITEM { }
            p[Person]:::store {
              string(99) first_name PK, FK "the #quot;name#quot;"
              List~int~ numbers UK
              int[] *parts
            }
            a["Customer Account"]
            "Two words" ||--o{ p : ""
            p ||..|| a : "has one"
            direction LR
            """
        let graph = try graph(source)
        #expect(graph.nodes.map(\.id) == ["LINE-ITEM", "p", "a", "Two words"])
        #expect(graph.nodes.map(\.label) == ["LINE-ITEM", "Person", "Customer Account", "Two words"])
        let members = graph.nodes[1].members
        #expect(members.map(\.name) == ["first_name", "numbers", "*parts"])
        #expect(members.map(\.type) == ["string(99)", "List<int>", "int[]"])
        #expect(members.map(\.keys) == [[.primary, .foreign], [.unique], []])
        #expect(members[0].comment == "the \"name\"")
        #expect(graph.edges.map(\.label) == [nil, "has one"])
        #expect(graph.nodes[1].kind == .store)
    }

    @Test(arguments: [
        ("A ||--o{ B", 2, 11, ": \"\""), ("A --> B : x", 2, 3, "both numbers"), ("A {\nstring", 3, 7, nil),
        ("A {\nstring x", 2, 3, nil), ("A ||--o{ B : two words", 2, 18, "quotes"), ("A ||- B : x", 2, 5, nil),
        ("A {\nstring \"x\"\n}", 3, 8, "type name"), ("\"A", 2, 1, nil), ("A[", 2, 3, nil),
        ("A {\n1x y\n}", 3, 1, "letter"),
    ]) func `an error says where it is and how to fix it`(source: String, line: Int, column: Int, hint: String?) throws
    {
        let outcome = Mermaid.parse("erDiagram\n" + source)
        #expect(outcome.graph == nil)
        let first = try #require(outcome.diagnostics.first)
        #expect(first.line == line, "\(first)")
        #expect(first.column == column, "\(first)")
        if let hint { #expect(first.hint?.contains(hint) == true, "\(first)") }
    }
}
