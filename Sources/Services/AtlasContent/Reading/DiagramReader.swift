import AtlasAPI
import AtlasCore
import Diagrams

/// Reads what is particular to a diagram.
struct DiagramReader {
    let file: SourceFile
    let fields: Fields
    let header: ItemHeader

    static let keys = ["view", "next", "prerequisites", "nodes", "edges", "probes", "sources", "cards"]
    private static let headings = ["What you see", "Why it is built so", "How it fails"]

    private var findings: FindingList { fields.findings }

    func read() -> (ReadItem?, Graph?) {
        let view = Diagram.View(rawValue: fields.choice("view", Diagram.View.allCases.map(\.rawValue))) ?? .structure
        let kinds = view.kinds(of: header.topics.first)
        let graph = GraphReader(file: file, fields: fields).read(expecting: kinds, for: "The view “\(view.rawValue)”")
        let probes = ProbeReader(fields: fields, graph: graph).read()
        let cards = CardReader(fields: fields, graph: graph).read()
        let body = readBody()
        let sources = fields.records("sources", "The source", keys: ["title", "url"], atLeast: 1)
            .map { SourceLink(title: $0.text("title"), url: $0.webAddress("url")) }
        let next = CatalogueReader.readReferences("next", fields)
        let prerequisites = CatalogueReader.readReferences("prerequisites", fields)
        guard let graph, let mermaid = file.mermaid, !findings.hasErrors else { return (nil, graph) }
        let diagram = Diagram(
            header: header,
            view: view,
            picture: Picture(graph, source: mermaid.text, header: header),
            bodyHTML: body.html,
            probes: probes,
            sources: sources,
            prerequisites: prerequisites.map { DiagramID($0.target) },
            next: next.map { DiagramID($0.target) },
            cards: cards
        )
        let links = ItemLinks(
            key: ItemKey(kind: .diagram, id: header.id),
            idPlace: fields.place(of: "id"),
            topics: header.topics,
            view: view,
            kind: graph.kind,
            nodes: graph.nodes.map { ($0.id, Place(line: $0.record?.line ?? $0.line)) },
            references: next + prerequisites
        )
        let text = SearchableText(
            header: header,
            labels: graph.nodes.map(\.name),
            body: [body.plainText] + graph.nodes.compactMap { $0.record?.purpose } + probes.map(\.question)
        )
        return (ReadItem(item: .diagram(diagram), links: links, text: text), graph)
    }

    private func readBody() -> Markdown {
        let body = Markdown(file.prose, findings: findings)
        for heading in Self.headings where !body.headings.contains(heading) {
            findings.warning(
                Place(line: file.prose.line),
                "The body has no heading “\(heading)”.",
                remedy: "Add “## \(heading)”."
            )
        }
        let words = body.plainText.wordCount
        if !ContentLimits.bodyWords.contains(words) {
            findings.warning(
                Place(line: file.prose.line),
                "The body has \(words) words.",
                remedy: "Write \(ContentLimits.bodyWords.lowerBound) to \(ContentLimits.bodyWords.upperBound)."
            )
        }
        return body
    }
}

extension Fields {
    /// An https address.
    func webAddress(_ key: String) -> String {
        let address = text(key)
        if !address.isEmpty, !WebAddress.isSafe(address) {
            findings.error(
                place(of: key),
                "“\(address.shortened)” is not an address we link to.",
                remedy: "Use a whole https:// address without spaces."
            )
        }
        return address
    }
}

extension Markdown {
    /// Reads prose and reports the links in it that were refused.
    init(_ part: SourceFile.Part, findings: FindingList) {
        self.init(part.text)
        for link in refusedLinks {
            findings.error(
                Place(line: part.line - 1 + link.line),
                "A link leads to “\(link.address.shortened)”.",
                remedy: "Link to https:// addresses, or to pages of this site as in “/diagrams/e1-cache-aside”."
            )
        }
    }
}
