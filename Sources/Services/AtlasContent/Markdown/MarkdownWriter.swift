/// Collects HTML and plain words side by side.
struct MarkdownWriter {
    private(set) var html: [UInt8] = []
    private(set) var text: [UInt8] = []
    private(set) var headings: [String] = []
    var refusedLinks: [(line: Int, address: String)] = []

    /// Adds a tag, or other HTML that was not written by an author.
    mutating func tag(_ markup: StaticString) {
        markup.withUTF8Buffer { html.append(contentsOf: $0) }
    }

    /// Adds a heading's tag.
    mutating func headingTag(_ level: Int, closing: Bool) {
        html.append(contentsOf: (closing ? "</h\(level)>" : "<h\(level)>").utf8)
    }

    /// Adds an author's text, escaped.
    mutating func write(_ bytes: some Sequence<UInt8>) {
        for byte in bytes {
            text.append(byte)
            escape(byte)
        }
    }

    /// Adds an attribute's value, escaped; it is not part of the words.
    mutating func attribute(_ bytes: some Sequence<UInt8>) {
        for byte in bytes { escape(byte) }
    }

    /// Ends a block: words of different blocks are not neighbours.
    mutating func endBlock() {
        html.append(UInt8(ascii: "\n"))
        text.append(UInt8(ascii: "\n"))
    }

    /// Moves what was written since `start` from the words to the headings.
    mutating func moveHeading(from start: Int) {
        headings.append(String(decoding: text[start...], as: UTF8.self))
        text.removeSubrange(start...)
    }

    private mutating func escape(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "&"): tag("&amp;")
        case UInt8(ascii: "<"): tag("&lt;")
        case UInt8(ascii: ">"): tag("&gt;")
        case UInt8(ascii: "\""): tag("&quot;")
        case UInt8(ascii: "'"): tag("&#39;")
        default: html.append(byte)
        }
    }
}
