public import AtlasCore

/// A key that no description, log, mirror or error shows.
public struct Secret: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    private static let lengthLimit = 4_096
    private static let hidden = "(hidden)"

    /// What goes into a header.
    let text: String

    /// Takes a key; white space around it, as files leave it, is cut off.
    ///
    /// - Throws: `AtlasError.invalid` if nothing is left, or something that does not belong into a header.
    public init(_ text: String) throws(AtlasError) {
        let bytes = text.utf8.drop { $0 <= 0x20 }.reversed().drop { $0 <= 0x20 }.reversed()
        guard !bytes.isEmpty, bytes.count <= Self.lengthLimit, bytes.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw AtlasError(.invalid, "A key has to be 1 to \(Self.lengthLimit) visible ASCII characters.")
        }
        self.text = String(decoding: Array(bytes), as: UTF8.self)
    }

    /// Says nothing.
    public var description: String { Self.hidden }
    /// Says nothing.
    public var debugDescription: String { Self.hidden }
    /// Shows nothing.
    public var customMirror: Mirror { Mirror(self, children: []) }

    /// A text of somebody else in which the key does not stand.
    func hide(in other: String) -> String { other.replacing(text, with: Self.hidden) }
}
