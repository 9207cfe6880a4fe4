import Testing

@testable import Diagrams

@Suite struct RecordsTests {
    @Test func `records find their nodes and edges`() throws {
        let graph = try #require(Mermaid.parse("flowchart\nA --> B\nA --> B\nA ~~~ C").graph)
        let nodes = ["A", "B", "C"].map { NodeRecord(id: $0, kind: .service, line: 1) }
        let edges = [
            EdgeRecord(from: "A", to: "B", carries: "one"), EdgeRecord(from: "A", to: "B", carries: "two"),
        ]
        let (annotated, diagnostics) = graph.annotated(nodes: nodes, edges: edges)
        #expect(diagnostics.isEmpty)
        #expect(annotated.edges.map { $0.record?.carries } == ["one", "two", nil])
        #expect(annotated.nodes.allSatisfy { $0.kind == .service && $0.record != nil })
    }

    @Test func `a record for nothing is an error at its line, a bare node a warning`() throws {
        let graph = try #require(Mermaid.parse("flowchart\ncache --> store\n").graph)
        let nodes = [
            NodeRecord(id: "cahce", kind: .cache, line: 12), NodeRecord(id: "store", kind: .store, line: 14),
            NodeRecord(id: "store", kind: .store, line: 16),
        ]
        let edges = [EdgeRecord(from: "store", to: "cache", line: 20)]
        let diagnostics = graph.annotated(nodes: nodes, edges: edges).diagnostics
        #expect(diagnostics.map(\.severity) == [.error, .error, .warning, .error, .warning])
        #expect(diagnostics.map(\.line) == [12, 16, 2, 20, 2])
        #expect(diagnostics[0].expected == ["cache"])
        #expect(diagnostics[2].message.contains("“cache”"))
        #expect(diagnostics[4].message.contains("“cache” to “store”"))
    }

    @Test func `messages take records by step, and one record serves all that follow`() throws {
        let source = "sequenceDiagram\nA->>B: one\nB-->>A: reply\nA->>B: two\nA->>B: three"
        let graph = try #require(Mermaid.parse(source).graph)
        let nodes = ["A", "B"].map { NodeRecord(id: $0, kind: .service) }
        let edges = [
            EdgeRecord(from: "A", to: "B", carries: "any"), EdgeRecord(from: "A", to: "B", step: 3, carries: "second"),
        ]
        let (annotated, diagnostics) = graph.annotated(nodes: nodes, edges: edges)
        #expect(diagnostics.isEmpty)
        #expect(annotated.edges.map { $0.record?.carries } == ["any", nil, "second", "any"])
        let wrong = graph.annotated(nodes: nodes, edges: [EdgeRecord(from: "A", to: "B", step: 2, line: 9)])
        #expect(wrong.diagnostics.first?.line == 9)
    }
}
