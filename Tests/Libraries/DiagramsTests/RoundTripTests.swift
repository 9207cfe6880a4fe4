import Testing

@testable import Diagrams

@Suite struct RoundTripTests {
    @Test(arguments: 0..<300) func `a printed flowchart reads back as the same graph`(seed: Int) throws {
        let graph = RandomGraphs.flowchart(seed: seed)
        try check(graph)
    }

    @Test(arguments: 0..<300) func `a printed sequence diagram reads back as the same graph`(seed: Int) throws {
        let graph = RandomGraphs.sequence(seed: seed)
        try check(graph)
    }

    @Test(arguments: 0..<300) func `a printed state diagram reads back as the same graph`(seed: Int) throws {
        try check(RandomGraphs.state(seed: seed))
    }

    @Test(arguments: 0..<300) func `a printed class diagram reads back as the same graph`(seed: Int) throws {
        try check(RandomGraphs.classes(seed: seed))
    }

    @Test(arguments: 0..<300) func `a printed entity-relationship diagram reads back the same`(seed: Int) throws {
        try check(RandomGraphs.entities(seed: seed))
    }

    @Test(arguments: 0..<300) func `a printed timeline reads back as the same graph`(seed: Int) throws {
        try check(RandomGraphs.timeline(seed: seed))
    }

    private func check(_ graph: Graph) throws {
        let text = Mermaid.print(graph)
        let outcome = Mermaid.parse(text)
        #expect(outcome.diagnostics.isEmpty, "\(text)")
        let again = try #require(outcome.graph)
        #expect(again.withoutLines == graph, "\(text)")
        #expect(Mermaid.print(again) == text)
        #expect(Words.contentHash(again) == Words.contentHash(graph))
    }

    @Test func `everything in one flowchart survives printing`() throws {
        let source = """
            ---
            title: "All \\"of\\" it"
            config:
              theme: dark
            ---
            %%{init: {"theme": "dark"}}%%
            %% a comment
            flowchart RL
              accTitle: Short
              accDescr { A longer
                description }
              A-->B & C-- text -->D
              subgraph one [First "group"]
                direction LR
                A
                subgraph "Second one"
                  B:::cache
                end
              end
              one ==> D
              E@{ shape: docs, label: "Some #quot;docs#quot;" }
              class C,D store;
            """
        let cleaned = source.replacing("[First \"group\"]", with: "[First group]")
        let graph = try #require(Mermaid.parse(cleaned).graph)
        #expect(Mermaid.parse(source).graph == nil)
        let again = try #require(Mermaid.parse(Mermaid.print(graph)).graph)
        #expect(again.withoutLines == graph.withoutLines)
        #expect(graph.title == "All \"of\" it")
        #expect(graph.accessibleDescription == "A longer description")
        #expect(graph.groups.map(\.id) == ["one", "group-1"])
        #expect(graph.groups.map(\.members) == [["A"], ["B"]])
        #expect(graph.node("C")?.kind == .store)
        #expect(graph.node("E")?.label == "Some \"docs\"")
    }

    @Test func `boxes and created participants survive printing`() throws {
        let source = """
            sequenceDiagram
              participant A
              box rgb(1,2,3) Data tier
                participant B as The B
                participant C@{ "type": "database" }
              end
              A->>B: go
              create actor D as Dora
              B->>D: hello
              D->>E: and E comes later
              destroy D
              D-xB: bye
              autonumber off
            """
        let graph = try #require(Mermaid.parse(source).graph)
        let again = try #require(Mermaid.parse(Mermaid.print(graph)).graph)
        #expect(again.withoutLines == graph.withoutLines)
        #expect(graph.groups.map(\.label) == ["Data tier"])
        #expect(graph.nodes.map(\.id) == ["A", "B", "C", "D", "E"])
    }
}
