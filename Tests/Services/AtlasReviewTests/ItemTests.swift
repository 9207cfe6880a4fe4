import AtlasAPI
import AtlasCore
import AtlasTestKit
import Diagrams
import Foundation
import Testing

@testable import AtlasReview

@Suite struct ItemTests {
    @Test func `no item of the catalogue has two right answers or a wrong one marked as right`() async throws {
        let catalogue = try await RealCatalogue.shared.value
        let items = ItemGenerator(catalogue).items()
        let verifier = ItemVerifier(catalogue)
        #expect(items.count >= 900)
        let found = items.flatMap { item in verifier.problems(item).map { "\(item.id): \($0)" } }
        #expect(found == [])
    }

    @Test func `each structure diagram has at least eight items`() async throws {
        let catalogue = try await RealCatalogue.shared.value
        let bank = await RealCatalogue.shelf.bank(catalogue)
        for diagram in catalogue.diagrams where diagram.view != .failure {
            let items = bank.items(of: diagram.header.id) ?? []
            #expect(items.count >= 8, "\(diagram.header.id) has \(items.count)")
        }
        if let file = ProcessInfo.processInfo.environment["ATLAS_ITEM_DUMP"] {
            try dump(bank.items).write(toFile: file, atomically: true, encoding: .utf8)
        }
    }

    /// For reading by eye.
    private func dump(_ items: [Item]) -> String {
        items.map { item in
            var lines = ["## \(item.id) \(item.face.kind) \(item.face.mode.rawValue) \(item.face.skill.rawValue)"]
            lines.append("Q: \(item.face.promptHTML)")
            for (choice, option) in zip(item.face.choices, item.options) {
                lines.append("  \(option.isRight ? "*" : "-") \(choice.html)")
            }
            lines.append("A: \(item.answerHTML)")
            lines.append("E: \(item.explanationHTML)")
            return lines.joined(separator: "\n")
        }
        .joined(separator: "\n\n")
    }
}

@Suite struct ItemWatchTests {
    @Test func `an edit makes the items of its diagram anew, with the ids that they had`() async throws {
        let catalogue = try await RealCatalogue.shared.value
        let before = await RealCatalogue.shelf.bank(catalogue)
        let old = try #require(catalogue.diagrams.first { $0.header.id == "e1-cache-aside" })
        var graph = old.picture.graph
        graph.nodes = graph.nodes.map { node in
            var copy = node
            if node.id == "cache" { copy.record?.purpose = "Has copies of rows that somebody wanted not long ago." }
            return copy
        }
        let edited = old.edited(graph)
        let diagrams = catalogue.diagrams.map { $0.header.id == old.header.id ? edited : $0 }
        let changed = Catalogue(
            categories: catalogue.categories,
            diagrams: diagrams,
            labs: catalogue.labs,
            incidents: catalogue.incidents,
            revision: "edited"
        )
        let after = await RealCatalogue.shelf.bank(changed)
        #expect(after.items.map(\.id) == before.items.map(\.id))
        let id = ReviewItemID("diagram.e1-cache-aside.define.cache")
        #expect(after[id]?.answerHTML.contains("not long ago") == true)
        #expect(before[id]?.answerHTML.contains("not long ago") == false)
    }

    @Test func `the verifier finds a second right answer and a wrong mark`() async throws {
        let catalogue = try await RealCatalogue.shared.value
        let bank = await RealCatalogue.shelf.bank(catalogue)
        let verifier = ItemVerifier(catalogue)
        var tampered = 0
        for item in bank.items where item.face.mode == .one || item.face.mode == .many {
            let swapped = item.marked { index, isRight in index < 2 ? !isRight : isRight }
            #expect(!verifier.problems(swapped).isEmpty, "\(item.id)")
            tampered += 1
        }
        #expect(tampered >= 500)
        for item in bank.items where item.face.mode == .order {
            #expect(!verifier.problems(item.reversed).isEmpty, "\(item.id)")
        }
        // The same fact told by another edge or node is a second right answer.
        let item = try #require(bank.items.first { $0.face.kind == "CARRIES" && $0.face.mode == .one })
        let right = try #require(item.options.first { $0.isRight })
        let twice = item.with(claim: right.claim, at: 1)
        #expect(verifier.problems(twice).contains { $0.contains("2 choices are right") })
    }

    @Test func `what leads to a state from elsewhere is no wrong choice`() async throws {
        let catalogue = try await RealCatalogue.shared.value
        let bank = await RealCatalogue.shelf.bank(catalogue)
        let verifier = ItemVerifier(catalogue)
        var tried = 0
        for item in bank.items where item.face.kind == "TRIGGER" && item.face.mode == .one {
            let graph = try #require(catalogue.diagrams.first { $0.header.id == item.face.contentID }).picture.graph
            let asked = try #require(item.face.edges.first.flatMap { graph.edge($0) })
            guard let rival = graph.edges.first(where: { $0.to == asked.to && $0.id != asked.id }) else { continue }
            let place = try #require(item.options.firstIndex { !$0.isRight })
            let twice = item.with(claim: .cargo(edge: rival.id), at: place)
            #expect(verifier.problems(twice).contains { $0.contains("2 choices are right") }, "\(item.id)")
            tried += 1
        }
        #expect(tried > 0)
    }

    @Test func `a number is asked with its source, and no name holds it`() async throws {
        let bank = await RealCatalogue.shelf.bank(try await RealCatalogue.shared.value)
        let items = bank.items.filter { $0.face.kind == "NUMBER" }
        #expect(!items.isEmpty)
        for item in items {
            #expect(item.face.promptHTML.contains(", by “"), "\(item.id)")
            let numerals = Set(item.answerHTML.split { !$0.isNumber })
            #expect(numerals.isDisjoint(with: item.face.promptHTML.split { !$0.isNumber }), "\(item.id)")
        }
    }

    @Test func `no question gives its answer away and none names another's choices`() async throws {
        let bank = await RealCatalogue.shelf.bank(try await RealCatalogue.shared.value)
        for item in bank.items {
            #expect(item.id.rawValue.utf8.count <= ReviewLimits.itemIDBytes)
            #expect(ReviewLimits.isItemID(item.id.rawValue), "\(item.id)")
            #expect(item.face.choices.count <= ReviewLimits.choices)
            guard item.face.mode == .one || item.face.mode == .many else { continue }
            #expect(item.isCorrect(item.rightChoices) == true)
            #expect(item.isCorrect(item.options.filter { !$0.isRight }.map(\.id)) == false)
            #expect(item.isCorrect(["nothing"]) == nil)
        }
        #expect(bank.refused.isEmpty)
        #expect(Set(bank.items.map(\.id)).count == bank.items.count)
    }
}

extension Diagram {
    fileprivate func edited(_ graph: Graph) -> Diagram {
        let head = ItemHeader(
            id: header.id,
            title: header.title,
            summary: header.summary,
            category: header.category,
            level: header.level,
            topics: header.topics,
            isPublished: true,
            version: header.version + 1,
            updatedAt: header.updatedAt,
            source: header.source
        )
        let picture = Picture(
            mermaidSource: picture.mermaidSource,
            graph: graph,
            svg: picture.svg,
            alternativeText: picture.alternativeText,
            longDescription: picture.longDescription,
            outline: picture.outline
        )
        return Diagram(
            header: head,
            view: view,
            picture: picture,
            bodyHTML: bodyHTML,
            probes: probes,
            sources: sources,
            prerequisites: prerequisites,
            next: next,
            cards: cards
        )
    }
}

extension Item {
    fileprivate func marked(_ mark: (Int, Bool) -> Bool) -> Item {
        let options = options.enumerated().map { index, option in
            Option(id: option.id, claim: option.claim, isRight: mark(index, option.isRight))
        }
        return Item(
            face: face,
            question: question,
            options: options,
            answerHTML: answerHTML,
            explanationHTML: explanationHTML
        )
    }

    fileprivate func with(claim: Claim, at place: Int) -> Item {
        let options = options.enumerated().map { index, option in
            Option(id: option.id, claim: index == place ? claim : option.claim, isRight: option.isRight)
        }
        return Item(
            face: face,
            question: question,
            options: options,
            answerHTML: answerHTML,
            explanationHTML: explanationHTML
        )
    }

    fileprivate var reversed: Item {
        Item(
            face: face,
            question: question,
            options: options.reversed(),
            answerHTML: answerHTML,
            explanationHTML: explanationHTML
        )
    }
}
