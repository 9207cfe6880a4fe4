import Synchronization

/// Says yes once.
public final class OneTime: Sendable {
    private let isTaken = Mutex(false)

    /// One that nobody has taken.
    public init() {}

    /// True the first time, whoever asks.
    public func take() -> Bool {
        isTaken.withLock { isTaken in
            defer { isTaken = true }
            return !isTaken
        }
    }
}
