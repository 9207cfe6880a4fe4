import AtlasAPI
import AtlasCore
import Diagrams

/// Reads what is particular to an incident.
struct IncidentReader {
    let file: SourceFile
    let fields: Fields
    let header: ItemHeader

    static let keys = [
        "company", "date", "duration", "publicTitle", "url", "rootCause", "patterns", "nodes", "edges", "timeline",
        "lessons", "related", "cards",
    ]
    /// The facets that incidents are found by.
    static let patterns = [
        "wide-push", "cascade", "health-check", "restore", "limits-and-clocks", "blast-radius", "consensus",
        "dns-routing", "credentials", "tenant-data",
    ]

    private var findings: FindingList { fields.findings }

    func read() -> (ReadItem?, Graph?) {
        let graph = GraphReader(file: file, fields: fields).read(expecting: [.flowchart], for: "An incident")
        let body = Markdown(file.prose, findings: findings)
        let date = fields.text("date")
        if !date.isEmpty, !ISODate.isValid(date) {
            findings.error(
                fields.place(of: "date"),
                "“\(date.shortened)” is not a date.",
                remedy: "Write year, month and day as in '2018-10-21'."
            )
        }
        let company = fields.text("company")
        let rootCause = fields.text("rootCause")
        let timeline = readTimeline(graph)
        let cards = CardReader(fields: fields, graph: graph).read()
        let lessons = fields.texts("lessons", atLeast: 1).map(\.text)
        let related = CatalogueReader.readReferences("related", fields)
        let report = SourceLink(title: fields.text("publicTitle"), url: fields.webAddress("url"))
        let duration = fields.text("duration")
        let patterns = readPatterns()
        guard let graph, let mermaid = file.mermaid, !findings.hasErrors else { return (nil, graph) }
        let incident = Incident(
            header: header,
            company: company,
            date: date,
            duration: duration,
            rootCause: rootCause,
            patterns: patterns,
            report: report,
            picture: Picture(graph, source: mermaid.text, header: header),
            bodyHTML: body.html,
            timeline: timeline,
            lessons: lessons,
            related: related.map { DiagramID($0.target) },
            cards: cards
        )
        let links = ItemLinks(
            key: ItemKey(kind: .incident, id: header.id),
            idPlace: fields.place(of: "id"),
            topics: header.topics,
            view: nil,
            kind: nil,
            nodes: [],
            references: related
        )
        let text = SearchableText(
            header: header,
            labels: [company] + patterns + graph.nodes.map(\.name),
            body: [body.plainText, rootCause] + timeline.map(\.text) + lessons
        )
        return (ReadItem(item: .incident(incident), links: links, text: text), graph)
    }

    private func readPatterns() -> [String] {
        fields.texts("patterns", atLeast: 1).map { pattern, place in
            if !Self.patterns.contains(pattern) {
                let near = EditDistance.nearest(to: pattern, in: Self.patterns)
                findings.error(
                    place,
                    "There is no pattern “\(pattern.shortened)”.",
                    remedy: near.map { "Did you mean “\($0)”?" }
                        ?? "Known: \(Self.patterns.joined(separator: ", "))."
                )
            }
            return pattern
        }
    }

    private func readTimeline(_ graph: Graph?) -> [TimelineStep] {
        var states: [String: NodeState.State] = [:]
        return fields.records("timeline", "The step", keys: ["at", "text", "states"], atLeast: 1).map { record in
            var changed: Set<String> = []
            for (node, place, value, valuePlace) in record.has("states") ? record.map("states") : [] {
                if let graph, graph.node(node) == nil {
                    let near = EditDistance.nearest(to: node, in: graph.nodes.map(\.id))
                    findings.error(
                        place,
                        "The diagram has no node “\(node.shortened)”.",
                        remedy: near.map { "Did you mean “\($0)”?" } ?? "Name a node of the diagram."
                    )
                }
                guard let state = NodeState.State(rawValue: value) else {
                    findings.error(
                        valuePlace,
                        "“\(value.shortened)” is not a state.",
                        remedy: "Use \(NodeState.State.allCases.map(\.rawValue).joined(separator: ", "))."
                    )
                    continue
                }
                if state == states[node] ?? .ok {
                    findings.warning(
                        place,
                        "“\(node.shortened)” is “\(value)” already.",
                        remedy: "List only the nodes whose state this step changes."
                    )
                } else {
                    changed.insert(node)
                }
                states[node] = state
            }
            return TimelineStep(
                at: record.text("at"),
                text: record.text("text"),
                states: (graph?.nodes ?? []).map { node in
                    NodeState(node: node.id, state: states[node.id] ?? .ok, changed: changed.contains(node.id))
                }
            )
        }
    }
}

/// Dates as `2018-10-21`.
enum ISODate {
    static func isValid(_ text: String) -> Bool {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, parts.map(\.count) == [4, 2, 2],
            parts.allSatisfy({ $0.utf8.allSatisfy(\.isASCIIDigit) }), let year = Int(parts[0]),
            let month = Int(parts[1]), let day = Int(parts[2]), (1...12).contains(month), year > 0
        else { return false }
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        return (1...days[month - 1]).contains(day)
    }
}
