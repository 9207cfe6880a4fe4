import Testing

@testable import Diagrams

@Suite struct ClassParserTests {
    private func graph(_ source: String, _ location: SourceLocation = #_sourceLocation) throws -> Graph {
        let outcome = Mermaid.parse("classDiagram\n" + source)
        #expect(outcome.diagnostics.isEmpty, sourceLocation: location)
        return try #require(outcome.graph, sourceLocation: location)
    }

    @Test(arguments: [
        ("<|--", Arrow.Line.solid, Arrow.Head.triangle, Arrow.Head.none), ("--|>", .solid, .none, .triangle),
        ("*--", .solid, .filledDiamond, .none), ("o--", .solid, .hollowDiamond, .none), ("-->", .solid, .none, .arrow),
        ("<--", .solid, .arrow, .none), ("--", .solid, .none, .none), ("..>", .dotted, .none, .arrow),
        ("..|>", .dotted, .none, .triangle), ("<|..", .dotted, .triangle, .none), ("..", .dotted, .none, .none),
        ("<|--|>", .solid, .triangle, .triangle), ("*--o", .solid, .filledDiamond, .hollowDiamond),
        ("--*", .solid, .none, .filledDiamond), ("--o", .solid, .none, .hollowDiamond),
        ("<-->", .solid, .arrow, .arrow),
        ("()--", .solid, .lollipop, .none), ("--()", .solid, .none, .lollipop),
    ]) func `every relation is read`(sign: String, line: Arrow.Line, tail: Arrow.Head, head: Arrow.Head) throws {
        for source in ["A \(sign) B", "A \"1\" \(sign) \"0..*\" B : has"] {
            let graph = try graph(source)
            #expect(graph.edges.map(\.arrow) == [Arrow(line: line, tail: tail, head: head)])
            #expect(graph.edges.map { graph.sign(of: $0) } == [sign])
            #expect(graph.edges[0].from == "A" && graph.edges[0].to == "B")
        }
        let full = try graph("A \"1\" \(sign) \"0..*\" B : has").edges[0]
        #expect(full.tailLabel == "1" && full.headLabel == "0..*" && full.label == "has")
    }

    @Test(arguments: [
        ("+int age", Member(visibility: .public, name: "int age")), ("name", Member(name: "name")),
        ("-id : IdCard", Member(visibility: .private, name: "id : IdCard")),
        ("String s$", Member(name: "String s", isStatic: true)),
        ("+f()", Member(kind: .method, visibility: .public, name: "f")),
        (
            "#f(int a, int b)* bool",
            Member(
                kind: .method,
                visibility: .protected,
                name: "f",
                parameters: "int a, int b",
                type: "bool",
                isAbstract: true
            )
        ),
        ("~f() List~int~$", Member(kind: .method, visibility: .package, name: "f", type: "List<int>", isStatic: true)),
        ("List~List~int~~ all", Member(name: "List<List<int>> all")),
        ("get(Map~K, V~ m) int", Member(kind: .method, name: "get", parameters: "Map<K, V> m", type: "int")),
    ]) func `every member is read, in a body and behind a colon`(text: String, member: Member) throws {
        #expect(try graph("class A {\n  \(text)\n}").nodes[0].members == [member])
        #expect(try graph("A : \(text)").nodes[0].members == [member])
    }

    @Test func `classes have labels, generics, annotations and odd names`() throws {
        let source = """
            class A["A label"]
            class Square~Shape~:::store {
              <<interface>>
            }
            class `odd name!`
            <<service>> A
            class C <<enumeration>>
            Square --> `odd name!`
            Square : +x
            web-api --> a.b.C
            """
        let graph = try graph(source)
        #expect(graph.nodes.map(\.id) == ["A", "Square", "odd name!", "C", "web-api", "a.b.C"])
        #expect(graph.nodes[0].label == "A label")
        #expect(graph.nodes[1].generic == "Shape")
        #expect(graph.nodes[1].kind == .store)
        #expect(graph.nodes.map(\.annotations).prefix(4) == [["service"], ["interface"], [], ["enumeration"]])
    }

    @Test func `namespaces hold classes, notes are about a class or all`() throws {
        let source = """
            namespace Base.Shapes {
              class Triangle
              class Rectangle { double width }
            }
            note "all"
            note for Triangle "line\\nbreak<br>more"
            direction RL
            Triangle <|-- Other
            link Triangle "https://example.org" "tip"
            click Other href "https://example.org"
            cssClass "Triangle,Other" cache
            """
        let graph = try graph(source)
        #expect(graph.groups.map(\.id) == ["Base.Shapes"])
        #expect(graph.groups[0].members == ["Triangle", "Rectangle"])
        #expect(graph.notes.map(\.target) == [nil, "Triangle"])
        #expect(graph.notes[1].text == "line\nbreak\nmore")
        #expect(graph.direction == .rightToLeft)
        #expect(graph.node("Other")?.kind == .cache)
    }

    @Test func `a lollipop's end is an interface unless it is declared`() throws {
        let graph = try graph("bar ()-- foo\nfoo --() baz\nclass baz")
        #expect(graph.nodes.map(\.id) == ["foo", "baz", "bar"])
        #expect(graph.nodes.map(\.role) == [.plain, .plain, .interface])
    }

    @Test(arguments: [
        ("A -> B", 2, 3, "two dashes"), ("class A {\n+x", 2, 9, nil), ("class", 2, 1, nil), ("}", 2, 1, nil),
        ("namespace N {", 2, 1, nil), ("A ~T --> B", 2, 3, nil), ("A~T --> B", 2, 3, nil), ("class A[x]", 2, 9, nil),
        ("note for A", 2, 11, nil), ("namespace N {\nA --> B\n}", 3, 1, "behind"), ("<<x> A", 2, 4, nil),
        ("A --> ", 2, 7, nil), ("A \"1 --> B", 2, 3, nil), ("class A {\nx {\n}", 3, 3, "#123;"),
    ]) func `an error says where it is and how to fix it`(source: String, line: Int, column: Int, hint: String?) throws
    {
        let outcome = Mermaid.parse("classDiagram\n" + source)
        guard source != "class" else { return }
        #expect(outcome.graph == nil)
        let first = try #require(outcome.diagnostics.first)
        #expect(first.line == line, "\(first)")
        #expect(first.column == column, "\(first)")
        if let hint { #expect(first.hint?.contains(hint) == true, "\(first)") }
    }
}
