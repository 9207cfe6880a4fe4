import AtlasAPI
import AtlasAnalytics
import AtlasAuth
import AtlasCollaboration
import AtlasCore
import AtlasPorts
import AtlasTestKit
import CairoEngine
import EmbeddedEngines
import Foundation
import Testing

@Suite struct ReportTests {
    /// A group led by an instructor, with two learners who differ.
    private func classroom(
        _ bench: Bench
    ) async throws -> (group: GroupID, teacher: Caller, good: Caller, stuck: Caller) {
        let teacher = try await bench.person("Ina", .instructor)
        let group = try await bench.groups.create(GroupSettings(name: "Class", visibility: .open), as: teacher)
        let (good, stuck) = (try await bench.person("Zoe"), try await bench.person("=cmd()|'x'!A1"))
        for learner in [good, stuck] { _ = try await bench.groups.join(group.id, as: learner) }
        let (one, two) = (try good.user, try stuck.user)
        var events: [Event] = []
        for index in 0..<24 {
            let moment = bench.clock.now() + .seconds(index * 60)
            let item = "card-\(index % 4)"
            // Everybody, also who knows the rest, gets card 3 wrong.
            let isRight = index % 4 != 3
            events.append(.answer("g\(index)", one, isRight, at: moment, item: item))
            events.append(.answer("s\(index)", two, isRight && index % 3 == 0, at: moment, item: item))
        }
        try await bench.deliver(events)
        return (group.id, teacher, good, stuck)
    }

    @Test(arguments: TestEngine.all)
    func `an instructor sees the members of a group it leads, by name, and who may need help`(
        engine: TestEngine
    ) async throws {
        try await Bench.run(engine) { bench in
            let (group, teacher, good, stuck) = try await classroom(bench)
            let cohort = try await bench.reports.cohort(group, days: 30, as: teacher)
            #expect(cohort.title == "Class")
            #expect(cohort.members.map(\.person.displayName) == ["=cmd()|'x'!A1", "Zoe"], "by name, the teacher not")
            #expect(cohort.members.map(\.attempts) == [24, 24] && cohort.members[1].correct == 18)
            #expect(cohort.members[0].help.count == 1 && cohort.members[0].help[0].hasPrefix("Got "))
            #expect(cohort.members[1].help.isEmpty)
            #expect(cohort.items.map(\.item) == ["card-3"])
            #expect(cohort.items[0].correctFraction == 0 && cohort.items[0].expectedFraction > 0.4)
            let all = try await bench.reports.cohort(nil, days: 30, as: teacher)
            #expect(all.members.map(\.person.id) == cohort.members.map(\.person.id))
            let own = try await bench.reports.views(of: try stuck.user, days: 30, as: stuck)
            #expect(own.map(\.member) == [cohort.members[0]], "the learner sees the same line")
            #expect(own.map { $0.viewers.map(\.displayName) } == [["Ina"]])
            #expect(try await bench.reports.views(of: try good.user, days: 30, as: good).map(\.title) == ["Class"])
        }
    }

    @Test func `who does not lead a group sees nobody of it`() async throws {
        try await Bench.run { bench in
            let (group, _, good, _) = try await classroom(bench)
            let other = try await bench.person("Oto", .instructor)
            _ = try await bench.groups.join(group, as: other)
            for (caller, expected) in [
                (other, AtlasError.Code.notFound), (good, .forbidden), (Caller(), .unauthenticated),
            ] {
                let error = await #expect(throws: AtlasError.self) {
                    _ = try await bench.reports.cohort(group, days: 30, as: caller)
                }
                #expect(error?.code == expected)
                await #expect(throws: AtlasError.self) {
                    _ = try await bench.reports.cohortCSV(group, days: 30, as: caller)
                }
            }
            #expect(try await bench.reports.cohort(nil, days: 30, as: other).members.isEmpty)
            let root = try await bench.person("Root", .admin)
            #expect(try await bench.reports.cohort(group, days: 30, as: root).members.count == 4)
            #expect(try await bench.reports.cohort(nil, days: 30, as: root).members.count == 2)
        }
    }

    @Test func `a spreadsheet runs nothing of a CSV`() async throws {
        try await Bench.run { bench in
            let (group, teacher, _, _) = try await classroom(bench)
            let lines = try await bench.reports.cohortCSV(group, days: 30, as: teacher).split(separator: "\r\n")
            #expect(lines.count == 3 && lines[0].hasPrefix("name,user id,active days,"))
            #expect(lines[1].hasPrefix("\"'=cmd()|'x'!A1\","))
            #expect(lines[2].hasPrefix("Zoe,"))
        }
    }

    @Test func `a learner's report is a page without scripts and a PDF whose text can be read`() async throws {
        try await Bench.run { bench in
            let (_, _, good, stuck) = try await classroom(bench)
            let report = try await bench.reports.learnerReport(of: try good.user, days: 7, as: good)
            #expect(report.html.contains("Zoe, ") && report.html.contains("E1") && !report.html.contains("<script"))
            let other = try await bench.reports.learnerReport(of: try stuck.user, days: 7, as: stuck)
            #expect(other.html.contains("=cmd()|&#39;x&#39;!A1"))
            let pdf = try await bench.reports.learnerPDF(of: try good.user, days: 7, as: good)
            let text = String(decoding: pdf, as: UTF8.self)
            #expect(text.hasPrefix("%PDF-1.") && text.contains("%%EOF"))
            #expect(text.contains("/StructTreeRoot") && text.contains("/ToUnicode") && text.contains("/S /TH"))
            #expect(text.contains("/MarkInfo << /Marked true >>") && text.contains("/Lang (en)"))
        }
    }

    @Test func `a long table goes on over pages, and odd text does no harm`() async throws {
        let rows = (0..<400).map { ["row \($0) \u{0} Ünïcode 日本 \(String(repeating: "x", count: $0))", String($0)] }
        let document = PrintedDocument(
            title: "Long",
            subtitle: "",
            blocks: [
                .heading("Heading"), .paragraph(String(repeating: "word ", count: 2_000)),
                .table(
                    caption: "Rows",
                    columns: [.init("Text", width: 3), .init("Number", isNumber: true)],
                    rows: rows
                ),
            ]
        )
        let pdf = String(decoding: try await CairoPrinter().pdf(document), as: UTF8.self)
        #expect(pdf.components(separatedBy: "/MediaBox").count > 10)
        let empty = PrintedDocument(title: "", subtitle: "", blocks: [.table(caption: "", columns: [], rows: [])])
        #expect(try await CairoPrinter().pdf(empty).count > 500)
    }

    @Test(arguments: TestEngine.all)
    func `what was on its way when an account was deleted goes after it`(engine: TestEngine) async throws {
        try await Bench.run(engine) { bench in
            let (ada, eve) = (try await bench.person("Ada"), try await bench.person("Eve"))
            let (user, other, now) = (try ada.user, try eve.user, bench.clock.now())
            let batch = """
                {"user":"\(user)","events":[{"i":"e1","m":"ai_tutor_queries","t":"asked","a":\(now.milliseconds),"d":9}]}
                """
            try await bench.learning.privacy.deleteAccount(password: "unlikely phrase", as: ada)
            // The queues have these before the farewell.
            try await bench.deliver([.answer("a1", user, true, at: now), .answer("e1", other, true, at: now)])
            try await bench.learning.events.record([Event("b1", batch).delivery])
            let left = try await Outbox.pending(10, in: bench.database).filter { $0.type == "account.deleted" }
            #expect(Set(left.map(\.queue)) == [LearningAnalytics.activityQueue, LearningAnalytics.eventQueue])
            for _ in 0..<2 {
                for event in left {
                    let delivery = Event(event.id, String(decoding: event.payload, as: UTF8.self)).delivery
                    if event.queue == LearningAnalytics.activityQueue {
                        try await bench.learning.activity.record([delivery])
                    } else {
                        try await bench.learning.events.record([delivery])
                    }
                }
            }
            for table in ["evidence", "activity", "learner_states", "learner_days", "user_metrics", "ingested_events"] {
                var query = Query(stringLiteral: "SELECT user_id FROM \(table)")
                query += " WHERE user_id = \(user)"
                #expect(try await bench.database.rows(query).isEmpty, "\(table)")
            }
            #expect(try await bench.series.state().points == 0)
            #expect(try await bench.analytics.days(of: other, last: 1, as: eve).first?.attempts == 1)
        }
    }

    @Test(arguments: TestEngine.all)
    func `an account that goes takes its words along and leaves the log without gaps`(
        engine: TestEngine
    ) async throws {
        try await Bench.run(engine) { bench in
            let (group, teacher, good, stuck) = try await classroom(bench)
            let refusal = await #expect(throws: AtlasError.self) {
                try await bench.learning.privacy.deleteAccount(password: "unlikely phrase", as: teacher)
            }
            #expect(refusal?.code == .conflict, "the only owner of a group with others")
            try await bench.learning.privacy.deleteAccount(password: "unlikely phrase", as: stuck)
            let user = try stuck.user
            for table in [
                "evidence", "activity", "learner_states", "learner_days", "learner_cells", "learner_topics",
                "learner_contents", "user_metrics", "evidence_once", "group_members",
            ] {
                var query = Query(stringLiteral: "SELECT COUNT(*) AS rows_left FROM \(table)")
                query += " WHERE user_id = \(user)"
                #expect(try await bench.database.rows(query).first?.int("rows_left") == 0, "\(table)")
            }
            #expect(try await bench.auth.users([user], as: .system) == [nil])
            let log = try await bench.database.rows(
                "SELECT seq FROM chat_entries WHERE group_id = \(group) ORDER BY seq"
            )
            #expect(try log.map { try $0.int("seq") } == Array(1...log.count))
            let left = try await bench.reports.cohort(group, days: 30, as: teacher)
            #expect(left.members.map(\.person.id) == [try good.user])
        }
    }
}
