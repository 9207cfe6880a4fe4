public import AtlasPorts
import Retrieval

/// Vectors from all-MiniLM-L6-v2, computed here: no service, no key, nothing leaves the machine.
///
/// A text takes 5 to 90 ms of one core, by its length. Texts are computed one after the other on a thread of their own; a
/// question waits for the text that is being computed, not for the whole list of somebody who indexes.
public final class MiniLMEmbedder: Embedder {
    /// Names the space.
    public static let id = "all-MiniLM-L6-v2/\(SentenceEncoder.dimensions)"

    private let encoder: SentenceEncoder
    private let thread: BlockingThreads

    /// Names the space.
    public var id: String { Self.id }
    /// Of every vector.
    public var dimensions: Int { SentenceEncoder.dimensions }
    /// There is nothing to say.
    public var note: String? { nil }

    private init(_ encoder: SentenceEncoder, _ thread: BlockingThreads) {
        self.encoder = encoder
        self.thread = thread
    }

    /// Reads the model's files, which takes about a second.
    ///
    /// - Parameter folder: Where `model.safetensors` and `vocab.txt` are; `scripts/setup-embedder.sh` puts them into
    ///   `build/minilm`.
    /// - Throws: `AtlasError.notFound` if a file is missing, `.invalid` if one is damaged.
    public static func load(_ folder: String) async throws -> MiniLMEmbedder {
        let thread = BlockingThreads("atlas.embedder", count: 1)
        return MiniLMEmbedder(try await thread.run { try SentenceModel.load(folder) }, thread)
    }

    /// Computes one text after the other; who is cancelled is not computed for any longer.
    public func embed(_ texts: [String]) async throws -> [[Float]] {
        try EmbeddedTexts.check(texts)
        var vectors: [[Float]] = []
        vectors.reserveCapacity(texts.count)
        for text in texts {
            try Task.checkCancellation()
            vectors.append(try await thread.run { [encoder] in encoder.encode(EmbeddedTexts.read(text)) })
        }
        return vectors
    }
}

/// What is read of texts.
enum EmbeddedTexts {
    /// - Throws: `ModelProblem.refused` for more texts than a call may have.
    static func check(_ texts: [String]) throws(ModelProblem) {
        guard texts.count <= EmbedderLimits.texts else {
            throw .refused(status: 413, "more than \(EmbedderLimits.texts) texts")
        }
    }

    /// The beginning of a text; a space for nothing.
    static func read(_ text: String) -> String {
        guard !text.isEmpty else { return " " }
        guard text.utf8.count > EmbedderLimits.textBytes else { return text }
        var end = text.utf8.index(text.startIndex, offsetBy: EmbedderLimits.textBytes)
        while end > text.startIndex, end.samePosition(in: text.unicodeScalars) == nil {
            end = text.utf8.index(before: end)
        }
        return end > text.startIndex ? String(text[..<end]) : " "
    }
}
