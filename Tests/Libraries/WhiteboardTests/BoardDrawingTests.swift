import Diagrams
import Testing

@testable import Whiteboard

@Suite struct BoardDrawingTests {
    @Test func `nodes and edges become Mermaid that reads as the same graph`() throws {
        var test = TestBoard()
        try test.push("[\(node("g", "Zone", at: "[0,100]")),\(node("a", "API \\\"1\\\"", kind: "gateway"))]")
        try test.push(#"[\#(node("b", "Cache", kind: "cache", at: "[10,120]", more: #","parent":"g""#))]"#)
        try test.push(#"[["put","e",{"type":"edge","from":"a","to":"b","z":"W","mode":"async","label":"get"}]]"#)
        try test.push(#"[["put","lost",{"type":"edge","from":"a","to":"gone","z":"W"}],\#(note("n", "left out"))]"#)
        let source = try test.board.mermaid().get()
        let graph = try #require(Mermaid.parse(source).graph, "\(source)")
        #expect(graph.nodes.map(\.label) == ["API \"1\"", "Cache"])
        #expect(graph.nodes.map(\.kind) == [.gateway, .cache])
        #expect(graph.groups.map(\.label) == ["Zone"] && graph.groups[0].members == [graph.nodes[1].id])
        #expect(graph.edges.count == 1 && graph.edges[0].label == "get" && graph.edges[0].arrow.line == .dotted)
        #expect(source.contains("%% at n1 0"))
    }

    @Test func `parents in a ring do not hang`() throws {
        var test = TestBoard()
        try test.push(#"[\#(node("a", "A", more: #","parent":"b""#)),\#(node("b", "B", more: #","parent":"a""#))]"#)
        try test.push(#"[\#(node("c", "C", more: #","parent":"c""#))]"#)
        let source = try test.board.mermaid().get()
        #expect(Mermaid.parse(source).graph != nil, "\(source)")
    }

    @Test func `a diagram is put below what is there, laid out, and comes out the same`() throws {
        var test = TestBoard()
        try test.push("[\(note("n", "above", at: "[0,300]"))]")
        let text = """
            flowchart LR
              a["Client"]:::client --> b["API"]:::service
              subgraph s ["Zone"]
                b
                c[("Store")]:::store
              end
              b -.->|"writes"| c
            """
        let graph = try #require(Mermaid.parse(text).graph)
        var count = 0
        let operations = try test.board.placing(graph) {
            count += 1
            return "i\(count)"
        }
        .get()
        var draft = BoardDraft(on: test.board)
        let push = BoardPush(client: "import", number: 1, contents: .success(operations))
        #expect(draft.add(push, by: "ann", on: test.board).refusal == nil)
        for event in draft.events {
            let isNext = test.board.apply(event)
            #expect(isNext)
        }
        #expect(try Board(snapshot: test.board.snapshot) == test.board)
        let nodes = test.board.records.values.filter { $0.shape == .node }
        #expect(nodes.count == 4 && nodes.allSatisfy { ($0.pair(.pos)?.y ?? 0) >= 440 })
        let again = try #require(Mermaid.parse(try test.board.mermaid().get()).graph)
        #expect(Set(again.nodes.map(\.label)) == ["Client", "API", "Store"])
        #expect(Set(again.edges.map { $0.label ?? "" }) == ["", "writes"])
        #expect(again.groups.map(\.label) == ["Zone"])
    }

    @Test func `a sequence diagram is refused`() throws {
        let graph = try #require(Mermaid.parse("sequenceDiagram\n  a->>b: hello").graph)
        #expect(throws: BoardRefusal.self) { try TestBoard().board.placing(graph) { "x" }.get() }
    }

    @Test func `the picture shows every shape and holds nothing that runs or loads`() throws {
        var test = TestBoard()
        let words = #"<script>alert(1)</script> & \"x\" \u0001"#
        try test.push("[\(node("a", words)),\(note("n", words)),\(node("b", "B", at: "[300,80]"))]")
        try test.push(#"[["put","s",{"type":"freehand","pos":[9,9],"z":"V","pts":"CBBkCBBk","colour":"red"}]]"#)
        try test.push(#"[["put","t",{"type":"text","text":"\#(words)","pos":[0,0],"z":"V","angle":10}]]"#)
        try test.push(
            #"[["put","i",{"type":"image","ref":"/x.png","alt":"\#(words)","pos":[0,0],"size":[9,9],"z":"V"}]]"#
        )
        try test.push(#"[["put","e",{"type":"edge","from":"a","to":"b","z":"V","label":"calls"}]]"#)
        let svg = test.board.svg(title: "<Board>")
        #expect(svg.hasPrefix("<svg ") && svg.hasSuffix("</svg>\n"))
        for part in ["<script", "href", "\u{1}", "/x.png", "onload", "foreignObject"] { #expect(!svg.contains(part)) }
        for part in [
            "class=\"node\"", "class=\"note\"", "class=\"stroke\"", "class=\"image\"", "class=\"edge\"", "calls",
        ] {
            #expect(svg.contains(part), "\(part)")
        }
        #expect(TestBoard().board.svg(title: "").contains("viewBox=\"0 0 320 200\""))
    }

    @Test func `places above are in order, valid and stay short`() {
        var place: String?
        for _ in 0..<500 {
            let places = FractionalIndex.above(place, count: 3)
            for next in places {
                #expect(FractionalIndex.isValid(next))
                if let place { #expect(place.utf8.lexicographicallyPrecedes(next.utf8)) }
                place = next
            }
        }
        #expect((place?.utf8.count ?? 0) < 20)
        #expect(FractionalIndex.above(String(repeating: "z", count: 64), count: 1).allSatisfy(FractionalIndex.isValid))
    }
}
