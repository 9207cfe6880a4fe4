import Testing

@testable import Diagrams

@Suite struct StateParserTests {
    private func graph(_ source: String, _ location: SourceLocation = #_sourceLocation) throws -> Graph {
        let outcome = Mermaid.parse("stateDiagram-v2\n" + source)
        #expect(outcome.diagnostics.isEmpty, sourceLocation: location)
        return try #require(outcome.graph, sourceLocation: location)
    }

    @Test func `states, transitions, start and end are nodes and edges`() throws {
        let graph = try graph("[*] --> Still\nStill --> Moving : push\nMoving-->[*]")
        #expect(graph.kind.rawValue == "state")
        #expect(graph.nodes.map(\.id) == ["root_start", "Still", "Moving", "root_end"])
        #expect(graph.nodes.map(\.role) == [.start, .plain, .plain, .end])
        #expect(graph.edges.map(\.id) == ["root_start-Still", "Still-Moving", "Moving-root_end"])
        #expect(graph.edges.map(\.label) == [nil, "push", nil])
        #expect(graph.edges.map { graph.sign(of: $0) } == ["-->", "-->", "-->"])
    }

    @Test(arguments: [
        ("s", "s", []), ("s : text", "text", []), ("state \"text\" as s", "text", []), ("state s", "s", []),
        ("s: one\ns: two", "one", ["two"]), ("state \"one\" as s\ns : two", "one", ["two"]),
        ("state s : text", "text", []), ("s:::cache", "s", []),
    ]) func `a state is declared in several ways`(source: String, label: String, more: [String]) throws {
        let graph = try graph(source)
        #expect(graph.nodes.map(\.id) == ["s"])
        #expect(graph.nodes[0].label == label)
        #expect(graph.nodes[0].members.map(\.name) == more)
    }

    @Test func `fork, join and choice have roles`() throws {
        let graph = try graph("state a <<fork>>\nstate b [[join]]\nstate c <<choice>>\na --> b\nb --> c")
        #expect(graph.nodes.map(\.role) == [.fork, .join, .choice])
        #expect(graph.nodes.map(\.shape) == [.fork, .fork, .diamond])
    }

    @Test func `composite states nest, each with its own start and end`() throws {
        let source = """
            [*] --> First
            state "The first" as First {
              direction LR
              [*] --> one
              state Second { [*] --> two
              }
              one --> Second
              Second --> [*]
            }
            First --> [*]
            """
        let graph = try graph(source)
        #expect(graph.groups.map(\.id) == ["First", "Second"])
        #expect(graph.groups.map(\.label) == ["The first", "Second"])
        #expect(graph.groups.map(\.parent) == [nil, "First"])
        #expect(graph.groups[0].direction == .leftToRight)
        #expect(graph.groups.map(\.members) == [["First_start", "one", "First_end"], ["Second_start", "two"]])
        #expect(graph.nodes.map(\.id).prefix(2) == ["root_start", "root_end"])
        #expect(graph.edges.map(\.id).suffix(2) == ["root_start-First", "First-root_end"])
    }

    @Test func `regions are groups in the composite state`() throws {
        let graph = try graph("state A {\n[*] --> b\n--\n[*] --> c\nc --> d\n--\n}\nA --> A : again")
        #expect(graph.groups.map(\.id) == ["A", "A_region1", "A_region2"])
        #expect(graph.groups.map(\.isRegion) == [false, true, true])
        #expect(graph.groups[2].members == ["A_region2_start", "c", "d"])
        #expect(graph.edges.last?.from == "A")
    }

    @Test func `notes stand left, right, in lines, or free`() throws {
        let source = "note right of a : one\nnote left of b\n  two\n  lines\nend note\nnote \"three\" as N\na --> b"
        let graph = try graph(source)
        #expect(graph.notes.map(\.target) == ["a", "b", nil])
        #expect(graph.notes.map(\.placement) == [.right, .left, nil])
        #expect(graph.notes.map(\.text) == ["one", "two\nlines", "three"])
    }

    @Test func `styling, comments and settings are ignored`() throws {
        let source = """
            %% comment
            hide empty description
            scale 350 width
            classDef bad fill:#f00
            a --> b %% another
            # third
            class a, b cache
            style a fill:#fff
            accTitle: Title
            """
        let graph = try graph(source)
        #expect(graph.nodes.map(\.kind) == [.cache, .cache])
        #expect(graph.accessibleTitle == "Title")
    }

    @Test(arguments: [
        ("half-open --> b", 2, 5, "half_open"), ("a -> b", 2, 3, nil), ("state A {\na", 2, 7, nil), ("}", 2, 1, nil),
        ("--", 2, 1, nil), ("two words", 2, 5, "no spaces"), ("note above a : x", 2, 6, nil),
        ("note right of a\nx", 2, 1, nil), ("state \"x\" s", 2, 11, nil), ("state a <<frok>>", 2, 11, nil),
        ("state A {\nb --> A\n}", 3, 1, "within"), ("root_start --> a\n[*] --> a", 3, 1, "another name"),
        ("state A {\n}\nstate A {\n}", 4, 7, "one"), ("a --> ", 2, 7, nil), ("direction XY", 2, 11, nil),
    ]) func `an error says where it is and how to fix it`(source: String, line: Int, column: Int, hint: String?) throws
    {
        let outcome = Mermaid.parse("stateDiagram-v2\n" + source)
        #expect(outcome.graph == nil)
        let first = try #require(outcome.diagnostics.first)
        #expect(first.line == line, "\(first)")
        #expect(first.column == column, "\(first)")
        if let hint { #expect(first.hint?.contains(hint) == true, "\(first)") }
    }

    @Test func `limits are errors, not crashes`() {
        let nested = (0..<1_000).map { "state s\($0) {" }.joined(separator: "\n")
        let many = (0...Limits.maxNodes).map { "n\($0)" }.joined(separator: "\n")
        let lines = String(repeating: "a : b\n", count: Limits.maxMembers + 2)
        let regions = "state A {\n" + String(repeating: "--\n", count: 2_000) + "}"
        for source in [nested, many, lines, regions] {
            #expect(Mermaid.parse("stateDiagram-v2\n" + source).graph == nil)
        }
    }
}
