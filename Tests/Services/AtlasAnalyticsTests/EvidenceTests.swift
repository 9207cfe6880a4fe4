import AtlasAPI
import AtlasAnalytics
import AtlasCore
import AtlasPorts
import AtlasTestKit
import EmbeddedEngines
import Testing

@Suite struct EvidenceTests {
    @Test(arguments: TestEngine.all)
    func `what is told several times counts once`(engine: TestEngine) async throws {
        try await Bench.run(engine) { bench in
            let ada = try await bench.person("Ada")
            let user = try ada.user
            let events = (0..<6).map { Event.answer("e\($0)", user, $0 % 3 != 0, at: bench.clock.now()) }
            try await bench.deliver(events)
            try await bench.deliver(events + [events[0]])
            let values = try await bench.analytics.metrics(of: user, as: ada).values
            let figures = Dictionary(uniqueKeysWithValues: values.map { ($0.name, $0.value) })
            #expect(figures["retrievals.total"] == 6 && figures["retrievals.right"] == 4)
            #expect(figures["reviews.total"] == 6 && figures["time.minutes"] == 0.6)
            let cell = try await bench.analytics.skillMap(of: user, as: ada).topics
            #expect(cell.map(\.topic) == ["E1"] && cell.map(\.belief.attempts) == [6])
            #expect(try await bench.analytics.answerForecasts(of: user, limit: 10, as: ada).count == 6)
        }
    }

    @Test(arguments: TestEngine.all)
    func `an answer is predicted from what came before it, the same in one process as in two`(
        engine: TestEngine
    ) async throws {
        let alone = try await predictions(engine, flipLast: false, processes: 1)
        let together = try await predictions(engine, flipLast: false, processes: 2)
        let flipped = try await predictions(engine, flipLast: true, processes: 1)
        #expect(alone.count == 90)
        #expect(alone == together)
        // Newest first: the answer that was flipped leads, and plays no part in any prediction.
        #expect(alone == flipped)
        #expect(Set(alone).count > 30)
    }

    private func predictions(_ engine: TestEngine, flipLast: Bool, processes: Int) async throws -> [Double] {
        let found = Found()
        try await Bench.run(engine) { bench in
            let ada = try await bench.person("Ada")
            let bob = try await bench.person("Bob")
            let other = bench.neighbour()
            var random = SplitMix(3)
            for round in 0..<18 {
                let events = try (0..<5).map { index in
                    let number = round * 5 + index
                    let isCorrect = (random.fraction() < 0.6) != (flipLast && number == 89)
                    let user = try index % 2 == 0 ? ada.user : bob.user
                    return Event.answer(
                        "e\(number)",
                        user,
                        isCorrect,
                        at: bench.clock.now() + .seconds(number),
                        item: "card-\(number % 7)"
                    )
                }
                try await bench.deliver(events, to: processes == 2 && round % 3 == 1 ? other : nil)
            }
            let predicted = try await bench.database.rows("SELECT predicted FROM evidence ORDER BY seq DESC")
            found.values = try predicted.map { try $0.double("predicted") }
        }
        return found.values
    }

    private final class Found: @unchecked Sendable {
        // Written by the one task of the bench before it is read.
        var values: [Double] = []
    }

    @Test func `reading colours nothing, and answers colour their own field`() async throws {
        try await Bench.run { bench in
            let ada = try await bench.person("Ada")
            let user = try ada.user
            let read = """
                {"id":"r1","type":"diagram.completed","userId":"\(user)","diagramId":"e1-cache-aside",\
                "at":"\(bench.clock.now())"}
                """
            try await bench.deliver([Event("r1", read)])
            let before = try await bench.analytics.skillMap(of: user, as: ada)
            #expect(before.cells.count == 80 && before.cells.allSatisfy { $0.belief == .none })
            #expect(try await bench.analytics.days(of: user, last: 1, as: ada).map(\.diagrams) == [1])
            #expect(try await bench.analytics.streak(of: user, as: ada).days == 0)

            let moment = bench.clock.now()
            let answers = (0..<8).map { Event.answer("e\($0)", user, true, at: moment, skill: "explain") }
            try await bench.deliver(answers)
            let after = try await bench.analytics.skillMap(of: user, as: ada)
            let coloured = after.cells.filter { $0.belief.attempts > 0 }
            #expect(coloured.map(\.category) == ["E"] && coloured.map(\.skill) == [.explain])
            let belief = try #require(coloured.first?.belief)
            let mastery = try #require(belief.mastery)
            #expect(mastery > 0.6 && (belief.low ?? 1) < mastery && (belief.high ?? 0) > mastery)
            #expect(belief.lastAt == moment)
        }
    }

    @Test func `predicting again, and checking again while one works on a lab, prove nothing new`() async throws {
        try await Bench.run { bench in
            let ada = try await bench.person("Ada")
            let user = try ada.user
            func prediction(_ id: String, _ attempt: Int) -> Event {
                Event(
                    id,
                    """
                    {"id":"\(id)","type":"prediction.made","userId":"\(user)","itemId":"e1","category":"E","topics":["E1"],\
                    "question":"7","attempt":\(attempt),"right":5,"of":5,"at":"\(bench.clock.now())"}
                    """
                )
            }
            func check(_ id: String, _ isPassed: Bool) -> Event {
                Event(
                    id,
                    """
                    {"id":"\(id)","type":"lab.checked","userId":"\(user)","labId":"hash-ring","category":"G","topics":["G1"],\
                    "passed":\(isPassed),"score":1,"seed":4,"at":"\(bench.clock.now())"}
                    """
                )
            }
            try await bench.deliver([prediction("p1", 1), prediction("p2", 2)])
            try await bench.deliver([check("c1", false), check("c2", false), check("c3", false), check("c4", true)])
            try await bench.deliver([check("c5", true)])
            let map = try await bench.analytics.skillMap(of: user, as: ada)
            let fields = map.cells.filter { $0.belief.attempts > 0 }.map {
                "\($0.skill.rawValue) \($0.belief.attempts)"
            }
            #expect(fields == ["predict 1", "do 2"])
            let day = try #require(try await bench.analytics.days(of: user, last: 1, as: ada).first)
            #expect(day.predictions == 2 && day.labChecks == 5 && day.attempts == 3 && day.correct == 2)
            let labs = try await bench.series.buckets(
                TimeSeriesQuery(
                    "lab_events",
                    from: Bench.monday,
                    to: Bench.monday + .seconds(1),
                    group: "event_type"
                )
            )
            #expect(labs.map(\.count) == [5])
        }
    }

    @Test func `a review that is undone is taken back from the figures`() async throws {
        try await Bench.run { bench in
            let ada = try await bench.person("Ada")
            let user = try ada.user
            try await bench.deliver((0..<3).map { Event.answer("e\($0)", user, true, at: bench.clock.now()) })
            let undo = """
                {"id":"u1","type":"review.undone","userId":"\(user)","undoes":"e1","itemId":"card-1","at":"\(bench.clock.now())"}
                """
            for _ in 0..<2 { try await bench.deliver([Event("u1", undo)]) }
            let day = try #require(try await bench.analytics.days(of: user, last: 1, as: ada).first)
            #expect(day.attempts == 2 && day.reviews == 2 && day.correct == 2)
            #expect(try await bench.analytics.skillMap(of: user, as: ada).topics.map(\.belief.attempts) == [2])
        }
    }

    /// The answer was told by itself, its review followed, and both are taken back: in any order, together or one by one.
    @Test(arguments: [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]], [1, 2, 3])
    func `an answer that is taken back is as if it had not been given`(order: [Int], together: Int) async throws {
        try await Bench.run { bench in
            let ada = try await bench.person("Ada")
            let user = try ada.user
            let now = bench.clock.now()
            try await bench.deliver((0..<4).map { Event.answer("e\($0)", user, true, at: now + .seconds($0 * 60)) })
            let before = try await figures(bench, ada)
            let at = now + .seconds(600)
            let shared =
                #""userId":"\#(user)","itemId":"card-1","contentId":"e1-cache-aside","category":"E","topics":["E1"]"#
            let events = [
                Event(
                    "a",
                    #"{"id":"a","type":"item.answered",\#(shared),"skill":"recall","correct":false,"at":"\#(at)"}"#
                ),
                Event(
                    "r",
                    #"{"id":"r","type":"review.recorded",\#(shared),"skill":"recall","correct":false,"answered":true,"at":"\#(at)"}"#
                ),
                Event(
                    "u",
                    """
                    {"id":"u","type":"review.undone","userId":"\(user)","itemId":"card-1","undoes":"r","undoesAnswer":"a",\
                    "undoneAt":"\(at)","at":"\(at + .seconds(5))"}
                    """
                ),
            ]
            let sorted = order.map { events[$0] }
            for start in stride(from: 0, to: 3, by: together) {
                try await bench.deliver(Array(sorted[start..<min(start + together, 3)]))
            }
            // Again, and by another device.
            try await bench.deliver(events)
            try await bench.deliver([
                Event(
                    "u2",
                    """
                    {"id":"u2","type":"review.undone","userId":"\(user)","itemId":"card-1","undoes":"r","undoesAnswer":"a",\
                    "undoneAt":"\(at)","at":"\(at + .seconds(9))"}
                    """
                )
            ])
            let after = try await figures(bench, ada)
            #expect(after.counts == before.counts)
            // Not to the last bit: what the model learned of the item stays.
            #expect(abs(after.mastery - before.mastery) < 0.15)
            #expect(abs(after.width - before.width) < 0.1)
        }
    }

    private func figures(
        _ bench: Bench,
        _ caller: Caller
    ) async throws -> (counts: [String], mastery: Double, width: Double) {
        let user = try caller.user
        let metrics = try await bench.analytics.metrics(of: user, as: caller).values.filter {
            $0.name != "time.minutes"
        }
        let topic = try #require(try await bench.analytics.skillMap(of: user, as: caller).topics.first)
        let head = try #require(try await bench.database.rows("SELECT answers, correct FROM evidence_head").first)
        let (answers, correct) = (try head.int64("answers"), try head.int64("correct"))
        let log = try await bench.analytics.answerForecasts(of: user, limit: 10, as: caller).count
        var counts = metrics.map { "\($0.name) \($0.value)" }.sorted()
        counts += ["topic \(topic.belief.attempts)", "all \(answers) \(correct)", "log \(log)"]
        let (low, high) = (try #require(topic.belief.low), try #require(topic.belief.high))
        return (counts, try #require(topic.belief.mastery), high - low)
    }

    @Test func `answers of the tutor are counted, and what it has just said is no retrieval`() async throws {
        try await Bench.run { bench in
            let ada = try await bench.person("Ada")
            let user = try ada.user
            let now = bench.clock.now()
            func help(_ id: String, _ item: String, weight: Double) -> Event {
                Event(
                    id,
                    """
                    {"id":"\(id)","type":"tutor.answered","userId":"\(user)","answerId":"a","contentId":"e1-cache-aside",\
                    "itemId":"\(item)","move":"hint","hintLevel":2,"evidenceWeight":\(weight),"abstained":false,\
                    "durationMs":1500,"tokens":420,"at":"\(now)"}
                    """
                )
            }
            try await bench.deliver([help("t1", "told", weight: 0), help("t2", "hinted", weight: 0.8)])
            let answers = [
                ("a1", "told", true, 60), ("a2", "told", false, 120), ("a3", "hinted", true, 180),
                ("a4", "told", true, 3_601), ("a5", "other", true, 240),
            ]
            for (id, item, isCorrect, seconds) in answers {
                try await bench.deliver([
                    Event.answer(id, user, isCorrect, at: now + .seconds(seconds), item: item, skill: "explain")
                ])
            }
            // Help that comes along in the same batch, and of somebody else's.
            let bob = try await bench.person("Bob")
            try await bench.deliver([
                help("t3", "late", weight: 0.2), Event.answer("a6", user, true, at: now + .seconds(300), item: "late"),
                Event.answer("b1", try bob.user, true, at: now + .seconds(300), item: "told"),
            ])
            let day = try #require(try await bench.analytics.days(of: user, last: 1, as: ada).first)
            #expect(day.attempts == 4 && day.correct == 3 && day.reviews == 6)
            let map = try await bench.analytics.skillMap(of: user, as: ada)
            #expect(map.cells.first { $0.skill == .explain && $0.category == "E" }?.belief.attempts == 4)
            let metrics = try await bench.analytics.metrics(of: user, as: ada).values
            #expect(metrics.first { $0.name == "tutor.answers" }?.value == 3)
            #expect(metrics.first { $0.name == "time.minutes" }?.value == 0.6, "the tutor's time is not the learner's")
            #expect(try await bench.analytics.days(of: try bob.user, last: 1, as: bob).first?.attempts == 1)
            let series = try await bench.series.points(
                of: "ai_tutor_queries",
                where: ["user_id": user.rawValue],
                from: now,
                to: now + .seconds(1),
                limit: 10
            )
            #expect(series.count == 3 && series[0].fields == ["response_time_ms": 1_500, "tokens_used": 420])
            #expect(series[0].tags["event_type"] == "answered" && series[0].tags["content_id"] == "e1-cache-aside")
            let begun = try await bench.database.rows(
                "SELECT attempts FROM learner_contents WHERE user_id = \(user) AND content_id = 'e1-cache-aside'"
            )
            #expect(try begun.map { try $0.int("attempts") } == [4], "by answers, not by asking")
        }
    }

    @Test func `help with an item of a long name holds nothing up`() async throws {
        try await Bench.run { bench in
            let user = try await bench.person("Ada").user
            let item = "diagram.\(String(repeating: "a", count: 64)).single_point.\(String(repeating: "b", count: 80))"
            let help = Event(
                "t1",
                """
                {"id":"t1","type":"tutor.answered","userId":"\(user)","itemId":"\(item)","evidenceWeight":0,\
                "durationMs":1500,"tokens":4,"at":"\(bench.clock.now())"}
                """
            )
            try await bench.deliver([help, Event.answer("a1", user, true, at: bench.clock.now())])
            let points = try await bench.series.points(
                of: "ai_tutor_queries",
                where: ["user_id": user.rawValue],
                from: bench.clock.now(),
                to: bench.clock.now() + .seconds(1),
                limit: 10
            )
            #expect(points.map { $0.tags["content_id"] ?? "" } == [""])
        }
    }

    @Test func `a forecast is judged by what was known when the question was shown`() async throws {
        try await Bench.run { bench in
            let ada = try await bench.person("Ada")
            let user = try ada.user
            let now = bench.clock.now()
            // Six seconds each: one after the other, then two that overlap, then one that comes late.
            let moments = [0, 10, 16, 20, 5]
            for (index, seconds) in moments.enumerated() {
                try await bench.deliver([Event.answer("e\(index)", user, true, at: now + .seconds(seconds))])
            }
            let rows = try await bench.database.rows("SELECT at, shown_at, is_late FROM evidence ORDER BY seq")
            #expect(try rows.map { try $0.bool("is_late") } == [false, false, false, true, true])
            #expect(
                try rows.map { try $0.timestamp("at").milliseconds - $0.timestamp("shown_at").milliseconds }
                    == Array(repeating: 6_000, count: 5)
            )
            try await bench.learning.nightly.judge(at: now)
            let report = try await bench.analytics.calibration(limit: 10).first { $0.kind == .answerNow }
            #expect(report?.count == 3)
        }
    }

    @Test func `an event that cannot be read holds nobody up`() async throws {
        try await Bench.run { bench in
            let ada = try await bench.person("Ada")
            let user = try ada.user
            try await bench.deliver([
                Event("x1", "no JSON at all"), Event("x2", "{\"type\":\"review.recorded\"}"),
                Event("x3", "{\"type\":\"unheard.of\",\"userId\":\"\(user)\",\"at\":\"\(bench.clock.now())\"}"),
                Event.answer("e1", user, true, at: bench.clock.now()),
            ])
            #expect(try await bench.analytics.answerForecasts(of: user, limit: 10, as: ada).count == 1)
            let stored = try await bench.database.rows("SELECT event_id FROM activity ORDER BY event_id")
            #expect(try stored.map { try $0.string("event_id") } == ["e1", "x1", "x2", "x3"])
        }
    }

    @Test(arguments: [
        ("a row of days", [0, 1, 2, 3], 3, 4, 4),
        ("today is not over", [0, 1, 2], 3, 3, 3),
        ("two days of rest in seven", [0, 1, 3, 4, 6, 7], 7, 6, 6),
        ("two days of rest at once", [0, 3, 4], 4, 3, 3),
        ("a pause of three days", [0, 1, 5, 6], 6, 2, 2),
        ("a third day of rest in seven", [0, 2, 4, 6], 6, 1, 3),
        ("a pause now takes nothing away", [0, 1, 2], 9, 0, 3),
        ("nothing yet", [], 5, 0, 0),
    ])
    func `a streak allows for rest`(_: String, active: [Int], today: Int, days: Int, longest: Int) async throws {
        try await Bench.run { bench in
            let ada = try await bench.person("Ada")
            let user = try ada.user
            try await bench.deliver(
                active.map { Event.answer("d\($0)", user, true, at: Bench.monday + .seconds($0 * 86_400)) }
            )
            bench.clock.advance(by: .seconds(today * 86_400))
            let streak = try await bench.analytics.streak(of: user, as: ada)
            #expect(streak.days == days && streak.longest == longest)
            #expect(streak.week.count == 7 && streak.restDaysAllowed == 2)
        }
    }

    @Test func `what is known of somebody is for that person and admins`() async throws {
        try await Bench.run { bench in
            let ada = try await bench.person("Ada")
            let user = try ada.user
            let root = try await bench.person("Root", .admin)
            try await bench.deliver([Event.answer("e1", user, true, at: bench.clock.now())])
            for (caller, code) in [
                (try await bench.person("Eve"), AtlasError.Code.notFound),
                (try await bench.person("Ina", .instructor), .notFound), (Caller(), .unauthenticated),
            ] {
                await refused(code) { _ = try await bench.analytics.metrics(of: user, as: caller) }
                await refused(code) { _ = try await bench.analytics.days(of: user, last: 3, as: caller) }
                await refused(code) { _ = try await bench.analytics.streak(of: user, as: caller) }
                await refused(code) { _ = try await bench.analytics.skillMap(of: user, as: caller) }
                await refused(code) { _ = try await bench.analytics.forecasts(of: user, goal: nil, as: caller) }
                await refused(code) { _ = try await bench.analytics.answerForecasts(of: user, limit: 9, as: caller) }
                await refused(code) { _ = try await bench.analytics.goals(of: user, as: caller) }
                await refused(code) { _ = try await bench.reports.learnerReport(of: user, days: 9, as: caller) }
                await refused(code) { _ = try await bench.reports.learnerPDF(of: user, days: 9, as: caller) }
                await refused(code) { _ = try await bench.reports.views(of: user, days: 9, as: caller) }
            }
            #expect(try await bench.analytics.metrics(of: user, as: root).values.isEmpty == false)
            #expect(try await bench.analytics.skillMap(of: user, as: ada).topics.count == 1)
            for bad in [0, 367] {
                await refused(.invalid) { _ = try await bench.analytics.days(of: user, last: bad, as: ada) }
            }
        }
    }

    private func refused(_ code: AtlasError.Code, _ body: () async throws -> Void) async {
        let error = await #expect(throws: AtlasError.self) { try await body() }
        #expect(error?.code == code)
    }
}
