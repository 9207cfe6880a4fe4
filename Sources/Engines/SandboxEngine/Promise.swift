import Synchronization

/// A value that comes once, and those who wait for it.
final class Promise<Value: Sendable>: Sendable {
    private struct State {
        var value: Value?
        var waiting: [CheckedContinuation<Value, Never>] = []
    }

    private let state = Mutex(State())

    /// Gives the value; only the first one counts.
    func resolve(_ value: Value) {
        let waiting = state.withLock { state -> [CheckedContinuation<Value, Never>] in
            guard state.value == nil else { return [] }
            state.value = value
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume(returning: value) }
    }

    /// The value, if it is there.
    var current: Value? { state.withLock { $0.value } }

    /// Waits for the value, at most `limit`; then `late` takes its place for all who wait.
    func value(within limit: Duration, else late: @autoclosure @escaping @Sendable () -> Value) async -> Value {
        let deadline = Task {
            try await Task.sleep(for: limit)
            resolve(late())
        }
        defer { deadline.cancel() }
        return await value()
    }

    /// Waits for the value.
    func value() async -> Value {
        await withCheckedContinuation { continuation in
            let value = state.withLock { state -> Value? in
                if state.value == nil { state.waiting.append(continuation) }
                return state.value
            }
            if let value { continuation.resume(returning: value) }
        }
    }
}
