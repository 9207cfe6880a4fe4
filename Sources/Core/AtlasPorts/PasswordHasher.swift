/// A slow, salted hash for passwords.
public protocol PasswordHasher: Sendable {
    /// The hash with its algorithm, parameters and salt, as text to be stored.
    func hash(_ password: String) async throws -> String

    /// Whether `password` made `hash`; takes as long for a wrong one.
    func verify(_ password: String, against hash: String) async throws -> Bool

    /// True if `hash` was made with weaker parameters than those in force.
    func needsRehash(_ hash: String) -> Bool
}
