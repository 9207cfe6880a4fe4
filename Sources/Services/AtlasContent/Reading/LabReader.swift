import AtlasAPI
import AtlasCore

/// Reads what is particular to a lab.
struct LabReader {
    let file: SourceFile
    let fields: Fields
    let header: ItemHeader

    static let keys = [
        "number", "tier", "minutes", "objectives", "files", "checks", "related", "needs", "limits", "cards",
    ]

    private var findings: FindingList { fields.findings }

    func read() -> ReadItem? {
        if let mermaid = file.mermaid {
            findings.error(
                Place(line: mermaid.line - 1),
                "A lab has no diagram of its own.",
                remedy: "Link to a diagram under “related”."
            )
        }
        let body = Markdown(file.prose, findings: findings)
        if body.plainText.trimmed.isEmpty {
            findings.error(
                Place(line: file.prose.line),
                "There are no instructions.",
                remedy: "Write them after the front matter, in numbered steps."
            )
        }
        let related = CatalogueReader.readReferences("related", fields)
        let lab = Lab(
            header: header,
            number: fields.integer("number", in: 1...999),
            tier: fields.choice("tier", ["0", "R", "P", "N"]),
            minutes: fields.integer("minutes", in: 1...600),
            objectives: fields.texts("objectives", atLeast: 1).map(\.text),
            instructionsHTML: body.html,
            files: readFiles(),
            checks: readChecks(),
            related: related.map { DiagramID($0.target) },
            needs: readNeeds(),
            demands: readDemands(),
            cards: CardReader(fields: fields, graph: nil).read()
        )
        guard !findings.hasErrors else { return nil }
        let links = ItemLinks(
            key: ItemKey(kind: .lab, id: header.id),
            idPlace: fields.place(of: "id"),
            topics: header.topics,
            view: nil,
            kind: nil,
            nodes: [],
            references: related
        )
        let text = SearchableText(
            header: header,
            labels: lab.files.map(\.path),
            body: [body.plainText] + lab.objectives + lab.checks.map(\.text)
        )
        return ReadItem(item: .lab(lab), links: links, text: text)
    }

    private func readNeeds() -> [String] {
        fields.texts("needs").map { need in
            let isName = need.text.utf8.allSatisfy { byte in
                byte.isASCIILetterOrDigit || "-_.+".utf8.contains(byte)
            }
            if !isName {
                findings.error(
                    need.place,
                    "“\(need.text.shortened)” is not the name of a program.",
                    remedy: "Write it as it is called in a shell, without a folder and without arguments."
                )
            }
            return need.text
        }
    }

    private func readDemands() -> LabDemands {
        let standard = LabDemands()
        let keys = ["memory_mb", "processes", "disk_mb", "check_seconds"]
        guard let limits = fields.optionalRecord("limits", "The record of limits", keys: keys) else { return standard }
        return LabDemands(
            memoryMegabytes: limits.integer("memory_mb", in: 16...8_192, standard: standard.memoryMegabytes),
            processes: limits.integer("processes", in: 8...1_024, standard: standard.processes),
            diskMegabytes: limits.integer("disk_mb", in: 1...1_024, standard: standard.diskMegabytes),
            checkSeconds: limits.integer("check_seconds", in: 1...600, standard: standard.checkSeconds)
        )
    }

    private func readFiles() -> [LabFile] {
        fields.records("files", "The file", keys: ["path", "purpose"], atLeast: 1).map { record in
            let file = LabFile(path: record.text("path"), purpose: record.text("purpose"))
            let parts = file.path.split(separator: "/", omittingEmptySubsequences: false)
            if !file.path.isEmpty, parts.contains(where: { $0.isEmpty || $0 == "." || $0 == ".." }) {
                findings.error(
                    record.place(of: "path"),
                    "“\(file.path.shortened)” is not a path in the learner's folder.",
                    remedy: "Write it without “/” in front and without “..”."
                )
            }
            return file
        }
    }

    private func readChecks() -> [LabCheck] {
        var ids: Set<String> = []
        return fields.records("checks", "The check", keys: ["id", "text", "hints"], atLeast: 1).map { record in
            let check = LabCheck(
                id: record.text("id"),
                text: record.text("text"),
                hints: record.texts("hints", atLeast: 1).map(\.text)
            )
            if !check.id.isEmpty, !ids.insert(check.id).inserted {
                findings.error(
                    record.place(of: "id"),
                    "There is a second check “\(check.id.shortened)”.",
                    remedy: "Give each check an id of its own."
                )
            }
            return check
        }
    }
}

extension UInt8 {
    fileprivate var isASCIILetterOrDigit: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: false
        }
    }
}
