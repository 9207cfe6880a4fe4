import AtlasAPI
import Diagrams
import Testing

@testable import AtlasContent

@Suite struct KindTests {
    @Test(arguments: [Sample.states(), Sample.entities(), Sample.timeline()])
    func `a diagram of another kind needs less`(source: String) {
        let reading = CatalogueReader.read(.diagram, source: source)
        #expect(reading.findings == [])
        #expect(reading.item != nil)
    }

    @Test func `transitions have records that say what triggers them, marks need none`() throws {
        let graph = try #require(CatalogueReader.read(.diagram, source: Sample.states()).graph)
        #expect(graph.kind == .state)
        #expect(graph.edges.map { $0.record?.carries } == [nil, "Too many failures.", "A pause without calls."])
        #expect(graph.edges.compactMap { $0.record?.protocolName } == ["", ""])
        #expect(graph.node("Open")?.kind == .unknown)
    }

    @Test func `the kind of a node may be said where it is one`() throws {
        let graph = try #require(CatalogueReader.read(.diagram, source: Sample.entities()).graph)
        #expect(graph.nodes.map(\.kind) == [.store, .unknown])
    }

    @Test func `events of a timeline need no records`() throws {
        let graph = try #require(CatalogueReader.read(.diagram, source: Sample.timeline()).graph)
        #expect(graph.nodes.filter { $0.record != nil }.map(\.id) == ["t1", "t2"])
    }

    @Test(
        arguments: [
            (Diagram.View.structure, "E5", [.flowchart, .sequence, .state, .classes, .entities, .timeline]),
            (.structure, "A1", [.flowchart, .state, .classes, .entities, .timeline]),
            (.flow, "A1", [.sequence]), (.states, "A1", [.state]), (.model, "A1", [.entities, .classes]),
            (.failure, "A1", [.sequence, .state, .timeline]),
        ] as [(Diagram.View, String, [Graph.Kind])]
    )
    func `each view takes its kinds`(view: Diagram.View, topic: String, kinds: [Graph.Kind]) {
        #expect(view.kinds(of: topic) == kinds)
    }

    @Test func `the syllabus names the kind of each topic`() {
        #expect(
            ["A1", "J1", "G3", "G6", "F8", "P14", "Q1"].map(Syllabus.kind(ofTopic:)) == [
                .flowchart, .state, .entities, .classes, .timeline, .sequence, nil,
            ]
        )
    }

    @Test(arguments: refused) func `what makes no sense in a kind is refused where it stands`(refused: Refused) {
        let findings = CatalogueReader.read(.diagram, source: refused.source).findings
        let found = findings.map { "\($0.line):\($0.column) \($0.message)" }
        #expect(
            findings.contains {
                $0.line == refused.line && $0.message.contains(refused.message) && $0.remedy?.isEmpty == false
            },
            "\(found)"
        )
    }

    @Test func `a sequence diagram's probes are compared with the failure model`() {
        let probe = "{id: why, kill: [cache], degrades: [api], question: Why?, answer: Because.}"
        let right = Sample.failure().replacing("{id: why, question: Why?, answer: Because.}", with: probe)
        #expect(CatalogueReader.read(.diagram, source: right).findings == [])
        let wrong = right.replacing("degrades: [api]", with: "fails: [api]")
        let findings = CatalogueReader.read(.diagram, source: wrong).findings
        #expect(findings.map(\.line) == [17])
        #expect(findings.first?.message.contains("the graph says nothing") == true)
        #expect(findings.first?.remedy?.contains("sync message") == true)
    }

    @Test func `a part may need a quorum of its replicas`() throws {
        let source = Sample.diagram().replacing("replicas: 3", with: "replicas: 3\n    quorum: 2")
        let graph = try #require(CatalogueReader.read(.diagram, source: source).graph)
        #expect(graph.node("api")?.record?.quorum == 2)
        #expect(graph.failing(kill: ["api:1"]).nodes.first?.state == .degraded)
        #expect(graph.failing(kill: ["api:2"]).nodes.first?.state == .fails)
        let most = source.replacing("quorum: 2", with: "quorum: 4")
        #expect(CatalogueReader.read(.diagram, source: most).findings.map(\.line) == [15])
    }

    @Test func `one probe is too few`() {
        let source = Sample.states().replacing("  - {id: why, question: Why?, answer: Because.}\n", with: "")
        let reading = CatalogueReader.read(.diagram, source: source)
        #expect(reading.findings.map(\.message) == ["There is one probe."])
        // Older items stay readable.
        #expect(reading.item != nil)
    }

    @Test func `a timeline may have more boxes than a flowchart`() {
        let events = { (count: Int) in (1...count).map { " : event \($0)" }.joined() }
        let most = Sample.timeline().replacing(" : a column is added", with: events(28))
        #expect(CatalogueReader.read(.diagram, source: most).findings == [])
        let more = Sample.timeline().replacing(" : a column is added", with: events(29))
        #expect(CatalogueReader.read(.diagram, source: more).findings.map(\.message) == ["The timeline has 31 events."])
    }

    @Test func `states need not be parts of the structure view`() {
        let flowchart = Sample.diagram("structure").replacing("category: E", with: "category: L")
            .replacing("[E1, E4]", with: "[L3]")
        let findings = CatalogueLint.check([
            CatalogueFile(kind: .diagram, path: "diagrams/structure.md", source: flowchart),
            CatalogueFile(
                kind: .diagram,
                path: "diagrams/states.md",
                source: Sample.states("states").replacing("view: structure", with: "view: states")
            ),
        ])
        #expect(findings.map { "\($0.finding)" } == [])
    }
}

/// A source with one thing that its kind does not have.
struct Refused: Sendable, CustomTestStringConvertible {
    let source: String
    let line: Int
    let message: String

    var testDescription: String { message }

    init(_ sample: String, _ old: String, _ new: String, at line: Int, _ message: String) {
        source = sample.replacing(old, with: new, maxReplacements: 1)
        self.line = line
        self.message = message
    }
}

private let refused: [Refused] = [
    Refused(Sample.states(), "carries: Too", "mode: sync, carries: Too", at: 13, "transition has no “mode”"),
    Refused(Sample.states(), "carries: Too", "protocol: HTTP, carries: Too", at: 13, "transition has no “protocol”"),
    Refused(Sample.states(), "carries: Too", "required: true, carries: Too", at: 13, "transition has no “required”"),
    Refused(Sample.states(), "carries: Too", "fallback: None., carries: Too", at: 13, "transition has no “fallback”"),
    Refused(Sample.states(), "carries: Too", "step: 1, carries: Too", at: 13, "no steps in a state diagram"),
    Refused(Sample.states(), "{from: Closed", "{from: Shut", at: 13, "no transition from “Shut”"),
    Refused(
        Sample.states(),
        "  - {from: Open, to: Closed, carries: A pause without calls.}\n",
        "",
        at: 25,
        "transition from “Open” to “Closed” has no explanation"
    ),
    Refused(
        Sample.states(),
        "{id: Open, purpose: Refuses calls at once., ",
        "{id: Half, purpose: Some., ",
        at: 11,
        "no node"
    ),
    Refused(
        Sample.states(),
        "Open --> Closed: waits",
        "Open --> Closed",
        at: 26,
        "transition from “Open” to “Closed” has no label"
    ),
    Refused(
        Sample.states(),
        "id: Open, ",
        "id: Open, replicas: 3, ",
        at: 11,
        "“replicas” says nothing in a state diagram"
    ),
    Refused(Sample.states(), "id: Open, ", "id: Open, kind: opened, ", at: 11, "“opened”"),
    Refused(Sample.states(), "question: What?", "kill: [Open], question: What?", at: 16, "lost in a state diagram"),
    Refused(Sample.states(), "question: What?", "fails: [Open], question: What?", at: 16, "lost in a state diagram"),
    Refused(Sample.states(), "view: structure", "view: model", at: 23, "The diagram is a state diagram"),
    Refused(Sample.entities(), "view: model", "view: failure", at: 22, "The diagram is an entity-relationship diagram"),
    Refused(Sample.entities(), "carries: The", "mode: async, carries: The", at: 13, "relation has no “mode”"),
    Refused(Sample.entities(), "view: model", "view: data", at: 8, "“data”"),
    Refused(
        Sample.timeline(),
        "probes:",
        "edges:\n  - {from: t1, to: t2, carries: Time.}\nprobes:",
        at: 13,
        "no edges to explain"
    ),
    Refused(Sample.timeline(), "{id: t2", "{id: t3", at: 11, "no node “t3”"),
    Refused(Sample.timeline(), "view: failure", "view: states", at: 20, "The diagram is a timeline"),

]
