/// Texts in portions that the service takes.
///
/// Source: OpenAI's API reference, "Create embeddings": 8,192 tokens of a text, 2,048 texts and 300,000 tokens of a request,
/// no empty text.
package struct EmbeddingBatches: Sendable {
    /// Texts of one request.
    package static let inputs = 2_048
    /// Tokens of one text.
    package static let inputTokens = 8_192
    /// Tokens of one request.
    package static let requestTokens = 300_000

    /// How many tokens a text has at most.
    package enum Measure: Sendable {
        /// Three letters are a token, everything else one for each byte: more than the tokenizer makes of any prose.
        case likely
        /// Each byte is a token: more is not possible.
        case certain
    }

    /// Texts that go together, with the places of the first and the one after the last.
    package let portions: [(range: Range<Int>, texts: [String])]

    /// Cuts texts to what is read of them, and the list to portions.
    package init(_ texts: [String], bytes: Int, _ measure: Measure) {
        var portions: [(range: Range<Int>, texts: [String])] = []
        var (start, portion, sum) = (0, [String](), 0)
        for (place, text) in texts.enumerated() {
            let (cut, tokens) = Self.cut(text, bytes: bytes, measure)
            if portion.count == Self.inputs || sum + tokens > Self.requestTokens {
                portions.append((start..<place, portion))
                (start, portion, sum) = (place, [], 0)
            }
            portion.append(cut)
            sum += tokens
        }
        if !portion.isEmpty { portions.append((start..<texts.count, portion)) }
        self.portions = portions
    }

    private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
        scalar == " " || ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar)
    }

    /// The beginning of a text that keeps the limits; a space for nothing.
    private static func cut(_ text: String, bytes: Int, _ measure: Measure) -> (String, tokens: Int) {
        var (thirds, used) = (0, 0)
        var end = text.unicodeScalars.startIndex
        for index in text.unicodeScalars.indices {
            let scalar = text.unicodeScalars[index]
            let length = scalar.utf8.count
            let isCheap = measure == .likely && isLetter(scalar)
            let more = isCheap ? 1 : 3 * length
            guard used + length <= bytes, thirds + more <= 3 * inputTokens else { break }
            (thirds, used) = (thirds + more, used + length)
            end = text.unicodeScalars.index(after: index)
        }
        return used == 0 ? (" ", 1) : (String(text.unicodeScalars[..<end]), (thirds + 2) / 3)
    }
}
