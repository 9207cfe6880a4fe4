@testable import Diagrams
import Testing

@Suite struct `What the settings of a simulation do` {
    /// Calls of an edge per request of users.
    private func calls(_ lines: String, _ edge: String, _ change: (inout LoadScenario) -> Void) throws -> Double {
        let graph = try flow(lines)
        var scenario = graph.loadScenario()
        change(&scenario)
        let report = try graph.simulate(scenario)
        return Double(report.edge(edge)?.total.calls ?? 0) / Double(report.total.offered)
    }

    @Test(arguments: [(0.0, 0.0), (0.25, 0.25), (1, 1), (3, 3), (2.5, 2.5)])
    func `an edge is called so often per request`(wanted: Double, expected: Double) throws {
        let found = try calls("user:::client --> api --> db:::store", "api-db") { scenario in
            scenario.edge("api-db") { $0.calls = wanted }
        }
        #expect(abs(found - expected) < 0.05)
    }

    @Test func `only the first of two edges between the same nodes is called, and names are remembered`() throws {
        let lines =
            "user:::client --> api\nuser -.-> api\nuser --> dns:::dns\na:::db-replica --> b:::db-leader\napi --> a"
        #expect(try calls(lines, "user-api") { _ in } > 0.99)
        #expect(try calls(lines, "user-api-2") { _ in } == 0)
        #expect(try calls(lines, "user-dns") { _ in } < 0.05)
        #expect(try calls(lines, "a-b") { _ in } == 0)
    }

    @Test func `what leads to itself is not followed`() throws {
        let graph = try flow("user:::client --> a --> b --> c --> a\nc -.-> c\nb -.-> user")
        let report = try graph.simulate(graph.loadScenario())
        #expect(report.edge("c-a")?.total.calls == 0)
        #expect(report.edge("b-user")?.total.calls == 0)
        #expect(abs(Double(report.node("c")?.total.arrivals ?? 0) / Double(report.total.offered) - 1) < 0.01)
    }

    @Test func `a blocking caller runs out of slots when what it calls is slow`() throws {
        let graph = try flow("user:::client --> api:::service --> db:::db-leader")
        for isBlocking in [true, false] {
            var scenario = graph.loadScenario()
            scenario.node("api") { ($0.isBlocking, $0.servers, $0.queue) = (isBlocking, 4, 10) }
            scenario.node("db") { ($0.servers, $0.serviceMs) = (0, 200) }
            let report = try graph.simulate(scenario)
            #expect((report.node("api")?.total.turnedAway == 0) == !isBlocking)
        }
    }

    @Test func `contention makes a crowd slower`() throws {
        let graph = try flow("a:::service")
        var scenario = graph.loadScenario()
        scenario.node("a") { ($0.servers, $0.serviceMs) = (1, 7) }
        let plain = try graph.simulate(scenario)
        scenario.node("a") { $0.contention = 0.2 }
        let crowded = try graph.simulate(scenario)
        #expect(crowded.mean > 2 * plain.mean)
    }

    @Test func `throwing expired requests away saves a crowded node`() throws {
        let graph = try flow("user:::client --> db:::db-leader")
        var good: [Double] = []
        for dropsExpired in [false, true] {
            var scenario = graph.loadScenario()
            scenario.load = [LoadScenario.Step(at: 0, rate: 150)]
            scenario.node("db") { ($0.servers, $0.serviceMs, $0.dropsExpired) = (1, 10, dropsExpired) }
            scenario.edge("user-db") { ($0.timeoutMs, $0.retries) = (500, 0) }
            good.append(try graph.simulate(scenario).goodput(20, 60))
        }
        #expect(good[0] < 0.05)
        #expect(good[1] > 0.4)
    }

    @Test func `answers after the users' patience are late`() throws {
        let graph = try flow("a:::service")
        var scenario = graph.loadScenario()
        scenario.node("a") { ($0.servers, $0.serviceMs) = (0, 1_000) }
        scenario.patience = 1
        let report = try graph.simulate(scenario)
        let share = Double(report.total.good) / Double(report.total.good + report.total.late)
        #expect(abs(share - 0.632) < 0.02)
        #expect(report.finding(.errors)?.contains("too late") == true)
    }

    @Test func `schedulers and idle workers start work of their own`() throws {
        let graph = try flow("user:::client --> api\ncron:::scheduler --> job:::service\nw:::worker --> db:::store")
        let report = try graph.simulate(graph.loadScenario())
        #expect((30...90).contains(report.node("job")?.total.arrivals ?? 0))
        #expect((30...90).contains(report.node("db")?.total.arrivals ?? 0))
        #expect(report.total.offered == report.node("user")?.total.arrivals)
    }

    @Test func `a failed message comes back until its retries are used up`() throws {
        let graph = try flow("user:::client --> q:::queue\nq -.-> w:::worker\nw --> db:::store")
        var scenario = graph.loadScenario()
        scenario.load = [LoadScenario.Step(at: 0, rate: 20)]
        scenario.edge("w-db") { $0.retries = 0 }
        scenario.events = [LoadScenario.Event(at: 0, .kill, "db")]
        let report = try graph.simulate(scenario)
        let edge = try #require(report.edge("q-w")).total
        #expect(abs(Double(edge.retried) / Double(edge.calls) - 2.0 / 3) < 0.02)
        #expect(report.total.failed == 0)
    }

    @Test func `work that makes no timers is bounded as well`() throws {
        let edges = (1...20).map { "a -.-> n\($0)" }.joined(separator: "\n")
        let graph = try flow("a:::service\n" + edges)
        var scenario = graph.loadScenario()
        scenario.seconds = 3_600
        scenario.interval = 60
        scenario.load = [LoadScenario.Step(at: 0, rate: LoadLimits.rate)]
        for index in scenario.edges.indices { (scenario.edges[index].calls, scenario.edges[index].retries) = (100, 0) }
        scenario.node("a") { ($0.servers, $0.serviceMs) = (0, 0) }
        scenario.events = (1...20).map { LoadScenario.Event(at: 0, .kill, "n\($0)") }
        var simulation = try LoadSimulation(graph, scenario)
        simulation.mostEvents = 100_000
        simulation.run()
        #expect(simulation.stopped == "more than 100000 events")
        #expect(simulation.events < 110_000)
    }

    @Test func `what ends in the last moment is counted or still under way`() throws {
        let graph = try flow("a:::service")
        var scenario = graph.loadScenario()
        (scenario.seconds, scenario.interval) = (2, 2)
        // The second replica comes back after one second, takes one who waits, and ends with the run to the nanosecond.
        scenario.load = [LoadScenario.Step(at: 0, rate: 1_000)]
        scenario.node("a") { ($0.servers, $0.replicas, $0.serviceMs, $0.isDeterministic) = (1, 2, 1_000, true) }
        scenario.events = [LoadScenario.Event(at: 0, .kill, "a:1"), LoadScenario.Event(at: 1, .restore, "a")]
        let report = try graph.simulate(scenario)
        let node = try #require(report.node("a"))
        #expect(node.total.arrivals == node.total.served + node.total.failed + node.inFlight)
        #expect(report.total.offered == report.total.good + report.total.failed + report.inFlight)
    }

    @Test(arguments: [
        #"{"everyEdge": {KEYS}}"#, #"{"nodes": {"a": {KEYS}}}"#, #"{KEYS}"#,
    ])
    func `objects with endless keys are refused at once`(text: String) throws {
        let graph = try flow("a --> b")
        let keys = Array(repeating: "\"retries\": 1", count: 50_000).joined(separator: ",")
        let json = try JSONReader.value(of: Array(text.replacing("KEYS", with: keys).utf8))
        #expect(throws: LoadError.self) { try graph.loadScenario(json) }
    }
}
