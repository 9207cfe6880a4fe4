import AtlasCore

/// Addresses and markup, which no answer has.
enum ForeignText {
    private static let marks = ["://", "www.", "javascript:", "data:text", "data:image", "mailto:", "](", "!["]
    private static let domains: Set<String> = [
        "com", "net", "org", "io", "dev", "app", "info", "biz", "xyz", "ru", "cn", "example", "test", "invalid",
        "onion",
    ]

    /// Whether a text holds something that a program could follow.
    static func hasAddress(_ text: String) -> Bool {
        let folded = folded(text)
        return marks.contains { folded.contains($0) }
    }

    /// Whether a text names a host without an address, other than of those that `names` are about.
    static func namesHost(_ text: String, otherThan names: String) -> Bool {
        let known = Set(SearchWords.of(names))
        return folded(text).split(whereSeparator: { $0.isWhitespace || "/()\",;".contains($0) }).contains { word in
            let labels = word.split(separator: ".", omittingEmptySubsequences: false)
            guard labels.count > 1, let last = labels.last, let owner = labels.dropLast().last, !owner.isEmpty
            else { return false }
            let domain = last.prefix { $0.isLetter }
            return domains.contains(String(domain)) && !known.contains(String(owner))
        }
    }

    /// Whether a text holds a tag or an entity.
    static func hasMarkup(_ text: String) -> Bool {
        var rest = Substring(text)
        while let open = rest.firstIndex(of: "<") {
            rest = rest[rest.index(after: open)...]
            if let next = rest.first, next.isLetter || "/!?".contains(next) { return true }
        }
        return text.contains("&#") || text.contains("&lt;")
    }

    /// In small letters, without characters that are there but not seen.
    static func folded(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.filter { $0.properties.generalCategory != .format }))
            .lowercased()
    }
}
