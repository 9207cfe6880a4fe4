public import AtlasAPI
import Diagrams

/// The categories and topics that every item is filed under.
public enum Syllabus {
    /// The sixteen categories in order.
    public static let categories: [AtlasAPI.Category] = parts.map {
        Category(id: $0.letter, title: $0.title, description: $0.description)
    }

    /// True for the id of a topic, as in `E5`.
    public static func isTopic(_ id: String) -> Bool { topicIDs.contains(id) }

    /// True for the letter of a category.
    static func isCategory(_ letter: String) -> Bool { letters.contains(letter) }

    /// Every topic, in order: A1 to P14.
    public static let topics: [String] = parts.flatMap { part in (1...part.topics).map { "\(part.letter)\($0)" } }

    private static let topicIDs = Set(topics)
    private static let letters = Set(parts.map(\.letter))

    /// A topic's place in the syllabus, for sorting; unknown ones come last.
    static func position(ofTopic id: String) -> Int { positions[id] ?? topics.count }

    /// The kind of diagram that the syllabus shows a topic's structure in.
    static func kind(ofTopic id: String) -> Graph.Kind? { kinds[id] }

    private static let kinds = Dictionary(uniqueKeysWithValues: zip(topics, parts.flatMap { $0.kinds.map(kind(of:)) }))

    private static func kind(of letter: Character) -> Graph.Kind {
        switch letter {
        case "S": .sequence
        case "T": .state
        case "E": .entities
        case "C": .classes
        case "G": .timeline
        default: .flowchart
        }
    }

    private static let positions = Dictionary(uniqueKeysWithValues: zip(topics, 0...))

    private struct Part {
        let letter: String
        let title: String
        /// A letter per topic: F flowchart, S sequence, T state, E entities, C classes, G timeline.
        let kinds: String

        var topics: Int { kinds.utf8.count }
        let description: String
    }

    private static let parts = [
        Part(
            letter: "A",
            title: "Foundations and estimation",
            kinds: "FFFSFFFF",
            description:
                "What a request passes on its way, and how to estimate load, latency and availability in advance."
        ),
        Part(
            letter: "B",
            title: "Networking and the edge",
            kinds: "SSSSFFFS",
            description: "How names, connections and nearby copies bring a user to a server, and what each costs."
        ),
        Part(
            letter: "C",
            title: "APIs and communication",
            kinds: "SSFSSFSS",
            description: "How programs talk so that a retry, a new version or a slow partner does no harm."
        ),
        Part(
            letter: "D",
            title: "Load balancing and traffic control",
            kinds: "FFTFFTFT",
            description: "How requests are spread over servers, and which are turned away when there are too many."
        ),
        Part(
            letter: "E",
            title: "Caching",
            kinds: "SSSSSTFF",
            description:
                "How copies close to the reader save work, and how they go stale or vanish at the wrong moment."
        ),
        Part(
            letter: "F",
            title: "Relational storage and transactions",
            kinds: "FSSTSFFG",
            description: "How a database finds rows, keeps its promises after a crash and lets many write at once."
        ),
        Part(
            letter: "G",
            title: "Storage engines, NoSQL and modelling",
            kinds: "FFEEECFF",
            description: "How other stores lay out their data, and how to model for the questions that will be asked."
        ),
        Part(
            letter: "H",
            title: "Replication and consistency",
            kinds: "FSSSFFSF",
            description: "How copies follow one another, and what a reader may see while they differ."
        ),
        Part(
            letter: "I",
            title: "Partitioning and distribution",
            kinds: "FFSFFFSS",
            description: "How data is split over machines, moved between them and still found."
        ),
        Part(
            letter: "J",
            title: "Consensus and coordination",
            kinds: "TSSSSSSF",
            description: "How machines that may fail or pause agree on one leader, one order and one owner."
        ),
        Part(
            letter: "K",
            title: "Messaging and streams",
            kinds: "FSSSSTFF",
            description: "How work and events travel between programs that are not awake at the same time."
        ),
        Part(
            letter: "L",
            title: "Resilience",
            kinds: "SSTFSFFF",
            description: "How a system keeps the failure of one part from becoming the failure of all."
        ),
        Part(
            letter: "M",
            title: "Observability and operations",
            kinds: "FSFTFTFT",
            description: "How to see what a running system does, and how people act when it does something else."
        ),
        Part(
            letter: "N",
            title: "Security and identity",
            kinds: "SSSSFSFF",
            description: "How a system knows who asks, decides what they may do and keeps others out."
        ),
        Part(
            letter: "O",
            title: "Deployment and architecture styles",
            kinds: "FFTFFTFF",
            description: "How software is divided, released and rolled back without stopping the service."
        ),
        Part(
            letter: "P",
            title: "Whole-system designs",
            kinds: "FFSFFFFFFSSFSS",
            description: "Complete designs of well-known kinds of product, put together from the parts before."
        ),
    ]
}
