import AtlasCore
public import AtlasPorts
import Foundation

/// Blobs as files in a folder.
///
/// A key names a file, so no key may lie under another: beside `a`, `a/b` is refused with `.conflict`.
public struct FolderBlobs: Blobs {
    private static let keyBytes = 512
    /// The longest file name of Linux's file systems.
    private static let segmentBytes = 255
    private static let threads = BlockingThreads("atlas.blobs", count: 4)

    private let folder: String

    /// Blobs under `folder`, which is made if it is not there.
    ///
    /// - Throws: `AtlasError.unavailable` if the folder cannot be made.
    public init(folder: String) throws {
        self.folder = folder
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw AtlasError(.unavailable, "The folder \(folder) cannot be made.", cause: error)
        }
    }

    /// Stores bytes: written beside the target, brought to disk, then renamed over it.
    public func put(_ bytes: [UInt8], at key: String) async throws {
        let path = try path(key)
        try await Self.threads.run {
            let parent = URL(filePath: path).deletingLastPathComponent().path
            do {
                try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
            } catch {
                throw AtlasError(.conflict, "There is a blob where this key needs a folder.", detail: key, cause: error)
            }
            guard !Self.isFolder(path) else {
                throw AtlasError(.conflict, "There are blobs under this key.", detail: key)
            }
            try DurableFile.write(bytes, to: path)
        }
    }

    /// The bytes.
    public func get(_ key: String) async throws -> [UInt8]? {
        let path = try path(key)
        return try await Self.threads.run {
            guard FileManager.default.fileExists(atPath: path), !Self.isFolder(path) else { return nil }
            do {
                return [UInt8](try Data(contentsOf: URL(filePath: path)))
            } catch {
                // Removed since the look above.
                guard FileManager.default.fileExists(atPath: path) else { return nil }
                throw AtlasError(.unavailable, "A file cannot be read just now.", detail: path, cause: error)
            }
        }
    }

    /// Removes the bytes.
    public func remove(_ key: String) async throws {
        let path = try path(key)
        try await Self.threads.run {
            guard !Self.isFolder(path), unlink(path) != 0 else { return }
            guard errno == ENOENT || errno == ENOTDIR else { throw DurableFile.failure("unlink", path) }
        }
    }

    /// Keys in order.
    public func keys(under prefix: String, limit: Int) async throws -> [String] {
        let folder = folder
        return try await Self.threads.run {
            guard let names = FileManager.default.enumerator(atPath: folder) else { return [] }
            var keys: [String] = []
            for case let name as String in names where name.hasPrefix(prefix) && Self.isKey(name) {
                if !Self.isFolder("\(folder)/\(name)") { keys.append(name) }
            }
            return Array(keys.sorted().prefix(max(0, limit)))
        }
    }

    private func path(_ key: String) throws(AtlasError) -> String {
        guard Self.isKey(key) else { throw AtlasError(.invalid, "This is no blob's key.", detail: key) }
        return "\(folder)/\(key)"
    }

    private static func isKey(_ key: String) -> Bool {
        key.utf8.count <= keyBytes
            && key.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).allSatisfy { segment in
                (1...segmentBytes).contains(segment.count) && !segment.elementsEqual(".".utf8)
                    && !segment.elementsEqual("..".utf8)
                    && segment.allSatisfy { $0.isLetterOrDigit || ".-_".utf8.contains($0) }
            }
    }

    private static func isFolder(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
    }
}

extension UInt8 {
    /// Of ASCII.
    var isLetterOrDigit: Bool {
        (0x30...0x39).contains(self) || (0x41...0x5A).contains(self) || (0x61...0x7A).contains(self)
    }
}
