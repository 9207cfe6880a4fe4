/// Prose as safe HTML, read back into headings and plain paragraphs.
///
/// Reads what the catalogue's own Markdown writes: no attribute holds `>`, and entities are the five of XML.
struct PlainSections {
    struct Section: Equatable {
        /// Empty for what stands before the first heading.
        var heading: String
        var paragraphs: [String]

        var text: String { paragraphs.joined(separator: "\n") }
    }

    private(set) var sections: [Section] = []
    private var heading = ""
    private var paragraphs: [String] = []
    private var words = ""
    private var isInHeading = false

    static func read(_ html: String) -> [Section] {
        var reader = PlainSections()
        reader.take(html)
        return reader.sections
    }

    /// The words of a piece of HTML on one line.
    static func words(_ html: String) -> String {
        read(html).map { $0.heading.isEmpty ? $0.text : $0.heading + ". " + $0.text }.joined(separator: "\n")
    }

    private mutating func take(_ html: String) {
        var rest = Substring(html)
        while let open = rest.firstIndex(of: "<") {
            words += Self.decoded(rest[..<open])
            guard let close = rest[open...].firstIndex(of: ">") else {
                rest = ""
                break
            }
            tag(rest[rest.index(after: open)..<close])
            rest = rest[rest.index(after: close)...]
        }
        words += Self.decoded(rest)
        endSection()
    }

    private mutating func tag(_ markup: Substring) {
        let name = markup.drop { $0 == "/" }.prefix { $0.isLetter || $0.isNumber }
        let isClosing = markup.hasPrefix("/")
        switch name {
        case "h1", "h2", "h3", "h4", "h5", "h6":
            if isClosing {
                heading = Self.onOneLine(words)
                words = ""
                isInHeading = false
            } else {
                endSection()
                isInHeading = true
            }
        case "p", "li", "pre", "tr", "blockquote", "ul", "ol", "table", "hr", "dt", "dd": endParagraph()
        case "td", "th", "br": words += " "
        default: break
        }
    }

    private mutating func endParagraph() {
        let text = Self.onOneLine(words)
        words = ""
        if !text.isEmpty { paragraphs.append(text) }
    }

    private mutating func endSection() {
        endParagraph()
        if !paragraphs.isEmpty || !heading.isEmpty {
            sections.append(Section(heading: heading, paragraphs: paragraphs))
        }
        heading = ""
        paragraphs = []
    }

    private static func decoded(_ text: Substring) -> String {
        guard text.contains("&") else { return String(text) }
        return text.replacing("&lt;", with: "<").replacing("&gt;", with: ">").replacing("&quot;", with: "\"")
            .replacing("&#39;", with: "'").replacing("&amp;", with: "&").description
    }

    static func onOneLine(_ text: String) -> String {
        text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
}
