import Testing

@testable import Diagrams

@Suite struct SequenceParserTests {
    private func graph(_ source: String) throws -> Graph {
        let outcome = Mermaid.parse(source)
        #expect(outcome.diagnostics.isEmpty)
        return try #require(outcome.graph)
    }

    @Test(arguments: MessageArrow.all.map(\.sign)) func `every arrow is read`(sign: String) throws {
        let wanted = try #require(MessageArrow.all.first { $0.sign == sign })
        for source in ["A\(sign)B: hi", "A \(sign) B : hi", "A \(sign)B:hi"] {
            let graph = try graph("sequenceDiagram\n\(source)")
            #expect(graph.edges.map(\.arrow) == [wanted.arrow])
            #expect(graph.edges.map(\.label) == ["hi"])
            #expect(graph.edges.map(\.id) == ["m1"])
            #expect(graph.nodes.map(\.id) == ["A", "B"])
        }
    }

    @Test func `participants keep their order, names with spaces and labels`() throws {
        let source = """
            sequenceDiagram
              participant B as The <br/> second
              actor web client as Web #59; client
              web client->>+B: hello; B-->>-web client: bye #35;1
              Note over B,C d: a; Note left of B: b
            """
        let graph = try graph(source)
        #expect(graph.nodes.map(\.id) == ["B", "web client", "C d"])
        #expect(graph.nodes.map(\.label) == ["The \n second", "Web ; client", "C d"])
        #expect(graph.nodes.map(\.shape) == [.participant, .actor, .participant])
        #expect(graph.edges.map(\.label) == ["hello", "bye #1"])
        #expect(graph.edges.map(\.step) == [1, 2])
        let note = SequenceNote(placement: .over, participant: "B", lastParticipant: "C d", text: "a")
        let side = SequenceNote(placement: .left, participant: "B", text: "b")
        #expect(
            graph.items == [
                .message("m1"), .activate("B"), .message("m2"), .deactivate("B"), .note(note), .note(side),
            ]
        )
    }

    @Test func `blocks are read with their sections`() throws {
        let source = """
            sequenceDiagram
            title: A title
            accDescr: What happens
            autonumber 10 5
            loop every second
              alt is it so
                A->>B: x
              else
                critical must
                option no
                end
              end
            end
            par one
            and two
            end
            opt maybe
            end
            break out
            end
            rect rgb(0, 255, 0)
            end
            links A: {"x": "y"}
            """
        let graph = try graph(source)
        #expect(graph.title == "A title")
        #expect(graph.accessibleDescription == "What happens")
        let starts = graph.items.compactMap { item -> SequenceBlock? in
            if case .blockStart(let block, _) = item { block } else { nil }
        }
        #expect(starts == [.loop, .alt, .critical, .par, .opt, .break, .rect])
        #expect(graph.items.contains(.blockSection(label: "two")))
        #expect(graph.items.first == .numbering(start: 10, step: 5, isVisible: true))
    }

    @Test(arguments: [
        ("A->>B", 2, 6), ("A=>B: x", 2, 3), ("loop x\nA->>B: y", 2, 1), ("end", 2, 1), ("else x", 2, 1),
        ("A->>-B: x", 2, 1), ("deactivate A", 2, 1), ("note A: x", 2, 1), ("create participant X\nA->>B: no", 3, 1),
        ("box x\nparticipant A", 2, 1), ("participant", 2, 12), ("destroy A", 2, 1), ("autonumber 1234567890", 2, 12),
        ("A->>: x", 2, 5), ("partcipant A", 2, 13), ("Note over A x", 2, 14),
    ]) func `an error says where it is`(body: String, line: Int, column: Int) throws {
        let outcome = Mermaid.parse("sequenceDiagram\n\(body)")
        #expect(outcome.graph == nil)
        let first = try #require(outcome.diagnostics.first)
        #expect(first.line == line, "\(first)")
        #expect(first.column == column, "\(first)")
    }

    @Test func `all errors are reported and limits hold`() {
        let some = Mermaid.parse("sequenceDiagram\nA->B\nA->>B: fine\nfoo\nend")
        #expect(some.diagnostics.map(\.line) == [2, 4, 5])
        let deep = Mermaid.parse("sequenceDiagram\n" + String(repeating: "loop x\n", count: 1_000))
        #expect(deep.graph == nil)
        let many = Mermaid.parse("sequenceDiagram\n" + String(repeating: "A->>B: x\n", count: Limits.maxEdges + 1))
        #expect(many.diagnostics.count == 1)
    }
}
