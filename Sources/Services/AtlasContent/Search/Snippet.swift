import AtlasCore

/// The part of a text with most of what was searched for.
enum Snippet {
    /// Safe HTML: the text escaped, hits in `<mark>`, `…` where it is cut.
    static func html(of text: SearchableText, for query: SearchQuery) -> String {
        html(of: text.summary + "\n" + text.body, for: query, needsHit: true)
            // Only the title or a label was hit.
            ?? html(of: "\(text.title). \(text.summary)", for: query, needsHit: false) ?? ""
    }

    private static func html(of source: String, for query: SearchQuery, needsHit: Bool) -> String? {
        let ranges = SearchWords.ranges(in: source)
        let hits = ranges.map { query.group(matching: SearchWords.folded(source[$0])) }
        if needsHit, hits.allSatisfy({ $0 == nil }) { return nil }
        guard !ranges.isEmpty else { return escaped(source[...]) }
        let window = bestWindow(hits)
        var result = window.lowerBound > 0 ? "… " : ""
        var position = ranges[window.lowerBound].lowerBound
        for index in window {
            result += escaped(source[position..<ranges[index].lowerBound])
            let word = escaped(source[ranges[index]])
            result += hits[index] == nil ? word : "<mark>\(word)</mark>"
            position = ranges[index].upperBound
        }
        guard window.upperBound < ranges.count else { return result + escaped(source[position...]).trimmed }
        return result + " …"
    }

    /// The words to show: those around most different typed words, then most hits, then the first.
    private static func bestWindow(_ hits: [Int?]) -> Range<Int> {
        let size = min(ContentLimits.snippetWords, hits.count)
        var counts: [Int: Int] = [:]
        var total = 0
        var best = (start: 0, different: 0, total: 0)
        for end in hits.indices {
            if let hit = hits[end] {
                counts[hit, default: 0] += 1
                total += 1
            }
            let start = end - size + 1
            if start > 0, let hit = hits[start - 1] {
                total -= 1
                let left = (counts[hit] ?? 1) - 1
                counts[hit] = left > 0 ? left : nil
            }
            if (counts.count, total) > (best.different, best.total) { best = (max(0, start), counts.count, total) }
        }
        // The window ends with its last hit; some words after it make it readable.
        let shift = best.start > 0 ? size / 3 : 0
        let start = min(best.start + shift, hits.count - size)
        let firstHit = hits[best.start...].firstIndex { $0 != nil } ?? best.start
        let begin = min(start, max(best.start, firstHit - 2))
        return begin..<begin + size
    }

    private static func escaped(_ text: Substring) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            case "\n": result += " "
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
