import AtlasAPI
import Diagrams
import Synchronization

/// Makes items from the catalogue: the same catalogue gives the same items.
///
/// Whatever can be asked of the failure model is asked of it; texts are compared, so that a wrong choice does not say
/// nearly what the right one says.
struct ItemGenerator {
    private let catalogue: Catalogue
    private let sketches: [Sketch]

    /// Other pictures that wrong choices are taken from; more would cost time and add nothing.
    private static let strangerLimit = 12

    init(_ catalogue: Catalogue) {
        self.catalogue = catalogue
        sketches = catalogue.diagrams.map(Sketch.init)
    }

    /// The items of one diagram, lab or incident, to be made when they are wanted.
    struct Source {
        /// Another text whenever the items may be others.
        let key: String
        let make: () -> [Item]
    }

    /// All items, content by content in the order of the catalogue.
    func items() -> [Item] { sources().flatMap { $0.make() } }

    /// In the order of the catalogue.
    func sources() -> [Source] {
        let diagrams = zip(catalogue.diagrams, sketches).map { diagram, sketch in
            let strangers = strangers(to: sketch)
            let key = ([sketch] + strangers).map(\.content.key).joined(separator: "\n")
            return Source(key: key) { items(of: diagram, sketch, strangers) }
        }
        let labs = catalogue.labs.map { lab in
            let content = ItemContent(kind: .lab, header: lab.header)
            return Source(key: content.key) { AuthoredItems(content: content).cards(lab.cards) }
        }
        let all = catalogue.incidents.map { ItemContent(kind: .incident, header: $0.header).key }.joined(
            separator: "\n"
        )
        let incidents = catalogue.incidents.map { incident in
            let content = ItemContent(kind: .incident, header: incident.header)
            return Source(key: "\(content.key)\n\(all)") {
                IncidentItems(incident: incident, others: catalogue.incidents).items()
                    + AuthoredItems(content: content).cards(incident.cards)
            }
        }
        return diagrams + labs + incidents
    }

    private func items(of diagram: Diagram, _ sketch: Sketch, _ strangers: [Sketch]) -> [Item] {
        let authored = AuthoredItems(content: sketch.content)
        var items: [Item] = []
        // A failure view shows the parts of another view again; what they are and do is asked there.
        if diagram.view != .failure {
            items += PartItems(sketch: sketch, strangers: strangers).items()
            items += EdgeItems(sketch: sketch, strangers: strangers).items()
            if sketch.showsParts { items += FailureItems(sketch: sketch).items() + FateItems(sketch: sketch).items() }
        }
        switch sketch.graph.kind {
        case .state: items += StateItems(sketch: sketch).items()
        case .classes, .entities: items += ModelItems(sketch: sketch).items()
        case .flowchart, .sequence, .timeline: break
        }
        items += OrderItems(sketch: sketch).items()
        return items + authored.probes(diagram.probes) + authored.cards(diagram.cards)
    }

    /// Pictures whose texts may stand beside those of this one: of the same kind of graph and another topic, those with
    /// confusable topics first.
    private func strangers(to sketch: Sketch) -> [Sketch] {
        let header = sketch.content.header
        let others = sketches.filter { other in
            other.content.header.id != header.id && other.graph.kind == sketch.graph.kind
                && Set(other.content.header.topics).isDisjoint(with: header.topics)
        }
        let placed = others.map { other in
            let distance = Confusable.distance(header, other.content.header)
            return (distance: distance, hash: StableHash.of("\(header.id) \(other.content.header.id)"), sketch: other)
        }
        return placed.sorted { ($0.distance, $0.hash) < ($1.distance, $1.hash) }.prefix(Self.strangerLimit)
            .map(\.sketch)
    }
}

/// Items that were made and looked at before, by the key of their source.
final class ItemCache: Sendable {
    /// What came of one source.
    struct Entry: Sendable {
        let sound: [Item]
        let refused: [(id: ReviewItemID, problems: [String])]
    }

    private let entries = Mutex<[String: Entry]>([:])

    /// What came of these sources, made where it is not known; what is not among them is forgotten.
    func entries(_ sources: [ItemGenerator.Source], _ verifier: ItemVerifier) -> [Entry] {
        let known = entries.withLock { $0 }
        var fresh: [String: Entry] = [:]
        let result = sources.map { source in
            let entry = known[source.key] ?? Self.entry(source.make(), verifier)
            fresh[source.key] = entry
            return entry
        }
        // What learners and what writers see is asked for in turn; both are kept.
        entries.withLock { $0 = fresh.merging($0.count < 2 * sources.count ? $0 : [:]) { new, _ in new } }
        return result
    }

    private static func entry(_ items: [Item], _ verifier: ItemVerifier) -> Entry {
        var (sound, refused): ([Item], [(id: ReviewItemID, problems: [String])]) = ([], [])
        for item in items {
            let problems = verifier.problems(item)
            if problems.isEmpty { sound.append(item) } else { refused.append((item.id, problems)) }
        }
        return Entry(sound: sound, refused: refused)
    }
}
