import AtlasAPI
import AtlasCore
import AtlasPorts
import Foundation

/// Something that happened, as services tell of it through the outbox.
struct Happening: Sendable {
    /// What is retrieved: only this is evidence.
    struct Answer: Sendable, Equatable {
        let item: String
        let skill: Skill
        let isCorrect: Bool
        /// Among answers of a learner with the same name only the first counts; `nil` counts each.
        let once: String?
    }

    /// Events that are taken back: what told of an encounter with a card.
    struct TakenBack: Sendable, Equatable {
        let review: String?
        let answer: String?
        /// When the review was; `nil` if it is not said.
        let at: Timestamp?

        var events: [String] { [review, answer].compactMap { $0 } }
    }

    /// Help of the tutor with an item.
    struct Help: Sendable, Equatable {
        let item: String
        /// How much a right answer that follows says of the learner, 0...1.
        let weight: Double

        /// Below this weight a right answer that follows soon says nothing.
        static let least = 0.5
        /// For how long.
        static let span = Duration.seconds(3_600)
    }

    let id: String
    let type: String
    let user: UserID
    let at: Timestamp
    let content: String
    let kind: ContentKind
    let category: String
    let topics: [String]
    let milliseconds: Int64
    let answer: Answer?
    /// What this one takes back.
    let takesBack: TakenBack?
    /// What the tutor used.
    let tokens: Double?
    /// What the tutor helped with; `nil` where it did not, or only a little.
    let help: Help?
    /// How long the tutor took to answer; that is no time of the learner's.
    let responseMilliseconds: Double?

    /// When the card or question was shown: as far back as it took.
    var shownAt: Timestamp { at + .milliseconds(-milliseconds) }

    /// The topics of one event that are looked at.
    static let topicLimit = 8
    /// A card or question that took longer was left lying.
    static let longest: Int64 = 10 * 60_000

    /// Reads an event; `nil` for one that has nothing to do with learning, or cannot be read.
    init?(_ payload: [UInt8], id: String, catalogue: CatalogueIndex) {
        guard let event = try? JSONDecoder().decode(Payload.self, from: Data(payload)), !event.userId.isEmpty,
            let at = Timestamp(iso8601: event.at)
        else { return nil }
        // A prediction names what it is about as its item; the item of a review is a question.
        let item = event.type == "prediction.made" ? event.itemId : nil
        let content = event.contentId ?? event.diagramId ?? event.labId ?? item ?? ""
        let entry = catalogue.entries[content]
        self.id = id
        self.at = at
        type = event.type
        user = UserID(event.userId)
        self.content = content
        kind = entry?.kind ?? (event.labId == nil ? .diagram : .lab)
        category = event.category ?? entry?.category ?? ""
        topics = Array((event.topics ?? entry?.topics ?? []).prefix(Self.topicLimit))
        let isTutor = event.type == "tutor.answered"
        milliseconds = isTutor ? 0 : min(max(event.durationMs ?? 0, 0), Self.longest)
        responseMilliseconds = isTutor ? event.durationMs.map { Double(max($0, 0)) } : nil
        help =
            isTutor
            ? event.itemId.flatMap { item in
                event.evidenceWeight.flatMap { $0 < Help.least ? Help(item: item, weight: $0) : nil }
            } : nil
        takesBack =
            event.type == "review.undone"
            ? TakenBack(
                review: event.undoes,
                answer: event.undoesAnswer,
                at: event.undoneAt.flatMap { Timestamp(iso8601: $0) }
            ) : nil
        tokens = event.tokens
        answer = category.isEmpty ? nil : Self.answer(event, content: content, at: at)
    }

    private static func answer(_ event: Payload, content: String, at: Timestamp) -> Answer? {
        switch event.type {
        case "review.recorded", "item.answered", "design.scored":
            guard event.answered != true, let item = event.itemId, let isCorrect = event.correct,
                let skill = Skill(rawValue: (event.skill ?? "").lowercased())
            else { return nil }
            return Answer(item: item, skill: skill, isCorrect: isCorrect, once: nil)
        case "prediction.made":
            // Who predicts again has seen the answer.
            guard let right = event.right, let all = event.of, all > 0, (event.attempt ?? 1) == 1 else { return nil }
            let item = "prediction:\(content):\(event.question ?? "")"
            return Answer(item: item, skill: .predict, isCorrect: right == all, once: item)
        case "lab.checked":
            guard let isPassed = event.passed else { return nil }
            // Checking again while one works at it is no new failure that day, and a lab is passed once per seed.
            let once = isPassed ? "passed:\(content):\(event.seed ?? 0)" : "failed:\(content):\(Day(at).number)"
            return Answer(item: "lab:\(content)", skill: .perform, isCorrect: isPassed, once: once)
        default:
            return nil
        }
    }

    /// What the time series keep of it; `nil` for what they do not.
    var point: TimePoint? {
        let verb = type.split(separator: ".").last.map(String.init) ?? type
        let fields = milliseconds > 0 ? ["duration_ms": Double(milliseconds)] : [:]
        let number = Hash.of(id)
        switch type {
        case "diagram.completed", "prediction.made":
            let name = type == "diagram.completed" ? "completed" : "predicted"
            let tags = ["user_id": user.rawValue, "diagram_id": content, "interaction_type": name]
            return TimePoint("diagram_interactions", tags: tags, fields: fields, time: at, id: number)
        case "lab.started", "lab.checked", "lab.completed", "lab.stopped":
            let tags = ["user_id": user.rawValue, "lab_id": content, "event_type": verb]
            return TimePoint("lab_events", tags: tags, fields: fields, time: at, id: number)
        case "tutor.answered":
            var used = tokens.map { ["tokens_used": $0] } ?? [:]
            used["response_time_ms"] = responseMilliseconds
            let tags = ["user_id": user.rawValue, "content_id": content, "event_type": verb]
            return TimePoint("ai_tutor_queries", tags: tags, fields: used, time: at, id: number)
        default:
            return nil
        }
    }
}

/// What an event says; which of it there is depends on its type.
private struct Payload: Decodable {
    let type: String
    let userId: String
    let at: String
    let contentId: String?
    let diagramId: String?
    let labId: String?
    let itemId: String?
    let category: String?
    let topics: [String]?
    let skill: String?
    let correct: Bool?
    let durationMs: Int64?
    let right: Int?
    let of: Int?
    let attempt: Int?
    let question: String?
    let passed: Bool?
    let seed: Int64?
    /// True if the answer of this review was told before, as `item.answered`.
    let answered: Bool?
    let undoes: String?
    let undoesAnswer: String?
    let undoneAt: String?
    let tokens: Double?
    let evidenceWeight: Double?
}

/// Categories and topics of everything in the catalogue, drafts included.
struct CatalogueIndex: Sendable {
    struct Entry: Sendable {
        let kind: ContentKind
        let title: String
        let category: String
        let topics: [String]
    }

    let entries: [String: Entry]
    /// The category of each topic.
    let categories: [String: String]

    init(_ catalogue: Catalogue) {
        var entries: [String: Entry] = [:]
        var categories: [String: String] = [:]
        func add(_ header: ItemHeader, _ kind: ContentKind) {
            entries[header.id] = Entry(
                kind: kind,
                title: header.title,
                category: header.category,
                topics: header.topics
            )
            for topic in header.topics where categories[topic] == nil {
                // Topics are named after their category, as in E2; the first item that names one decides otherwise.
                let letter = topic.prefix(1).uppercased()
                let isKnown = catalogue.categories.contains { $0.id == letter }
                let isNamed = topic.dropFirst().allSatisfy(\.isNumber) && isKnown
                categories[topic] = isNamed ? letter : header.category
            }
        }
        for lab in catalogue.labs { add(lab.header, .lab) }
        for incident in catalogue.incidents { add(incident.header, .incident) }
        for diagram in catalogue.diagrams { add(diagram.header, .diagram) }
        self.entries = entries
        self.categories = categories
    }
}

/// A day in UTC.
struct Day: Hashable, Comparable, Sendable {
    static let milliseconds: Int64 = 86_400_000

    /// Days since 1970-01-01, a Thursday.
    let number: Int64

    init(number: Int64) { self.number = number }

    init(_ moment: Timestamp) {
        let (quotient, remainder) = moment.milliseconds.quotientAndRemainder(dividingBy: Self.milliseconds)
        number = remainder < 0 ? quotient - 1 : quotient
    }

    static func < (left: Day, right: Day) -> Bool { left.number < right.number }

    /// When it begins.
    var start: Timestamp { Timestamp(milliseconds: number * Self.milliseconds) }

    /// As in `2026-11-30`.
    var name: String { String(start.description.prefix(10)) }

    /// 0 for Monday.
    var weekday: Int { Int(((number + 3) % 7 + 7) % 7) }

    func adding(_ days: Int64) -> Day { Day(number: number + days) }
}

/// Numbers that stand for names, the same on every machine.
enum Hash {
    /// Source: FNV-1a, then the finaliser of splitmix64, since FNV leaves the high bits of short texts alike.
    static func of(_ text: String) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
        hash = (hash ^ hash >> 30) &* 0xbf58_476d_1ce4_e5b9
        hash = (hash ^ hash >> 27) &* 0x94d0_49bb_1331_11eb
        return hash ^ hash >> 31
    }
}
