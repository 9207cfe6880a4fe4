import AtlasPorts
import Dispatch
import Synchronization

/// Connections to one server.
///
/// Each has a thread of its own: a serial queue, because on Linux a concurrent queue takes its threads from the pool that
/// runs Swift's tasks. A transaction that finds none free waits in line.
final class PostgresPool: Sendable {
    /// Transactions that wait in line; one more is refused.
    private static let waitingLimit = 1_024

    /// A thread and, once it was used, its connection.
    private struct Seat: Sendable {
        let thread: DispatchQueue
        var connection: PostgresConnection?
    }

    private struct Waiter: Sendable {
        let deadline: DispatchTime
        let start: @Sendable (Swift.Result<Seat, DatabaseError>) -> Void
    }

    private struct State {
        var idle: [Seat] = []
        var busy = 0
        var waiting: [Waiter] = []
        var closers: [CheckedContinuation<Void, Never>] = []
        var isClosed = false
    }

    private let address: PostgresAddress
    private let limit: Int
    private let state = Mutex(State())
    private let timer = DispatchQueue(label: "atlas.postgres.timer")

    init(address: PostgresAddress, limit: Int) {
        self.address = address
        self.limit = max(1, limit)
    }

    /// Runs `work` on a free connection, waiting at most `DatabaseLimits.wait` for one.
    ///
    /// - Parameter afterwards: Runs on the same connection when the caller already has its answer.
    func run<Result: Sendable>(
        _ work: @escaping @Sendable (PostgresConnection) throws -> Result,
        afterwards: @escaping @Sendable (PostgresConnection) -> Void = { _ in }
    ) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            take { [self] result in
                switch result {
                case .failure(let error): continuation.resume(throwing: error)
                case .success(let seat):
                    seat.thread.async { [self] in
                        var seat = seat
                        do {
                            let connection = try seat.connection ?? PostgresConnection(address)
                            continuation.resume(with: Swift.Result { try work(connection) })
                            afterwards(connection)
                            seat.connection = connection.isUsable ? connection : nil
                        } catch {
                            continuation.resume(throwing: error)
                        }
                        giveBack(seat)
                    }
                }
            }
        }
    }

    /// Refuses those that wait, and returns when those that run have ended and every connection is closed.
    func close() async {
        let refused = state.withLock { state in
            state.isClosed = true
            state.idle = []
            let waiting = state.waiting
            state.waiting = []
            return waiting
        }
        for waiter in refused { waiter.start(.failure(Self.closed)) }
        await withCheckedContinuation { continuation in
            let isQuiet = state.withLock { state in
                if state.busy > 0 { state.closers.append(continuation) }
                return state.busy == 0
            }
            if isQuiet { continuation.resume() }
        }
    }

    private func take(_ start: @escaping @Sendable (Swift.Result<Seat, DatabaseError>) -> Void) {
        let deadline = DispatchTime.now() + .seconds(Int(DatabaseLimits.wait.components.seconds))
        let outcome: Swift.Result<Seat, DatabaseError>? = state.withLock { state in
            if state.isClosed { return .failure(Self.closed) }
            if state.busy < limit {
                state.busy += 1
                return .success(
                    state.idle.popLast() ?? Seat(thread: DispatchQueue(label: "atlas.postgres"), connection: nil)
                )
            }
            if state.waiting.count >= Self.waitingLimit {
                return .failure(DatabaseError(.unavailable, "too many transactions wait for a connection"))
            }
            state.waiting.append(Waiter(deadline: deadline, start: start))
            if state.waiting.count == 1 { expire(at: deadline) }
            return nil
        }
        if let outcome { start(outcome) }
    }

    private func giveBack(_ seat: Seat) {
        let (next, closers) = state.withLock { state -> (Waiter?, [CheckedContinuation<Void, Never>]) in
            if !state.waiting.isEmpty { return (state.waiting.removeFirst(), []) }
            state.busy -= 1
            if !state.isClosed { state.idle.append(seat) }
            guard state.isClosed, state.busy == 0 else { return (nil, []) }
            let closers = state.closers
            state.closers = []
            return (nil, closers)
        }
        next?.start(.success(seat))
        for closer in closers { closer.resume() }
    }

    /// Refuses at `deadline` those that wait since before; then looks again when the first of the rest is due.
    private func expire(at deadline: DispatchTime) {
        timer.asyncAfter(deadline: deadline) { [self] in
            let expired = state.withLock { state in
                let now = DispatchTime.now()
                let expired = state.waiting.prefix { $0.deadline <= now }
                state.waiting.removeFirst(expired.count)
                if let first = state.waiting.first { expire(at: first.deadline) }
                return expired
            }
            for waiter in expired {
                waiter.start(.failure(DatabaseError(.unavailable, "every connection was busy for too long")))
            }
        }
    }

    private static var closed: DatabaseError { DatabaseError(.unavailable, "the database was closed") }
}
