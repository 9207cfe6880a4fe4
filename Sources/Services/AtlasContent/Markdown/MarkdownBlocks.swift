/// Reads blocks from lines; what a list item or a quote holds is read by another one, one level deeper.
struct MarkdownBlocks {
    private let lines: ArraySlice<MarkdownLine>
    private let depth: Int
    private let isTight: Bool

    init(lines: ArraySlice<MarkdownLine>, depth: Int = 0, isTight: Bool = false) {
        self.lines = lines
        self.depth = depth
        self.isTight = isTight
    }

    func write(to writer: inout MarkdownWriter) {
        var rest = lines
        while let line = rest.first {
            if line.isBlank {
                rest.removeFirst()
            } else if let fence = Fence(line) {
                rest = writeCode(fence, rest, to: &writer)
            } else if let heading = Heading(line) {
                rest.removeFirst()
                write(heading, line, to: &writer)
            } else if line.isRule {
                rest.removeFirst()
                writer.tag("<hr>")
                writer.endBlock()
            } else if line.isQuote, depth < Markdown.nestingLimit {
                rest = writeQuote(rest, to: &writer)
            } else if let marker = ListMarker(line), depth < Markdown.nestingLimit {
                rest = writeList(marker, rest, to: &writer)
            } else if let table = MarkdownTable(rest) {
                table.write(to: &writer)
                rest = rest.dropFirst(table.lineCount)
            } else {
                rest = writeParagraph(rest, to: &writer)
            }
        }
    }

    private func writeCode(
        _ fence: Fence,
        _ lines: ArraySlice<MarkdownLine>,
        to writer: inout MarkdownWriter
    ) -> ArraySlice<MarkdownLine> {
        var rest = lines.dropFirst()
        if fence.language.isEmpty {
            writer.tag("<pre><code>")
        } else {
            writer.tag("<pre><code class=\"language-")
            writer.attribute(fence.language)
            writer.tag("\">")
        }
        while let line = rest.popFirst(), !fence.isClosed(by: line) {
            writer.write(line.dropping(fence.indent).bytes)
            writer.write([UInt8(ascii: "\n")])
        }
        writer.tag("</code></pre>")
        writer.endBlock()
        return rest
    }

    private func write(_ heading: Heading, _ line: MarkdownLine, to writer: inout MarkdownWriter) {
        // The page has the only h1.
        let level = min(max(heading.level, 2), 6)
        writer.headingTag(level, closing: false)
        let start = writer.text.count
        MarkdownInline(heading.text, line: line.number).write(to: &writer)
        writer.moveHeading(from: start)
        writer.headingTag(level, closing: true)
        writer.endBlock()
    }

    private func writeQuote(
        _ lines: ArraySlice<MarkdownLine>,
        to writer: inout MarkdownWriter
    ) -> ArraySlice<MarkdownLine> {
        let inner = lines.prefix { $0.isQuote }.map { line in
            let content = line.trimmed.dropFirst()
            return MarkdownLine(number: line.number, bytes: content.first == .space ? content.dropFirst() : content)
        }
        writer.tag("<blockquote>")
        MarkdownBlocks(lines: inner[...], depth: depth + 1).write(to: &writer)
        writer.tag("</blockquote>")
        writer.endBlock()
        return lines.dropFirst(inner.count)
    }

    private func writeList(
        _ first: ListMarker,
        _ lines: ArraySlice<MarkdownLine>,
        to writer: inout MarkdownWriter
    ) -> ArraySlice<MarkdownLine> {
        let (items, rest) = first.items(lines)
        let isLoose = items.contains { item in
            // A blank line inside an item, its last ones aside, makes its paragraphs paragraphs.
            item.reversed().drop { $0.isBlank }.contains { $0.isBlank }
        }
        if let start = first.number {
            writer.tag("<ol")
            if start != 1 {
                writer.tag(" start=\"")
                writer.attribute("\(start)".utf8)
                writer.tag("\"")
            }
            writer.tag(">")
        } else {
            writer.tag("<ul>")
        }
        for item in items {
            writer.tag("<li>")
            MarkdownBlocks(lines: item[...], depth: depth + 1, isTight: !isLoose).write(to: &writer)
            writer.tag("</li>")
        }
        if first.number == nil { writer.tag("</ul>") } else { writer.tag("</ol>") }
        writer.endBlock()
        return rest
    }

    private func writeParagraph(
        _ lines: ArraySlice<MarkdownLine>,
        to writer: inout MarkdownWriter
    ) -> ArraySlice<MarkdownLine> {
        var rest = lines
        var text: [UInt8] = []
        let number = lines.first?.number ?? 1
        while let line = rest.first, text.isEmpty || !startsBlock(line) {
            if !text.isEmpty { text.append(.space) }
            text.append(contentsOf: line.trimmed)
            rest.removeFirst()
        }
        if !isTight { writer.tag("<p>") }
        MarkdownInline(text[...], line: number).write(to: &writer)
        if !isTight { writer.tag("</p>") }
        writer.endBlock()
        return rest
    }

    private func startsBlock(_ line: MarkdownLine) -> Bool {
        line.isBlank || Fence(line) != nil || Heading(line) != nil || line.isRule
            || (depth < Markdown.nestingLimit && (line.isQuote || ListMarker(line) != nil))
    }
}

extension MarkdownLine {
    fileprivate var isQuote: Bool { trimmed.first == UInt8(ascii: ">") }

    fileprivate var isRule: Bool {
        let text = trimmed
        return text.count >= 3 && text.allSatisfy { $0 == UInt8(ascii: "-") }
    }
}

/// The start of fenced code.
private struct Fence {
    let length: Int
    let indent: Int
    /// The word after it: letters, digits, `-`, `+`.
    let language: ArraySlice<UInt8>

    init?(_ line: MarkdownLine) {
        let text = line.trimmed
        length = text.prefix { $0 == UInt8(ascii: "`") }.count
        guard length >= 3 else { return nil }
        let info = text.dropFirst(length)
        guard !info.contains(UInt8(ascii: "`")) else { return nil }
        indent = line.indent
        language = info.drop { $0 == .space }.prefix { byte in
            byte.isASCIIDigit || (byte | 32 >= UInt8(ascii: "a") && byte | 32 <= UInt8(ascii: "z"))
                || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+")
        }
    }

    func isClosed(by line: MarkdownLine) -> Bool {
        let text = line.trimmed
        return text.count >= length && text.allSatisfy { $0 == UInt8(ascii: "`") }
    }
}

/// `## Text`.
private struct Heading {
    let level: Int
    let text: ArraySlice<UInt8>

    init?(_ line: MarkdownLine) {
        let content = line.trimmed
        level = content.prefix { $0 == UInt8(ascii: "#") }.count
        guard (1...6).contains(level), content.dropFirst(level).first == .space else { return nil }
        text = MarkdownLine(number: line.number, bytes: content.dropFirst(level)).trimmed
    }
}
