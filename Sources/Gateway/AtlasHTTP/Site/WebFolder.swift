import Foundation
import NIOConcurrencyHelpers

/// The files of the web client, in memory.
struct WebFiles: Sendable {
    /// By path from the root of the site, as `/assets/main-4F2A.js`.
    var files: [String: WebFile] = [:]
    var shell: Template?
    var landing: Template?
    var landingCard: Template?
    /// The page for asking the GraphQL API, shown in development.
    var graphQL: Template?
    /// Files that are not served, with the reason, for the log.
    var skipped: [String] = []
    /// Different whenever the folder's content is.
    var stamp = ""
}

/// The folder of the built web client.
///
/// It is read at the start; in development also when something in it has changed.
final class WebFolder: Sendable {
    private let path: String
    private let limits: HTTPLimits
    private let isDevelopment: Bool
    private let state: NIOLockedValueBox<WebFiles>

    init(_ path: String, limits: HTTPLimits, isDevelopment: Bool) {
        self.path = path
        self.limits = limits
        self.isDevelopment = isDevelopment
        state = NIOLockedValueBox(Self.read(Self.list(path), limits))
    }

    /// The files as they are now.
    var current: WebFiles {
        guard isDevelopment else { return state.withLockedValue { $0 } }
        let entries = Self.list(path)
        let stamp = Self.stamp(entries)
        return state.withLockedValue { files in
            if files.stamp != stamp { files = Self.read(entries, limits) }
            return files
        }
    }

    private struct Entry {
        let url: URL
        /// From the root of the site.
        let path: String
        let bytes: Int
        let changed: Date
    }

    /// Regular files only: a symbolic link could lead out of the folder.
    private static func list(_ folder: String) -> [Entry] {
        let root = URL(filePath: folder, directoryHint: .isDirectory).standardizedFileURL
        let keys: [URLResourceKey] = [.isRegularFileKey, .fileSizeKey, .contentModificationDateKey]
        let walk = FileManager.default.enumerator(
            at: root,
            includingPropertiesForKeys: keys,
            options: .skipsHiddenFiles
        )
        let prefix = root.path.hasSuffix("/") ? root.path : root.path + "/"
        var entries: [Entry] = []
        while let url = walk?.nextObject() as? URL {
            guard let values = try? url.resourceValues(forKeys: Set(keys)), values.isRegularFile == true,
                url.standardizedFileURL.path.hasPrefix(prefix)
            else { continue }
            entries.append(
                Entry(
                    url: url,
                    path: "/" + url.standardizedFileURL.path.dropFirst(prefix.count),
                    bytes: values.fileSize ?? 0,
                    changed: values.contentModificationDate ?? .distantPast
                )
            )
        }
        return entries.sorted { $0.path < $1.path }
    }

    private static func stamp(_ entries: [Entry]) -> String {
        entries.map { "\($0.path) \($0.bytes) \($0.changed.timeIntervalSince1970)" }.joined(separator: "\n")
    }

    /// Written by the build for its own checks.
    private static let buildReport = "/build.json"

    private static func read(_ entries: [Entry], _ limits: HTTPLimits) -> WebFiles {
        var result = WebFiles()
        result.stamp = stamp(entries)
        let names = Set(entries.map(\.path))
        var total = 0
        for entry in entries where !isCompressedTwin(entry.path, names) && entry.path != buildReport {
            guard let (type, isCompressible) = ContentType.of(entry.path) else {
                result.skipped.append("\(entry.path): no known type")
                continue
            }
            guard entry.bytes <= limits.webFileBytes, total + entry.bytes <= limits.webFolderBytes,
                let data = try? Data(contentsOf: entry.url)
            else {
                result.skipped.append("\(entry.path): too large, or not readable")
                continue
            }
            total += data.count
            if let template = template(entry.path) {
                result[keyPath: template] = Template(String(decoding: data, as: UTF8.self))
            } else {
                let bytes = [UInt8](data)
                result.files[entry.path] = WebFile(
                    bytes,
                    compressed: compressed(entry, bytes, names, isCompressible: isCompressible),
                    contentType: type,
                    cacheControl: entry.path.hasPrefix("/assets/") ? WebFile.forever : WebFile.revalidated
                )
            }
        }
        return result
    }

    /// What the build has compressed, or what we compress now; `nil` if neither is smaller.
    private static func compressed(
        _ entry: Entry,
        _ bytes: [UInt8],
        _ names: Set<String>,
        isCompressible: Bool
    ) -> [UInt8]? {
        if names.contains(entry.path + ".gz"), let twin = try? Data(contentsOf: entry.url.appendingPathExtension("gz"))
        {
            return twin.count < bytes.count ? [UInt8](twin) : nil
        }
        return isCompressible ? Gzip.compress(bytes, level: Gzip.best) : nil
    }

    private static func isCompressedTwin(_ path: String, _ names: Set<String>) -> Bool {
        path.hasSuffix(".gz") && names.contains(String(path.dropLast(3)))
    }

    private static func template(_ path: String) -> WritableKeyPath<WebFiles, Template?>? {
        switch path {
        case "/shell.html": \.shell
        case "/landing.html": \.landing
        case "/landing-card.html": \.landingCard
        case "/graphql.html": \.graphQL
        default: nil
        }
    }
}
