import NIOCore

/// Runs a task's jobs on one event loop, so that work for a connection stays on the connection's thread.
final class LoopTaskExecutor: TaskExecutor {
    private let loop: any EventLoop

    init(_ loop: any EventLoop) {
        self.loop = loop
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let executor = asUnownedTaskExecutor()
        loop.execute { job.runSynchronously(on: executor) }
    }
}

extension Task where Success == Void, Failure == Never {
    /// A task that prefers an event loop's executor.
    ///
    /// To be called on that loop: the task runs inside the call until it first waits. Work that never waits is finished
    /// when this returns, without having been queued anywhere.
    static func onLoop(_ executor: LoopTaskExecutor, _ work: @escaping @Sendable () async -> Void) -> Task<Void, Never>
    {
        if #available(macOS 26, *) {
            Task.immediate(executorPreference: executor) { await work() }
        } else {
            Task(executorPreference: executor) { await work() }
        }
    }
}
