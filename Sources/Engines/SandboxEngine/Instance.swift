import AtlasCore
import CLabBox
import Foundation

/// This process among those that run boxes: its name is part of what it makes, and its lock tells that it lives.
final class Instance: Sendable {
    let name: String
    private let folder: String
    private let lock: Int32

    /// A process that is gone; its lock is held until `release`, so that two successors do not clean up at once.
    struct Dead: Sendable {
        fileprivate let name: String
        fileprivate let hierarchies: [ControlGroups.Hierarchy]
        fileprivate let path: String
        fileprivate let lock: Int32

        /// The groups that it made and that are still there.
        func groups() -> [BoxGroup] {
            ControlGroups(hierarchies: hierarchies).names().filter { $0.hasPrefix("box-\(name).") }.sorted()
                .map { BoxGroup(name: $0, hierarchies: hierarchies) }
        }

        /// Lets go; removes the last trace if nothing is left to do.
        func release(forgetting: Bool) {
            if forgetting { unlink(path) }
            close(lock)
        }
    }

    init(folder: String, groups: ControlGroups) throws {
        self.folder = "\(folder)/instances"
        name = RandomIDSource().next()
        do {
            try FileManager.default.createDirectory(
                atPath: self.folder,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
        } catch {
            throw AtlasError(
                .unavailable,
                "Labs cannot run: the folder “\(folder)” cannot be made. Set another one or give it to Atlas.",
                cause: error
            )
        }
        lock = box_lock("\(self.folder)/\(name)")
        guard lock >= 0 else {
            throw AtlasError(.unavailable, "Labs cannot run: the folder “\(folder)” cannot be written.")
        }
        // A successor may be in another group than this process, and looks where this one says.
        let lines = groups.hierarchies.map { "\($0.version) \($0.folder)\n" }.joined()
        try KernelFile.write(lines, to: "\(self.folder)/\(name)")
    }

    deinit {
        unlink("\(folder)/\(name)")
        close(lock)
    }

    /// Processes of this folder that are gone.
    func takeDead() throws -> [Dead] {
        try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0 != name }.compactMap { name in
            let path = "\(folder)/\(name)"
            let lock = box_lock(path)
            guard lock >= 0 else { return nil }
            return Dead(name: name, hierarchies: Self.hierarchies(KernelFile.text(path) ?? ""), path: path, lock: lock)
        }
    }

    private static func hierarchies(_ text: String) -> [ControlGroups.Hierarchy] {
        text.split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ", maxSplits: 1)
            guard words.count == 2, let version = Int(words[0]), words[1].hasSuffix("/atlas-labs") else { return nil }
            return ControlGroups.Hierarchy(folder: String(words[1]), version: version, controllers: [])
        }
    }
}
