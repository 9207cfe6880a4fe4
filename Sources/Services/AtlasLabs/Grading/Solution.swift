import AtlasAPI
import AtlasCore
import AtlasPorts
import Foundation

/// Files that are sent along to be graded.
enum Solution {
    /// Reads `{"files": {"path": "content"}}` or, for a lab with one file, that file's text.
    ///
    /// - Throws: `AtlasError` `.invalid` that says what is wrong and where.
    static func files(_ text: String, of lab: Lab) throws -> LabFiles {
        guard text.utf8.count <= LabFileLimits.solutionBytes else {
            throw invalid("A solution has at most \(LabFileLimits.solutionBytes) bytes.")
        }
        let files: [String: String]
        if let sent = try? JSONDecoder().decode(Sent.self, from: Data(text.utf8)) {
            files = sent.files
        } else if lab.files.count == 1, let only = lab.files.first {
            files = [only.path: text]
        } else {
            let example = "{\"files\": {\"\(lab.files.first?.path ?? "path")\": \"content\"}}"
            throw invalid("This lab has \(lab.files.count) files; send them as \(example).")
        }
        guard (1...LabFileLimits.solutionFiles).contains(files.count) else {
            throw invalid("A solution has 1 to \(LabFileLimits.solutionFiles) files.")
        }
        var home = LabFiles()
        for (path, content) in files.sorted(by: { $0.key < $1.key }) {
            try HomePath.check(path)
            try home.set(.text(content), at: path)
        }
        return home
    }

    private struct Sent: Decodable {
        let files: [String: String]
    }

    private static func invalid(_ message: String) -> AtlasError {
        AtlasError(.invalid, message, field: "solution")
    }
}
