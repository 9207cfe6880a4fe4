/// One review of a learner's log.
public struct FSRSReview: Sendable, Equatable {
    /// Which card.
    public var card: UInt64
    /// When, milliseconds since 1970.
    public var time: Int64
    /// How well it was remembered.
    public var rating: Rating

    /// A review.
    public init(card: UInt64, time: Int64, rating: Rating) {
        self.card = card
        self.time = time
        self.rating = rating
    }
}

/// The reviews of one card as the memory model sees them.
struct FSRSHistory {
    struct Step {
        var rating: Rating
        /// Whole days since the review before.
        var days: Double
        var time: Int64

        /// Only a review on another day says something about forgetting.
        var isScored: Bool { days >= 1 }
    }

    var steps: [Step]

    /// Reviews by card, each in order of time; cards in the order in which they first appear in `reviews`.
    static func histories(_ reviews: [FSRSReview]) -> [FSRSHistory] {
        var positions: [UInt64: Int] = [:]
        var cards: [[FSRSReview]] = []
        for review in reviews {
            if let position = positions[review.card] {
                cards[position].append(review)
            } else {
                positions[review.card] = cards.count
                cards.append([review])
            }
        }
        return cards.map { card in
            var steps: [Step] = []
            for review in card.sorted(by: { $0.time < $1.time }) {
                let days = steps.last.map { FSRSScheduler.days(from: $0.time, to: review.time) } ?? 0
                steps.append(Step(rating: review.rating, days: days, time: review.time))
            }
            return FSRSHistory(steps: steps)
        }
    }

    /// What the model predicts for the scored reviews, in order of time.
    func predictions(_ memory: FSRSMemory) -> [(time: Int64, chance: Double, isRecalled: Bool)] {
        var found: [(time: Int64, chance: Double, isRecalled: Bool)] = []
        var state: MemoryState?
        for step in steps {
            guard let before = state else {
                state = memory.first(step.rating)
                continue
            }
            if step.isScored {
                let chance = memory.retrievability(before, afterDays: step.days)
                found.append((step.time, chance, step.rating != .again))
            }
            state = memory.next(before, step.rating, afterDays: step.days)
        }
        return found
    }
}
