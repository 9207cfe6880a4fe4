import AtlasAPI
import AtlasCore
import Learning

/// Cards as a learner sees them at a moment.
struct CardView {
    let user: UserID
    let learner: Learner
    let now: Timestamp
    private let day: LearnerDay
    private let rules: ReviewRules

    init(user: UserID, learner: Learner, now: Timestamp) {
        self.user = user
        self.learner = learner
        self.now = now
        day = learner.day(now)
        rules = learner.rules
    }

    /// - Parameter why: Why it comes now, if there is more to say than its state.
    func card(_ item: Item, _ fold: CardFold, why: String? = nil) -> ReviewCard {
        let scheduler = rules.scheduler(item.face.category)
        let retrievability = fold.card.map { scheduler.retrievability(of: $0, at: now.milliseconds) }
        return ReviewCard(
            item: item.shown(to: user, on: day),
            state: fold.state,
            due: fold.due,
            retrievability: retrievability,
            lapses: fold.lapses,
            reviews: fold.reviews,
            isLeech: fold.isLeech,
            intervals: ReviewRating.allCases.map { interval($0, fold, scheduler) },
            why: why ?? Wording.why(fold, retrievability: retrievability, now: now, day: day)
        )
    }

    private func interval(_ rating: ReviewRating, _ fold: CardFold, _ scheduler: FSRSScheduler) -> ReviewCard.Interval {
        let card = fold.card ?? FSRSCard(due: now.milliseconds)
        // A review of another device may be later than this one's clock.
        let at = max(now.milliseconds, card.lastReview ?? .min)
        let next = scheduler.review(card, Rating(rating), at: at)
        let seconds = Double(max(0, next.due - at)) / 1_000
        return ReviewCard.Interval(rating: rating, seconds: seconds, label: Wording.interval(seconds))
    }
}
