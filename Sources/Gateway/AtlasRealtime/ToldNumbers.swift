import Synchronization

/// The newest numbers of a group's log that were told to its sockets.
///
/// What services store is published at least once: every process relays it, so with two of them it may come twice, and
/// out of order. Who is told the same line again knows it by its number, but need not be bothered with it.
final class ToldNumbers: Sendable {
    /// How many are remembered; a repetition comes within moments.
    static let kept = 256

    private struct State {
        var numbers: Set<Int> = []
        var order: [Int] = []
        var oldest = 0
    }

    private let state = Mutex(State())

    /// Remembers a number.
    ///
    /// - Returns: False if it was told already.
    func tell(_ number: Int) -> Bool {
        state.withLock { state in
            guard state.numbers.insert(number).inserted else { return false }
            if state.order.count < Self.kept {
                state.order.append(number)
            } else {
                state.numbers.remove(state.order[state.oldest])
                state.order[state.oldest] = number
                state.oldest = (state.oldest + 1) % Self.kept
            }
            return true
        }
    }
}
