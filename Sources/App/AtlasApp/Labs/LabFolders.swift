import AtlasCore
import AtlasLabs
import AtlasPorts
import Foundation

/// The programs and files of labs, beside `lab.md` in the catalogue's folder.
struct LabFolders: LabSources {
    /// What the learner's box never sees.
    static let hidden: Set<String> = ["solution", "broken", "__pycache__"]

    /// The module that all checkers use.
    private static let sharedName = "kit.py"

    private let path: String

    /// - Parameter path: The catalogue's folder; empty if there is none.
    init(path: String) {
        self.path = path
    }

    /// What is in the folder of the lab called `id` but its solutions.
    func files(of id: String) async throws -> LabFiles? {
        let isName = id.utf8.allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || "0123456789-".utf8.contains(byte)
        }
        guard !path.isEmpty, !id.isEmpty, isName else { return nil }
        return try Self.sources("\(path)/labs/\(id)")
    }

    /// What a lab's box finds at `/lab`: the lab's folder but its solutions, and what all labs share, which lies beside it.
    static func sources(_ folder: String) throws -> LabFiles? {
        guard var files = try read(folder, without: hidden) else { return nil }
        let shared = URL(filePath: folder).deletingLastPathComponent().appending(path: sharedName)
        if files[sharedName] == nil, let data = FileManager.default.contents(atPath: shared.path) {
            try files.set(.file([UInt8](data), isExecutable: false), at: sharedName)
        }
        return files
    }

    /// The files under a folder; `nil` if there is no such folder.
    ///
    /// - Throws: `AtlasError` `.invalid` for links, files that cannot be read, and what is beyond `LabBoxLimits`.
    static func read(_ folder: String, without hidden: Set<String>) throws -> LabFiles? {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), isFolder.boolValue else {
            return nil
        }
        var files = LabFiles()
        try add(folder, at: "", to: &files, without: hidden)
        return files
    }

    private static func add(
        _ folder: String,
        at prefix: String,
        to files: inout LabFiles,
        without hidden: Set<String>
    ) throws {
        let manager = FileManager.default
        for name in try manager.contentsOfDirectory(atPath: folder).sorted()
        where !name.hasPrefix(".") && !hidden.contains(name) {
            let (full, path) = ("\(folder)/\(name)", prefix + name)
            let attributes = try manager.attributesOfItem(atPath: full)
            switch attributes[.type] as? FileAttributeType {
            case .typeDirectory?:
                // Also bounds the recursion.
                try LabFiles.check(path)
                try add(full, at: path + "/", to: &files, without: ["__pycache__"])
            case .typeRegular?:
                guard let data = manager.contents(atPath: full) else {
                    throw AtlasError(.invalid, "\(full) cannot be read.")
                }
                let mode = (attributes[.posixPermissions] as? NSNumber)?.intValue ?? 0
                try files.set(.file([UInt8](data), isExecutable: mode & 0o111 != 0), at: path)
            default:
                throw AtlasError(.invalid, "\(full) is neither a file nor a folder.")
            }
        }
        guard files.count <= LabBoxLimits.folderEntries else {
            throw AtlasError(.invalid, "\(folder) has more than \(LabBoxLimits.folderEntries) files.")
        }
    }
}
