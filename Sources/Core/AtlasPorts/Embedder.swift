/// Makes vectors of texts, such that texts of like meaning get vectors of like direction.
public protocol Embedder: Sendable {
    /// Names the space: model and dimensions, as in `all-MiniLM-L6-v2/384`. Vectors of different ids are never compared.
    var id: String { get }
    /// Of every vector.
    var dimensions: Int { get }
    /// What a learner should know about it; `nil` if nothing. As in "Meaning is compared by letters only: …".
    var note: String? { get }
    /// Tokens that a paid service has counted since the process began; `nil` for an embedder that costs nothing.
    var paidTokens: Int? { get }

    /// Vectors of length 1, in the order of the texts; an empty text gets the vector of a space.
    ///
    /// - Parameter texts: At most `EmbedderLimits.texts`; what is longer than the model reads is cut.
    /// - Throws: `ModelProblem`.
    func embed(_ texts: [String]) async throws -> [[Float]]
}

extension Embedder {
    /// `nil`.
    public var paidTokens: Int? { nil }
}

/// Limits of every engine.
public enum EmbedderLimits {
    /// Texts of one call.
    public static let texts = 2_048
    /// Bytes of one text that are read.
    public static let textBytes = 32 << 10
}
