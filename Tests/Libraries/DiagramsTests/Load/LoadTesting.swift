import Diagrams
import Testing

/// A flowchart as a graph.
func flow(_ lines: String) throws -> Graph {
    try #require(Mermaid.parse("flowchart LR\n" + lines).graph)
}

extension LoadScenario {
    /// Changes the settings of a node.
    mutating func node(_ id: String, _ change: (inout Node) -> Void) {
        if let position = position(ofNode: id) { change(&nodes[position]) }
    }

    /// Changes the settings of an edge.
    mutating func edge(_ id: String, _ change: (inout Edge) -> Void) {
        if let position = position(ofEdge: id) { change(&edges[position]) }
    }
}

extension LoadReport {
    /// Good answers per offered request in the seconds from one up to another.
    func goodput(_ from: Int, _ to: Int) -> Double {
        let users = users[from..<to]
        return Double(users.reduce(0) { $0 + $1.good }) / Double(max(1, users.reduce(0) { $0 + $1.offered }))
    }

    func finding(_ kind: Finding.Kind) -> String? {
        findings.first { $0.kind == kind }?.text
    }

    var text: String { String(decoding: json, as: UTF8.self) }
}
