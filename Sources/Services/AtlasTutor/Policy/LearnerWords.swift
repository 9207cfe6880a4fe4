import AtlasCore

/// What a learner's own words say about how they ask.
enum LearnerWords {
    /// Words of somebody who wants to be told.
    private static let demands = [
        "just tell", "tell me the answer", "the answer", "give me the", "reveal", "solution", "solve", "answer key",
        "print",
        "paste", "final code", "the code", "write the", "write it", "whole answer", "full answer", "say it",
        "the number",
        "tell me",
    ]
    /// Words of somebody who says what they think.
    private static let attempts = [
        "i think", "i guess", "i believe", "i'd say", "i would say", "my answer", "my guess", "because", "i chose",
        "i expected", "i suppose", "probably", "maybe",
    ]
    /// Stems that a reply adds to the question if it is an attempt.
    private static let ownWords = 3

    static func isDemand(_ text: String) -> Bool { has(demands, text) }

    /// Whether a text holds an attempt at a question.
    ///
    /// - Parameter isReply: Whether it follows the question, so that words of its own are an attempt.
    static func isAttempt(_ text: String, at question: String, isReply: Bool) -> Bool {
        if has(attempts, text) { return true }
        guard isReply, !isDemand(text) else { return false }
        return Set(QuestionWords.stems(text)).subtracting(QuestionWords.stems(question)).count >= ownWords
    }

    /// The words of a text, one after the other, such that what one text says can be looked for in another.
    static func inARow(_ text: String) -> String { " " + SearchWords.of(text).joined(separator: " ") + " " }

    private static func has(_ phrases: [String], _ text: String) -> Bool {
        let folded = " " + PlainSections.onOneLine(text.lowercased().replacing("’", with: "'")) + " "
        return phrases.contains { folded.contains($0) }
    }
}
