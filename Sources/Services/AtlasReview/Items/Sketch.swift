import AtlasAPI
import Diagrams

/// A picture with the names and texts that items are made of.
struct Sketch: Sendable {
    let content: ItemContent
    let graph: Graph

    init(_ diagram: Diagram) {
        content = ItemContent(kind: .diagram, header: diagram.header)
        graph = diagram.picture.graph
    }

    init(_ incident: Incident) {
        content = ItemContent(kind: .incident, header: incident.header)
        graph = incident.picture.graph
    }

    /// Nodes that stand for something: no marks and no events.
    var things: [Node] {
        graph.nodes.filter { node in
            switch node.role {
            case .plain, .interface, .period: true
            case .start, .end, .fork, .join, .choice, .event: false
            }
        }
    }

    /// Edges that are drawn and explained.
    var explained: [Edge] {
        graph.edges.filter { $0.arrow.line != .invisible && !($0.record?.carries ?? "").isEmpty && $0.from != $0.to }
    }

    /// The name of a node or group without the number of its copies.
    func name(_ id: String) -> String {
        let words = graph.name(of: id).split(separator: " ")
        guard let last = words.last, last.first == "×" || last.last == "×", words.count > 1 else {
            return words.joined(separator: " ")
        }
        return words.dropLast().joined(separator: " ")
    }

    /// The same in quotation marks, as HTML.
    func quoted(_ id: String) -> String { Phrase.quoted(name(id)) }

    /// A name for an edge that other edges do not change: `FROM-TO`, the second one `FROM-TO-2`.
    func key(_ edge: Edge) -> String {
        let pair = graph.edges.filter { $0.from == edge.from && $0.to == edge.to }
        let number = (pair.firstIndex { $0.id == edge.id } ?? 0) + 1
        return number == 1 ? "\(edge.from)-\(edge.to)" : "\(edge.from)-\(edge.to)-\(number)"
    }

    func label(_ edge: Edge) -> String {
        (edge.label ?? "").split(whereSeparator: \.isNewline).joined(separator: " ")
    }

    /// Whether nodes are parts that run and can be lost.
    var showsParts: Bool { graph.kind == .flowchart || graph.kind == .sequence }

    /// Ids of the nodes that an edge joins to this one.
    func neighbours(of node: String) -> Set<String> {
        let edges = graph.neighbours(of: node)
        return Set(edges.incoming.map(\.from) + edges.outgoing.map(\.to)).subtracting([node])
    }
}
