/// A sentence of an answer with what it rests on.
struct AnswerUnit: Sendable, Equatable {
    /// Where the words of a record stand behind it.
    struct Support: Sendable, Equatable {
        let record: TutorRecord
        /// Words of the record's text, exactly.
        let quote: String
    }

    /// Markdown without HTML, links, pictures and numbers of citations.
    var text: String
    var supports: [Support] = []
    /// Whether it claims nothing about the subject, as a question to the learner.
    var isTalk = false
    /// Whether it begins a paragraph.
    var startsParagraph = false

    /// Whether it claims something that no record says.
    var isUnsupported: Bool { supports.isEmpty && !isTalk }

    static func talk(_ text: String, startsParagraph: Bool = false) -> AnswerUnit {
        AnswerUnit(text: text, isTalk: true, startsParagraph: startsParagraph)
    }
}
