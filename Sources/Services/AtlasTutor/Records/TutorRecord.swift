import AtlasAPI
import AtlasCore
import Crypto

/// The smallest piece of the catalogue that an answer may rest on.
struct TutorRecord: Sendable, Equatable {
    /// What a record says about its subject.
    enum Kind: String, Sendable, CaseIterable {
        /// The short account of a diagram, lab or incident.
        case about
        /// A part of its prose.
        case section
        /// A node of the picture.
        case node
        /// An edge of the picture.
        case edge
        /// What the loss of a node leads to, as the graph says.
        case failure
        /// A probe's or card's question.
        case question
        /// A probe's or card's answer; guarded.
        case answer
        /// Why an answer is wrong that people give; its subject is that answer.
        case rebuttal
        /// A step of an incident.
        case step
        /// Why an incident happened.
        case cause
        /// What an incident teaches.
        case lesson
        /// What a lab teaches.
        case objective
        /// A criterion of a lab.
        case criterion
        /// A hint of a criterion; guarded.
        case hint
        /// What a learner did, seen by that learner alone.
        case attempt
    }

    /// Where the reader finds it.
    struct Place: Sendable, Equatable {
        var kind: ContentKind
        var content: String
        var node: String?
        var edge: String?
        /// A line of the source, or a step of the timeline; from 1.
        var line: Int?
    }

    /// As in `diagram/e1-cache-aside/node/db`; stays when the wording changes.
    let id: String
    let kind: Kind
    /// As in "Cache-aside · Database".
    let title: String
    /// What it is about, as in "Database".
    let subject: String
    /// Plain text; paragraphs are lines.
    let text: String
    let place: Place
    /// Whether learners see it; drafts are for instructors.
    let isPublished: Bool
    /// What the embedder and the word index read.
    let searchText: String
    /// Another text for another `searchText`.
    let digest: String

    init(
        id: String,
        kind: Kind,
        title: String,
        subject: String,
        text: String,
        place: Place,
        isPublished: Bool
    ) {
        self.id = id
        self.kind = kind
        self.title = title
        self.subject = subject
        self.text = text
        self.place = place
        self.isPublished = isPublished
        searchText = title + ". " + text
        digest = Self.digest(searchText)
    }

    /// Whether it holds the answer of something that is graded.
    var isGuarded: Bool { kind == .answer || kind == .hint }

    /// Whether it may be found by a question: neither what is guarded nor what only asks.
    var isFindable: Bool { !isGuarded && ![.question, .rebuttal, .attempt].contains(kind) }

    /// Whether it only says that nothing follows; found where it is looked at, not by a question.
    var isTrivial: Bool { kind == .failure && text.hasSuffix("no other part fails.") }

    /// How often records of its kind answer a question in one's own words: prose more than labels.
    var prior: Float {
        switch kind {
        case .section: place.kind == .lab ? 0.7 : 1.25
        case .about: 1.25
        case .cause: 1.2
        case .lesson, .objective, .step: 1.1
        case .edge: 0.75
        case .criterion: 0.6
        case .failure: 0.5
        case .node, .question, .answer, .rebuttal, .hint, .attempt: 1
        }
    }

    /// Sixteen hexadecimal digits of the SHA-256.
    static func digest(_ text: String) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var bytes: [UInt8] = []
        for byte in SHA256.hash(data: Array(text.utf8)).prefix(8) {
            bytes.append(digits[Int(byte >> 4)])
            bytes.append(digits[Int(byte & 15)])
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
