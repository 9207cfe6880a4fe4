import AtlasCore
import Foundation

/// Files that are there whole or not at all, also after a power cut.
enum DurableFile {
    /// Begins the name of a file that is being written; no key and no id contains it.
    static let partialPrefix = "~"

    /// Writes beside `path`, brings the bytes to disk, renames, and brings the new name to disk.
    ///
    /// - Throws: `AtlasError.unavailable`.
    static func write(_ bytes: [UInt8], to path: String) throws(AtlasError) {
        let folder = URL(filePath: path).deletingLastPathComponent().path
        let temporary = "\(folder)/\(partialPrefix)\(UUID().uuidString)"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw failure("open", temporary) }
        do throws(AtlasError) {
            defer { close(descriptor) }
            try writeAll(bytes, to: descriptor, temporary)
            guard fsync(descriptor) == 0 else { throw failure("fsync", temporary) }
        } catch {
            unlink(temporary)
            throw error
        }
        guard rename(temporary, path) == 0 else {
            let error = failure("rename", path)
            unlink(temporary)
            throw error
        }
        try synchronize(folder: folder)
    }

    /// Brings a folder's list of names to disk.
    static func synchronize(folder: String) throws(AtlasError) {
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("open", folder) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw failure("fsync", folder) }
    }

    /// Writes every byte, or throws.
    static func writeAll(_ bytes: [UInt8], to descriptor: Int32, _ path: String) throws(AtlasError) {
        var done = 0
        while done < bytes.count {
            let count = bytes[done...].withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw failure("write", path) }
            done += count
        }
    }

    /// What a failed system call means, with the reason from `errno`.
    static func failure(_ call: String, _ path: String) -> AtlasError {
        let reason = String(cString: strerror(errno))
        return AtlasError(.unavailable, "A file cannot be written just now.", detail: "\(call) \(path): \(reason)")
    }
}
