import AtlasAPI
import AtlasCore
import Learning

/// What the log says of one card.
///
/// A pure function of the set of entries: they are put in the order of time and id first, and what was undone is left
/// out, so the order in which devices brought them does not matter.
struct CardFold: Sendable, Equatable {
    /// `nil` before the first review.
    var card: FSRSCard?
    var isSuspended = false
    var reviews = 0
    /// How often it was forgotten after it was known.
    var lapses = 0
    /// When it was seen first.
    var firstAt: Timestamp?

    init() {}

    /// - Parameters:
    ///   - entries: Of one item, in any order; an entry that comes twice counts once.
    ///   - scheduler: By the learner's rules.
    init(_ entries: [LogEntry], scheduler: FSRSScheduler) {
        var seen: Set<String> = []
        let ordered = entries.sorted { ($0.at, $0.id) < ($1.at, $1.id) }.filter { seen.insert($0.id).inserted }
        let undone = Set(ordered.compactMap { $0.action == .undo ? $0.undoes : nil })
        for entry in ordered {
            switch entry.action {
            case .suspend: isSuspended = true
            case .resume: isSuspended = false
            case .undo: continue
            case .review:
                guard !undone.contains(entry.id), let rating = entry.rating else { continue }
                add(rating, at: entry.at, scheduler)
            }
        }
    }

    private mutating func add(_ rating: Rating, at: Timestamp, _ scheduler: FSRSScheduler) {
        let before = card ?? FSRSCard(due: at.milliseconds)
        if before.phase == .review, rating == .again { lapses += 1 }
        card = scheduler.review(before, rating, at: at.milliseconds)
        reviews += 1
        if firstAt == nil { firstAt = at }
    }

    var state: CardState {
        if isSuspended { return .suspended }
        return switch card?.phase {
        case nil: .new
        case .learning: .learning
        case .review: .review
        case .relearning: .relearning
        }
    }

    var isLeech: Bool { lapses >= ReviewLimits.leechLapses }
    var due: Timestamp? { card.map { Timestamp(milliseconds: $0.due) } }
    var lastAt: Timestamp? { card?.lastReview.map { Timestamp(milliseconds: $0) } }
}

/// An entry of the log, as far as a card depends on it.
struct LogEntry: Sendable, Equatable {
    let id: String
    let action: ReviewAction
    let rating: Rating?
    let undoes: String?
    let at: Timestamp
}

extension Rating {
    init(_ rating: ReviewRating) {
        self =
            switch rating {
            case .again: .again
            case .hard: .hard
            case .good: .good
            case .easy: .easy
            }
    }
}
