import AtlasCore
import AtlasPorts
import Logging
import Synchronization
import Testing

@testable import KubernetesEngine

/// A cluster with a runtime that uses it.
struct Bench: BoxBench {
    let cluster: FakeCluster
    let client: APIClient
    let runtime: KubernetesRuntime
    let clock: ManualClock
    let pauses: Pauses

    /// Waits that were asked for; none of them takes long.
    final class Pauses: Sendable {
        private let list = Mutex<[Duration]>([])
        func add(_ duration: Duration) { list.withLock { $0.append(duration) } }
        var all: [Duration] { list.withLock { $0 } }
    }

    static func run(
        usesToken: Bool = true,
        pageSize: Int = 500,
        _ change: (inout KubernetesSettings) -> Void = { _ in },
        _ body: @escaping @Sendable (Bench) async throws -> Void
    ) async throws {
        var settings = KubernetesSettings(instance: "test", image: "lab:1", startTime: .seconds(20))
        change(&settings)
        let problems = try await FakeCluster.run(usesToken: usesToken, pageSize: pageSize) { [settings] cluster in
            let pauses = Pauses()
            let client = try APIClient(cluster.access()) { duration in
                pauses.add(duration)
                try await Task.sleep(for: min(duration, .milliseconds(20)))
            }
            let clock = ManualClock(SystemClock().now())
            try await body(
                Bench(
                    cluster: cluster,
                    client: client,
                    runtime: another(client, settings, clock),
                    clock: clock,
                    pauses: pauses
                )
            )
        }
        #expect(problems == [])
    }

    /// Another process of the same installation, or of another one.
    static func another(
        _ client: APIClient,
        _ settings: KubernetesSettings,
        _ clock: ManualClock
    ) -> KubernetesRuntime {
        KubernetesRuntime(
            client,
            settings: settings,
            clock: clock,
            ids: RandomIDSource(),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    /// Changes what the kubelet says of the box.
    func tell(_ status: JSON, of box: KubernetesBox) {
        let path = path(box)
        cluster.change { cluster.setStatus(status, of: path, &$0) }
    }
}

/// Whether `condition` becomes true; looked at again and again, for at most `limit`.
func eventually(_ limit: Duration = .seconds(60), _ condition: () async throws -> Bool) async rethrows -> Bool {
    let end = ContinuousClock.now + limit
    while ContinuousClock.now < end {
        if try await condition() { return true }
        try? await Task.sleep(for: .milliseconds(10))
    }
    return try await condition()
}

/// The code of what is thrown.
func code(_ body: () async throws -> Void) async -> AtlasError.Code? {
    do {
        try await body()
        return nil
    } catch { return (error as? AtlasError)?.code }
}
