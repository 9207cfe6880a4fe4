import AtlasCore
import AtlasPorts
import Synchronization

/// What a pod's status means for the box.
enum PodState: Sendable, Equatable {
    /// Not yet running; with what it waits for, for the log, if that is known.
    case waiting(String?)
    case running
    /// It will never run: what learners read, and what the log does.
    case refused(String, detail: String)
    /// It ran and has ended.
    case over(LabBoxEnd)

    /// Reasons for which a container waits in vain.
    private static let hopeless = [
        "ImagePullBackOff":
            "The labs' image cannot be fetched by the cluster. The operator finds the reason in the log.",
        "InvalidImageName": "The labs' image has a name that the cluster does not understand.",
        "ErrImageNeverPull": "The labs' image is not on the cluster's machine.",
        "CreateContainerConfigError": "The cluster cannot make the lab's box as it is described.",
        "CreateContainerError": "The cluster could not make the lab's box.",
        "RunContainerError": "The cluster could not start the lab's box.",
        "CrashLoopBackOff": "The lab's box ends as soon as it starts. Does its image have /bin/sh?",
    ]

    init(_ pod: Pod) {
        let status = pod.status
        let container = status?.containerStatuses?.first { $0.name == Names.container }?.state
        if let ended = container?.terminated {
            self = .over(Self.end(ended, status))
        } else if status?.phase == "Failed" || status?.phase == "Succeeded" {
            self = .over(Self.end(nil, status))
        } else if let waiting = container?.waiting, let reason = waiting.reason, let text = Self.hopeless[reason] {
            self = .refused(text, detail: "\(reason): \(waiting.message ?? "")")
        } else if container?.running != nil {
            self = .running
        } else if let scheduled = status?.conditions?.first(where: { $0.type == "PodScheduled" }),
            scheduled.status == "False"
        {
            self = .waiting("\(scheduled.reason ?? "not scheduled"): \(scheduled.message ?? "")")
        } else {
            self = .waiting(container?.waiting.map { "\($0.reason ?? ""): \($0.message ?? "")" })
        }
    }

    private static func end(_ container: Pod.Terminated?, _ status: Pod.Status?) -> LabBoxEnd {
        if container?.reason == "OOMKilled" { return .outOfMemory }
        switch status?.reason {
        case "Evicted": return .failed("the cluster evicted the pod: \(status?.message ?? "")")
        case "DeadlineExceeded": return .failed("the pod's time was over (lab.kubernetes.podMinutes)")
        case let reason?: return .failed("\(reason): \(status?.message ?? "")")
        case nil: break
        }
        let code = container?.exitCode.map { "status \($0)" } ?? "no status"
        return .failed("the pod ended with \(code): \(container?.reason ?? "") \(container?.message ?? "")")
    }
}

/// Follows one pod: when it runs, and when it has ended.
final class PodFollower: Sendable {
    let namespace: String
    let pod: String
    /// It runs, or why it does not.
    private let decided = Promise<Result<Void, AtlasError>>()
    private let end = Promise<LabBoxEnd>()
    private let removed = Promise<Void>()
    private let note = Mutex(Note())

    private struct Note {
        var exists = false
        var isOthers = false
        var waitsFor: String?
        /// Its end is wanted from now on, and is told by `stop`.
        var isStopping = false
    }

    init(namespace: String, pod: String) {
        self.namespace = namespace
        self.pod = pod
    }

    /// Whether the cluster has said that there is such a pod.
    var exists: Bool { note.withLock { $0.exists } }

    /// Whether another process has a pod of this name, which is not touched then.
    var isOthers: Bool { note.withLock { $0.isOthers } }

    /// Takes that another process has it.
    func leaveToOthers() { note.withLock { $0.isOthers = true } }

    /// Whether it has ended.
    var isOver: Bool { end.current != nil }

    /// Takes its state.
    func take(_ pod: Pod) {
        let state = PodState(pod)
        note.withLock {
            $0.exists = true
            if case .waiting(let what) = state { $0.waitsFor = what ?? $0.waitsFor }
        }
        switch state {
        case .waiting: return
        case .running: decided.resolve(.success(()))
        case .refused(let text, let detail): decided.resolve(.failure(AtlasError(.unavailable, text, detail: detail)))
        case .over(let how):
            decided.resolve(
                .failure(AtlasError(.unavailable, "The lab's box ended while it started.", detail: "\(how)"))
            )
            tell(how)
        }
    }

    /// Takes that it is gone.
    func takeRemoval() {
        decided.resolve(.failure(AtlasError(.unavailable, "The lab's box was removed while it started.")))
        removed.resolve(())
        tell(.failed("the pod was removed from the cluster"))
    }

    private func tell(_ how: LabBoxEnd) {
        guard note.withLock({ !$0.isStopping }) else { return }
        end.resolve(how)
    }

    /// Its end is wanted.
    func beginStop() { note.withLock { $0.isStopping = true } }

    /// Takes that it was stopped and is gone; the first end counts.
    func stop() { end.resolve(.stopped) }

    /// Waits until it runs.
    ///
    /// - Throws: `AtlasError` `.unavailable` that says what it waits for in vain.
    func running(within limit: Duration) async throws {
        guard let result = await decided.value(within: limit) else { throw tooLate(limit) }
        try result.get()
    }

    private func tooLate(_ limit: Duration) -> AtlasError {
        let waitsFor = waitsFor ?? "nothing is known"
        let text =
            waitsFor.hasPrefix("Unschedulable")
            ? "The cluster has no room for the lab just now." : "The cluster did not start the lab in time."
        return AtlasError(.unavailable, text, detail: "after \(limit): \(waitsFor)", retryAfter: .seconds(30))
    }

    /// What it was waiting for when it was last seen waiting.
    var waitsFor: String? { note.withLock { $0.waitsFor } }

    /// Waits until the cluster has removed it; false if it takes longer.
    func isRemoved(within limit: Duration) async -> Bool {
        await removed.value(within: limit) != nil
    }

    /// Waits for its end.
    func ended() async -> LabBoxEnd { await end.value() }
}
