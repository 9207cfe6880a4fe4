import AtlasPorts
import Dispatch
import Synchronization

/// Connections to one server.
///
/// A transaction has a connection and a thread of its own while it runs; more wait in line.
final class PostgresPool: Sendable {
    private struct State {
        var idle: [PostgresConnection] = []
        var isClosed = false
    }

    private let url: String
    private let slots: DispatchSemaphore
    private let state = Mutex(State())
    private let threads: DispatchQueue
    private let gate = DispatchQueue(label: "atlas.postgres.gate")

    init(url: String, limit: Int) {
        self.url = url
        slots = DispatchSemaphore(value: max(1, limit))
        threads = DispatchQueue(label: "atlas.postgres", attributes: .concurrent)
    }

    /// Runs `work` on a free connection, waiting at most `DatabaseLimits.wait` for one.
    func run<Result: Sendable>(_ work: @escaping @Sendable (PostgresConnection) throws -> Result) async throws -> Result
    {
        let deadline = DispatchTime.now() + .seconds(Int(DatabaseLimits.wait.components.seconds))
        return try await withCheckedThrowingContinuation { continuation in
            // The gate's one thread waits for a slot, so that waiting transactions occupy no thread.
            gate.async { [self] in
                guard slots.wait(timeout: deadline) == .success else {
                    continuation.resume(throwing: DatabaseError(.unavailable, "every connection was busy for too long"))
                    return
                }
                threads.async { [self] in
                    let result = Swift.Result { try use(work) }
                    slots.signal()
                    continuation.resume(with: result)
                }
            }
        }
    }

    func close() {
        state.withLock { state in
            state.isClosed = true
            state.idle = []
        }
    }

    private func use<Result>(_ work: (PostgresConnection) throws -> Result) throws -> Result {
        let connection = try take()
        defer { giveBack(connection) }
        return try work(connection)
    }

    private func take() throws -> PostgresConnection {
        let idle = try state.withLock { state throws(DatabaseError) in
            guard !state.isClosed else { throw DatabaseError(.unavailable, "the database was closed") }
            return state.idle.popLast()
        }
        return try idle ?? PostgresConnection(url: url)
    }

    private func giveBack(_ connection: PostgresConnection) {
        guard connection.isUsable else { return }
        state.withLock { state in
            if !state.isClosed { state.idle.append(connection) }
        }
    }
}
