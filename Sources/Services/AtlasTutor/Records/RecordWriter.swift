import AtlasAPI
import AtlasCore

/// Writes the records of a catalogue.
///
/// Whose catalogue it is decides what may be found: one that was asked for on behalf of a learner has no drafts in it.
struct RecordWriter {
    /// Characters of a section that is one record; a longer one is cut at its paragraphs.
    static let sectionCharacters = 1_200

    private(set) var records: [TutorRecord] = []
    private let kind: ContentKind
    private let header: ItemHeader

    init(_ kind: ContentKind, _ header: ItemHeader) {
        self.kind = kind
        self.header = header
    }

    /// All records, in the order of the catalogue.
    static func records(of catalogue: Catalogue) -> [TutorRecord] {
        var all: [TutorRecord] = []
        for diagram in catalogue.diagrams {
            var writer = RecordWriter(.diagram, diagram.header)
            writer.write(diagram)
            all += writer.records
        }
        for incident in catalogue.incidents {
            var writer = RecordWriter(.incident, incident.header)
            writer.write(incident)
            all += writer.records
        }
        for lab in catalogue.labs {
            var writer = RecordWriter(.lab, lab.header)
            writer.write(lab)
            all += writer.records
        }
        return all
    }

    /// What begins the sentence about the loss of a node.
    static let lossPrefix = "Without it: "

    /// The title up to its colon, as people call it; whole where that says too little.
    var name: String {
        let parts = header.title.split(separator: ": ", maxSplits: 1)
        guard kind == .diagram, let first = parts.first, first.count >= 4 else { return header.title }
        return String(first)
    }

    // MARK: - What every item has

    mutating func about(_ more: [String]) {
        let texts = [Self.sentence(header.summary)] + more.map(Self.sentence)
        add(.about, "about", subject: header.title, texts.filter { !$0.isEmpty }.joined(separator: "\n"))
    }

    mutating func sections(_ html: String) {
        var number = 0
        for section in PlainSections.read(html) {
            if !section.heading.isEmpty { number += 1 }
            let subject = section.heading.isEmpty ? header.title : section.heading
            let parts = Self.parts(section.paragraphs)
            for (index, text) in parts.enumerated() {
                let key = parts.count == 1 ? "section/\(number)" : "section/\(number)/part/\(index + 1)"
                add(.section, key, subject: subject, text)
            }
        }
    }

    mutating func cards(_ cards: [AuthoredCard]) {
        for card in cards {
            question("card/\(card.id)", card.question, card.answer, card.distractors, node: card.nodes.first)
        }
    }

    /// A graded question, and its answer as a record of its own.
    mutating func question(
        _ key: String,
        _ question: String,
        _ answer: String,
        _ distractors: [Distractor],
        node: String?
    ) {
        add(.question, key, subject: "Question", question, node: node)
        add(.answer, key + "/answer", subject: "Answer", answer, node: node)
        for (index, wrong) in distractors.enumerated() {
            add(.rebuttal, key + "/wrong/\(index + 1)", subject: wrong.text, Self.sentence(wrong.why), node: node)
        }
    }

    mutating func add(
        _ recordKind: TutorRecord.Kind,
        _ key: String,
        subject: String,
        _ text: String,
        node: String? = nil,
        edge: String? = nil,
        line: Int? = nil
    ) {
        guard !text.isEmpty else { return }
        let title = recordKind == .about ? header.title : "\(name) · \(subject)"
        records.append(
            TutorRecord(
                id: "\(kind.rawValue)/\(header.id)/\(key)",
                kind: recordKind,
                title: title,
                subject: subject,
                text: text,
                place: .init(kind: kind, content: header.id, node: node, edge: edge, line: line),
                isPublished: header.isPublished
            )
        )
    }

    /// Paragraphs together as long as they fit.
    private static func parts(_ paragraphs: [String]) -> [String] {
        guard paragraphs.reduce(0, { $0 + $1.count }) > sectionCharacters else {
            return [paragraphs.joined(separator: "\n")].filter { !$0.isEmpty }
        }
        var parts: [String] = []
        for paragraph in paragraphs {
            if let last = parts.last, last.count + paragraph.count <= sectionCharacters {
                parts[parts.count - 1] = last + "\n" + paragraph
            } else {
                parts.append(paragraph)
            }
        }
        return parts
    }

    /// With a full stop at its end.
    static func sentence(_ text: String) -> String {
        let line = PlainSections.onOneLine(text)
        guard let last = line.last else { return "" }
        return ".!?:;”\"".contains(last) ? line : line + "."
    }
}
