import AtlasPorts

/// Turns what a model writes into checked sentences; says what to do, does nothing itself.
///
/// Words are held back until it is known what they rest on: a citation comes behind the words it is for.
struct ModelReader {
    /// Characters that are held back at most for a citation that may come.
    static let heldCharacters = 1_500

    private var buffer = ""
    private var supports: [AnswerUnit.Support] = []
    private var said = ""
    private let guardian: OutputGuard
    private let isTalk: Bool
    var check: CitationCheck

    /// - Parameter isTalk: Whether a sentence without a citation may stand unmarked, as when asking back.
    init(_ guardian: OutputGuard, _ check: CitationCheck, isTalk: Bool) {
        self.guardian = guardian
        self.check = check
        self.isTalk = isTalk
    }

    /// Whether nothing was said yet.
    var isEmpty: Bool { !said.contains { $0.isLetter } }

    /// More words.
    mutating func take(_ text: String) throws(OutputGuard.Violation) -> [AnswerUnit] {
        var units: [AnswerUnit] = []
        if !supports.isEmpty { units += try flush() }
        buffer += text
        if let problem = guardian.violation(buffer, after: said) { throw problem }
        if buffer.count > Self.heldCharacters {
            // The next piece may go on in the middle of a word.
            let end = buffer.lastIndex(where: \.isWhitespace) ?? buffer.endIndex
            let rest = String(buffer[end...])
            buffer = String(buffer[..<end])
            units += try flush()
            buffer = rest
        }
        return units
    }

    /// What the words since the last citation rest on.
    mutating func cite(_ record: String, quote: String) {
        guard let support = check.resolve(record, quote: quote), !supports.contains(support) else { return }
        supports.append(support)
    }

    /// Forgets words that only led to a look-up.
    mutating func discard() {
        buffer = ""
        supports = []
    }

    /// A block begins or the answer ends: nothing more will be cited for the words at hand.
    mutating func flush() throws(OutputGuard.Violation) -> [AnswerUnit] {
        let text = buffer
        let cited = supports
        buffer = ""
        supports = []
        if let problem = guardian.violation(text, after: said) { throw problem }
        said += text
        var units: [AnswerUnit] = []
        for (number, paragraph) in text.split(separator: "\n").enumerated() {
            let startsParagraph = number > 0 || text.hasPrefix("\n")
            units += self.units(String(paragraph), cited, startsParagraph: startsParagraph)
        }
        return units
    }

    private func units(
        _ paragraph: String,
        _ cited: [AnswerUnit.Support],
        startsParagraph: Bool
    ) -> [AnswerUnit] {
        Sentences.of(paragraph).enumerated().compactMap { number, sentence in
            let (text, found) = named(sentence)
            guard text.contains(where: { $0.isLetter || $0.isNumber }) else { return nil }
            var supports = cited
            for support in found where !supports.contains(support) { supports.append(support) }
            return AnswerUnit(
                text: text,
                supports: supports,
                isTalk: isTalk && supports.isEmpty || text.hasSuffix("?"),
                startsParagraph: startsParagraph && number == 0
            )
        }
    }

    /// A sentence without what stands in brackets; records that are named there are citations.
    private func named(_ sentence: String) -> (text: String, supports: [AnswerUnit.Support]) {
        var text = ""
        var ids: [String] = []
        var rest = Substring(sentence)
        while let open = rest.firstIndex(of: "["), let close = rest[open...].firstIndex(of: "]") {
            text += rest[..<open]
            ids.append(String(rest[rest.index(after: open)..<close]))
            rest = rest[rest.index(after: close)...]
        }
        text += rest
        text = PlainSections.onOneLine(text.filter { $0 != "[" && $0 != "]" })
        for mark in [" .", " ,"] { text = text.replacing(mark, with: String(mark.dropFirst())) }
        return (text, ids.compactMap { check.resolve($0, claim: text) })
    }
}
