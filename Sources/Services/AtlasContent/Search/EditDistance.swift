/// How far two words are apart in typing errors.
enum EditDistance {
    /// Letters looked at; longer words are not compared.
    static let limit = 40

    /// The fewest insertions, deletions, replacements and swaps of neighbours between `left` and `right`,
    /// or between `left` and the closest beginning of `right` if `isPrefix`.
    ///
    /// Source: optimal string alignment distance.
    static func between(_ left: [UInt8], _ right: [UInt8], isPrefix: Bool = false) -> Int {
        guard left.count <= limit else { return .max }
        // A beginning that is within one error is at most one letter longer.
        let right = isPrefix ? Array(right.prefix(left.count + 1)) : right
        guard right.count <= limit else { return .max }
        var twoBack: [Int] = []
        var previous = Array(0...right.count)
        for (row, leftByte) in left.enumerated() {
            var current = [row + 1]
            for (column, rightByte) in right.enumerated() {
                var best = min(previous[column + 1], current[column]) + 1
                best = min(best, previous[column] + (leftByte == rightByte ? 0 : 1))
                if row > 0, column > 0, leftByte == right[column - 1], left[row - 1] == rightByte {
                    best = min(best, twoBack[column - 1] + 1)
                }
                current.append(best)
            }
            twoBack = previous
            previous = current
        }
        return isPrefix ? previous.min() ?? left.count : previous[right.count]
    }

    /// The word of `words` that `text` was probably meant to be.
    static func nearest(to text: String, in words: [String]) -> String? {
        let bytes = Array(text.lowercased().utf8)
        let ranked = words.map { word in (word, between(bytes, Array(word.lowercased().utf8))) }
        guard let best = ranked.min(by: { $0.1 < $1.1 }), best.1 <= max(1, bytes.count / 3) else { return nil }
        return best.0
    }
}
