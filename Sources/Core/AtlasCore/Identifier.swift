/// A typed identifier, so that the id of one entity cannot be passed for another's.
public struct Identifier<Entity>: Hashable, Sendable, CustomStringConvertible {
    /// The text as stored and shown; never empty for an id made by Atlas.
    public let rawValue: String

    /// Wraps an id that came from storage or from a client.
    public init(_ rawValue: String) {
        self.rawValue = rawValue
    }

    /// The raw text.
    public var description: String { rawValue }
}
