public import AtlasCore

/// Looks at questions before they are stored or sent anywhere.
public protocol QuestionModeration: Sendable {
    /// Why a question is not answered, in words for the learner; `nil` if it may be.
    func problem(with text: String, of user: UserID) async -> String?
}

/// Refuses questions that have a word of the operator's list.
public struct WordListModeration: QuestionModeration {
    private let words: Set<String>

    /// - Parameter words: In any case, with or without accents.
    public init(words: [String]) {
        self.words = Set(words.flatMap(SearchWords.of))
    }

    /// Names no word, so that nobody learns the list from it.
    public func problem(with text: String, of user: UserID) async -> String? {
        guard !words.isEmpty, !words.isDisjoint(with: SearchWords.of(text)) else { return nil }
        return "The question has a word that this server does not accept. Ask it in other words."
    }
}
