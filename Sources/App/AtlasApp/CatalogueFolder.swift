public import AtlasAPI
import AtlasCore
import Foundation

/// A catalogue on disk: `diagrams/*.md`, `incidents/*.md`, `labs/*/lab.md`.
public struct CatalogueFolder: Sendable {
    /// The most files that are read.
    static let fileLimit = 20_000
    /// The largest file that is read, in bytes; the reader says so when it meets one.
    static let fileBytes = 512 * 1_024

    let path: String

    /// The catalogue at `path`.
    public init(path: String) {
        self.path = path
    }

    /// Reads every file, in order of path.
    ///
    /// - Throws: `AtlasError` — `.notFound` if there is no such folder, `.invalid` for a file that is not UTF-8 or too large.
    public func files() throws -> [CatalogueFile] {
        try names().map { kind, name in
            let full = "\(path)/\(name)"
            guard let data = FileManager.default.contents(atPath: full) else {
                throw AtlasError(.unavailable, "\(full) cannot be read.")
            }
            guard data.count <= Self.fileBytes else {
                throw AtlasError(.invalid, "\(full) has more than \(Self.fileBytes) bytes.", field: name)
            }
            guard let text = String(validating: data, as: UTF8.self) else {
                throw AtlasError(.invalid, "\(full) is not UTF-8.", field: name)
            }
            return CatalogueFile(kind: kind, path: name, source: text)
        }
    }

    /// Changes whenever a file is added, removed or written: names, sizes and times in one text.
    func fingerprint() -> String {
        let manager = FileManager.default
        return ((try? names()) ?? []).map { _, name in
            let attributes = try? manager.attributesOfItem(atPath: "\(path)/\(name)")
            let time = (attributes?[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0
            return "\(name) \(attributes?[.size] as? Int ?? 0) \(time)"
        }.joined(separator: "\n")
    }

    private func names() throws -> [(ContentKind, String)] {
        guard let top = try? FileManager.default.contentsOfDirectory(atPath: path) else {
            throw AtlasError(.notFound, "There is no folder \(path).", field: "catalogue.folder")
        }
        var found: [(ContentKind, String)] = []
        for (folder, kind) in [("diagrams", ContentKind.diagram), ("incidents", .incident), ("labs", .lab)]
        where top.contains(folder) {
            let entries = try FileManager.default.contentsOfDirectory(atPath: "\(path)/\(folder)").sorted()
            for entry in entries where !entry.hasPrefix(".") {
                let name = kind == .lab ? "\(folder)/\(entry)/lab.md" : "\(folder)/\(entry)"
                if name.hasSuffix(".md"), FileManager.default.fileExists(atPath: "\(path)/\(name)") {
                    found.append((kind, name))
                }
            }
        }
        guard found.count <= Self.fileLimit else {
            throw AtlasError(.invalid, "\(path) holds more than \(Self.fileLimit) items.")
        }
        return found
    }
}
