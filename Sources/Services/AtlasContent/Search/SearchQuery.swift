import AtlasCore

/// What was typed, as words that must all match.
struct SearchQuery: Sendable {
    /// One way in which a typed word may match.
    struct Term: Sendable, Hashable {
        let word: String
        /// True if longer words match too.
        let isPrefix: Bool

        func matches(_ candidate: String) -> Bool {
            isPrefix ? candidate.utf8.starts(with: word.utf8) : candidate == word
        }
    }

    /// For each typed word, the terms of which one must match.
    let groups: [[Term]]

    /// Reads what was typed; a word that nothing starts with is mended if `vocabulary` knows how.
    ///
    /// - Returns: `nil` if nothing can match.
    init?(_ typed: String, vocabulary: Vocabulary) {
        var groups: [[Term]] = []
        for word in SearchWords.of(typed).prefix(ContentLimits.searchWords) {
            var terms: [Term] = []
            if vocabulary.hasWord(startingWith: word) { terms.append(Term(word: word, isPrefix: true)) }
            // The singular of a plural; beginnings would match too much.
            if let singular = Self.singular(of: word), vocabulary.hasWord(startingWith: singular) {
                terms.append(Term(word: singular, isPrefix: false))
            }
            if terms.isEmpty {
                terms = vocabulary.corrections(of: word).map { Term(word: $0, isPrefix: false) }
            }
            guard !terms.isEmpty else { return nil }
            groups.append(terms)
        }
        guard !groups.isEmpty else { return nil }
        self.groups = groups
    }

    private static func singular(of word: String) -> String? {
        guard word.utf8.count >= 4, word.hasSuffix("s"), !word.hasSuffix("ss") else { return nil }
        if word.hasSuffix("ies") { return word.dropLast(3) + "y" }
        return String(word.dropLast())
    }

    /// Which of the typed words `word` is a hit for.
    func group(matching word: String) -> Int? {
        groups.firstIndex { terms in terms.contains { $0.matches(word) } }
    }

    /// For FTS5; a word holds letters and digits only, so the quotes cannot be closed from inside.
    var fts5: String {
        groups.map { terms in
            "(" + terms.map { "\"\($0.word)\"" + ($0.isPrefix ? "*" : "") }.joined(separator: " OR ") + ")"
        }
        .joined(separator: " AND ")
    }

    /// As the text of a `tsquery`.
    var tsquery: String {
        groups.map { terms in
            "(" + terms.map { "'\($0.word)'" + ($0.isPrefix ? ":*" : "") }.joined(separator: " | ") + ")"
        }
        .joined(separator: " & ")
    }
}
