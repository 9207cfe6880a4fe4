import AtlasAPI
import Diagrams

/// Reads the Mermaid block and joins it with the records of its nodes and edges.
struct GraphReader {
    let file: SourceFile
    let fields: Fields

    private var findings: FindingList { fields.findings }

    static let nodeKeys = ["id", "kind", "replicas", "quorum", "stateful", "purpose", "ifLost", "numbers", "topics"]
    static let edgeKeys = ["from", "to", "number", "step", "mode", "protocol", "required", "carries", "fallback"]

    /// The graph with its records, its lines counted in the whole file.
    ///
    /// - Parameters:
    ///   - kinds: The Mermaid kinds that are taken.
    ///   - use: Who takes them, as in “A failure view”.
    /// - Returns: `nil` if there is no diagram or it cannot be parsed; the findings say why.
    func read(expecting kinds: [Graph.Kind], for use: String) -> Graph? {
        let edges = fields.records("edges", "The edge", keys: Self.edgeKeys)
        guard let mermaid = file.mermaid else {
            _ = readNodes(nil)
            findings.error(
                Place(line: file.prose.line),
                "There is no diagram.",
                remedy: "Start the body with a block “```mermaid”."
            )
            return nil
        }
        let outcome = Mermaid.parse(mermaid.text)
        for diagnostic in outcome.diagnostics { add(diagnostic, offset: mermaid.line - 1) }
        let nodes = readNodes(outcome.graph?.kind)
        guard let parsed = outcome.graph else { return nil }
        let graph = parsed.movedDown(by: mermaid.line - 1)
        let place = Place(line: mermaid.line)
        if !kinds.contains(graph.kind) {
            findings.error(
                place,
                "The diagram is \(graph.kind.withArticle).",
                remedy: "\(use) takes \(kinds.map(\.withArticle).joined(separator: " or ")); draw that."
            )
        }
        checkSize(graph, at: place)
        checkLabels(graph)
        return join(graph, nodes, EdgeRecordReader(graph: graph, findings: findings).read(edges))
    }

    /// The graph with its records; what has none is as wrong as a record of nothing.
    private func join(_ graph: Graph, _ nodes: [NodeRecord], _ edges: [EdgeRecord]) -> Graph {
        let (annotated, diagnostics) = graph.annotated(nodes: nodes, edges: edges)
        // The warnings are about missing records, which the other kinds need for fewer nodes and edges.
        for diagnostic in diagnostics where diagnostic.severity == .error || graph.kind.showsParts {
            findings.error(
                Place(line: diagnostic.line, column: diagnostic.column),
                diagnostic.message.sentence,
                remedy: diagnostic.remedy ?? "Add a record for it to the front matter."
            )
        }
        guard !graph.kind.showsParts else { return annotated }
        for node in annotated.nodes where node.record == nil && annotated.needsRecord(node) {
            findings.error(
                Place(line: node.line),
                "Node “\(node.id)” has no explanation.",
                remedy: "Add a record for it to “nodes”."
            )
        }
        for edge in annotated.edges where edge.record == nil && annotated.needsRecord(edge) {
            findings.error(
                Place(line: edge.line),
                "The \(graph.kind.edgeWord) from “\(edge.from)” to “\(edge.to)” has no explanation.",
                remedy: "Add a record for it to “edges”."
            )
        }
        return annotated
    }

    /// - Parameter kind: `nil` if the diagram could not be read.
    private func readNodes(_ kind: Graph.Kind?) -> [NodeRecord] {
        let hasKinds = kind?.showsParts ?? false
        return fields.records("nodes", "The node", keys: Self.nodeKeys, atLeast: 1).map { node in
            if let kind, !hasKinds {
                for key in ["replicas", "quorum", "stateful"] where node.has(key) {
                    findings.error(
                        node.place(of: key),
                        "“\(key)” says nothing in \(kind.withArticle).",
                        remedy: "Remove it; only parts of a flowchart or sequence diagram have it."
                    )
                }
            }
            let word =
                hasKinds
                ? node.choice("kind", Self.kinds)
                : node.choice("kind", Self.kinds, standard: NodeKind.unknown.rawValue)
            let replicas = node.integer("replicas", in: 1...1_000_000, standard: 1)
            return NodeRecord(
                id: node.text("id"),
                kind: NodeKind(rawValue: word) ?? .unknown,
                replicas: replicas,
                stateful: node.flag("stateful", standard: false),
                purpose: node.text("purpose", words: ContentLimits.recordWords),
                ifLost: node.text("ifLost", words: ContentLimits.recordWords),
                numbers: node.records("numbers", "The number", keys: ["name", "value", "source"]).map { number in
                    NodeRecord.Number(
                        name: number.text("name"),
                        value: number.text("value"),
                        source: number.text("source")
                    )
                },
                topics: CatalogueReader.readTopics(node),
                line: node.place.line,
                quorum: node.has("quorum") ? node.integer("quorum", in: 1...replicas) : nil
            )
        }
    }

    private static let kinds = NodeKind.allCases.filter { $0 != .unknown }.map(\.rawValue)

    private func checkSize(_ graph: Graph, at place: Place) {
        if graph.explainedNodes > ContentLimits.nodes {
            findings.error(
                place,
                "The diagram has \(graph.explainedNodes) nodes.",
                remedy:
                    "Leave at most \(ContentLimits.nodes), so that it fits on a phone; split it, or merge alike nodes."
            )
        }
        if graph.events > ContentLimits.events {
            findings.error(
                place,
                "The timeline has \(graph.events) events.",
                remedy: "Leave at most \(ContentLimits.events); keep those that change what happens next."
            )
        }
        if graph.edges.count > ContentLimits.edges {
            findings.error(
                place,
                "The diagram has \(graph.edges.count) edges.",
                remedy: "Leave at most \(ContentLimits.edges); nobody follows more."
            )
        }
        if graph.kind == .sequence, graph.nodes.count > ContentLimits.participants {
            findings.warning(
                place,
                "The diagram has \(graph.nodes.count) participants.",
                remedy: "Leave at most \(ContentLimits.participants)."
            )
        }
    }

    private func checkLabels(_ graph: Graph) {
        for edge in graph.edges where graph.needsRecord(edge) && (edge.label ?? "").trimmed.isEmpty {
            let example =
                switch graph.kind {
                case .flowchart, .timeline: "-->|reads|"
                case .sequence: "a->>b: asks"
                case .state: "a --> b: times out"
                case .classes, .entities: ": owns"
                }
            findings.error(
                Place(line: edge.line),
                "The \(graph.kind.edgeWord) from “\(edge.from)” to “\(edge.to)” has no label.",
                remedy: "Say with a verb what it does, as in “\(example)”."
            )
        }
    }

    private func add(_ diagnostic: Diagnostic, offset: Int) {
        let place = Place(line: diagnostic.line + offset, column: diagnostic.column)
        let remedy = diagnostic.remedy ?? "Compare the line with the Mermaid syntax in the documentation."
        switch diagnostic.severity {
        case .error: findings.error(place, diagnostic.message.sentence, remedy: remedy)
        case .warning: findings.warning(place, diagnostic.message.sentence, remedy: remedy)
        }
    }
}

extension Picture {
    /// All that is derived from `graph`: the most expensive step of reading a file.
    init(_ graph: Graph, source: String, header: ItemHeader) {
        var graph = graph
        if graph.accessibleTitle == nil { graph.accessibleTitle = header.title }
        let options = SVGOptions(idPrefix: "\(header.id)-", interactive: true)
        self.init(
            mermaidSource: source,
            graph: graph,
            svg: SVG.render(graph, layout: LayoutEngine.layout(graph), options: options),
            alternativeText: Words.short(graph),
            longDescription: Words.long(graph),
            outline: Words.outline(graph)
        )
    }
}

extension Graph {
    fileprivate func movedDown(by lines: Int) -> Graph {
        var copy = self
        for index in copy.nodes.indices { copy.nodes[index].line += lines }
        for index in copy.edges.indices { copy.edges[index].line += lines }
        for index in copy.groups.indices { copy.groups[index].line += lines }
        return copy
    }
}

extension Diagnostic {
    fileprivate var remedy: String? {
        let wanted = expected.isEmpty ? nil : "Expected: \(expected.joined(separator: ", "))."
        guard let hint else { return wanted }
        return [hint.sentence, wanted].compactMap { $0 }.joined(separator: " ")
    }
}

extension String {
    /// With a capital letter in front and a full stop at the end.
    fileprivate var sentence: String {
        guard let first, let last else { return self }
        return first.uppercased() + dropFirst() + (".?!".contains(last) ? "" : ".")
    }
}
