import AtlasAPI
import AtlasCore

@testable import AtlasContent

/// Small sources without any mistake, to be changed by a test in one place.
enum Sample {
    static func diagram(_ id: String = "e1-sample", title: String = "A cache beside a database") -> String {
        """
        ---
        id: \(id)
        title: '\(title)'
        summary: The service looks in the cache first and asks the database on a miss.
        category: E
        level: 1
        topics: [E1, E4]
        view: structure
        next: []
        prerequisites: []
        nodes:
          - id: api
            kind: service
            replicas: 3
            purpose: Answers readers.
            ifLost: Nobody reads.
          - id: cache
            kind: cache
            purpose: Keeps recent rows.
            ifLost: Every read reaches the database.
            numbers:
              - name: hit ratio
                value: 95 %
                source: illustrative
          - id: db
            kind: db-leader
            stateful: true
            purpose: Holds every row.
            ifLost: Misses fail.
        edges:
          - from: api
            to: cache
            mode: sync
            protocol: RESP
            required: false
            carries: A key.
            fallback: Ask the database.
          - from: api
            to: db
            mode: sync
            protocol: SQL
            required: true
            carries: One SELECT.

        """ + answers + body
    }

    private static let answers = """
        probes:
          - id: kill-db
            question: The database dies. What happens?
            kill: [db]
            answer: The service stops.
            fails: [api]
            degrades: []
            distractors:
              - text: Nothing.
                why: Misses have nowhere to go.
          - {id: who, question: Who fills the cache?, answer: The service.}
        sources:
          - title: A pattern
            url: https://example.org/cache-aside

        """

    private static let body = """
        ---

        ```mermaid
        flowchart LR
          api["Product API"]
          cache[("Cache")]
          db[("Database")]
          api -.->|looks up| cache
          api -->|loads| db
        ```

        ## What you see

        \(words(60))

        ## Why it is built so

        \(words(60))

        ## How it fails

        \(words(60))

        """

    static func failure(_ id: String = "e1-sample-failure") -> String {
        """
        ---
        id: \(id)
        title: The cache dies
        summary: What a reader sees when the cache is gone.
        category: E
        level: 2
        topics: [E1]
        view: failure
        prerequisites: []
        nodes:
          - {id: api, kind: service, purpose: Answers readers., ifLost: Nobody reads.}
          - {id: cache, kind: cache, purpose: Keeps recent rows., ifLost: Every read misses.}
        edges:
          - {step: 1, mode: sync, protocol: RESP, required: false, carries: A key., fallback: Ask the database.}
          - {step: 2, mode: async, protocol: RESP, required: false, carries: A row.}
        probes:
          - {id: why, question: Why?, answer: Because.}
          - {id: what, question: What?, answer: That.}
        sources:
          - {title: A pattern, url: 'https://example.org/x'}
        ---

        ```mermaid
        sequenceDiagram
          participant api as Product API
          participant cache as Cache
          api->>cache: looks up
          cache-->>api: returns
        ```

        ## What you see

        \(words(60))

        ## Why it is built so

        \(words(60))

        ## How it fails

        \(words(60))
        """
    }

    static func incident(_ id: String = "acme-2020") -> String {
        """
        ---
        id: \(id)
        title: 'Acme, 2020: a change everywhere at once'
        summary: A setting reached every site in seconds and stopped them all.
        category: O
        level: 2
        topics: [O5]
        company: Acme
        date: '2020-02-29'
        duration: 2 h
        publicTitle: What happened
        url: https://example.org/report
        rootCause: A setting was pushed without stages.
        patterns: [wide-push]
        nodes:
          - {id: pusher, kind: service, purpose: Sends settings., ifLost: Settings stay as they are.}
          - {id: site, kind: service, replicas: 4, purpose: Serves users., ifLost: Users see errors.}
        edges:
          - {from: pusher, to: site, mode: async, protocol: HTTPS, required: false, carries: Settings., fallback: Keep the old.}
        timeline:
          - at: '10:00'
            text: The setting is pushed.
            states: {site: slow}
          - at: '+5 min'
            text: The sites stop.
            states: {site: down}
          - at: '+2 h'
            text: The old setting is back.
            states: {site: ok}
        lessons:
          - Push in stages.
        related: []
        ---

        ```mermaid
        flowchart LR
          pusher["Pusher"] -.->|configures| site["Site"]
        ```

        ## What happened

        The setting reached every site.
        """
    }

    static func lab(_ id: String = "small-lab") -> String {
        """
        ---
        id: \(id)
        title: A small lab
        summary: Write a file and see it checked.
        category: K
        level: 1
        topics: [K4]
        number: 7
        tier: '0'
        minutes: 10
        objectives: [Write a file]
        files:
          - {path: work/answer.txt, purpose: Your answer.}
        checks:
          - {id: there, text: The file is there., hints: [Look around., Create it.]}
        related: []
        ---

        1. Write `answer.txt`.
        2. Run the check.
        """
    }

    static func source(_ kind: ContentKind, _ id: String) -> String {
        switch kind {
        case .diagram: diagram(id)
        case .lab: lab(id)
        case .incident: incident(id)
        }
    }

    static func words(_ count: Int) -> String {
        (1...count).map { $0 % 10 == 0 ? "word." : "word" }.joined(separator: " ")
    }
}

extension Caller {
    static let learner = Caller(account: Account(user: UserID("l"), role: .learner, session: SessionID("s")))
    static let instructor = Caller(account: Account(user: UserID("i"), role: .instructor, session: SessionID("s")))
    static let admin = Caller(account: Account(user: UserID("a"), role: .admin, session: SessionID("s")))
}
