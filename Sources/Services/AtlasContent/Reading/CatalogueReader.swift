import AtlasAPI
import AtlasCore
import Diagrams

/// What reading one file gave.
struct Reading: Sendable {
    /// The item; `nil` if there is any error.
    let item: ReadItem?
    /// The typed graph, if the Mermaid block could be parsed.
    let graph: Graph?
    /// By line and column.
    let findings: [Finding]

    var errors: [Finding] { findings.filter { $0.severity == .error } }
}

/// Reads one file of the catalogue; the format is described in `docs/catalogue.md`.
enum CatalogueReader {
    /// Reads `source`, which costs about a millisecond, most of it for the picture.
    ///
    /// - Parameter path: Where the file lies in the catalogue; its name must be the item's id. `nil` if it is no file.
    static func read(_ kind: ContentKind, source: String, path: String? = nil) -> Reading {
        let findings = FindingList()
        var read: (item: ReadItem?, graph: Graph?) = (nil, nil)
        if let file = SourceFile(source, findings: findings),
            let mapping = FrontMatter.read(file.frontMatter, findings: findings)
        {
            let fields = Fields(
                mapping,
                "The \(kind.rawValue)",
                at: Place(line: file.frontMatter.line),
                keys: headerKeys + keys(of: kind),
                findings: findings
            )
            let header = readHeader(fields, source: source, path: path)
            switch kind {
            case .diagram: read = DiagramReader(file: file, fields: fields, header: header).read()
            case .incident: read = IncidentReader(file: file, fields: fields, header: header).read()
            case .lab: read.item = LabReader(file: file, fields: fields, header: header).read()
            }
        }
        return Reading(item: findings.hasErrors ? nil : read.item, graph: read.graph, findings: findings.sorted)
    }

    private static let headerKeys = ["id", "title", "summary", "category", "level", "topics", "status"]

    private static func keys(of kind: ContentKind) -> [String] {
        switch kind {
        case .diagram: DiagramReader.keys
        case .incident: IncidentReader.keys
        case .lab: LabReader.keys
        }
    }

    private static func readHeader(_ fields: Fields, source: String, path: String?) -> ItemHeader {
        let id = fields.text("id")
        if !id.isEmpty { checkID(id, fields, path: path) }
        let category = fields.choice("category", Syllabus.categories.map(\.id))
        let topics = readTopics(fields, atLeast: 1)
        if let main = topics.first, fields.has("category"), !main.hasPrefix(category) {
            fields.findings.warning(
                fields.place(of: "category"),
                "The category is \(category), but the main topic is \(main).",
                remedy: "Name the main topic first, and its letter as the category."
            )
        }
        return ItemHeader(
            id: id,
            title: fields.text("title", limit: ContentLimits.titleCharacters),
            summary: fields.text("summary", limit: ContentLimits.summaryCharacters),
            category: category,
            level: fields.integer("level", in: 1...3),
            topics: topics,
            isPublished: fields.choice("status", ["published", "draft"], standard: "published") == "published",
            version: 0,
            updatedAt: .init(milliseconds: 0),
            source: source
        )
    }

    private static func checkID(_ id: String, _ fields: Fields, path: String?) {
        let isPlain = id.utf8.allSatisfy { byte in
            byte.isASCIIDigit || byte == UInt8(ascii: "-") || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
        }
        if !isPlain || !(3...64).contains(id.utf8.count) {
            fields.findings.error(
                fields.place(of: "id"),
                "“\(id.shortened)” cannot be an id.",
                remedy: "Use 3 to 64 lower-case letters, digits and hyphens."
            )
        }
        guard let path, fileID(path) != id else { return }
        fields.findings.error(
            fields.place(of: "id"),
            "The id is “\(id.shortened)”, but the file is “\(path)”.",
            remedy: "Rename one of them; an item's id is the name of its file, or of its folder for a lab."
        )
    }

    /// `e1-cache-aside` for `diagrams/e1-cache-aside.md`, `outbox` for `labs/outbox/lab.md`.
    static func fileID(_ path: String) -> String {
        let parts = path.split(separator: "/")
        guard let last = parts.last else { return path }
        if last == "lab.md", let folder = parts.dropLast().last { return String(folder) }
        return last.hasSuffix(".md") ? String(last.dropLast(3)) : String(last)
    }

    /// The topics in `fields`; unknown ones are reported.
    static func readTopics(_ fields: Fields, atLeast minimum: Int = 0) -> [String] {
        fields.texts("topics", atLeast: minimum).map { topic, place in
            if !Syllabus.isTopic(topic) {
                fields.findings.error(
                    place,
                    "There is no topic “\(topic.shortened)”.",
                    remedy: "Use a topic of the syllabus, A1 to P14."
                )
            }
            return topic
        }
    }

    /// Ids of diagrams under `key`, as references to be checked across files.
    static func readReferences(_ key: String, _ fields: Fields) -> [ItemLinks.Reference] {
        var seen: Set<String> = []
        return fields.texts(key).compactMap { id, place in
            guard seen.insert(id).inserted else {
                fields.findings.error(place, "“\(id.shortened)” is listed twice.", remedy: "Remove one of them.")
                return nil
            }
            return ItemLinks.Reference(field: key, target: id, place: place)
        }
    }
}
