import Foundation

/// Text as words to search by: lower-case, without accents, only letters and digits.
///
/// Every engine indexes these words as they are, so that they agree on what matches.
public enum SearchWords {
    /// Bytes kept of a word.
    public static let wordBytes = 40

    /// The words of `text` in order.
    public static func of(_ text: String) -> [String] {
        ranges(in: text).map { folded(text[$0]) }
    }

    /// Where the words of `text` are.
    public static func ranges(in text: String) -> [Range<String.Index>] {
        var found: [Range<String.Index>] = []
        var start: String.Index?
        let scalars = text.unicodeScalars
        for index in scalars.indices {
            if isPart(scalars[index]) {
                if start == nil { start = index }
            } else if let begin = start {
                found.append(begin..<index)
                start = nil
            }
        }
        if let begin = start { found.append(begin..<text.endIndex) }
        return found
    }

    /// One word as it is indexed; at most `wordBytes` long.
    public static func folded(_ word: Substring) -> String {
        let isASCII = word.utf8.allSatisfy { $0 < 0x80 }
        let plain = isASCII ? word.lowercased() : fold(word)
        guard plain.utf8.count > wordBytes else { return plain }
        var short = ""
        for scalar in plain.unicodeScalars {
            if short.utf8.count + UTF8.width(scalar) > wordBytes { break }
            short.unicodeScalars.append(scalar)
        }
        return short
    }

    private static func fold(_ word: Substring) -> String {
        let folded = String(word).folding(
            options: [.caseInsensitive, .diacriticInsensitive, .widthInsensitive],
            locale: nil
        )
        // Folding may leave a mark that is no part of a word.
        return String(String.UnicodeScalarView(folded.unicodeScalars.filter(isPart)))
    }

    private static func isPart(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII {
            return (48...57).contains(scalar.value) || (65...90).contains(scalar.value)
                || (97...122).contains(scalar.value)
        }
        let properties = scalar.properties
        return properties.isAlphabetic || properties.numericType != nil || properties.generalCategory == .nonspacingMark
    }
}

extension UTF8 {
    fileprivate static func width(_ scalar: Unicode.Scalar) -> Int { Self.encode(scalar)?.count ?? 0 }
}
