public import AtlasAPI
public import AtlasCore
import AtlasPorts
import Learning

extension ReviewService {
    /// The caller's cards and reviews as a package of Anki.
    public func exportAnki(withNew: Bool, as caller: Caller) async throws -> [UInt8] {
        let user = try caller.signedIn().user
        let catalogue = try await content.catalogue(as: caller)
        let (bank, now) = (await shelf.bank(catalogue), clock.now())
        let (learner, pages) = try await database.read { session in
            (try Learner(user, in: session), try LogRows(session: session, user: user).allReviews())
        }
        let titles = Dictionary(catalogue.categories.map { ($0.id, $0.title) }, uniquingKeysWith: { first, _ in first })
        let day = learner.day(now)
        let notes = bank.items.compactMap { item -> AnkiNote? in
            let entries = pages[item.id.rawValue] ?? []
            guard withNew || !entries.isEmpty else { return nil }
            let deck = "Atlas::\(titles[item.face.category] ?? item.face.category)"
            let scheduler = learner.rules.scheduler(item.face.category)
            return AnkiSheet(item: item, face: item.shown(to: user, on: day)).note(deck, entries, scheduler)
        }
        return try await packages.package(AnkiDeck(notes: notes), at: now)
    }

    /// Adds the reviews of a package to the caller's log, or says what that would do.
    public func importAnki(_ package: [UInt8], isPreview: Bool, as caller: Caller) async throws -> AnkiImport {
        let user = try caller.signedIn().user
        let deck = try await packages.read(package)
        let (bank, now) = (try await bank(caller), clock.now())
        let own = deck.notes.filter { ReviewLimits.isItemID($0.guid) }
        var (added, known, refused) = (0, 0, 0)
        let eventIDs = ids
        for part in Self.portions(of: own) {
            let eventIDs = ids
            let count: @Sendable (any SQLSession) throws -> (added: Int, known: Int, refused: Int) = { session in
                let rows = LogRows(session: session, user: user)
                if !isPreview { _ = try rows.lock() }
                let sorted = AnkiSheet.sort(part, known: try rows.entries(of: Array(Set(part.map(\.guid)))), now: now)
                guard !isPreview else { return (sorted.new.count, sorted.known, sorted.refused) }
                let result = try Recording(session: session, user: user, bank: bank, now: now)
                    .add(
                        sorted.new.map { (review: $0, problem: nil) },
                        eventIDs: sorted.new.map { _ in eventIDs.next() }
                    )
                let problems = result.problems.count
                return (sorted.new.count - problems, sorted.known, sorted.refused + problems)
            }
            let counts = isPreview ? try await database.read(count) : try await database.write(count)
            added += counts.added
            known += counts.known
            refused += counts.refused
            try Task.checkCancellation()
        }
        let foreign = deck.notes.count - own.count
        return AnkiImport(added: added, known: known, refused: refused, foreignNotes: foreign)
    }

    /// Reviews that are added in one transaction.
    static let reviewsAtOnce = 2_000

    /// Notes with at most `reviewsAtOnce` reviews together; a note with more comes several times.
    private static func portions(of notes: [AnkiNote]) -> [[AnkiNote]] {
        var (portions, room): ([[AnkiNote]], Int) = ([], 0)
        for note in notes {
            for reviews in note.reviews.parts(of: reviewsAtOnce) {
                var part = note
                part.reviews = reviews
                if reviews.count > room {
                    portions.append([])
                    room = reviewsAtOnce
                }
                portions[portions.count - 1].append(part)
                room -= reviews.count
            }
        }
        return portions
    }
}

/// An item as a note of Anki, and back.
struct AnkiSheet {
    let item: Item
    /// With the choices in the order in which they are shown.
    let face: ReviewItem

    /// - Parameter entries: Of the item.
    func note(_ deck: String, _ entries: [ReviewEntry], _ scheduler: FSRSScheduler) -> AnkiNote {
        let undone = Set(entries.compactMap { $0.review.action == .undo ? $0.review.undoes : nil })
        let counted = entries.map(\.review).filter { $0.action == .review && !undone.contains($0.id) }
            .sorted { ($0.at, $0.id) < ($1.at, $1.id) }
        var card = FSRSCard(due: 0)
        var reviews: [AnkiReview] = []
        for review in counted {
            guard let rating = review.rating else { continue }
            let before = card
            card = scheduler.review(card, Rating(rating), at: review.at.milliseconds)
            reviews.append(
                AnkiReview(
                    at: review.at,
                    rating: rating.rawValue,
                    duration: review.duration,
                    phase: phase(before),
                    interval: interval(card),
                    lastInterval: reviews.last?.interval ?? 0
                )
            )
        }
        let fold = CardFold(entries.map(\.logged), scheduler: scheduler)
        return AnkiNote(
            guid: item.id.rawValue,
            deck: deck,
            front: front,
            back: back,
            tags: (["atlas", item.face.kind] + item.face.topics).map { String($0.filter { !$0.isWhitespace }) },
            card: AnkiCard(
                phase: fold.card.map(phase) ?? .new,
                isSuspended: fold.isSuspended,
                due: fold.due,
                intervalDays: max(0, fold.card.map(interval) ?? 0),
                lapses: fold.lapses,
                memory: fold.card?.memory.map { ($0.stability, $0.difficulty) }
            ),
            reviews: reviews
        )
    }

    private func phase(_ card: FSRSCard) -> AnkiCard.Phase {
        switch card.phase {
        case .learning: card.lastReview == nil ? .new : .learning
        case .review: .review
        case .relearning: .relearning
        }
    }

    /// Days; below 0 seconds, as Anki's log has it.
    private func interval(_ card: FSRSCard) -> Int {
        guard let last = card.lastReview else { return 0 }
        let span = card.due - last
        return card.phase == .review ? Int(span / FSRSScheduler.dayMilliseconds) : -Int(span / 1_000)
    }

    private var front: String {
        guard !face.choices.isEmpty else { return face.promptHTML }
        return face.promptHTML + "<ul>\(face.choices.map { "<li>\($0.html)</li>" }.joined())</ul>"
    }

    private var back: String {
        item.explanationHTML.isEmpty ? item.answerHTML : "\(item.answerHTML)<br><br>\(item.explanationHTML)"
    }

    /// How much two moments of one review may differ: Anki's log has one entry per millisecond.
    private static let slack: Int64 = 50

    /// An entry for a review that was made in Anki; `nil` if its time cannot be.
    static func entry(_ review: AnkiReview, of item: String, now: Timestamp) -> NewReview? {
        guard review.at <= now + ReviewLimits.ahead, review.at.milliseconds > 0 else { return nil }
        return NewReview(
            // The same review has the same id in every import.
            id: "anki-\(review.at.milliseconds)-\(StableHash.short(item))",
            item: ReviewItemID(item),
            rating: ReviewRating(rawValue: review.rating),
            at: review.at,
            duration: min(max(review.duration, .zero), ReviewLimits.duration),
            device: "anki"
        )
    }

    /// The reviews of notes by what becomes of them.
    static func sort(
        _ notes: [AnkiNote],
        known: [String: [LogEntry]],
        now: Timestamp
    ) -> (new: [NewReview], known: Int, refused: Int) {
        var new: [NewReview] = []
        var (seen, refused): (Int, Int) = (0, 0)
        for note in notes {
            let held = HeldReviews(known[note.guid] ?? [])
            for review in note.reviews {
                guard let entry = Self.entry(review, of: note.guid, now: now) else {
                    refused += 1
                    continue
                }
                if held.contains(entry) { seen += 1 } else { new.append(entry) }
            }
        }
        return (new, seen, refused)
    }

    /// What the log holds of an item, to be asked for many reviews.
    private struct HeldReviews {
        private let ids: Set<String>
        /// Times of the reviews of each rating, in order.
        private let times: [Int: [Int64]]

        init(_ entries: [LogEntry]) {
            ids = Set(entries.map(\.id))
            let reviews = entries.filter { $0.action == .review }
            times = Dictionary(grouping: reviews) { $0.rating?.rawValue ?? 0 }
                .mapValues { $0.map(\.at.milliseconds).sorted() }
        }

        /// Whether a review is there already, from Atlas or from an earlier import.
        func contains(_ entry: NewReview) -> Bool {
            if ids.contains(entry.id) { return true }
            let times = times[entry.rating?.rawValue ?? 0] ?? []
            let earliest = entry.at.milliseconds - slack
            var (low, high) = (0, times.count)
            while low < high {
                let middle = (low + high) / 2
                if times[middle] < earliest { low = middle + 1 } else { high = middle }
            }
            return low < times.count && times[low] <= entry.at.milliseconds + slack
        }
    }
}

extension ReviewEntry {
    fileprivate var logged: LogEntry {
        LogEntry(
            id: review.id,
            action: review.action,
            rating: review.rating.map(Rating.init),
            undoes: review.undoes,
            at: review.at
        )
    }
}

extension LogRows {
    /// Every entry as it was made, by item.
    func allReviews() throws -> [String: [ReviewEntry]] {
        var found: [String: [ReviewEntry]] = [:]
        for row in try session.rows(
            """
            SELECT id, seq, item_id, action, rating, undoes, reviewed_at, duration_ms, device FROM review_log
            WHERE user_id = \(user)
            """
        ) {
            let entry = try Self.entry(row)
            found[entry.review.item.rawValue, default: []].append(entry)
        }
        return found
    }
}
