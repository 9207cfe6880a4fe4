import Synchronization

/// How many wait for something.
final class WaitingLine: Sendable {
    private let count = Mutex(0)

    /// - Returns: False if `limit` are there already.
    func enter(limit: Int) -> Bool {
        count.withLock { count in
            guard count < limit else { return false }
            count += 1
            return true
        }
    }

    func leave() {
        count.withLock { $0 -= 1 }
    }
}
