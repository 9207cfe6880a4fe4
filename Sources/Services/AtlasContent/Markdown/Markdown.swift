/// A text in a small Markdown as safe HTML and as plain words.
///
/// Understood: headings, paragraphs, ordered and unordered lists, fenced code, block quotes, tables, rules;
/// in a line emphasis, strong emphasis, code, links to `https:` and to pages of this site. Everything else, HTML above all,
/// is text. Time grows linearly with the source.
struct Markdown {
    /// Safe HTML.
    ///
    /// The first heading is an `h2`, since the page around has its `h1`.
    let html: String
    /// The words alone, without headings, for searching and counting.
    let plainText: String
    /// The texts of headings, in order.
    let headings: [String]
    /// Addresses of links that were left as text, with their lines counted from 1.
    let refusedLinks: [(line: Int, address: String)]

    /// Lists and quotes inside one another; deeper ones are text.
    static let nestingLimit = 4

    /// Reads `source`.
    init(_ source: String) {
        let lines = source.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .enumerated()
            .map { MarkdownLine(number: $0.offset + 1, bytes: ArraySlice($0.element)) }
        var writer = MarkdownWriter()
        MarkdownBlocks(lines: lines[...]).write(to: &writer)
        html = String(decoding: writer.html, as: UTF8.self)
        plainText = String(decoding: writer.text, as: UTF8.self)
        headings = writer.headings
        refusedLinks = writer.refusedLinks
    }
}

/// One line, without its end.
struct MarkdownLine {
    let number: Int
    var bytes: ArraySlice<UInt8>

    /// Spaces before the first other character; a tab counts as four.
    var indent: Int {
        var width = 0
        for byte in bytes {
            if byte == .space { width += 1 } else if byte == .tab { width += 4 } else { break }
        }
        return width
    }

    /// Without spaces around.
    var trimmed: ArraySlice<UInt8> {
        var rest = bytes
        while let first = rest.first, first == .space || first == .tab { rest.removeFirst() }
        while let last = rest.last, last == .space || last == .tab { rest.removeLast() }
        return rest
    }

    var isBlank: Bool { trimmed.isEmpty }

    /// Without its first `width` columns of space, or fewer if there are not as many.
    func dropping(_ width: Int) -> MarkdownLine {
        var rest = bytes
        var dropped = 0
        while dropped < width, let first = rest.first, first == .space || first == .tab {
            dropped += first == .tab ? 4 : 1
            rest.removeFirst()
        }
        return MarkdownLine(number: number, bytes: rest)
    }
}

extension UInt8 {
    static let space = UInt8(ascii: " ")
    static let tab = UInt8(ascii: "\t")

    var isASCIIDigit: Bool { self >= UInt8(ascii: "0") && self <= UInt8(ascii: "9") }

    var isASCIIPunctuation: Bool {
        (33...47).contains(self) || (58...64).contains(self) || (91...96).contains(self) || (123...126).contains(self)
    }
}
