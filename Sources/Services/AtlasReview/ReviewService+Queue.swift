public import AtlasAPI
public import AtlasCore
import AtlasPorts

extension ReviewService {
    /// What the caller has to do today.
    public func queue(limit: Int, content: String?, as caller: Caller) async throws -> ReviewQueue {
        let user = try caller.signedIn().user
        try Self.checkPage(limit)
        let bank = try await bank(caller)
        if let content { return try await queue(of: content, limit: limit, bank, user) }
        let now = clock.now()
        let read = try await progress.completions(of: [user], as: caller).first ?? []
        let material = try await database.read { try QueueMaterial(user: user, now: now, in: $0) }
        let plan = QueuePlan(material: material, bank: bank, read: read.map(\.diagram.rawValue))
        let view = CardView(user: user, learner: material.learner, now: now)
        let cards = plan.cards.prefix(limit)
        return ReviewQueue(
            cards: cards.map { view.card($0.item, $0.fold, why: $0.why) },
            due: plan.dueCount,
            fresh: plan.freshCount,
            learning: plan.learningCount,
            reviewedToday: material.reviewedToday,
            minutesToday: material.secondsToday / 60,
            minutesLeft: plan.minutesLeft,
            nextDue: try await nextDue(after: now, user)
        )
    }

    /// Cards that the caller has reviewed or suspended.
    public func cards(
        in state: CardState?,
        onlyLeeches: Bool,
        after: ReviewItemID?,
        limit: Int,
        as caller: Caller
    ) async throws -> [ReviewCard] {
        let user = try caller.signedIn().user
        try Self.checkPage(limit)
        let (bank, now) = (try await bank(caller), clock.now())
        let view = CardView(user: user, learner: try await database.read { try Learner(user, in: $0) }, now: now)
        var (cards, cursor): ([ReviewCard], ReviewItemID?) = ([], after)
        // Items that are gone have rows, too; a page that is short because of them would look like the last one.
        while cards.count < limit {
            let start = cursor
            let rows = try await database.read { try Self.select(user, state, onlyLeeches, start, in: $0) }
            let shown = rows.compactMap { row in bank[ReviewItemID(row.item)].map { view.card($0, row.fold) } }
            cards += shown.prefix(limit - cards.count)
            guard rows.count == ReviewLimits.page, let last = rows.last else { break }
            cursor = ReviewItemID(last.item)
        }
        return cards
    }

    static func checkPage(_ limit: Int) throws(AtlasError) {
        guard (1...ReviewLimits.page).contains(limit) else {
            throw AtlasError(.invalid, "Ask for 1 to \(ReviewLimits.page) cards.", field: "first")
        }
    }

    private static func select(
        _ user: UserID,
        _ state: CardState?,
        _ onlyLeeches: Bool,
        _ after: ReviewItemID?,
        in session: any SQLSession
    ) throws -> [(item: String, fold: CardFold)] {
        var query: Query = "SELECT * FROM review_cards WHERE user_id = \(user)"
        switch state {
        case nil: break
        case .suspended: query += " AND is_suspended = 1"
        case .new: query += " AND is_suspended = 0 AND phase IS NULL"
        case .learning: query += " AND is_suspended = 0 AND phase = 1"
        case .review: query += " AND is_suspended = 0 AND phase = 2"
        case .relearning: query += " AND is_suspended = 0 AND phase = 3"
        }
        if onlyLeeches { query += " AND lapses >= \(ReviewLimits.leechLapses)" }
        if let after { query += " AND item_id > \(after)" }
        query += " ORDER BY item_id LIMIT \(ReviewLimits.page)"
        return try session.rows(query).map { (try $0.string("item_id"), try CardFold($0)) }
    }

    /// The items of one content, in its order, those that are due or new first.
    private func queue(of content: String, limit: Int, _ bank: ItemBank, _ user: UserID) async throws -> ReviewQueue {
        guard let items = bank.items(of: content) else {
            throw AtlasError(
                .notFound,
                "There is no diagram, lab or incident “\(content.prefix(64))”.",
                field: "contentId"
            )
        }
        let now = clock.now()
        let (material, folds) = try await database.read { session in
            (
                try QueueMaterial(user: user, now: now, in: session),
                try LogRows(session: session, user: user).cards(of: items.map(\.id.rawValue))
            )
        }
        let cards = items.map { (item: $0, fold: folds[$0.id.rawValue] ?? CardFold()) }
            .filter { !$0.fold.isSuspended && !material.retired.contains($0.item.id.rawValue) }
        let isOpen = { (fold: CardFold) in fold.due.map { $0 < material.day.end } ?? true }
        let ordered = cards.filter { isOpen($0.fold) } + cards.filter { !isOpen($0.fold) }
        let view = CardView(user: user, learner: material.learner, now: now)
        let (due, fresh) = (
            cards.count { $0.fold.state == .review && isOpen($0.fold) }, cards.count { $0.fold.state == .new }
        )
        let learning = cards.count { ($0.fold.state == .learning || $0.fold.state == .relearning) && isOpen($0.fold) }
        return ReviewQueue(
            cards: ordered.prefix(limit).map { view.card($0.item, $0.fold) },
            due: due,
            fresh: fresh,
            learning: learning,
            reviewedToday: material.reviewedToday,
            minutesToday: material.secondsToday / 60,
            minutesLeft: material.allowance.minutes(due: due, new: fresh, learning: learning),
            nextDue: cards.compactMap(\.fold.due).filter { $0 > now }.min()
        )
    }

    private func nextDue(after now: Timestamp, _ user: UserID) async throws -> Timestamp? {
        try await database.rows(
            """
            SELECT MIN(due_at) AS due FROM review_cards
            WHERE user_id = \(user) AND is_suspended = 0 AND due_at > \(now)
            """
        )
        .first?.optionalTimestamp("due")
    }
}

/// What the database says of a learner's day.
struct QueueMaterial: Sendable {
    let learner: Learner
    let day: LearnerDay
    let now: Timestamp
    let allowance: Allowance
    /// Due before the day ends, the longest due first.
    let due: [(item: String, fold: CardFold)]
    /// Items that were reviewed or are suspended; one whose only review was taken back is new again.
    let known: Set<String>
    /// Items that are not asked any more.
    let retired: Set<String>
    let reviewedToday: Int
    let secondsToday: Double
    /// New cards that were seen today, by item.
    let startedToday: [String]
    /// Known cards that were reviewed today.
    let repeatedToday: Int

    init(user: UserID, now: Timestamp, in session: any SQLSession) throws {
        self.now = now
        learner = try Learner(user, in: session)
        day = learner.day(now)
        let rows = LogRows(session: session, user: user)
        due = try rows.due(before: day.end)
        retired = try ItemFigures.retired(in: session)
        let cards = try session.rows(
            """
            SELECT item_id, first_at FROM review_cards
            WHERE user_id = \(user) AND (reviews > 0 OR is_suspended = 1)
            """
        )
        known = Set(try cards.map { try $0.string("item_id") })
        let (start, end) = (day.start, day.end)
        let started = try cards.filter { row in
            try row.optionalTimestamp("first_at").map { $0 >= start && $0 < end } ?? false
        }
        startedToday = try started.map { try $0.string("item_id") }
        let today = try session.rows(
            """
            SELECT item_id, duration_ms FROM review_log AS log
            WHERE user_id = \(user) AND action = 'review' AND reviewed_at >= \(start) AND reviewed_at < \(end)
                AND NOT EXISTS (SELECT 1 FROM review_log AS undo WHERE undo.user_id = log.user_id
                    AND undo.item_id = log.item_id AND undo.action = 'undo' AND undo.undoes = log.id)
            """
        )
        reviewedToday = today.count
        secondsToday = Double(try today.reduce(Int64(0)) { try $0 + $1.int64("duration_ms") }) / 1_000
        repeatedToday = Set(try today.map { try $0.string("item_id") }).subtracting(startedToday).count
        // Of earlier days: what fits into today does not change while one works at it.
        let newest = try session.rows(
            """
            SELECT duration_ms FROM review_log
            WHERE user_id = \(user) AND action = 'review' AND duration_ms > 0 AND reviewed_at < \(start)
            ORDER BY reviewed_at DESC LIMIT \(ReviewLimits.timedReviews)
            """
        )
        allowance = Allowance(
            learner.settings,
            durations: try newest.map { Double(try $0.int64("duration_ms")) / 1_000 }
        )
    }
}
