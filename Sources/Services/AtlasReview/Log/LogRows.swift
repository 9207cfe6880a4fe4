import AtlasAPI
import AtlasCore
import AtlasPorts
import Learning

/// Statements on a learner's log and on the cards that follow from it.
struct LogRows {
    let session: any SQLSession
    let user: UserID

    /// Makes the learner's row if it is not there, and locks it until the transaction ends.
    func lock() throws -> Int64 {
        try session.execute(
            """
            INSERT INTO review_learners (user_id, head, version, fitted_head, answers, right_answers)
            VALUES (\(user), 0, 0, 0, 0, 0) ON CONFLICT DO NOTHING
            """
        )
        try session.execute("UPDATE review_learners SET head = head WHERE user_id = \(user)")
        return try session.rows("SELECT head FROM review_learners WHERE user_id = \(user)").first?.int64("head") ?? 0
    }

    func setHead(_ head: Int64) throws {
        try session.execute("UPDATE review_learners SET head = \(head) WHERE user_id = \(user)")
    }

    /// What is known of an entry.
    struct Known {
        let item: String
        /// What told of it, if anything did.
        let event: String
        let at: Timestamp
    }

    /// Those of these entries that are known.
    func known(_ ids: [String]) throws -> [String: Known] {
        var found: [String: Known] = [:]
        for row in try session.rows(
            "SELECT id, item_id, event_id, reviewed_at FROM review_log WHERE user_id = \(user) AND id IN (\(list: ids))"
        ) {
            found[try row.string("id")] = Known(
                item: try row.string("item_id"),
                event: try row.string("event_id"),
                at: try row.timestamp("reviewed_at")
            )
        }
        return found
    }

    /// Those of these reviews that an entry takes back, whether they have come or not.
    func undone(_ ids: [String]) throws -> Set<String> {
        Set(
            try session.rows(
                "SELECT undoes FROM review_log WHERE user_id = \(user) AND action = 'undo' AND undoes IN (\(list: ids))"
            )
            .map { try $0.string("undoes") }
        )
    }

    func insert(_ review: NewReview, seq: Int64, isCorrect: Bool?, event: String) throws {
        let duration = review.duration.wholeMilliseconds
        let correct = isCorrect.map { $0 ? 1 : 0 }
        try session.execute(
            """
            INSERT INTO review_log
                (user_id, id, seq, item_id, action, rating, undoes, reviewed_at, duration_ms, device, is_correct, event_id)
            VALUES
                (\(user), \(review.id), \(seq), \(review.item), \(review.action.rawValue), \(review.rating?.rawValue),
                \(review.undoes), \(review.at), \(duration), \(review.device), \(correct), \(event))
            """
        )
    }

    /// The entries of these items, by item.
    func entries(of items: [String]) throws -> [String: [LogEntry]] {
        var found: [String: [LogEntry]] = [:]
        // Both engines take some thousand parameters; a batch stays far below.
        for part in items.parts(of: ReviewLimits.batch) {
            for row in try session.rows(
                """
                SELECT item_id, id, action, rating, undoes, reviewed_at FROM review_log
                WHERE user_id = \(user) AND item_id IN (\(list: part))
                """
            ) {
                found[try row.string("item_id"), default: []].append(try LogEntry(row))
            }
        }
        return found
    }

    /// Every entry, by item.
    func allEntries() throws -> [String: [LogEntry]] {
        var found: [String: [LogEntry]] = [:]
        for row in try session.rows(
            "SELECT item_id, id, action, rating, undoes, reviewed_at FROM review_log WHERE user_id = \(user)"
        ) {
            found[try row.string("item_id"), default: []].append(try LogEntry(row))
        }
        return found
    }

    func page(after: Int64, limit: Int) throws -> [ReviewEntry] {
        try session.rows(
            """
            SELECT id, seq, item_id, action, rating, undoes, reviewed_at, duration_ms, device FROM review_log
            WHERE user_id = \(user) AND seq > \(after) ORDER BY seq LIMIT \(limit)
            """
        )
        .map(Self.entry)
    }

    static func entry(_ row: Row) throws -> ReviewEntry {
        let review = NewReview(
            id: try row.string("id"),
            item: ReviewItemID(try row.string("item_id")),
            action: try ReviewAction(row),
            rating: try row.optionalInt64("rating").flatMap { ReviewRating(rawValue: Int($0)) },
            undoes: try row.optionalString("undoes"),
            at: try row.timestamp("reviewed_at"),
            duration: .milliseconds(try row.int64("duration_ms")),
            device: try row.string("device")
        )
        return ReviewEntry(review: review, seq: try row.int64("seq"))
    }

    // MARK: - Cards

    /// Stores what follows from the log of these items.
    func store(_ folds: [String: CardFold]) throws {
        for (item, fold) in folds.sorted(by: { $0.key < $1.key }) {
            let (card, memory) = (fold.card, fold.card?.memory)
            try session.execute(
                """
                INSERT INTO review_cards
                    (user_id, item_id, phase, step, stability, difficulty, due_at, last_at, first_at, reviews, lapses,
                    is_suspended)
                VALUES
                    (\(user), \(item), \(card?.phase.rawValue), \(card?.step), \(memory?.stability),
                    \(memory?.difficulty), \(fold.due), \(fold.lastAt), \(fold.firstAt), \(fold.reviews),
                    \(fold.lapses), \(fold.isSuspended ? 1 : 0))
                ON CONFLICT (user_id, item_id) DO UPDATE SET
                    phase = excluded.phase, step = excluded.step, stability = excluded.stability,
                    difficulty = excluded.difficulty, due_at = excluded.due_at, last_at = excluded.last_at,
                    first_at = excluded.first_at, reviews = excluded.reviews, lapses = excluded.lapses,
                    is_suspended = excluded.is_suspended
                """
            )
        }
    }

    func cards(of items: [String]) throws -> [String: CardFold] {
        var found: [String: CardFold] = [:]
        for part in items.parts(of: ReviewLimits.batch) {
            for row in try session.rows(
                "SELECT * FROM review_cards WHERE user_id = \(user) AND item_id IN (\(list: part))"
            ) {
                found[try row.string("item_id")] = try CardFold(row)
            }
        }
        return found
    }

    /// Cards that are due before a time, the longest due first.
    func due(before end: Timestamp) throws -> [(item: String, fold: CardFold)] {
        try session.rows(
            """
            SELECT * FROM review_cards WHERE user_id = \(user) AND due_at < \(end) AND is_suspended = 0
            ORDER BY due_at, item_id LIMIT \(ReviewLimits.window)
            """
        )
        .map { (try $0.string("item_id"), try CardFold($0)) }
    }
}

extension ReviewAction {
    init(_ row: Row) throws {
        let text = try row.string("action")
        guard let action = ReviewAction(rawValue: text) else {
            throw AtlasError(.internalError, "Something went wrong on our side.", detail: "a review that is “\(text)”")
        }
        self = action
    }
}

extension LogEntry {
    init(_ row: Row) throws {
        self.init(
            id: try row.string("id"),
            action: try ReviewAction(row),
            rating: try row.optionalInt64("rating").flatMap { Rating(rawValue: Int($0)) },
            undoes: try row.optionalString("undoes"),
            at: try row.timestamp("reviewed_at")
        )
    }
}

extension CardFold {
    init(_ row: Row) throws {
        if let phase = try row.optionalInt64("phase").flatMap({ FSRSCard.Phase(rawValue: Int($0)) }) {
            let memory = MemoryState(stability: try row.double("stability"), difficulty: try row.double("difficulty"))
            card = FSRSCard(
                phase: phase,
                step: try row.optionalInt64("step").map(Int.init),
                memory: memory,
                due: try row.int64("due_at"),
                lastReview: try row.int64("last_at")
            )
        }
        firstAt = try row.optionalTimestamp("first_at")
        reviews = try row.int("reviews")
        lapses = try row.int("lapses")
        isSuspended = try row.bool("is_suspended")
    }
}

extension Array {
    /// Pieces of at most `count` elements.
    func parts(of count: Int) -> [[Element]] {
        stride(from: 0, to: self.count, by: count).map { Array(self[$0..<Swift.min($0 + count, self.count)]) }
    }
}
