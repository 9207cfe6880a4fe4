import Yams

/// One record of the front matter, whose keys are known beforehand.
///
/// Whatever is missing or wrong is reported and read as an empty value; a file with errors makes no item.
struct Fields {
    /// Where the record starts.
    let place: Place
    /// For messages, as in “the node”.
    let subject: String
    let findings: FindingList
    private let pairs: [String: (key: Place, value: Node)]

    init(_ mapping: Node.Mapping, _ subject: String, at place: Place, keys: [String], findings: FindingList) {
        self.subject = subject
        self.place = place
        self.findings = findings
        var pairs: [String: (key: Place, value: Node)] = [:]
        for (key, value) in mapping {
            let place = Place(key.mark) ?? place
            guard case .scalar(let scalar) = key, keys.contains(scalar.string) else {
                let name = key.scalar?.string ?? "?"
                let remedy =
                    EditDistance.nearest(to: name, in: keys).map { "Did you mean “\($0)”?" }
                    ?? "Known keys: \(keys.joined(separator: ", "))."
                findings.error(place, "\(subject) has an unknown key “\(name.shortened)”.", remedy: remedy)
                continue
            }
            pairs[scalar.string] = (place, value)
        }
        self.pairs = pairs
    }

    func has(_ key: String) -> Bool { pairs[key] != nil }

    /// Where the value of `key` is, or the record if it is missing.
    func place(of key: String) -> Place {
        guard let pair = pairs[key] else { return place }
        return Place(pair.value.mark) ?? pair.key
    }

    /// A text that must be there.
    func text(_ key: String, limit: Int = ContentLimits.textCharacters, words: Int? = nil) -> String {
        guard let node = required(key, "a text") else { return "" }
        return text(node, "“\(key)”", limit: limit, words: words) ?? ""
    }

    /// A text that may be left out.
    func optionalText(_ key: String) -> String? {
        guard let pair = pairs[key] else { return nil }
        return text(pair.value, "“\(key)”", limit: ContentLimits.textCharacters, words: nil)
    }

    /// One of `choices`; the first of them if it is wrong.
    func choice(_ key: String, _ choices: [String]) -> String {
        guard let node = required(key, choices.joined(separator: ", ")) else { return choices.first ?? "" }
        return choice(node, "“\(key)”", choices)
    }

    /// One of `choices`, or `standard` if it is left out.
    func choice(_ key: String, _ choices: [String], standard: String) -> String {
        guard let pair = pairs[key] else { return standard }
        return choice(pair.value, "“\(key)”", choices)
    }

    /// A whole number, or `standard` if it is left out; without one it must be there.
    func integer(_ key: String, in range: ClosedRange<Int>, standard: Int? = nil) -> Int {
        if let standard, pairs[key] == nil { return standard }
        guard let node = required(key, "a whole number") else { return range.lowerBound }
        guard let number = node.scalar.flatMap({ Int($0.string) }), range.contains(number) else {
            findings.error(
                place(of: key),
                "“\(key)” is not a whole number from \(range.lowerBound) to \(range.upperBound).",
                remedy: "Write digits alone, without quotes or units."
            )
            return range.lowerBound
        }
        return number
    }

    /// `true` or `false`, or `standard` if it is left out; without one it must be there.
    func flag(_ key: String, standard: Bool? = nil) -> Bool {
        if let standard, pairs[key] == nil { return standard }
        guard let node = required(key, "true or false") else { return false }
        switch node.scalar?.string {
        case "true": return true
        case "false": return false
        default:
            findings.error(place(of: key), "“\(key)” is neither true nor false.", remedy: "Write “\(key): true”.")
            return false
        }
    }

    /// A list of texts, each with its place; empty if it is left out.
    func texts(_ key: String, atLeast minimum: Int = 0) -> [(text: String, place: Place)] {
        list(key, of: "texts", atLeast: minimum).compactMap { node in
            text(node, "An entry of “\(key)”", limit: ContentLimits.textCharacters, words: nil)
                .map { ($0, Place(node.mark) ?? place(of: key)) }
        }
    }

    /// A list of records; empty if it is left out.
    func records(_ key: String, _ subject: String, keys: [String], atLeast minimum: Int = 0) -> [Fields] {
        list(key, of: "records", atLeast: minimum).compactMap { node in
            let place = Place(node.mark) ?? place(of: key)
            guard case .mapping(let mapping) = node else {
                findings.error(
                    place,
                    "An entry of “\(key)” is not a record.",
                    remedy: "Write its keys below one another: \(keys.joined(separator: ", "))."
                )
                return nil
            }
            return Fields(mapping, subject, at: place, keys: keys, findings: findings)
        }
    }

    /// A record that may be left out.
    func optionalRecord(_ key: String, _ subject: String, keys: [String]) -> Fields? {
        guard let pair = pairs[key] else { return nil }
        guard case .mapping(let mapping) = pair.value else {
            let remedy = "Write “{name: value}” with \(keys.joined(separator: ", "))."
            findings.error(place(of: key), "“\(key)” is not a record.", remedy: remedy)
            return nil
        }
        return Fields(mapping, subject, at: place(of: key), keys: keys, findings: findings)
    }

    /// The keys of a record with free names, with the places of both sides.
    func map(_ key: String) -> [(key: String, keyPlace: Place, value: String, valuePlace: Place)] {
        guard let node = required(key, "a list of “name: value”") else { return [] }
        guard case .mapping(let mapping) = node else {
            findings.error(place(of: key), "“\(key)” is not a record.", remedy: "Write “{name: value}”.")
            return []
        }
        return mapping.map { name, value in
            let namePlace = Place(name.mark) ?? place
            return (name.scalar?.string ?? "", namePlace, value.scalar?.string ?? "", Place(value.mark) ?? namePlace)
        }
    }

    private func required(_ key: String, _ what: String) -> Node? {
        if let pair = pairs[key] { return pair.value }
        findings.error(place, "\(subject) has no “\(key)”.", remedy: "Add “\(key):” with \(what).")
        return nil
    }

    private func list(_ key: String, of what: String, atLeast minimum: Int) -> [Node] {
        guard let pair = pairs[key] else {
            if minimum > 0 { _ = required(key, "a list of \(what)") }
            return []
        }
        guard case .sequence(let sequence) = pair.value else {
            findings.error(
                place(of: key),
                "“\(key)” is not a list.",
                remedy: "Start each entry with “- ”, or write [] for none."
            )
            return []
        }
        if sequence.count < minimum {
            findings.error(place(of: key), "“\(key)” is empty.", remedy: "Add at least \(minimum) of the \(what).")
        }
        if sequence.count > ContentLimits.records {
            findings.error(
                place(of: key),
                "“\(key)” has \(sequence.count) entries.",
                remedy: "Leave at most \(ContentLimits.records)."
            )
        }
        return Array(sequence.prefix(ContentLimits.records))
    }

    private func text(_ node: Node, _ name: String, limit: Int, words: Int?) -> String? {
        let place = Place(node.mark) ?? place
        guard case .scalar(let scalar) = node else {
            findings.error(place, "\(name) is not a text.", remedy: "Write it on one line, or after “>-” on several.")
            return nil
        }
        let text = scalar.string.trimmed
        guard !text.isEmpty else {
            findings.error(place, "\(name) is empty.", remedy: "Write a text, or leave the key out if it is optional.")
            return nil
        }
        if text.unicodeScalars.count > limit {
            findings.error(
                place,
                "\(name) has \(text.unicodeScalars.count) characters.",
                remedy: "Shorten it to \(limit)."
            )
        }
        if let words, text.wordCount > words {
            findings.error(place, "\(name) has \(text.wordCount) words.", remedy: "Shorten it to \(words).")
        }
        return text
    }

    private func choice(_ node: Node, _ name: String, _ choices: [String]) -> String {
        let text = node.scalar?.string ?? ""
        guard !choices.contains(text) else { return text }
        let near = EditDistance.nearest(to: text, in: choices)
        findings.error(
            Place(node.mark) ?? place,
            "\(name) is “\(text.shortened)”, which is not known.",
            remedy: near.map { "Did you mean “\($0)”?" } ?? "Known: \(choices.joined(separator: ", "))."
        )
        return choices.first ?? ""
    }
}

extension Place {
    init?(_ mark: Mark?) {
        guard let mark else { return nil }
        self.init(line: mark.line, column: mark.column)
    }
}

extension String {
    /// Without spaces and line ends around.
    var trimmed: String {
        var rest = utf8[...]
        while let first = rest.first, first <= .space { rest.removeFirst() }
        while let last = rest.last, last <= .space { rest.removeLast() }
        return String(Substring(rest))
    }

    /// Parts between spaces that hold more than punctuation.
    var wordCount: Int {
        utf8.split { $0 <= .space }.count { part in part.contains { !$0.isASCIIPunctuation } }
    }

    /// The beginning, for messages.
    var shortened: String { count > 60 ? prefix(60) + "…" : self }
}
