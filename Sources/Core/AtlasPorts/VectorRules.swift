public import AtlasCore

/// What every `VectorIndex` checks, in the same words.
public enum VectorRules {
    /// The vector with length 1.
    ///
    /// - Throws: `AtlasError.invalid` for another number of dimensions, a number that is none, or no direction.
    public static func unit(_ vector: [Float], dimensions: Int) throws(AtlasError) -> [Float] {
        guard vector.count == dimensions else {
            throw AtlasError(.invalid, "A vector has \(vector.count) dimensions where the index has \(dimensions).")
        }
        // Doubles, because squares of large floats are infinite.
        let length = vector.reduce(Double(0)) { $0 + Double($1) * Double($1) }.squareRoot()
        guard length.isFinite, length > 0 else {
            throw AtlasError(.invalid, "A vector has no direction, or a component that is no number.")
        }
        return vector.map { Float(Double($0) / length) }
    }

    /// The vector with length 1, if everything about it may be stored.
    ///
    /// - Throws: `AtlasError.invalid`.
    public static func unit(_ stored: StoredVector, dimensions: Int) throws(AtlasError) -> [Float] {
        guard (1...VectorIndexLimits.idBytes).contains(stored.id.utf8.count) else {
            throw AtlasError(.invalid, "A vector's id has 1 to \(VectorIndexLimits.idBytes) bytes.")
        }
        let bytes = stored.tags.reduce(stored.digest.utf8.count) { $0 + $1.key.utf8.count + $1.value.utf8.count }
        guard bytes <= VectorIndexLimits.tagBytes else {
            throw AtlasError(.invalid, "The tags of \(stored.id) have more than \(VectorIndexLimits.tagBytes) bytes.")
        }
        return try unit(stored.vector, dimensions: dimensions)
    }

    /// - Throws: `AtlasError.invalid` unless it is 1...`VectorIndexLimits.matches`.
    public static func check(limit: Int) throws(AtlasError) {
        guard (1...VectorIndexLimits.matches).contains(limit) else {
            throw AtlasError(.invalid, "1 to \(VectorIndexLimits.matches) vectors can be asked for.")
        }
    }

    /// - Throws: `AtlasError.invalid` unless it is 1...`VectorIndexLimits.dimensions`.
    public static func check(dimensions: Int) throws(AtlasError) {
        guard (1...VectorIndexLimits.dimensions).contains(dimensions) else {
            throw AtlasError(.invalid, "Vectors have 1 to \(VectorIndexLimits.dimensions) dimensions.")
        }
    }

    /// Whether the index may be used by who speaks `embedder`.
    ///
    /// - Parameter owner: Whose the index is; `nil` before the first `clear`.
    /// - Throws: `AtlasError.conflict`.
    public static func check(owner: String?, embedder: String) throws(AtlasError) {
        guard let owner else {
            throw AtlasError(.conflict, "The index belongs to no embedder yet; it has to be cleared first.")
        }
        guard owner == embedder else {
            throw AtlasError(
                .conflict,
                "The index holds vectors of \(owner), not of \(embedder); it has to be cleared first."
            )
        }
    }

    /// The best first, of equals by id, at most `limit`.
    public static func ranked(_ matches: [VectorMatch], limit: Int) -> [VectorMatch] {
        let sorted = matches.sorted {
            $0.similarity != $1.similarity ? $0.similarity > $1.similarity : $0.id < $1.id
        }
        return Array(sorted.prefix(limit))
    }
}
