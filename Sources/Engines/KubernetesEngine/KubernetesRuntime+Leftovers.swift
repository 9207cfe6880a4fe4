import AtlasCore
import AtlasPorts
import Logging

/// Cleaning up by label and age.
extension KubernetesRuntime {
    /// How old an unknown pod of this very process must be: one that is being made is known, but its answer may be on its way.
    private static let youth = Duration.seconds(60)

    /// Removes pods of processes that are gone or whose time is over, and namespaces in which nothing has run for a while.
    ///
    /// Touches only what carries this installation's labels; namespaces also must have the name of a learner's.
    @discardableResult
    public func removeLeftovers() async throws -> Int {
        beginSweeping()
        return try await sweeping.hold {
            do {
                try await self.lease.hold()
                let living = try await self.lease.living()
                let pods = try await self.client.list("/api/v1/pods", labels: self.names.selector, of: Pod.self).items
                var count = 0
                var occupied: Set<String> = []
                for pod in pods where self.names.isOurs(pod.metadata) {
                    if self.isLeftover(pod.metadata, living) {
                        if try await self.remove(pod.metadata) { count += 1 }
                    }
                    // Until the cluster has ended it, its namespace is not empty.
                    occupied.insert(pod.metadata.namespace ?? "")
                }
                try await self.removeIdleNamespaces(occupied)
                return count
            } catch let error as APIError {
                throw error.atlas("looking for leftovers of labs")
            }
        }
    }

    /// Whether a pod belongs to nobody any more.
    private func isLeftover(_ pod: ObjectMeta, _ living: Set<String>) -> Bool {
        guard pod.deletionTimestamp == nil, let namespace = pod.namespace, let name = pod.name else { return false }
        guard namespace.hasPrefix(Names.namespacePrefix) else { return false }
        let now = clock.now()
        if let end = pod.annotations?[Names.expires].flatMap({ Timestamp(iso8601: $0) }), end < now { return true }
        let process = pod.labels?[Names.processLabel] ?? ""
        guard process == names.process else { return !living.contains(process) }
        guard !watch.isFollowed(namespace, name) else { return false }
        return pod.created.map { now - $0 > Self.youth } ?? true
    }

    /// - Returns: False if it was gone already.
    private func remove(_ pod: ObjectMeta) async throws -> Bool {
        guard let namespace = pod.namespace, let name = pod.name else { return false }
        do {
            try await client.send(
                .delete("/api/v1/namespaces/\(namespace)/pods/\(name)", options: deletion(of: pod, gracePeriod: 1))
            )
        } catch let error as APIError where error.isNotFound || error.status == 409 {
            return false
        }
        if let box = pod.labels?[Names.boxLabel] { await removeFolders(namespace: namespace, box: box) }
        logger.notice(
            "removed a lab's pod that nobody needs",
            metadata: ["namespace": "\(namespace)", "pod": "\(name)"]
        )
        return true
    }

    private func removeIdleNamespaces(_ occupied: Set<String>) async throws {
        let spaces = try await client.list("/api/v1/namespaces", labels: names.selector, of: AnyObjectMeta.self).items
        let now = clock.now()
        for space in spaces where names.isOurs(space.metadata) {
            let meta = space.metadata
            guard let name = meta.name, name.hasPrefix(Names.namespacePrefix), meta.deletionTimestamp == nil,
                !occupied.contains(name), !watch.isUsed(name)
            else { continue }
            let used = meta.annotations?[Names.usedAt].flatMap { Timestamp(iso8601: $0) } ?? meta.created
            guard let used, now - used > settings.idleNamespaceTime else { continue }
            do {
                // Exactly as it was seen: a process that is about to use it has changed it.
                try await client.send(
                    .delete("/api/v1/namespaces/\(name)", options: deletion(of: meta, withVersion: true))
                )
                logger.info("removed a learner's namespace that was empty", metadata: ["namespace": "\(name)"])
            } catch let error as APIError where error.isNotFound || error.status == 409 {
                continue
            }
        }
    }
}
