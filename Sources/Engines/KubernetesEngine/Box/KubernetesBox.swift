import AtlasCore
import AtlasPorts
import Foundation
import Logging
import Synchronization

/// A box that is a pod.
final class KubernetesBox: LabBox {
    /// Where it is and what it may use.
    struct Place: Sendable {
        let namespace: String
        let pod: String
        let limits: LabLimits
        let commands: Set<String>
    }

    private struct State {
        var commands = 0
        var terminals: [Int: KubernetesTerminal] = [:]
        var lastTerminal = 0
        var isWanted = true
        var listening: Task<Void, Never>?
    }

    let id: String
    let requests: AsyncStream<LabRequest>
    let client: APIClient
    let place: Place
    let follower: PodFollower
    let logger: Logger
    let requestsIn: AsyncStream<LabRequest>.Continuation
    /// One at a time may move files.
    let files = FairLock()
    let meter = Mutex(Meter())
    /// Requests that wait for an answer.
    let unanswered = Mutex(0)
    /// Requests that are being refused.
    let refusals = Mutex(0)
    private let state = Mutex(State())
    /// Removes the pod and what belongs to it.
    private let remove: @Sendable (KubernetesBox) async -> Void

    init(
        id: String,
        place: Place,
        client: APIClient,
        follower: PodFollower,
        logger: Logger,
        remove: @escaping @Sendable (KubernetesBox) async -> Void
    ) {
        self.id = id
        self.place = place
        self.client = client
        self.follower = follower
        self.logger = logger
        self.remove = remove
        (requests, requestsIn) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(LabBoxLimits.requests))
    }

    /// Lays the first files and listens to the box's commands.
    func begin(_ home: LabFiles) async throws {
        try await lay(home)
        guard !place.commands.isEmpty else { return }
        let task = Task { [weak self] in
            while let self, !self.isOver, !Task.isCancelled { await self.listen() }
        }
        state.withLock { $0.listening = task }
    }

    func openTerminal(_ size: LabTerminalSize) async throws -> any LabTerminal {
        try requireRunning()
        let terminal = try state.withLock { state in
            guard state.terminals.count < LabBoxLimits.terminals else {
                throw AtlasError(.tooMany, "Cannot open a terminal: too many are open.")
            }
            state.lastTerminal += 1
            let terminal = KubernetesTerminal(number: state.lastTerminal, box: self)
            state.terminals[state.lastTerminal] = terminal
            return terminal
        }
        do {
            try await terminal.open(size)
            return terminal
        } catch {
            forget(terminal)
            throw problem(error, "open a terminal")
        }
    }

    /// A terminal is over.
    func forget(_ terminal: KubernetesTerminal) {
        state.withLock { $0.terminals[terminal.number] = nil }
    }

    func run(_ command: LabCommand) async throws -> LabCommandResult {
        try command.check()
        try requireRunning()
        try state.withLock { state in
            guard state.commands < LabBoxLimits.commands else {
                throw AtlasError(.tooMany, "Cannot run a program: too many are running.")
            }
            state.commands += 1
        }
        defer { state.withLock { $0.commands -= 1 } }
        return try await CommandRun(command, in: self).result()
    }

    func stop() async {
        let isFirst = state.withLock { state in
            defer { state.isWanted = false }
            return state.isWanted
        }
        guard isFirst else {
            _ = await follower.ended()
            return
        }
        follower.beginStop()
        await remove(self)
        follower.stop()
        finish()
    }

    func ended() async -> LabBoxEnd { await follower.ended() }

    /// Lets go of all that waits for the box.
    func finish() {
        let (terminals, listening) = state.withLock { state in
            defer { (state.terminals, state.listening) = ([:], nil) }
            return (Array(state.terminals.values), state.listening)
        }
        for terminal in terminals { terminal.boxEnded() }
        listening?.cancel()
        requestsIn.finish()
    }

    /// Whether it has ended or is about to.
    var isOver: Bool { follower.isOver || state.withLock { !$0.isWanted } }

    func requireRunning() throws {
        guard !isOver else { throw boxIsGone() }
    }

    /// An error of the cluster in the words of a box.
    func problem(_ error: any Error, _ doing: String) -> any Error {
        if isOver, error is APIError { return boxIsGone() }
        guard let error = error as? APIError else { return error }
        // A pod that is not there, or not running: its end will be told in a moment.
        if error.isNotFound || error.message.contains("container not found") { return boxIsGone() }
        return error.atlas(doing)
    }
}

/// What is thrown where a box is gone.
func boxIsGone() -> AtlasError { AtlasError(.unavailable, "The lab's box has ended.") }

/// How long a box may take to answer, however busy its programs and the cluster are.
let boxPatience = Duration.seconds(60)

/// What is thrown where a box takes longer.
func boxIsSlow() -> AtlasError {
    AtlasError(.unavailable, "The lab's box does not answer; it may be very busy.", retryAfter: .seconds(5))
}
