import AtlasPorts

/// A signal that there may be work.
///
/// Rings that nobody has heard yet are one ring.
public struct Doorbell: Sendable {
    private let rings: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    /// A silent bell.
    public init() {
        (rings, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    }

    /// Says that there may be work.
    public func ring() { continuation.yield() }

    /// Runs `work` now, after every ring, and at least every `interval`, for work that another process left.
    ///
    /// Returns when the task is cancelled. One listener per bell.
    public func listen(atLeastEvery interval: Duration, _ work: @escaping @Sendable () async -> Void) async {
        ring()
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                while (try? await Task.sleep(for: interval)) != nil { ring() }
            }
            for await _ in rings {
                if Task.isCancelled { break }
                await work()
            }
            group.cancelAll()
        }
    }
}

/// A database that rings after every commit, so that the relay need not poll.
struct RingingDatabase: Database {
    let base: any Database
    let bell: Doorbell

    var dialect: Dialect { base.dialect }

    func read<Result: Sendable>(
        _ body: @escaping @Sendable (any SQLSession) throws -> Result
    ) async throws -> Result {
        try await base.read(body)
    }

    func write<Result: Sendable>(
        _ body: @escaping @Sendable (any SQLSession) throws -> Result
    ) async throws -> Result {
        let result = try await base.write(body)
        bell.ring()
        return result
    }

    func close() async { await base.close() }
}
