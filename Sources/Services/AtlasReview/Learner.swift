import AtlasAPI
import AtlasCore
import AtlasPorts
import Foundation
import Learning

/// What is stored of one learner beside the log.
struct Learner: Sendable {
    var settings = ReviewSettingsInput()
    var version = 0
    var head: Int64 = 0
    /// What fitting the parameters gave; `nil` if it was never done.
    var fit: StoredFit?
    /// How many entries the log had when it was done.
    var fittedHead: Int64 = 0

    init() {}

    init(_ user: UserID, in session: any SQLSession) throws {
        let rows = try session.rows(
            "SELECT head, settings, version, fit, fitted_head FROM review_learners WHERE user_id = \(user)"
        )
        guard let row = rows.first else { return }
        head = try row.int64("head")
        version = try row.int("version")
        fittedHead = try row.int64("fitted_head")
        if let text = try row.optionalString("settings") {
            settings = try JSONDecoder().decode(StoredSettings.self, from: Data(text.utf8)).input
        }
        if let text = try row.optionalString("fit") {
            fit = try JSONDecoder().decode(StoredFit.self, from: Data(text.utf8))
        }
    }

    var rules: ReviewRules {
        var rules = ReviewRules(retention: settings.retention)
        for wish in settings.topicRetention { rules.topicRetention[wish.category] = wish.retention }
        if settings.usesPersonalParameters, let fit, fit.isBetter, let own = try? FSRSParameters(fit.parameters) {
            rules.parameters = own
        }
        return rules
    }

    func day(_ moment: Timestamp) -> LearnerDay {
        LearnerDay(of: moment, zone: settings.timeZone, startsAt: settings.dayStartsAt)
    }

    /// Why personal parameters are used or not.
    var parametersNote: String {
        guard settings.usesPersonalParameters else { return "You chose the parameters of most learners." }
        guard let fit else {
            return
                "The parameters of most learners are used; yours are fitted once there are \(FSRSOptimizer.minimumReviews) reviews on another day than the one before."
        }
        let (own, usual) = (fit.fittedLogLoss.rounded(to: 4), fit.defaultLogLoss.rounded(to: 4))
        let figures =
            "log loss \(own) against \(usual) on your newest \(fit.heldOut) reviews, which were not used for fitting"
        return fit.isBetter
            ? "Parameters fitted to you are used, because they predict better: \(figures)."
            : "The parameters of most learners are used, because those fitted to you do not clearly predict better: \(figures)."
    }
}

/// The outcome of fitting, as JSON.
struct StoredFit: Sendable, Equatable, Codable {
    let parameters: [Double]
    /// Whether they won on held-out reviews.
    let isBetter: Bool
    let heldOut: Int
    let defaultLogLoss: Double
    let fittedLogLoss: Double
    /// Milliseconds since 1970.
    let at: Int64
}

/// Settings as JSON.
struct StoredSettings: Codable {
    let minutesPerDay: Int
    let newPerDay: Int?
    let reviewsPerDay: Int?
    let retention: Double
    let usesPersonalParameters: Bool
    let timeZone: String
    let dayStartsAt: Int
    let topicRetention: [String: Double]

    init(_ input: ReviewSettingsInput) {
        minutesPerDay = input.minutesPerDay
        newPerDay = input.newPerDay
        reviewsPerDay = input.reviewsPerDay
        retention = input.retention
        usesPersonalParameters = input.usesPersonalParameters
        timeZone = input.timeZone
        dayStartsAt = input.dayStartsAt
        topicRetention = Dictionary(
            input.topicRetention.map { ($0.category, $0.retention) },
            uniquingKeysWith: { first, _ in first }
        )
    }

    var input: ReviewSettingsInput {
        ReviewSettingsInput(
            minutesPerDay: minutesPerDay,
            newPerDay: newPerDay,
            reviewsPerDay: reviewsPerDay,
            retention: retention,
            usesPersonalParameters: usesPersonalParameters,
            timeZone: timeZone,
            dayStartsAt: dayStartsAt,
            topicRetention: topicRetention.sorted { $0.key < $1.key }.map {
                TopicRetention(category: $0.key, retention: $0.value)
            }
        )
    }
}

extension Double {
    fileprivate func rounded(to digits: Int) -> String {
        let scale = (0..<digits).reduce(1.0) { scale, _ in scale * 10 }
        let whole = (self * scale).rounded()
        guard abs(whole) < 1e15 else { return "\(self)" }
        let text = String(Int64(abs(whole)))
        let padded = String(repeating: "0", count: Swift.max(0, digits + 1 - text.count)) + text
        return (whole < 0 ? "-" : "") + padded.dropLast(digits) + "." + padded.suffix(digits)
    }
}
