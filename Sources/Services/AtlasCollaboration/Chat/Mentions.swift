import AtlasAPI
import AtlasCore

/// Finds who is meant by `@[name](user:ID)` and `@name`.
enum Mentions {
    /// Signs of a message that are looked at.
    private static let signs = 200

    /// The members that `content` mentions, each once, in the order of their first mention; at most
    /// `ChatLimits.mentions`.
    ///
    /// A plain `@name` takes the longest name of a member that stands there whole, in any case of letters; the sign
    /// begins a word, so an e-mail address mentions nobody.
    static func find(in content: String, among members: [Person]) -> [UserID] {
        guard content.utf8.contains(UInt8(ascii: "@")) else { return [] }
        let text = Array(content.unicodeScalars)
        let known = Set(members.map(\.id))
        let names = members.map { (name: folded(Array($0.displayName.unicodeScalars)[...]), id: $0.id) }
            .sorted { ($0.name.count, $1.id.rawValue) > ($1.name.count, $0.id.rawValue) }
        var found: [UserID] = []
        var looked = 0
        for index in text.indices where text[index] == "@" && (index == 0 || !isWord(text[index - 1])) {
            looked += 1
            if looked > signs || found.count >= ChatLimits.mentions { break }
            let rest = text[(index + 1)...]
            let mentioned = linked(rest).map { known.contains($0) ? [$0] : [] } ?? named(rest, names)
            for user in mentioned where !found.contains(user) { found.append(user) }
        }
        return Array(found.prefix(ChatLimits.mentions))
    }

    /// The id in `[name](user:ID)`.
    private static func linked(_ rest: ArraySlice<Unicode.Scalar>) -> UserID? {
        guard rest.first == "[" else { return nil }
        // A name has at most 60 characters, an id 26.
        let window = rest.prefix(200)
        guard let close = window.firstIndex(of: "]") else { return nil }
        let target = window[(close + 1)...]
        let begin = Array("(user:".unicodeScalars)
        guard target.starts(with: begin), let end = target.firstIndex(of: ")") else { return nil }
        var id = String.UnicodeScalarView()
        id.append(contentsOf: target[(target.startIndex + begin.count)..<end])
        return UserID(String(id))
    }

    /// Everybody with the longest name that stands at the beginning of `rest`.
    private static func named(
        _ rest: ArraySlice<Unicode.Scalar>,
        _ names: [(name: [Unicode.Scalar], id: UserID)]
    ) -> [UserID] {
        guard let longest = names.first?.name.count else { return [] }
        // Folding may change the length of what was typed, so it is done scalar by scalar, as for the names.
        let typed = folded(rest.prefix(longest + 1))
        var best: [Unicode.Scalar]?
        var found: [UserID] = []
        for (name, id) in names where !name.isEmpty {
            if let best {
                guard name.count == best.count else { break }
                if name == best { found.append(id) }
            } else if typed.starts(with: name), typed.count == name.count || !isWord(typed[name.count]) {
                best = name
                found = [id]
            }
        }
        return found
    }

    /// Each scalar in its simple lower case.
    private static func folded(_ scalars: ArraySlice<Unicode.Scalar>) -> [Unicode.Scalar] {
        scalars.map { scalar in
            let lower = scalar.properties.lowercaseMapping.unicodeScalars
            return lower.count == 1 ? lower.first ?? scalar : scalar
        }
    }

    private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isAlphabetic || scalar.properties.numericType != nil
    }
}
