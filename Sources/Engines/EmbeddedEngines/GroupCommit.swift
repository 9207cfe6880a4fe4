import AtlasPorts
import GRDB
import Synchronization

/// The one writer's line: transactions that arrive while the disk is busy share the next commit.
///
/// Bringing a commit to disk costs far more than the statements in it. Each transaction of a group runs in a savepoint, so
/// one that fails takes nothing with it; nobody has an answer before the group's commit is done.
final class GroupCommit: Sendable {
    /// Transactions that wait; one more is refused.
    private static let waitingLimit = 4_096
    /// Transactions in one commit.
    private static let groupLimit = 64
    /// A group takes in no more transactions after this time, so that a slow one does not hold up many.
    private static let groupTime = Duration.milliseconds(5)

    /// A transaction and its caller.
    private struct Job: Sendable {
        /// Runs the transaction; what it returns answers the caller.
        let run: @Sendable (SQLiteSession) throws -> @Sendable () -> Void
        let refuse: @Sendable (any Error) -> Void
    }

    private struct State {
        var waiting: [Job] = []
        var isScheduled = false
    }

    private let pool: DatabasePool
    private let state = Mutex(State())

    init(_ pool: DatabasePool) { self.pool = pool }

    /// Runs `body` in a transaction and returns when its commit is done.
    ///
    /// A group whose commit fails is run again one by one, so `body` may run twice.
    func write<Result: Sendable>(
        _ body: @escaping @Sendable (any SQLSession) throws -> Result
    ) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            let job = Job { session in
                let result = try body(session)
                if let failure = session.firstFailure { throw failure }
                return { continuation.resume(returning: result) }
            } refuse: {
                continuation.resume(throwing: SQLiteDatabase.failure($0))
            }
            let isAdmitted = state.withLock { state in
                guard state.waiting.count < Self.waitingLimit else { return false }
                state.waiting.append(job)
                schedule(&state)
                return true
            }
            if !isAdmitted {
                job.refuse(AtlasPorts.DatabaseError(.unavailable, "too many transactions wait for the writer"))
            }
        }
    }

    private func schedule(_ state: inout State) {
        guard !state.isScheduled, !state.waiting.isEmpty else { return }
        state.isScheduled = true
        pool.asyncWriteWithoutTransaction { [self] db in
            runGroup(db)
            self.state.withLock { state in
                state.isScheduled = false
                schedule(&state)
            }
        }
    }

    private func runGroup(_ db: GRDB.Database) {
        guard let first = next() else { return }
        guard let second = next() else { return Self.alone(first, db) }
        let end = ContinuousClock.now + Self.groupTime
        var taken = [first, second]
        var answers: [() -> Void] = []
        var hasBegun = false
        do {
            try db.inTransaction(.immediate) {
                hasBegun = true
                while answers.count < taken.count {
                    answers.append(try Self.answer(taken[answers.count], db))
                    let isOpen = taken.count < Self.groupLimit && .now < end
                    if answers.count == taken.count, isOpen, let job = next() { taken.append(job) }
                }
                return .commit
            }
        } catch {
            // Where the lock was not to be had, there is no sense in waiting for it once per transaction.
            for job in taken { hasBegun ? Self.alone(job, db) : job.refuse(error) }
            return
        }
        for answer in answers { answer() }
    }

    private func next() -> Job? {
        state.withLock { $0.waiting.isEmpty ? nil : $0.waiting.removeFirst() }
    }

    private static func alone(_ job: Job, _ db: GRDB.Database) {
        var answer: (() -> Void)?
        do {
            try db.inTransaction(.immediate) {
                answer = try job.run(SQLiteSession(db))
                return .commit
            }
        } catch {
            return job.refuse(error)
        }
        answer?()
    }

    /// Runs a transaction in a savepoint.
    ///
    /// - Throws: If its failure ended the transaction around it as well, as a full disk does.
    private static func answer(_ job: Job, _ db: GRDB.Database) throws -> () -> Void {
        var answer: () -> Void = {}
        do {
            try db.inSavepoint {
                answer = try job.run(SQLiteSession(db))
                return .commit
            }
        } catch {
            guard db.isInsideTransaction else { throw error }
            return { job.refuse(error) }
        }
        return answer
    }
}
