public import AtlasCore
public import Diagrams

/// What every catalogue item has.
public struct ItemHeader: Sendable, Equatable {
    /// Its id as text.
    public let id: String
    /// At most 80 characters.
    public let title: String
    /// At most 240 characters.
    public let summary: String
    /// A letter, A to P.
    public let category: String
    /// 1 first course, 2 working engineer, 3 staff.
    public let level: Int
    /// Topics of the syllabus, first the main one.
    public let topics: [String]
    /// False for a draft.
    public let isPublished: Bool
    /// Counts the saves, from 1.
    public let version: Int
    /// When it was saved last.
    public let updatedAt: Timestamp
    /// The whole file.
    public let source: String

    /// A header.
    public init(
        id: String,
        title: String,
        summary: String,
        category: String,
        level: Int,
        topics: [String],
        isPublished: Bool,
        version: Int,
        updatedAt: Timestamp,
        source: String
    ) {
        self.id = id
        self.title = title
        self.summary = summary
        self.category = category
        self.level = level
        self.topics = topics
        self.isPublished = isPublished
        self.version = version
        self.updatedAt = updatedAt
        self.source = source
    }
}

/// A Mermaid source and all that was derived from its typed graph, once, when it was loaded.
public struct Picture: Sendable {
    /// The Mermaid text.
    public let mermaidSource: String
    /// Nodes and edges with their records.
    public let graph: Graph
    /// SVG with stable ids, made for a page (interactive).
    public let svg: String
    /// One or two sentences.
    public let alternativeText: String
    /// The picture in words, whole.
    public let longDescription: String
    /// The picture in lines.
    public let outline: [Words.OutlineEntry]

    /// A picture.
    public init(
        mermaidSource: String,
        graph: Graph,
        svg: String,
        alternativeText: String,
        longDescription: String,
        outline: [Words.OutlineEntry]
    ) {
        self.mermaidSource = mermaidSource
        self.graph = graph
        self.svg = svg
        self.alternativeText = alternativeText
        self.longDescription = longDescription
        self.outline = outline
    }
}

/// A typed diagram.
///
/// A class, so that lists of diagrams and caches share one copy.
public final class Diagram: Sendable {
    /// What of its topic a diagram shows, in the order of reading.
    public enum View: String, Sendable, CaseIterable {
        /// The parts and how they hang together, in the kind of diagram that suits the topic.
        case structure
        /// The normal course of things, message by message.
        case flow
        /// The states of the part that matters most.
        case states
        /// The data and how it is related.
        case model
        /// How a failure unfolds.
        case failure
    }

    /// Id, title, category.
    public let header: ItemHeader
    /// Which view of its topic it is.
    public let view: View
    /// The picture and what follows from it.
    public let picture: Picture
    /// The prose as safe HTML.
    public let bodyHTML: String
    /// At least one.
    public let probes: [Probe]
    /// Where to read more.
    public let sources: [SourceLink]
    /// What to read before.
    public let prerequisites: [DiagramID]
    /// Where to go next.
    public let next: [DiagramID]
    /// What its author wants recalled beside what follows from the picture.
    public let cards: [AuthoredCard]

    /// A diagram.
    public init(
        header: ItemHeader,
        view: View,
        picture: Picture,
        bodyHTML: String,
        probes: [Probe],
        sources: [SourceLink],
        prerequisites: [DiagramID],
        next: [DiagramID],
        cards: [AuthoredCard] = []
    ) {
        self.header = header
        self.view = view
        self.picture = picture
        self.bodyHTML = bodyHTML
        self.probes = probes
        self.sources = sources
        self.prerequisites = prerequisites
        self.next = next
        self.cards = cards
    }

    /// Its id.
    public var id: DiagramID { DiagramID(header.id) }
}

/// A question on a failure or on a common misconception.
public struct Probe: Sendable, Equatable {
    /// Unique within its diagram.
    public let id: String
    /// The question.
    public let question: String
    /// The nodes taken away; empty for a question without a failure.
    public let kill: [String]
    /// The right answer.
    public let answer: String
    /// Nodes that stop working.
    public let fails: [String]
    /// Nodes that work worse.
    public let degrades: [String]
    /// Wrong answers, each with the reason.
    public let distractors: [Distractor]

    /// A probe.
    public init(
        id: String,
        question: String,
        kill: [String],
        answer: String,
        fails: [String],
        degrades: [String],
        distractors: [Distractor]
    ) {
        self.id = id
        self.question = question
        self.kill = kill
        self.answer = answer
        self.fails = fails
        self.degrades = degrades
        self.distractors = distractors
    }
}

/// A wrong answer that people give.
public struct Distractor: Sendable, Equatable {
    /// The wrong answer.
    public let text: String
    /// Why it is wrong.
    public let why: String

    /// A distractor.
    public init(text: String, why: String) {
        self.text = text
        self.why = why
    }
}

/// A question to recall, written by the author of a diagram, lab or incident.
public struct AuthoredCard: Sendable, Equatable {
    /// Unique within its item; the history of the card hangs on it.
    public let id: String
    /// The question.
    public let question: String
    /// The right answer.
    public let answer: String
    /// Which column of the skill grid it speaks for.
    public let skill: Skill
    /// Wrong answers, each with the reason; with two or more the card is a choice.
    public let distractors: [Distractor]
    /// Nodes of the picture that the answer speaks of.
    public let nodes: [String]
    /// Edges of the picture that the answer speaks of.
    public let edges: [String]

    /// A card.
    public init(
        id: String,
        question: String,
        answer: String,
        skill: Skill,
        distractors: [Distractor],
        nodes: [String],
        edges: [String]
    ) {
        self.id = id
        self.question = question
        self.answer = answer
        self.skill = skill
        self.distractors = distractors
        self.nodes = nodes
        self.edges = edges
    }
}

/// A public document.
public struct SourceLink: Sendable, Equatable {
    /// Its title.
    public let title: String
    /// An https address.
    public let url: String

    /// A link.
    public init(title: String, url: String) {
        self.title = title
        self.url = url
    }
}

extension Diagram {
    /// How many parts may be lost at once.
    public static let lostLimit = 30

    /// What fails and what degrades when parts are lost: nodes, `ID:N` for N replicas of one, groups or edges.
    ///
    /// - Parameter field: The argument that an error names.
    /// - Throws: `AtlasError.invalid` for too many parts and for one that the diagram does not have.
    public func failing(without parts: [String], field: String) throws(AtlasError) -> FailureAnswer {
        guard parts.count <= Self.lostLimit else {
            throw AtlasError(.invalid, "At most \(Self.lostLimit) parts can be lost at once.", field: field)
        }
        let answer = picture.graph.failing(kill: Set(parts))
        guard answer.unknown.isEmpty else {
            let names = answer.unknown.map { "“\($0.prefix(64))”" }.joined(separator: ", ")
            throw AtlasError(.invalid, "The diagram has no \(names).", field: field)
        }
        return answer
    }
}
