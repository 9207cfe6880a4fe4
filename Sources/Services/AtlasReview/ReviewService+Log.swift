public import AtlasAPI
public import AtlasCore
import AtlasPorts
import Learning

extension ReviewService {
    /// Adds entries to the caller's log.
    public func record(_ reviews: [NewReview], as caller: Caller) async throws -> [ReviewOutcome] {
        let user = try caller.signedIn().user
        guard reviews.count <= ReviewLimits.batch else {
            throw AtlasError(.invalid, "At most \(ReviewLimits.batch) reviews fit one call.", field: "reviews")
        }
        let bank = try await bank(caller)
        let (now, eventIDs) = (clock.now(), reviews.map { _ in ids.next() })
        let checked = reviews.map { review in (review: review.clamped, problem: Self.problem(review, now: now)) }
        let result = try await database.write { session in
            try Recording(session: session, user: user, bank: bank, now: now).add(checked, eventIDs: eventIDs)
        }
        let learner = result.learner
        return checked.map { entry in
            let problem = entry.problem ?? result.problems[entry.review.id]
            let item = bank[entry.review.item]
            let fold = result.folds[entry.review.item.rawValue]
            return ReviewOutcome(
                id: entry.review.id,
                isStored: problem == nil,
                problem: problem,
                card: item.flatMap { item in
                    fold.map { CardView(user: user, learner: learner, now: now).card(item, $0) }
                }
            )
        }
    }

    /// Takes a review back.
    public func undo(_ review: String, as caller: Caller) async throws -> ReviewCard {
        let user = try caller.signedIn().user
        try ReviewLimits.checkID(review)
        let known = try await database.read { session in
            try session.rows(
                """
                SELECT item_id FROM review_log
                WHERE user_id = \(user) AND id = \(review) AND action = 'review'
                """
            )
            .first?.string("item_id")
        }
        guard let known else {
            throw AtlasError(.notFound, "Your log has no review “\(review)”.", field: "id")
        }
        // Its id follows from the review's, so that undoing twice is one entry.
        let entry = NewReview(
            id: "undo-\(review)",
            item: ReviewItemID(known),
            action: .undo,
            rating: nil,
            undoes: review,
            at: clock.now(),
            device: Self.ownDevice
        )
        return try await add(entry, user, caller)
    }

    /// Keeps an item out of the queue, or lets it in again.
    public func suspend(_ item: ReviewItemID, isSuspended: Bool, as caller: Caller) async throws -> ReviewCard {
        let user = try caller.signedIn().user
        let found = try await find(item, caller)
        let (learner, fold) = try await database.read { session in
            (
                try Learner(user, in: session),
                try LogRows(session: session, user: user).cards(of: [item.rawValue])[item.rawValue] ?? CardFold()
            )
        }
        guard fold.isSuspended != isSuspended else {
            return CardView(user: user, learner: learner, now: clock.now()).card(found, fold)
        }
        let entry = NewReview(
            id: ids.next(),
            item: item,
            action: isSuspended ? .suspend : .resume,
            rating: nil,
            at: clock.now(),
            device: Self.ownDevice
        )
        return try await add(entry, user, caller)
    }

    /// What entries name as their device that were made here.
    private static let ownDevice = "server"

    private func add(_ entry: NewReview, _ user: UserID, _ caller: Caller) async throws -> ReviewCard {
        let (bank, now, event) = (try await bank(caller), clock.now(), ids.next())
        let result = try await database.write { session in
            try Recording(session: session, user: user, bank: bank, now: now)
                .add([(review: entry, problem: nil)], eventIDs: [event])
        }
        if let problem = result.problems[entry.id] { throw AtlasError(.invalid, problem) }
        guard let item = bank[entry.item] else {
            throw AtlasError(.notFound, "The item of that review is not there any more; the review is taken back.")
        }
        let fold = result.folds[entry.item.rawValue] ?? CardFold()
        return CardView(user: user, learner: result.learner, now: now).card(item, fold)
    }

    /// Why an entry cannot be stored; `nil` if it can.
    private static func problem(_ review: NewReview, now: Timestamp) -> String? {
        do throws(AtlasError) {
            try ReviewLimits.checkID(review.id)
            try ReviewLimits.checkID(review.device, field: "device")
            if let undoes = review.undoes { try ReviewLimits.checkID(undoes, field: "undoes") }
        } catch {
            return error.message
        }
        guard ReviewLimits.isItemID(review.item.rawValue) else { return "That is no id of an item." }
        if review.action == .review, review.rating == nil { return "A review needs a rating." }
        if review.action == .undo, review.undoes == nil { return "Say which review is taken back." }
        if review.duration < .zero { return "The time on the card is below zero." }
        if let choices = review.choices, choices.count > ReviewLimits.choices {
            return "At most \(ReviewLimits.choices) choices."
        }
        return clockProblem(review.at, now: now)
    }
}

extension NewReview {
    /// The same, with a time on the card that says something and without what its action has no use for.
    fileprivate var clamped: NewReview {
        NewReview(
            id: id,
            item: item,
            action: action,
            rating: action == .review ? rating : nil,
            undoes: action == .undo ? undoes : nil,
            at: at,
            duration: min(max(duration, .zero), ReviewLimits.duration),
            device: device,
            choices: choices
        )
    }
}

/// One transaction that adds entries to a log.
struct Recording {
    let session: any SQLSession
    let user: UserID
    let bank: ItemBank
    let now: Timestamp

    struct Result: Sendable {
        var learner = Learner()
        /// By item, also for entries that were known.
        var folds: [String: CardFold] = [:]
        /// By entry.
        var problems: [String: String] = [:]
    }

    /// - Parameter eventIDs: As many as there are entries.
    func add(_ checked: [(review: NewReview, problem: String?)], eventIDs: [String]) throws -> Result {
        let rows = LogRows(session: session, user: user)
        var head = try rows.lock()
        var result = Result()
        let sound = zip(checked, eventIDs).filter { $0.0.problem == nil }
        var known = try rows.known(sound.map { $0.0.review.id } + sound.compactMap { $0.0.review.undoes })
        let answers = AnswerRows(session: session, user: user)
        let grades = try answers.grades(sound.map { $0.0.review.id })
        var undone = try rows.undone(sound.map { $0.0.review.id })
        for (entry, eventID) in sound {
            let review = entry.review
            if let earlier = known[review.id] {
                if earlier.item != review.item.rawValue {
                    result.problems[review.id] = "The id “\(review.id)” belongs to an entry on another item."
                }
                continue
            }
            if let undoes = review.undoes, let target = known[undoes], target.item != review.item.rawValue {
                result.problems[review.id] = "The review that is taken back is of another item."
                continue
            }
            guard head < ReviewLimits.entries else {
                result.problems[review.id] = "Your log is full: it holds \(ReviewLimits.entries) entries."
                continue
            }
            head += 1
            let grade =
                grades[review.id] ?? bank[review.item].flatMap { item in review.choices.flatMap(item.isCorrect) }
            try rows.insert(review, seq: head, isCorrect: grade, event: eventID)
            known[review.id] = LogRows.Known(item: review.item.rawValue, event: eventID, at: review.at)
            switch review.action {
            case .review:
                // Nothing is told of one that was taken back before it came.
                guard !undone.contains(review.id) else { continue }
                try tell(review, grade, wasAnswered: grades[review.id] != nil, eventID)
            case .undo:
                guard let undoes = review.undoes else { continue }
                undone.insert(undoes)
                try tellUndone(review, known[undoes], answer: try answers.takeBack(undoes), eventID)
            case .suspend, .resume: continue
            }
        }
        try rows.setHead(head)
        result.learner = try Learner(user, in: session)
        let items = Set(sound.filter { result.problems[$0.0.review.id] == nil }.map { $0.0.review.item.rawValue })
        result.folds = try refold(items.sorted(), by: result.learner.rules, rows)
        return result
    }

    /// Cards of these items, made anew from the log and stored.
    private func refold(_ items: [String], by rules: ReviewRules, _ rows: LogRows) throws -> [String: CardFold] {
        let entries = try rows.entries(of: items)
        var folds: [String: CardFold] = [:]
        for item in items {
            let category = bank[ReviewItemID(item)]?.face.category
            folds[item] = CardFold(entries[item] ?? [], scheduler: rules.scheduler(category))
        }
        try rows.store(folds)
        return folds
    }

    private func tell(_ review: NewReview, _ grade: Bool?, wasAnswered: Bool, _ id: String) throws {
        let event = ReviewEvent.recorded(
            review,
            bank[review.item]?.face,
            isCorrect: grade ?? (review.rating != .again),
            wasAnswered: wasAnswered,
            user: user,
            id: id
        )
        try Outbox.append(event, at: now, in: session)
    }

    /// Of a review that has not come yet, and was not answered, nothing was told.
    private func tellUndone(_ review: NewReview, _ target: LogRows.Known?, answer: String?, _ id: String) throws {
        guard target != nil || answer != nil else { return }
        let event = ReviewEvent.undone(
            review,
            event: target?.event,
            answer: answer,
            reviewedAt: target?.at ?? review.at,
            user: user,
            id: id
        )
        try Outbox.append(event, at: now, in: session)
    }
}
