public import AtlasPorts
import Foundation
import Retrieval

/// Vectors of what texts look like, for when there is no model: near are texts with like words and parts of words.
///
/// Stems of words, and runs of three to five letters of each word, are hashed into the dimensions with a sign each (Weinberger
/// et al., "Feature Hashing for Large Scale Multitask Learning", 2009); a feature that comes n times counts 1 + ln n. The
/// weights are fixed and no collection is looked at, so the same text has the same vector for ever.
public final class LexicalEmbedder: Embedder {
    /// Shorter runs say less.
    private static let runWeights: [(length: Int, weight: Float)] = [(3, 0.3), (4, 0.4), (5, 0.5)]
    private static let wordWeight: Float = 2
    /// A word's letters that are looked at.
    private static let wordLength = 32
    private static let edge = UInt8(ascii: "^")

    private let thread = BlockingThreads("atlas.lexical", count: 1)

    /// Of every vector.
    public let dimensions: Int

    /// Names the space.
    public var id: String { "lexical/\(dimensions)" }

    /// What it is.
    public var note: String? {
        "Texts are compared by letters and words only: the model that knows meanings is not installed."
    }

    /// - Parameter dimensions: More keep more features apart.
    public init(dimensions: Int = 2_048) {
        self.dimensions = min(max(dimensions, 16), VectorIndexLimits.dimensions)
    }

    /// Computes vectors, which takes less than a millisecond a page.
    public func embed(_ texts: [String]) async throws -> [[Float]] {
        try EmbeddedTexts.check(texts)
        var vectors: [[Float]] = []
        vectors.reserveCapacity(texts.count)
        for text in texts {
            try Task.checkCancellation()
            vectors.append(try await thread.run { [self] in vector(text) })
        }
        return vectors
    }

    /// The vector of a text, on this thread.
    public func vector(_ text: String) -> [Float] {
        Self.vector(text, dimensions)
    }

    private static func vector(_ text: String, _ dimensions: Int) -> [Float] {
        let text = EmbeddedTexts.read(text)
        var counts: [UInt64: (count: Int, weight: Float)] = [:]
        func take(_ hash: UInt64, _ weight: Float) { counts[hash, default: (0, weight)].count += 1 }
        WordAnalyzer().forEachWord(of: text) { take(hash($0.utf8, 1), wordWeight) }
        WordAnalyzer(stems: false).forEachWord(of: text) { word in
            let letters: [UInt8] = [edge] + word.utf8.prefix(wordLength) + [edge]
            for (length, weight) in runWeights where letters.count >= length {
                for start in 0...(letters.count - length) { take(hash(letters[start..<start + length], 2), weight) }
            }
        }
        var vector = [Float](repeating: 0, count: dimensions)
        // In one order, so that rounding is the same each time.
        for (hash, feature) in counts.sorted(by: { $0.key < $1.key }) {
            let value = feature.weight * (1 + Float(log(Double(feature.count))))
            vector[Int(hash % UInt64(dimensions))] += hash >> 63 == 0 ? value : -value
        }
        let length = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
        // A text without a word: a vector that is near to none in particular.
        guard length > 0 else { return [1] + [Float](repeating: 0, count: dimensions - 1) }
        return vector.map { $0 / length }
    }

    /// FNV-1a, with its bits mixed so that both ends are even.
    private static func hash(_ bytes: some Sequence<UInt8>, _ kind: UInt8) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        hash = (hash ^ UInt64(kind)) &* 0x100_0000_01B3
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        hash = (hash ^ (hash >> 33)) &* 0xFF51_AFD7_ED55_8CCD
        hash = (hash ^ (hash >> 33)) &* 0xC4CE_B9FE_1A85_EC53
        return hash ^ (hash >> 33)
    }
}
