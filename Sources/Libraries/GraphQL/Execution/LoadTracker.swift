import Synchronization

/// Counts the running and the waiting resolvers of one execution, to send batches when nobody can add a key any more.
final class LoadTracker: Sendable {
    /// The tracker of the execution that runs this task.
    @TaskLocal static var current: LoadTracker?

    private struct State {
        var running = 0
        var waiting = 0
        var loaders: [any BatchLoader] = []
    }

    private let state = Mutex(State())

    /// A resolver starts.
    func begin() {
        state.withLock { $0.running += 1 }
    }

    /// A resolver ended; if all others wait, their batches leave now.
    func end() async {
        let allWait = state.withLock { state in
            state.running -= 1
            return !state.loaders.isEmpty && state.waiting >= state.running
        }
        if allWait { await dispatch() }
    }

    /// A resolver is about to wait for a loader.
    ///
    /// - Returns: Whether it is the last one, and so has to dispatch instead of waiting.
    func beginWaiting(for loader: any BatchLoader) -> Bool {
        state.withLock { state in
            if !state.loaders.contains(where: { $0 === loader }) { state.loaders.append(loader) }
            if state.waiting + 1 >= state.running { return true }
            state.waiting += 1
            return false
        }
    }

    /// Resolvers that waited go on.
    func endWaiting(_ count: Int) {
        state.withLock { $0.waiting = max(0, $0.waiting - count) }
    }

    /// Sends the batches of all loaders that were asked.
    func dispatch() async {
        let loaders = state.withLock { state in
            defer { state.loaders.removeAll() }
            return state.loaders
        }
        guard loaders.count != 1 else {
            _ = await loaders[0].dispatch()
            return
        }
        await withTaskGroup(of: Void.self) { group in
            for loader in loaders {
                group.addTask { _ = await loader.dispatch() }
            }
        }
    }
}
