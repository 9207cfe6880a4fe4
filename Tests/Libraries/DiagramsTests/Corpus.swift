import Foundation

/// The Mermaid sources that are also compared with mermaid.js, and those of the catalogue.
enum Corpus {
    static let sources: [String] = written + catalogue

    private static let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    private static let headers = [
        "flowchart": "flowchart TB", "sequence": "sequenceDiagram", "state": "stateDiagram-v2",
        "class": "classDiagram", "er": "erDiagram", "timeline": "timeline",
    ]
    private static let firstWords = ["graph", "flowchart", "stateDiagram", "classDiagram", "timeline"]

    /// Blocks behind a line `==== name`.
    private static var written: [String] {
        headers.sorted { $0.key < $1.key }.flatMap { kind, header in
            let file = tests.appending(path: "Differential/sources/\(kind).txt")
            let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
            return "\n\(text)".components(separatedBy: "\n==== ").dropFirst().map { block in
                let body = block.drop { $0 != "\n" }.dropFirst()
                return firstWords.contains { body.hasPrefix($0) } ? "\(body)\n" : "\(header)\n\(body)\n"
            }
        }
    }

    /// What stands between the fences of the articles.
    private static var catalogue: [String] {
        let folder = tests.deletingLastPathComponent().appending(path: "catalogue")
        let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
        let articles = (files?.compactMap { $0 as? URL } ?? []).filter { $0.pathExtension == "md" }
        return articles.sorted { $0.path < $1.path }.flatMap { file in
            let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
            return text.components(separatedBy: "\n```mermaid\n").dropFirst().map {
                "\($0.components(separatedBy: "\n```")[0])\n"
            }
        }
    }
}
