import AtlasAPI
import AtlasCore

/// What clients send, held against `ChatLimits`.
enum MessageCheck {
    static func cid(_ cid: String) throws(AtlasError) {
        guard ChatLimits.cidCharacters.contains(cid.utf8.count), cid.utf8.allSatisfy(isSafe) else {
            throw AtlasError(.invalid, "A cid has 1 to 64 letters, digits and “-”, “_”, “.”, “:”.", field: "cid")
        }
    }

    static func content(_ content: String) throws(AtlasError) {
        guard content.unicodeScalars.contains(where: { !$0.properties.isWhitespace }) else {
            throw AtlasError(.invalid, "A message says something.", field: "content")
        }
        guard content.unicodeScalars.count <= ChatLimits.contentCharacters else {
            throw AtlasError(
                .invalid,
                "A message has at most \(ChatLimits.contentCharacters) characters.",
                field: "content"
            )
        }
    }

    /// Symbols, their modifiers and joiners; digits, `#` and `*` only in a key cap.
    static func emoji(_ emoji: String) throws(AtlasError) {
        let scalars = emoji.unicodeScalars
        let isKeyCap = scalars.last == "\u{20E3}"
        let isSymbol = scalars.contains { !$0.isASCII && $0.properties.isEmoji } || isKeyCap
        guard ChatLimits.emojiScalars.contains(scalars.count), isSymbol,
            scalars.allSatisfy({ isPart($0, ofKeyCap: isKeyCap) })
        else { throw AtlasError(.invalid, "A reaction is one emoji.", field: "emoji") }
    }

    private static func isPart(_ scalar: Unicode.Scalar, ofKeyCap isKeyCap: Bool) -> Bool {
        if scalar.isASCII { return isKeyCap && scalar.properties.isEmoji }
        // Variation selector, joiner, key cap, and the letters of flags of regions.
        if [0xFE0F, 0x200D, 0x20E3].contains(scalar.value) || (0xE0020...0xE007F).contains(scalar.value) {
            return true
        }
        return scalar.properties.isEmoji
    }

    private static func isSafe(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"): true
        case UInt8(ascii: "."), UInt8(ascii: ":"): true
        default: false
        }
    }
}
