import AtlasAPI
import AtlasAnalytics
import AtlasCore
import AtlasPorts
import AtlasTestKit
import Testing

@Suite struct ForecastTests {
    /// Answers of a cohort, a few a day; `chance` says how likely learner `who` answers item `item` correctly.
    private func learn(
        _ bench: Bench,
        learners: Int,
        answers: Int,
        _ chance: (_ who: Int, _ item: Int) -> Double
    ) async throws -> [Caller] {
        var people: [Caller] = []
        for index in 0..<learners { people.append(try await bench.person("Learner \(index)")) }
        var random = SplitMix(11)
        var events: [Event] = []
        for round in 0..<answers {
            for (who, person) in people.enumerated() {
                let item = Int(random.fraction() * 12)
                events.append(
                    Event.answer(
                        "e\(round)-\(who)",
                        try person.user,
                        random.fraction() < chance(who, item),
                        at: bench.clock.now() + .seconds(round * 3_600 + who),
                        item: "card-\(item)",
                        topic: "E\(item % 3)"
                    )
                )
            }
        }
        try await bench.deliver(events)
        return people
    }

    @Test func `the next answer is forecast once that was proven to be better than a constant`() async throws {
        try await Bench.run { bench in
            // Learners and items that differ: there is something to know.
            let people = try await learn(bench, learners: 24, answers: 30) { who, item in
                min(max(0.55 + Double(who % 5 - 2) * 0.15 + Double(item - 6) * 0.06, 0.03), 0.97)
            }
            let caller = people[0]
            let user = try caller.user
            let early = try await bench.analytics.forecasts(of: user, goal: nil, as: caller)
            #expect(early.map(\.kind) == ForecastKind.allCases && early.allSatisfy { $0.value == nil })
            #expect(early[0].reason == "Not shown: nothing has been judged yet.")

            #expect(try await bench.learning.nightly.run())
            #expect(try await bench.learning.nightly.run() == false, "once a day")
            let report = try #require(try await bench.analytics.calibration(limit: 10).first { $0.kind == .answerNow })
            #expect(report.count == 720 && report.isShown && report.gainLow > 0)
            #expect(report.logLoss < report.baselineLogLoss && (report.auc ?? 0) > 0.6)
            #expect(report.bins.reduce(0) { $0 + $1.count } == 720)
            #expect(report.bins.allSatisfy { $0.low <= $0.observed && $0.observed <= $0.high })
            let shown = try #require(try await bench.analytics.forecasts(of: user, goal: nil, as: caller).first)
            let value = try #require(shown.value)
            #expect(value > 0 && value < 1 && (shown.low ?? 2) <= value && (shown.high ?? -1) >= value)
        }
    }

    @Test func `where nothing can be known, nothing is shown, and the reason is`() async throws {
        try await Bench.run { bench in
            let people = try await learn(bench, learners: 24, answers: 30) { _, _ in 0.6 }
            try await bench.learning.nightly.run()
            let report = try #require(try await bench.analytics.calibration(limit: 10).first { $0.kind == .answerNow })
            #expect(report.isShown == false && report.gainLow <= 0)
            let hidden = try #require(
                try await bench.analytics.forecasts(of: try people[0].user, goal: nil, as: people[0]).first
            )
            #expect(hidden.value == nil && hidden.reason.contains("not surely better than a constant"))
        }
    }

    @Test func `few outcomes prove nothing, however good they look`() async throws {
        try await Bench.run { bench in
            _ = try await learn(bench, learners: 3, answers: 30) { who, _ in who == 0 ? 0.02 : 0.98 }
            try await bench.learning.nightly.run()
            let report = try #require(try await bench.analytics.calibration(limit: 10).first)
            #expect(report.count == 90 && report.isShown == false)
        }
    }

    /// Half of the learners come every other day, half stop at some day of their own.
    @Test func `who stays away is forecast before it is known, and judged afterwards`() async throws {
        try await Bench.run { bench in
            var people: [Caller] = []
            for index in 0..<24 { people.append(try await bench.person("Learner \(index)")) }
            let first = bench.clock.now()
            for day in 0..<45 {
                var events: [Event] = []
                for (who, person) in people.enumerated() {
                    let isGone = who % 2 == 0 && day > 5 + who
                    guard !isGone, (day + who) % 2 == 0 else { continue }
                    events.append(
                        .answer("d\(day)-\(who)", try person.user, day % 3 > 0, at: first + .seconds(day * 86_400))
                    )
                }
                try await bench.learning.nightly.run()
                try await bench.deliver(events)
                if day == 6 {
                    let open = try await bench.database.rows(
                        "SELECT COUNT(*) AS open FROM forecast_log WHERE outcome IS NULL AND kind = 'dropout'"
                    )
                    #expect(try (open.first?.int("open") ?? 0) > 50, "made before anything is known of their days")
                    let settled = try await bench.database.rows(
                        "SELECT COUNT(*) AS known FROM forecast_log WHERE outcome IS NOT NULL"
                    )
                    #expect(try settled.first?.int("known") == 0)
                }
                bench.clock.advance(by: .seconds(86_400))
            }
            let report = try #require(try await bench.analytics.calibration(limit: 100).first { $0.kind == .dropout })
            #expect(report.count > 300 && report.isShown, "\(report)")
            #expect((report.auc ?? 0) > 0.6 && report.logLoss < report.baselineLogLoss, "\(report)")
            let stayed = try await bench.analytics.forecasts(of: try people[1].user, goal: nil, as: people[1])[1]
            let value = try #require(stayed.value)
            #expect(value < 0.4, "who was here yesterday")
        }
    }
}
