import Foundation
import Learning
import Testing

/// A review sequence and what py-fsrs made of it.
private struct Sequence: Decodable {
    struct Config: Decodable {
        let parameters: [Double]
        let desiredRetention: Double
        let learningStepsS: [Double]
        let relearningStepsS: [Double]
        let maximumInterval: Int64
    }

    struct Review: Decodable {
        let t: Double
        let rating: Int
        let rBefore: Double
        let state: Int
        let step: Int?
        let stability: Double
        let difficulty: Double
        let due: Double
    }

    let id: Int
    let config: Config
    let reviews: [Review]

    func scheduler() throws -> FSRSScheduler {
        try FSRSScheduler(
            parameters: FSRSParameters(config.parameters),
            desiredRetention: config.desiredRetention,
            learningSteps: config.learningStepsS.map { Int64($0 * 1_000) },
            relearningSteps: config.relearningStepsS.map { Int64($0 * 1_000) },
            maximumInterval: config.maximumInterval
        )
    }
}

@Suite struct FSRSVectorTests {
    @Test func `every review of py-fsrs has the same phase, step and due time, and the same memory to 1e-9`() throws {
        let lines = try Files.vectors("fsrs-vectors.jsonl.gz").split(separator: UInt8(ascii: "\n"))
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        var reviews = 0
        var largestError = 0.0
        for line in lines {
            let sequence = try decoder.decode(Sequence.self, from: Data(line))
            let scheduler = try sequence.scheduler()
            var card = FSRSCard(due: 0)
            for review in sequence.reviews {
                let time = Int64(review.t * 1_000)
                let before = scheduler.retrievability(of: card, at: time)
                card = scheduler.review(card, try #require(Rating(rawValue: review.rating)), at: time)
                let memory = try #require(card.memory)
                let isSame =
                    card.phase.rawValue == review.state && card.step == review.step
                    && Double(card.due) == review.due * 1_000
                if !isSame { Issue.record("sequence \(sequence.id), second \(review.t): \(card)") }
                largestError = max(
                    largestError,
                    abs(memory.stability / review.stability - 1),
                    abs(memory.difficulty / review.difficulty - 1),
                    abs(before - review.rBefore)
                )
                reviews += 1
            }
        }
        #expect(lines.count == 3_000)
        #expect(reviews == 33_880)
        #expect(largestError < 1e-9)
        #expect(largestError < 1e-13, "larger than rounding explains")
    }
}
