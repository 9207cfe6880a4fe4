import AtlasCore
import AtlasPorts
import Foundation

/// The read-only folders of a box as config maps, which pods cannot write.
struct FolderMaps: Sendable {
    /// One map and its name.
    struct Map: Sendable {
        let name: String
        let object: JSON
    }

    let maps: [Map]
    /// The volumes of the pod.
    let volumes: [JSON]
    /// Where they are mounted.
    let mounts: [JSON]

    /// Bytes in one map; the API takes a megabyte, in base 64.
    private static let mapBytes = 700_000
    /// Maps of one box.
    static let mapsPerBox = 12
    /// Where the commands are that Atlas answers.
    static let commandFolder = "/opt/atlas/bin"

    /// - Throws: `AtlasError` `.invalid` for what config maps cannot hold: links, files that are too large.
    init(_ spec: LabBoxSpec, names: Names, namespace: String) throws {
        var (maps, volumes, mounts): ([Map], [JSON], [JSON]) = ([], [], [])
        var folders = spec.folders
        if !spec.commands.isEmpty {
            let script = LabFile.file(Array(BoxScripts.ask.utf8), isExecutable: true)
            folders[Self.commandFolder] = try LabFiles(
                Dictionary(uniqueKeysWithValues: spec.commands.map { ($0, script) })
            )
        }
        for (number, folder) in folders.sorted(by: { $0.key < $1.key }).enumerated() {
            let parts = try Self.parts(folder.value, in: folder.key)
            var sources: [JSON] = []
            for (part, files) in parts.enumerated() {
                let name = "\(names.pod(of: spec.id))-\(number)-\(part)"
                maps.append(Map(name: name, object: Self.map(name, namespace, names, spec, files)))
                sources.append(["configMap": ["name": .text(name), "items": .array(files.map(\.item))]])
            }
            let volume = "folder-\(number)"
            volumes.append(["name": .text(volume), "projected": ["defaultMode": 292, "sources": .array(sources)]])
            mounts.append(["name": .text(volume), "mountPath": .text(folder.key), "readOnly": true])
        }
        guard maps.count <= Self.mapsPerBox else {
            throw AtlasError(.invalid, "The folders of a box are too large for a cluster.")
        }
        (self.maps, self.volumes, self.mounts) = (maps, volumes, mounts)
    }

    private struct File: Sendable {
        let key: String
        let path: String
        let bytes: [UInt8]
        let isExecutable: Bool

        /// Modes 0555 and 0444.
        var item: JSON { ["key": .text(key), "path": .text(path), "mode": .number(isExecutable ? 365 : 292)] }
    }

    /// The files of a folder, in portions that fit into a map each.
    private static func parts(_ files: LabFiles, in folder: String) throws -> [[File]] {
        var parts: [[File]] = [[]]
        var bytes = 0
        for (number, path) in files.paths.enumerated() {
            switch files[path] {
            case .file(let content, let isExecutable):
                guard content.count <= mapBytes else {
                    throw AtlasError(
                        .invalid,
                        "“\(folder)/\(path)” is larger than \(mapBytes) bytes, the most a cluster takes."
                    )
                }
                if bytes + content.count > mapBytes {
                    parts.append([])
                    bytes = 0
                }
                bytes += content.count
                parts[parts.count - 1].append(
                    File(key: "f\(number)", path: path, bytes: content, isExecutable: isExecutable)
                )
            case .link: throw AtlasError(.invalid, "“\(folder)/\(path)” is a link, which a cluster does not take here.")
            case .folder, nil: continue
            }
        }
        return parts
    }

    private static func map(
        _ name: String,
        _ namespace: String,
        _ names: Names,
        _ spec: LabBoxSpec,
        _ files: [File]
    ) -> JSON {
        let labels = names.labels.merging([
            Names.boxLabel: names.boxHash(spec.id), Names.processLabel: names.process,
        ]) { $1 }
        let data = Dictionary(uniqueKeysWithValues: files.map { ($0.key, Data($0.bytes).base64EncodedString()) })
        return [
            "apiVersion": "v1", "kind": "ConfigMap", "immutable": true,
            "metadata": ["name": .text(name), "namespace": .text(namespace), "labels": .texts(labels)],
            "binaryData": .texts(data),
        ]
    }
}
