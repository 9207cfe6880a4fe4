import AtlasAPI
import AtlasCore
import AtlasTestKit
import Diagrams
import Foundation
import Testing

@testable import AtlasContent

@Suite struct CatalogueTests {
    @Test func `the catalogue has no findings`() throws {
        let files = try RealCatalogue.files()
        #expect(files.count >= 39)
        let findings = CatalogueLint.check(files).map { "\($0.path):\($0.finding)" }
        #expect(findings == [])
    }

    @Test func `each topic has a structure view and a failure view`() throws {
        var views: [String: Set<Diagram.View>] = [:]
        for file in try RealCatalogue.files() where file.kind == .diagram {
            guard case .diagram(let diagram) = CatalogueReader.read(.diagram, source: file.source).item?.item,
                let topic = diagram.header.topics.first
            else { continue }
            views[topic, default: []].insert(diagram.view)
        }
        for (topic, found) in views { #expect(found.isSuperset(of: [.structure, .failure]), "\(topic)") }
    }

    @Test func `the catalogue shows all six kinds of diagrams`() throws {
        let kinds = try RealCatalogue.files().filter { $0.kind == .diagram }.compactMap {
            CatalogueReader.read(.diagram, source: $0.source).graph?.kind
        }
        #expect(kinds.count >= 36)
        #expect(Set(kinds) == Set(Graph.Kind.allCases))
    }

    @Test func `the syllabus has 134 topics in sixteen categories`() {
        #expect(Syllabus.topics.count == 134)
        #expect(Syllabus.categories.map(\.id).joined() == "ABCDEFGHIJKLMNOP")
        #expect(
            Syllabus.isTopic("P14") && !Syllabus.isTopic("P15") && !Syllabus.isTopic("A9") && !Syllabus.isTopic("a1")
        )
    }

    @Test func `references between files are checked`() {
        let first = Sample.diagram("first").replacing("prerequisites: []", with: "prerequisites: [second]")
            .replacing("next: []", with: "next: [frist]")
        let second = Sample.diagram("second").replacing("prerequisites: []", with: "prerequisites: [first]")
        let lab = Sample.lab("lab").replacing("related: []", with: "related: [first, missing]")
        let findings = CatalogueLint.check([
            CatalogueFile(kind: .diagram, path: "diagrams/first.md", source: first),
            CatalogueFile(kind: .diagram, path: "diagrams/second.md", source: second),
            CatalogueFile(kind: .lab, path: "labs/lab/lab.md", source: lab),
        ])
        .map { "\($0.path):\($0.finding.line):\($0.finding.column) \($0.finding.message)" }
        #expect(
            findings == [
                "diagrams/first.md:9:8 “next” names “frist”, which is no diagram.",
                "diagrams/first.md:10:17 The prerequisite “second” builds on this diagram itself.",
                "diagrams/second.md:10:17 The prerequisite “first” builds on this diagram itself.",
                "labs/lab/lab.md:16:18 “related” names “missing”, which is no diagram.",
            ]
        )
    }

    @Test func `both views of a topic share their nodes`() {
        let failure = Sample.failure("failure").replacing("cache", with: "cash").replacing(
            "kind: cash",
            with: "kind: cache"
        )
        let findings = CatalogueLint.check([
            CatalogueFile(kind: .diagram, path: "diagrams/structure.md", source: Sample.diagram("structure")),
            CatalogueFile(kind: .diagram, path: "diagrams/failure.md", source: failure),
        ])
        #expect(findings.map(\.finding.line) == [12])
        #expect(findings.first?.finding.message.contains("no node “cash”") == true)
    }

    @Test func `a second file with an id is a finding`() {
        let findings = CatalogueLint.check([
            CatalogueFile(kind: .lab, path: "labs/small-lab/lab.md", source: Sample.lab()),
            CatalogueFile(kind: .lab, path: "more/small-lab/lab.md", source: Sample.lab()),
        ])
        #expect(findings.map(\.path) == ["more/small-lab/lab.md"])
    }
}
