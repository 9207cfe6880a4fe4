import Synchronization

/// A value that comes once, and those who wait for it.
public final class Promise<Value: Sendable>: Sendable {
    private struct State {
        var value: Value?
        var waiting: [Int: CheckedContinuation<Value?, Never>] = [:]
        /// Who has given up before it began to wait.
        var late: Set<Int> = []
        var last = 0
    }

    private let state = Mutex(State())

    /// A promise without a value.
    public init() {}

    /// Gives the value; only the first one counts.
    public func resolve(_ value: Value) {
        let waiting = state.withLock { state -> [CheckedContinuation<Value?, Never>] in
            guard state.value == nil else { return [] }
            state.value = value
            defer { state.waiting = [:] }
            return Array(state.waiting.values)
        }
        for continuation in waiting { continuation.resume(returning: value) }
    }

    /// The value, if it is there.
    public var current: Value? { state.withLock { $0.value } }

    /// Waits for the value, at most `limit`; `nil` if it takes longer, or the task is cancelled.
    public func value(within limit: Duration) async -> Value? {
        let number = state.withLock { state in
            state.last += 1
            return state.last
        }
        let deadline = Task { [weak self] in
            try await Task.sleep(for: limit)
            self?.giveUp(number)
        }
        defer {
            deadline.cancel()
            state.withLock { _ = $0.late.remove(number) }
        }
        return await withTaskCancellationHandler {
            await wait(number)
        } onCancel: {
            giveUp(number)
        }
    }

    /// Waits for the value, at most `limit`; then `late` becomes the value, for all who wait.
    public func value(
        within limit: Duration,
        else late: @autoclosure @escaping @Sendable () -> Value
    ) async -> Value {
        let deadline = Task {
            try await Task.sleep(for: limit)
            resolve(late())
        }
        defer { deadline.cancel() }
        return await value()
    }

    /// Waits for the value, however long; cancelling does not end it.
    public func value() async -> Value {
        // Only who waits within a limit is answered without a value.
        while true {
            let number = state.withLock { state in
                state.last += 1
                return state.last
            }
            if let value = await wait(number) { return value }
        }
    }

    private func wait(_ number: Int) async -> Value? {
        await withCheckedContinuation { continuation in
            let now = state.withLock { state -> Value?? in
                if let value = state.value { return .some(value) }
                if state.late.remove(number) != nil { return .some(nil) }
                state.waiting[number] = continuation
                return nil
            }
            if let now { continuation.resume(returning: now) }
        }
    }

    private func giveUp(_ number: Int) {
        let waiting = state.withLock { state in
            let waiting = state.waiting.removeValue(forKey: number)
            if waiting == nil, state.value == nil { state.late.insert(number) }
            return waiting
        }
        waiting?.resume(returning: nil)
    }
}
