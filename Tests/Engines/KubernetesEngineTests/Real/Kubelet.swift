import AtlasCore
import AtlasPorts
import Foundation
import Synchronization

@testable import KubernetesEngine

/// Plays scheduler and kubelet for one installation's pods in a real cluster, as an administrator.
///
/// It has a node of its own, to which it binds the pods. That they run is a claim; what is run in them by `exec` comes here through
/// the API server and runs on this machine, as with the double.
final class Kubelet: Sendable {
    let node: String
    private let serving: FakeCluster
    private let administrator: APIClient
    private let selector: String
    private let seen = Mutex<[String: JSON]>([:])
    private let isResting = Mutex(false)

    init(_ serving: FakeCluster, administrator: APIClient, instance: String) {
        self.serving = serving
        self.administrator = administrator
        selector = "\(Names.managedBy)=atlas,\(Names.instanceLabel)=\(instance)"
        node = "node-\(instance)"
        // As a kubelet of this server's age.
        serving.execVersions.withLock { $0 = ["v4.channel.k8s.io"] }
    }

    /// Works until it is cancelled.
    func run() async throws {
        try await register()
        let list = try await administrator.send(
            .get("/api/v1/pods", [(name: "labelSelector", value: selector)]),
            as: JSON.self
        )
        let version = list["metadata"]?["resourceVersion"]?.string ?? ""
        try await administrator.watch("/api/v1/pods", labels: selector, from: version, of: JSON.self) { event in
            switch event {
            case .present(let pod, _): await self.take(pod)
            case .gone(let pod, _): self.forget(pod)
            case .bookmark: break
            }
            return true
        }
    }

    private func register() async throws {
        try await administrator.send(
            .create("/api/v1/nodes", ["apiVersion": "v1", "kind": "Node", "metadata": ["name": .text(node)]])
        )
        let status: JSON = [
            "addresses": [["type": "InternalIP", "address": "127.0.0.1"]],
            "daemonEndpoints": ["kubeletEndpoint": ["Port": .number(serving.port)]],
        ]
        try await administrator.send(.merge("/api/v1/nodes/\(node)/status", ["status": status]))
    }

    /// Takes its node out of the cluster.
    func leave() async throws { try await administrator.send(.delete("/api/v1/nodes/\(node)")) }

    /// Starts nothing from now on.
    func rest() { isResting.withLock { $0 = true } }

    /// Starts what has come meanwhile.
    func wake() async {
        isResting.withLock { $0 = false }
        for pod in seen.withLock({ Array($0.values) }) { await take(pod) }
    }

    /// Says something else of a pod, as a kubelet would.
    func tell(_ status: JSON, of path: String) async throws {
        try await administrator.send(.merge(path + "/status", ["status": status]))
    }

    // MARK: One pod

    private static func path(_ pod: JSON) -> String {
        let meta = pod["metadata"]
        return "/api/v1/namespaces/\(meta?["namespace"]?.string ?? "")/pods/\(meta?["name"]?.string ?? "")"
    }

    private func take(_ pod: JSON) async {
        let path = Self.path(pod)
        seen.withLock { $0[path] = pod }
        do {
            if pod["metadata"]?["deletionTimestamp"] != nil { return try await end(pod, path) }
            guard !isResting.withLock({ $0 }) else { return }
            guard let place = pod["spec"]?["nodeName"]?.string else { return try await bind(pod, path) }
            if place == node { try await start(pod, path) }
        } catch let error as APIError where error.isNotFound || error.status == 409 {
            // It was removed or changed meanwhile, and the watch tells that.
            return
        } catch is CancellationError {
            // The test is over.
            return
        } catch {
            serving.problem("\(path): the kubelet fails: \(error)")
        }
    }

    private func bind(_ pod: JSON, _ path: String) async throws {
        let binding: JSON = [
            "apiVersion": "v1", "kind": "Binding", "metadata": ["name": pod["metadata"]?["name"] ?? ""],
            "target": ["apiVersion": "v1", "kind": "Node", "name": .text(node)],
        ]
        try await administrator.send(.create(path + "/binding", binding))
    }

    private func start(_ pod: JSON, _ path: String) async throws {
        guard serving.pods.withLock({ $0[path] }) == nil, pod["status"]?["phase"] == "Pending" else { return }
        let space = path.split(separator: "/").dropLast(2).joined(separator: "/")
        let list = try await administrator.send(.get("/\(space)/configmaps"), as: JSON.self)
        let maps = Dictionary(
            (list["items"]?.array ?? []).map { ($0["metadata"]?["name"]?.string ?? "", $0) },
            uniquingKeysWith: { $1 }
        )
        let made = try FakePod(pod, maps: maps, folder: "\(serving.folder)/\(UUID().uuidString)")
        serving.pods.withLock { $0[path] = made }
        try await tell(FakeCluster.running, of: path)
    }

    /// Ends its programs; then there is no such pod any more.
    private func end(_ pod: JSON, _ path: String) async throws {
        serving.pods.withLock { $0.removeValue(forKey: path) }?.kill()
        let options: JSON = [
            "apiVersion": "v1", "kind": "DeleteOptions", "gracePeriodSeconds": 0,
            "preconditions": ["uid": pod["metadata"]?["uid"] ?? ""],
        ]
        try await administrator.send(.delete(path, options: options))
    }

    private func forget(_ pod: JSON) {
        let path = Self.path(pod)
        seen.withLock { $0[path] = nil }
        serving.pods.withLock { $0.removeValue(forKey: path) }?.kill()
    }
}
