import AtlasCore
import CLabBox
import Foundation
import Synchronization

/// Users of the machine that belong to one box each while it runs.
///
/// A user is taken by locking a file, which the kernel lets go with the process, and only if nothing runs as that user.
struct UserLeases: Sendable {
    let users: ClosedRange<UInt32>
    /// Where the locks may be; the first that can be made is used.
    private let folders: [String]

    init(folders: [String], users: ClosedRange<UInt32>) {
        self.folders = folders
        self.users = users
    }

    /// A user that is held; `release` gives it back.
    struct Lease: Sendable {
        let user: UInt32
        fileprivate let lock: Int32

        func release() { close(lock) }
    }

    /// Takes a user that nobody has.
    ///
    /// - Throws: `AtlasError` `.tooMany` if all are taken, `.internalError` if the locks cannot be made.
    func take() throws -> Lease {
        let folder = try usableFolder()
        let busy = Self.usersWithProcesses()
        let first = UInt32.random(in: users)
        for user in Array(first...users.upperBound) + Array(users.lowerBound..<first) where !busy.contains(user) {
            let lock = box_lock("\(folder)/\(user)")
            if lock >= 0 { return Lease(user: user, lock: lock) }
            guard lock == -EWOULDBLOCK else {
                let reason = String(cString: strerror(-lock))
                throw AtlasError(.internalError, "A box cannot be started.", detail: "\(folder)/\(user): \(reason)")
            }
        }
        throw AtlasError(.tooMany, "All places for labs are taken.", retryAfter: .seconds(30))
    }

    private func usableFolder() throws -> String {
        for folder in folders {
            let isThere =
                (try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)) != nil
            if isThere, FileManager.default.isWritableFile(atPath: folder) { return folder }
        }
        throw AtlasError(.unavailable, "A box cannot be started.", detail: "none of \(folders) can be written")
    }

    private static func usersWithProcesses() -> Set<UInt32> {
        guard let processes = opendir("/proc") else { return [] }
        defer { closedir(processes) }
        var users: Set<UInt32> = []
        while let entry = readdir(processes) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            var info = stat()
            if name.utf8.first.map({ (48...57).contains($0) }) == true, stat("/proc/\(name)", &info) == 0 {
                users.insert(info.st_uid)
            }
        }
        return users
    }
}
