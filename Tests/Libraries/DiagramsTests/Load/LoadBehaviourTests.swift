import Diagrams
import Testing

@Suite struct `What overload does` {
    /// Users, a service and a database that serves 200/s, with 1 s of patience at the edge to the database.
    private func shop(retries: Int, budget: Double? = nil) throws -> (Graph, LoadScenario) {
        let graph = try flow("user:::client --> api[API]:::service\napi --> db[(Database)]:::db-leader")
        var scenario = graph.loadScenario()
        scenario.load = [LoadScenario.Step(at: 0, rate: 140)]
        scenario.node("db") { ($0.servers, $0.serviceMs, $0.queue) = (4, 20, 300) }
        scenario.node("api") { ($0.isBlocking, $0.servers) = (false, 1_000) }
        scenario.edge("user-api") { ($0.retries, $0.timeoutMs) = (0, 5_000) }
        scenario.edge("api-db") { edge in
            (edge.retries, edge.timeoutMs, edge.backoffMs, edge.budget) = (retries, 500, 50, budget)
        }
        return (graph, scenario)
    }

    @Test func `without trouble all requests are answered and the report says so`() throws {
        let (graph, scenario) = try shop(retries: 3)
        let report = try graph.simulate(scenario)
        #expect(report.total.failed == 0)
        #expect(report.total.good + report.inFlight == report.total.offered)
        #expect(report.finding(.fine)?.hasPrefix("All ") == true)
        #expect(report.nodes.allSatisfy { $0.samples.allSatisfy { $0.state == .ok } })
    }

    @Test func `a retry storm outlives its trigger, and a budget ends it`() throws {
        var (graph, scenario) = try shop(retries: 3)
        scenario.events = [
            LoadScenario.Event(at: 15, .slow, "db", factor: 4), LoadScenario.Event(at: 25, .restore, "db"),
        ]
        let storm = try graph.simulate(scenario)
        #expect(storm.goodput(5, 15) > 0.99)
        #expect(storm.goodput(45, 60) < 0.3)
        #expect(storm.finding(.metastable)?.hasPrefix("Still down 35 s after") == true)
        #expect(storm.finding(.retries)?.contains("“Database”") == true)
        (graph, scenario) = try shop(retries: 3, budget: 0.1)
        scenario.events = [
            LoadScenario.Event(at: 15, .slow, "db", factor: 4), LoadScenario.Event(at: 25, .restore, "db"),
        ]
        let calm = try graph.simulate(scenario)
        #expect(calm.goodput(45, 60) > 0.99)
        #expect(calm.finding(.metastable) == nil)
        #expect(calm.finding(.recovered) != nil)
        #expect(calm.finding(.budget) != nil)
    }

    @Test func `a metastable failure ends when load is shed`() throws {
        var (graph, scenario) = try shop(retries: 3)
        scenario.seconds = 120
        scenario.load = [
            LoadScenario.Step(at: 0, rate: 140), LoadScenario.Step(at: 15, rate: 400),
            LoadScenario.Step(at: 25, rate: 140),
        ]
        let stuck = try graph.simulate(scenario)
        #expect(stuck.goodput(100, 120) < 0.3)
        scenario.load += [LoadScenario.Step(at: 60, rate: 10), LoadScenario.Step(at: 80, rate: 140)]
        let shed = try graph.simulate(scenario)
        #expect(shed.goodput(40, 60) < 0.3)
        #expect(shed.goodput(100, 120) > 0.99)
        #expect(shed.finding(.metastable) != nil)
        #expect(shed.finding(.recovered) != nil)
    }

    @Test func `a breaker opens, tries and closes`() throws {
        var (graph, scenario) = try shop(retries: 0)
        scenario.edge("api-db") { $0.breaker = LoadScenario.Breaker() }
        scenario.events = [LoadScenario.Event(at: 10, .kill, "db"), LoadScenario.Event(at: 22, .restore, "db")]
        let report = try graph.simulate(scenario)
        let edge = try #require(report.edge("api-db"))
        #expect(edge.samples[5].breaker == .closed)
        #expect(edge.samples[11].breaker == .open)
        #expect(edge.samples.contains { $0.breaker == .halfOpen } || edge.total.refused > 0)
        #expect(edge.samples[30].breaker == .closed)
        #expect(edge.total.refused > 1_000)
        // While it is open the database hears only the trials.
        let db = try #require(report.node("db"))
        #expect(db.samples[12...20].reduce(0) { $0 + $1.arrivals } < 5)
        #expect(report.goodput(30, 60) > 0.99)
        #expect(report.finding(.breaker)?.contains("closed again") == true)
    }

    @Test func `a cold cache lets the load through until it is warm`() throws {
        let graph = try flow("user:::client --> api:::service\napi -.-> cache:::cache\napi --> db:::db-leader")
        var scenario = graph.loadScenario()
        scenario.load = [LoadScenario.Step(at: 0, rate: 500)]
        scenario.node("cache") { $0.keys = 2_000 }
        let warm = try graph.simulate(scenario)
        let calls = try #require(warm.node("db")).total.arrivals
        #expect(abs(Double(calls) / Double(warm.total.offered) - 0.1) < 0.01)
        scenario.events = [LoadScenario.Event(at: 20, .flush, "cache")]
        let flushed = try graph.simulate(scenario)
        let db = try #require(flushed.node("db")).samples
        #expect(db[20].arrivals > 5 * db[10].arrivals)
        #expect(db[50].arrivals < 2 * db[10].arrivals)
        #expect(flushed.finding(.cold)?.contains("warm again") == true)
        scenario.events = [LoadScenario.Event(at: 20, .kill, "cache")]
        let lost = try graph.simulate(scenario)
        #expect(lost.goodput(25, 60) > 0.99)
        #expect(lost.users[30].degraded > 0)
    }

    @Test func `a full line turns away, and those inside are served`() throws {
        let graph = try flow("a:::service")
        var scenario = graph.loadScenario()
        scenario.load = [LoadScenario.Step(at: 0, rate: 200)]
        scenario.node("a") { ($0.servers, $0.serviceMs, $0.queue) = (1, 10, 20) }
        let report = try graph.simulate(scenario)
        let total = try #require(report.node("a")).total
        #expect(total.queueMax == 20)
        #expect(abs(Double(total.served) / 6_000 - 1) < 0.05)
        #expect(total.turnedAway == total.failed)
        #expect(report.node("a")?.samples[30].state == .overloaded)
        #expect(report.finding(.full)?.contains("20 were waiting") == true)
    }

    @Test func `a lost replica takes capacity, and below its quorum a node is down`() throws {
        var graph = try flow("user:::client --> db:::db-leader")
        graph =
            graph.annotated(
                nodes: [NodeRecord(id: "db", kind: .dbLeader, replicas: 3, quorum: 2)],
                edges: []
            ).graph
        var scenario = graph.loadScenario()
        scenario.edge("user-db") { $0.retries = 0 }
        scenario.events = [LoadScenario.Event(at: 10, .kill, "db:1"), LoadScenario.Event(at: 20, .kill, "db:2")]
        scenario.events.append(LoadScenario.Event(at: 30, .restore, "db:1"))
        let report = try graph.simulate(scenario)
        #expect(report.goodput(0, 20) > 0.99)
        #expect(report.goodput(21, 30) == 0)
        #expect(report.node("db")?.samples[25].state == .down)
        #expect(report.goodput(31, 60) > 0.99)
    }

    @Test func `messages wait in a queue while the worker is gone`() throws {
        let graph = try flow(
            "user:::client --> api:::service\napi --> q:::queue\nw:::worker -->|takes| q\nw --> s[(Store)]:::store"
        )
        var scenario = graph.loadScenario()
        scenario.events = [LoadScenario.Event(at: 10, .kill, "w"), LoadScenario.Event(at: 20, .restore, "w")]
        let report = try graph.simulate(scenario)
        #expect(report.total.failed == 0)
        let queue = try #require(report.node("q"))
        #expect(queue.samples[19].queueMax > 700)
        #expect(queue.samples[59].queueMax < 50)
        #expect(report.node("w")?.total.arrivals ?? 0 > report.total.offered * 95 / 100)
        #expect(report.finding(.backlog)?.contains("was worked off") == true)
    }

    @Test func `every consumer of a stream gets each message, those of a queue share them`() throws {
        for (kind, share) in [("stream", 1.0), ("queue", 0.5)] {
            let graph = try flow(
                "user:::client --> s:::\(kind)\ns -.-> a:::worker\ns -.-> b:::worker"
            )
            let report = try graph.simulate(graph.loadScenario())
            for id in ["a", "b"] {
                let seen = Double(report.node(id)?.total.arrivals ?? 0) / Double(report.total.offered)
                #expect(abs(seen - share) < 0.1, "\(kind) \(id)")
            }
        }
    }

    @Test func `users of an optional part go on without it, and calls over a lost edge time out`() throws {
        let graph = try flow("user:::client --> api:::service\napi -.-> ads:::service")
        var scenario = graph.loadScenario()
        scenario.edge("api-ads") { ($0.timeoutMs, $0.retries) = (50, 0) }
        scenario.events = [LoadScenario.Event(at: 10, .kill, "api-ads")]
        let report = try graph.simulate(scenario)
        #expect(report.total.failed == 0)
        #expect(report.users[30].degraded > 0)
        #expect(report.edge("api-ads")?.samples[30].timedOut ?? 0 > 50)
        #expect(report.node("ads")?.samples[30].arrivals == 0)
        #expect(report.users[30].p50 > 50)
    }

    @Test func `calls go in turn to the nodes of a group that are up`() throws {
        let graph = try flow("user:::client --> g\nsubgraph g\nx:::service\ny:::service\nend")
        var scenario = graph.loadScenario()
        scenario.events = [LoadScenario.Event(at: 30, .kill, "x")]
        let report = try graph.simulate(scenario)
        let (x, y) = (report.node("x")?.samples ?? [], report.node("y")?.samples ?? [])
        #expect(x[10].arrivals - y[10].arrivals <= 1)
        #expect(x[40].arrivals == 0)
        #expect(report.goodput(31, 60) == 1)
    }
}
