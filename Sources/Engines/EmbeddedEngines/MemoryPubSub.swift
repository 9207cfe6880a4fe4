public import AtlasPorts
import Synchronization

/// Messages within this process.
public final class MemoryPubSub: PubSub {
    private struct State {
        var next = 0
        var subscribers: [String: [Int: AsyncStream<[UInt8]>.Continuation]] = [:]
    }

    private let state = Mutex(State())

    /// Nobody listens yet.
    public init() {}

    /// Hands the message to the subscribers of `channel`.
    public func publish(_ message: [UInt8], to channel: String) async throws {
        let subscribers = state.withLock { $0.subscribers[channel].map { Array($0.values) } ?? [] }
        for subscriber in subscribers { subscriber.yield(message) }
    }

    /// Messages from now on.
    public func subscribe(to channel: String) async throws -> AsyncStream<[UInt8]> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: [UInt8].self,
            bufferingPolicy: .bufferingNewest(PubSubLimits.backlog)
        )
        let id = state.withLock { state in
            state.next += 1
            state.subscribers[channel, default: [:]][state.next] = continuation
            return state.next
        }
        continuation.onTermination = { [weak self] _ in
            self?.state.withLock { state in
                state.subscribers[channel]?[id] = nil
                if state.subscribers[channel]?.isEmpty == true { state.subscribers[channel] = nil }
            }
        }
        return stream
    }
}
