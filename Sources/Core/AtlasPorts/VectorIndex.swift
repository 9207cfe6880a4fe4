public import AtlasCore

/// Vectors by name, asked for the nearest.
///
/// All vectors come from one embedder, whose id the index keeps; an index made by another refuses to be opened for writing
/// or asking and has to be cleared first.
public protocol VectorIndex: Sendable {
    /// Sets vectors; those of known ids are replaced.
    ///
    /// - Throws: `AtlasError.invalid` for another number of dimensions, a number that is none, an id over
    ///   `VectorIndexLimits.idBytes`; `.conflict` if the index is of another embedder; `.unavailable`.
    func upsert(_ vectors: [StoredVector]) async throws

    /// Takes vectors out; unknown ids are no error.
    func remove(_ ids: [String]) async throws

    /// The nearest by cosine, best first; ties by id.
    ///
    /// - Parameters:
    ///   - limit: 1...`VectorIndexLimits.matches`.
    ///   - filter: Tags that a vector must have, each with one of the values; empty for all.
    func nearest(_ vector: [Float], limit: Int, where filter: [String: Set<String>]) async throws -> [VectorMatch]

    /// The digest of every vector by id, so that only what changed is embedded anew.
    func digests() async throws -> [String: String]

    /// Takes everything out and belongs to `embedder` from now on.
    func clear(for embedder: String, dimensions: Int) async throws

    /// What the index holds.
    func state() async throws -> VectorIndexState

    /// Writes what is not written, and ends.
    func close() async
}

/// Limits of every engine.
public enum VectorIndexLimits {
    /// Hits of one question.
    public static let matches = 1_000
    /// Bytes of an id.
    public static let idBytes = 512
    /// Dimensions of a vector.
    public static let dimensions = 4_096
    /// Bytes of the tags of one vector.
    public static let tagBytes = 8 << 10
}

/// A vector to store.
public struct StoredVector: Sendable, Equatable {
    /// As in `diagram/e1-cache-aside/node/db`.
    public let id: String
    /// Of any length but 0; kept with length 1.
    public let vector: [Float]
    /// What filters look at.
    public let tags: [String: String]
    /// Another text for another text that was embedded.
    public let digest: String

    /// A vector.
    public init(id: String, vector: [Float], tags: [String: String] = [:], digest: String) {
        self.id = id
        self.vector = vector
        self.tags = tags
        self.digest = digest
    }
}

/// A hit.
public struct VectorMatch: Sendable, Equatable {
    /// Which.
    public let id: String
    /// The cosine, -1...1.
    public let similarity: Float

    /// A hit.
    public init(id: String, similarity: Float) {
        self.id = id
        self.similarity = similarity
    }
}

/// What an index holds.
public struct VectorIndexState: Sendable, Equatable {
    /// The embedder's id; `nil` before the first `clear`.
    public let embedder: String?
    /// Of every vector; 0 before the first `clear`.
    public let dimensions: Int
    /// How many.
    public let count: Int

    /// A state.
    public init(embedder: String?, dimensions: Int, count: Int) {
        self.embedder = embedder
        self.dimensions = dimensions
        self.count = count
    }
}
