import AtlasCore
import AtlasPorts

/// What is in a home, and what of it can be kept.
struct HomeListing: Sendable {
    /// Something in it.
    struct Entry: Sendable, Equatable {
        enum Kind: Sendable, Equatable {
            case file, folder, link, other
        }

        let path: [UInt8]
        let kind: Kind
        let bytes: Int
        let targetBytes: Int

        /// The path for people: at most 200 letters, no control characters.
        var shown: String {
            let text = String(decoding: path, as: UTF8.self)
            return String(
                text.unicodeScalars.prefix(200).map { $0.properties.generalCategory == .control ? "?" : Character($0) }
            )
        }
    }

    /// Folders come before what they hold.
    let entries: [Entry]
    /// Another one if anything was made, changed or removed, however the file's own time was set.
    let fingerprint: UInt64

    /// Reads the output of `BoxScripts.list`; an incomplete entry at the end is left out.
    init(_ output: [UInt8]) {
        var entries: [Entry] = []
        var fields: [ArraySlice<UInt8>] = []
        var rest = output[...]
        while let end = rest.firstIndex(of: 0) {
            fields.append(rest[..<end])
            rest = rest[(end + 1)...]
            guard fields.count == 6 else { continue }
            let kind: Entry.Kind =
                switch fields[0].first {
                case UInt8(ascii: "f"): .file
                case UInt8(ascii: "d"): .folder
                case UInt8(ascii: "l"): .link
                default: .other
                }
            entries.append(
                Entry(
                    path: Array(fields[5]),
                    kind: kind,
                    bytes: Int(String(decoding: fields[1], as: UTF8.self)) ?? 0,
                    targetBytes: fields[4].count
                )
            )
            fields.removeAll(keepingCapacity: true)
        }
        self.entries = entries
        // FNV-1a: told apart are states of one home, by nobody who would gain by a collision.
        fingerprint = output.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }

    /// What can be kept within `LabBoxLimits`.
    struct Selection: Sendable {
        /// In order.
        var paths: [String] = []
        var omissions: [String] = []
        var omittedCount = 0

        mutating func omit(_ what: String, _ reason: String) {
            omittedCount += 1
            if omissions.count < LabBoxLimits.omissions { omissions.append("\(what): \(reason)") }
        }
    }

    /// What can be kept; folders only if they are empty, the others follow from what they hold.
    func selection() -> Selection {
        var selection = Selection()
        var total = 0
        let parents = Set(
            entries.compactMap { entry in
                entry.path.lastIndex(of: UInt8(ascii: "/")).map { Array(entry.path[..<$0]) }
            }
        )
        for entry in entries {
            if entry.kind == .folder, parents.contains(entry.path) { continue }
            guard let path = String(validating: entry.path, as: UTF8.self) else {
                selection.omit(entry.shown, "its name is not UTF-8")
                continue
            }
            do { try LabFiles.check(path) } catch {
                selection.omit(entry.shown, "its path is too long or too deep")
                continue
            }
            if let reason = Self.obstacle(entry, total: total, count: selection.paths.count) {
                selection.omit(entry.shown, reason)
                continue
            }
            if entry.kind == .file { total += entry.bytes }
            selection.paths.append(path)
        }
        return selection
    }

    private static func obstacle(_ entry: Entry, total: Int, count: Int) -> String? {
        guard count < LabBoxLimits.entries else { return "there are more than \(LabBoxLimits.entries) files" }
        switch entry.kind {
        case .other: return "is neither a file, a folder nor a link"
        case .file where entry.bytes > LabBoxLimits.fileBytes:
            return "is larger than \(LabBoxLimits.fileBytes >> 20) MiB"
        case .file where total + entry.bytes > LabBoxLimits.totalBytes:
            return "the files are larger than \(LabBoxLimits.totalBytes >> 20) MiB together"
        case .link where !(1...LabBoxLimits.pathBytes).contains(entry.targetBytes):
            return "points to a path that is too long"
        default: return nil
        }
    }

    /// Why `files` cannot be laid over this home; `nil` if they can.
    func conflict(with files: LabFiles) -> String? {
        var kinds: [[UInt8]: Entry.Kind] = [:]
        for entry in entries { kinds[entry.path] = entry.kind }
        for path in files.paths {
            let bytes = Array(path.utf8)
            for index in bytes.indices where bytes[index] == UInt8(ascii: "/") {
                if let kind = kinds[Array(bytes[..<index])], kind != .folder { return path }
            }
            guard let kind = kinds[bytes] else { continue }
            if (kind == .folder) != (files[path] == .folder) { return path }
        }
        return nil
    }
}
