import Diagrams
import Testing

@testable import AtlasContent

@Suite struct FailureRuleTests {
    @Test func `failure travels up required synchronous edges`() {
        let graph = graph("web api", "api db", "api cache?", "worker queue~")
        #expect(FailureRule.outcome(of: ["db"], in: graph) == .init(fails: ["web", "api"], degrades: []))
        #expect(FailureRule.outcome(of: ["cache"], in: graph) == .init(fails: [], degrades: ["api"]))
        #expect(FailureRule.outcome(of: ["queue"], in: graph) == .init(fails: [], degrades: []))
        #expect(FailureRule.outcome(of: ["web"], in: graph) == .init(fails: [], degrades: []))
    }

    @Test func `a cycle of dependencies ends`() {
        let graph = graph("a b", "b c", "c a")
        #expect(FailureRule.outcome(of: ["b"], in: graph) == .init(fails: ["a", "c"], degrades: []))
    }

    @Test func `a group is lost with its last node`() {
        var graph = graph("web pool", "one db", "two db")
        graph.groups = [Group(id: "pool", label: "Pool", members: ["one", "two"])]
        #expect(FailureRule.outcome(of: ["one"], in: graph) == .init(fails: [], degrades: []))
        #expect(FailureRule.outcome(of: ["one", "two"], in: graph) == .init(fails: ["web"], degrades: []))
        #expect(FailureRule.outcome(of: ["db"], in: graph) == .init(fails: ["web", "one", "two"], degrades: []))
    }

    /// Edges as `from to`; `?` marks one that is not required, `~` an asynchronous one.
    private func graph(_ lines: String...) -> Graph {
        var graph = Graph(kind: .flowchart)
        for line in lines {
            let parts = line.split(separator: " ").map(String.init)
            let to = parts[1].filter(\.isLetter)
            for id in [parts[0], to] where id != "pool" && graph.node(id) == nil { graph.nodes.append(Node(id: id)) }
            let record = EdgeRecord(
                from: parts[0],
                to: to,
                mode: parts[1].hasSuffix("~") ? .async : .sync,
                required: !parts[1].hasSuffix("?")
            )
            graph.edges.append(Edge(id: line, from: parts[0], to: to, record: record))
        }
        return graph
    }
}
