import AtlasAPI
import AtlasCore

/// An answer as it grows: its text, its citations in order, and the same as safe HTML.
struct AnswerSheet: Sendable {
    /// Characters of a quote that are kept.
    static let quoteCharacters = 400

    private(set) var text = ""
    private(set) var citations: [Citation] = []
    private(set) var unsupported = 0
    private var units: [(unit: AnswerUnit, numbers: [Int])] = []

    /// Adds a sentence.
    ///
    /// - Returns: What is new: its text with the numbers of its citations, and the citations that are cited for the first
    ///   time.
    mutating func add(_ unit: AnswerUnit) -> (text: String, citations: [Citation]) {
        var fresh: [Citation] = []
        var numbers: [Int] = []
        for support in unit.supports {
            let quote = String(support.quote.prefix(Self.quoteCharacters))
            if let known = citations.first(where: { $0.record == support.record.id && $0.quote == quote }) {
                if !numbers.contains(known.number) { numbers.append(known.number) }
                continue
            }
            let citation = Citation(support.record, number: citations.count + 1, quote: quote)
            citations.append(citation)
            fresh.append(citation)
            numbers.append(citation.number)
        }
        if unit.isUnsupported { unsupported += 1 }
        let isLine = Self.isLine(unit.text)
        let space = text.isEmpty ? "" : unit.startsParagraph ? "\n\n" : isLine ? "\n" : " "
        let added = space + unit.text + numbers.map { " [\($0)]" }.joined()
        text += added
        units.append((unit, numbers))
        return (added, fresh)
    }

    /// Safe HTML of all that was added.
    var html: String {
        var html = AnswerHTML()
        for (unit, numbers) in units {
            let cited = numbers.compactMap { number in
                citations.indices.contains(number - 1) ? citations[number - 1] : nil
            }
            html.add(unit, cited)
        }
        return html.finished()
    }

    /// Whether a unit has to begin a line, as an entry of a list.
    static func isLine(_ text: String) -> Bool { text.hasPrefix("- ") || AnswerHTML.orderedEntry(text) != nil }
}

extension Citation {
    /// A place in the catalogue.
    init(_ record: TutorRecord, number: Int, quote: String) {
        let place = record.place
        self.init(
            number: number,
            record: record.id,
            title: record.title,
            diagram: place.kind == .diagram ? DiagramID(place.content) : nil,
            node: place.node,
            edge: place.edge,
            incident: place.kind == .incident ? IncidentID(place.content) : nil,
            lab: place.kind == .lab ? LabID(place.content) : nil,
            line: place.line,
            quote: quote
        )
    }

    /// The page that shows it, on this site.
    var href: String {
        let part = node.map { "#node=\($0)" } ?? edge.map { "#edge=\($0)" }
        if let diagram { return "/diagrams/\(diagram)\(part ?? "")" }
        // Of a part of an incident's picture, the line is one of its source, and no step.
        if let incident { return "/incidents/\(incident)\(part ?? line.map { "#step=\($0)" } ?? "")" }
        if let lab { return "/labs/\(lab)" }
        return "#"
    }
}
