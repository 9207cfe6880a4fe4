import Foundation
import KubernetesEngine
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import NIOWebSocket
import Synchronization

@testable import KubernetesEngine

/// A Kubernetes API on loopback, with real TLS and real WebSockets, that holds every request to what a cluster would accept.
///
/// There is no kubelet: a pod is a folder, and what is run in it by `exec` runs on this machine.
final class FakeCluster: Sendable {
    /// Answers a request otherwise, a number of times.
    struct Fault: Sendable {
        let matches: @Sendable (Asked) -> Bool
        var times: Int
        let answer: Answer
    }

    /// What the kubelet says of a pod that runs.
    static let running: JSON = [
        "phase": "Running",
        "containerStatuses": [["name": "lab", "state": ["running": ["startedAt": "2026-01-01T00:00:00Z"]]]],
    ]
    static let pending: JSON = ["phase": "Pending", "conditions": [["type": "PodScheduled", "status": "True"]]]

    let folder: String
    let port: Int
    let certificates: Certificates
    /// Whether a token is asked for, or else a certificate.
    let usesToken: Bool
    let token = Mutex("secret")
    let state = Mutex(ClusterState())
    let requests = Mutex<[String]>([])
    let pods = Mutex<[String: FakePod]>([:])
    /// The states through which a new pod goes at once.
    let podSteps = Mutex<[JSON]>([FakeCluster.pending, FakeCluster.running])
    let faults = Mutex<[Fault]>([])
    /// The versions of the streams' protocol that it speaks.
    let execVersions = Mutex<[String]>(["v5.channel.k8s.io", "v4.channel.k8s.io"])
    let pageSize: Int
    private let problems = Mutex<[String]>([])
    private let watchers = Mutex<[Int: Watcher]>([:])
    private let lastWatcher = Mutex(0)
    /// Connections of commands, to be cut.
    private let sockets = Mutex<[ObjectIdentifier: any Channel]>([:])

    private struct Watcher: Sendable {
        let path: String
        let labels: [String: String]
        let name: String?
        let lines: AsyncStream<[UInt8]?>.Continuation
        var told: Int
    }

    private init(folder: String, port: Int, certificates: Certificates, usesToken: Bool, pageSize: Int) {
        self.folder = folder
        self.port = port
        self.certificates = certificates
        self.pageSize = pageSize
        self.usesToken = usesToken
    }

    /// Serves while `body` runs.
    ///
    /// - Parameter isKubelet: Plays the kubelet of a real API server, which asks for commands in its own way and proves itself to
    ///   nobody here.
    static func run(
        usesToken: Bool = true,
        isKubelet: Bool = false,
        pageSize: Int = 500,
        _ body: @escaping @Sendable (FakeCluster) async throws -> Void
    ) async throws -> [String] {
        let certificates = try await Certificates.made()
        let folder = FileManager.default.temporaryDirectory.appending(path: "atlas-cluster-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        var tls = TLSConfiguration.makeServerConfiguration(
            certificateChain: try NIOSSLCertificate.fromPEMBytes(certificates.server).map { .certificate($0) },
            privateKey: .privateKey(try NIOSSLPrivateKey(bytes: certificates.serverKey, format: .pem))
        )
        if !usesToken, !isKubelet {
            tls.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(certificates.authority))
            tls.certificateVerification = .noHostnameVerification
        }
        let context = try NIOSSLContext(configuration: tls)
        let box = Mutex<FakeCluster?>(nil)
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .bind(host: "127.0.0.1", port: 0) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: context))
                    return try configure(channel) { box.withLock { $0 } }
                }
            }
        let cluster = FakeCluster(
            folder: folder,
            port: server.channel.localAddress?.port ?? 0,
            certificates: certificates,
            usesToken: usesToken,
            pageSize: pageSize
        )
        box.withLock { $0 = cluster }
        return try await withThrowingTaskGroup(of: [String]?.self) { group in
            group.addTask {
                try await cluster.serve(server)
                return nil
            }
            group.addTask {
                // The server waits for what runs in the pods.
                defer { for pod in cluster.pods.withLock({ Array($0.values) }) { pod.kill() } }
                try await body(cluster)
                return cluster.problems.withLock { $0 }
            }
            defer { group.cancelAll() }
            while let found = try await group.next() {
                if let found { return found }
            }
            return ["the server ended"]
        }
    }

    /// How the client gets here.
    func access(authority: [UInt8]? = nil, namespace: String = "atlas") -> ClusterAccess {
        let credential: ClusterAccess.Credential =
            usesToken
            ? .token(token.withLock { $0 }) : .certificate(certificates.client, key: certificates.clientKey)
        return ClusterAccess(
            host: "127.0.0.1",
            port: port,
            authority: authority ?? certificates.authority,
            credential: credential,
            namespace: namespace
        )
    }

    // MARK: What tests do to it

    func problem(_ text: String) { problems.withLock { $0.append(text) } }
    func note(_ texts: [String], _ place: String) { for text in texts { problem("\(place): \(text)") } }

    /// Answers the next requests to which `matches` says yes.
    func fail(_ times: Int = 1, with answer: Answer, _ matches: @escaping @Sendable (Asked) -> Bool) {
        faults.withLock { $0.append(Fault(matches: matches, times: times, answer: answer)) }
    }

    func takeFault(_ asked: Asked) -> Answer? {
        faults.withLock { faults in
            guard let index = faults.firstIndex(where: { $0.times > 0 && $0.matches(asked) }) else { return nil }
            faults[index].times -= 1
            return faults[index].answer
        }
    }

    /// Changes objects behind everybody's back and tells who watches.
    func change(_ edit: (inout ClusterState) -> Void) {
        state.withLock { state in
            edit(&state)
            announce(&state)
        }
    }

    /// The paths of all pods.
    var podPaths: [String] { state.withLock { $0.objects.keys.filter { $0.contains("/pods/") }.sorted() } }
    var namespaces: [String] {
        state.withLock {
            $0.objects.keys.filter { $0.split(separator: "/").count == 4 && $0.hasPrefix("/api/v1/namespaces/") }
        }
    }

    /// Tells the version to all who watch, without a change.
    func bookmark() {
        state.withLock { state in
            state.version += 1
            let line = Self.line(
                "BOOKMARK",
                ["kind": "Pod", "metadata": ["resourceVersion": .text(String(state.version))]]
            )
            watchers.withLock { watchers in
                for number in watchers.keys {
                    watchers[number]?.lines.yield(line)
                    watchers[number]?.told = state.version
                }
            }
        }
    }

    /// Cuts all watches in the middle; how many there were.
    @discardableResult
    func cutWatches() -> Int {
        watchers.withLock { watchers in
            for watcher in watchers.values { watcher.lines.yield(nil) }
            return watchers.count
        }
    }

    /// Cuts the connections of all commands.
    func cutCommands() {
        for socket in sockets.withLock({ Array($0.values) }) { socket.close(promise: nil) }
    }

    func add(_ socket: any Channel) { sockets.withLock { $0[ObjectIdentifier(socket)] = socket } }
    func remove(_ socket: any Channel) { sockets.withLock { $0[ObjectIdentifier(socket)] = nil } }

    // MARK: Watches

    /// Tells everybody what has changed.
    func announce(_ state: inout ClusterState) {
        let changes = state.changes
        watchers.withLock { watchers in
            for number in watchers.keys {
                guard let watcher = watchers[number] else { continue }
                for change in changes where change.version > watcher.told && Self.matches(change, watcher) {
                    watcher.lines.yield(Self.line(change.type, change.object))
                }
                watchers[number]?.told = changes.last?.version ?? watcher.told
            }
        }
    }

    private static func matches(_ change: Change, _ watcher: Watcher) -> Bool {
        ClusterState.belongs(change.path, to: watcher.path) && ClusterState.has(change.object, watcher.labels)
            && (watcher.name == nil || change.object["metadata"]?["name"]?.string == watcher.name)
    }

    /// The lines of a new watch; a `nil` in it means that the connection is cut.
    func watch(
        _ path: String,
        _ labels: [String: String],
        _ name: String?,
        _ version: Int
    ) -> (Int, AsyncStream<[UInt8]?>) {
        let (stream, lines) = AsyncStream<[UInt8]?>.makeStream()
        let number = lastWatcher.withLock { last in
            last += 1
            return last
        }
        state.withLock { state in
            guard version >= state.oldest else {
                lines.yield(
                    Self.line(
                        "ERROR",
                        [
                            "kind": "Status", "status": "Failure", "code": 410, "reason": "Expired",
                            "message": .text("too old resource version: \(version) (\(state.oldest))"),
                        ]
                    )
                )
                return lines.finish()
            }
            watchers.withLock {
                $0[number] = Watcher(path: path, labels: labels, name: name, lines: lines, told: version)
            }
            announce(&state)
        }
        return (number, stream)
    }

    func forget(_ watcher: Int) { watchers.withLock { $0[watcher] = nil } }

    private static func line(_ type: String, _ object: JSON) -> [UInt8] {
        let data = (try? JSONEncoder().encode(JSON.object(["type": .text(type), "object": object]))) ?? Data()
        return [UInt8](data) + [10]
    }
}
