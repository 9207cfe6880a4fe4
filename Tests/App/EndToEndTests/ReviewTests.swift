import AtlasCore
import AtlasTestKit
import Foundation
import Testing

@Suite struct ReviewTests {
    private let record = """
        mutation($reviews: [ReviewInput!]!) { recordReviews(reviews: $reviews) {
          id stored problem card { state reviews lapses leech dueAt retrievability intervals { rating seconds label } why }
        } }
        """

    private func review(_ id: String, _ item: String, _ rating: String, at: Timestamp) -> [String: Any] {
        ["id": id, "itemId": item, "rating": rating, "at": "\(at)", "durationMs": 7_000, "device": "test"]
    }

    @Test(arguments: TestEngine.all)
    func `a learner's first session over GraphQL`(engine: TestEngine) async throws {
        try await TestAtlas.run(engine) { atlas in
            let (_, token) = try await atlas.register("ada@example.org")
            _ = try await atlas.ask(
                "mutation { completeDiagram(diagramId: \"e1-cache-aside\") { completedCount } }",
                token: token
            )
            let queue = try await atlas.ask(
                """
                { reviewQueue(first: 5) { due fresh learning reviewedToday minutesLeft nextDueAt cards { state why item {
                  id kind skill promptHTML mode choices { id html } contentKind contentId contentTitle topics nodeIds edgeIds
                  category { id title } } } } }
                """,
                token: token
            )
            #expect(queue.codes.isEmpty, "\(queue.text)")
            #expect(try queue.string("reviewQueue", "cards", 0, "item", "contentId") == "e1-cache-aside")
            #expect(try queue.string("reviewQueue", "cards", 0, "item", "category", "id") == "E")
            let item = try queue.string("reviewQueue", "cards", 0, "item", "id")
            let stored = try await atlas.ask(
                record,
                [
                    "reviews": [
                        review("r-1", item, "GOOD", at: atlas.clock.now()),
                        review("r-2", item, "GOOD", at: atlas.clock.now() + .seconds(3_600)),
                    ]
                ],
                token: token
            )
            #expect(stored.codes.isEmpty, "\(stored.text)")
            #expect(try stored.string("recordReviews", 0, "card", "state") == "LEARNING")
            #expect(try stored.string("recordReviews", 0, "card", "intervals", 0, "label") == "1 min")
            #expect(try stored.value("recordReviews", 1, "stored") as? Bool == false)
            let undone = try await atlas.ask("mutation { undoReview(id: \"r-1\") { state reviews } }", token: token)
            #expect(try undone.string("undoReview", "state") == "NEW")
            let log = try await atlas.ask(
                "{ reviewLog(after: 0) { reviews { id action undoes rating durationMs } cursor more } }",
                token: token
            )
            #expect(try log.string("reviewLog", "reviews", 1, "undoes") == "r-1")
            #expect(try log.value("reviewLog", "more") as? Bool == false)
        }
    }

    @Test(arguments: TestEngine.all)
    func `a choice is graded and its answer shown`(engine: TestEngine) async throws {
        try await TestAtlas.run(engine) { atlas in
            let (_, token) = try await atlas.register("ada@example.org")
            let items = try await atlas.ask(
                "{ items(contentId: \"e1-cache-aside\") { id mode choices { id } } }",
                token: token
            )
            let all = try #require(try items.value("items") as? [[String: Any]])
            #expect(all.count >= 8)
            let one = try #require(all.first { $0["mode"] as? String == "ONE" })
            let (id, choices) = (one["id"] as? String ?? "", one["choices"] as? [[String: Any]] ?? [])
            let answer =
                "mutation($id: ID!, $item: ID!, $choices: [ID!]!) { answerItem(id: $id, itemId: $item, choices: $choices) { correct correctChoices answerHTML } }"
            let guess = choices.first?["id"] as? String ?? ""
            let first = try await atlas.ask(answer, ["id": "a-1", "item": id, "choices": [guess]], token: token)
            #expect(first.codes.isEmpty, "\(first.text)")
            let right = try first.string("answerItem", "correctChoices", 0)
            #expect(try first.value("answerItem", "correct") as? Bool == (right == guess))
            let second = try await atlas.ask(answer, ["id": "a-2", "item": id, "choices": [right]], token: token)
            #expect(try second.value("answerItem", "correct") as? Bool == true)
            let shown = try #require(all.first { $0["mode"] as? String == "REVEAL" }?["id"] as? String)
            let revealed = try await atlas.ask(
                "mutation { revealItem(itemId: \"\(shown)\") { correct answerHTML } }",
                token: token
            )
            #expect(try !revealed.string("revealItem", "answerHTML").isEmpty)
        }
    }

    @Test(arguments: TestEngine.all)
    func `settings over GraphQL, and the refusals`(engine: TestEngine) async throws {
        try await TestAtlas.run(engine) { atlas in
            let (_, token) = try await atlas.register("ada@example.org")
            let save = """
                mutation($input: ReviewSettingsInput!, $version: Int!) { saveReviewSettings(input: $input, version: $version) {
                  minutesPerDay newPerDay chosenNewPerDay reviewsPerDay retention timeZone dayStartsAt parametersNote version
                  topicRetention { category retention }
                } }
                """
            let input: [String: Any] = [
                "minutesPerDay": 10, "newPerDay": 3, "timeZone": "Europe/Berlin",
                "topicRetention": [["category": "E", "retention": 0.95]],
            ]
            let saved = try await atlas.ask(save, ["input": input, "version": 0], token: token)
            #expect(saved.codes.isEmpty, "\(saved.text)")
            #expect(try saved.int("saveReviewSettings", "newPerDay") == 3)
            #expect(try saved.int("saveReviewSettings", "version") == 1)
            let stale = try await atlas.ask(save, ["input": input, "version": 0], token: token)
            #expect(stale.codes == ["CONFLICT"])
            let wrong = try await atlas.ask(save, ["input": ["minutesPerDay": 0], "version": 1], token: token)
            #expect(wrong.codes == ["INVALID"])
            for query in [
                "{ reviewQueue { due } }", "{ reviewSettings { version } }", "{ reviewLog { more } }",
                "{ items(contentId: \"e1-cache-aside\") { id } }", "{ reviewCards { why } }",
                "mutation { undoReview(id: \"r-1\") { state } }",
            ] {
                let refused = try await atlas.ask(query)
                #expect(refused.codes == ["UNAUTHENTICATED"], "\(query)")
            }
            let foreign = try await atlas.ask("mutation { undoReview(id: \"r-1\") { state } }", token: token)
            #expect(foreign.codes == ["NOT_FOUND"])
            let moment = try await atlas.ask(
                record,
                [
                    "reviews": [
                        [
                            "id": "r", "itemId": "diagram.a.define.b", "rating": "GOOD", "at": "yesterday",
                            "durationMs": 1, "device": "d",
                        ]
                    ]
                ],
                token: token
            )
            #expect(moment.codes == ["INVALID"])
        }
    }
}
