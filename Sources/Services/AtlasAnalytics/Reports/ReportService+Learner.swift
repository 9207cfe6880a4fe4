import AtlasAPI
import AtlasCore
import AtlasPorts

extension ReportService {
    /// What a learner did and can do.
    func document(of user: UserID, days count: Int, as caller: Caller) async throws -> PrintedDocument {
        try caller.requireSelf(user)
        let days = try await analytics.days(of: user, last: count, as: caller)
        let map = try await analytics.skillMap(of: user, as: caller)
        let metrics = try await analytics.metrics(of: user, as: caller)
        let streak = try await analytics.streak(of: user, as: caller)
        let forecasts = try await analytics.forecasts(of: user, goal: nil, as: caller)
        let goals = try await analytics.goals(of: user, as: caller)
        let catalogue = try await content.catalogue(as: caller)
        let name = try await auth.displayNames(of: [user])[user] ?? ""
        let (first, last) = (days.first?.day ?? "", days.last?.day ?? "")
        var blocks = summary(days, metrics, streak)
        blocks += skills(map, catalogue)
        blocks += topics(map)
        blocks += self.goals(goals)
        blocks += self.forecasts(forecasts)
        blocks += self.days(days)
        return PrintedDocument(title: "Learning report", subtitle: "\(name), \(first) to \(last) (UTC)", blocks: blocks)
    }

    private func summary(
        _ days: [DayMetrics],
        _ metrics: LearnerMetrics,
        _ streak: Streak
    ) -> [PrintedDocument.Block] {
        let attempts = days.reduce(0) { $0 + $1.attempts }
        let correct = days.reduce(0) { $0 + $1.correct }
        let active = days.count { $0.attempts > 0 }
        let values = Dictionary(metrics.values.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
        func ever(_ name: String) -> String { String(Int((values[name] ?? 0).rounded())) }
        return [
            .paragraph(
                """
                Only what was retrieved counts here: cards graded, questions answered, predictions made before their \
                answer was shown, checks of labs, scored designs. Reading alone proves nothing and colours nothing.
                """
            ),
            .table(
                caption: "In figures",
                columns: [
                    .init("What", width: 2), .init("In this time", isNumber: true), .init("Ever", isNumber: true),
                ],
                rows: [
                    ["Attempts to retrieve", String(attempts), ever("retrievals.total")],
                    ["Right ones", String(correct), ever("retrievals.right")],
                    ["Days with an attempt", String(active), ever("days.active")],
                    ["Cards reviewed", String(days.reduce(0) { $0 + $1.reviews }), ever("reviews.total")],
                    ["Predictions", String(days.reduce(0) { $0 + $1.predictions }), ever("predictions.total")],
                    ["Checks of labs", String(days.reduce(0) { $0 + $1.labChecks }), ever("labs.checks")],
                    [
                        "Diagrams read to the end", String(days.reduce(0) { $0 + $1.diagrams }),
                        ever("diagrams.completed"),
                    ],
                    ["Minutes", Self.minutes(days.reduce(0) { $0 + $1.minutes }), ever("time.minutes")],
                    ["Days in the present row", String(streak.days), "longest \(streak.longest)"],
                ]
            ),
        ]
    }

    private func skills(_ map: SkillMap, _ catalogue: Catalogue) -> [PrintedDocument.Block] {
        let cells = Dictionary(grouping: map.cells, by: \.category)
        let rows = catalogue.categories.compactMap { category -> [String]? in
            let cells = cells[category.id] ?? []
            guard cells.contains(where: { $0.belief.attempts > 0 }) else { return nil }
            return ["\(category.id) \(category.title)"]
                + Skill.allCases.map { skill in
                    cells.first { $0.skill == skill }.map { Self.text($0.belief) } ?? "–"
                }
        }
        guard !rows.isEmpty else {
            return [.heading("Skills"), .paragraph("There is no evidence yet. The first attempt puts it here.")]
        }
        return [
            .heading("Skills"),
            .table(
                caption: "The chance to answer an item of average difficulty, an interval of 90 %, and attempts",
                columns: [.init("Category", width: 1.6)]
                    + ["Recall", "Explain", "Predict", "Do", "Design"].map { PrintedDocument.Column($0) },
                rows: rows
            ),
        ]
    }

    private func topics(_ map: SkillMap) -> [PrintedDocument.Block] {
        guard !map.topics.isEmpty else { return [] }
        return [
            .heading("Topics"),
            .table(
                caption: "Topics with evidence, all kinds of it together",
                columns: [
                    .init("Topic"), .init("Chance and interval"), .init("Attempts", isNumber: true),
                    .init("Last", isNumber: true),
                ],
                rows: map.topics.map { topic in
                    [
                        topic.topic, Self.chance(topic.belief), String(topic.belief.attempts),
                        topic.belief.lastAt.map { Day($0).name } ?? "",
                    ]
                }
            ),
        ]
    }

    private func goals(_ goals: [Goal]) -> [PrintedDocument.Block] {
        guard !goals.isEmpty else { return [] }
        return [
            .heading("Goals"),
            .table(
                caption: "Topics mastered: a chance of 80 % with at least three attempts",
                columns: [.init("Goal", width: 2), .init("Mastered"), .init("Until"), .init("Reached")],
                rows: goals.map { goal in
                    [
                        goal.wanted.title, "\(goal.mastered) of \(goal.topics)",
                        goal.wanted.byDate.map { Day($0).name } ?? "no date",
                        goal.reachedAt.map { Day($0).name } ?? "not yet",
                    ]
                }
            ),
        ]
    }

    private func forecasts(_ forecasts: [Forecast]) -> [PrintedDocument.Block] {
        let names: [ForecastKind: String] = [
            .answerNow: "Chance to answer the next item",
            .dropout: "Chance of a week without an attempt",
            .daysToGoal: "Days to the next goal",
        ]
        return [
            .heading("Forecasts"),
            .table(
                caption: "Shown only while they were better than a constant on the newest outcomes",
                columns: [.init("Forecast", width: 1.4), .init("Value"), .init("Why", width: 3)],
                rows: forecasts.map { forecast in
                    let value = forecast.value.map { value in
                        forecast.unit == "days" ? "\(Int(value.rounded()))" : Self.percent(value)
                    }
                    return [names[forecast.kind] ?? forecast.kind.rawValue, value ?? "–", forecast.reason]
                }
            ),
        ]
    }

    private func days(_ days: [DayMetrics]) -> [PrintedDocument.Block] {
        let active = days.filter { $0.attempts > 0 || $0.diagrams > 0 || $0.minutes >= 1 }
        guard !active.isEmpty else { return [] }
        return [
            .heading("Days"),
            .table(
                caption: "Days on which something was done",
                columns: [.init("Day", width: 1.4)]
                    + ["Attempts", "Right", "Cards", "Predictions", "Checks", "Read", "Minutes"].map {
                        PrintedDocument.Column($0, isNumber: true)
                    },
                rows: active.map { day in
                    [day.day]
                        + [day.attempts, day.correct, day.reviews, day.predictions, day.labChecks, day.diagrams]
                        .map { String($0) } + [Self.minutes(day.minutes)]
                }
            ),
        ]
    }

    private static func text(_ belief: SkillMap.Belief) -> String {
        belief.attempts == 0 ? "–" : "\(chance(belief)), n\u{a0}\(belief.attempts)"
    }

    private static func chance(_ belief: SkillMap.Belief) -> String {
        guard let mastery = belief.mastery, let low = belief.low, let high = belief.high else { return "–" }
        return "\(percent(mastery))\u{a0}(\(Int((low * 100).rounded()))–\(Int((high * 100).rounded())))"
    }

    private static func percent(_ share: Double) -> String { "\(Int((share * 100).rounded()))\u{a0}%" }

    private static func minutes(_ minutes: Double) -> String { String(Int(minutes.rounded())) }
}
