import AtlasCore
import AtlasPorts
import Foundation
import Testing

@testable import KubernetesEngine

/// A runtime on a real API server, with the rights of the manifest's service account and no others.
///
/// `scripts/test-kubernetes.sh` starts the server. Each bench is an installation of its own, so that benches do not meet.
struct RealBench: BoxBench {
    let runtime: KubernetesRuntime
    /// With the rights of the service account.
    let client: APIClient
    let administrator: APIClient
    let kubelet: Kubelet
    let clock: ManualClock

    private static func variable(_ name: String) -> String? {
        let value = ProcessInfo.processInfo.environment[name] ?? ""
        return value.isEmpty ? nil : value
    }

    /// The kubeconfig of the service account; `nil` where no server was started.
    static let kubeconfig = variable("ATLAS_TEST_KUBECONFIG")

    /// The program that starts another API server on the same data.
    static func serverProgram() throws -> String { try #require(variable("ATLAS_TEST_KUBE_APISERVER")) }

    /// How the service account gets to the server.
    static func access() throws -> ClusterAccess { try .kubeconfig(path: try #require(kubeconfig)) }

    static func administrator() throws -> APIClient {
        try APIClient(.kubeconfig(path: try #require(variable("ATLAS_TEST_KUBECONFIG_ADMINISTRATOR"))))
    }

    static func run(
        access: ClusterAccess? = nil,
        _ change: (inout KubernetesSettings) -> Void = { _ in },
        _ body: @escaping @Sendable (RealBench) async throws -> Void
    ) async throws {
        let instance = "t\(UUID().uuidString.prefix(8).lowercased())"
        var settings = KubernetesSettings(instance: instance, image: "lab:1", startTime: .seconds(60))
        change(&settings)
        let client = try APIClient(try access ?? self.access())
        let administrator = try Self.administrator()
        let problems = try await FakeCluster.run(usesToken: false, isKubelet: true) { [settings] serving in
            let kubelet = Kubelet(serving, administrator: administrator, instance: instance)
            let clock = ManualClock(SystemClock().now())
            let bench = RealBench(
                runtime: Bench.another(client, settings, clock),
                client: client,
                administrator: administrator,
                kubelet: kubelet,
                clock: clock
            )
            try await bench.run(body)
        }
        #expect(problems == [])
    }

    private func run(_ body: @escaping @Sendable (RealBench) async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                do { try await kubelet.run() } catch is CancellationError {}
                return false
            }
            group.addTask {
                try await body(self)
                try await kubelet.leave()
                return true
            }
            defer { group.cancelAll() }
            while let isDone = try await group.next(), !isDone {}
        }
    }

    /// An object as the server keeps it.
    func kept(_ path: String) async throws -> JSON { try await administrator.send(.get(path)) }

    /// Whether there is such an object.
    func exists(_ path: String) async throws -> Bool {
        do {
            try await administrator.send(.get(path))
            return true
        } catch let error as APIError where error.isNotFound {
            return false
        }
    }
}

extension JSON {
    /// What of `sent` is not in this, by its path; amounts may be written otherwise, and empty texts left out.
    func missing(_ sent: JSON, at path: String = "") -> [String] {
        switch (sent, self) {
        case (.object(let wanted), .object(let there)):
            return wanted.sorted { $0.key < $1.key }.flatMap { key, value in
                guard let found = there[key] else { return value == "" ? [] : ["\(path).\(key)"] }
                return found.missing(value, at: "\(path).\(key)")
            }
        case (.array(let wanted), .array(let there)):
            guard wanted.count == there.count else { return ["\(path): \(there.count) elements"] }
            return zip(wanted, there).enumerated().flatMap { $1.1.missing($1.0, at: "\(path)[\($0)]") }
        case (.text(let wanted), .text(let there)):
            if wanted == there { return [] }
            let amount = Quantity.value(wanted)
            return amount != nil && amount == Quantity.value(there) ? [] : ["\(path): \(there)"]
        default: return self == sent ? [] : ["\(path): \(self)"]
        }
    }
}
