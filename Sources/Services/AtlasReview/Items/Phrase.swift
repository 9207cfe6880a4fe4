/// Small work on sentences of the catalogue.
enum Phrase {
    /// Text as HTML.
    static func html(_ text: String) -> String {
        var result = ""
        for character in text {
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            default: result.append(character)
            }
        }
        return result
    }

    /// A name in quotation marks, as HTML.
    static func quoted(_ name: String) -> String { "“\(html(name))”" }

    /// A list of HTML parts in words: `a`, `a and b`, `a, b and c`.
    static func list(_ parts: [String]) -> String {
        guard parts.count > 1, let last = parts.last else { return parts.first ?? "" }
        return parts.dropLast().joined(separator: ", ") + " and " + last
    }

    /// Up to and with the first full stop that ends a sentence.
    static func firstSentence(_ text: String) -> String {
        var end = text.startIndex
        while let stop = text[end...].firstIndex(where: { ".!?".contains($0) }) {
            let after = text.index(after: stop)
            guard after < text.endIndex else { return text }
            if text[after].isWhitespace {
                let next = text[after...].first { !$0.isWhitespace }
                // “approx. 5 ms”, “e.g. this” go on in lower case.
                if next.map({ $0.isUppercase || $0 == "“" }) ?? true { return String(text[...stop]) }
            }
            end = after
        }
        return text
    }

    /// With a full stop at the end.
    static func sentence(_ text: String) -> String {
        guard let last = text.last else { return text }
        return ".!?”".contains(last) ? text : text + "."
    }

    /// The words that carry meaning, cut to their beginnings so that forms of a word are one.
    static func stems(_ text: String) -> Set<String> {
        var found: Set<String> = []
        for part in text.split(whereSeparator: { !$0.isLetter && !$0.isNumber }) {
            // The C of “Region C”, the 2 of “Partition 2”.
            let isMark =
                part.count <= 2 && part.allSatisfy { $0.isNumber || $0.isUppercase } && part != "A" && part != "I"
            let word = part.lowercased()
            guard isMark || word.count >= 3, !stopWords.contains(word) else { continue }
            found.insert(String(word.prefix(5)))
        }
        return found
    }

    /// How much of the shorter text is in the other, 0...1.
    static func overlap(_ left: String, _ right: String) -> Double {
        let (one, other) = (stems(left), stems(right))
        let smaller = min(one.count, other.count)
        guard smaller > 0 else { return 0 }
        return Double(one.intersection(other).count) / Double(smaller)
    }

    /// How many of all words of two texts stand in both, 0...1.
    static func likeness(_ left: String, _ right: String) -> Double {
        let sets = [left, right].map { text in
            Set(text.lowercased().split { !$0.isLetter && !$0.isNumber }.filter { $0.count > 2 })
        }
        let all = sets[0].union(sets[1]).count
        return all == 0 ? 0 : Double(sets[0].intersection(sets[1]).count) / Double(all)
    }

    /// Whether two texts say different things.
    static func areApart(_ left: String, _ right: String, limit: Double) -> Bool {
        overlap(left, right) < limit && likeness(left, right) < 0.4
    }

    /// Whether words of the question stand in the answer and in none of the other choices, which gives it away.
    static func givesAway(_ question: String, answer: String, others: [String]) -> Bool {
        let asked = stems(question)
        let shared = { (text: String) in
            stems(text).filter { word in asked.contains { $0.hasPrefix(word) || word.hasPrefix($0) } }.count
        }
        let most = others.map(shared).max() ?? 0
        return shared(answer) > most
    }

    private static let stopWords: Set<String> = [
        "the", "and", "that", "this", "with", "from", "into", "for", "its", "are", "has", "have", "one", "what",
        "which",
        "when", "where", "who", "how", "not", "but", "all", "any", "each", "other", "than", "then", "them", "they",
        "over",
        "only", "does", "can", "may", "was", "were", "been", "after", "before", "until", "while", "there", "their",
        "here",
    ]
}

/// A hash that is the same in every process, for choices that must not change from call to call.
enum StableHash {
    /// Source: FNV-1a, 64 bits; the last lines are the finaliser of splitmix64.
    static func of(_ text: String) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        hash = (hash ^ (hash >> 30)) &* 0xBF58_476D_1CE4_E5B9
        hash = (hash ^ (hash >> 27)) &* 0x94D0_49BB_1331_11EB
        return hash ^ (hash >> 31)
    }

    /// Eight hexadecimal digits.
    static func short(_ text: String) -> String {
        let digits = String(of(text) >> 32, radix: 16)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }

    /// One of `choices`, which must not be empty; the same for the same seed.
    static func pick<Choice>(_ choices: [Choice], _ seed: String) -> Choice {
        choices[Int(of(seed) % UInt64(choices.count))]
    }

    /// `values` in an order that depends on the seed and their keys alone.
    static func shuffled<Value>(_ values: [Value], _ seed: String, key: (Value) -> String) -> [Value] {
        values.map { (hash: of(seed + "\n" + key($0)), value: $0) }.sorted { $0.hash < $1.hash }.map(\.value)
    }
}
