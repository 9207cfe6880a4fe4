import Synchronization

/// Holds tasks until it is opened or they are cancelled.
final class Gate: Sendable {
    private struct State {
        var isOpen = false
        var lastNumber = 0
        var waiting: [Int: CheckedContinuation<Void, Never>] = [:]
        var arrivals: [CheckedContinuation<Void, Never>] = []
        var cancelled: Set<Int> = []
    }

    private let state = Mutex(State())

    /// Lets everybody through who waits or comes later.
    func open() {
        let waiting = state.withLock { state in
            state.isOpen = true
            defer { state.waiting = [:] }
            return state.waiting.values
        }
        for continuation in waiting { continuation.resume() }
    }

    /// Waits until the gate is open.
    func pass() async throws {
        let number = state.withLock { state in
            state.lastNumber += 1
            return state.lastNumber
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let (passes, arrivals) = state.withLock { state in
                    defer { state.arrivals = [] }
                    let passes = state.isOpen || state.cancelled.contains(number)
                    if !passes { state.waiting[number] = continuation }
                    return (passes, state.arrivals)
                }
                for arrival in arrivals { arrival.resume() }
                if passes { continuation.resume() }
            }
        } onCancel: {
            let continuation = state.withLock { state in
                state.cancelled.insert(number)
                return state.waiting.removeValue(forKey: number)
            }
            continuation?.resume()
        }
        try Task.checkCancellation()
    }

    /// Waits until somebody stands before the gate.
    func arrival() async {
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state in
                if state.waiting.isEmpty { state.arrivals.append(continuation) }
                return !state.waiting.isEmpty
            }
            if isThere { continuation.resume() }
        }
    }

    /// How many were cancelled while they waited.
    var cancelledCount: Int { state.withLock { $0.cancelled.count } }
}
