/// Cuts text into the pieces that a BERT model knows.
///
/// Source: BERT's `FullTokenizer` (uncased): control characters are dropped, accents too, punctuation and ideographs stand
/// alone, and each word is cut greedily into the longest pieces of the vocabulary.
public struct WordPieces: Sendable {
    /// A longer word, in scalars, is unknown as a whole.
    public static let wordLength = 100

    private let numbers: [String: Int32]
    private let unknown: Int32
    private let start: Int32
    private let end: Int32
    private let decompose: @Sendable (String) -> String

    /// - Parameters:
    ///   - vocabulary: One piece per line of `vocab.txt`, in its order.
    ///   - decompose: A text's canonical decomposition (NFD).
    /// - Returns: `nil` if `[UNK]`, `[CLS]` or `[SEP]` is missing.
    public init?(vocabulary: [String], decompose: @escaping @Sendable (String) -> String) {
        var numbers: [String: Int32] = [:]
        for (number, piece) in vocabulary.enumerated() { numbers[piece] = Int32(truncatingIfNeeded: number) }
        guard let unknown = numbers["[UNK]"], let start = numbers["[CLS]"], let end = numbers["[SEP]"] else {
            return nil
        }
        self.numbers = numbers
        self.unknown = unknown
        self.start = start
        self.end = end
        self.decompose = decompose
    }

    /// The numbers of the pieces with start and end, at most `limit` of them: what is beyond is left out.
    public func pieces(_ text: String, limit: Int) -> [Int32] {
        var pieces = [start]
        for word in words(text) {
            guard pieces.count < limit - 1 else { break }
            cut(word, &pieces)
        }
        return Array(pieces.prefix(max(limit - 1, 1))) + [end]
    }

    private func words(_ text: String) -> [[Unicode.Scalar]] {
        var words: [[Unicode.Scalar]] = []
        var word: [Unicode.Scalar] = []
        func finish() {
            if !word.isEmpty { words.append(word) }
            word = []
        }
        let isPlain = text.utf8.allSatisfy { $0 < 0x80 }
        let lower = text.lowercased()
        for scalar in (isPlain ? lower : decompose(lower)).unicodeScalars {
            switch Self.kind(scalar) {
            case .part: word.append(scalar)
            case .dropped: break
            case .space: finish()
            case .alone:
                finish()
                words.append([scalar])
            }
        }
        finish()
        return words
    }

    private func cut(_ word: [Unicode.Scalar], _ pieces: inout [Int32]) {
        guard word.count <= Self.wordLength else { return pieces.append(unknown) }
        var found: [Int32] = []
        var begin = 0
        while begin < word.count {
            var next: (number: Int32, end: Int)?
            var stop = word.count
            while stop > begin, next == nil {
                var piece = begin > 0 ? "##" : ""
                piece.unicodeScalars.append(contentsOf: word[begin..<stop])
                if let number = numbers[piece] { next = (number, stop) }
                stop -= 1
            }
            guard let next else { return pieces.append(unknown) }
            found.append(next.number)
            begin = next.end
        }
        pieces += found
    }

    private enum Kind {
        case part, dropped, space, alone
    }

    private static func kind(_ scalar: Unicode.Scalar) -> Kind {
        switch scalar.value {
        case 0x61...0x7A, 0x30...0x39, 0x41...0x5A: return .part
        case 0x20, 0x09, 0x0A, 0x0D: return .space
        case 33...47, 58...64, 91...96, 123...126: return .alone
        case 0, 0xFFFD: return .dropped
        case 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xF900...0xFAFF, 0x20000...0x2CEAF, 0x2F800...0x2FA1F: return .alone
        default: break
        }
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .nonspacingMark: return .dropped
        case .spaceSeparator: return .space
        case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
            .finalPunctuation, .otherPunctuation:
            return .alone
        default: return .part
        }
    }
}
