import AtlasCore

/// Something in a learner's home.
public enum LabFile: Sendable, Equatable {
    /// A regular file.
    case file([UInt8], isExecutable: Bool)
    /// A symbolic link and what it says; nobody follows it outside a box.
    case link(String)
    /// A folder; folders that hold something are implied by their content.
    case folder

    /// A text file that is not executable.
    public static func text(_ text: String) -> LabFile { .file(Array(text.utf8), isExecutable: false) }

    /// The content of a regular file.
    public var bytes: [UInt8]? {
        guard case .file(let bytes, _) = self else { return nil }
        return bytes
    }
}

/// Files by path, within `LabBoxLimits`.
///
/// A path is relative, in UTF-8, of segments separated by `/`; no segment is empty, `.` or `..`, longer than 255 bytes or
/// has a NUL. No file or link has something below it. So nothing in a `LabFiles` can point outside the folder it is laid into.
public struct LabFiles: Sendable, Equatable {
    private var entries: [PathBytes: LabFile] = [:]
    /// Folders above entries, with the number of entries below.
    private var implied: [PathBytes: Int] = [:]
    /// Bytes of all regular files.
    public private(set) var totalBytes = 0

    /// No files.
    public init() {}

    /// Files by path.
    ///
    /// - Throws: `AtlasError` `.invalid` that names the path and what is wrong with it.
    public init(_ files: [String: LabFile]) throws {
        for (path, file) in files { try set(file, at: path) }
    }

    /// Paths in the order of their bytes, so that a folder comes before what it holds.
    public var paths: [String] {
        entries.keys.map(\.text).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// How many entries there are, implied folders not counted.
    public var count: Int { entries.count }

    /// Whether there are none.
    public var isEmpty: Bool { entries.isEmpty }

    /// What is at `path`; `nil` if there is nothing or only an implied folder.
    public subscript(path: String) -> LabFile? { entries[PathBytes(text: path)] }

    /// Puts `file` at `path`; replaces what was there.
    ///
    /// - Throws: `AtlasError` `.invalid` if the path is none, a folder stands there, a file or link stands above it, or a
    ///   limit of `LabBoxLimits` is passed.
    public mutating func set(_ file: LabFile, at path: String) throws {
        try Self.check(path)
        try checkNeighbours(of: path, for: file)
        if case .link(let target) = file {
            guard (1...LabBoxLimits.pathBytes).contains(target.utf8.count), !target.utf8.contains(0) else {
                throw AtlasError(.invalid, "The link “\(path)” points to a path that is empty or too long.")
            }
        }
        let bytes = file.bytes?.count ?? 0
        guard bytes <= LabBoxLimits.fileBytes else {
            throw AtlasError(.invalid, "“\(path)” is larger than \(LabBoxLimits.fileBytes >> 20) MiB.")
        }
        let key = PathBytes(text: path)
        let old = entries[key]
        let total = totalBytes - (old?.bytes?.count ?? 0) + bytes
        guard total <= LabBoxLimits.totalBytes else {
            throw AtlasError(.invalid, "The files are larger than \(LabBoxLimits.totalBytes >> 20) MiB together.")
        }
        guard old != nil || entries.count < LabBoxLimits.entries else {
            throw AtlasError(.invalid, "There are more than \(LabBoxLimits.entries) files.")
        }
        entries[key] = file
        totalBytes = total
        if old == nil { for parent in key.parents { implied[parent, default: 0] += 1 } }
    }

    /// Removes what is at `path`; removing nothing is no error.
    public mutating func remove(_ path: String) {
        let key = PathBytes(text: path)
        guard let old = entries.removeValue(forKey: key) else { return }
        totalBytes -= old.bytes?.count ?? 0
        for parent in key.parents {
            implied[parent] = implied[parent].flatMap { $0 > 1 ? $0 - 1 : nil }
        }
    }

    /// Lays `other` over these files.
    ///
    /// - Throws: As `set(_:at:)`.
    public mutating func lay(_ other: LabFiles) throws {
        for path in other.paths {
            guard let file = other[path] else { continue }
            try set(file, at: path)
        }
    }

    /// Checks one path.
    ///
    /// - Throws: `AtlasError` `.invalid`.
    public static func check(_ path: String) throws {
        guard (1...LabBoxLimits.pathBytes).contains(path.utf8.count), !path.utf8.contains(0) else {
            throw AtlasError(.invalid, "A path is empty, has a NUL or is longer than \(LabBoxLimits.pathBytes) bytes.")
        }
        let segments = path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard segments.count <= LabBoxLimits.pathDepth else {
            throw AtlasError(.invalid, "“\(path)” has more than \(LabBoxLimits.pathDepth) folders.")
        }
        let special: [[UInt8]] = [[], Array(".".utf8), Array("..".utf8)]
        guard segments.allSatisfy({ $0.count <= 255 && !special.contains(Array($0)) }) else {
            throw AtlasError(.invalid, "“\(path)” is not a relative path without “.” and “..”.")
        }
    }

    private func checkNeighbours(of path: String, for file: LabFile) throws {
        let key = PathBytes(text: path)
        for parent in key.parents {
            guard let above = entries[parent], above != .folder else { continue }
            throw AtlasError(.invalid, "“\(path)” is below “\(parent.text)”, which is no folder.")
        }
        guard file == .folder || implied[key] == nil else {
            throw AtlasError(.invalid, "“\(path)” is a folder with content.")
        }
    }
}

/// A path that equals another if its bytes do; `String` takes different spellings of one letter as equal, file systems do not.
private struct PathBytes: Hashable {
    let text: String

    static func == (left: PathBytes, right: PathBytes) -> Bool { left.text.utf8.elementsEqual(right.text.utf8) }

    func hash(into hasher: inout Hasher) {
        for byte in text.utf8 { hasher.combine(byte) }
    }

    /// The folders above, nearest first.
    var parents: [PathBytes] {
        text.utf8.indices.reversed().filter { text.utf8[$0] == UInt8(ascii: "/") }.map {
            PathBytes(text: String(text[..<$0]))
        }
    }
}
