import Dispatch
import Foundation
import Synchronization

/// A thread that lives as long as the process and may wait for the kernel.
final class BoxThread: Sendable {
    /// The one thread that starts boxes.
    ///
    /// A box dies with its parent, and to the kernel the parent is the thread that started it: one of Dispatch's threads
    /// would take the boxes along when it is no longer needed.
    static let starts = BoxThread()
    /// Reads and removes control groups.
    static let groups = BoxThread()

    private let jobs = Mutex<[@Sendable () -> Void]>([])
    private let signal = DispatchSemaphore(value: 0)

    private init() {
        Thread.detachNewThread { [self] in
            while true {
                signal.wait()
                let job = jobs.withLock { $0.isEmpty ? nil : $0.removeFirst() }
                job?()
            }
        }
    }

    /// Runs `work` there, after what was given before.
    func run<Result: Sendable>(_ work: @escaping @Sendable () throws -> Result) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            add { continuation.resume(with: Swift.Result { try work() }) }
        }
    }

    /// Runs `work` there, after what was given before.
    func run<Result: Sendable>(_ work: @escaping @Sendable () -> Result) async -> Result {
        await withCheckedContinuation { continuation in
            add { continuation.resume(returning: work()) }
        }
    }

    private func add(_ job: @escaping @Sendable () -> Void) {
        jobs.withLock { $0.append(job) }
        signal.signal()
    }
}
