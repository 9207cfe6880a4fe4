import Testing

@testable import Diagrams

@Suite struct WordsTests {
    @Test func `a flowchart is told in words`() throws {
        let source = "flowchart\nU[User] -->|asks| S:::service\nsubgraph data [Data]\nS --> C[Store]:::cache\nend"
        let graph = try #require(Mermaid.parse(source).graph)
        let short = "Flowchart of 3 parts and 2 connections in 1 group. It leads from User to Store."
        #expect(Words.short(graph) == short)
        let outline = Words.outline(graph)
        #expect(outline.map(\.text) == ["User", "to S: asks", "Data:", "S, service", "to Store", "Store, cache"])
        #expect(outline.map(\.depth) == [0, 1, 0, 1, 2, 1])
        #expect(outline.map(\.target) == ["U", "U-S", nil, "S", "S-C", "C"])
        #expect(Words.long(graph).hasPrefix(short))
        #expect(Words.long(graph).contains("to S: asks."))
    }

    @Test func `a sequence diagram is told in words`() throws {
        let source = "sequenceDiagram\nA->>B: ask\nalt good\nB-->>A: yes\nelse bad\nB-xA: no\nend\nNote over A: done"
        let graph = try #require(Mermaid.parse(source).graph)
        #expect(Words.short(graph) == "Sequence of 3 messages between A and B.")
        #expect(
            Words.outline(graph).map(\.text) == [
                "Participants:", "A", "B", "Messages:", "1. A to B: ask", "If, good:", "2. B to A: yes", "Else bad:",
                "3. B to A: no", "Note at A: done",
            ]
        )
    }

    @Test func `the content hash follows the meaning, not the layout of the source`() throws {
        let one = try #require(Mermaid.parse("flowchart TB\nA-->B").graph)
        let same = try #require(Mermaid.parse("%% hello\ngraph TD;  A --> B;").graph)
        let other = try #require(Mermaid.parse("flowchart TB\nA-.->B").graph)
        #expect(Words.contentHash(one) == Words.contentHash(same))
        #expect(Words.contentHash(one) != Words.contentHash(other))
        let record = NodeRecord(id: "A", kind: .cache, purpose: "speed")
        #expect(Words.contentHash(one) != Words.contentHash(one.annotated(nodes: [record], edges: []).graph))
    }
}
