import AtlasAPI
import AtlasCore
public import AtlasPorts
import Foundation

/// Takes events of clients in, each once, and hands them to the queue.
struct EventIngestion: Sendable {
    /// The queue of batches.
    static let queue = "analytics-ingest"
    /// Ids of one statement; more would make statements that are not kept prepared.
    private static let chunk = 20

    let database: any Database
    let content: any Content
    let clock: any WallClock
    let ids: any IDSource

    func ingest(_ events: [NewEvent], as caller: Caller) async throws -> EventReceipt {
        let user = try caller.signedIn().user
        guard (1...AnalyticsLimits.batch).contains(events.count) else {
            throw AtlasError(.invalid, "Send 1 to \(AnalyticsLimits.batch) events at once.", field: "events")
        }
        let now = clock.now()
        let kinds = CatalogueIndex(try await content.catalogue(as: caller)).entries.mapValues(\.kind)
        var rejected: [EventReceipt.Rejection] = []
        var fresh: [String: NewEvent] = [:]
        var order: [String] = []
        for (index, event) in events.enumerated() {
            if let problem = EventSchema.problem(event, now: now, kinds: kinds) {
                rejected.append(EventReceipt.Rejection(index: index, reason: problem))
            } else if fresh.updateValue(fresh[event.id] ?? event, forKey: event.id) == nil {
                order.append(event.id)
            }
        }
        let accepted = try await store(order.compactMap { fresh[$0] }, of: user, at: now)
        return EventReceipt(
            accepted: accepted,
            duplicates: events.count - rejected.count - accepted,
            rejected: rejected
        )
    }

    /// - Returns: How many were new.
    private func store(_ events: [NewEvent], of user: UserID, at now: Timestamp) async throws -> Int {
        guard !events.isEmpty else { return 0 }
        let message = ids.next()
        let day = Day(now).number
        return try await database.write { session in
            var new: Set<String> = []
            for start in stride(from: 0, to: events.count, by: Self.chunk) {
                let part = events[start..<min(start + Self.chunk, events.count)]
                var query: Query = "INSERT INTO ingested_events (user_id, id, day) VALUES "
                for (index, event) in part.enumerated() {
                    if index > 0 { query += ", " }
                    query += "(\(user), \(event.id), \(day))"
                }
                query += " ON CONFLICT DO NOTHING RETURNING id"
                for row in try session.rows(query) { new.insert(try row.string("id")) }
            }
            guard !new.isEmpty else { return 0 }
            let batch = EventBatch(
                user: user.rawValue,
                events: events.filter { new.contains($0.id) }.map(EventBatch.Event.init)
            )
            let event = OutboxEvent(
                id: message,
                type: "analytics.ingested",
                queue: Self.queue,
                channel: nil,
                payload: Array(try JSONEncoder().encode(batch))
            )
            try Outbox.append(event, at: now, in: session)
            return new.count
        }
    }
}

/// Stores batches of events that clients sent: points, and the time spent.
public struct EventRecorder: Sendable {
    private let database: any Database
    private let series: any TimeSeries
    private let clock: any WallClock
    private let personalData: LearningData

    /// The tables of events on their way.
    public static let migrations = [
        Migration(
            owner: "ingestion",
            number: 1,
            reason: "events and batches by id",
            sql: """
                CREATE TABLE ingested_events (
                    user_id TEXT NOT NULL,
                    id TEXT NOT NULL,
                    day BIGINT NOT NULL,
                    PRIMARY KEY (user_id, id)
                );
                CREATE TABLE ingested_batches (
                    id TEXT PRIMARY KEY,
                    day BIGINT NOT NULL
                );
                """
        )
    ]

    /// Records into `series` and `database`.
    ///
    /// - Parameter personalData: Removes what was stored of accounts that are gone.
    init(database: any Database, series: any TimeSeries, clock: any WallClock, personalData: LearningData) {
        self.database = database
        self.series = series
        self.clock = clock
        self.personalData = personalData
    }

    /// Stores batches; those known already change nothing.
    ///
    /// Points first: they know themselves again if this breaks off before the batch is noted.
    public func record(_ deliveries: [Delivery]) async throws {
        let (stored, gone) = Farewell.parted(deliveries)
        if !stored.isEmpty { try await store(stored) }
        for user in gone { try await personalData.delete(of: user) }
    }

    private func store(_ deliveries: [Delivery]) async throws {
        let decoder = JSONDecoder()
        var batches: [(id: String, batch: EventBatch)] = []
        for delivery in deliveries {
            guard let batch = try? decoder.decode(EventBatch.self, from: Data(delivery.payload)) else { continue }
            batches.append((delivery.id, batch))
        }
        let points = batches.flatMap { entry in entry.batch.events.compactMap { $0.point(of: entry.batch.user) } }
        for start in stride(from: 0, to: points.count, by: TimeSeriesLimits.batch) {
            try await series.write(Array(points[start..<min(start + TimeSeriesLimits.batch, points.count)]))
        }
        let now = clock.now()
        let found = batches
        try await database.write { session in
            var users: Set<UserID> = []
            for (id, batch) in found {
                let new = try session.execute(
                    """
                    INSERT INTO ingested_batches (id, day) VALUES (\(id), \(Day(now).number)) ON CONFLICT DO NOTHING
                    """
                )
                guard new == 1 else { continue }
                if try Self.addTime(batch, in: session) { users.insert(UserID(batch.user)) }
            }
            for user in users.sorted(by: { $0.rawValue < $1.rawValue }) {
                try MetricRows.rollUp(user, at: now, in: session)
            }
        }
    }

    /// - Returns: False if no time was spent.
    private static func addTime(_ batch: EventBatch, in session: any SQLSession) throws -> Bool {
        var days: [Int64: Int64] = [:]
        for event in batch.events {
            guard let duration = event.d, duration > 0 else { continue }
            let most = Happening.longestVisit
            days[Day(Timestamp(milliseconds: event.a)).number, default: 0] += min(Int64(duration), most)
        }
        for (day, milliseconds) in days {
            try session.execute(
                """
                INSERT INTO learner_days
                    (user_id, day, reviews, milliseconds, correct, attempts, predictions, lab_checks, diagrams)
                VALUES (\(batch.user), \(day), 0, \(milliseconds), 0, 0, 0, 0, 0)
                ON CONFLICT (user_id, day) DO UPDATE
                SET milliseconds = learner_days.milliseconds + excluded.milliseconds
                """
            )
        }
        return !days.isEmpty
    }
}

extension Happening {
    /// A page that was open for longer was left open.
    static let longestVisit: Int64 = 3_600_000
}
