import AtlasCore
import AtlasTestKit
import Foundation
import Testing

@Suite struct PredictionTests {
    private let record = """
        mutation($input: PredictionInput!) { recordPrediction(input: $input) {
          id kind itemId title lost step confidence right of logLoss attempt outcomes { node guess truth }
        } }
        """

    private func lost(
        _ id: String,
        _ parts: [String],
        sure: Int = 90,
        _ guesses: [String: String] = [:]
    ) -> [String: Any] {
        [
            "input": [
                "id": id, "kind": "DIAGRAM", "itemId": "e1-cache-aside", "lost": parts, "confidence": sure,
                "guesses": guesses.map { ["node": $0.key, "state": $0.value] },
            ]
        ]
    }

    @Test(arguments: TestEngine.all)
    func `a prediction is scored against the graph, kept once and told`(engine: TestEngine) async throws {
        try await TestAtlas.run(engine) { atlas in
            let (ada, token) = try await atlas.register("ada@example.org")
            let truth = try await atlas.ask(
                "{ diagram(id: \"e1-cache-aside\") { failing(kill: [\"cache\"]) { nodes { id state isCause } } } }"
            )
            let nodes = try #require(try truth.value("diagram", "failing", "nodes") as? [[String: Any]])
            let others = nodes.filter { $0["isCause"] as? Bool == false }
            var guesses: [String: String] = [:]
            for node in others {
                if let id = node["id"] as? String, let state = node["state"] as? String { guesses[id] = state }
            }
            let perfect = try await atlas.ask(record, lost("p-1", ["cache"], guesses), token: token)
            #expect(perfect.codes.isEmpty, "\(perfect.text)")
            #expect(try perfect.int("recordPrediction", "right") == others.count)
            #expect(try perfect.int("recordPrediction", "attempt") == 1)
            let loss = try #require(try perfect.value("recordPrediction", "logLoss") as? Double)
            #expect(abs(loss + log(0.9)) < 1e-9)

            let again = try await atlas.ask(record, lost("p-1", ["cache"], sure: 60), token: token)
            #expect(try again.int("recordPrediction", "confidence") == 90)
            let second = try await atlas.ask(record, lost("p-2", ["cache"], sure: 60), token: token)
            #expect(try second.int("recordPrediction", "attempt") == 2)

            let list = try await atlas.ask("{ predictions(userId: \"\(ada)\") { id attempt title } }", token: token)
            #expect(try list.string("predictions", 0, "id") == "p-2")
            #expect(try list.int("predictions", 1, "attempt") == 1)
            let summary = try await atlas.ask(
                "{ userProgress(userId: \"\(ada)\") { predictions { questions right of confidence logLoss } } }",
                token: token
            )
            #expect(try summary.int("userProgress", "predictions", "questions") == 1)
            #expect(try summary.int("userProgress", "predictions", "of") == others.count)
            #expect(try summary.value("userProgress", "predictions", "confidence") as? Double == 90)
        }
    }

    @Test func `an incident's next step is predicted from the step before`() async throws {
        try await TestAtlas.run { atlas in
            let (_, token) = try await atlas.register("ada@example.org")
            let timeline = try await atlas.ask(
                "{ incident(id: \"facebook-2021\") { timeline { states { node state changed } } } }"
            )
            let steps = try #require(try timeline.value("incident", "timeline") as? [[String: Any]])
            let states = try #require(steps[1]["states"] as? [[String: Any]])
            let changed = states.filter { $0["changed"] as? Bool == true }
            #expect(!changed.isEmpty)
            let input: [String: Any] = [
                "id": "i-1", "kind": "INCIDENT", "itemId": "facebook-2021", "step": 2, "confidence": 70,
                "guesses": changed.map { ["node": $0["node"], "state": $0["state"]] },
            ]
            let answer = try await atlas.ask(record, ["input": input], token: token)
            #expect(answer.codes.isEmpty, "\(answer.text)")
            #expect(try answer.int("recordPrediction", "right") == states.count)
            var silent = input
            silent["id"] = "i-2"
            silent["guesses"] = [[String: Any]]()
            let missed = try await atlas.ask(record, ["input": silent], token: token)
            #expect(try missed.int("recordPrediction", "right") == states.count - changed.count)
        }
    }

    @Test func `a record without predictions has no confidence`() async throws {
        try await TestAtlas.run { atlas in
            let (ada, token) = try await atlas.register("ada@example.org")
            let summary = try await atlas.ask(
                "{ userProgress(userId: \"\(ada)\") { predictions { questions of confidence logLoss } } }",
                token: token
            )
            #expect(try summary.int("userProgress", "predictions", "questions") == 0)
            #expect(summary.text.contains(#""confidence":null,"logLoss":null"#))
        }
    }

    @Test func `what makes no sense is refused with the field that is wrong`() async throws {
        try await TestAtlas.run { atlas in
            let (ada, token) = try await atlas.register("ada@example.org")
            let (_, eves) = try await atlas.register("eve@example.org")
            #expect(try await atlas.ask(record, lost("p", ["cache"])).codes == ["UNAUTHENTICATED"])
            let query = "{ predictions(userId: \"\(ada)\") { id } }"
            #expect(try await atlas.ask(query, token: eves).codes == ["NOT_FOUND"])
            #expect(try await atlas.ask(query).codes == ["UNAUTHENTICATED"])
            let bad: [(variables: [String: Any], field: String)] = [
                (lost("", ["cache"]), "id"), (lost("a b", ["cache"]), "id"), (lost("p", []), "lost"),
                (lost("p", ["nothing"]), "lost"), (lost("p", ["cache"], sure: 100), "confidence"),
                (lost("p", ["cache"], sure: 49), "confidence"), (lost("p", ["cache"], ["cache": "fails"]), "guesses"),
                (lost("p", ["cache"], ["api": "gone"]), "guesses"),
                (lost("p", ["cache"], ["ghost": "fails"]), "guesses"),
                (lost("p", (0..<31).map { "n\($0)" }), "lost"),
                (
                    [
                        "input": [
                            "id": "p", "kind": "INCIDENT", "itemId": "facebook-2021", "confidence": 60,
                            "guesses": [Any](),
                        ]
                    ], "step"
                ),
                (
                    [
                        "input": [
                            "id": "p", "kind": "INCIDENT", "itemId": "facebook-2021", "step": 0, "confidence": 60,
                            "guesses": [Any](),
                        ]
                    ], "step"
                ),
                (["input": ["id": "p", "kind": "LAB", "itemId": "x", "confidence": 60, "guesses": [Any]()]], "kind"),
            ]
            for (variables, field) in bad {
                let answer = try await atlas.ask(record, variables, token: token)
                #expect(answer.codes == ["INVALID"], "\(answer.text)")
                #expect(answer.text.contains("\"field\":\"\(field)\""), "\(answer.text)")
            }
            let unknown = [
                "input": [
                    "id": "p", "kind": "INCIDENT", "itemId": "none", "step": 1, "confidence": 60, "guesses": [Any](),
                ] as [String: Any]
            ]
            #expect(try await atlas.ask(record, unknown, token: token).codes == ["NOT_FOUND"])
            #expect(try await atlas.ask(query, token: token).text.contains("[]"))
        }
    }
}
