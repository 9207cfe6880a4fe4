import AtlasCore
import Dispatch
import Synchronization

/// Commands to one server over one connection.
///
/// Commands that wait while others are answered are sent together, so concurrent callers share round trips. When the
/// connection breaks, the commands on it fail; the next one connects again, but not before a pause that grows from
/// `firstPause` to `longestPause`, in which everything fails at once.
public final class RedisClient: Sendable {
    /// Commands that may wait; one more is refused.
    static let waitingLimit = 4_096
    static let firstPause = Duration.milliseconds(50)
    static let longestPause = Duration.seconds(2)

    private struct Job: Sendable {
        let commands: [[[UInt8]]]
        let done: @Sendable (Result<[RedisReply], AtlasError>) -> Void
    }

    private struct State {
        var waiting: [Job] = []
        var isRunning = false
        var isClosed = false
    }

    /// Used by the thread alone.
    private final class Line: @unchecked Sendable {
        var connection: RedisConnection?
        var pause = RedisClient.firstPause
        var notBefore = ContinuousClock.now
    }

    private let address: RedisAddress
    private let state = Mutex(State())
    private let line = Line()
    // A serial queue: on Linux a concurrent one takes its threads from the pool that runs Swift's tasks.
    private let thread = DispatchQueue(label: "atlas.redis.commands")

    /// Connects with the first command.
    public init(_ address: RedisAddress) {
        self.address = address
    }

    /// Runs commands in their order, with nothing of this client between them, and returns their answers.
    ///
    /// - Throws: `AtlasError.unavailable`. Whether the commands took effect is then unknown.
    func run(_ commands: [[[UInt8]]]) async throws -> [RedisReply] {
        if commands.isEmpty { return [] }
        return try await withCheckedThrowingContinuation { continuation in
            let job = Job(commands: commands) { continuation.resume(with: $0) }
            let (isAccepted, starts) = state.withLock { state -> (Bool, Bool) in
                guard !state.isClosed, state.waiting.count < Self.waitingLimit else { return (false, false) }
                state.waiting.append(job)
                defer { state.isRunning = true }
                return (true, !state.isRunning)
            }
            if !isAccepted { job.done(.failure(RedisConnection.unavailable("closed, or too much is waiting"))) }
            if starts { thread.async { self.work() } }
        }
    }

    /// Ends the connection; what comes later fails.
    public func close() {
        let left = state.withLock { state in
            state.isClosed = true
            let left = state.waiting
            state.waiting = []
            return left
        }
        for job in left { job.done(.failure(RedisConnection.unavailable("closed"))) }
        thread.async { [line] in line.connection = nil }
    }

    private func work() {
        while true {
            let jobs = state.withLock { state in
                let jobs = state.waiting
                state.waiting = []
                if jobs.isEmpty { state.isRunning = false }
                return jobs
            }
            if jobs.isEmpty { return }
            send(jobs)
        }
    }

    private func send(_ jobs: [Job]) {
        var answered = 0
        do throws(AtlasError) {
            let connection = try connected()
            for job in jobs { for command in job.commands { connection.append(command) } }
            for job in jobs {
                var replies: [RedisReply] = []
                for _ in job.commands { replies.append(try connection.nextReply()) }
                answered += 1
                job.done(.success(replies))
            }
        } catch {
            line.connection = nil
            for job in jobs[answered...] { job.done(.failure(error)) }
        }
    }

    private func connected() throws(AtlasError) -> RedisConnection {
        if let connection = line.connection { return connection }
        guard ContinuousClock.now >= line.notBefore else { throw RedisConnection.unavailable("not connected") }
        do {
            let connection = try RedisConnection(address)
            line.connection = connection
            line.pause = Self.firstPause
            return connection
        } catch {
            line.notBefore = .now + line.pause
            line.pause = min(line.pause * 2, Self.longestPause)
            throw error
        }
    }
}
