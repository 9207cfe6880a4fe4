import AtlasAPI
import AtlasCore
import Testing

@testable import AtlasContent

@Suite struct CardTests {
    private static let cards = """
        cards:
          - id: doubled
            question: Misses rise from 5 to 10 %. What happens to the database?
            answer: Its load doubles.
            skill: explain
            distractors:
              - {text: It rises by 5 %., why: Load follows misses.}
              - {text: Nothing., why: Each miss is a query.}
            nodes: [db]
          - {id: short, question: Who keeps every row?, answer: The store.}

        """

    private func read(_ cards: String, _ kind: ContentKind = .diagram) -> Reading {
        let source =
            switch kind {
            case .diagram: Sample.diagram()
            case .incident: Sample.incident()
            case .lab: Sample.lab()
            }
        let key = kind == .diagram ? "sources:" : "related:"
        return CatalogueReader.read(
            kind,
            source: source.replacing("\n\(key)", with: "\n\(cards)\(key)", maxReplacements: 1)
        )
    }

    @Test func `a diagram, an incident and a lab may have cards`() throws {
        let reading = read(Self.cards)
        guard case .diagram(let diagram) = reading.item?.item else {
            Issue.record("\(reading.findings)")
            return
        }
        #expect(diagram.cards.map(\.id) == ["doubled", "short"])
        #expect(diagram.cards.map(\.skill) == [.explain, .recall])
        #expect(diagram.cards[0].distractors.count == 2 && diagram.cards[0].nodes == ["db"])
        let plain = "cards:\n  - {id: one, question: What is it for?, answer: For learning.}\n"
        for kind in [ContentKind.incident, .lab] {
            let other = read(plain, kind)
            #expect(other.errors.isEmpty, "\(other.findings)")
            switch other.item?.item {
            case .incident(let incident): #expect(incident.cards.map(\.id) == ["one"])
            case .lab(let lab): #expect(lab.cards.map(\.id) == ["one"])
            default: Issue.record("no item")
            }
        }
    }

    @Test func `cards stay when an item is saved anew`() throws {
        guard let item = read(Self.cards).item else {
            Issue.record("no item")
            return
        }
        guard case .diagram(let diagram) = item.stamped(version: 7, updatedAt: Timestamp(milliseconds: 1)).item else {
            Issue.record("no diagram")
            return
        }
        #expect(diagram.cards.count == 2 && diagram.header.version == 7)
    }

    @Test(arguments: [
        ("nodes: [db]", "nodes: [dB]", "no node “dB”"),
        ("answer: Its load doubles.", "answer: It rises by 5 %.", "Two choices"),
        ("id: short", "id: doubled", "second card “doubled”"),
        ("question: Who keeps every row?", "question: Is it the store. or what?", "holds its answer"),
        ("skill: explain", "skill: do", "“do”, which is not known"),
        ("id: doubled", "name: doubled", "unknown key “name”"),
        ("      - {text: Nothing., why: Each miss is a query.}\n", "", "has one distractor"),
    ])
    func `a card with a mistake is a finding`(part: String, replacement: String, message: String) {
        let findings = read(Self.cards.replacing(part, with: replacement)).findings.map(\.message)
        #expect(findings.contains { $0.contains(message) }, "\(findings)")
    }
}
