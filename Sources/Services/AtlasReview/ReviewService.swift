public import AtlasAPI
public import AtlasCore
public import AtlasPorts
import Learning

/// Items from the catalogue, and each learner's log of reviews.
///
/// The log is a set of entries that only grows; what a card is follows from its entries in the order of their times. So
/// devices may bring theirs in any order, and the same twice.
public struct ReviewService: Reviews {
    let database: any Database
    let content: any Content
    let progress: any ProgressTracking
    let clock: any WallClock
    let ids: any IDSource
    let packages: any AnkiPackages
    let shelf: ItemShelf

    /// - Parameters:
    ///   - content: Where items are made from.
    ///   - progress: What learners have read decides which new cards come first.
    ///   - packages: Makes and reads packages of Anki.
    public init(
        database: any Database,
        content: any Content,
        progress: any ProgressTracking,
        clock: any WallClock,
        ids: any IDSource,
        packages: any AnkiPackages
    ) {
        self.init(
            database: database,
            content: content,
            progress: progress,
            clock: clock,
            ids: ids,
            packages: packages,
            shelf: ItemShelf()
        )
    }

    init(
        database: any Database,
        content: any Content,
        progress: any ProgressTracking,
        clock: any WallClock,
        ids: any IDSource,
        packages: any AnkiPackages,
        shelf: ItemShelf
    ) {
        self.shelf = shelf
        self.packages = packages
        self.database = database
        self.content = content
        self.progress = progress
        self.clock = clock
        self.ids = ids
    }

    /// Items of one diagram, lab or incident.
    public func items(of content: String, as caller: Caller) async throws -> [ReviewItem] {
        let user = try caller.signedIn().user
        guard let items = try await bank(caller).items(of: content) else {
            throw AtlasError(
                .notFound,
                "There is no diagram, lab or incident “\(content.prefix(64))”.",
                field: "contentId"
            )
        }
        let (learner, retired) = try await database.read { session in
            (try Learner(user, in: session), try ItemFigures.retired(in: session))
        }
        let day = learner.day(clock.now())
        return items.filter { !retired.contains($0.id.rawValue) }.map { $0.shown(to: user, on: day) }
    }

    /// Items by their ids.
    public func items(_ ids: [ReviewItemID], as caller: Caller) async throws -> [ReviewItem?] {
        let user = try caller.signedIn().user
        let bank = try await bank(caller)
        let day = try await database.read { try Learner(user, in: $0) }.day(clock.now())
        return ids.map { bank[$0]?.shown(to: user, on: day) }
    }

    /// The answer of an item.
    public func reveal(_ item: ReviewItemID, as caller: Caller) async throws -> ItemAnswer {
        _ = try caller.signedIn()
        return try await find(item, caller).answer(isCorrect: nil)
    }

    /// Grades an answer and stores it.
    public func answer(_ answer: NewAnswer, as caller: Caller) async throws -> ItemAnswer {
        let user = try caller.signedIn().user
        try ReviewLimits.checkID(answer.id)
        guard answer.choices.count <= ReviewLimits.choices else {
            throw AtlasError(.invalid, "At most \(ReviewLimits.choices) choices.", field: "choices")
        }
        let item = try await find(answer.item, caller)
        guard item.face.mode != .reveal else {
            throw AtlasError(.invalid, "This card is rated by yourself; there is nothing to grade.", field: "itemId")
        }
        guard let isCorrect = item.isCorrect(answer.choices) else {
            throw AtlasError(
                .invalid,
                "The item has no such choice; it may have changed. Ask for it again.",
                field: "choices"
            )
        }
        let now = clock.now()
        if let at = answer.at, let problem = Self.clockProblem(at, now: now) {
            throw AtlasError(.invalid, problem, field: "at")
        }
        let event = ReviewEvent.answered(answer, item.face, isCorrect, user: user, id: ids.next(), at: answer.at ?? now)
        let stored = try await database.write { session -> (item: String, isCorrect: Bool) in
            _ = try LogRows(session: session, user: user).lock()
            let rows = AnswerRows(session: session, user: user)
            if try rows.insert(answer, isCorrect: isCorrect, at: answer.at ?? now, event: event.id) {
                try Outbox.append(event, at: now, in: session)
            }
            return try rows.answer(answer.id)
        }
        guard stored.item == answer.item.rawValue else {
            throw AtlasError(.conflict, "The id “\(answer.id)” belongs to an answer to another item.", field: "id")
        }
        return item.answer(isCorrect: stored.isCorrect)
    }

    /// Whether an answer was graded or the card reviewed.
    public func hasAnswered(_ item: ReviewItemID, as caller: Caller) async throws -> Bool {
        let user = try caller.signedIn().user
        return try await database.read { session in
            let folds = try LogRows(session: session, user: user).cards(of: [item.rawValue])
            if let fold = folds[item.rawValue], fold.reviews > 0 { return true }
            return try AnswerRows(session: session, user: user).hasAnswered(item.rawValue)
        }
    }

    /// The caller's log in the order of arrival.
    public func log(after: Int64, limit: Int, as caller: Caller) async throws -> ReviewLogPage {
        let user = try caller.signedIn().user
        guard (1...ReviewLimits.batch).contains(limit) else {
            throw AtlasError(.invalid, "Ask for 1 to \(ReviewLimits.batch) entries.", field: "first")
        }
        let entries = try await database.read { session in
            try LogRows(session: session, user: user).page(after: after, limit: limit + 1)
        }
        let page = Array(entries.prefix(limit))
        return ReviewLogPage(entries: page, cursor: page.last?.seq ?? after, hasMore: entries.count > limit)
    }

    // MARK: - Items

    func bank(_ caller: Caller) async throws -> ItemBank {
        await shelf.bank(try await content.catalogue(as: caller))
    }

    func find(_ id: ReviewItemID, _ caller: Caller) async throws -> Item {
        guard let item = try await bank(caller)[id] else {
            throw AtlasError(.notFound, "There is no item “\(id.rawValue.prefix(120))”.", field: "itemId")
        }
        return item
    }

    /// What is wrong with the time of a review; `nil` if it may be so.
    static func clockProblem(_ at: Timestamp, now: Timestamp) -> String? {
        let ahead = at - now
        if ahead > ReviewLimits.ahead {
            let minutes = ahead.wholeMilliseconds / 60_000
            return "The device's clock is \(minutes) minutes ahead of the server's. Set it right and try again."
        }
        if now - at > ReviewLimits.age {
            return
                "It is more than \(ReviewLimits.age.wholeMilliseconds / 86_400_000) days old. Is the device's clock right?"
        }
        return nil
    }
}

extension Item {
    /// The item with its choices mixed, the same way for a learner all day.
    func shown(to user: UserID, on day: LearnerDay) -> ReviewItem {
        let face = face
        let choices = StableHash.shuffled(face.choices, "\(user) \(day.number) \(face.id)") { $0.id }
        return ReviewItem(
            id: face.id,
            kind: face.kind,
            skill: face.skill,
            promptHTML: face.promptHTML,
            mode: face.mode,
            choices: choices,
            contentKind: face.contentKind,
            contentID: face.contentID,
            contentTitle: face.contentTitle,
            category: face.category,
            topics: face.topics,
            nodes: face.nodes,
            edges: face.edges
        )
    }

    func answer(isCorrect: Bool?) -> ItemAnswer {
        ItemAnswer(
            item: id,
            isCorrect: isCorrect,
            answerHTML: answerHTML,
            explanationHTML: explanationHTML,
            correctChoices: face.mode == .reveal ? [] : rightChoices
        )
    }
}
