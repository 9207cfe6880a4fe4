import AtlasAPI
import AtlasTestKit
import Diagrams
import Foundation

@testable import AtlasTutor

extension RealCatalogue {
    /// Indexes of it, each made once.
    static let shelf = IndexShelf()

    static func index() async throws -> RecordIndex { await shelf.index(try await shared.value) }

    /// The lines of a file of ours.
    static func lines(_ name: String) throws -> [Substring] {
        let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Data/\(name)")
        return try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
    }
}

extension Catalogue {
    /// A part of it with another purpose of one node, as an author might have written it.
    func planting(_ purpose: String, in diagram: String, node: String) -> Catalogue {
        let some = diagrams.filter { ["d5-traffic-steering", "e1-cache-aside"].contains($0.header.id) }
        let changed = some.map { item -> Diagram in
            guard item.header.id == diagram else { return item }
            var graph = item.picture.graph
            for index in graph.nodes.indices where graph.nodes[index].id == node {
                graph.nodes[index].record?.purpose = purpose
            }
            let picture = Picture(
                mermaidSource: item.picture.mermaidSource,
                graph: graph,
                svg: item.picture.svg,
                alternativeText: item.picture.alternativeText,
                longDescription: item.picture.longDescription,
                outline: item.picture.outline
            )
            return Diagram(
                header: item.header,
                view: item.view,
                picture: picture,
                bodyHTML: item.bodyHTML,
                probes: item.probes,
                sources: item.sources,
                prerequisites: item.prerequisites,
                next: item.next,
                cards: item.cards
            )
        }
        return Catalogue(
            categories: categories,
            diagrams: changed,
            labs: [],
            incidents: [],
            revision: revision + "/" + String(purpose.hashValue, radix: 16)
        )
    }

    /// The same with one diagram as a draft, in what writers see; learners see it without.
    func drafting(_ diagram: String) -> (learners: Catalogue, writers: Catalogue) {
        let without = Catalogue(
            categories: categories,
            diagrams: diagrams.filter { $0.header.id != diagram },
            labs: labs,
            incidents: incidents,
            revision: revision + "/published"
        )
        return (without, self)
    }
}
