import NIOConcurrencyHelpers
import NIOCore

/// The open connections, so that they can be counted and asked to end.
final class Connections: Sendable {
    private struct State {
        var channels: [ObjectIdentifier: any Channel] = [:]
        var isStopping = false
        var whenEmpty: EventLoopPromise<Void>?
    }

    private let limit: Int
    /// How many are open.
    private let count: Count
    private let state = NIOLockedValueBox(State())

    init(limit: Int, count: Count) {
        self.limit = limit
        self.count = count
    }

    /// Takes a connection in, until it closes; false if there are too many, or the server is stopping.
    func admit(_ channel: any Channel) -> Bool {
        let id = ObjectIdentifier(channel)
        let isAdmitted = state.withLockedValue { state in
            guard !state.isStopping, state.channels.count < limit else { return false }
            state.channels[id] = channel
            return true
        }
        guard isAdmitted else { return false }
        count.add(1)
        channel.closeFuture.whenComplete { _ in self.remove(id) }
        return true
    }

    private func remove(_ id: ObjectIdentifier) {
        count.add(-1)
        let promise = state.withLockedValue { state -> EventLoopPromise<Void>? in
            state.channels[id] = nil
            guard state.channels.isEmpty else { return nil }
            defer { state.whenEmpty = nil }
            return state.whenEmpty
        }
        promise?.succeed()
    }

    /// Asks every connection to end when its request is answered, and returns when all have.
    ///
    /// - Parameter time: After it, the rest are closed as they are.
    func drain(on loop: any EventLoop, within time: Duration) async {
        let promise = loop.makePromise(of: Void.self)
        let channels = state.withLockedValue { state -> [any Channel] in
            state.isStopping = true
            if state.channels.isEmpty { promise.succeed() } else { state.whenEmpty = promise }
            return Array(state.channels.values)
        }
        for channel in channels { channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent()) }
        let timer = loop.scheduleTask(in: TimeAmount(time)) {
            let rest = self.state.withLockedValue { Array($0.channels.values) }
            for channel in rest { channel.close(promise: nil) }
        }
        // The promise is only ever fulfilled.
        _ = await Result.awaiting { try await promise.futureResult.get() }
        timer.cancel()
    }
}

extension Result where Failure == any Error {
    fileprivate static func awaiting(_ body: () async throws -> Success) async -> Self {
        do { return .success(try await body()) } catch { return .failure(error) }
    }
}
