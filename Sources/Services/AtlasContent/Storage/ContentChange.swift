import AtlasAPI
import AtlasCore

/// A version about to be stored.
struct ContentChange: Sendable {
    let key: ItemKey
    let number: Int
    let title: String
    let source: String
    let hash: String
    let savedAt: Timestamp
    /// `nil` for an import.
    let savedBy: UserID?
    /// The item as it is now, or `nil` if this version hides it.
    let item: ReadItem?
}

/// The newest version of an item, as far as the next one must know it.
struct NewestVersion: Sendable {
    let number: Int
    let hash: String
    let isRemoved: Bool
    /// True if somebody saved or hid it by hand; an import did not.
    let isEdit: Bool
}

/// A stored file.
struct StoredSource: Sendable {
    let key: ItemKey
    let version: Int
    let savedAt: Timestamp
    let source: String
}
