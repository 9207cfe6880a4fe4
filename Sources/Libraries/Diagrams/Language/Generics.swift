/// `List~int~` as classes and entities write it, and `List<int>` as they show it.
enum Generics {
    /// Tildes that belong together become angle brackets; others stay.
    static func shown(_ bytes: [UInt8]) -> [UInt8] {
        var result = bytes
        var depth = 0
        for (index, byte) in bytes.enumerated() where byte == UInt8(of: "~") {
            let before = index > 0 ? bytes[index - 1] : 32
            let after = index + 1 < bytes.count ? bytes[index + 1] : 32
            if before.isNamePart, after.isNamePart {
                result[index] = UInt8(of: "<")
                depth += 1
            } else if depth > 0 {
                result[index] = UInt8(of: ">")
                depth -= 1
            }
        }
        return depth == 0 ? result : bytes
    }

    /// How many bytes stand before the tilde that closes; `nil` when none does.
    static func length(_ bytes: [UInt8]) -> Int? {
        var depth = 0
        for (index, byte) in bytes.enumerated() where byte == UInt8(of: "~") {
            let before = index > 0 ? bytes[index - 1] : 32
            let after = index + 1 < bytes.count ? bytes[index + 1] : 32
            if before.isNamePart, after.isNamePart {
                depth += 1
            } else if depth == 0 {
                return index
            } else {
                depth -= 1
            }
        }
        return nil
    }

    /// A text for the source, with tildes where `shown` and decoding give the same text again.
    static func written(_ text: String, and more: String = "") -> String {
        let plain = Entities.encode(text, and: more + "~")
        guard text.utf8.contains(UInt8(of: "<")) else { return plain }
        var tilded: [UInt8] = []
        for byte in text.utf8 {
            let isBracket = byte == UInt8(of: "<") || byte == UInt8(of: ">")
            tilded.append(isBracket ? UInt8(of: "~") : byte)
        }
        guard tilded.first != UInt8(of: "~"), shown(tilded) == Array(text.utf8) else { return plain }
        let encoded = Entities.encode(String(bytes: tilded), and: more)
        return Entities.decode(shown(Array(encoded.utf8))) == text ? encoded : plain
    }
}

extension UInt8 {
    fileprivate var isNamePart: Bool { isLetter || isDigit || self == 95 || isBeyondASCII }
}
