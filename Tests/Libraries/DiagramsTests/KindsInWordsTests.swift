import Testing

@testable import Diagrams

@Suite struct KindsInWordsTests {
    private func graph(_ source: String) throws -> Graph { try #require(Mermaid.parse(source).graph) }

    @Test func `a state diagram is told in words`() throws {
        let source = """
            stateDiagram-v2
            [*] --> Closed
            Closed --> Open : too many failures
            Open --> Trial
            state Trial {
              [*] --> probing
              probing --> [*]
            }
            Trial --> [*]
            note right of Open : fail fast
            """
        let graph = try graph(source)
        #expect(
            Words.short(graph)
                == "State diagram of 4 states and 6 transitions. It starts in Closed. It ends after Trial."
        )
        #expect(
            Words.outline(graph).map(\.text) == [
                "Start", "to Closed", "Closed", "to Open: too many failures", "Open", "to Trial", "End", "Trial:",
                "to End", "Start", "to probing", "probing", "to End", "End", "Note at Open: fail fast",
            ]
        )
        #expect(Words.long(graph).contains("to Open: too many failures."))
        #expect(Words.title(graph) == "State diagram")
    }

    @Test func `a class diagram is told in words`() throws {
        let source = """
            classDiagram
            class Store~Key~ {
              <<interface>>
              +get(Key key) Value*
              -int size$
            }
            Store <|.. Disk
            Client "1" --> "0..*" Store : reads
            """
        let graph = try graph(source)
        #expect(Words.short(graph) == "Class diagram of 3 classes and 2 relations: Store, Disk and Client.")
        let outline = Words.outline(graph).map(\.text)
        #expect(outline.contains("Store, interface, of Key, 1 attribute, 1 method"))
        #expect(outline.contains("public abstract get(Key key) gives Value"))
        #expect(outline.contains("private static int size"))
        #expect(outline.contains("Disk implements Store"))
        #expect(outline.contains("Client knows Store: reads (1 to 0..*)"))
    }

    @Test func `an entity-relationship diagram is told in words`() throws {
        let graph = try graph("erDiagram\nA ||--o{ B : places\nA {\nint id PK \"the number\"\n}")
        #expect(Words.short(graph) == "Entity-relationship diagram of 2 entities and 1 relation: A and B.")
        #expect(
            Words.outline(graph).map(\.text) == [
                "A, 1 attribute", "id, int, primary key: the number", "A places B: exactly one to zero or more", "B",
            ]
        )
    }

    @Test func `a timeline is told in words`() throws {
        let graph = try graph("timeline\nsection One\n2000 : a : b\nsection Two\n2001 : c")
        #expect(Words.short(graph) == "Timeline of 2 times and 3 events in 2 sections, from 2000 to 2001.")
        let outline = Words.outline(graph)
        #expect(outline.map(\.text) == ["One:", "2000", "a", "b", "Two:", "2001", "c"])
        #expect(outline.map(\.depth) == [0, 1, 2, 2, 0, 1, 2])
    }

    @Test func `every kind is drawn with identifiers, names and safe text`() throws {
        let sources = [
            "stateDiagram-v2\n[*] --> A : \"<script>\"\nstate B {\nc\n--\nd\n}\nnote right of A : <b>",
            "classDiagram\nclass A {\n+f(<script>) x\n}\nA \"<img>\" <|-- B\nnote \"<script>\"",
            "erDiagram\nA ||--o{ B : \"<script>\"\nA {\nint id PK \"<script>\"\n}",
            "timeline\n<script> : <img> : x",
        ]
        for source in sources {
            let graph = try graph(source)
            let options = SVGOptions(idPrefix: "d1-", interactive: true, embedStylesheet: true)
            let svg = SVG.render(graph, layout: LayoutEngine.layout(graph), options: options)
            #expect(!svg.contains("<script"))
            #expect(!svg.contains("<img"))
            for node in graph.nodes { #expect(svg.contains("data-node=\"\(node.id)\""), "\(node.id)") }
            for edge in graph.edges { #expect(svg.contains("data-edge=\"\(edge.id)\""), "\(edge.id)") }
            #expect(svg.contains("dg-\(graph.kind.rawValue)\""))
        }
    }
}
