import AtlasCore
public import AtlasPorts
import Dispatch
import Foundation

/// Blobs as files in a folder.
public struct FolderBlobs: Blobs {
    private let folder: URL
    private static let queue = DispatchQueue(label: "atlas.blobs", attributes: .concurrent)
    private static let keyBytes = 512

    /// - Throws: `AtlasError.unavailable` if the folder cannot be made.
    public init(folder: String) throws {
        self.folder = URL(filePath: folder, directoryHint: .isDirectory)
        do {
            try FileManager.default.createDirectory(at: self.folder, withIntermediateDirectories: true)
        } catch {
            throw AtlasError(.unavailable, "The folder \(folder) cannot be made.", cause: error)
        }
    }

    /// Stores bytes: written beside the target, brought to disk, then renamed over it.
    public func put(_ bytes: [UInt8], at key: String) async throws {
        let target = try url(key)
        try await Self.onThread {
            let manager = FileManager.default
            try manager.createDirectory(at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
            let temporary = target.deletingLastPathComponent().appending(path: ".\(UUID().uuidString).partial")
            guard manager.createFile(atPath: temporary.path, contents: nil) else {
                throw AtlasError(.unavailable, "A blob cannot be written.", detail: temporary.path)
            }
            let handle = try FileHandle(forWritingTo: temporary)
            do {
                try handle.write(contentsOf: Data(bytes))
                try handle.synchronize()
                try handle.close()
                guard rename(temporary.path, target.path) == 0 else {
                    throw AtlasError(.unavailable, "A blob cannot be written.", detail: "rename: errno \(errno)")
                }
            } catch {
                try? manager.removeItem(at: temporary)
                throw error
            }
        }
    }

    /// The bytes.
    public func get(_ key: String) async throws -> [UInt8]? {
        let target = try url(key)
        return try await Self.onThread { FileManager.default.contents(atPath: target.path).map { [UInt8]($0) } }
    }

    /// Removes the bytes.
    public func remove(_ key: String) async throws {
        let target = try url(key)
        try await Self.onThread {
            if FileManager.default.fileExists(atPath: target.path) { try FileManager.default.removeItem(at: target) }
        }
    }

    /// Keys in order.
    public func keys(under prefix: String, limit: Int) async throws -> [String] {
        let root = folder.path
        return try await Self.onThread {
            guard let names = FileManager.default.enumerator(atPath: root) else { return [] }
            var keys: [String] = []
            for case let name as String in names
            where name.hasPrefix(prefix) && !(name.split(separator: "/").last ?? "").hasPrefix(".") {
                var isFolder: ObjCBool = false
                if FileManager.default.fileExists(atPath: "\(root)/\(name)", isDirectory: &isFolder),
                    !isFolder.boolValue
                {
                    keys.append(name)
                }
            }
            return Array(keys.sorted().prefix(limit))
        }
    }

    private func url(_ key: String) throws(AtlasError) -> URL {
        let segments = key.split(separator: "/", omittingEmptySubsequences: false)
        let isSafe = segments.allSatisfy { segment in
            !segment.isEmpty && !segment.hasPrefix(".")
                && segment.utf8.allSatisfy { byte in
                    (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                        || byte == 0x2E || byte == 0x5F || byte == 0x2D
                }
        }
        guard isSafe, key.utf8.count <= Self.keyBytes else {
            throw AtlasError(.invalid, "This is no blob's key.", detail: key)
        }
        return folder.appending(path: key)
    }

    private static func onThread<Result: Sendable>(
        _ work: @escaping @Sendable () throws -> Result
    ) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: Swift.Result { try work() }) }
        }
    }
}
