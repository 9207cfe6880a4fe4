public import AtlasAPI
public import AtlasCore
public import AtlasPorts
import Foundation
import Learning

/// Fits the parameters of FSRS to learners who have reviewed enough, one learner at a time.
///
/// What was fitted is used only where it predicts the newest fifth of the log, which it has not seen, clearly better than
/// the defaults; the figures of both are stored.
public struct ParameterFitting: Sendable {
    private let service: ReviewService

    /// How long to wait between two looks for somebody.
    public static let interval = Duration.seconds(3_600)
    /// New entries since the last time before a learner is looked at again.
    static let newEntries: Int64 = 200

    /// For the learners of `service`.
    public init(service: ReviewService) {
        self.service = service
    }

    /// Fits until nobody is left whose log has grown enough.
    ///
    /// - Returns: How many learners were looked at.
    @discardableResult
    public func run() async throws -> Int {
        var count = 0
        while try await fitNext() {
            count += 1
            try Task.checkCancellation()
        }
        return count
    }

    /// Fits the parameters of one learner.
    ///
    /// - Returns: False if nobody has reviewed enough.
    func fitNext() async throws -> Bool {
        let due = try await service.database.rows(
            """
            SELECT user_id, head FROM review_learners
            WHERE head >= \(FSRSOptimizer.minimumReviews) AND head >= fitted_head + \(Self.newEntries)
            ORDER BY fitted_head, user_id LIMIT 1
            """
        )
        guard let row = due.first else { return false }
        let (user, head) = (UserID(try row.string("user_id")), try row.int64("head"))
        let reviews = try await reviews(of: user)
        // Some tenths of a second of one core: not on an event loop.
        let result = await Task.detached(priority: .background) { FSRSOptimizer.personal(reviews) }.value
        try await store(result, of: user, head: head)
        return true
    }

    private func reviews(of user: UserID) async throws -> [FSRSReview] {
        let entries = try await service.database.read { try LogRows(session: $0, user: user).allEntries() }
        var reviews: [FSRSReview] = []
        for (number, item) in entries.keys.sorted().enumerated() {
            let part = entries[item] ?? []
            let undone = Set(part.compactMap { $0.action == .undo ? $0.undoes : nil })
            for entry in part where entry.action == .review && !undone.contains(entry.id) {
                guard let rating = entry.rating else { continue }
                reviews.append(FSRSReview(card: UInt64(number), time: entry.at.milliseconds, rating: rating))
            }
        }
        return reviews
    }

    func store(_ result: FSRSOptimizer.Result, of user: UserID, head: Int64) async throws {
        let now = service.clock.now()
        let fit = result.fitted.map { fitted in
            StoredFit(
                parameters: fitted.values,
                isBetter: result.parameters == fitted,
                heldOut: result.heldOut,
                defaultLogLoss: result.defaultLogLoss,
                fittedLogLoss: result.fittedLogLoss,
                at: now.milliseconds
            )
        }
        let text = try fit.map { String(decoding: try JSONEncoder().encode($0), as: UTF8.self) }
        let bank = try await service.bank(.system)
        try await service.database.write { session in
            let rows = LogRows(session: session, user: user)
            // An account that was deleted meanwhile stays so.
            guard try session.execute("UPDATE review_learners SET head = head WHERE user_id = \(user)") == 1 else {
                return
            }
            let before = try Learner(user, in: session).rules
            try session.execute(
                "UPDATE review_learners SET fit = \(text), fitted_head = \(head) WHERE user_id = \(user)"
            )
            let after = try Learner(user, in: session).rules
            if after != before { try ReviewService.refold(by: after, bank, rows) }
        }
    }
}
