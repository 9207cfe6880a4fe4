import AtlasAPI
import AtlasAnalytics
import AtlasAuth
import AtlasCollaboration
import AtlasContent
import AtlasCore
import AtlasPorts
import AtlasTestKit
import CairoEngine
import EmbeddedEngines
import Foundation
import Logging

/// The services on a fresh database, with a clock that stands still and an empty catalogue.
struct Bench: Sendable {
    let database: any Database
    let clock: ManualClock
    let series: SQLiteTimeSeries
    let auth: AuthService
    let groups: any StudyGroups
    let learning: LearningAnalytics
    private let content: ContentService

    var analytics: any Analytics { learning.analytics }
    var reports: any LearningReports { learning.reports }

    /// A Monday at noon in UTC.
    static let monday = Timestamp(milliseconds: 1_700_481_600_000)

    static func run(_ engine: TestEngine = .sqlite, _ body: @Sendable (Bench) async throws -> Void) async throws {
        try await withDatabase(engine) { database in
            try await withTemporaryFolder { folder in
                let migrations =
                    Outbox.migrations + SQLQueue.migrations + AuthMigrations.all + ContentMigrations.all
                    + ProgressService.migrations + PredictionService.migrations + CollaborationMigrations.all
                    + BoardService.migrations + LearningAnalytics.migrations
                _ = try await Migrator.migrate(database, migrations)
                let clock = ManualClock(monday)
                let series = try SQLiteTimeSeries(path: folder + "/series.sqlite", clock: clock)
                do {
                    try await body(try Bench(database, series, clock))
                } catch {
                    await series.close()
                    throw error
                }
                await series.close()
            }
        }
    }

    private init(_ database: any Database, _ series: SQLiteTimeSeries, _ clock: ManualClock) throws {
        self.database = database
        self.series = series
        self.clock = clock
        let ids = RandomIDSource(clock: clock)
        let pubSub = MemoryPubSub()
        auth = try AuthService(
            database: database,
            cache: MemoryCache(clock: clock),
            hasher: PlainHasher(),
            clock: clock,
            ids: ids,
            secret: Array(repeating: 7, count: 32),
            decoyHash: ""
        )
        content = ContentService(database: database, pubSub: pubSub, clock: clock, ids: ids)
        let progress = ProgressService(database: database, content: content, pubSub: pubSub, clock: clock, ids: ids)
        groups =
            Collaboration(
                database: database,
                auth: auth,
                content: content,
                progress: progress,
                pubSub: pubSub,
                clock: clock,
                ids: ids,
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            ).groups
        learning = Self.learning(database, series, auth, content, groups, clock)
    }

    private static func learning(
        _ database: any Database,
        _ series: any TimeSeries,
        _ auth: AuthService,
        _ content: any Content,
        _ groups: any StudyGroups,
        _ clock: ManualClock
    ) -> LearningAnalytics {
        let ids = RandomIDSource(clock: clock)
        return LearningAnalytics(
            LearningAnalytics.Ports(
                database: database,
                quietDatabase: database,
                series: series,
                queue: SQLQueue(database: database, clock: clock, ids: ids),
                cache: MemoryCache(clock: clock),
                pubSub: MemoryPubSub(),
                printer: CairoPrinter(),
                clock: clock,
                ids: ids
            ),
            auth: auth,
            content: content,
            groups: groups,
            passwords: auth,
            personalData: [CollaborationData(database: database, clock: clock), auth]
        )
    }

    /// Another process on the same database.
    func neighbour() -> LearningAnalytics { Self.learning(database, series, auth, content, groups, clock) }

    /// A new account.
    func person(_ name: String, _ role: Role = .learner) async throws -> Caller {
        let address = "\(RandomIDSource(clock: clock).next())@example.org"
        let registration = Registration(email: address, password: "unlikely phrase", displayName: name)
        let user = try await auth.createUser(registration, role: role, as: .system)
        return Caller(account: .init(user: user.id, role: role, session: SessionID("test")))
    }

    /// Hands events to the recorder, fifty at once as a worker does.
    func deliver(_ events: [Event], to other: LearningAnalytics? = nil) async throws {
        for start in stride(from: 0, to: events.count, by: 50) {
            let batch = events[start..<min(start + 50, events.count)].map(\.delivery)
            try await (other ?? learning).activity.record(batch)
        }
    }
}

extension Caller {
    /// The account.
    var user: UserID {
        get throws { try signedIn().user }
    }
}

/// An event as a service tells of it.
struct Event: Sendable {
    let id: String
    let delivery: Delivery

    /// An answer to an item of category E.
    static func answer(
        _ id: String,
        _ user: UserID,
        _ isCorrect: Bool,
        at moment: Timestamp,
        item: String = "card-1",
        skill: String = "recall",
        topic: String = "E1"
    ) -> Event {
        Event(
            id,
            """
            {"id":"\(id)","type":"review.recorded","userId":"\(user)","itemId":"\(item)","contentId":"e1-cache-aside",\
            "category":"E","topics":["\(topic)"],"skill":"\(skill)","correct":\(isCorrect),"durationMs":6000,\
            "at":"\(moment)"}
            """
        )
    }

    init(_ id: String, _ payload: String) {
        self.id = id
        delivery = Delivery(
            id: id,
            queue: LearningAnalytics.activityQueue,
            payload: Array(payload.utf8),
            attempt: 1,
            receipt: ""
        )
    }
}

/// Keeps passwords as they are: what hashing costs is no matter here.
struct PlainHasher: PasswordHasher {
    func hash(_ password: String) async throws -> String { password }
    func verify(_ password: String, against hash: String) async throws -> Bool { password == hash }
    func needsRehash(_ hash: String) -> Bool { false }
}

/// Source: Steele, Lea, Flood, "Fast splittable pseudorandom number generators".
struct SplitMix {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func fraction() -> Double {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
        return Double((mixed ^ mixed >> 31) >> 11) / 9_007_199_254_740_992
    }
}
