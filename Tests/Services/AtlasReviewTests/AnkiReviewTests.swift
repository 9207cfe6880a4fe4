import AtlasAPI
import AtlasCore
import AtlasPorts
import AtlasTestKit
import EmbeddedEngines
import Learning
import Testing

@testable import AtlasReview

@Suite struct AnkiReviewTests {
    @Test(arguments: TestEngine.all)
    func `cards and reviews go to Anki and come back to another account`(_ engine: TestEngine) async throws {
        try await Bench.run(engine) { bench in
            let (ada, bob) = (Bench.learner("ada"), Bench.learner("bob"))
            let items = bench.bank.items.prefix(12)
            var reviews: [NewReview] = []
            for (index, item) in items.enumerated() {
                for (number, rating) in [ReviewRating.good, .good, .again, .easy].enumerated() {
                    let after = Duration.seconds(-500 * 86_400 + number * 4 * 86_400 + index)
                    reviews.append(bench.review("r\(index)-\(number)", item.id, rating, after: after))
                }
            }
            // Older than a device may bring; an import may.
            reviews = reviews.map { review in
                NewReview(
                    id: review.id,
                    item: review.item,
                    rating: review.rating,
                    at: review.at + .seconds(200 * 86_400),
                    duration: review.duration,
                    device: review.device
                )
            }
            _ = try await bench.service.record(reviews, as: ada)
            _ = try await bench.service.undo("r0-3", as: ada)
            let package = try await bench.service.exportAnki(withNew: false, as: ada)
            let deck = try await AnkiFiles().read(package)
            #expect(deck.notes.count == 12 && deck.notes.reduce(0) { $0 + $1.reviews.count } == 47)
            #expect(deck.notes.contains { $0.guid == items[0].id.rawValue && $0.card.phase == .relearning })

            let expected = AnkiImport(added: 47, known: 0, refused: 0, foreignNotes: 0)
            for _ in 0..<2 {
                #expect(try await bench.service.importAnki(package, isPreview: true, as: bob) == expected)
                #expect(try await bench.cards(of: "bob").isEmpty, "a look changes nothing")
            }
            let report = try await bench.service.importAnki(package, isPreview: false, as: bob)
            #expect(report == AnkiImport(added: 47, known: 0, refused: 0, foreignNotes: 0))
            #expect(try await bench.cards(of: "bob") == bench.cards(of: "ada"))
            for learner in [ada, bob] {
                let again = try await bench.service.importAnki(package, isPreview: false, as: learner)
                #expect(again == AnkiImport(added: 0, known: 47, refused: 0, foreignNotes: 0))
            }
        }
    }

    @Test func `notes that are no items are counted, reviews of the future refused`() async throws {
        try await Bench.run { bench in
            let item = bench.bank.items[0].id.rawValue
            let reviews = [-5, 86_400].map { seconds in
                AnkiReview(
                    at: bench.clock.now() + .seconds(seconds),
                    rating: 3,
                    duration: .seconds(4),
                    phase: .new
                )
            }
            let deck = AnkiDeck(notes: [
                AnkiNote(guid: item, deck: "D", front: "F", back: "B", reviews: reviews),
                AnkiNote(guid: "aB3$x!", deck: "D", front: "Own", back: "Note"),
            ])
            let package = try await AnkiFiles().package(deck, at: bench.clock.now())
            let report = try await bench.service.importAnki(package, isPreview: false, as: Bench.learner())
            #expect(report == AnkiImport(added: 1, known: 0, refused: 1, foreignNotes: 1))
            #expect(
                await code { _ = try await bench.service.importAnki([1, 2, 3], isPreview: false, as: Bench.learner()) }
                    == .invalid
            )
            #expect(
                await code { _ = try await bench.service.importAnki(package, isPreview: false, as: Caller()) }
                    == .unauthenticated
            )
            #expect(
                await code { _ = try await bench.service.exportAnki(withNew: false, as: Caller()) } == .unauthenticated
            )
        }
    }

    @Test(arguments: TestEngine.all)
    func `a card with very many reviews is taken in piece by piece, once`(_ engine: TestEngine) async throws {
        try await Bench.run(engine) { bench in
            let (item, ada, count) = (bench.bank.items[0].id, Bench.learner(), ReviewService.reviewsAtOnce + 300)
            let reviews = (0..<count).map { number in
                AnkiReview(
                    at: bench.clock.now() + .seconds(-3_600 * (count - number)),
                    rating: 3,
                    duration: .seconds(4),
                    phase: .review
                )
            }
            let deck = AnkiDeck(notes: [
                AnkiNote(guid: item.rawValue, deck: "D", front: "F", back: "B", reviews: reviews)
            ])
            let package = try await AnkiFiles().package(deck, at: bench.clock.now())
            let report = try await bench.service.importAnki(package, isPreview: false, as: ada)
            #expect(report == AnkiImport(added: count, known: 0, refused: 0, foreignNotes: 0))
            #expect(try await bench.cards(of: "ada")[item.rawValue]?.reviews == count)
            let again = try await bench.service.importAnki(package, isPreview: true, as: ada)
            #expect(again == AnkiImport(added: 0, known: count, refused: 0, foreignNotes: 0))
        }
    }

    @Test(arguments: TestEngine.all)
    func `what reviews hold of an account is handed out and forgotten`(_ engine: TestEngine) async throws {
        try await Bench.run(engine) { bench in
            let (item, data) = (bench.bank.items[0].id, ReviewData(database: bench.database))
            for name in ["ada", "bob"] {
                _ = try await bench.service.record([bench.review("r1", item)], as: Bench.learner(name))
            }
            let tables = try await data.export(of: UserID("ada"))
            #expect(tables.map(\.name) == ["settings", "log", "cards", "answers"])
            #expect(tables.allSatisfy { table in !table.rows.contains { $0.count != table.columns.count } })
            #expect(tables.map(\.rows.count) == [1, 1, 1, 0])
            for _ in 0..<2 {
                try await data.delete(of: UserID("ada"))
                #expect(try await data.export(of: UserID("ada")).map(\.rows.count) == [0, 0, 0, 0])
            }
            #expect(try await data.export(of: UserID("bob")).map(\.rows.count) == [1, 1, 1, 0])
        }
    }

    @Test(arguments: TestEngine.all)
    func `parameters are fitted once there are enough reviews, and used only where they win`(
        _ engine: TestEngine
    ) async throws {
        try await Bench.run(engine) { bench in
            let fitting = ParameterFitting(service: bench.service)
            let ada = Bench.learner()
            #expect(try await fitting.run() == 0)
            var dice = Dice(seed: 5)
            // Somebody who forgets nearly everything within days, unlike most.
            var reviews: [NewReview] = []
            for (index, item) in bench.bank.items.prefix(120).enumerated() {
                for number in 0..<8 {
                    let day = -390 + number * 9 + Int(dice.next() % 3)
                    let rating: ReviewRating = number > 0 && dice.next() % 10 < 8 ? .again : .good
                    let after = Duration.seconds(day * 86_400 + index * 40)
                    reviews.append(bench.review("r\(index)-\(number)", item.id, rating, after: after))
                }
            }
            for part in reviews.parts(of: 500) { _ = try await bench.service.record(part, as: ada) }
            let before = try await bench.cards(of: "ada")
            #expect(try await fitting.run() == 1)
            #expect(try await fitting.run() == 0)
            let settings = try await bench.service.settings(as: ada)
            #expect(settings.parametersNote.contains("Parameters fitted to you are used"))
            #expect(settings.parametersNote.contains("log loss"))
            let after = try await bench.cards(of: "ada")
            #expect(after != before)
            let input = ReviewSettingsInput(usesPersonalParameters: false)
            _ = try await bench.service.save(input, version: 0, as: ada)
            #expect(try await bench.cards(of: "ada") == before)
        }
    }

    @Test func `fitting makes nothing of an account that was deleted meanwhile`() async throws {
        try await Bench.run { bench in
            let user = UserID("ada")
            _ = try await bench.service.record([bench.review("r1", bench.bank.items[0].id)], as: Bench.learner())
            let result = FSRSOptimizer.personal([])
            let data = ReviewData(database: bench.database)
            try await data.delete(of: user)
            try await ParameterFitting(service: bench.service).store(result, of: user, head: 1)
            #expect(try await data.export(of: user).allSatisfy(\.rows.isEmpty))
        }
    }
}
