/// Bytes by key, written whole.
public protocol Blobs: Sendable {
    /// Stores `bytes`; replaces what was there. Readers see the old or the new bytes, never a mixture.
    ///
    /// - Parameter key: Segments of letters, digits, `.`, `_`, `-` separated by `/`; no segment is `.` or `..`; at most 512 bytes.
    func put(_ bytes: [UInt8], at key: String) async throws

    /// The bytes, or `nil` if there are none.
    func get(_ key: String) async throws -> [UInt8]?

    /// Removes the bytes; removing nothing is no error.
    func remove(_ key: String) async throws

    /// Keys that begin with `prefix`, in order, at most `limit`.
    func keys(under prefix: String, limit: Int) async throws -> [String]
}
