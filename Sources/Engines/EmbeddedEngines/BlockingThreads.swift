import Dispatch
import Synchronization

/// Threads that may wait for a disk.
///
/// Serial queues, because on Linux a concurrent queue takes its threads from the pool that runs Swift's tasks.
final class BlockingThreads: Sendable {
    private let queues: [DispatchQueue]
    private let turn = Atomic<Int>(0)

    init(_ label: String, count: Int) {
        queues = (0..<max(1, count)).map { DispatchQueue(label: "\(label).\($0)") }
    }

    /// Runs `work` on one of the threads.
    func run<Result: Sendable>(_ work: @escaping @Sendable () throws -> Result) async throws -> Result {
        let next = turn.wrappingAdd(1, ordering: .relaxed).newValue
        let queue = queues[Int(UInt(bitPattern: next) % UInt(queues.count))]
        return try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: Swift.Result { try work() }) }
        }
    }
}
