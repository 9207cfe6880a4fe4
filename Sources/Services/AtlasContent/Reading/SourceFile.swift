/// A file cut into front matter, Mermaid block and prose, each of which knows its lines in the whole.
struct SourceFile {
    /// A part of the file.
    struct Part {
        let text: String
        /// The part's first line, counted from 1 in the file.
        let line: Int
    }

    let frontMatter: Part
    /// Between the fences of the first block of Mermaid.
    let mermaid: Part?
    /// All after that block; without one, all after the front matter.
    let prose: Part

    /// Cuts `source`; both kinds of line end are understood.
    ///
    /// - Returns: `nil` if there is no front matter or the text is refused; the findings say why.
    init?(_ source: String, findings: FindingList) {
        let size = source.utf8.count
        guard size <= ContentLimits.sourceBytes else {
            findings.error(
                .start,
                "The file has \(size) bytes.",
                remedy: "Shorten it to at most \(ContentLimits.sourceBytes) bytes."
            )
            return nil
        }
        var bytes = Array(source.utf8)
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .map { $0.last == UInt8(ascii: "\r") ? $0.dropLast() : $0 }
        guard Self.hasOnlyText(lines, findings) else { return nil }
        guard let first = lines.first, Self.isRule(first) else {
            findings.error(.start, "There is no front matter.", remedy: "Start the file with a line “---”.")
            return nil
        }
        guard let end = lines.dropFirst().firstIndex(where: Self.isRule) else {
            findings.error(.start, "The front matter does not end.", remedy: "Put a line “---” after the last key.")
            return nil
        }
        frontMatter = Self.part(lines, 1..<end)
        let fences = lines.indices.filter { $0 > end && Self.startsMermaid(lines[$0]) }
        guard let fence = fences.first else {
            mermaid = nil
            prose = Self.part(lines, end + 1..<lines.count)
            return
        }
        if fences.count > 1 {
            findings.error(
                Place(line: fences[1] + 1),
                "There is a second Mermaid block.",
                remedy: "Leave one; the other view of the topic is an item of its own."
            )
        }
        if let text = lines[end + 1..<fence].firstIndex(where: { !$0.allSatisfy { $0 == .space } }) {
            findings.warning(
                Place(line: text + 1),
                "There is text before the diagram.",
                remedy: "Put the Mermaid block first."
            )
        }
        guard let close = lines[(fence + 1)...].firstIndex(where: Self.endsMermaid) else {
            findings.error(Place(line: fence + 1), "The Mermaid block does not end.", remedy: "Close it with “```”.")
            return nil
        }
        mermaid = Self.part(lines, fence + 1..<close)
        prose = Self.part(lines, close + 1..<lines.count)
    }

    private static func part(_ lines: [ArraySlice<UInt8>], _ range: Range<Int>) -> Part {
        Part(
            text: String(decoding: Array(lines[range].joined(separator: "\n".utf8)), as: UTF8.self),
            line: range.lowerBound + 1
        )
    }

    private static func hasOnlyText(_ lines: [ArraySlice<UInt8>], _ findings: FindingList) -> Bool {
        for (number, line) in lines.enumerated() {
            guard let index = line.firstIndex(where: { $0 < 0x20 && $0 != .tab || $0 == 0x7F }) else { continue }
            let column = String(decoding: line[..<index], as: UTF8.self).unicodeScalars.count + 1
            findings.error(
                Place(line: number + 1, column: column),
                "There is a control character.",
                remedy: "Remove it; only text, spaces and line ends are allowed."
            )
            return false
        }
        return true
    }

    private static func isRule(_ line: ArraySlice<UInt8>) -> Bool { trimmed(line).elementsEqual("---".utf8) }

    private static func startsMermaid(_ line: ArraySlice<UInt8>) -> Bool {
        trimmed(line).elementsEqual("```mermaid".utf8)
    }

    private static func endsMermaid(_ line: ArraySlice<UInt8>) -> Bool { trimmed(line).elementsEqual("```".utf8) }

    /// Without spaces at the end; these marks stand at the start of a line.
    private static func trimmed(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var rest = line
        while rest.last == .space || rest.last == .tab { rest.removeLast() }
        return rest
    }
}
