/// Text as the words that an index knows.
///
/// Words end where Unicode says (Standard Annex 29, the rules for letters, digits and what may stand between them),
/// ideographs stand alone. They are put in lower case, lose a possessive `'s`, are dropped when they are among the 33
/// commonest words of English, and are cut to their stem. That is what Lucene's `EnglishAnalyzer` does.
public struct WordAnalyzer: Sendable {
    /// The longest word, in scalars; a longer run is several words.
    public static let wordLength = 255

    /// The words that say nothing.
    public static let stopWords: Set<String> = [
        "a", "an", "and", "are", "as", "at", "be", "but", "by", "for", "if", "in", "into", "is", "it", "no", "not",
        "of",
        "on", "or", "such", "that", "the", "their", "then", "there", "these", "they", "this", "to", "was", "will",
        "with",
    ]

    /// Whether words are cut to their stem.
    public var stems: Bool

    /// - Parameter stems: Whether words are cut to their stem.
    public init(stems: Bool = true) {
        self.stems = stems
    }

    /// The words of a text, in order.
    public func words(_ text: String) -> [String] {
        var words: [String] = []
        forEachWord(of: text) { words.append($0) }
        return words
    }

    /// Calls `body` with each word of a text, in order.
    public func forEachWord(of text: String, _ body: (String) -> Void) {
        var splitter = WordSplitter()
        for scalar in text.unicodeScalars {
            splitter.take(scalar) { emit($0, body) }
        }
        splitter.finish { emit($0, body) }
    }

    private func emit(_ scalars: [Unicode.Scalar], _ body: (String) -> Void) {
        var word = ""
        word.unicodeScalars.append(contentsOf: scalars)
        word = word.lowercased()
        if word.hasSuffix("'s") || word.hasSuffix("\u{2019}s") || word.hasSuffix("\u{FF07}s") {
            word.unicodeScalars.removeLast(2)
        }
        guard !word.isEmpty, !Self.stopWords.contains(word) else { return }
        body(stems ? PorterStemmer.stem(word) : word)
    }
}

/// Finds where words begin and end, one scalar after the other.
private struct WordSplitter {
    private enum Kind {
        case letter, digit, midLetter, midNumber, midBoth, connector, extend, ideograph, other
    }

    private var word: [Unicode.Scalar] = []
    /// The kind of the last scalar of `word` that is no mark.
    private var last = Kind.other
    /// What may belong into the word, if what follows does.
    private var pending: (scalar: Unicode.Scalar, kind: Kind)?
    private var hasContent = false

    mutating func take(_ scalar: Unicode.Scalar, _ emit: ([Unicode.Scalar]) -> Void) {
        let kind = Self.kind(scalar)
        switch kind {
        case .extend:
            if pending == nil, !word.isEmpty { word.append(scalar) }
        case .letter, .digit: takeContent(scalar, kind, emit)
        case .connector:
            if pending != nil { end(emit) }
            append(scalar, kind)
        case .midLetter, .midNumber, .midBoth:
            if pending != nil || !mayGoOn(kind) { end(emit) }
            if !word.isEmpty { pending = (scalar, kind) }
        case .ideograph:
            end(emit)
            emit([scalar])
        case .other: end(emit)
        }
    }

    mutating func finish(_ emit: ([Unicode.Scalar]) -> Void) { end(emit) }

    private mutating func takeContent(_ scalar: Unicode.Scalar, _ kind: Kind, _ emit: ([Unicode.Scalar]) -> Void) {
        if let between = pending {
            pending = nil
            let joins = last == kind && (between.kind == .midBoth || (between.kind == .midLetter) == (kind == .letter))
            if joins { word.append(between.scalar) } else { end(emit) }
        }
        if word.count >= WordAnalyzer.wordLength { end(emit) }
        append(scalar, kind)
        hasContent = true
    }

    private mutating func append(_ scalar: Unicode.Scalar, _ kind: Kind) {
        word.append(scalar)
        last = kind
    }

    private func mayGoOn(_ kind: Kind) -> Bool {
        switch last {
        case .letter: kind != .midNumber
        case .digit: kind != .midLetter
        default: false
        }
    }

    private mutating func end(_ emit: ([Unicode.Scalar]) -> Void) {
        if hasContent { emit(word) }
        word.removeAll(keepingCapacity: true)
        pending = nil
        hasContent = false
        last = .other
    }

    private static func kind(_ scalar: Unicode.Scalar) -> Kind {
        switch scalar.value {
        case 0x41...0x5A, 0x61...0x7A: .letter
        case 0x30...0x39: .digit
        case 0x5F, 0x203F, 0x2040, 0x2054: .connector
        case 0x27, 0x2E, 0x2018, 0x2019, 0x2024, 0xFF07, 0xFF0E: .midBoth
        case 0x3A, 0xB7, 0x387, 0x55F, 0x5F4, 0x2027: .midLetter
        case 0x2C, 0x3B, 0x37E, 0x589, 0x60C, 0x60D, 0x66C, 0x7F8, 0x2044: .midNumber
        case 0..<0x80: .other
        case 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xF900...0xFAFF, 0x20000...0x3FFFF, 0x3041...0x3096: .ideograph
        default: otherKind(scalar)
        }
    }

    private static func otherKind(_ scalar: Unicode.Scalar) -> Kind {
        let properties = scalar.properties
        switch properties.generalCategory {
        case .nonspacingMark, .spacingMark, .enclosingMark, .format: return .extend
        case .decimalNumber: return .digit
        default: return properties.isAlphabetic ? .letter : .other
        }
    }
}
