import Synchronization

/// Something that happens once, and those who wait for it.
public final class TestSignal: Sendable {
    private struct State {
        var hasHappened = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    /// Not yet.
    public init() {}

    /// Whether it has happened.
    public var hasHappened: Bool { state.withLock(\.hasHappened) }

    /// It happens.
    public func fire() {
        let waiting = state.withLock { state in
            state.hasHappened = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    /// Waits for it.
    public func wait() async {
        await withCheckedContinuation { continuation in
            let isLate = state.withLock { state in
                if !state.hasHappened { state.waiting.append(continuation) }
                return state.hasHappened
            }
            if isLate { continuation.resume() }
        }
    }
}
