import AtlasCore
import Logging
import Synchronization

/// Follows all pods of this installation over one watch, while there is anybody to tell.
final class PodWatch: Sendable {
    private struct State {
        var followers: [String: PodFollower] = [:]
        /// From where to watch on; empty: list first.
        var version = ""
        var work: Task<Void, Never>?
    }

    private let client: APIClient
    private let names: Names
    private let logger: Logger
    private let state = Mutex(State())

    private static let path = "/api/v1/pods"

    init(client: APIClient, names: Names, logger: Logger) {
        self.client = client
        self.names = names
        self.logger = logger
    }

    deinit { state.withLock { $0.work }?.cancel() }

    /// Follows a pod, best before it is made.
    func add(_ follower: PodFollower) {
        state.withLock { state in
            state.followers[Self.key(follower.namespace, follower.pod)] = follower
            guard state.work == nil else { return }
            state.version = ""
            state.work = Task { [weak self] in
                var failures = 0
                while !Task.isCancelled, let self { await self.follow(&failures) }
            }
        }
    }

    /// Follows it no longer.
    func remove(_ follower: PodFollower) {
        let work = state.withLock { state -> Task<Void, Never>? in
            state.followers[Self.key(follower.namespace, follower.pod)] = nil
            guard state.followers.isEmpty else { return nil }
            defer { state.work = nil }
            return state.work
        }
        work?.cancel()
    }

    /// Whether a pod belongs to somebody in this process.
    func isFollowed(_ namespace: String, _ pod: String) -> Bool {
        state.withLock { $0.followers[Self.key(namespace, pod)] != nil }
    }

    /// Whether somebody in this process has a pod in a namespace, or is about to.
    func isUsed(_ namespace: String) -> Bool {
        state.withLock { $0.followers.values.contains { $0.namespace == namespace } }
    }

    /// Lists if needed, and watches until that ends.
    private func follow(_ failures: inout Int) async {
        do {
            var version = state.withLock { $0.version }
            if version.isEmpty { version = try await list() }
            try await client.watch(Self.path, labels: names.selector, from: version, of: Pod.self) {
                [weak self] event in
                guard let self else { return false }
                self.take(event)
                return true
            }
            failures = 0
        } catch let error as APIError where error.isGone {
            // What happened since is no longer known, so look how it is now.
            state.withLock { $0.version = "" }
        } catch {
            guard !Task.isCancelled else { return }
            failures = min(failures + 1, 6)
            // A connection that was cut is nothing unusual: from the same version on.
            if failures > 1 {
                logger.warning("the pods of labs are not followed just now", metadata: ["error": "\(error)"])
                state.withLock { $0.version = "" }
            }
            do { try await client.pause(min(.milliseconds(100 << failures), APILimits.longestPause)) } catch { return }
        }
    }

    private func list() async throws -> String {
        // Only of these it means something if they are not in the list.
        let known = state.withLock { $0.followers.filter { $0.value.exists } }
        let (pods, version) = try await client.list(Self.path, labels: names.selector, of: Pod.self)
        var there: Set<String> = []
        for pod in pods {
            there.insert(Self.key(pod.metadata.namespace ?? "", pod.metadata.name ?? ""))
            tell(pod)
        }
        for (key, follower) in known where !there.contains(key) { follower.takeRemoval() }
        state.withLock { $0.version = version }
        return version
    }

    private func take(_ event: WatchEvent<Pod>) {
        switch event {
        case .present(let pod, let version):
            tell(pod)
            keep(version)
        case .gone(let pod, let version):
            follower(of: pod)?.takeRemoval()
            keep(version)
        case .bookmark(let version): keep(version)
        }
    }

    private func keep(_ version: String) {
        if !version.isEmpty { state.withLock { $0.version = version } }
    }

    private func tell(_ pod: Pod) { follower(of: pod)?.take(pod) }

    private func follower(of pod: Pod) -> PodFollower? {
        let key = Self.key(pod.metadata.namespace ?? "", pod.metadata.name ?? "")
        return state.withLock { $0.followers[key] }
    }

    private static func key(_ namespace: String, _ pod: String) -> String { "\(namespace)/\(pod)" }
}
