import AtlasAPI
import AtlasCore
public import AtlasPorts
import Learning

/// Takes in what learners did, once per event however often it is delivered.
///
/// One transaction stores the events, the answers with what was predicted of them, what is believed now, and the figures;
/// so they never contradict one another. One recorder per process; several processes agree by the number of the newest
/// answer, which each may move only from the number it knows.
public struct ActivityRecorder: Sendable {
    /// How often a batch is tried when another process was faster.
    private static let attempts = 5

    private let database: any Database
    private let content: any Content
    private let series: any TimeSeries
    private let pubSub: any PubSub
    private let clock: any WallClock
    private let keeper: KnowledgeKeeper
    private let personalData: LearningData

    /// Records into `database` and `series`.
    ///
    /// - Parameters:
    ///   - content: Asked for the category and topics of items.
    ///   - pubSub: Told of accounts whose figures are new.
    ///   - personalData: Removes what was stored of accounts that are gone.
    init(
        database: any Database,
        content: any Content,
        series: any TimeSeries,
        pubSub: any PubSub,
        clock: any WallClock,
        keeper: KnowledgeKeeper,
        personalData: LearningData
    ) {
        self.database = database
        self.content = content
        self.series = series
        self.pubSub = pubSub
        self.clock = clock
        self.keeper = keeper
        self.personalData = personalData
    }

    /// Takes in a batch of deliveries; those known already are passed over, those that cannot be read are only stored.
    public func record(_ deliveries: [Delivery]) async throws {
        let (stored, gone) = Farewell.parted(deliveries)
        if !stored.isEmpty { try await store(stored) }
        for user in gone { try await personalData.delete(of: user) }
    }

    private func store(_ deliveries: [Delivery]) async throws {
        let catalogue = CatalogueIndex(try await content.catalogue(as: .system))
        let happenings = deliveries.compactMap { Happening($0.payload, id: $0.id, catalogue: catalogue) }
        try await series.write(happenings.compactMap(\.point))
        for attempt in 1...Self.attempts {
            do {
                if try await take(deliveries, happenings, catalogue) { break }
            } catch {
                keeper.forget()
                throw error
            }
            keeper.forget()
            guard attempt < Self.attempts else {
                throw AtlasError(.unavailable, "Other processes take in answers faster than this one.")
            }
        }
        for user in Set(happenings.map(\.user)) {
            try await pubSub.publish(Array(#"{"type":"metrics.updated"}"#.utf8), to: ProgressService.channel(user))
        }
    }

    /// - Returns: False if another process took in answers meanwhile, so that nothing was stored.
    private func take(
        _ deliveries: [Delivery],
        _ happenings: [Happening],
        _ catalogue: CatalogueIndex
    ) async throws -> Bool {
        let seq = try await keeper.catchUp(isExact: true)
        let ids = deliveries.map(\.id)
        let users = Array(Set(happenings.map(\.user)))
        let once = happenings.compactMap { $0.answer?.once }
        let items = Array(Set(happenings.compactMap { $0.answer?.item ?? $0.help?.item }))
        let takenBack = happenings.compactMap(\.takesBack).flatMap(\.events)
        let undoers = Array(Set(happenings.filter { $0.takesBack != nil }.map(\.user)))
        let before = try await database.write { session in
            try Before(
                events: ids,
                users: users,
                items: items,
                once: once,
                takenBack: takenBack,
                undoers: undoers,
                in: session
            )
        }
        var batch = EvidenceBatch(before: before, seq: seq)
        batch.takeBack(happenings, keeper)
        // In the order in which things happened, as far as they came together.
        for happening in happenings.sorted(by: { ($0.at, $0.id) < ($1.at, $1.id) }) {
            batch.take(happening, catalogue, keeper)
        }
        let stored = batch
        let weights = keeper.bytes(of: batch.parts)
        let now = clock.now()
        let isStored = try await database.write { session in
            guard try stored.moveHead(in: session) else { return false }
            for delivery in deliveries where !before.events.contains(delivery.id) {
                let user = happenings.first { $0.id == delivery.id }?.user.rawValue ?? ""
                try session.execute(
                    """
                    INSERT INTO activity (event_id, payload, user_id)
                    VALUES (\(delivery.id), \(String(decoding: delivery.payload, as: UTF8.self)), \(user))
                    ON CONFLICT DO NOTHING
                    """
                )
            }
            try stored.store(weights, at: now, in: session)
            for user in stored.users.sorted(by: { $0.rawValue < $1.rawValue }) {
                try MetricRows.rollUp(user, at: now, in: session)
            }
            return true
        }
        if isStored { keeper.confirm(stored.seq) }
        return isStored
    }
}

/// What the database knows before a batch.
struct Before: Sendable {
    /// Events of the batch, and those that it takes back, that were taken in already.
    let events: Set<String>
    /// Names of answers that count once and were counted, with their learner in front.
    let once: Set<String>
    let states: [UserID: LearnerState]
    /// When the newest answer of each learner was given.
    let newest: [UserID: Timestamp]
    /// When the tutor last helped with an item, by learner and item.
    let helps: [String: Timestamp]
    /// The newest answers of learners who take something back, in the order in which it was learned from.
    let answers: [UserID: [KnownAnswer]]
    /// All answers and right ones so far, for the constant that forecasts are held against.
    let count: (all: Int64, correct: Int64)

    /// Answers of one learner that are replayed; with more, what was learned from an answer that is taken back stays.
    static let replayed = 100_000

    /// - Parameters:
    ///   - takenBack: Events that the batch takes back.
    ///   - undoers: Whose they are.
    init(
        events: [String],
        users: [UserID],
        items: [String],
        once: [String],
        takenBack: [String],
        undoers: [UserID],
        in session: any SQLSession
    ) throws {
        self.events = Set(
            try session.rows("SELECT event_id FROM activity WHERE event_id IN (\(list: events + takenBack))")
                .map { try $0.string("event_id") }
        )
        let names = once + (events + takenBack).map(EvidenceBatch.undoneName)
        let counted = try session.rows(
            "SELECT user_id, name FROM evidence_once WHERE user_id IN (\(list: users)) AND name IN (\(list: names))"
        )
        self.once = Set(try counted.map { "\(try $0.string("user_id"))/\(try $0.string("name"))" })
        var states: [UserID: LearnerState] = [:]
        var newest: [UserID: Timestamp] = [:]
        for row in try session.rows(
            "SELECT user_id, last_at, state FROM learner_states WHERE user_id IN (\(list: users))"
        ) {
            let user = UserID(try row.string("user_id"))
            states[user] = try LearnerRows.state(row)
            newest[user] = try row.timestamp("last_at")
        }
        self.states = states
        self.newest = newest
        var helps: [String: Timestamp] = [:]
        for row in try session.rows(
            "SELECT user_id, item_id, at FROM learner_help WHERE user_id IN (\(list: users)) AND item_id IN (\(list: items))"
        ) {
            helps["\(try row.string("user_id"))/\(try row.string("item_id"))"] = try row.timestamp("at")
        }
        self.helps = helps
        var answers: [UserID: [KnownAnswer]] = [:]
        for user in undoers {
            answers[user] = try session.rows(
                """
                SELECT event_id, at, item_id, content_id, category, topics, skill, correct FROM evidence
                WHERE user_id = \(user) ORDER BY seq DESC LIMIT \(Self.replayed + 1)
                """
            )
            .reversed().map { try KnownAnswer($0) }
        }
        self.answers = answers
        let head = try session.rows("SELECT answers, correct FROM evidence_head WHERE id = 1").first
        count = (try head?.int64("answers") ?? 0, try head?.int64("correct") ?? 0)
    }
}

/// An answer that was counted and learned from.
struct KnownAnswer: Sendable {
    let event: String
    let at: Timestamp
    let item: String
    let content: String
    let category: String
    let topics: [String]
    let skill: Skill
    let isCorrect: Bool

    init(_ row: Row) throws {
        event = try row.string("event_id")
        at = try row.timestamp("at")
        item = try row.string("item_id")
        content = try row.string("content_id")
        category = try row.string("category")
        topics = try row.string("topics").split(separator: " ").map(String.init)
        isCorrect = try row.bool("correct")
        guard let skill = Skill(rawValue: try row.string("skill")) else {
            throw AtlasError(
                .internalError,
                "Something went wrong on our side.",
                detail: "the skill of an answer cannot be read"
            )
        }
        self.skill = skill
    }
}
