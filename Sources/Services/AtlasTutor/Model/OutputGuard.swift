import AtlasCore
import Retrieval

/// Looks at what a model wrote before anybody reads it.
struct OutputGuard: Sendable {
    /// What was wrong.
    enum Violation: String, Error, Sendable {
        /// It gives away what is graded.
        case leak
        /// It repeats its instructions.
        case instructions
        /// It holds an address, a link or a picture.
        case address
        /// It holds HTML.
        case markup
        /// It is longer than an answer may be.
        case length
    }

    /// Characters of a whole answer.
    static let characters = 6_000
    /// Words in a row of the instructions that nobody says by chance.
    private static let rowLength = 7

    let leaks: LeakGuard
    /// What the records are called that may be spoken of.
    let titles: String

    /// What is wrong with a piece of an answer, with what stands before it; `nil` if nothing is.
    func violation(_ text: String, after before: String) -> Violation? {
        if before.count + text.count > Self.characters { return .length }
        if ForeignText.hasMarkup(text) { return .markup }
        if ForeignText.hasAddress(text) || ForeignText.namesHost(text, otherThan: titles) { return .address }
        // A little of what stands before, so that nothing hides at a seam.
        let joined = String(before.suffix(400)) + " " + text
        if Self.repeatsInstructions(joined) { return .instructions }
        if leaks.isLeak(text) { return .leak }
        // A long answer has most words of what is guarded somewhere; what counts is that they stand together.
        let end = String(before.suffix(200))
        return leaks.isLeak(end + " " + text) && !leaks.isLeak(end) ? .leak : nil
    }

    private static let instructionRows: Set<String> = rows(ModelPrompt.instructions)

    private static func repeatsInstructions(_ text: String) -> Bool {
        text.contains(ModelPrompt.canary) || !instructionRows.isDisjoint(with: rows(text))
    }

    private static func rows(_ text: String) -> Set<String> {
        let words = SearchWords.of(text)
        guard words.count >= rowLength else { return [] }
        return Set((0...(words.count - rowLength)).map { words[$0..<($0 + rowLength)].joined(separator: " ") })
    }
}
