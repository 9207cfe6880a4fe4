import Testing

@testable import Diagrams

@Suite struct FlowchartParserTests {
    private func graph(_ source: String, _ location: SourceLocation = #_sourceLocation) throws -> Graph {
        let outcome = Mermaid.parse(source)
        #expect(outcome.diagnostics.isEmpty, sourceLocation: location)
        return try #require(outcome.graph, sourceLocation: location)
    }

    @Test(arguments: [
        ("A[x]", NodeShape.rectangle), ("A(x)", .rounded), ("A([x])", .stadium), ("A[[x]]", .subroutine),
        ("A[(x)]", .cylinder), ("A((x))", .circle), ("A(((x)))", .doubleCircle), ("A>x]", .odd), ("A{x}", .diamond),
        ("A{{x}}", .hexagon), ("A[/x/]", .leanRight), ("A[\\x\\]", .leanLeft), ("A[/x\\]", .trapezoid),
        ("A[\\x/]", .invertedTrapezoid), ("A(-x-)", .ellipse), ("A@{ shape: cyl, label: x }", .cylinder),
        ("A@{ shape: \"docs\", label: 'x' }", .documents),
        ("A@{\n  shape: procs\n  label: \"x\"\n}", .stackedRectangle),
        ("A [ \"x\" ]", .rectangle),
    ]) func `every bracket and shape name is read`(source: String, shape: NodeShape) throws {
        let graph = try graph("flowchart\n  \(source)")
        #expect(graph.nodes.map(\.shape) == [shape])
        #expect(graph.nodes.map(\.label) == ["x"])
    }

    @Test(arguments: [
        ("-->", Arrow()), ("---", Arrow(head: .none)), ("--->", Arrow(length: 2)),
        ("-----", Arrow(head: .none, length: 3)),
        ("-.->", Arrow(line: .dotted)), ("-.-", Arrow(line: .dotted, head: .none)),
        ("-..->", Arrow(line: .dotted, length: 2)),
        ("==>", Arrow(line: .thick)), ("===", Arrow(line: .thick, head: .none)),
        ("~~~", Arrow(line: .invisible, head: .none)),
        ("--o", Arrow(head: .circle)), ("--x", Arrow(head: .cross)), ("o--o", Arrow(tail: .circle, head: .circle)),
        ("x--x", Arrow(tail: .cross, head: .cross)), ("<-->", Arrow(tail: .arrow)),
        ("<-.->", Arrow(line: .dotted, tail: .arrow)),
        ("<==>", Arrow(line: .thick, tail: .arrow)), ("e1@-->", Arrow()),
    ]) func `every arrow is read, with and without a label`(sign: String, arrow: Arrow) throws {
        let plain = try graph("flowchart\nA \(sign) B")
        #expect(plain.edges.map(\.arrow) == [arrow])
        #expect(plain.edges.map(\.label) == [nil])
        let labelled = try graph("flowchart\nA \(sign)|text| B")
        #expect(labelled.edges.map(\.arrow) == [arrow])
        #expect(labelled.edges.map(\.label) == ["text"])
    }

    @Test(arguments: [
        ("A -- some text --> B", Arrow()), ("A -- some text --- B", Arrow(head: .none)),
        ("A -. some text .-> B", Arrow(line: .dotted)), ("A == some text ==> B", Arrow(line: .thick)),
        ("A <-- some text --> B", Arrow(tail: .arrow)), ("A -- \"some text\" --> B", Arrow()),
        ("A--some text-->B", Arrow()),
    ]) func `a label may stand inside the arrow`(source: String, arrow: Arrow) throws {
        let graph = try graph("graph LR;\(source);")
        #expect(graph.edges.map(\.arrow) == [arrow])
        #expect(graph.edges.map(\.label) == ["some text"])
        #expect(graph.edges.map(\.id) == ["A-B"])
    }

    @Test func `chains and ampersands multiply, parallel edges get a number`() throws {
        let graph = try graph("flowchart TD\nA & B --> C & D --> E\nA --> C\nA-->\n C")
        let ids = ["A-C", "A-D", "B-C", "B-D", "C-E", "D-E", "A-C-2", "A-C-3"]
        #expect(graph.edges.map(\.id) == ids)
        #expect(graph.nodes.map(\.id) == ["A", "B", "C", "D", "E"])
        #expect(graph.neighbours(of: "C").incoming.map(\.id) == ["A-C", "B-C", "A-C-2", "A-C-3"])
        #expect(graph.neighbours(of: "C").outgoing.map(\.id) == ["C-E"])
    }

    @Test func `identifiers may hold dashes, dots and letters of any script`() throws {
        let graph = try graph("flowchart\nweb-api.v1 --> größe_1-->キュー")
        #expect(graph.nodes.map(\.id) == ["web-api.v1", "größe_1", "キュー"])
    }

    @Test func `labels decode entities, line breaks and Markdown`() throws {
        let source = """
            flowchart
            A["a #quot;b#quot; #35;1 <br/> two &amp; #9829;"]
            B["`**bold** and *italic*
            next`"]
            """
        let graph = try graph(source)
        #expect(graph.nodes[0].label == "a \"b\" #1 \n two & ♥")
        #expect(graph.nodes[1].label == "bold and italic\nnext")
    }

    @Test func `classes named like a kind set the kind, and styling is ignored`() throws {
        let source = """
            flowchart LR
            A:::cache --> B[(db)]:::db-leader --> C
            class C,D queue
            classDef cache fill:#f00,stroke:#333
            style A fill:#f9f; style B color:#fff
            linkStyle 0 stroke:#ff3
            click A "https://example.org; x" "tip"
            D[(drum)]
            """
        let graph = try graph(source)
        #expect(graph.nodes.map(\.id) == ["A", "B", "C", "D"])
        #expect(graph.nodes.map(\.kind) == [.cache, .dbLeader, .queue, .queue])
    }

    @Test func `groups nest, keep the first group of a node and get a name when they have none`() throws {
        let source = """
            flowchart TB
            subgraph outer [Outer one]
              subgraph A title
                direction LR
                x --> y
              end
              z --> x
            end
            subgraph plain
              z
            end
            outer --> plain
            """
        let graph = try graph(source)
        #expect(graph.groups.map(\.id) == ["outer", "group-1", "plain"])
        #expect(graph.groups.map(\.label) == ["Outer one", "A title", "plain"])
        #expect(graph.groups.map(\.members) == [["z"], ["x", "y"], []])
        #expect(graph.groups.map(\.parent) == [nil, "outer", nil])
        #expect(graph.groups[1].direction == .leftToRight)
        #expect(graph.nodes.map(\.id) == ["x", "y", "z"])
        #expect(graph.edges.map(\.id) == ["x-y", "z-x", "outer-plain"])
    }

    @Test(arguments: [
        ("flowchart TD\nA -> B", 2, 3, "two dashes"), ("flowchart TD\nA --> end", 2, 7, "“end” closes"),
        ("flowchart TD\nA[text", 2, 2, nil), ("flowchart TD\nA[a (b)]", 2, 5, "quotes"),
        ("flowchart TD\nA -->|x B", 2, 6, "-->|label|"), ("flowchart TD\nend", 2, 1, "“end” closes"),
        ("flowchart TD\nsubgraph x\nA", 2, 1, nil), ("flowchart TD\nA[\"x]", 2, 3, nil),
        ("flowchart XY\nA", 1, 11, nil), ("flowchart TD\nA -- x", 2, 3, "-- label -->"),
        ("flowchart TD\nA@{ shape: cylinde }", 2, 12, nil), ("flowchart TD\nä 1", 2, 3, "brackets"),
        ("flwchart TD\nA", 1, 1, "did you mean “flowchart”?"), ("gantt\nA", 1, 1, nil), ("", 1, 1, nil),
        ("---\ntitle: x\nflowchart", 1, 1, nil), ("flowchart\nsubgraph a\nb\nend\na --> b", 5, 1, nil),
        ("flowchart\nA -->", 2, 6, "leads to a node"),
    ]) func `an error says where it is and how to fix it`(source: String, line: Int, column: Int, hint: String?) throws
    {
        let outcome = Mermaid.parse(source)
        #expect(outcome.graph == nil)
        let first = try #require(outcome.diagnostics.first)
        #expect(first.line == line)
        #expect(first.column == column)
        #expect(first.severity == .error)
        if let hint { #expect(first.hint?.contains(hint) == true, "\(first)") }
        #expect(!first.expected.isEmpty || first.hint != nil || first.message.contains("“"), "\(first)")
    }

    @Test func `all errors of a source are reported, up to a limit`() {
        let some = Mermaid.parse("flowchart\nA -> B\nC --> D\nE[x\nF => G\n")
        #expect(some.diagnostics.map(\.line) == [2, 4, 5])
        let many = Mermaid.parse("flowchart\n" + String(repeating: "A -> B\n", count: 500))
        #expect(many.diagnostics.count == Limits.maxDiagnostics)
    }

    @Test func `limits are errors, not crashes`() {
        let nodes = (0...Limits.maxNodes).map { "n\($0)" }.joined(separator: "\n")
        #expect(Mermaid.parse("flowchart\n" + nodes).diagnostics.map(\.severity) == [.error])
        let edges = String(repeating: "A --> B\n", count: Limits.maxEdges + 1)
        #expect(Mermaid.parse("flowchart\n" + edges).diagnostics.count == 1)
        let nested = String(repeating: "subgraph\n", count: 1_000)
        #expect(Mermaid.parse("flowchart\n" + nested).graph == nil)
        let long = "flowchart\nA[\"" + String(repeating: "x", count: Limits.maxLabelBytes + 1) + "\"]"
        #expect(Mermaid.parse(long).diagnostics.count == 1)
        let huge = String(repeating: "x", count: Limits.maxSourceBytes + 1)
        #expect(Mermaid.parse(huge).diagnostics.count == 1)
        let id = "flowchart\n" + String(repeating: "x", count: Limits.maxIdentifierBytes + 1)
        #expect(Mermaid.parse(id).graph == nil)
    }
}
