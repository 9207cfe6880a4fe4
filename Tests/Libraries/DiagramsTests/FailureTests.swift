import Testing

@testable import Diagrams

@Suite struct FailureTests {
    private func graph(_ source: String, _ edges: [EdgeRecord] = [], _ nodes: [NodeRecord] = []) throws -> Graph {
        let graph = try #require(Mermaid.parse(source).graph)
        return graph.annotated(nodes: nodes, edges: edges).graph
    }

    @Test func `a required edge to what fails fails the caller, an optional one degrades it`() throws {
        let edges = [
            EdgeRecord(from: "client", to: "api"), EdgeRecord(from: "api", to: "db"),
            EdgeRecord(from: "api", to: "cache", required: false, fallback: "Ask the database."),
            EdgeRecord(from: "api", to: "queue", mode: .async),
        ]
        let graph = try graph("flowchart\nclient --> api\napi --> db\napi --> cache\napi --> queue", edges)
        let db = graph.failing(kill: ["db"])
        #expect(db.fails == ["client", "api"])
        #expect(db.degrades.isEmpty)
        #expect(db["client"]?.chain == ["db", "api", "client"])
        #expect(db["client"]?.isUserFacing == true)
        #expect(db["api"]?.reason == "It needs the answer, and “db” fails.")
        #expect(db["db"]?.isCause == true)
        let cache = graph.failing(kill: ["cache"])
        #expect(cache.fails.isEmpty)
        #expect(cache.degrades == ["api"])
        #expect(cache["api"]?.reason == "It goes on without: “cache” fails: Ask the database.")
        #expect(cache["client"]?.state == .works)
        let queue = graph.failing(kill: ["queue"])
        #expect(queue.fails.isEmpty && queue.degrades.isEmpty)
        #expect(queue["api"]?.reason.contains("does not wait") == true)
    }

    @Test func `replicas are lost one by one, down to the quorum`() throws {
        let nodes = [
            NodeRecord(id: "db", kind: .dbLeader, replicas: 5, quorum: 3), NodeRecord(id: "api", kind: .service),
        ]
        let graph = try graph("flowchart\napi --> db", [EdgeRecord(from: "api", to: "db")], nodes)
        let one = graph.failing(kill: ["db:1"])
        #expect(one["db"]?.state == .degraded)
        #expect(one["db"]?.reason == "4 of 5 copies are left.")
        #expect(one.fails.isEmpty)
        #expect(graph.failing(kill: ["db:2"])["db"]?.reason == "3 of 5 copies are left; one more loss stops it.")
        let three = graph.failing(kill: ["db:3"])
        #expect(three["db"]?.state == .fails)
        #expect(three["db"]?.reason == "2 of 5 copies are left, 3 are needed.")
        #expect(three.fails == ["api"])
        #expect(graph.failing(kill: ["db"]).fails == ["api"])
    }

    @Test func `a group fails when all in it fail, and an edge can be cut`() throws {
        let graph = try graph("flowchart\na --> g\nsubgraph g\nx\ny\nend\ng --> s")
        #expect(graph.failing(kill: ["x"]).fails.isEmpty)
        #expect(graph.failing(kill: ["x"])["a"]?.reason == "Others of “g” still answer.")
        #expect(graph.failing(kill: ["x", "y"]).fails == ["a"])
        #expect(graph.failing(kill: ["g"]).fails == ["a"])
        #expect(graph.failing(kill: ["s"]).fails == ["a", "x", "y"])
        let cut = graph.failing(kill: ["a-g"])
        #expect(cut.fails == ["a"])
        #expect(cut["a"]?.reason == "It needs the answer, and “g” cannot be reached.")
        #expect(cut["x"]?.state == .works)
        #expect(graph.failing(kill: ["nobody"]).unknown == ["nobody"])
    }

    @Test func `replies are no dependencies`() throws {
        let graph = try graph("sequenceDiagram\nA->>B: ask\nB->>C: ask\nC-->>B: reply\nB-->>A: reply\nB-)D: tell")
        #expect(graph.failing(kill: ["C"]).fails == ["A", "B"])
        #expect(graph.failing(kill: ["A"]).fails.isEmpty)
        #expect(graph.failing(kill: ["D"]).fails.isEmpty)
    }

    @Test func `slowness reaches those that wait`() throws {
        let graph = try graph("flowchart\nclient --> api\napi --> db\nreport -.-> db")
        let answer = graph.failing(kill: [], slow: ["db"])
        #expect(answer.fails.isEmpty)
        #expect(answer.degrades == ["client", "api", "report"])
        #expect(answer["client"]?.reason == "It waits: “api” answers too late.")
        #expect(answer["report"]?.reason.contains("gives up") == true)
    }

    @Test func `other kinds have no dependencies`() throws {
        let graph = try graph("stateDiagram-v2\na --> b\nb --> a")
        let answer = graph.failing(kill: ["b"])
        #expect(answer.nodes.map(\.state) == [.works, .fails])
    }

    @Test func `single points of failure and blast radius are found`() throws {
        let graph = try graph("flowchart\nuser --> web\nweb --> api\nweb -.-> ads\napi --> db\nops --> db")
        #expect(graph.singlePointsOfFailure() == ["web", "api", "db"])
        let radius = graph.blastRadius()
        #expect(radius.first { $0.id == "db" }?.fails == 4)
        #expect(radius.first { $0.id == "ads" }?.degrades == 1)
    }

    @Test(arguments: 0..<150) func `the model agrees with its rules, read literally`(seed: Int) {
        var random = SplitMix(seed: seed)
        var graph = RandomGraphs.flowchart(seed: seed)
        for index in graph.edges.indices {
            let edge = graph.edges[index]
            let mode: EdgeRecord.Mode = random.chance(70) ? .sync : .async
            graph.edges[index].record = EdgeRecord(
                from: edge.from,
                to: edge.to,
                mode: mode,
                required: random.chance(60)
            )
        }
        let lost = Set(graph.nodes.map(\.id).filter { _ in random.chance(20) })
        var gone = lost
        var hasChanged = true
        while hasChanged {
            hasChanged = false
            for edge in graph.edges where edge.arrow.line != .invisible && edge.from != edge.to {
                guard let record = edge.record, record.required, record.mode == .sync, gone.contains(edge.to) else {
                    continue
                }
                if gone.insert(edge.from).inserted { hasChanged = true }
            }
        }
        let degraded = graph.edges.filter { edge in
            edge.arrow.line != .invisible && edge.record?.required == false && gone.contains(edge.to)
                && !gone.contains(edge.from)
        }
        let answer = graph.failing(kill: lost)
        #expect(Set(answer.fails) == gone.subtracting(lost))
        #expect(Set(answer.degrades) == Set(degraded.map(\.from)))
        for node in answer.nodes where node.state != .works {
            #expect(node.chain.last == node.id)
            #expect(!node.isCause || node.chain == [node.id])
            #expect(node.chain.first.map { lost.contains($0) } == true)
        }
    }

    @Test func `an answer for 200 nodes comes at once`() throws {
        let lines = (1..<200).map { "n\($0 / 3) --> n\($0)" }.joined(separator: "\n")
        let graph = try graph("flowchart\n" + lines)
        let time = ContinuousClock().measure { #expect(graph.failing(kill: ["n199"]).fails.count == 5) }
        #expect(time < .milliseconds(500))
    }
}
