import Diagrams
import Testing

@Suite struct `Scenarios of a simulation` {
    private func shop() throws -> Graph {
        try flow(
            "user:::client --> api[API]:::service\napi -.-> cache:::cache\napi --> db:::db-leader\napi -.-> q:::queue"
        )
    }

    private func read(_ text: String) throws -> LoadScenario {
        try shop().loadScenario(try JSONReader.value(of: Array(text.utf8)))
    }

    @Test func `any flowchart runs without a scenario`() throws {
        let graph = try shop()
        let report = try graph.simulate(graph.loadScenario())
        #expect(report.seconds == 60)
        #expect(report.nodes.allSatisfy { $0.samples.count == 60 })
        #expect(report.total.offered > 5_500 && report.total.offered < 6_500)
        #expect(report.total.failed == 0)
    }

    @Test func `the same seed gives the same bytes, another seed others`() throws {
        let graph = try shop()
        var scenario = graph.loadScenario()
        let first = try graph.simulate(scenario)
        #expect(try graph.simulate(scenario).json == first.json)
        scenario.seed = 2
        #expect(try graph.simulate(scenario).json != first.json)
    }

    @Test func `other settings meet the same users`() throws {
        let graph = try shop()
        var scenario = graph.loadScenario()
        let first = try graph.simulate(scenario)
        scenario.node("db") { $0.serviceMs = 9 }
        let second = try graph.simulate(scenario)
        #expect(first.users.map(\.offered) == second.users.map(\.offered))
        #expect(first.json != second.json)
    }

    @Test func `a scenario is read, and what is written is read again`() throws {
        let text = #"""
            {"seed": 7, "seconds": 20, "interval": 0.5, "patience": 2,
             "load": [{"at": 0, "rate": 50}, {"at": 5, "rate": 80, "node": "user"}],
             "nodes": {"db": {"servers": 3, "service": "deterministic", "cold": true, "hitRatio": 0.5}},
             "everyEdge": {"retries": 4},
             "edges": {"api-db": {"budget": 0.2, "breaker": {"window": 10}, "calls": 2.5}, "user-api": {"breaker": true}},
             "events": [{"at": 3, "kill": "db:1"}, {"at": 4, "slow": "api", "factor": 3}, {"at": 9, "restore": "api-db"}]}
            """#
        let scenario = try read(text)
        #expect(scenario.seed == 7)
        #expect(scenario.load[1] == LoadScenario.Step(at: 5, rate: 80, node: "user"))
        #expect(scenario.nodes.first { $0.id == "db" }?.isDeterministic == true)
        #expect(scenario.edges.allSatisfy { $0.retries == 4 })
        let edge = try #require(scenario.edges.first { $0.id == "api-db" })
        #expect(edge.budget == 0.2 && edge.breaker?.window == 10 && edge.breaker?.openMs == 5_000 && edge.calls == 2.5)
        #expect(scenario.edges.first { $0.id == "user-api" }?.breaker == LoadScenario.Breaker())
        #expect(scenario.events[1] == LoadScenario.Event(at: 4, .slow, "api", factor: 3))
        var writer = JSONWriter()
        scenario.write(to: &writer)
        #expect(try read(String(decoding: writer.bytes, as: UTF8.self)) == scenario)
        let report = try shop().simulate(scenario)
        let parsed = try JSONReader.value(of: report.json)
        #expect(parsed["user"]?["offered"]?.elements.count == 40)
        #expect(parsed["scenario"]?["seed"]?.number == 7)
    }

    @Test(arguments: [
        (#"{"sed": 1}"#, "sed: there is no such key; use seed, seconds"),
        (#"{"seed": -1}"#, "seed: must be a whole number from 0 to 4294967295"),
        (#"{"seed": 1e300}"#, "seed: must be a whole number"),
        (#"{"seconds": 1e9}"#, "seconds: must be a number from 1 to 3600"),
        (#"{"seconds": "long"}"#, "seconds: must be a number"),
        (#"[]"#, "scenario: must be an object"),
        (#"{"nodes": {"dbs": {}}}"#, "nodes.dbs: the diagram has no such node; did you mean db?"),
        (#"{"nodes": {"db": {"servers": 1.5}}}"#, "nodes.db.servers: must be a whole number from 0 to 10000"),
        (
            #"{"nodes": {"db": {"service": "normal"}}}"#,
            "nodes.db.service: must be \"exponential\" or \"deterministic\""
        ),
        (#"{"nodes": {"db": {"blocking": 1}}}"#, "nodes.db.blocking: must be true or false"),
        (#"{"nodes": {"db": 3}}"#, "nodes.db: must be an object"),
        (#"{"nodes": []}"#, "nodes: must be an object"),
        (#"{"edges": {"api-dbx": {}}}"#, "edges.api-dbx: the diagram has no such edge"),
        (#"{"edges": {"api-db": {"budget": "x"}}}"#, "edges.api-db.budget: must be a number from 0 to 10"),
        (#"{"edges": {"api-db": {"breaker": {"window": 65}}}}"#, "edges.api-db.breaker.window: must be a whole"),
        (#"{"edges": {"api-db": {"breaker": 3}}}"#, "edges.api-db.breaker: must be an object"),
        (#"{"edges": {"api-db": {"timeoutMs": 0}}}"#, "edges.api-db.timeoutMs: must be a number from 1"),
        (#"{"everyEdge": {"retries": 11}}"#, "everyEdge.retries: must be a whole number from 0 to 10"),
        (#"{"load": [{"at": 0}]}"#, "load.0.rate: must be a number from 0 to 100000"),
        (#"{"load": {}}"#, "load: must be an array"),
        (#"{"events": [{"at": 1}]}"#, "events.0.kill: is missing"),
        (#"{"events": [{"at": 1, "kill": 5}]}"#, "events.0.kill: must be a text"),
        (#"{"events": [{"at": 1, "explode": "db"}]}"#, "events.0"),
    ])
    func `what is wrong in a scenario is named with its remedy`(text: String, message: String) throws {
        let error = #expect(throws: LoadError.self) { try read(text) }
        #expect(error?.description.hasPrefix(message) == true, "\(error?.description ?? "")")
    }

    @Test(arguments: [
        (
            #"{"load": [{"at": 0, "rate": 1, "node": "usr"}]}"#,
            "load.0.node: the diagram has no “usr”; did you mean user?"
        ),
        (#"{"events": [{"at": 0, "kill": "nobody"}]}"#, "events.0.kill: the diagram has no “nobody”"),
        (#"{"events": [{"at": 0, "slow": "api-db", "factor": 2}]}"#, "events.0.slow: must name a node or a group"),
        (#"{"events": [{"at": 0, "flush": "db"}]}"#, "events.0.flush: “db” is no cache"),
        (#"{"edges": {"api-db": {"flow": "pull"}}}"#, "edges.api-db.flow: only from a queue or stream"),
        (#"{"seconds": 3600, "interval": 0.1}"#, "interval: must be longer"),
    ])
    func `what does not fit the diagram is refused`(text: String, message: String) throws {
        let graph = try shop()
        let scenario = try read(text)
        let error = #expect(throws: LoadError.self) { try graph.simulate(scenario) }
        #expect(error?.description.hasPrefix(message) == true, "\(error?.description ?? "")")
    }

    @Test func `scenarios made in Swift are checked as well`() throws {
        let graph = try shop()
        var scenario = graph.loadScenario()
        scenario.node("db") { $0.serviceMs = .nan }
        #expect(throws: LoadError("nodes.db.serviceMs", "must be a number from 0 to 600000")) {
            try graph.simulate(scenario)
        }
        scenario = graph.loadScenario()
        scenario.seconds = .infinity
        #expect(throws: LoadError.self) { try graph.simulate(scenario) }
        scenario = graph.loadScenario()
        scenario.edges[0].retries = -1
        #expect(throws: LoadError.self) { try graph.simulate(scenario) }
        scenario = graph.loadScenario()
        scenario.nodes.removeLast()
        #expect(throws: LoadError.self) { try graph.simulate(scenario) }
        scenario = graph.loadScenario()
        scenario.load = Array(repeating: LoadScenario.Step(at: 0, rate: 1), count: 101)
        #expect(throws: LoadError.self) { try graph.simulate(scenario) }
    }

    @Test func `diagrams without requests and too large ones are refused`() throws {
        let states = try #require(Mermaid.parse("stateDiagram-v2\na --> b").graph)
        let error = #expect(throws: LoadError.self) { try states.simulate(states.loadScenario()) }
        #expect(error?.message.contains("this state diagram") == true)
        let large = try flow((0...LoadLimits.nodes).map { "n\($0)" }.joined(separator: "\n"))
        #expect(throws: LoadError.self) { try large.simulate(large.loadScenario()) }
    }

    @Test func `a run that reaches a limit stops and says so`() throws {
        let graph = try flow("user:::client --> api:::service")
        var scenario = graph.loadScenario()
        scenario.load = [LoadScenario.Step(at: 0, rate: LoadLimits.rate)]
        scenario.node("api") { ($0.servers, $0.serviceMs) = (0, 600_000) }
        let report = try graph.simulate(scenario)
        #expect(report.stopped == "more than 200000 requests and messages alive")
        #expect(report.seconds < 2)
        #expect(report.finding(.stopped) != nil)
        #expect(report.total.offered == report.inFlight + report.total.failed + report.total.good + report.total.late)
    }
}
