import AtlasCore
import AtlasPorts
import AtlasTestKit
import EmbeddedEngines
import Testing

@Suite struct QueueConformance {
    private struct Bench: Sendable {
        let queue: any Queue
        let clock: ManualClock
    }

    private func run(_ engine: TestEngine, _ body: @Sendable (Bench) async throws -> Void) async throws {
        try await withDatabase(engine) { database in
            _ = try await Migrator.migrate(database, SQLQueue.migrations)
            let clock = ManualClock()
            let queue = SQLQueue(database: database, clock: clock, ids: RandomIDSource(clock: clock))
            try await body(Bench(queue: queue, clock: clock))
        }
    }

    @Test(arguments: TestEngine.all)
    func `a message is taken once, hidden while leased, and gone when acknowledged`(engine: TestEngine) async throws {
        try await run(engine) { bench in
            for _ in 0..<2 { try await bench.queue.push([1], id: "m1", to: "q", delay: .zero) }
            try await bench.queue.push([2], id: "m1", to: "other", delay: .zero)
            let taken = try await bench.queue.take(from: "q", limit: 10, lease: .seconds(30))
            #expect(taken.map(\.payload) == [[1]])
            #expect(try await bench.queue.take(from: "q", limit: 10, lease: .seconds(30)).isEmpty)
            #expect(try await bench.queue.acknowledge(taken[0]))
            #expect(try await bench.queue.acknowledge(taken[0]) == false)
        }
    }

    @Test(arguments: TestEngine.all)
    func `a worker that dies loses its lease, and its late word counts nothing`(engine: TestEngine) async throws {
        try await run(engine) { bench in
            try await bench.queue.push([1], id: "m1", to: "q", delay: .zero)
            let first = try await bench.queue.take(from: "q", limit: 1, lease: .seconds(30))[0]
            bench.clock.advance(by: .seconds(31))
            let second = try await bench.queue.take(from: "q", limit: 1, lease: .seconds(30))[0]
            #expect(second.attempt == 2)
            #expect(try await bench.queue.acknowledge(first) == false)
            try await bench.queue.fail(first, reason: "late")
            #expect(try await bench.queue.acknowledge(second))
        }
    }

    @Test(arguments: TestEngine.all)
    func `a delayed message waits, a failed one backs off, a hopeless one dies and may be revived`(
        engine: TestEngine
    ) async throws {
        try await run(engine) { bench in
            try await bench.queue.push([1], id: "m1", to: "q", delay: .seconds(10))
            #expect(try await bench.queue.take(from: "q", limit: 1, lease: .seconds(30)).isEmpty)
            bench.clock.advance(by: .seconds(10))
            for attempt in 1...QueueLimits.attempts {
                let taken = try await bench.queue.take(from: "q", limit: 1, lease: .seconds(30))
                #expect(taken.map(\.attempt) == [attempt])
                try await bench.queue.fail(taken[0], reason: "no \(attempt)")
                #expect(try await bench.queue.take(from: "q", limit: 1, lease: .seconds(30)).isEmpty)
                bench.clock.advance(by: QueueLimits.backOff(attempt))
            }
            #expect(try await bench.queue.deadLetters(of: "q").map(\.reason) == ["no \(QueueLimits.attempts)"])
            try await bench.queue.push([1], id: "m1", to: "q", delay: .zero)
            #expect(
                try await bench.queue.take(from: "q", limit: 1, lease: .seconds(30)).isEmpty,
                "a dead letter is known"
            )
            #expect(try await bench.queue.revive("m1", in: "q"))
            #expect(try await bench.queue.revive("m1", in: "q") == false)
            #expect(try await bench.queue.take(from: "q", limit: 1, lease: .seconds(30)).map(\.attempt) == [1])
        }
    }

    @Test(arguments: TestEngine.all)
    func `a message whose workers all die becomes a dead letter`(engine: TestEngine) async throws {
        try await run(engine) { bench in
            try await bench.queue.push([1], id: "m1", to: "q", delay: .zero)
            for attempt in 1...QueueLimits.attempts {
                let taken = try await bench.queue.take(from: "q", limit: 1, lease: .seconds(30))
                #expect(taken.map(\.attempt) == [attempt])
                bench.clock.advance(by: .seconds(30))
            }
            #expect(try await bench.queue.take(from: "q", limit: 1, lease: .seconds(30)).isEmpty)
            #expect(try await bench.queue.deadLetters(of: "q").map(\.payload) == [[1]])
        }
    }

    @Test(arguments: TestEngine.all)
    func `a dead letter is kept for a month, in all queues`(engine: TestEngine) async throws {
        try await run(engine) { bench in
            let die = { (queue: String) in
                try await bench.queue.push([1], id: "m1", to: queue, delay: .zero)
                for _ in 0...QueueLimits.attempts {
                    _ = try await bench.queue.take(from: queue, limit: 1, lease: .zero)
                }
            }
            for queue in ["q", "other"] { try await die(queue) }
            bench.clock.advance(by: QueueLimits.deadLetterLife - .seconds(1))
            try await die("young")
            try await bench.queue.expireDeadLetters()
            #expect(try await bench.queue.deadLetters(of: "q").count == 1)
            bench.clock.advance(by: .seconds(1))
            try await bench.queue.expireDeadLetters()
            for queue in ["q", "other"] { #expect(try await bench.queue.deadLetters(of: queue).isEmpty) }
            #expect(try await bench.queue.deadLetters(of: "young").count == 1)
        }
    }

    @Test(arguments: TestEngine.all)
    func `the longest due comes first, at most as many as asked for`(engine: TestEngine) async throws {
        try await run(engine) { bench in
            for (id, delay) in [("a", 3), ("b", 1), ("c", 2), ("d", 9)] {
                try await bench.queue.push([], id: id, to: "q", delay: .seconds(delay))
            }
            bench.clock.advance(by: .seconds(5))
            #expect(try await bench.queue.take(from: "q", limit: -1, lease: .seconds(30)).isEmpty)
            #expect(try await bench.queue.take(from: "q", limit: 2, lease: .seconds(30)).map(\.id) == ["b", "c"])
            #expect(try await bench.queue.take(from: "q", limit: 2, lease: .seconds(30)).map(\.id) == ["a"])
        }
    }

    @Test(arguments: TestEngine.all)
    func `a payload over the limit is refused`(engine: TestEngine) async throws {
        try await run(engine) { bench in
            let most = [UInt8](repeating: 7, count: QueueLimits.payloadBytes)
            try await bench.queue.push(most, id: "m1", to: "q", delay: .zero)
            #expect(try await bench.queue.take(from: "q", limit: 1, lease: .seconds(30)).map(\.payload) == [most])
            let error = await #expect(throws: AtlasError.self) {
                try await bench.queue.push(most + [7], id: "m2", to: "q", delay: .zero)
            }
            #expect(error?.code == .invalid)
        }
    }

    @Test(arguments: TestEngine.all)
    func `workers at once share the messages without overlap`(engine: TestEngine) async throws {
        try await run(engine) { bench in
            for index in 0..<60 { try await bench.queue.push([UInt8(index)], id: "m\(index)", to: "q", delay: .zero) }
            let taken = try await withThrowingTaskGroup(of: [String].self) { group in
                for _ in 0..<6 {
                    group.addTask {
                        var ids: [String] = []
                        while true {
                            let batch = try await bench.queue.take(from: "q", limit: 4, lease: .seconds(30))
                            if batch.isEmpty { return ids }
                            for delivery in batch where try await bench.queue.acknowledge(delivery) {
                                ids.append(delivery.id)
                            }
                        }
                    }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            #expect(taken.count == 60)
            #expect(Set(taken).count == 60)
        }
    }

    @Test func `back-off doubles up to an hour`() {
        #expect(
            (1...14).map { QueueLimits.backOff($0).components.seconds } == [
                1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1_024, 2_048, 3_600, 3_600,
            ]
        )
    }
}
