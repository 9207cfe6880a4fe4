import Diagrams
import Testing

@Suite struct `What parts mean for failures` {
    private typealias State = FailureAnswer.State

    private func states(_ answer: FailureAnswer, _ ids: [String]) -> [State?] {
        ids.map { answer[$0]?.state }
    }

    @Test func `a cache may be lost unless a record says otherwise`() throws {
        let graph = try flow("user:::client --> api:::service\napi --> cache:::cache\napi --> db:::db-leader")
        let answer = graph.failing(kill: ["cache"])
        #expect(states(answer, ["api", "user"]) == [.degraded, .works])
        let strict = graph.annotated(nodes: [], edges: [EdgeRecord(from: "api", to: "cache")]).graph
        #expect(strict.failing(kill: ["cache"]).fails == ["user", "api"])
    }

    @Test func `a queue parts those who send from those who take`() throws {
        let graph = try flow("user:::client --> api:::service\napi --> q:::queue\nq --> w:::worker\nw --> db:::store")
        #expect(graph.failing(kill: ["w"]).fails.isEmpty)
        #expect(graph.failing(kill: ["db"]).fails == ["w"])
        #expect(graph.failing(kill: ["q"]).fails == ["user", "api"])
        #expect(graph.failing(kill: ["w"])["q"]?.reason.contains("does not wait") == true)
        // A pool or an outbox that writes through needs what is behind it.
        let through = try flow("api:::service --> pool:::queue\npool --> db:::db-leader")
        #expect(through.failing(kill: ["db"]).fails == ["api", "pool"])
    }

    @Test func `nodes of a group that need a quorum fail together`() throws {
        var graph = try flow("user:::client --> raft\nsubgraph raft\nx\ny\nz\nend")
        graph =
            graph.annotated(
                nodes: ["x", "y", "z"].map { NodeRecord(id: $0, kind: .lock, quorum: 2) },
                edges: []
            ).graph
        #expect(graph.failing(kill: ["x"]).fails.isEmpty)
        let two = graph.failing(kill: ["x", "y"])
        #expect(two.fails == ["user"])
        #expect(two["user"]?.reason == "It needs the answer, and fewer than 2 of “raft” answer.")
        let late = graph.failing(kill: ["x"], slow: ["y"])
        #expect(late["user"]?.state == .degraded)
        #expect(graph.failing(kill: [], slow: ["y"])["user"]?.state == .works)
    }

    @Test func `a group is slow when all of it that is left is slow`() throws {
        let graph = try flow("user --> g\nsubgraph g\nx\ny\nend")
        #expect(graph.failing(kill: [], slow: ["x"])["user"]?.state == .works)
        #expect(graph.failing(kill: [], slow: ["x", "y"])["user"]?.state == .degraded)
        #expect(graph.failing(kill: ["y"], slow: ["x"])["user"]?.state == .degraded)
    }

    @Test func `edges and replicas can be slow`() throws {
        var graph = try flow("user --> api --> db")
        graph = graph.annotated(nodes: [NodeRecord(id: "db", kind: .dbLeader, replicas: 3)], edges: []).graph
        let edge = graph.failing(kill: [], slow: ["api-db"])
        #expect(states(edge, ["user", "api", "db"]) == [.degraded, .degraded, .works])
        let one = graph.failing(kill: [], slow: ["db:1"])
        #expect(states(one, ["user", "api", "db"]) == [.works, .works, .degraded])
        #expect(one["db"]?.reason == "1 of 3 copies answer too late.")
        let all = graph.failing(kill: [], slow: ["db:3"])
        #expect(states(all, ["user", "api", "db"]) == [.degraded, .degraded, .degraded])
        #expect(graph.failing(kill: [], slow: ["db:x", "nobody:1"]).unknown == ["db:x", "nobody:1"])
    }

    @Test func `a fallback is quoted and keeps the caller up`() throws {
        let graph = try flow("user --> api -.-> prices").annotated(
            nodes: [],
            edges: [EdgeRecord(from: "api", to: "prices", required: false, fallback: "Show yesterday's prices")]
        ).graph
        let answer = graph.failing(kill: ["prices"])
        #expect(answer["api"]?.reason == "It goes on without: “prices” fails: Show yesterday's prices.")
        #expect(answer["user"]?.state == .works)
    }

    @Test func `capabilities are clients and what nothing else needs, save what starts work on its own`() throws {
        let graph = try flow(
            """
            user:::client --> api:::service
            push:::service --> user
            cron:::scheduler --> api
            loader:::worker --> db:::store
            api --> db
            """
        )
        let answer = graph.failing(kill: ["db"])
        #expect(answer.capabilities.map(\.id) == ["user", "push"])
        #expect(answer.capabilities.map(\.state) == [.fails, .fails])
        #expect(answer.capabilities.first?.chain == ["db", "api", "user"])
    }

    @Test func `the blast radius counts capabilities of their own`() throws {
        let graph = try flow("user:::client --> web\nuser -.-> help\nops:::client --> web\nweb --> db\nweb -.-> ads")
        let radius = graph.blastRadius()
        #expect(radius.first { $0.id == "db" } == BlastRadius.of("db", fails: 3, down: 2))
        #expect(radius.first { $0.id == "help" } == BlastRadius.of("help", degrades: 1, degraded: 1))
        #expect(radius.first { $0.id == "ads" } == BlastRadius.of("ads", degrades: 1))
        #expect(graph.singlePointsOfFailure() == ["web", "db"])
    }

    @Test func `a node that the question names is a cause, whatever else it names`() throws {
        let graph = try flow("a --> b\nsubgraph g\na\nend")
        let answer = graph.failing(kill: ["a-b", "g"])
        #expect(answer["a"]?.isCause == true)
        #expect(answer["a"]?.chain == ["a"])
    }
}

extension BlastRadius {
    fileprivate static func of(
        _ id: String,
        fails: Int = 0,
        degrades: Int = 0,
        down: Int = 0,
        degraded: Int = 0
    ) -> BlastRadius {
        var radius = graphless(id)
        (radius.fails, radius.degrades) = (fails, degrades)
        (radius.capabilitiesDown, radius.capabilitiesDegraded) = (down, degraded)
        return radius
    }

    private static func graphless(_ id: String) -> BlastRadius {
        Graph(kind: .flowchart, nodes: [Node(id: id)]).blastRadius()[0]
    }
}

@Suite struct `Failures of random graphs` {
    private func graph(_ seed: Int, _ random: inout SplitMix) -> Graph {
        var graph = RandomGraphs.flowchart(seed: seed)
        for index in graph.edges.indices where random.chance(70) {
            graph.edges[index].record = EdgeRecord(
                from: graph.edges[index].from,
                to: graph.edges[index].to,
                mode: random.chance(70) ? .sync : .async,
                required: random.chance(60)
            )
        }
        for index in graph.nodes.indices where random.chance(50) {
            let replicas = 1 + random.below(3)
            graph.nodes[index].record = NodeRecord(
                id: graph.nodes[index].id,
                kind: graph.nodes[index].kind,
                replicas: replicas,
                quorum: random.chance(50) ? 1 + random.below(3) : nil
            )
        }
        return graph
    }

    /// Nodes, replicas, groups and edges.
    private func some(_ graph: Graph, _ percent: Int, _ random: inout SplitMix) -> Set<String> {
        var names = graph.nodes.map(\.id) + graph.nodes.map { "\($0.id):\(1 + random.below(3))" }
        names += graph.groups.filter { !$0.members.isEmpty }.map(\.id) + graph.edges.map(\.id)
        return Set(names.filter { _ in random.chance(percent) })
    }

    private func rank(_ state: FailureAnswer.State) -> Int {
        [.works: 0, .degraded: 1, .fails: 2][state] ?? 0
    }

    @Test(arguments: 0..<300) func `losing more never makes anything better`(seed: Int) {
        var random = SplitMix(seed: seed)
        let graph = graph(seed, &random)
        let (kill, slow) = (some(graph, 8, &random), some(graph, 8, &random))
        let (more, slower) = (kill.union(some(graph, 8, &random)), slow.union(some(graph, 8, &random)))
        let few = graph.failing(kill: kill, slow: slow)
        let many = graph.failing(kill: more, slow: slower)
        for (before, after) in zip(few.nodes, many.nodes) {
            #expect(rank(before.state) <= rank(after.state), "\(before.id)")
        }
    }

    @Test(arguments: 0..<100) func `the order of nodes and edges does not matter`(seed: Int) {
        var random = SplitMix(seed: seed)
        let graph = graph(seed, &random)
        let (kill, slow) = (some(graph, 10, &random), some(graph, 10, &random))
        var turned = graph
        turned.edges.reverse()
        let (one, other) = (graph.failing(kill: kill, slow: slow), turned.failing(kill: kill, slow: slow))
        #expect(one.nodes.map(\.state) == other.nodes.map(\.state))
        #expect(one.nodes.map(\.isCause) == other.nodes.map(\.isCause))
    }

    @Test(arguments: 0..<100) func `nothing lost means that all works`(seed: Int) {
        var random = SplitMix(seed: seed)
        let answer = graph(seed, &random).failing(kill: [])
        #expect(answer.nodes.allSatisfy { $0.state == .works && $0.chain.isEmpty && !$0.isCause })
    }

    @Test(arguments: 0..<60) func `the blast radius agrees with the answer`(seed: Int) {
        var random = SplitMix(seed: seed)
        let graph = graph(seed, &random)
        for radius in graph.blastRadius() {
            let answer = graph.failing(kill: [radius.id])
            #expect(radius.fails == answer.fails.count)
            #expect(radius.degrades == answer.degrades.count)
            #expect(radius.capabilitiesDown == answer.capabilities.count { $0.state == .fails && !$0.isCause })
        }
    }
}
