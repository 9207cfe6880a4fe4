import AtlasAPI
import Diagrams

@testable import AtlasContent

/// Small diagrams of the kinds whose nodes are no parts, without any mistake.
extension Sample {
    static func states(_ id: String = "some-id") -> String {
        kind(
            id,
            header: "category: L\nlevel: 2\ntopics: [L3]\nview: structure",
            records: """
                nodes:
                  - {id: Closed, purpose: Lets calls through., ifLost: Nothing is ever called.}
                  - {id: Open, purpose: Refuses calls at once., ifLost: Callers wait for a dead service.}
                edges:
                  - {from: Closed, to: Open, carries: Too many failures.}
                  - {from: Open, to: Closed, carries: A pause without calls.}
                """,
            mermaid: """
                stateDiagram-v2
                  [*] --> Closed
                  Closed --> Open: fails often
                  Open --> Closed: waits
                """
        )
    }

    static func entities(_ id: String = "some-id") -> String {
        kind(
            id,
            header: "category: G\nlevel: 2\ntopics: [G3]\nview: model",
            records: """
                nodes:
                  - {id: CUSTOMER, kind: store, purpose: Who orders., ifLost: Orders belong to nobody.}
                  - {id: ORDER, purpose: What was ordered., ifLost: Nothing is sent.}
                edges:
                  - {from: CUSTOMER, to: ORDER, carries: The customer's number.}
                """,
            mermaid: """
                erDiagram
                  CUSTOMER ||--o{ ORDER : places
                """
        )
    }

    static func timeline(_ id: String = "some-id") -> String {
        kind(
            id,
            header: "category: F\nlevel: 2\ntopics: [F8]\nview: failure",
            records: """
                nodes:
                  - {id: t1, purpose: The first step., ifLost: There is no second.}
                  - {id: t2, purpose: The second step., ifLost: It stays half done.}
                """,
            mermaid: """
                timeline
                  Expand : a column is added
                  Contract : a column is dropped : space is free
                """
        )
    }

    private static func kind(_ id: String, header: String, records: String, mermaid: String) -> String {
        """
        ---
        id: \(id)
        title: A small diagram
        summary: A small diagram of a kind of its own.
        \(header)
        \(records)
        probes:
          - {id: what, question: What?, answer: That.}
          - {id: why, question: Why?, answer: Because.}
        sources:
          - {title: A pattern, url: 'https://example.org/x'}
        ---

        ```mermaid
        \(mermaid)
        ```

        ## What you see

        \(words(60))

        ## Why it is built so

        \(words(60))

        ## How it fails

        \(words(60))
        """
    }
}
