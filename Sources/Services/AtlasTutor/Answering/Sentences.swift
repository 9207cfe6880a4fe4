/// Where sentences end.
enum Sentences {
    /// Words whose full stop ends no sentence.
    private static let abbreviations: Set<String> = ["e.g", "i.e", "etc", "vs", "no", "fig", "approx", "cf"]

    /// The sentences of a text, in order, without spaces around; a line ends one.
    static func of(_ text: String) -> [String] { ranges(in: text).map { String(text[$0]) } }

    /// Where the sentences of a text are.
    static func ranges(in text: String) -> [Range<String.Index>] {
        var found: [Range<String.Index>] = []
        var start = text.startIndex
        var index = text.startIndex
        func close(_ end: String.Index) {
            if let range = trimmed(start..<end, text) { found.append(range) }
        }
        while index < text.endIndex {
            let character = text[index]
            let next = text.index(after: index)
            if character.isNewline {
                close(index)
                start = next
            } else if ".!?".contains(character), let end = end(after: next, text),
                character != "." || !isAbbreviation(text[start..<index])
            {
                close(end)
                start = end
                index = end
                continue
            }
            index = next
        }
        close(text.endIndex)
        return found
    }

    /// Where a sentence ends whose mark stands before `index`: closing quotes belong to it, and a space must follow.
    private static func end(after index: String.Index, _ text: String) -> String.Index? {
        var index = index
        while index < text.endIndex, "\"”’)]".contains(text[index]) { index = text.index(after: index) }
        guard index < text.endIndex else { return index }
        guard text[index].isWhitespace else { return nil }
        let rest = text[index...].drop { $0 == " " }
        guard let first = rest.first else { return index }
        // “1. do this” and “vs. that” go on.
        return first.isLowercase ? nil : index
    }

    private static func isAbbreviation(_ text: Substring) -> Bool {
        let word = text.split(whereSeparator: \.isWhitespace).last.map { $0.lowercased() } ?? ""
        return abbreviations.contains(word)
            || (!word.isEmpty && word.allSatisfy(\.isNumber) && word.count <= 2
                && text.split(whereSeparator: \.isWhitespace).count == 1)
    }

    private static func trimmed(_ range: Range<String.Index>, _ text: String) -> Range<String.Index>? {
        var (low, high) = (range.lowerBound, range.upperBound)
        while low < high, text[low].isWhitespace { low = text.index(after: low) }
        while high > low, text[text.index(before: high)].isWhitespace { high = text.index(before: high) }
        return low < high ? low..<high : nil
    }
}
