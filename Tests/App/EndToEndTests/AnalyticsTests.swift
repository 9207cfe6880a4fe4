import AtlasAnalytics
import AtlasApp
import AtlasCore
import AtlasTestKit
import Foundation
import Testing

@Suite struct AnalyticsTests {
    private let ingest = """
        mutation($e: [EventInput!]!) { ingestEvents(events: $e) { accepted duplicates rejected { index reason } } }
        """

    private func event(_ id: String, at moment: Timestamp, _ changes: [String: Any] = [:]) -> [String: Any] {
        var event: [String: Any] = [
            "id": id, "measurement": "diagram_interactions", "type": "opened", "at": moment.description,
            "contentId": "e1-cache-aside", "durationMs": 60_000,
        ]
        event.merge(changes) { $1 }
        return event
    }

    @Test(arguments: TestEngine.all)
    func `each event counts once, and a bad one says where and why`(engine: TestEngine) async throws {
        try await TestAtlas.run(engine) { atlas in
            let (id, token) = try await atlas.register("ada@example.org")
            let now = atlas.clock.now()
            let events = [
                event("a1", at: now), event("a1", at: now), event("a2", at: now, ["type": "closed"]),
                event("a3", at: now, ["measurement": "visits"]), event("a4", at: now, ["type": "eaten"]),
                event("a5", at: now, ["contentId": "no-such"]), event("a6", at: now + .seconds(301)),
                event("a7", at: now + .seconds(-30 * 86_400)), event("a8", at: now, ["durationMs": -1]),
                event("a 9", at: now), event("a10", at: now, ["measurement": "system_metrics"]),
                event("a11", at: now, ["measurement": "lab_events", "contentId": "e1-cache-aside"]),
            ]
            let first = try await atlas.ask(ingest, ["e": events], token: token)
            #expect(try first.int("ingestEvents", "accepted") == 2, "\(first.text)")
            #expect(try first.int("ingestEvents", "duplicates") == 1)
            let rejected = try first.list("ingestEvents", "rejected").compactMap { $0 as? [String: Any] }
            #expect(rejected.map { $0["index"] as? Int } == [3, 4, 5, 6, 7, 8, 9, 10, 11])
            #expect(rejected.allSatisfy { ($0["reason"] as? String)?.isEmpty == false })
            let again = try await atlas.ask(ingest, ["e": [events[0], event("a12", at: now)]], token: token)
            #expect(try again.int("ingestEvents", "accepted") == 1)
            #expect(try again.int("ingestEvents", "duplicates") == 1)

            await atlas.atlas.workOff()
            await atlas.atlas.workOff()
            let metrics =
                "{ userMetrics(userId: \"\(id)\") { days(last: 1) { minutes attempts } values { name value } } }"
            let answer = try await atlas.ask(metrics, token: token)
            #expect(try answer.value("userMetrics", "days", 0, "minutes") as? Double == 3, "\(answer.text)")
            #expect(try answer.int("userMetrics", "days", 0, "attempts") == 0)
        }
    }

    @Test func `batches have limits, moments a form, and visitors nothing to send`() async throws {
        try await TestAtlas.run { atlas in
            let (_, token) = try await atlas.register("ada@example.org")
            let now = atlas.clock.now()
            let good = event("a1", at: now)
            #expect(try await atlas.ask(ingest, ["e": [good]]).codes == ["UNAUTHENTICATED"])
            #expect(try await atlas.ask(ingest, ["e": []], token: token).codes == ["INVALID"])
            let many = (0..<501).map { event("m\($0)", at: now) }
            #expect(try await atlas.ask(ingest, ["e": many], token: token).codes == ["INVALID"])
            let most = try await atlas.ask(ingest, ["e": Array(many.prefix(500))], token: token)
            #expect(try most.int("ingestEvents", "accepted") == 500)
            for moment in ["yesterday", "2026-02-30T00:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01"] {
                let answer = try await atlas.ask(ingest, ["e": [event("b", at: now, ["at": moment])]], token: token)
                #expect(answer.codes == ["INVALID"], "\(moment)")
            }
        }
    }

    @Test(arguments: TestEngine.all)
    func `a prediction colours the map, a goal counts its topics, and a suggestion says why`(
        engine: TestEngine
    ) async throws {
        try await TestAtlas.run(engine) { atlas in
            let (id, token) = try await atlas.register("ada@example.org")
            let map = """
                { skillHeatmap(userId: "\(id)") { cells { category { id } skill mastery low high attempts } topics { topic } } }
                """
            let empty = try await atlas.ask(map, token: token)
            #expect(try empty.list("skillHeatmap", "cells").count == 80)
            #expect(!empty.text.contains("\"attempts\":1"))
            let complete = "mutation { completeDiagram(diagramId: \"e1-cache-aside\") { completedCount } }"
            _ = try await atlas.ask(complete, token: token)
            await atlas.atlas.workOff()
            #expect(try await atlas.ask(map, token: token).text == empty.text, "reading colours nothing")
            let read = try await atlas.ask("{ suggestion { kind contentId reason } }", token: token)
            #expect(try read.string("suggestion", "kind") == "RETRIEVE")
            #expect(try read.string("suggestion", "contentId") == "e1-cache-aside")

            let predict = """
                mutation { recordPrediction(input: { id: "p1", kind: DIAGRAM, itemId: "e1-cache-aside", lost: ["cache"],
                    confidence: 80, guesses: [] }) { right of } }
                """
            let predicted = try await atlas.ask(predict, token: token)
            #expect(predicted.codes.isEmpty, "\(predicted.text)")
            await atlas.atlas.workOff()
            let after = try await atlas.ask(map, token: token)
            let cells = try after.list("skillHeatmap", "cells").compactMap { $0 as? [String: Any] }
            let coloured = cells.filter { ($0["attempts"] as? Int ?? 0) > 0 }
            #expect(coloured.map { $0["skill"] as? String } == ["PREDICT"], "\(after.text)")
            #expect((coloured.first?["category"] as? [String: Any])?["id"] as? String == "E")
            #expect(coloured.first?["mastery"] is Double)

            let goal =
                "mutation { setGoal(input: { title: \" Caching \", categories: [\"E\"] }) { id title topics mastered } }"
            let set = try await atlas.ask(goal, token: token)
            #expect(try set.string("setGoal", "title") == "Caching")
            #expect(try set.int("setGoal", "topics") > 3 && set.int("setGoal", "mastered") == 0)
            let next = try await atlas.ask("{ suggestion { kind reason } }", token: token)
            #expect(try next.string("suggestion", "kind") == "GOAL")
            let goalID = try set.string("setGoal", "id")
            let (_, eves) = try await atlas.register("eve@example.org")
            let remove = "mutation { removeGoal(id: \"\(goalID)\") }"
            #expect(try await atlas.ask(remove, token: eves).value("removeGoal") as? Bool == false)
            #expect(try await atlas.ask(remove, token: token).value("removeGoal") as? Bool == true)
            let bad = "mutation { setGoal(input: { title: \"x\", categories: [\"Z\"] }) { id } }"
            #expect(try await atlas.ask(bad, token: token).codes == ["INVALID"])
        }
    }

    @Test func `calibration is for everybody, reports of others for nobody but admins`() async throws {
        try await TestAtlas.run { atlas in
            let (ada, token) = try await atlas.register("ada@example.org")
            let (_, eves) = try await atlas.register("eve@example.org")
            let (_, teachers) = try await atlas.register("ina@example.org", role: .instructor)
            let (_, admins) = try await atlas.register("root@example.org", role: .admin)
            #expect(try await atlas.ask("{ calibration { kind n shown } }").codes == [])
            let report = "{ learnerReport(userId: \"\(ada)\") { title html } }"
            #expect(try await atlas.ask(report, token: token).string("learnerReport", "html").contains("<h1>"))
            #expect(try await atlas.ask(report, token: eves).codes == ["NOT_FOUND"])
            #expect(try await atlas.ask(report, token: teachers).codes == ["NOT_FOUND"])
            #expect(try await atlas.ask(report, token: admins).codes == [])
            let cohort = "{ cohort { title members { user { id } } categories { category { id } } } }"
            #expect(try await atlas.ask(cohort).codes == ["UNAUTHENTICATED"])
            #expect(try await atlas.ask(cohort, token: eves).codes == ["FORBIDDEN"])
            #expect(try await atlas.ask(cohort, token: teachers).list("cohort", "categories").count == 16)
            let machine = "{ operatorReport { learners days { day events } points deadLetters } }"
            #expect(try await atlas.ask(machine, token: teachers).codes == ["FORBIDDEN"])
            #expect(try await atlas.ask(machine, token: admins).list("operatorReport", "days").count == 7)
        }
    }

    @Test func `who teaches reads the very question that misleads`() async throws {
        try await TestAtlas.run { atlas in
            let (_, token) = try await atlas.register("ada@example.org")
            let (_, admins) = try await atlas.register("root@example.org", role: .admin)
            let asked = try await atlas.ask("{ items(contentId: \"e1-cache-aside\") { id promptHTML } }", token: token)
            let listed = try #require(try asked.value("items") as? [[String: String]])
            let items = try listed.map { (id: try #require($0["id"]), prompt: try #require($0["promptHTML"])) }
            let start = atlas.clock.now() + .seconds(-3_600)
            let ratings = (0..<6).map { _ in (items[0].id, "AGAIN") } + items[1...8].map { ($0.id, "GOOD") }
            let reviews = ratings.enumerated().map { index, review in
                """
                { id: "r\(index)", itemId: "\(review.0)", rating: \(review.1), at: "\(start + .seconds(index * 60))",
                  durationMs: 5000, device: "test" }
                """
            }
            let record = "mutation { recordReviews(reviews: [\(reviews.joined(separator: ", "))]) { stored } }"
            #expect(try await atlas.ask(record, token: token).codes == [])
            await atlas.atlas.workOff()
            let misleading = """
                { cohort { misleading { itemId contentId contentKind title
                    question { promptHTML contentKind contentId nodeIds edgeIds } } } }
                """
            let cohort = try await atlas.ask(misleading, token: admins)
            let found = try #require(try cohort.value("cohort", "misleading") as? [[String: Any]])
            #expect(found.compactMap { $0["itemId"] as? String } == [items[0].id])
            #expect(found.first?["contentKind"] as? String == "DIAGRAM")
            let question = found.first?["question"] as? [String: Any]
            #expect(question?["promptHTML"] as? String == items[0].prompt)
        }
    }

    @Test(arguments: TestEngine.all)
    func `everything about an account is handed out, and goes when the account goes`(
        engine: TestEngine
    ) async throws {
        try await TestAtlas.run(engine) { atlas in
            let (id, token) = try await atlas.register("ada@example.org")
            let now = atlas.clock.now()
            _ = try await atlas.ask(ingest, ["e": [event("a1", at: now)]], token: token)
            let complete = "mutation { completeDiagram(diagramId: \"e1-cache-aside\") { completedCount } }"
            _ = try await atlas.ask(complete, token: token)
            await atlas.atlas.workOff()
            let export = try await atlas.ask("mutation { exportMyData { fileName json } }", token: token)
            let json = try export.string("exportMyData", "json")
            let document = try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any]
            #expect(document?["userId"] as? String == id)
            let account = (document?["account"] as? [String: Any])?["account"] as? [[String: Any]]
            #expect(account?.first?["email"] as? String == "ada@example.org")
            let learning = document?["learning"] as? [String: Any]
            #expect((learning?["completed_diagrams"] as? [Any])?.count == 1)
            #expect((learning?["diagram_interactions"] as? [Any])?.count == 2)
            #expect(!json.contains("argon2"), "no hash of the password")

            let delete = "mutation($p: String!) { deleteMyData(password: $p) }"
            #expect(try await atlas.ask(delete, ["p": "wrong"], token: token).codes == ["FORBIDDEN"])
            let right = ["p": "unlikely phrase of ada@example.org"]
            #expect(try await atlas.ask(delete, right, token: token).value("deleteMyData") as? Bool == true)
            let after = try? await atlas.ask("{ currentUser { id } }", token: token)
            #expect(after == nil || after?.codes == ["UNAUTHENTICATED"], "its sessions have ended")
            let (_, admins) = try await atlas.register("root@example.org", role: .admin)
            let left = try await atlas.ask("{ userMetrics(userId: \"\(id)\") { values { name } } }", token: admins)
            #expect(try left.list("userMetrics", "values").isEmpty)
            let last = try await atlas.ask(
                delete,
                ["p": "unlikely phrase of root@example.org"],
                token: admins
            )
            #expect(last.codes == ["CONFLICT"], "the only admin stays")
        }
    }

    @Test func `days to a goal are forecast before they pass, and judged when they have`() async throws {
        try await TestAtlas.run { atlas in
            let (id, token) = try await atlas.register("ada@example.org")
            let goal = "mutation { setGoal(input: { title: \"Caching\", categories: [\"E\"] }) { id } }"
            let goalID = try await atlas.ask(goal, token: token).string("setGoal", "id")
            let predict = """
                mutation { recordPrediction(input: { id: "p1", kind: DIAGRAM, itemId: "e1-cache-aside", lost: ["cache"],
                    confidence: 80, guesses: [] }) { right } }
                """
            #expect(try await atlas.ask(predict, token: token).codes == [])
            await atlas.atlas.workOff()
            for _ in 0..<26 {
                #expect(try await atlas.atlas.learning.nightly.run())
                atlas.clock.advance(by: .seconds(86_400))
            }
            let fresh = try await atlas.ask(
                "mutation($p: String!) { login(email: \"ada@example.org\", password: $p) { accessToken } }",
                ["p": "unlikely phrase of ada@example.org"]
            ).string("login", "accessToken")
            let reports = try await atlas.ask("{ calibration(first: 100) { kind n shown bins { n } } }")
            let newest = try reports.list("calibration").compactMap { $0 as? [String: Any] }
                .first { $0["kind"] as? String == "DAYS_TO_GOAL" }
            #expect((newest?["n"] as? Int ?? 0) > 0 && newest?["shown"] as? Bool == false, "\(reports.text)")
            let query = """
                { forecasts(userId: "\(id)", goal: "\(goalID)") { kind value unit reason } none: goals(userId: "\(id)") { mastered } }
                """
            let said = try await atlas.ask(query, token: fresh)
            let forecasts = try said.list("forecasts").compactMap { $0 as? [String: Any] }
            #expect(forecasts.map { $0["kind"] as? String } == ["ANSWER_NOW", "DROPOUT", "DAYS_TO_GOAL"])
            #expect(
                forecasts.allSatisfy {
                    $0["value"] is NSNull && ($0["reason"] as? String)?.hasPrefix("Not shown") == true
                }
            )
            let unknown = "{ forecasts(userId: \"\(id)\", goal: \"no-such\") { kind } }"
            #expect(try await atlas.ask(unknown, token: fresh).codes == ["NOT_FOUND"])
        }
    }
}
