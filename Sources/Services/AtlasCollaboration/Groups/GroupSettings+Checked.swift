import AtlasAPI
import AtlasCore
import Foundation

extension GroupSettings {
    /// Trimmed and within `GroupLimits`.
    ///
    /// - Throws: `AtlasError.invalid` with the field.
    func checked() throws(AtlasError) -> GroupSettings {
        let name = name.trimmed()
        guard GroupLimits.nameCharacters.contains(name.unicodeScalars.count), name.isOneLine else {
            throw AtlasError(.invalid, "A group's name has 1 to 80 characters on one line.", field: "input.name")
        }
        let description = description.trimmed()
        guard description.unicodeScalars.count <= GroupLimits.descriptionCharacters else {
            throw AtlasError(.invalid, "A description has at most 2,000 characters.", field: "input.description")
        }
        guard topics.count <= GroupLimits.topics else {
            throw AtlasError(.invalid, "A group names at most 10 topics.", field: "input.topics")
        }
        guard (2...GroupLimits.mostMembers).contains(memberLimit) else {
            throw AtlasError(.invalid, "A group has room for 2 to 250 members.", field: "input.memberLimit")
        }
        return GroupSettings(
            name: name,
            description: description,
            topics: try topics.checkedWords(GroupLimits.topicCharacters, field: "input.topics"),
            visibility: visibility,
            memberLimit: memberLimit
        )
    }
}

extension [String] {
    /// Trimmed, each once, in their order.
    ///
    /// - Throws: `AtlasError.invalid` if one is too short or too long.
    func checkedWords(_ characters: ClosedRange<Int>, field: String) throws(AtlasError) -> [String] {
        var kept: [String] = []
        for word in self {
            let word = word.trimmed()
            guard characters.contains(word.unicodeScalars.count), word.isOneLine else {
                throw AtlasError(
                    .invalid,
                    "Each has \(characters.lowerBound) to \(characters.upperBound) characters on one line.",
                    field: field
                )
            }
            if !kept.contains(word) { kept.append(word) }
        }
        return kept
    }
}

extension String {
    /// Without white space around it.
    func trimmed() -> String { trimmingCharacters(in: .whitespacesAndNewlines) }

    /// True without line ends and other control characters.
    var isOneLine: Bool {
        unicodeScalars.allSatisfy { scalar in
            switch scalar.properties.generalCategory {
            case .control, .lineSeparator, .paragraphSeparator: false
            default: true
            }
        }
    }
}
