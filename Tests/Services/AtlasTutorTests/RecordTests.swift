import AtlasAPI
import AtlasCore
import AtlasTestKit
import Foundation
import Diagrams
import Testing

@testable import AtlasTutor

@Suite struct RecordTests {
    @Test func `every part of the catalogue has a record of its own`() async throws {
        let catalogue = try await RealCatalogue.shared.value
        let index = try await RealCatalogue.index()
        #expect(Set(index.records.map(\.id)).count == index.records.count)
        for diagram in catalogue.diagrams {
            #expect(index["diagram/\(diagram.id)/about"] != nil)
            for node in diagram.picture.graph.nodes where node.record != nil {
                #expect(index["diagram/\(diagram.id)/node/\(node.id)"]?.place.node == node.id)
            }
            for probe in diagram.probes {
                #expect(index["diagram/\(diagram.id)/probe/\(probe.id)"]?.text == probe.question)
                #expect(index["diagram/\(diagram.id)/probe/\(probe.id)/answer"]?.isGuarded == true)
            }
        }
        for incident in catalogue.incidents {
            #expect(index["incident/\(incident.id)/cause"] != nil)
            for (number, step) in incident.timeline.enumerated() {
                let record = try #require(index["incident/\(incident.id)/step/\(number + 1)"])
                #expect(record.text.hasPrefix(step.text) && record.place.line == number + 1)
            }
        }
        for lab in catalogue.labs {
            for check in lab.checks {
                #expect(index["lab/\(lab.id)/check/\(check.id)"]?.kind == .criterion)
                #expect(index["lab/\(lab.id)/check/\(check.id)/hint/1"]?.isFindable == false)
            }
        }
    }

    @Test func `what is guarded is never found by a question`() async throws {
        let index = try await RealCatalogue.index()
        let guarded = index.records.filter(\.isGuarded)
        #expect(guarded.count > 300)
        for record in guarded.prefix(300) {
            let found = Retriever(index: index).find(record.text, similar: nil, gaze: Gaze(), limit: 30)
            #expect(!found.records.contains { $0.record.isGuarded })
        }
    }

    @Test func `the questions of our collection name places that are there`() async throws {
        let index = try await RealCatalogue.index()
        let ids = index.records.filter(\.isFindable).map(\.id)
        let questions = try TutorEvaluation.questions(
            try RealCatalogue.lines("questions.jsonl").joined(separator: "\n")
        )
        #expect(questions.count == 200 && questions.count(where: { $0.half == "held-out" }) == 100)
        for question in questions {
            for answer in question.answers {
                #expect(ids.contains { $0 == answer || $0.hasPrefix(answer + "/") }, "\(answer): \(question.question)")
            }
        }
    }

    @Test func `a draft has no record for learners`() async throws {
        let (learners, writers) = try await RealCatalogue.shared.value.drafting("e1-cache-aside")
        #expect(RecordIndex(learners)["diagram/e1-cache-aside/node/cache"] == nil)
        #expect(RecordIndex(writers)["diagram/e1-cache-aside/node/cache"] != nil)
    }

    @Test func `prose comes back from HTML in sections of plain words`() {
        let html =
            "<p>Before.</p>\n<h2>One</h2>\n<p>A &lt;b&gt; &amp; <em>c</em>.</p><ul><li>x</li><li>y</li></ul>"
            + "<h3>Two</h3><pre><code>let a = 1\n</code></pre>"
        #expect(
            PlainSections.read(html) == [
                .init(heading: "", paragraphs: ["Before."]),
                .init(heading: "One", paragraphs: ["A <b> & c.", "x", "y"]),
                .init(heading: "Two", paragraphs: ["let a = 1"]),
            ]
        )
        #expect(PlainSections.read("<p>open <").first?.text == "open")
        #expect(PlainSections.read("") == [])
    }

    @Test func `sentences end where they end`() {
        #expect(
            Sentences.of("It takes 1.5 s. Then “it stops.” Why? Use e.g. Redis. One\nTwo")
                == ["It takes 1.5 s.", "Then “it stops.”", "Why?", "Use e.g. Redis.", "One", "Two"]
        )
        #expect(Sentences.of("") == [] && Sentences.of(" . ") == ["."])
    }
}
