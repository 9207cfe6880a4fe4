import AtlasAPI

/// Safe HTML of an answer: paragraphs, lists, emphasis, code and citations, and nothing else.
///
/// Whatever is not one of the few marks that are understood is text, and all text is escaped. No address comes from the
/// text: those of citations are made from the ids of records.
struct AnswerHTML {
    private enum Block: Equatable {
        case none
        case paragraph
        case bullets
        case numbers
    }

    private var html = ""
    private var block = Block.none

    /// Adds a sentence with what it cites.
    mutating func add(_ unit: AnswerUnit, _ citations: [Citation]) {
        var text = Substring(unit.text)
        if text.hasPrefix("- ") {
            open(.bullets)
            html += "<li>"
            text = text.dropFirst(2)
        } else if let entry = Self.orderedEntry(unit.text) {
            open(.numbers)
            html += "<li>"
            text = entry
        } else if unit.startsParagraph || block != .paragraph {
            close()
            open(.paragraph)
        } else {
            html += " "
        }
        let inline = Self.inline(text)
        html += unit.isUnsupported ? "<span class=\"unsupported\">\(inline)</span>" : inline
        for citation in citations {
            html +=
                " <a class=\"citation\" href=\"\(Self.escaped(citation.href))\" data-citation=\"\(citation.number)\">"
            html += "\(citation.number)</a>"
        }
        if block != .paragraph { html += "</li>" }
    }

    /// The HTML with everything closed.
    mutating func finished() -> String {
        close()
        return html
    }

    private mutating func open(_ wanted: Block) {
        guard block != wanted else { return }
        close()
        switch wanted {
        case .none: break
        case .paragraph: html += "<p>"
        case .bullets: html += "<ul>"
        case .numbers: html += "<ol>"
        }
        block = wanted
    }

    private mutating func close() {
        switch block {
        case .none: break
        case .paragraph: html += "</p>"
        case .bullets: html += "</ul>"
        case .numbers: html += "</ol>"
        }
        block = .none
    }

    /// What follows the number of an entry such as `2. `.
    static func orderedEntry(_ text: String) -> Substring? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard (1...2).contains(digits.count), text.dropFirst(digits.count).hasPrefix(". ") else { return nil }
        return text.dropFirst(digits.count + 2)
    }

    /// Emphasis, strong emphasis, code and escapes; a mark without its partner is text.
    static func inline(_ text: Substring) -> String {
        var html = ""
        var rest = text
        while let first = rest.first {
            if first == "\\", let next = rest.dropFirst().first, "\\`*_{}[]()<>#+-.!|~".contains(next) {
                html += escaped(String(next))
                rest = rest.dropFirst(2)
            } else if first == "`", let (inside, after) = span(rest.dropFirst(), until: "`") {
                html += "<code>\(escaped(String(inside)))</code>"
                rest = after
            } else if rest.hasPrefix("**"), let (inside, after) = span(rest.dropFirst(2), until: "**"),
                isTight(inside)
            {
                html += "<strong>\(escaped(String(inside)))</strong>"
                rest = after
            } else if first == "*", let (inside, after) = span(rest.dropFirst(), until: "*"), isTight(inside) {
                html += "<em>\(escaped(String(inside)))</em>"
                rest = after
            } else {
                html += escaped(String(first))
                rest = rest.dropFirst()
            }
        }
        return html
    }

    private static func span(_ text: Substring, until mark: String) -> (inside: Substring, after: Substring)? {
        guard let range = text.firstRange(of: mark), range.lowerBound > text.startIndex else { return nil }
        return (text[..<range.lowerBound], text[range.upperBound...])
    }

    private static func isTight(_ text: Substring) -> Bool {
        guard let first = text.first, let last = text.last else { return false }
        return !first.isWhitespace && !last.isWhitespace && last != "\\"
    }

    static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
