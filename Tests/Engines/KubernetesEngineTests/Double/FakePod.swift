import Foundation
@testable import KubernetesEngine
import Synchronization

/// The container of a pod: a folder of this machine, in which programs run without any walls.
final class FakePod: Sendable {
    let folder: String
    private let environment: [String: String]
    /// Bytes of all commands that were handed to their connections, by channel.
    let sent = Mutex<[UInt8: Int]>([:])
    private let processes = Mutex<[pid_t: PodProcess]>([:])

    init(_ object: JSON, maps: [String: JSON], folder: String) throws {
        self.folder = folder
        var variables = ["PATH": "/usr/local/bin:/usr/bin:/bin"]
        for variable in object["spec"]?["containers"]?[0]?["env"]?.array ?? [] {
            variables[variable["name"]?.string ?? ""] = variable["value"]?.string
        }
        environment = variables.mapValues { Self.rewritten($0, folder) }
        for name in ["home", "run", "opt/bin", "tmp"] {
            try FileManager.default.createDirectory(atPath: "\(folder)/\(name)", withIntermediateDirectories: true)
        }
        try mount(object, maps)
    }

    /// What the container sees is elsewhere here.
    private static func rewritten(_ text: String, _ folder: String) -> String {
        text.replacing("/home/lab", with: "\(folder)/home").replacing("/run/atlas", with: "\(folder)/run")
            .replacing("/opt/atlas", with: "\(folder)/opt")
    }

    private static func word(_ text: String, _ folder: String) -> String {
        if text == "/tmp" { return "\(folder)/tmp" }
        for root in ["/lab/", "/attempt/"] where text.hasPrefix(root) { return "\(folder)/root\(text)" }
        return rewritten(text, folder)
    }

    /// Lays out the config maps of its projected volumes.
    private func mount(_ object: JSON, _ maps: [String: JSON]) throws {
        let mounts = object["spec"]?["containers"]?[0]?["volumeMounts"]?.array ?? []
        for volume in object["spec"]?["volumes"]?.array ?? [] {
            guard let mount = mounts.first(where: { $0["name"] == volume["name"] }), mount["readOnly"] == true,
                let path = mount["mountPath"]?.string
            else { continue }
            let place = path.hasPrefix("/opt/atlas") ? Self.rewritten(path, folder) : "\(folder)/root\(path)"
            for source in volume["projected"]?["sources"]?.array ?? [] {
                let map = maps[source["configMap"]?["name"]?.string ?? ""]
                for item in source["configMap"]?["items"]?.array ?? [] {
                    guard let data = map?["binaryData"]?[item["key"]?.string ?? ""]?.string,
                        let bytes = Data(base64Encoded: data), let name = item["path"]?.string,
                        case .number(let mode)? = item["mode"]
                    else { throw PodProcess.Failure(text: "a volume without its map") }
                    let file = URL(filePath: "\(place)/\(name)")
                    try FileManager.default.createDirectory(
                        at: file.deletingLastPathComponent(),
                        withIntermediateDirectories: true
                    )
                    try Data(Self.rewritten(String(decoding: bytes, as: UTF8.self), folder).utf8).write(to: file)
                    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file.path)
                }
            }
        }
    }

    func start(_ words: [String], hasTerminal: Bool) throws -> PodProcess {
        let process = try PodProcess.start(
            words.map { Self.word($0, folder) },
            environment: environment,
            directory: folder,
            hasTerminal: hasTerminal
        )
        processes.withLock { $0[process.number] = process }
        return process
    }

    func ended(_ process: PodProcess) { processes.withLock { $0[process.number] = nil } }

    /// How many programs run.
    var count: Int { processes.withLock { $0.count } }

    /// Ends everything in it.
    func kill() {
        for process in processes.withLock({ Array($0.values) }) { process.kill() }
    }
}
