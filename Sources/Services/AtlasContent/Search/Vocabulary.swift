import AtlasCore

/// Every word of the catalogue, for asking whether a typed word can match at all.
struct Vocabulary: Sendable {
    /// In order of their bytes, each once.
    private let words: [[UInt8]]

    init(_ items: some Sequence<ReadItem>) {
        var known: Set<String> = []
        for item in items {
            for part in item.text.parts { known.formUnion(SearchWords.of(part)) }
        }
        words = known.map { Array($0.utf8) }.sorted { $0.lexicographicallyPrecedes($1) }
    }

    /// True if a word starts with `prefix`.
    func hasWord(startingWith prefix: String) -> Bool {
        let bytes = Array(prefix.utf8)
        var (low, high) = (0, words.count)
        while low < high {
            let middle = (low + high) / 2
            if words[middle].lexicographicallyPrecedes(bytes) { low = middle + 1 } else { high = middle }
        }
        return low < words.count && words[low].starts(with: bytes)
    }

    /// Words that `word` could be with one typing error mended: whole words first, then beginnings.
    func corrections(of word: String) -> [String] {
        let bytes = Array(word.utf8)
        // Short words are one error away from half the dictionary.
        guard bytes.count >= 3, bytes.count < EditDistance.limit else { return [] }
        var whole: [[UInt8]] = []
        var beginnings: [[UInt8]] = []
        for known in words where known.count + 1 >= bytes.count {
            if known.count <= bytes.count + 1, EditDistance.between(bytes, known) <= 1 {
                whole.append(known)
            } else if beginnings.count < ContentLimits.corrections, known.count > bytes.count,
                EditDistance.between(bytes, known, isPrefix: true) <= 1
            {
                beginnings.append(known)
            }
        }
        return (whole + beginnings).prefix(ContentLimits.corrections).map { String(decoding: $0, as: UTF8.self) }
    }
}
