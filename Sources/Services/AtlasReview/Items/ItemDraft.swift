import AtlasAPI
import AtlasCore
import Diagrams

/// What items belong to.
struct ItemContent: Sendable {
    let kind: ContentKind
    let header: ItemHeader

    /// The title up to its colon, as a name in a sentence; HTML.
    var quotedTitle: String {
        let parts = header.title.split(separator: ": ", maxSplits: 1)
        guard let first = parts.first, first.count >= 4 else { return Phrase.quoted(header.title) }
        return Phrase.quoted(String(first))
    }

    /// Another text for each version.
    var key: String { "\(kind.rawValue) \(header.id) \(header.version) \(header.updatedAt.milliseconds)" }

    /// The id of an item: the content, the kind and the parts it asks about, never the wording.
    func id(_ kind: ItemKind, _ key: String) -> ReviewItemID {
        var plain = ""
        for byte in key.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
                plain.unicodeScalars.append(Unicode.Scalar(byte))
            default: plain += "~" + String(byte, radix: 16)
            }
        }
        if plain.utf8.count > Self.keyLimit {
            plain = String(plain.prefix(Self.keyLimit - 9)) + "~" + StableHash.short(key)
        }
        let start = "\(self.kind.rawValue).\(header.id).\(kind.rawValue.lowercased())"
        return ReviewItemID(plain.isEmpty ? start : "\(start).\(plain)")
    }

    /// Bytes of the part of an id that names parts of a picture.
    private static let keyLimit = 80
}

/// An item on its way.
struct ItemDraft {
    let content: ItemContent
    let kind: ItemKind
    /// The parts it asks about.
    let key: String
    let skill: Skill
    let question: Question
    /// HTML.
    let prompt: String
    /// HTML.
    let answer: String
    /// HTML.
    var explanation = ""
    var nodes: [String] = []
    var edges: [String] = []

    /// A choice: what it claims, how it reads as HTML, whether it is right.
    typealias Choice = (claim: Claim, html: String, isRight: Bool)

    func item(_ mode: AnswerMode, _ choices: [Choice] = []) -> Item {
        let id = content.id(kind, key)
        let options = choices.map { choice in
            Item.Option(
                id: StableHash.short("\(id)|\(choice.claim.key)"),
                claim: choice.claim,
                isRight: choice.isRight
            )
        }
        let face = ReviewItem(
            id: id,
            kind: kind.rawValue,
            skill: skill,
            promptHTML: prompt,
            mode: mode,
            choices: zip(options, choices).map { ReviewItem.Choice(id: $0.id, html: $1.html) },
            contentKind: content.kind,
            contentID: content.header.id,
            contentTitle: content.header.title,
            category: content.header.category,
            topics: content.header.topics,
            nodes: nodes,
            edges: edges
        )
        return Item(
            face: face,
            question: question,
            options: options,
            answerHTML: answer,
            explanationHTML: explanation
        )
    }
}
