import AtlasAPI
import AtlasCore
import AtlasTestKit
import Learning
import Testing

@testable import AtlasReview

/// Two devices without a network, and what becomes of what they did.
@Suite struct MergeTests {
    /// A learner's life on two devices, each with a clock of its own.
    private struct History {
        var entries: [NewReview] = []

        init(seed: UInt64, items: [ReviewItemID], length: Int, now: Timestamp) {
            var random = Dice(seed: seed)
            func number(_ limit: Int) -> Int { Int(random.next() % UInt64(limit)) }
            let skews = [number(240_000) - 120_000, number(240_000) - 120_000]
            var moment = now.milliseconds - 300 * 86_400_000
            for index in 0..<length {
                moment += Int64(number(5) == 0 ? number(30 * 86_400_000) / 10 : number(1_800_000))
                let device = number(2)
                // Now and then both devices at the same millisecond.
                let at = number(20) == 0 ? moment : moment + Int64(skews[device])
                let earlier = entries.filter { $0.action == .review }
                let kind = number(20)
                let (action, undone): (ReviewAction, NewReview?) =
                    if kind == 0, !earlier.isEmpty { (.undo, earlier[number(earlier.count)]) } else if kind == 1 {
                        (.suspend, nil)
                    } else if kind == 2 { (.resume, nil) } else { (.review, nil) }
                entries.append(
                    NewReview(
                        id: "h\(seed)-\(index)",
                        item: undone?.item ?? items[number(items.count)],
                        action: action,
                        rating: action == .review ? ReviewRating(rawValue: number(4) + 1) : nil,
                        undoes: undone?.id,
                        at: Timestamp(milliseconds: at),
                        duration: .seconds(number(30)),
                        device: device == 0 ? "phone" : "laptop"
                    )
                )
            }
        }

        /// In batches that arrive in any order, some twice because their receipt was lost.
        func deliveries(seed: UInt64) -> [[NewReview]] {
            var random = Dice(seed: seed)
            func number(_ limit: Int) -> Int { Int(random.next() % UInt64(limit)) }
            var queues = ["phone", "laptop"].map { device in entries.filter { $0.device == device } }
            var batches: [[NewReview]] = []
            while queues.contains(where: { !$0.isEmpty }) {
                let from = number(2)
                guard !queues[from].isEmpty else { continue }
                let count = min(queues[from].count, number(6) + 1)
                var batch = Array(queues[from].prefix(count))
                queues[from].removeFirst(count)
                for index in batch.indices.dropFirst() { batch.swapAt(index, number(index + 1)) }
                batches.append(batch)
                if number(3) == 0 { batches.insert(batch, at: number(batches.count + 1)) }
            }
            // A device may also have been silent for long.
            for index in batches.indices.dropFirst() { batches.swapAt(index, number(index + 1)) }
            return batches
        }

        func folds(_ scheduler: FSRSScheduler = FSRSScheduler()) -> [String: CardFold] {
            Dictionary(grouping: entries, by: \.item.rawValue).mapValues { part in
                CardFold(part.map(\.logged), scheduler: scheduler)
            }
        }
    }

    @Test func `ten thousand histories of two devices end alike whatever the order, and none loses a review`() {
        let items = (0..<3).map { ReviewItemID("diagram.x.define.n\($0)") }
        let (now, scheduler) = (Timestamp(milliseconds: 1_767_261_600_000), FSRSScheduler())
        for seed in 0..<10_000 as Range<UInt64> {
            let history = History(seed: seed, items: items, length: Int(seed % 20) + 2, now: now)
            let expected = history.folds(scheduler)
            for order in 0..<2 as Range<UInt64> {
                // The server's rule: who comes first with an id is kept.
                var arrived: [String: Int] = [:]
                var log: [NewReview] = []
                for entry in history.deliveries(seed: seed * 2 + order).joined() where arrived[entry.id] == nil {
                    arrived[entry.id] = log.count
                    log.append(entry)
                }
                let folds = Dictionary(grouping: log, by: \.item.rawValue).mapValues { part in
                    CardFold(part.map(\.logged), scheduler: scheduler)
                }
                guard log.count == history.entries.count, folds == expected else {
                    Issue.record("history \(seed), order \(order)")
                    return
                }
            }
        }
    }

    @Test(arguments: TestEngine.all)
    func `the database ends alike whatever the order`(_ engine: TestEngine) async throws {
        try await Bench.run(engine) { bench in
            let items = Array(bench.bank.items.prefix(3).map(\.id))
            for seed in 0..<40 as Range<UInt64> {
                let history = History(seed: seed, items: items, length: 20, now: bench.clock.now())
                var results: [[String: CardFold]] = []
                for order in 0..<2 as Range<UInt64> {
                    let user = "u\(seed)-\(order)"
                    for batch in history.deliveries(seed: seed * 7 + order) {
                        let outcomes = try await bench.service.record(batch, as: Bench.learner(user))
                        #expect(outcomes.map(\.isStored) == batch.map { _ in true })
                    }
                    results.append(try await bench.cards(of: user))
                    let log = try await bench.service.log(after: 0, limit: 500, as: Bench.learner(user))
                    #expect(Set(log.entries.map(\.review.id)) == Set(history.entries.map(\.id)))
                    #expect(log.entries.map(\.seq) == Array(1...Int64(history.entries.count)))
                }
                #expect(results[0] == results[1])
                #expect(results[0] == history.folds())
            }
        }
    }

    @Test(arguments: TestEngine.all)
    func `two devices that send at once do not lose each other's reviews`(_ engine: TestEngine) async throws {
        try await Bench.run(engine) { bench in
            let item = bench.bank.items[0].id
            try await withThrowingTaskGroup(of: Void.self) { group in
                for device in 0..<8 {
                    group.addTask {
                        for number in 0..<5 {
                            let review = bench.review(
                                "d\(device)-\(number)",
                                item,
                                after: .milliseconds(number - 9_000)
                            )
                            let outcomes = try await bench.service.record([review], as: Bench.learner())
                            #expect(outcomes.map(\.isStored) == [true])
                        }
                    }
                }
                try await group.waitForAll()
            }
            let log = try await bench.service.log(after: 0, limit: 500, as: Bench.learner())
            #expect(log.entries.map(\.seq) == Array(1...40))
            #expect(try await bench.cards(of: "ada")[item.rawValue]?.reviews == 40)
        }
    }
}

extension NewReview {
    fileprivate var logged: LogEntry {
        LogEntry(id: id, action: action, rating: rating.map(Rating.init), undoes: undoes, at: at)
    }
}

/// Numbers that are the same in every run.
///
/// Source: S. Vigna, splitmix64.
struct Dice: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1 }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
