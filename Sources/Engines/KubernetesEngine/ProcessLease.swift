import AtlasCore
import Logging
import Synchronization

/// Tells other processes of this installation that this one lives, by a `Lease` that is renewed.
///
/// What a process has made is nobody's when its lease is old; so leftovers of a crash are found although the installation has
/// other processes.
final class ProcessLease: Sendable {
    private let client: APIClient
    private let names: Names
    private let namespace: String
    private let settings: KubernetesSettings
    private let clock: any WallClock
    private let logger: Logger
    private let work = Mutex<Task<Void, Never>?>(nil)
    private let lock = FairLock()

    init(
        client: APIClient,
        names: Names,
        namespace: String,
        settings: KubernetesSettings,
        clock: any WallClock,
        logger: Logger
    ) {
        self.client = client
        self.names = names
        self.namespace = namespace
        self.settings = settings
        self.clock = clock
        self.logger = logger
    }

    deinit { work.withLock { $0 }?.cancel() }

    private static func path(_ namespace: String) -> String {
        "/apis/coordination.k8s.io/v1/namespaces/\(namespace)/leases"
    }

    /// Has the lease, from the first time on.
    ///
    /// - Throws: `APIError` if it cannot be made.
    func hold() async throws {
        try await lock.hold {
            guard self.work.withLock({ $0 == nil }) else { return }
            try await self.renew()
            let task = Task { [weak self, interval = settings.leaseInterval] in
                while (try? await Task.sleep(for: interval)) != nil {
                    guard let self else { return }
                    do { try await self.renew() } catch {
                        self.logger.warning(
                            "the lease of this process was not renewed",
                            metadata: ["error": "\(error)"]
                        )
                    }
                }
            }
            self.work.withLock { $0 = task }
        }
    }

    private func renew() async throws {
        let name = Names.lease(of: names.process)
        let labels = names.labels.merging([Names.processLabel: names.process]) { $1 }
        // Of this type of time the API wants microseconds.
        let now = clock.now().description.replacing("Z", with: "000Z")
        let lease: JSON = [
            "apiVersion": "coordination.k8s.io/v1", "kind": "Lease",
            "metadata": ["name": .text(name), "namespace": .text(namespace), "labels": .texts(labels)],
            "spec": [
                "holderIdentity": .text(names.process), "renewTime": .text(now),
                "leaseDurationSeconds": .number(Int(settings.leaseLife.wholeMilliseconds / 1_000)),
            ],
        ]
        try await client.send(.apply("\(Self.path(namespace))/\(name)", lease))
    }

    /// The processes of this installation whose lease is not old.
    ///
    /// Removes leases that have been old for long.
    func living() async throws -> Set<String> {
        let leases = try await client.list(Self.path(namespace), labels: names.selector, of: Lease.self).items
        var living: Set<String> = [names.process]
        let now = clock.now()
        for lease in leases where names.isOurs(lease.metadata) {
            guard let process = lease.metadata.labels?[Names.processLabel], let renewed = lease.renewed else {
                continue
            }
            if now - renewed <= settings.leaseLife { living.insert(process) }
            if now - renewed > Self.forgotten, process != names.process, let name = lease.metadata.name {
                try await client.send(.delete("\(Self.path(namespace))/\(name)", options: deletion(of: lease.metadata)))
            }
        }
        return living
    }

    private static let forgotten = Duration.seconds(86_400)
}

/// Options for removing exactly the object that was seen.
func deletion(of metadata: ObjectMeta, gracePeriod: Int? = nil, withVersion: Bool = false) -> JSON {
    .present([
        "apiVersion": "v1", "kind": "DeleteOptions", "gracePeriodSeconds": gracePeriod.map { .number($0) },
        "preconditions": .present([
            "uid": metadata.uid.map { .text($0) },
            "resourceVersion": withVersion ? metadata.resourceVersion.map { .text($0) } : nil,
        ]),
    ])
}
