import AtlasPorts
import Logging

/// Channels of `PubSub` that this process hears because one of its sockets wants to; each is heard once.
actor Hubs {
    private struct Hub {
        var holders = 0
        let subscribing: Task<AsyncStream<[UInt8]>, any Error>
        let hearing: Task<Void, Never>
    }

    private let pubSub: any PubSub
    private let logger: Logger
    private var hubs: [String: Hub] = [:]

    init(pubSub: any PubSub, logger: Logger) {
        self.pubSub = pubSub
        self.logger = logger
    }

    /// Hears `channel` until it was released as often as it was held; returns when messages are heard.
    ///
    /// - Parameter hear: Called for each message, one after the other; the first holder's counts.
    /// - Returns: Whether this was the first holder.
    @discardableResult
    func hold(_ channel: String, _ hear: @escaping @Sendable ([UInt8]) async -> Void) async throws -> Bool {
        let isFirst = hubs[channel] == nil
        var hub = hubs[channel] ?? makeHub(channel, hear)
        hub.holders += 1
        hubs[channel] = hub
        do {
            _ = try await hub.subscribing.value
        } catch {
            release(channel)
            throw error
        }
        return isFirst
    }

    /// One holder less.
    func release(_ channel: String) {
        guard var hub = hubs[channel] else { return }
        hub.holders -= 1
        hubs[channel] = hub.holders > 0 ? hub : nil
        if hub.holders <= 0 { hub.hearing.cancel() }
    }

    /// Hears nothing more.
    func close() {
        for hub in hubs.values { hub.hearing.cancel() }
        hubs = [:]
    }

    private func makeHub(_ channel: String, _ hear: @escaping @Sendable ([UInt8]) async -> Void) -> Hub {
        let pubSub = pubSub
        let subscribing = Task { try await pubSub.subscribe(to: channel) }
        let hearing = Task {
            guard let messages = try? await subscribing.value else { return }
            for await message in messages { await hear(message) }
        }
        return Hub(subscribing: subscribing, hearing: hearing)
    }
}
