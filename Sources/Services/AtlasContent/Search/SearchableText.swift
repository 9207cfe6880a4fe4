import AtlasAPI

/// The plain text that an item is found by, in four parts of falling weight.
struct SearchableText: Sendable {
    let title: String
    /// The id, topics, names of nodes, companies and the like.
    let labels: String
    let summary: String
    let body: String

    init(header: ItemHeader, labels: [String], body: [String]) {
        title = header.title
        self.labels = ([header.id] + header.topics + labels).joined(separator: " ")
        summary = header.summary
        self.body = body.joined(separator: "\n").onOneLine
    }

    /// From the heaviest to the lightest.
    var parts: [String] { [title, labels, summary, body] }
}

extension String {
    /// With one space for every run of spaces and line ends.
    fileprivate var onOneLine: String {
        String(decoding: Array(utf8.split { $0 <= .space }.joined(separator: " ".utf8)), as: UTF8.self)
    }
}
