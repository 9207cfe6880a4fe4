import AtlasAPI
import AtlasCore
import Diagrams
import Testing

@testable import AtlasContent

@Suite struct ReaderTests {
    @Test(arguments: ContentKind.allCases) func `a correct file has no findings`(kind: ContentKind) {
        let reading = CatalogueReader.read(kind, source: Sample.source(kind, "some-id"))
        #expect(reading.findings == [])
        #expect(reading.item?.item.key == ItemKey(kind: kind, id: "some-id"))
    }

    @Test func `a diagram carries its records, picture and words`() throws {
        let source = Sample.diagram()
        guard case .diagram(let diagram) = CatalogueReader.read(.diagram, source: source).item?.item else {
            Issue.record("no diagram")
            return
        }
        #expect(diagram.header.topics == ["E1", "E4"])
        #expect(diagram.header.source == source)
        let cache = try #require(diagram.picture.graph.node("cache")?.record)
        #expect(cache.purpose == "Keeps recent rows.")
        #expect(cache.numbers == [.init(name: "hit ratio", value: "95 %", source: "illustrative")])
        #expect(diagram.picture.graph.edges.map { $0.record?.required } == [false, true])
        #expect(diagram.picture.svg.contains("data-node=\"cache\""))
        #expect(diagram.picture.alternativeText.contains("3 parts"))
        #expect(diagram.bodyHTML.hasPrefix("<h2>What you see</h2>"))
        #expect(diagram.probes.first?.fails == ["api"])
    }

    @Test func `both kinds of line end and a byte order mark are read`() {
        let source =
            "\u{FEFF}"
            + Sample.diagram().split(separator: "\n", omittingEmptySubsequences: false)
            .joined(separator: "\r\n")
        #expect(CatalogueReader.read(.diagram, source: source).findings == [])
    }

    @Test func `a step shows the state of every node, and what it changed`() throws {
        guard case .incident(let incident) = CatalogueReader.read(.incident, source: Sample.incident()).item?.item
        else {
            Issue.record("no incident")
            return
        }
        #expect(
            incident.timeline[0].states == [
                NodeState(node: "pusher", state: .ok, changed: false),
                NodeState(node: "site", state: .slow, changed: true),
            ]
        )
        #expect(incident.timeline[2].states[1] == NodeState(node: "site", state: .ok, changed: true))
    }

    @Test func `records of parallel edges meet theirs by number`() throws {
        var source = Sample.diagram()
        source.replace("  api -->|loads| db", with: "  api -->|loads| db\n  api -.->|fills| cache")
        source.replace(
            "edges:\n",
            with: """
                edges:
                  - from: api
                    to: cache
                    number: 2
                    mode: async
                    protocol: RESP
                    required: false
                    carries: A row.

                """
        )
        let reading = CatalogueReader.read(.diagram, source: source)
        #expect(reading.findings == [])
        #expect(reading.graph?.edges.map { $0.record?.carries } == ["A key.", "One SELECT.", "A row."])
    }

    @Test func `a draft is read as one`() {
        let source = Sample.lab().replacing("level: 1", with: "level: 1\nstatus: draft")
        #expect(CatalogueReader.read(.lab, source: source).item?.item.header.isPublished == false)
    }

    @Test func `a file name that is not the id is a finding`() {
        let reading = CatalogueReader.read(.lab, source: Sample.lab(), path: "labs/other/lab.md")
        #expect(reading.findings.map(\.line) == [2])
        #expect(CatalogueReader.read(.lab, source: Sample.lab(), path: "labs/small-lab/lab.md").findings == [])
    }

    @Test func `every finding says what to do`() {
        for malformed in malformedSources {
            for finding in CatalogueReader.read(malformed.kind, source: malformed.source).findings {
                #expect(finding.remedy?.isEmpty == false, "\(finding)")
                #expect(finding.line > 0 && finding.column > 0, "\(finding)")
            }
        }
    }

    @Test(arguments: malformedSources) func `a mistake is found where it is`(malformed: Malformed) {
        let findings = CatalogueReader.read(malformed.kind, source: malformed.source).findings
        let found = findings.map { "\($0.line):\($0.column) \($0.message)" }
        #expect(
            findings.contains {
                $0.line == malformed.line && $0.column == malformed.column && $0.message.contains(malformed.message)
            },
            "\(found)"
        )
    }

    @Test func `nesting and references that grow are refused before YAML sees them`() {
        let deep = String(repeating: "- ", count: 200_00)
        let brackets = String(repeating: "[", count: 50_000)
        let laughs = (1...9).map { "l\($0): &l\($0) [*l\($0 - 1), *l\($0 - 1)]" }.joined(separator: "\n")
        for yaml in [deep, "x: " + brackets, "l0: &l0 ha\n" + laughs, "\t- x", "? ? ? x", "a: *b", "--- a", "%YAML 9"] {
            let reading = CatalogueReader.read(.diagram, source: "---\n\(yaml)\n---\n")
            #expect(reading.item == nil)
            #expect(!reading.errors.isEmpty)
        }
    }

    @Test func `more keys than anybody writes are one finding`() {
        func keys(_ count: Int, _ indent: String = "") -> String {
            (0..<count).map { "\(indent)k\($0): 1" }.joined(separator: "\n")
        }
        let flow = "x: {" + (0..<22_000).map { "k\($0)" }.joined(separator: ", ") + "}"
        for yaml in [keys(22_000), keys(401), "x:\n" + keys(401, "  "), "x:\n  - y:\n" + keys(401, "      "), flow] {
            let reading = CatalogueReader.read(.diagram, source: "---\n\(yaml)\n---\n")
            #expect(reading.findings.count == 1)
            #expect(reading.findings.first?.message.contains("keys in one record") == true)
        }
        let most = CatalogueReader.read(.diagram, source: "---\n\(keys(400))\n---\n")
        #expect(most.findings.contains { $0.message.contains("unknown key “k0”") })
    }

    @Test func `random damage never traps and always has a finding or an item`() {
        var random = SystemRandomNumberGenerator()
        let sources = ContentKind.allCases.map { ($0, Array(Sample.source($0, "some-id").utf8)) }
        let pieces = [
            "---", "```", "- ", ": ", "{", "[", "\"", "'", "|", ">", "&a", "*a", "\n", "\t", "é", "\u{1F600}",
        ]
        for _ in 0..<400 {
            guard let (kind, original) = sources.randomElement(using: &random) else { continue }
            var bytes = original
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let start = Int.random(in: 0..<bytes.count, using: &random)
                let end = min(bytes.count, start + Int.random(in: 0...20, using: &random))
                bytes.replaceSubrange(start..<end, with: (pieces.randomElement(using: &random) ?? "").utf8)
                if bytes.isEmpty { bytes = [10] }
            }
            let reading = CatalogueReader.read(kind, source: String(decoding: bytes, as: UTF8.self))
            #expect((reading.item == nil) == !reading.errors.isEmpty)
        }
    }
}

/// A source with one mistake.
struct Malformed: Sendable, CustomTestStringConvertible {
    let kind: ContentKind
    let source: String
    let line: Int
    let column: Int
    let message: String

    var testDescription: String { message }

    /// The sample of `kind` with `old` replaced by `new`; the finding is on the line where `new` ends up.
    init(_ kind: ContentKind, _ old: String, _ new: String, at line: Int, _ column: Int, _ message: String) {
        self.kind = kind
        source = Sample.source(kind, "some-id").replacing(old, with: new, maxReplacements: 1)
        self.line = line
        self.column = column
        self.message = message
    }
}

private let malformedSources: [Malformed] = [
    // the file
    Malformed(.diagram, "---\nid", "id", at: 1, 1, "no front matter"),
    Malformed(.lab, "\n---\n\n1.", "\n\n1.", at: 1, 1, "does not end"),
    Malformed(.lab, "small", "sm\u{0}all", at: 3, 12, "control character"),
    Malformed(.diagram, "title: 'A", "title: 'A" + String(repeating: "x", count: 300_000), at: 1, 1, "bytes"),
    Malformed(.diagram, "## What you see", "```mermaid\n```\n## What you see", at: 69, 1, "second Mermaid block"),
    Malformed(.diagram, "```\n\n## What", "\n## What", at: 60, 1, "does not end"),
    Malformed(.diagram, "```mermaid", "```", at: 59, 1, "no diagram"),
    // YAML
    Malformed(.lab, "title: A small lab", "title: A: small lab", at: 3, 9, "not YAML"),
    Malformed(.lab, "level: 1", "level: 1\nlevel: 2", at: 6, 1, "written twice"),
    Malformed(.lab, "title: A", "title: &a A", at: 3, 8, "anchor"),
    // keys and types
    Malformed(.lab, "title:", "titel:", at: 3, 1, "unknown key “titel”"),
    Malformed(.lab, "title:", "titel:", at: 2, 1, "no “title”"),
    Malformed(.lab, "title: A small lab", "title: [A]", at: 3, 8, "not a text"),
    Malformed(.lab, "title: A small lab", "title: ''", at: 3, 8, "empty"),
    Malformed(.lab, "A small lab", String(repeating: "x", count: 81), at: 3, 8, "81 characters"),
    Malformed(.lab, "level: 1", "level: 4", at: 6, 8, "from 1 to 3"),
    Malformed(.lab, "level: 1", "level: high", at: 6, 8, "from 1 to 3"),
    Malformed(.lab, "topics: [K4]", "topics: K4", at: 7, 9, "not a list"),
    Malformed(.lab, "topics: [K4]", "topics: []", at: 7, 9, "empty"),
    Malformed(.lab, "topics: [K4]", "topics: [K4, Q1]", at: 7, 14, "no topic “Q1”"),
    Malformed(.lab, "category: K", "category: Z", at: 5, 11, "“Z”"),
    Malformed(.lab, "category: K", "category: A", at: 5, 11, "main topic is K4"),
    Malformed(.lab, "id: some-id", "id: Some_ID", at: 2, 5, "cannot be an id"),
    Malformed(.lab, "related: []", "related: [some, some]", at: 16, 17, "twice"),
    // labs
    Malformed(.lab, "work/answer.txt", "../answer.txt", at: 13, 12, "not a path"),
    Malformed(.lab, "hints: [Look around., Create it.]", "hints: []", at: 15, 50, "empty"),
    Malformed(.lab, "tier: '0'", "tier: X", at: 9, 7, "“X”"),
    // incidents
    Malformed(.incident, "'2020-02-29'", "'2021-02-29'", at: 9, 7, "not a date"),
    Malformed(.incident, "https://example.org/report", "http://example.org/report", at: 12, 6, "not an address"),
    Malformed(.incident, "https://example.org/report", "https://user@example.org/", at: 12, 6, "not an address"),
    Malformed(.incident, "[wide-push]", "[wide-pusch]", at: 14, 12, "no pattern"),
    Malformed(.incident, "{site: down}", "{sites: down}", at: 26, 14, "no node “sites”"),
    Malformed(.incident, "{site: down}", "{site: gone}", at: 26, 20, "not a state"),
    Malformed(.incident, "{site: down}", "{site: slow}", at: 26, 14, "already"),
    // diagrams
    Malformed(.diagram, "kind: cache", "kind: cash", at: 18, 11, "“cash”"),
    Malformed(.diagram, "Keeps recent rows.", String(repeating: "word ", count: 26), at: 19, 14, "26 words"),
    Malformed(.diagram, "\n        source: illustrative", "", at: 22, 9, "no “source”"),
    Malformed(.diagram, "required: false", "required: maybe", at: 35, 15, "neither true nor false"),
    Malformed(.diagram, "required: false", "required: true", at: 37, 15, "fallback"),
    Malformed(.diagram, "mode: sync", "mode: sometimes", at: 33, 11, "“sometimes”"),
    Malformed(.diagram, "to: cache", "to: cahce", at: 31, 5, "no edge"),
    Malformed(.diagram, "  - id: cache\n", "  - id: cahce\n", at: 17, 1, "no node"),
    Malformed(.diagram, "api -->|loads| db", "api --> db", at: 66, 1, "no label"),
    Malformed(.diagram, "api -->|loads| db", "api -->|loads db", at: 66, 10, "not closed"),
    Malformed(.diagram, "view: structure", "view: failure", at: 61, 1, "is a flowchart"),
    Malformed(.diagram, "kill: [db]", "kill: [database]", at: 47, 12, "no node “database”"),
    Malformed(.diagram, "fails: [api]", "fails: []", at: 49, 12, "the graph says “api”"),
    Malformed(.diagram, "kill: [db]\n", "kill: [cache]\n", at: 49, 12, "the graph says nothing"),
    Malformed(
        .diagram,
        "url: https://example.org/cache-aside",
        "url: javascript:alert(1)",
        at: 57,
        10,
        "not an address"
    ),
    Malformed(.diagram, "## How it fails", "## How", at: 68, 1, "no heading “How it fails”"),
    Malformed(.diagram, "## How it fails", "[x](javascript:y)\n## How it fails", at: 77, 1, "A link leads to"),
]
