/// Cuts English words to their stem.
///
/// Source: M. F. Porter, "An algorithm for suffix stripping", 1980, with the two rules that he added later (`bli`, `logi`).
public enum PorterStemmer {
    /// The stem of a word in lower case; a word with other letters than those of English stays as it is.
    public static func stem(_ word: String) -> String {
        var bytes = Array(word.utf8)
        guard bytes.count > 2, bytes.allSatisfy({ $0 < 0x80 }) else { return word }
        var stemmer = Stemmer(bytes: bytes)
        stemmer.run()
        guard stemmer.bytes != bytes else { return word }
        swap(&bytes, &stemmer.bytes)
        return String(decoding: bytes, as: UTF8.self)
    }
}

private struct Stemmer {
    var bytes: [UInt8]
    /// The length of what stands before the suffix that `ends` found last.
    private var stemLength = 0

    init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    mutating func run() {
        plurals()
        pastForms()
        if ends("y"), hasVowel { replace("i") }
        change(Self.doubleSuffixes)
        change(Self.adjectiveSuffixes)
        dropSuffix()
        finalLetters()
    }

    // MARK: What a stem is like

    private func isConsonant(_ index: Int) -> Bool {
        switch bytes[index] {
        case UInt8(ascii: "a"), UInt8(ascii: "e"), UInt8(ascii: "i"), UInt8(ascii: "o"), UInt8(ascii: "u"): return false
        case UInt8(ascii: "y"):
            // Whether a y counts depends on the letter before; a run of them alternates.
            var first = index
            while first > 0, bytes[first - 1] == UInt8(ascii: "y") { first -= 1 }
            let firstCounts = first == 0 || !isConsonant(first - 1)
            return (index - first) % 2 == 0 ? firstCounts : !firstCounts
        default: return true
        }
    }

    /// How many times a consonant follows a vowel in the first `length` letters.
    private func measure(_ length: Int) -> Int {
        var count = 0
        var wasVowel = false
        for index in 0..<length {
            let vowel = !isConsonant(index)
            if wasVowel, !vowel { count += 1 }
            wasVowel = vowel
        }
        return count
    }

    private var hasVowel: Bool { (0..<stemLength).contains { !isConsonant($0) } }

    private func endsInDouble(_ length: Int) -> Bool {
        length > 1 && bytes[length - 1] == bytes[length - 2] && isConsonant(length - 1)
    }

    /// Consonant, vowel, consonant, the last neither w, x nor y.
    private func endsInShortSyllable(_ length: Int) -> Bool {
        guard length > 2, isConsonant(length - 1), !isConsonant(length - 2), isConsonant(length - 3) else {
            return false
        }
        let last = bytes[length - 1]
        return last != UInt8(ascii: "w") && last != UInt8(ascii: "x") && last != UInt8(ascii: "y")
    }

    private mutating func ends(_ suffix: StaticString) -> Bool {
        let length = suffix.utf8CodeUnitCount
        guard length <= bytes.count else { return false }
        let suffix = UnsafeBufferPointer(start: suffix.utf8Start, count: length)
        guard bytes.suffix(length).elementsEqual(suffix) else { return false }
        stemLength = bytes.count - length
        return true
    }

    private mutating func replace(_ suffix: StaticString) {
        bytes.removeSubrange(stemLength...)
        bytes.append(contentsOf: UnsafeBufferPointer(start: suffix.utf8Start, count: suffix.utf8CodeUnitCount))
    }

    // MARK: The steps

    private mutating func plurals() {
        guard bytes.last == UInt8(ascii: "s") else { return }
        if ends("sses") {
            replace("ss")
        } else if ends("ies") {
            replace("i")
        } else if bytes[bytes.count - 2] != UInt8(ascii: "s") {
            bytes.removeLast()
        }
    }

    private mutating func pastForms() {
        if ends("eed") {
            if measure(stemLength) > 0 { bytes.removeLast() }
            return
        }
        guard (ends("ed") && hasVowel) || (ends("ing") && hasVowel) else { return }
        replace("")
        if ends("at") {
            replace("ate")
        } else if ends("bl") {
            replace("ble")
        } else if ends("iz") {
            replace("ize")
        } else if endsInDouble(bytes.count) {
            let last = bytes[bytes.count - 1]
            if last != UInt8(ascii: "l"), last != UInt8(ascii: "s"), last != UInt8(ascii: "z") { bytes.removeLast() }
        } else if measure(bytes.count) == 1, endsInShortSyllable(bytes.count) {
            bytes.append(UInt8(ascii: "e"))
        }
    }

    private static let doubleSuffixes: [(StaticString, StaticString)] = [
        ("ational", "ate"), ("tional", "tion"), ("enci", "ence"), ("anci", "ance"), ("izer", "ize"), ("bli", "ble"),
        ("alli", "al"), ("entli", "ent"), ("eli", "e"), ("ousli", "ous"), ("ization", "ize"), ("ation", "ate"),
        ("ator", "ate"), ("alism", "al"), ("iveness", "ive"), ("fulness", "ful"), ("ousness", "ous"), ("aliti", "al"),
        ("iviti", "ive"), ("biliti", "ble"), ("logi", "log"),
    ]

    private static let adjectiveSuffixes: [(StaticString, StaticString)] = [
        ("icate", "ic"), ("ative", ""), ("alize", "al"), ("iciti", "ic"), ("ical", "ic"), ("ful", ""), ("ness", ""),
    ]

    private static let suffixes: [StaticString] = [
        "al", "ance", "ence", "er", "ic", "able", "ible", "ant", "ement", "ment", "ent", "ion", "ou", "ism", "ate",
        "iti",
        "ous", "ive", "ize",
    ]

    private mutating func change(_ pairs: [(StaticString, StaticString)]) {
        for (suffix, shorter) in pairs where ends(suffix) {
            if measure(stemLength) > 0 { replace(shorter) }
            return
        }
    }

    private mutating func dropSuffix() {
        for suffix in Self.suffixes where ends(suffix) {
            if suffix.description == "ion" {
                guard stemLength > 0,
                    bytes[stemLength - 1] == UInt8(ascii: "s") || bytes[stemLength - 1] == UInt8(ascii: "t")
                else { return }
            }
            if measure(stemLength) > 1 { replace("") }
            return
        }
    }

    private mutating func finalLetters() {
        let length = bytes.count - 1
        if bytes.last == UInt8(ascii: "e") {
            let measure = measure(length)
            if measure > 1 || (measure == 1 && !endsInShortSyllable(length)) { bytes.removeLast() }
        }
        if bytes.last == UInt8(ascii: "l"), endsInDouble(bytes.count), measure(bytes.count - 1) > 1 {
            bytes.removeLast()
        }
    }
}
