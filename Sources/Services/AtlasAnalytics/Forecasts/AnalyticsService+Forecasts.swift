import AtlasAPI
import AtlasCore
import AtlasPorts
import Foundation
import Learning

extension AnalyticsService {
    /// Items answered last that the chance of the next answer is taken over.
    private static let recentItems = 20

    func calibration(limit: Int) async throws -> [CalibrationReport] {
        try Self.check(limit, in: 1...AnalyticsLimits.page, of: "reports", field: "first")
        return try await database.read { try ForecastRows.reports(limit: limit, in: $0) }
    }

    func forecasts(of user: UserID, goal: GoalID?, as caller: Caller) async throws -> [Forecast] {
        try caller.requireSelf(user)
        let newest = try await database.read { session in
            try ForecastKind.allCases.map { try ForecastRows.reports(of: $0, limit: 1, in: session).first }
        }
        var forecasts: [Forecast] = []
        for (kind, report) in zip(ForecastKind.allCases, newest) {
            let unit = kind == .daysToGoal ? "days" : "probability"
            let said: (value: Double?, low: Double?, high: Double?, reason: String)
            if let reason = Self.hidden(report) {
                said = (nil, nil, nil, reason)
            } else {
                said = try await value(of: kind, user, goal)
            }
            forecasts.append(
                Forecast(
                    kind: kind,
                    value: said.value,
                    unit: unit,
                    low: said.low,
                    high: said.high,
                    reason: said.reason,
                    calibration: report
                )
            )
        }
        if let goal, try await goals(of: user, as: caller).first(where: { $0.id == goal }) == nil {
            throw AtlasError(.notFound, "There is no goal \(goal).", field: "goal")
        }
        return forecasts
    }

    /// Why a forecast is not shown; `nil` for one that is.
    private static func hidden(_ report: CalibrationReport?) -> String? {
        guard let report else { return "Not shown: nothing has been judged yet." }
        guard !report.isShown else { return nil }
        guard report.count >= Judgement.fewest else {
            return "Not shown: only \(report.count) outcomes are known, \(Judgement.fewest) are needed."
        }
        let gain = "\(rounded(report.gainLow)) to \(rounded(report.gainHigh))"
        return """
            Not shown: over the newest \(report.count) outcomes it was not surely better than a constant \
            (it gained \(gain) nats).
            """
    }

    private static func rounded(_ number: Double) -> String {
        let thousandths = (number * 1_000).rounded()
        return "\(thousandths / 1_000)"
    }

    private func value(
        of kind: ForecastKind,
        _ user: UserID,
        _ goal: GoalID?
    ) async throws -> (value: Double?, low: Double?, high: Double?, reason: String) {
        switch kind {
        case .answerNow: try await answerNow(user)
        case .dropout: try await absence(user)
        case .daysToGoal: try await daysToGoal(user, goal)
        }
    }

    private func answerNow(
        _ user: UserID
    ) async throws -> (value: Double?, low: Double?, high: Double?, reason: String) {
        try await keeper.catchUp()
        let (state, rows) = try await database.read { session in
            (
                try LearnerRows.state(of: user, in: session)?.state,
                try session.rows(
                    """
                    SELECT item_id, category, topics, skill FROM evidence WHERE user_id = \(user)
                    ORDER BY seq DESC LIMIT \(Self.recentItems * 3)
                    """
                )
            )
        }
        guard let state, !rows.isEmpty else { return (nil, nil, nil, "Nothing has been answered yet.") }
        var items: [(item: String, skills: [UInt64])] = []
        for row in rows {
            let item = try row.string("item_id")
            guard items.count < Self.recentItems, !items.contains(where: { $0.item == item }),
                let skill = Skill(rawValue: try row.string("skill"))
            else { continue }
            let topics = try row.string("topics").split(separator: " ").map(String.init)
            items.append(
                (item, KnowledgeKeeper.skills(category: try row.string("category"), skill: skill, topics: topics))
            )
        }
        let chances = keeper.predict(items, learner: state).sorted()
        guard !chances.isEmpty else { return (nil, nil, nil, "Nothing has been answered yet.") }
        return (
            chances.reduce(0, +) / Double(chances.count),
            chances[chances.count / 10],
            chances[chances.count - 1 - chances.count / 10],
            "The mean over the \(chances.count) items answered last, and where four fifths of them lie."
        )
    }

    private func absence(
        _ user: UserID
    ) async throws -> (value: Double?, low: Double?, high: Double?, reason: String) {
        let today = Day(clock.now())
        let (days, model) = try await database.read { session in
            (
                try NightlyWork.activity(of: user, in: session),
                try ForecastRows.model(.dropout, in: session).0
            )
        }
        guard let last = days.last?.day, last >= today.adding(-AbsenceFeatures.window) else {
            return (nil, nil, nil, "Nothing was retrieved in the last \(AbsenceFeatures.window) days.")
        }
        return (
            model.predict(AbsenceFeatures.at(today, days)), nil, nil,
            "From how often and how lately something was retrieved."
        )
    }

    private func daysToGoal(
        _ user: UserID,
        _ goal: GoalID?
    ) async throws -> (value: Double?, low: Double?, high: Double?, reason: String) {
        let goals = try await goals(of: user, as: .system).filter { $0.reachedAt == nil }
        guard let goal = goal.flatMap({ id in goals.first { $0.id == id } }) ?? goals.first else {
            return (nil, nil, nil, "No goal is open.")
        }
        let today = Day(clock.now())
        let pace = try await database.read { try NightlyWork.pace(of: user, on: today, in: $0) }
        guard let pace else {
            return (nil, nil, nil, "A pace is known after \(GoalPace.fewest) days.")
        }
        let left = goal.topics - goal.mastered
        guard let days = GoalPace.days(left, rate: pace, chance: 0.5) else {
            return (nil, nil, nil, "At the pace of late it would take more than ten years.")
        }
        let soonest = GoalPace.days(left, rate: pace, chance: 0.1)
        let latest = GoalPace.days(left, rate: pace, chance: 0.9)
        return (
            Double(days), soonest.map(Double.init), latest.map(Double.init),
            "\(left) of \(goal.topics) topics of “\(goal.wanted.title)” are left, at the pace of the last four weeks."
        )
    }
}
