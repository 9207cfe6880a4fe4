import Foundation
import Testing

@testable import Learning

/// The review log of py-fsrs's own tests, where it lies beside the repository.
private struct RealLog {
    var reviews: [FSRSReview] = []
    /// Stability and difficulty after each review.
    var states: [MemoryState] = []

    init?() throws {
        guard let csv = try Files.shared("fsrs-real-log.csv.gz") else { return nil }
        for line in String(decoding: csv, as: UTF8.self).split(separator: "\n").dropFirst() {
            let values = line.split(separator: ",", omittingEmptySubsequences: false)
            let rating = try #require(Int(values[2]).flatMap(Rating.init))
            let card = try #require(UInt64(values[0]))
            reviews.append(FSRSReview(card: card, time: try Self.milliseconds(values[1]), rating: rating))
            states.append(
                MemoryState(
                    stability: try #require(Double(values[4])),
                    difficulty: try #require(Double(values[5]))
                )
            )
        }
    }

    /// Of 2024-03-29T20:32:32.250000+00:00.
    private static func milliseconds(_ text: Substring) throws -> Int64 {
        let numbers = text.split { !$0.isNumber }.map { Int($0) ?? 0 }
        var components = DateComponents(year: numbers[0], month: numbers[1], day: numbers[2])
        components.timeZone = TimeZone(secondsFromGMT: 0)
        let day = try #require(Calendar(identifier: .gregorian).date(from: components))
        let seconds = Int64(day.timeIntervalSince1970) + Int64(numbers[3] * 3_600 + numbers[4] * 60 + numbers[5])
        return seconds * 1_000 + Int64(text.contains(".") ? numbers[6] / 1_000 : 0)
    }
}

/// Reviews of a learner who forgets as these parameters say, from a seed.
private func simulated(_ parameters: FSRSParameters, cards: Int, seed: UInt64) throws -> [FSRSReview] {
    var random = SeededRandom(seed: seed)
    let scheduler = try FSRSScheduler(parameters: parameters)
    var reviews: [FSRSReview] = []
    for number in 0..<cards {
        var time = Int64(number) * 3_600_000
        var card = FSRSCard(due: time)
        for _ in 0..<10 {
            let chance = card.memory == nil ? 0.5 : scheduler.retrievability(of: card, at: time)
            let isRecalled = Double(random.below(1_000_000)) < chance * 1_000_000
            let rating: Rating = isRecalled ? (random.below(4) == 0 ? .hard : .good) : .again
            reviews.append(FSRSReview(card: UInt64(number), time: time, rating: rating))
            card = scheduler.review(card, rating, at: time)
            // Often late, so that forgetting is seen.
            time = card.due + Int64(random.below(3)) * (card.due - time)
        }
    }
    return reviews
}

@Suite struct FSRSOptimizerTests {
    @Test(arguments: [1, 2, 3] as [UInt64])
    func `the gradient is what small changes of each parameter do to the loss`(_ seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let parameters = FSRSParameters(
            clamping: FSRSParameters.defaults.values.map { $0 * (0.8 + Double(random.below(400)) / 1_000) }
        )
        let histories = FSRSHistory.histories(
            try simulated(.defaults, cards: 40, seed: seed).map { review in
                var review = review
                if review.rating == .good, random.below(5) == 0 { review.rating = .easy }
                return review
            }
        )
        func sums(_ values: [Double]) throws -> FSRSGradient {
            var sums = FSRSGradient(FSRSMemory(FSRSParameters(clamping: values)))
            for history in histories { sums.add(history) }
            return sums
        }
        let exact = try sums(parameters.values).values
        for index in exact.indices {
            let small = 1e-6 * max(parameters[index], 1e-3)
            var (below, above) = (parameters.values, parameters.values)
            below[index] -= small
            above[index] += small
            guard below[index] > FSRSParameters.lowerBounds[index] else { continue }
            let change = (try sums(above).loss - sums(below).loss) / (2 * small)
            #expect(
                abs(change - exact[index]) < 1e-3 * max(abs(change), 1),
                "w\(index): \(exact[index]), not \(change)"
            )
        }
    }

    @Test func `a learner who forgets in another way gets parameters of their own`() throws {
        var values = FSRSParameters.defaults.values
        for index in 0..<4 { values[index] *= 0.25 }
        values[8] = 1
        let result = FSRSOptimizer.personal(try simulated(FSRSParameters(values), cards: 300, seed: 7))
        #expect(result.parameters == result.fitted)
        #expect(result.fittedLogLoss < result.defaultLogLoss - 0.01)
    }

    @Test func `a learner who forgets as most do keeps the defaults`() throws {
        let result = FSRSOptimizer.personal(try simulated(.defaults, cards: 150, seed: 8))
        #expect(result.parameters == .defaults)
        #expect(result.fitted != nil && result.heldOut > 100)
    }

    @Test func `few reviews are not fitted to`() throws {
        let result = FSRSOptimizer.personal(try simulated(.defaults, cards: 5, seed: 9))
        #expect(result.parameters == .defaults && result.fitted == nil)
        #expect(FSRSOptimizer.personal([]).parameters == .defaults)
    }

    @Test func `memories of a real log are those of py-fsrs`() throws {
        guard let log = try RealLog() else { return }
        let scheduler = FSRSScheduler()
        var cards: [UInt64: FSRSCard] = [:]
        for (review, state) in zip(log.reviews, log.states) {
            let card = scheduler.review(cards[review.card] ?? FSRSCard(due: 0), review.rating, at: review.time)
            let memory = try #require(card.memory)
            #expect(abs(memory.stability - state.stability) < 1e-9 * max(state.stability, 1))
            #expect(abs(memory.difficulty - state.difficulty) < 1e-9)
            cards[review.card] = card
        }
    }

    @Test
    func `on a real log the fitted parameters predict what they were fitted to better, and are used only if they win`()
        throws
    {
        guard let log = try RealLog() else { return }
        func judged(_ parameters: FSRSParameters) -> Evaluation {
            let found = FSRSHistory.histories(log.reviews).flatMap { $0.predictions(FSRSMemory(parameters)) }
            return Evaluation(found.map(\.chance), found.map(\.isRecalled))
        }
        let defaults = judged(.defaults)
        #expect(defaults.count == 5_329)
        #expect(abs(defaults.auc - 0.7139) < 0.0005 && abs(defaults.logLoss - 0.4587) < 0.0005)
        let fitted = judged(FSRSOptimizer.fit(log.reviews))
        #expect(fitted.logLoss < 0.445 && fitted.auc > defaults.auc)
        let result = FSRSOptimizer.personal(log.reviews)
        #expect(result.heldOut == 1_337 && abs(result.defaultLogLoss - 0.4515) < 0.0005)
        // Here the defaults win: 0.4527 for the fitted parameters.
        #expect(result.fittedLogLoss > result.defaultLogLoss && result.parameters == .defaults)
    }
}
