import AtlasAPI
import AtlasCore
import Synchronization

/// All current items, parsed; never changed, only replaced.
final class Library: Sendable {
    let items: [ItemKey: ReadItem]
    /// With drafts.
    let everything: Catalogue
    /// Without drafts.
    let published: Catalogue
    /// By whether they are with drafts.
    private let vocabularies = Mutex<[Bool: Vocabulary]>([:])

    init(_ items: [ItemKey: ReadItem]) {
        self.items = items
        let all = items.values.map(\.item)
        everything = Catalogue(all)
        published = Catalogue(all.filter { $0.header.isPublished })
    }

    /// Every word that the reader may see, gathered when the first search asks.
    func vocabulary(withDrafts: Bool) -> Vocabulary {
        vocabularies.withLock { known in
            if let ready = known[withDrafts] { return ready }
            let fresh = Vocabulary(items.values.filter { withDrafts || $0.item.header.isPublished })
            known[withDrafts] = fresh
            return fresh
        }
    }
}

extension Catalogue {
    fileprivate init(_ items: [Item]) {
        var diagrams: [Diagram] = []
        var labs: [Lab] = []
        var incidents: [Incident] = []
        for item in items {
            switch item {
            case .diagram(let diagram): diagrams.append(diagram)
            case .lab(let lab): labs.append(lab)
            case .incident(let incident): incidents.append(incident)
            }
        }
        self.init(
            categories: Syllabus.categories,
            diagrams: diagrams.sorted { Self.place($0) < Self.place($1) },
            labs: labs.sorted {
                ($0.header.level, $0.number, $0.header.id) < ($1.header.level, $1.number, $1.header.id)
            },
            incidents: incidents.sorted { ($1.date, $0.header.id) < ($0.date, $1.header.id) },
            revision: Self.revision(items)
        )
    }

    /// The hash of every item's name, version and time of saving.
    private static func revision(_ items: [Item]) -> String {
        let lines = items.sorted { $0.key < $1.key }.map { item in
            let header = item.header
            return "\(item.key.kind.rawValue) \(header.id) \(header.version) \(header.updatedAt.milliseconds)\n"
        }
        return ContentHash.of(lines.joined())
    }

    private static func place(_ diagram: Diagram) -> (String, Int, Int, String) {
        let header = diagram.header
        let topic = header.topics.first.map(Syllabus.position(ofTopic:)) ?? .max
        return (header.category, topic, Diagram.View.allCases.firstIndex(of: diagram.view) ?? 0, header.id)
    }
}

/// Where the library stands; readers take it whole, writers replace it.
final class Shelf: Sendable {
    private let library = Mutex<Library?>(nil)

    /// `nil` until the first load.
    var current: Library? { library.withLock { $0 } }

    /// Puts a first library there, unless one is there already.
    func fill(_ items: [ItemKey: ReadItem]) {
        library.withLock { current in
            if current == nil { current = Library(items) }
        }
    }

    /// Replaces items by newer versions of themselves, and takes out what is removed.
    ///
    /// - Parameter removed: The version that hid each; an item saved again later stays.
    func apply(_ items: [ReadItem], removed: [ItemKey: Int] = [:]) {
        guard !items.isEmpty || !removed.isEmpty else { return }
        library.withLock { current in
            guard let old = current else { return }
            var all = old.items
            for item in items {
                let key = item.item.key
                if let known = all[key], known.item.header.version >= item.item.header.version { continue }
                all[key] = item
            }
            for (key, version) in removed {
                if let known = all[key], known.item.header.version < version { all[key] = nil }
            }
            current = Library(all)
        }
    }
}
