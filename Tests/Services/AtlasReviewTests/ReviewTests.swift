import AtlasAPI
import AtlasCore
import AtlasPorts
import AtlasTestKit
import Foundation
import Testing

@testable import AtlasReview

@Suite struct ReviewTests {
    @Test(arguments: TestEngine.all)
    func `a review moves its card, is told once, and can be taken back`(_ engine: TestEngine) async throws {
        try await Bench.run(engine) { bench in
            let (item, ada) = (bench.bank.items[0], Bench.learner())
            let review = bench.review("r1", item.id, .easy)
            for _ in 0..<2 {
                let outcome = try #require(try await bench.service.record([review], as: ada).first)
                #expect(outcome.isStored && outcome.problem == nil)
                #expect(outcome.card?.state == .review && outcome.card?.reviews == 1)
                #expect(outcome.card?.intervals.map(\.rating) == ReviewRating.allCases)
            }
            var events = try await bench.events()
            #expect(events.count == 1)
            let told = try #require(events.first)
            for part in [
                #""type":"review.recorded""#, #""userId":"ada""#, #""itemId":"\#(item.id)""#, #""correct":true"#,
                #""skill":"\#(item.face.skill.rawValue)""#, #""category":"\#(item.face.category)""#, #""rating":4"#,
                #""durationMs":8000"#, #""answered":false"#,
            ] { #expect(told.contains(part), "\(part) in \(told)") }
            for _ in 0..<2 {
                let card = try await bench.service.undo("r1", as: ada)
                #expect(card.state == .new && card.reviews == 0 && card.due == nil)
            }
            events = try await bench.events()
            #expect(events.count == 2)
            let undone = events.first { $0.contains("review.undone") } ?? ""
            #expect(undone.contains(#""reviewId":"r1""#) && undone.contains(#""undoes":""#))
            #expect(try await bench.service.log(after: 0, limit: 10, as: ada).entries.count == 2)
        }
    }

    @Test(arguments: TestEngine.all)
    func `an item is answered once an answer was graded or its card reviewed`(_ engine: TestEngine) async throws {
        try await Bench.run(engine) { bench in
            let (ada, bob) = (Bench.learner(), Bench.learner("bob"))
            let graded = try #require(bench.bank.items.first { $0.face.mode == .one })
            let reviewed = try #require(bench.bank.items.first { $0.id != graded.id })
            for item in [graded, reviewed] { #expect(try await !bench.service.hasAnswered(item.id, as: ada)) }
            let choice = try #require(graded.face.choices.first?.id)
            let answer = NewAnswer(id: "a1", item: graded.id, choices: [choice], at: nil)
            _ = try await bench.service.answer(answer, as: ada)
            _ = try await bench.service.record([bench.review("r1", reviewed.id)], as: ada)
            _ = try await bench.service.suspend(reviewed.id, isSuspended: true, as: ada)
            for item in [graded, reviewed] {
                #expect(try await bench.service.hasAnswered(item.id, as: ada))
                #expect(try await !bench.service.hasAnswered(item.id, as: bob))
            }
            _ = try await bench.service.undo("r1", as: ada)
            #expect(try await !bench.service.hasAnswered(reviewed.id, as: ada))
        }
    }

    @Test(arguments: TestEngine.all)
    func `an undo that comes before its review counts`(_ engine: TestEngine) async throws {
        try await Bench.run(engine) { bench in
            let item = bench.bank.items[0].id
            let undo = NewReview(
                id: "u1",
                item: item,
                action: .undo,
                rating: nil,
                undoes: "r1",
                at: bench.clock.now(),
                device: "phone"
            )
            _ = try await bench.service.record([undo], as: Bench.learner())
            let outcomes = try await bench.service.record([bench.review("r1", item)], as: Bench.learner())
            #expect(outcomes.map(\.isStored) == [true])
            #expect(outcomes.first?.card?.state == .new)
        }
    }

    @Test(arguments: TestEngine.all)
    func `what cannot be stored says why and keeps nothing else out`(_ engine: TestEngine) async throws {
        try await Bench.run(engine) { bench in
            let (item, ada) = (bench.bank.items[0].id, Bench.learner())
            let other = bench.bank.items[1].id
            let reviews = [
                bench.review("ok", item),
                bench.review("ahead", item, after: .seconds(3_600)),
                bench.review("old", item, after: .seconds(-401 * 86_400)),
                bench.review("no id!", item),
                bench.review("form", ReviewItemID("nonsense")),
                NewReview(id: "rating", item: item, rating: nil, at: bench.clock.now(), device: "phone"),
                NewReview(id: "undo", item: item, action: .undo, rating: nil, at: bench.clock.now(), device: "phone"),
                bench.review("gone", ReviewItemID("diagram.no-longer-there.define.x")),
            ]
            let outcomes = try await bench.service.record(reviews, as: ada)
            #expect(outcomes.map(\.isStored) == [true, false, false, false, false, false, false, true])
            #expect(outcomes[1].problem?.contains("60 minutes ahead") == true)
            #expect(outcomes[2].problem?.contains("400 days") == true)
            #expect(outcomes[7].card == nil)
            let clash = try await bench.service.record([bench.review("ok", other)], as: ada)
            #expect(clash.first?.isStored == false)
            #expect(
                try await bench.service.log(after: 0, limit: 10, as: ada).entries.map(\.review.id) == ["ok", "gone"]
            )
            let many = (0...ReviewLimits.batch).map { bench.review("m\($0)", item) }
            #expect(await code { _ = try await bench.service.record(many, as: ada) } == .invalid)
        }
    }

    @Test(arguments: TestEngine.all)
    func `visitors are refused and learners see only their own`(_ engine: TestEngine) async throws {
        try await Bench.run(engine) { bench in
            let (item, service) = (bench.bank.items[0].id, bench.service)
            _ = try await service.record([bench.review("r1", item)], as: Bench.learner("ada"))
            let bob = Bench.learner("bob")
            #expect(await code { _ = try await service.undo("r1", as: bob) } == .notFound)
            #expect(try await service.log(after: 0, limit: 10, as: bob).entries.isEmpty)
            #expect(try await service.cards(in: nil, onlyLeeches: false, after: nil, limit: 9, as: bob).isEmpty)
            let visitor = Caller()
            let refusals: [() async throws -> Void] = [
                { _ = try await service.queue(limit: 5, content: nil, as: visitor) },
                { _ = try await service.items(of: "e1-cache-aside", as: visitor) },
                { _ = try await service.record([], as: visitor) },
                { _ = try await service.reveal(item, as: visitor) },
                { _ = try await service.log(after: 0, limit: 1, as: visitor) },
                { _ = try await service.settings(as: visitor) },
                { _ = try await service.save(ReviewSettingsInput(), version: 0, as: visitor) },
                { _ = try await service.suspend(item, isSuspended: true, as: visitor) },
                { _ = try await service.undo("r1", as: visitor) },
                { _ = try await service.answer(NewAnswer(id: "a", item: item, choices: [], at: nil), as: visitor) },
            ]
            for refusal in refusals { #expect(await code(refusal) == .unauthenticated) }
        }
    }

    @Test(arguments: TestEngine.all)
    func `an answer is graded once and counts with its review`(_ engine: TestEngine) async throws {
        try await Bench.run(engine) { bench in
            let ada = Bench.learner()
            let item = try #require(bench.bank.items.first { $0.face.mode == .one })
            let wrong = try #require(item.options.first { !$0.isRight }?.id)
            let answer = NewAnswer(id: "a1", item: item.id, choices: [wrong], at: nil)
            let graded = try await bench.service.answer(answer, as: ada)
            #expect(graded.isCorrect == false && graded.correctChoices == item.rightChoices)
            // The first time counts, whatever is sent then.
            let again = NewAnswer(id: "a1", item: item.id, choices: item.rightChoices, at: nil)
            #expect(try await bench.service.answer(again, as: ada).isCorrect == false)
            _ = try await bench.service.record([bench.review("a1", item.id, .good)], as: ada)
            let events = try await bench.events()
            #expect(events.count == 2)
            #expect(events.contains { $0.contains("item.answered") && $0.contains(#""correct":false"#) })
            let review = events.first { $0.contains("review.recorded") } ?? ""
            #expect(review.contains(#""correct":false"#) && review.contains(#""answered":true"#))

            let other = try #require(bench.bank.items.first { $0.face.mode == .many })
            let clash = NewAnswer(id: "a1", item: other.id, choices: other.rightChoices, at: nil)
            #expect(await code { _ = try await bench.service.answer(clash, as: ada) } == .conflict)
            let foreign = NewAnswer(id: "a2", item: other.id, choices: ["00000000"], at: nil)
            #expect(await code { _ = try await bench.service.answer(foreign, as: ada) } == .invalid)
            let shown = try #require(bench.bank.items.first { $0.face.mode == .reveal })
            let card = NewAnswer(id: "a3", item: shown.id, choices: [], at: nil)
            #expect(await code { _ = try await bench.service.answer(card, as: ada) } == .invalid)
            #expect(try await bench.service.reveal(shown.id, as: ada).answerHTML == shown.answerHTML)
        }
    }

    @Test(arguments: TestEngine.all)
    func `an answer that is taken back counts back for learner and item, and is told once`(
        _ engine: TestEngine
    ) async throws {
        try await Bench.run(engine) { bench in
            let ada = Bench.learner()
            let items = bench.bank.items.filter { $0.face.mode == .one }.prefix(12)
            let last = try #require(items.last)
            for (index, item) in items.dropLast().enumerated() {
                let answer = NewAnswer(id: "k\(index)", item: item.id, choices: item.rightChoices, at: nil)
                _ = try await bench.service.answer(answer, as: ada)
            }
            let wrong = try #require(last.options.first { !$0.isRight }?.id)
            _ = try await bench.service.answer(NewAnswer(id: "w", item: last.id, choices: [wrong], at: nil), as: ada)
            _ = try await bench.service.record([bench.review("w", last.id, .again)], as: ada)
            #expect(try await counts(bench, last) == [12, 11, 1, 0])
            for _ in 0..<2 { _ = try await bench.service.undo("w", as: ada) }
            #expect(try await counts(bench, last) == [11, 11, 0, 0])
            let told = try await bench.events()
            let answered = try #require(told.first { $0.contains(#""answerId":"w""#) })
            let undone = told.filter { $0.contains("review.undone") }
            #expect(undone.count == 1)
            #expect(undone[0].contains(#""undoesAnswer":"\#(try id(answered))""#) && undone[0].contains("undoneAt"))
            // The next answer is the first one then, and a device that sends the old one again changes nothing.
            _ = try await bench.service.answer(NewAnswer(id: "w", item: last.id, choices: [wrong], at: nil), as: ada)
            #expect(try await counts(bench, last) == [11, 11, 0, 0])
            let right = NewAnswer(id: "x", item: last.id, choices: last.rightChoices, at: nil)
            _ = try await bench.service.answer(right, as: ada)
            #expect(try await counts(bench, last) == [12, 12, 1, 1])
            // A second answer did not count; once the first is taken back, it does.
            _ = try await bench.service.answer(NewAnswer(id: "y", item: last.id, choices: [wrong], at: nil), as: ada)
            _ = try await bench.service.record([bench.review("x", last.id, after: .seconds(9))], as: ada)
            #expect(try await counts(bench, last) == [12, 12, 1, 1])
            _ = try await bench.service.undo("x", as: ada)
            #expect(try await counts(bench, last) == [12, 11, 1, 0])
        }
    }

    /// Answers and right ones of the learner, then those of strong learners to the item.
    private func counts(_ bench: Bench, _ item: Item) async throws -> [Int] {
        let learner = try await bench.database.rows("SELECT answers, right_answers FROM review_learners").first
        let figures = try await bench.database.rows(
            "SELECT strong, strong_right FROM item_figures WHERE item_id = \(item.id)"
        ).first
        return [
            try learner?.int("answers") ?? 0, try learner?.int("right_answers") ?? 0, try figures?.int("strong") ?? 0,
            try figures?.int("strong_right") ?? 0,
        ]
    }

    private func id(_ event: String) throws -> String {
        let object = try JSONSerialization.jsonObject(with: Data(event.utf8)) as? [String: Any]
        return try #require(object?["id"] as? String)
    }

    @Test(arguments: TestEngine.all)
    func `an undo that comes before answer and review leaves nothing to tell`(_ engine: TestEngine) async throws {
        try await Bench.run(engine) { bench in
            let ada = Bench.learner()
            let item = try #require(bench.bank.items.first { $0.face.mode == .one })
            let undo = NewReview(
                id: "u1",
                item: item.id,
                action: .undo,
                rating: nil,
                undoes: "r1",
                at: bench.clock.now(),
                device: "phone"
            )
            _ = try await bench.service.record([undo], as: ada)
            let answer = NewAnswer(id: "r1", item: item.id, choices: item.rightChoices, at: nil)
            #expect(try await bench.service.answer(answer, as: ada).isCorrect == true)
            _ = try await bench.service.record([bench.review("r1", item.id)], as: ada)
            #expect(try await bench.events().isEmpty)
            #expect(try await counts(bench, item) == [0, 0, 0, 0])
        }
    }

    @Test(arguments: TestEngine.all)
    func `a suspended item stays away until it is let in`(_ engine: TestEngine) async throws {
        try await Bench.run(engine) { bench in
            let (item, ada) = (bench.bank.items[0].id, Bench.learner())
            _ = try await bench.service.record([bench.review("r1", item, .again)], as: ada)
            bench.clock.advance(by: .seconds(120))
            #expect(try await bench.service.queue(limit: 1, content: nil, as: ada).cards.first?.item.id == item)
            #expect(try await bench.service.suspend(item, isSuspended: true, as: ada).state == .suspended)
            let queue = try await bench.service.queue(limit: 100, content: nil, as: ada)
            #expect(!queue.cards.contains { $0.item.id == item })
            let held = try await bench.service.cards(in: .suspended, onlyLeeches: false, after: nil, limit: 9, as: ada)
            #expect(held.map(\.item.id) == [item])
            bench.clock.advance(by: .seconds(1))
            #expect(try await bench.service.suspend(item, isSuspended: false, as: ada).state == .learning)
            #expect(try await bench.service.queue(limit: 1, content: nil, as: ada).cards.first?.item.id == item)
        }
    }

    @Test(arguments: TestEngine.all)
    func `eight lapses make a leech`(_ engine: TestEngine) async throws {
        try await Bench.run(engine) { bench in
            let (item, ada) = (bench.bank.items[0].id, Bench.learner())
            var reviews: [NewReview] = []
            for lapse in 0..<8 {
                let day = Double(-300 + lapse * 20)
                reviews.append(bench.review("e\(lapse)", item, .easy, after: .seconds(day * 86_400)))
                reviews.append(bench.review("a\(lapse)", item, .again, after: .seconds((day + 10) * 86_400)))
            }
            let outcomes = try await bench.service.record(reviews, as: ada)
            #expect(outcomes.last?.card?.lapses == 8 && outcomes.last?.card?.isLeech == true)
            let leeches = try await bench.service.cards(in: nil, onlyLeeches: true, after: nil, limit: 9, as: ada)
            #expect(leeches.map(\.item.id) == [item])
        }
    }
}
