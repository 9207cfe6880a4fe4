public import AtlasAPI
public import AtlasCore
import AtlasPorts
import Foundation

extension ReviewService {
    /// What the caller chose.
    public func settings(as caller: Caller) async throws -> ReviewSettings {
        let user = try caller.signedIn().user
        let now = clock.now()
        return try await database.read { Self.view(try QueueMaterial(user: user, now: now, in: $0)) }
    }

    /// Replaces what the caller chose.
    public func save(_ settings: ReviewSettingsInput, version: Int, as caller: Caller) async throws -> ReviewSettings {
        let user = try caller.signedIn().user
        let catalogue = try await content.catalogue(as: caller)
        try Self.check(settings, categories: catalogue.categories.map(\.id))
        let (bank, now) = (await shelf.bank(catalogue), clock.now())
        let text = String(decoding: try JSONEncoder().encode(StoredSettings(settings)), as: UTF8.self)
        return try await database.write { session in
            let rows = LogRows(session: session, user: user)
            _ = try rows.lock()
            let before = try Learner(user, in: session)
            guard before.version == version else {
                throw AtlasError(.conflict, "The settings were changed elsewhere. Read them again.", field: "version")
            }
            try session.execute(
                """
                UPDATE review_learners SET settings = \(text), version = version + 1 WHERE user_id = \(user)
                """
            )
            let after = try Learner(user, in: session)
            if after.rules != before.rules { try Self.refold(by: after.rules, bank, rows) }
            return Self.view(try QueueMaterial(user: user, now: now, in: session))
        }
    }

    /// Makes every card of a learner anew, because the rules have changed.
    static func refold(by rules: ReviewRules, _ bank: ItemBank, _ rows: LogRows) throws {
        var folds: [String: CardFold] = [:]
        for (item, entries) in try rows.allEntries() {
            let category = bank[ReviewItemID(item)]?.face.category
            folds[item] = CardFold(entries, scheduler: rules.scheduler(category))
        }
        try rows.store(folds)
    }

    private static func view(_ material: QueueMaterial) -> ReviewSettings {
        ReviewSettings(
            chosen: material.learner.settings,
            newPerDay: material.allowance.newPerDay,
            reviewsPerDay: material.allowance.reviewsPerDay,
            secondsPerReview: material.allowance.secondsPerReview,
            parametersNote: material.learner.parametersNote,
            version: material.learner.version
        )
    }

    private static func check(_ settings: ReviewSettingsInput, categories: [String]) throws(AtlasError) {
        try check(settings.minutesPerDay, 1...240, "minutes a day", "minutesPerDay")
        if let count = settings.newPerDay { try check(count, 0...200, "new cards a day", "newPerDay") }
        if let count = settings.reviewsPerDay { try check(count, 0...2_000, "reviews a day", "reviewsPerDay") }
        try check(settings.dayStartsAt, 0...23, "as the hour at which your day begins", "dayStartsAt")
        guard retentions.contains(settings.retention) else { throw retentionError("retention") }
        guard LearnerDay.isZone(settings.timeZone) else {
            throw AtlasError(
                .invalid,
                "There is no time zone “\(settings.timeZone.prefix(64))”; write it as in Europe/Berlin.",
                field: "timeZone"
            )
        }
        var seen: Set<String> = []
        for wish in settings.topicRetention {
            guard categories.contains(wish.category) else {
                throw AtlasError(
                    .invalid,
                    "There is no category “\(wish.category.prefix(8))”.",
                    field: "topicRetention"
                )
            }
            guard seen.insert(wish.category).inserted else {
                throw AtlasError(.invalid, "Category \(wish.category) is named twice.", field: "topicRetention")
            }
            guard retentions.contains(wish.retention) else { throw retentionError("topicRetention") }
        }
    }

    private static let retentions = 0.7...0.97

    private static func retentionError(_ field: String) -> AtlasError {
        AtlasError(.invalid, "A retention is from 0.7 to 0.97.", field: field)
    }

    private static func check(
        _ value: Int,
        _ range: ClosedRange<Int>,
        _ what: String,
        _ field: String
    ) throws(AtlasError) {
        guard range.contains(value) else {
            throw AtlasError(.invalid, "Choose \(range.lowerBound) to \(range.upperBound) \(what).", field: field)
        }
    }
}
