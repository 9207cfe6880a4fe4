/// A piece of a record's text that gets a vector of its own.
struct Passage: Sendable, Equatable {
    /// The record's id; for a part of it followed by `#` and the part's number from 1.
    let id: String
    /// What is embedded.
    let text: String
    /// Another text for another `text`.
    let digest: String
    let record: TutorRecord

    /// The record that the vector of an id is of.
    static func record(of id: String) -> Substring { id.prefix { $0 != "#" } }
}

/// Cuts records such that one sentence that answers is not lost in five that do not: the vector of a long text says what all
/// of it is about, and questions ask for less.
enum RecordPassages {
    /// Fewer sentences are one passage.
    private static let fewest = 3

    /// The record as a whole; then, if it is longer, every two sentences that follow each other, under its title.
    static func passages(of record: TutorRecord) -> [Passage] {
        let digestOfWhole = digest(record.digest, record)
        let whole = Passage(id: record.id, text: record.searchText, digest: digestOfWhole, record: record)
        let sentences = Sentences.of(record.text)
        guard sentences.count >= fewest else { return [whole] }
        let name = record.title.components(between: " · ").first ?? record.title
        let pairs = zip(sentences, sentences.dropFirst()).enumerated().map { number, pair in
            let text = "\(name). \(pair.0) \(pair.1)"
            let digest = digest(TutorRecord.digest(text), record)
            return Passage(id: "\(record.id)#\(number + 1)", text: text, digest: digest, record: record)
        }
        return [whole] + pairs
    }

    /// A record that is published gets another tag, so it is stored anew as well.
    private static func digest(_ digest: String, _ record: TutorRecord) -> String {
        digest + (record.isPublished ? "" : "-draft")
    }
}
