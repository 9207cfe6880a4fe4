@testable import Diagrams
import Testing

@Suite struct `Random simulations` {
    private func scenario(_ graph: Graph, _ random: inout SplitMix) -> LoadScenario {
        var scenario = graph.loadScenario()
        scenario.seconds = Double(3 + random.below(8))
        scenario.interval = [0.5, 1, 1.5][random.below(3)]
        scenario.load = [LoadScenario.Step(at: 0, rate: Double(random.below(300)))]
        if random.chance(50) { scenario.load.append(LoadScenario.Step(at: 2, rate: Double(random.below(600)))) }
        for index in scenario.nodes.indices where random.chance(50) {
            scenario.nodes[index].servers = random.below(6)
            scenario.nodes[index].serviceMs = Double(random.below(60))
            scenario.nodes[index].replicas = 1 + random.below(3)
            scenario.nodes[index].queue = [0, 3, 50, 5_000][random.below(4)]
            scenario.nodes[index].isBlocking = random.chance(50)
            scenario.nodes[index].dropsExpired = random.chance(30)
            scenario.nodes[index].contention = random.chance(30) ? 0.5 : 0
            scenario.nodes[index].isDeterministic = random.chance(50)
            scenario.nodes[index].hitRatio = random.chance(30) ? 0.7 : 0
            scenario.nodes[index].keys = 1 + random.below(100)
            scenario.nodes[index].isCold = random.chance(50)
        }
        for index in scenario.edges.indices where random.chance(60) {
            scenario.edges[index].calls = [0, 0.3, 1, 1.5, 2][random.below(5)]
            scenario.edges[index].timeoutMs = [1, 20, 200, 2_000][random.below(4)]
            scenario.edges[index].retries = random.below(4)
            scenario.edges[index].backoffMs = [0, 10, 200][random.below(3)]
            scenario.edges[index].budget = random.chance(40) ? 0.1 : nil
            if random.chance(40) { scenario.edges[index].breaker = LoadScenario.Breaker() }
            scenario.edges[index].isOnMiss = random.chance(30)
        }
        for _ in 0..<random.below(6) {
            let at = Double(random.below(90)) / 10
            let node = graph.nodes[random.below(graph.nodes.count)].id
            switch random.below(5) {
            case 0: scenario.events.append(LoadScenario.Event(at: at, .kill, node))
            case 1: scenario.events.append(LoadScenario.Event(at: at, .kill, node + ":1"))
            case 2: scenario.events.append(LoadScenario.Event(at: at, .slow, node, factor: 5))
            case 3 where !scenario.edges.isEmpty:
                let edge = scenario.edges[random.below(scenario.edges.count)].id
                scenario.events.append(LoadScenario.Event(at: at, .kill, edge))
                scenario.events.append(LoadScenario.Event(at: at + 1, .restore, edge))
            default: scenario.events.append(LoadScenario.Event(at: at, .restore, node))
            }
        }
        return scenario
    }

    @Test(arguments: 0..<120) func `keep count of every request`(seed: Int) throws {
        var random = SplitMix(seed: seed)
        let graph = RandomGraphs.flowchart(seed: seed)
        let scenario = scenario(graph, &random)
        var simulation = try LoadSimulation(graph, scenario)
        simulation.run()
        let report = simulation.report(graph, scenario)
        let total = report.total
        #expect(total.offered == total.good + total.late + total.failed + report.inFlight)
        for node in report.nodes {
            #expect(node.total.arrivals == node.total.served + node.total.failed + node.inFlight, "\(node.id)")
            #expect(node.samples.reduce(0) { $0 + $1.arrivals } == node.total.arrivals)
            #expect(node.samples.allSatisfy { $0.utilisation >= 0 && $0.utilisation <= 1 })
            #expect(node.inFlight >= 0)
        }
        for station in simulation.stations {
            #expect(station.busy >= 0 && station.waiting >= 0)
            let held = simulation.visits.count {
                $0.holdsSlot && $0.doing != .nothing
                    && simulation.stations[Int($0.node)].settings.id == station.settings.id
            }
            #expect(station.busy == held)
        }
        #expect(report.stopped == nil || report.events > 1_000)
        let again = try graph.simulate(scenario)
        #expect(again.json == report.json)
        #expect(throws: Never.self) { try JSONReader.value(of: report.json) }
    }

    @Test(arguments: 0..<40) func `sequence diagrams run as well`(seed: Int) throws {
        let graph = RandomGraphs.sequence(seed: seed)
        var scenario = graph.loadScenario()
        scenario.seconds = 3
        let report = try graph.simulate(scenario)
        let total = report.total
        #expect(total.offered == total.good + total.late + total.failed + report.inFlight)
    }
}
