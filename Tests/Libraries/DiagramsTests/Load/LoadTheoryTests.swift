@testable import Diagrams
import Foundation
import Testing

@Suite struct `A station behaves as queueing theory says` {
    /// One station with so many servers, each busy for so much of its time.
    private func station(_ servers: Int, _ utilisation: Double, isDeterministic: Bool = false) throws -> LoadReport {
        let graph = try flow("a[Station]:::service")
        var scenario = graph.loadScenario()
        scenario.seed = 3
        scenario.seconds = 300
        scenario.interval = 60
        scenario.load = [LoadScenario.Step(at: 0, rate: 1_000)]
        scenario.node("a") { node in
            node.servers = servers
            node.serviceMs = utilisation * Double(servers)
            node.isDeterministic = isDeterministic
            node.queue = LoadLimits.defaultBacklog
        }
        return try graph.simulate(scenario)
    }

    private func isNear(_ value: Double, _ expected: Double, _ tolerance: Double = 0.05) -> Bool {
        abs(value - expected) <= expected * tolerance
    }

    /// Erlang's C: the chance that all servers are busy.
    private func waitChance(_ servers: Int, _ utilisation: Double) -> Double {
        let load = utilisation * Double(servers)
        var term = 1.0
        var sum = 0.0
        for index in 0..<servers {
            sum += term
            term *= load / Double(index + 1)
        }
        let all = term / (1 - utilisation)
        return all / (sum + all)
    }

    @Test(arguments: [0.3, 0.5, 0.7, 0.8, 0.9])
    func `the mean wait in M/M/1 is within 5 percent`(utilisation: Double) throws {
        let total = try #require(try station(1, utilisation).node("a")).total
        // Service takes `utilisation` milliseconds, and one comes each millisecond.
        let wait = utilisation * utilisation / (1 - utilisation)
        #expect(isNear(total.meanWait, wait), "\(total.meanWait) for \(wait)")
        #expect(isNear(total.mean, wait + utilisation))
        #expect(isNear(total.utilisation, utilisation, 0.02))
    }

    @Test(arguments: [(2, 0.5), (2, 0.8), (8, 0.7), (8, 0.9), (32, 0.9)])
    func `the mean wait in M/M/c is within 5 percent`(servers: Int, utilisation: Double) throws {
        let total = try #require(try station(servers, utilisation).node("a")).total
        let wait = waitChance(servers, utilisation) * utilisation / (1 - utilisation)
        #expect(isNear(total.meanWait, wait), "\(total.meanWait) for \(wait)")
    }

    @Test(arguments: [0.5, 0.8])
    func `the mean wait in M/D/1 is half of that in M/M/1`(utilisation: Double) throws {
        let total = try #require(try station(1, utilisation, isDeterministic: true).node("a")).total
        let wait = utilisation * utilisation / (1 - utilisation) / 2
        #expect(isNear(total.meanWait, wait), "\(total.meanWait) for \(wait)")
    }

    @Test(arguments: [(1, 0.6), (1, 0.9), (4, 0.8)])
    func `as many wait as come during a wait`(servers: Int, utilisation: Double) throws {
        // Little's law: L = λ W.
        let report = try station(servers, utilisation)
        let total = try #require(report.node("a")).total
        let rate = Double(total.arrivals) / (report.seconds * 1_000)
        #expect(isNear(total.queueMean, rate * total.meanWait))
        #expect(isNear(total.queueMean + total.utilisation * Double(servers), rate * total.mean))
    }

    @Test func `half of the times in M/M/1 are under the median and 99 of 100 under p99`() throws {
        let total = try #require(try station(1, 0.5).node("a")).total
        // The time in the system is exponential with mean 0.5 / (1 - 0.5) = 1 ms.
        #expect(isNear(total.p50, log(2.0)))
        #expect(isNear(total.p99, log(100.0)))
    }
}

@Suite struct `The numbers behind a simulation` {
    @Test func `the logarithm agrees with Foundation's`() {
        var random = LoadRandom(seed: 5)
        for _ in 0..<100_000 {
            let value = random.uniform()
            #expect(value > 0 && value <= 1)
            let (ours, theirs) = (naturalLogarithm(value), log(value))
            #expect(abs(ours - theirs) <= 4e-16 * max(1, abs(theirs)), "\(value)")
        }
        for value in [1.0, 0.5, 2, 1e-300, 1e300, 0x1p-53, 1.414_213_562_373_095_1, 0.999_999_999_999_999_9] {
            #expect(abs(naturalLogarithm(value) - log(value)) <= 4e-16 * max(1, abs(log(value))), "\(value)")
        }
    }

    @Test func `the generator is the published one`() {
        // xoshiro256** with the state that SplitMix64 makes of 0.
        var random = LoadRandom(seed: 0)
        #expect(random.next() == 0x99EC_5F36_CB75_F2B4)
        #expect(random.next() == 0xBF6E_1F78_4956_452A)
    }

    @Test func `exponential numbers have mean and deviation 1`() {
        var random = LoadRandom(seed: 9)
        let values = (0..<200_000).map { _ in random.exponential() }
        let mean = values.reduce(0, +) / Double(values.count)
        let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
        #expect(abs(mean - 1) < 0.01)
        #expect(abs(variance - 1) < 0.03)
    }

    @Test func `the heap gives timers in their order`() {
        var heap = LoadHeap()
        var random = LoadRandom(seed: 2)
        var expected: [(UInt64, UInt32)] = []
        for order in 1...5_000 as ClosedRange<UInt32> {
            let time = random.next() % 300
            heap.push(LoadTimer(time: time, order: order, what: 0))
            expected.append((time, order))
        }
        expected.sort { $0.0 == $1.0 ? $0.1 < $1.1 : $0.0 < $1.0 }
        for (time, order) in expected {
            let timer = heap.pop()
            #expect(timer?.time == time && timer?.order == order)
        }
        #expect(heap.pop() == nil)
    }

    @Test func `the ring is a line`() {
        var ring = LoadRing()
        var model: [Int32] = []
        var random = LoadRandom(seed: 4)
        for index in 0..<20_000 as Range<Int32> {
            if random.next() % 5 < 3 {
                ring.push(LoadRing.Entry(visit: index))
                model.append(index)
            } else {
                #expect(ring.pop()?.visit == model.first)
                if !model.isEmpty { model.removeFirst() }
            }
            #expect(ring.count == model.count)
            #expect(ring.first?.visit == model.first)
        }
    }

    @Test func `histogram steps are at most a sixteenth wide`() {
        var time: UInt64 = 20_000
        while time < 3_600_000_000_000 {
            let middle = LoadHistogram.milliseconds(LoadHistogram.step(time))
            #expect(abs(middle - Double(time) / 1e6) <= 0.04 * Double(time) / 1e6, "\(time)")
            time += time / 7
        }
        #expect(LoadHistogram.step(.max) == LoadHistogram.size - 1)
    }
}
