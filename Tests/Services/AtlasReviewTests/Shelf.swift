import AtlasAPI
import AtlasCore
import AtlasPorts
import AtlasTestKit
import EmbeddedEngines

@testable import AtlasReview

/// What a learner has read: these, in this order.
struct FixedProgress: ProgressTracking {
    var read: [String] = []

    func complete(_ diagram: DiagramID, as caller: Caller) async throws -> [Completion] { [] }
    func completions(of users: [UserID], as caller: Caller) async throws -> [[Completion]] {
        users.map { _ in read.map { Completion(diagram: DiagramID($0), at: Timestamp(milliseconds: 0)) } }
    }
    func changes(of user: UserID, as caller: Caller) async throws -> AsyncStream<Void> { AsyncStream { $0.finish() } }
}

/// The service on a fresh database, with a clock that stands still and the real catalogue.
struct Bench: Sendable {
    let database: any Database
    let clock: ManualClock
    let service: ReviewService
    let bank: ItemBank

    static func run(
        _ engine: TestEngine = .sqlite,
        read: [String] = [],
        _ body: @Sendable (Bench) async throws -> Void
    ) async throws {
        let catalogue = try await RealCatalogue.shared.value
        try await withDatabase(engine) { database in
            _ = try await Migrator.migrate(database, Outbox.migrations + ReviewMigrations.all)
            let clock = ManualClock(Timestamp(milliseconds: 1_767_261_600_000))
            let service = ReviewService(
                database: database,
                content: FixedContent(catalogue),
                progress: FixedProgress(read: read),
                clock: clock,
                ids: RandomIDSource(clock: clock),
                packages: AnkiFiles(),
                shelf: RealCatalogue.shelf
            )
            let bank = await RealCatalogue.shelf.bank(catalogue)
            try await body(Bench(database: database, clock: clock, service: service, bank: bank))
        }
    }

    static func learner(_ name: String = "ada") -> Caller {
        Caller(account: .init(user: UserID(name), role: .learner, session: SessionID("test")))
    }

    func review(
        _ id: String,
        _ item: ReviewItemID,
        _ rating: ReviewRating = .good,
        after offset: Duration = .zero,
        device: String = "phone"
    ) -> NewReview {
        NewReview(
            id: id,
            item: item,
            rating: rating,
            at: clock.now() + offset,
            duration: .seconds(8),
            device: device
        )
    }

    /// Events that wait to be relayed, as JSON.
    func events() async throws -> [String] {
        try await Outbox.pending(1_000, in: database).map { String(decoding: $0.payload, as: UTF8.self) }
    }

    /// What is stored of the cards, but for whose they are.
    func cards(of user: String) async throws -> [String: CardFold] {
        var found: [String: CardFold] = [:]
        for row in try await database.rows("SELECT * FROM review_cards WHERE user_id = \(user)") {
            found[try row.string("item_id")] = try CardFold(row)
        }
        return found
    }
}

extension RealCatalogue {
    /// The items of the catalogue, made once.
    static let shelf = ItemShelf()
}

/// The code of the error that `body` throws.
func code(_ body: () async throws -> Void) async -> AtlasError.Code? {
    do {
        try await body()
        return nil
    } catch {
        return (error as? AtlasError)?.code ?? .internalError
    }
}
