import AtlasAPI
import AtlasCore
import Diagrams

/// An item of any kind.
enum Item: Sendable {
    case diagram(Diagram)
    case lab(Lab)
    case incident(Incident)

    var header: ItemHeader {
        switch self {
        case .diagram(let diagram): diagram.header
        case .lab(let lab): lab.header
        case .incident(let incident): incident.header
        }
    }

    var key: ItemKey {
        switch self {
        case .diagram(let diagram): ItemKey(kind: .diagram, id: diagram.header.id)
        case .lab(let lab): ItemKey(kind: .lab, id: lab.header.id)
        case .incident(let incident): ItemKey(kind: .incident, id: incident.header.id)
        }
    }
}

/// Names an item of any kind.
struct ItemKey: Hashable, Sendable, Comparable {
    let kind: ContentKind
    let id: String

    static func < (left: ItemKey, right: ItemKey) -> Bool {
        (left.kind.rawValue, left.id) < (right.kind.rawValue, right.id)
    }
}

/// An item as its source says it, with what other parts of the service derive from it.
struct ReadItem: Sendable {
    let item: Item
    let links: ItemLinks
    let text: SearchableText

    /// The same item, saved as `version`.
    func stamped(version: Int, updatedAt: Timestamp) -> ReadItem {
        ReadItem(item: item.with(item.header.stamped(version: version, updatedAt: updatedAt)), links: links, text: text)
    }
}

/// What an item says about other items, for the checks across files.
struct ItemLinks: Sendable {
    /// A mention of another item.
    struct Reference: Sendable {
        /// The key of the front matter.
        let field: String
        /// A diagram's id.
        let target: String
        let place: Place
    }

    let key: ItemKey
    let idPlace: Place
    let topics: [String]
    /// Of a diagram.
    let view: Diagram.View?
    /// Of a diagram.
    let kind: Graph.Kind?
    /// Of a diagram, with the places of their records.
    let nodes: [(id: String, place: Place)]
    let references: [Reference]

    func references(_ field: String) -> [Reference] { references.filter { $0.field == field } }
}

extension ItemHeader {
    fileprivate func stamped(version: Int, updatedAt: Timestamp) -> ItemHeader {
        ItemHeader(
            id: id,
            title: title,
            summary: summary,
            category: category,
            level: level,
            topics: topics,
            isPublished: isPublished,
            version: version,
            updatedAt: updatedAt,
            source: source
        )
    }
}

extension Item {
    fileprivate func with(_ header: ItemHeader) -> Item {
        switch self {
        case .diagram(let old):
            .diagram(
                Diagram(
                    header: header,
                    view: old.view,
                    picture: old.picture,
                    bodyHTML: old.bodyHTML,
                    probes: old.probes,
                    sources: old.sources,
                    prerequisites: old.prerequisites,
                    next: old.next,
                    cards: old.cards
                )
            )
        case .lab(let old):
            .lab(
                Lab(
                    header: header,
                    number: old.number,
                    tier: old.tier,
                    minutes: old.minutes,
                    objectives: old.objectives,
                    instructionsHTML: old.instructionsHTML,
                    files: old.files,
                    checks: old.checks,
                    related: old.related,
                    needs: old.needs,
                    demands: old.demands,
                    cards: old.cards
                )
            )
        case .incident(let old):
            .incident(
                Incident(
                    header: header,
                    company: old.company,
                    date: old.date,
                    duration: old.duration,
                    rootCause: old.rootCause,
                    patterns: old.patterns,
                    report: old.report,
                    picture: old.picture,
                    bodyHTML: old.bodyHTML,
                    timeline: old.timeline,
                    lessons: old.lessons,
                    related: old.related,
                    cards: old.cards
                )
            )
        }
    }
}
