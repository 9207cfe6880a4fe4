import CZlib
import Foundation

/// What the tests read: vectors that belong to the project, and public data that may lie beside it.
enum Files {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent()

    /// A file of Vectors/.
    static func vectors(_ name: String) throws -> [UInt8] {
        try bytes(folder.appending(path: "Vectors/\(name)").path)
    }

    /// A file of ../shared/data beside the repository; `nil` where there is none.
    static func shared(_ name: String) throws -> [UInt8]? {
        let root = folder.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let place = root.appending(path: "../shared/data/\(name)").standardized.path
        guard FileManager.default.fileExists(atPath: place) else { return nil }
        return try bytes(place)
    }

    /// The content of a file, unpacked if it is a gzip file.
    private static func bytes(_ path: String) throws -> [UInt8] {
        guard let file = gzopen(path, "rb") else { throw CocoaError(.fileNoSuchFile) }
        defer { gzclose(file) }
        var result: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = gzread(file, &part, UInt32(part.count))
            guard count >= 0 else { throw CocoaError(.fileReadCorruptFile) }
            guard count > 0 else { return result }
            result += part.prefix(Int(count))
        }
    }
}
