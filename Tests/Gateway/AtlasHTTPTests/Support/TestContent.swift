import AtlasAPI
import AtlasCore
import Diagrams
import NIOConcurrencyHelpers

/// A catalogue in memory; only reading is asked of it.
final class TestContent: Content {
    private let state: NIOLockedValueBox<Catalogue>

    init(_ catalogue: Catalogue) {
        state = NIOLockedValueBox(catalogue)
    }

    func replace(_ catalogue: Catalogue) { state.withLockedValue { $0 = catalogue } }

    func catalogue(as caller: Caller) async throws -> Catalogue { state.withLockedValue { $0 } }

    func diagrams(_ ids: [DiagramID], as caller: Caller) async throws -> [Diagram?] {
        state.withLockedValue { catalogue in ids.map { id in catalogue.diagrams.first { $0.id == id } } }
    }

    func labs(_ ids: [LabID], as caller: Caller) async throws -> [Lab?] {
        state.withLockedValue { catalogue in ids.map { id in catalogue.labs.first { $0.id == id } } }
    }

    func incidents(_ ids: [IncidentID], as caller: Caller) async throws -> [Incident?] {
        state.withLockedValue { catalogue in ids.map { id in catalogue.incidents.first { $0.id == id } } }
    }

    private var readOnly: AtlasError { AtlasError(.unavailable, "Read only.") }

    func search(_ text: String, limit: Int, as caller: Caller) async throws -> [SearchHit] { throw readOnly }
    func check(_ kind: ContentKind, source: String) -> SourceCheck { SourceCheck(findings: [], svg: nil) }
    func save(_ kind: ContentKind, source: String, version: Int, as caller: Caller) async throws -> SavedContent {
        throw readOnly
    }
    func remove(_ kind: ContentKind, id: String, version: Int, as caller: Caller) async throws { throw readOnly }
    func restore(
        _ kind: ContentKind,
        id: String,
        number: Int,
        version: Int,
        as caller: Caller
    ) async throws -> SavedContent {
        throw readOnly
    }
    func history(_ kind: ContentKind, id: String, as caller: Caller) async throws -> [ContentVersion] { throw readOnly }
    func importFiles(_ files: [CatalogueFile], removeMissing: Bool, as caller: Caller) async throws -> ImportReport {
        throw readOnly
    }
}

extension Catalogue {
    /// Two categories, three diagrams, an incident and a lab.
    static func sample(version: Int = 1) throws -> Catalogue {
        Catalogue(
            categories: [
                Category(id: "E", title: "Caching", description: ""),
                Category(id: "F", title: "Queues & logs", description: ""),
            ],
            diagrams: [
                try .sample("f1-queue", "F", .structure),
                try .sample("e1-cache-aside", "E", .structure, version: version),
                try .sample("e1-cache-aside-failure", "E", .failure),
            ],
            labs: [
                Lab(
                    header: .sample("lab-1", "E"),
                    number: 1,
                    tier: "0",
                    minutes: 20,
                    objectives: ["Build <one>"],
                    instructionsHTML: "<p>Do it.</p>",
                    files: [],
                    checks: [LabCheck(id: "c", text: "It works", hints: [])],
                    related: [],
                    needs: [],
                    demands: LabDemands()
                )
            ],
            incidents: [
                Incident(
                    header: .sample("incident-1", "E"),
                    company: "A & B",
                    date: "2020-01-01",
                    duration: "5 hours",
                    rootCause: "One line.",
                    patterns: [],
                    report: SourceLink(title: "Report", url: "https://example.com/report"),
                    picture: try .sample(),
                    bodyHTML: "<p>Body.</p>",
                    timeline: [TimelineStep(at: "10:00", text: "It <broke>", states: [])],
                    lessons: ["Test it"],
                    related: []
                )
            ]
        )
    }
}

extension ItemHeader {
    static func sample(_ id: String, _ category: String, version: Int = 1) -> ItemHeader {
        ItemHeader(
            id: id,
            title: "Title of <\(id)>",
            summary: "Summary of \(id).",
            category: category,
            level: 2,
            topics: [],
            isPublished: true,
            version: version,
            updatedAt: Timestamp(milliseconds: 0),
            source: ""
        )
    }
}

extension Picture {
    struct Unreadable: Error {}

    static func sample() throws -> Picture {
        let source = "flowchart LR\n  a[Client] --> b[(Store)]"
        guard let graph = Mermaid.parse(source).graph else { throw Unreadable() }
        let options = SVGOptions(interactive: true)
        return Picture(
            mermaidSource: source,
            graph: graph,
            svg: SVG.render(graph, layout: LayoutEngine.layout(graph), options: options),
            alternativeText: "A client and a store.",
            longDescription: "A client <reads> a store.",
            outline: []
        )
    }
}

extension Diagram {
    static func sample(_ id: String, _ category: String, _ view: View, version: Int = 1) throws -> Diagram {
        Diagram(
            header: .sample(id, category, version: version),
            view: view,
            picture: try .sample(),
            bodyHTML: "<p>Prose.</p>",
            probes: [],
            sources: [
                SourceLink(title: "A source", url: "https://example.com/a?b&c"),
                SourceLink(title: "No link", url: "javascript:alert(1)"),
            ],
            prerequisites: [],
            next: [DiagramID("f1-queue"), DiagramID("z9-draft")]
        )
    }
}
