import AtlasAPI
import AtlasCore
import Synchronization

/// All items of a catalogue, found by id and by content.
final class ItemBank: Sendable {
    /// In the order of the catalogue.
    let items: [Item]
    /// Items that the verifier refused, with the reasons; they are not asked.
    let refused: [(id: ReviewItemID, problems: [String])]
    private let positions: [ReviewItemID: Int]
    private let byContent: [String: [Int]]
    /// Ids of diagrams, labs and incidents, also of those without items.
    private let contents: Set<String>

    /// Makes the items of a catalogue and lets only those in that a second look agrees with.
    ///
    /// - Parameter cache: Spares the work for what has not changed.
    init(_ catalogue: Catalogue, cache: ItemCache = ItemCache()) {
        let entries = cache.entries(ItemGenerator(catalogue).sources(), ItemVerifier(catalogue))
        var seen: Set<ReviewItemID> = []
        let sound = entries.flatMap(\.sound).filter { seen.insert($0.id).inserted }
        items = sound
        refused = entries.flatMap(\.refused)
        positions = Dictionary(
            sound.enumerated().map { ($1.id, $0) },
            uniquingKeysWith: { first, _ in first }
        )
        byContent = Dictionary(grouping: sound.indices) { sound[$0].face.contentID }
        let headers =
            catalogue.diagrams.map(\.header) + catalogue.labs.map(\.header) + catalogue.incidents.map(\.header)
        contents = Set(headers.map(\.id))
    }

    subscript(id: ReviewItemID) -> Item? { positions[id].map { items[$0] } }

    /// The place of an item in the order of the catalogue.
    func position(of id: ReviewItemID) -> Int? { positions[id] }

    /// `nil` if there is no such content.
    func items(of content: String) -> [Item]? {
        contents.contains(content) ? (byContent[content] ?? []).map { items[$0] } : nil
    }
}

/// Makes a bank once for each state of the catalogue.
final class ItemShelf: Sendable {
    /// Banks that are kept: what learners and what writers see, and one more while an edit goes round.
    private static let limit = 4
    private let cache = ItemCache()
    private let banks = Mutex<[(revision: String, bank: Task<ItemBank, Never>)]>([])

    /// The items of a catalogue; the first to ask makes those that are new, which takes some milliseconds per diagram.
    func bank(_ catalogue: Catalogue) async -> ItemBank {
        let task = banks.withLock { banks -> Task<ItemBank, Never> in
            if let known = banks.first(where: { $0.revision == catalogue.revision }) { return known.bank }
            let task = Task.detached { [cache] in ItemBank(catalogue, cache: cache) }
            banks.append((catalogue.revision, task))
            if banks.count > Self.limit { banks.removeFirst() }
            return task
        }
        return await task.value
    }
}
