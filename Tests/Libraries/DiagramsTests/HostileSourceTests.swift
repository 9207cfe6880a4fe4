import Testing

@testable import Diagrams

@Suite struct HostileSourceTests {
    static let seeds = [
        """
        ---
        title: "x"
        ---
        %%{init: {}}%%
        flowchart LR
          A["a #quot;b"] -->|label| B{{"`md`"}} & C@{ shape: cyl, label: "d" }
          subgraph one [title]
            direction TB
            B -- text --> D:::cache
            subgraph two
              D <-.-> E[/"x"\\]
            end
          end
          E ==> one
          A --> A
          class A,B store
        """,
        """
        sequenceDiagram
          autonumber
          actor A as One
          box Aqua Group
          participant B
          end
          A->>+B: hello #35; there
          loop x
            alt y
              B--)A: z
            else
              Note over A,B: text; Note left of A: more
            end
          end
          create participant C
          B->>C: new
          destroy C
          C-xB: end
          B-->>-A: bye
        """,
        """
        stateDiagram-v2
          direction LR
          [*] --> A : go
          state "Long #quot;name#quot;" as B {
            direction TB
            [*] --> c
            c --> c2 : x
            --
            [*] --> d
            d --> [*]
            note right of d : text
          }
          state e <<choice>>
          A --> B
          A : line one
          A : line two
          B --> e
          e --> [*] : end #58; it
          note left of A
            more
            lines
          end note
          note "free" as N1
        """,
        """
        classDiagram
          namespace N {
            class A~List~int~~["Label"]:::cache {
              <<interface>>
              +int x$
              -f(List~int~ y) Map~K, V~*
              #prot
            }
            class `B b`
          }
          A "1" <|-- "0..*" C : is a
          C ()-- D
          D : ~pkg()
          <<service>> D
          note for A "line\nbreak"
          note "free"
          A ..> C
          A o--* C
        """,
        """
        erDiagram
          A ||--o{ B : "has some"
          B["Label b"]:::store {
            string(99) id PK, FK "the key"
            List~int~ numbers UK
            `odd type` name
          }
          A one to many "C c" : x
          "C c" }|..|{ A : ""
        """,
        """
        timeline
          title A title
          2000 : one : two
               : three
          section First
            14:30 : x#35;y
            2001
          section Empty
          section Last
            C# era : more<br>lines
        """,
    ]

    @Test(arguments: 0..<80) func `mutated sources never trap, and what is read is drawn and printed`(round: Int) {
        var random = SplitMix(seed: round)
        for _ in 0..<25 {
            var bytes = Array(HostileSourceTests.seeds[random.below(HostileSourceTests.seeds.count)].utf8)
            for _ in 0...random.below(6) { mutate(&bytes, &random) }
            let outcome = Mermaid.parse(String(decoding: bytes, as: UTF8.self))
            #expect((outcome.graph == nil) == outcome.diagnostics.contains { $0.severity == .error })
            for diagnostic in outcome.diagnostics {
                #expect(diagnostic.line >= 1 && diagnostic.column >= 1)
                #expect(!diagnostic.description.isEmpty)
            }
            guard let graph = outcome.graph else { continue }
            let layout = LayoutEngine.layout(graph)
            #expect(layout.size.width.isFinite && layout.size.height.isFinite)
            _ = SVG.render(graph, layout: layout, options: SVGOptions(interactive: true))
            _ = Words.long(graph)
            let again = Mermaid.parse(Mermaid.print(graph))
            #expect(again.graph?.withoutLines == graph.withoutLines, "\(String(decoding: bytes, as: UTF8.self))")
        }
    }

    private func mutate(_ bytes: inout [UInt8], _ random: inout SplitMix) {
        guard !bytes.isEmpty else { return }
        let place = random.below(bytes.count)
        let signs = Array("[](){}|\"'`-=.>~<ox&;:@#%\n \\/+,end".utf8)
        switch random.below(5) {
        case 0: bytes.remove(at: place)
        case 1: bytes.insert(signs[random.below(signs.count)], at: place)
        case 2: bytes[place] = UInt8(random.below(256))
        case 3: bytes.removeSubrange(place..<min(bytes.count, place + random.below(12)))
        default:
            let piece = bytes[place..<min(bytes.count, place + random.below(20))]
            bytes.insert(contentsOf: piece, at: random.below(bytes.count))
        }
    }

    @Test(arguments: [
        "A[\"", "A --> ", "A[", "subgraph x\n", "A@{", "A -- x ", "&", "%%{", "A-->|", "A[`", "\"", "#", "end\n", "A;",
        "((", "A & ", "-", "=", "~", "A:::", "accDescr {",
        "state a {\n", "--\n", "[*]", "}", "note right of a\n", "class a {\n", "a : +f(", "~", "a ||--o{ ", "`", "<<",
        "a : b\n", "section x\n", ": y ", "namespace x {\n", "a{b c\n", "a <|-- b\n", "state \"x\" as y\n",
    ]) func `much of one thing is answered quickly`(piece: String) {
        let count = 150_000 / piece.utf8.count
        let body = String(repeating: piece, count: count)
        let clock = ContinuousClock()
        let headers = [
            "flowchart TB\n", "sequenceDiagram\n", "stateDiagram-v2\n", "classDiagram\n", "erDiagram\n", "timeline\n",
        ]
        for header in headers {
            let time = clock.measure { _ = Mermaid.parse(header + body) }
            #expect(time < .seconds(10), "\(piece)")
        }
    }

    @Test func `a long chain and a dense graph are laid out`() throws {
        let chain = (0..<300).map { "n\($0) --> n\($0 + 1)" }.joined(separator: "\n")
        let graph = try #require(Mermaid.parse("flowchart\n\(chain)\nn300 --> n0\nn0 --> n299").graph)
        #expect(LayoutEngine.layout(graph).nodes.count == 301)
    }
}
