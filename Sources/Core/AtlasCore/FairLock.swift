import Synchronization

/// Lets one in at a time, in the order of coming.
///
/// Unlike an actor, which takes up the next call while one waits for something, it keeps everybody else out until the work is
/// done. It cannot be entered again from within, and who waits in line is not let go by cancelling: `work` is run all the same.
public final class FairLock: Sendable {
    private struct State {
        var isHeld = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    /// A lock that nobody holds.
    public init() {}

    /// Runs `work` alone.
    public func hold<Result: Sendable>(_ work: () async throws -> Result) async rethrows -> Result {
        await enter()
        defer { leave() }
        return try await work()
    }

    private func enter() async {
        await withCheckedContinuation { continuation in
            let isMine = state.withLock { state in
                guard state.isHeld else {
                    state.isHeld = true
                    return true
                }
                state.waiting.append(continuation)
                return false
            }
            if isMine { continuation.resume() }
        }
    }

    private func leave() {
        let next = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard state.waiting.isEmpty else { return state.waiting.removeFirst() }
            state.isHeld = false
            return nil
        }
        next?.resume()
    }
}
