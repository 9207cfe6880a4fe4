import AtlasAPI
import AtlasCore
import AtlasTestKit
import Learning
import Testing

@testable import AtlasReview

@Suite struct QueueTests {
    @Test(arguments: TestEngine.all)
    func `a new learner gets what was read last, as much as the minutes allow`(_ engine: TestEngine) async throws {
        try await Bench.run(engine, read: ["h1-leader-followers", "e1-cache-aside"]) { bench in
            let ada = Bench.learner()
            let settings = try await bench.service.settings(as: ada)
            let queue = try await bench.service.queue(limit: 100, content: nil, as: ada)
            #expect(queue.fresh == settings.newPerDay && queue.cards.count == queue.fresh)
            #expect(queue.due == 0 && queue.learning == 0 && queue.reviewedToday == 0)
            #expect(queue.minutesLeft > 0 && queue.minutesLeft <= 20)
            let read = queue.cards.filter { $0.item.contentID == "e1-cache-aside" }
            #expect(read.count == ReviewLimits.newPerContent)
            #expect(read.allSatisfy { $0.why.contains("you have read “Cache-aside") })
            for (one, other) in zip(queue.cards, queue.cards.dropFirst()) {
                #expect(one.item.contentID != other.item.contentID)
            }
        }
    }

    @Test(arguments: TestEngine.all)
    func `a day's work is counted and the next day brings what is due`(_ engine: TestEngine) async throws {
        try await Bench.run(engine) { bench in
            let ada = Bench.learner()
            let first = try await bench.service.queue(limit: 100, content: nil, as: ada)
            let reviews = first.cards.enumerated().map { bench.review("r\($0)", $1.item.id, .easy) }
            _ = try await bench.service.record(reviews, as: ada)
            let after = try await bench.service.queue(limit: 100, content: nil, as: ada)
            #expect(after.reviewedToday == reviews.count && after.cards.isEmpty)
            #expect(abs(after.minutesToday - Double(reviews.count) * 8 / 60) < 0.001)
            let next = try #require(after.nextDue)
            bench.clock.advance(by: next - bench.clock.now() - .seconds(6 * 3_600))
            let later = try await bench.service.queue(limit: 100, content: nil, as: ada)
            #expect(later.reviewedToday == 0 && later.due > 0)
            let due = try #require(later.cards.first { $0.state == .review })
            #expect(due.why.contains("the chance that you still remember it has fallen to 9"))
            #expect(due.intervals.map(\.seconds).sorted() == due.intervals.map(\.seconds))
        }
    }

    @Test(arguments: TestEngine.all)
    func `a new card whose review is taken back, or that is let in again, still comes`(
        _ engine: TestEngine
    ) async throws {
        try await Bench.run(engine) { bench in
            let ada = Bench.learner()
            func ids() async throws -> [ReviewItemID] {
                try await bench.service.queue(limit: 100, content: nil, as: ada).cards.map(\.item.id)
            }
            let before = try await ids()
            let (undone, out) = (before[0], before[1])
            _ = try await bench.service.record([bench.review("r1", undone, .easy)], as: ada)
            _ = try await bench.service.suspend(out, isSuspended: true, as: ada)
            #expect(try await Set(ids()).isDisjoint(with: [undone, out]))
            bench.clock.advance(by: .seconds(1))
            _ = try await bench.service.undo("r1", as: ada)
            _ = try await bench.service.suspend(out, isSuspended: false, as: ada)
            #expect(try await ids() == before)
        }
    }

    @Test(arguments: TestEngine.all)
    func `a queue of new cards says when a known one comes`(_ engine: TestEngine) async throws {
        try await Bench.run(engine) { bench in
            let ada = Bench.learner()
            #expect(try await bench.service.queue(limit: 1, content: nil, as: ada).nextDue == nil)
            let item = bench.bank.items[0]
            let outcomes = try await bench.service.record([bench.review("r1", item.id, .easy)], as: ada)
            bench.clock.advance(by: .seconds(86_400))
            let queue = try await bench.service.queue(limit: 1, content: nil, as: ada)
            #expect(queue.fresh > 0 && queue.due == 0 && queue.learning == 0 && queue.reviewedToday == 0)
            #expect(queue.nextDue != nil && queue.nextDue == outcomes.first?.card?.due)
            let content = try await bench.service.queue(limit: 1, content: item.face.contentID, as: ada)
            #expect(content.nextDue == queue.nextDue)
        }
    }

    @Test(arguments: TestEngine.all)
    func `a page of cards is full although items are gone`(_ engine: TestEngine) async throws {
        try await Bench.run(engine) { bench in
            let ada = Bench.learner()
            let gone = (0..<150).map { bench.review("g\($0)", ReviewItemID("diagram.a-gone-\($0).define.x")) }
            let items = bench.bank.items.prefix(30).map(\.id)
            let reviews = gone + items.enumerated().map { bench.review("r\($0)", $1) }
            _ = try await bench.service.record(reviews, as: ada)
            func page(_ after: ReviewItemID?) async throws -> [ReviewItemID] {
                try await bench.service.cards(in: nil, onlyLeeches: false, after: after, limit: 20, as: ada)
                    .map(\.item.id)
            }
            let first = try await page(nil)
            let second = try await page(first.last)
            #expect(first.count == 20 && second.count == 10)
            #expect(first + second == items.sorted { $0.rawValue < $1.rawValue })
        }
    }

    @Test(arguments: TestEngine.all)
    func `who cannot keep up gets nothing new`(_ engine: TestEngine) async throws {
        try await Bench.run(engine) { bench in
            let ada = Bench.learner()
            let reviews = bench.bank.items.prefix(40).enumerated().map {
                bench.review("r\($0)", $1.id, .good, after: .seconds(-40 * 86_400))
            }
            let second = bench.bank.items.prefix(40).enumerated().map {
                bench.review("s\($0)", $1.id, .good, after: .seconds(-39 * 86_400))
            }
            _ = try await bench.service.record(reviews + second, as: ada)
            let input = ReviewSettingsInput(minutesPerDay: 5, reviewsPerDay: 10)
            _ = try await bench.service.save(input, version: 0, as: ada)
            let queue = try await bench.service.queue(limit: 100, content: nil, as: ada)
            #expect(queue.due == 10 && queue.fresh == 0 && queue.cards.count == 10)
        }
    }

    @Test(arguments: TestEngine.all)
    func `settings are checked, kept by version, and change when cards are due`(_ engine: TestEngine) async throws {
        try await Bench.run(engine) { bench in
            let ada = Bench.learner()
            let items = bench.bank.items
            let one = items[0]
            let other = try #require(items.first { $0.face.category != one.face.category })
            for item in [one, other] {
                _ = try await bench.service.record([bench.review("r-\(item.face.category)", item.id, .easy)], as: ada)
            }
            let before = try await bench.cards(of: "ada")
            let wish = TopicRetention(category: one.face.category, retention: 0.97)
            let saved = try await bench.service.save(
                ReviewSettingsInput(minutesPerDay: 30, timeZone: "Europe/Berlin", topicRetention: [wish]),
                version: 0,
                as: ada
            )
            #expect(saved.version == 1 && saved.chosen.topicRetention == [wish])
            let after = try await bench.cards(of: "ada")
            #expect(after[one.id.rawValue]?.card?.memory == before[one.id.rawValue]?.card?.memory)
            let (sooner, later) = (
                try #require(after[one.id.rawValue]?.due), try #require(before[one.id.rawValue]?.due)
            )
            #expect(sooner < later)
            #expect(after[other.id.rawValue] == before[other.id.rawValue])
            let stale = await code { _ = try await bench.service.save(ReviewSettingsInput(), version: 0, as: ada) }
            #expect(stale == .conflict)
            for wrong in [
                ReviewSettingsInput(minutesPerDay: 0), ReviewSettingsInput(retention: 0.5),
                ReviewSettingsInput(timeZone: "Mars/Olympus"), ReviewSettingsInput(dayStartsAt: 24),
                ReviewSettingsInput(topicRetention: [wish, wish]), ReviewSettingsInput(newPerDay: -1),
                ReviewSettingsInput(topicRetention: [TopicRetention(category: "Z", retention: 0.9)]),
            ] {
                #expect(await code { _ = try await bench.service.save(wrong, version: 1, as: ada) } == .invalid)
            }
        }
    }

    @Test func `the items of one diagram come whole, in an order of choices that changes with the day`() async throws {
        try await Bench.run { bench in
            let ada = Bench.learner()
            let items = try await bench.service.items(of: "e1-cache-aside", as: ada)
            #expect(items.count >= 8)
            let queue = try await bench.service.queue(limit: 100, content: "e1-cache-aside", as: ada)
            #expect(queue.cards.map(\.item.id) == items.map(\.id))
            #expect(try await bench.service.items(of: "e1-cache-aside", as: ada) == items)
            bench.clock.advance(by: .seconds(86_400))
            let tomorrow = try await bench.service.items(of: "e1-cache-aside", as: ada)
            #expect(tomorrow != items)
            #expect(tomorrow.map { Set($0.choices.map(\.id)) } == items.map { Set($0.choices.map(\.id)) })
            #expect(await code { _ = try await bench.service.items(of: "nothing", as: ada) } == .notFound)
        }
    }

    @Test func `a day begins at its hour, also when the clock changes`() {
        func day(_ text: String, _ zone: String = "Europe/Berlin", _ hour: Int = 4) -> [String] {
            let day = LearnerDay(of: Timestamp(iso8601: text)!, zone: zone, startsAt: hour)
            return [day.start.description, day.end.description]
        }
        #expect(day("2026-06-10T01:59:59Z") == ["2026-06-09T02:00:00.000Z", "2026-06-10T02:00:00.000Z"])
        #expect(day("2026-06-10T02:00:00Z") == ["2026-06-10T02:00:00.000Z", "2026-06-11T02:00:00.000Z"])
        // 29 March has 23 hours, 25 October 25.
        #expect(day("2026-03-28T12:00:00Z") == ["2026-03-28T03:00:00.000Z", "2026-03-29T02:00:00.000Z"])
        #expect(day("2026-10-24T12:00:00Z") == ["2026-10-24T02:00:00.000Z", "2026-10-25T03:00:00.000Z"])
        #expect(day("2026-01-01T00:00:00Z", "UTC", 0) == ["2026-01-01T00:00:00.000Z", "2026-01-02T00:00:00.000Z"])
        #expect(
            day("2026-01-01T03:00:00Z", "Pacific/Kiritimati") == [
                "2025-12-31T14:00:00.000Z", "2026-01-01T14:00:00.000Z",
            ]
        )
        var previous = LearnerDay(
            of: Timestamp(iso8601: "2025-12-31T20:00:00Z")!,
            zone: "America/Santiago",
            startsAt: 0
        )
        for _ in 0..<400 {
            let next = LearnerDay(of: previous.end, zone: "America/Santiago", startsAt: 0)
            #expect(next.start == previous.end && next.number > previous.number)
            previous = next
        }
    }

    @Test func `an item is retired only when chance is no explanation`() {
        func defect(_ strong: Int, _ strongRight: Int, _ weak: Int = 0, _ weakRight: Int = 0) -> String? {
            ItemFigures(strong: strong, strongRight: strongRight, weak: weak, weakRight: weakRight).defect
        }
        #expect(defect(19, 0) == nil)
        #expect(defect(20, 2) != nil)
        #expect(defect(20, 6) == nil)
        #expect(defect(40, 30, 40, 20) == nil)
        #expect(defect(40, 22, 40, 36) != nil)
        #expect(defect(40, 34, 40, 36) == nil)
        #expect(defect(40, 40, 40, 40) == nil)
    }

    @Test func `times are told in words`() {
        let words = [30, 60, 600, 5_400, 86_400, 260_000, 40 * 86_400, 400 * 86_400].map {
            Wording.interval(Double($0))
        }
        #expect(words == ["1 min", "1 min", "10 min", "2 h", "1 day", "3 days", "1.3 months", "1.1 years"])
    }
}
