public import AtlasCore
public import AtlasPorts
import CHiredis
import Dispatch
import Glibc
import Synchronization

/// Messages between the processes that use one Redis server.
///
/// While the server is away, a message still reaches this process's own subscribers, and `isConnected` is false;
/// those elsewhere miss it, as `PubSub` allows. Subscriptions are made anew when the server is back.
public final class RedisPubSub: PubSub {
    /// How long a silent connection is believed before it is asked, and how long it may then stay silent.
    private static let heartbeat = Duration.seconds(5)

    private struct State {
        var next = 0
        var subscribers: [String: [Int: AsyncStream<[UInt8]>.Continuation]] = [:]
        /// Who waits until the server has confirmed a channel.
        var waiting: [String: [CheckedContinuation<Void, Never>]] = [:]
        /// Channels that the server has confirmed on this connection.
        var confirmed: Set<String> = []
        /// Channels whose subscription has changed since the connection's thread last looked.
        var changed: Set<String> = []
        /// `nil` until the first attempt has ended.
        var isConnected: Bool?
        var isClosed = false
    }

    private let address: RedisAddress
    private let client: RedisClient
    private let prefix: String
    private let onChange: @Sendable (Bool) -> Void
    private let state = Mutex(State())
    /// Written to when `changed` or `isClosed` was, and read by the connection's thread.
    private let bell: (reading: Int32, writing: Int32)
    private let thread = DispatchQueue(label: "atlas.redis.messages")

    /// Connects at once, and again whenever the connection breaks.
    ///
    /// - Parameters:
    ///   - client: Sends what is published.
    ///   - prefix: Stands before every channel, so that others may use the same server.
    ///   - onChange: Told when messages of other processes begin to arrive and when they no longer do.
    /// - Throws: `AtlasError.unavailable` if the system has no descriptor left.
    public init(
        _ address: RedisAddress,
        client: RedisClient,
        prefix: String = "atlas:",
        onChange: @escaping @Sendable (_ isConnected: Bool) -> Void = { _ in }
    ) throws(AtlasError) {
        self.address = address
        self.client = client
        self.prefix = prefix
        self.onChange = onChange
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw RedisConnection.unavailable("no descriptor is left") }
        for end in ends {
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
        }
        bell = (ends[0], ends[1])
        // The thread holds what it works on, so it ends with `close` alone.
        thread.async { self.listen() }
    }

    deinit {
        Glibc.close(bell.reading)
        Glibc.close(bell.writing)
    }

    /// Whether messages of other processes arrive just now.
    public var isConnected: Bool { state.withLock { $0.isConnected == true } }

    /// Ends every subscription and the connection.
    public func close() {
        let open = state.withLock { state in
            state.isClosed = true
            return state.subscribers.values.flatMap(\.values)
        }
        for subscriber in open { subscriber.finish() }
        ring()
    }

    /// Hands the message to the server, which hands it to the subscribers of `channel` in every process.
    public func publish(_ message: [UInt8], to channel: String) async throws {
        do {
            let replies = try await client.run([
                [Array("PUBLISH".utf8), Array((prefix + channel).utf8), message]
            ])
            guard case .integer = replies.first else { throw RedisConnection.unavailable("PUBLISH was refused") }
        } catch {
            deliver(message, to: channel)
        }
    }

    /// Messages from now on.
    ///
    /// Returns when the server has confirmed it, or at once while the server is away.
    public func subscribe(to channel: String) async throws -> AsyncStream<[UInt8]> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: [UInt8].self,
            bufferingPolicy: .bufferingNewest(PubSubLimits.backlog)
        )
        let id = state.withLock { state in
            state.next += 1
            state.subscribers[channel, default: [:]][state.next] = continuation
            state.changed.insert(channel)
            return state.next
        }
        continuation.onTermination = { [weak self] _ in self?.leave(channel, id) }
        ring()
        await withCheckedContinuation { waiting in
            let isReady = state.withLock { state in
                if state.isClosed || state.isConnected == false || state.confirmed.contains(channel) { return true }
                state.waiting[channel, default: []].append(waiting)
                return false
            }
            if isReady { waiting.resume() }
        }
        return stream
    }

    private func leave(_ channel: String, _ id: Int) {
        state.withLock { state in
            state.subscribers[channel]?[id] = nil
            if state.subscribers[channel]?.isEmpty == true { state.subscribers[channel] = nil }
            state.changed.insert(channel)
        }
        ring()
    }

    private func ring() {
        // A full pipe has rung already.
        var one: UInt8 = 1
        _ = write(bell.writing, &one, 1)
    }

    private func deliver(_ message: [UInt8], to channel: String) {
        let subscribers = state.withLock { $0.subscribers[channel].map { Array($0.values) } ?? [] }
        for subscriber in subscribers { subscriber.yield(message) }
    }
}

// MARK: The connection's thread

extension RedisPubSub {
    private func listen() {
        var pause = RedisClient.firstPause
        while !state.withLock(\.isClosed) {
            do throws(AtlasError) {
                let connection = try RedisConnection(address)
                begin()
                pause = RedisClient.firstPause
                try follow(connection)
            } catch {
                lost()
                rest(pause)
                pause = min(pause * 2, RedisClient.longestPause)
            }
        }
        lost()
    }

    private func begin() {
        state.withLock { state in
            state.isConnected = true
            state.confirmed = []
            state.changed = Set(state.subscribers.keys)
        }
        onChange(true)
    }

    /// Nobody waits for a server that is away.
    private func lost() {
        let (waiting, isNews) = state.withLock { state in
            let isNews = state.isConnected == true && !state.isClosed
            state.isConnected = false
            state.confirmed = []
            let waiting = state.waiting.values.flatMap(\.self)
            state.waiting = [:]
            return (waiting, isNews)
        }
        for continuation in waiting { continuation.resume() }
        if isNews { onChange(false) }
    }

    /// Waits out a pause, or until the bell rings for the end.
    private func rest(_ pause: Duration) {
        let end = ContinuousClock.now + pause
        while !state.withLock(\.isClosed) {
            let left = ContinuousClock.now.duration(to: end)
            guard left > .zero else { return }
            var bells = [pollfd(fd: bell.reading, events: Int16(POLLIN), revents: 0)]
            poll(&bells, 1, Self.milliseconds(left))
            silenceBell()
        }
    }

    private func silenceBell() {
        var rings = [UInt8](repeating: 0, count: 256)
        while read(bell.reading, &rings, rings.count) > 0 {}
    }

    private func follow(_ connection: RedisConnection) throws(AtlasError) {
        var lastHeard = ContinuousClock.now
        var isAsked = false
        while !state.withLock(\.isClosed) {
            try update(connection)
            var ends = [
                pollfd(fd: connection.descriptor, events: Int16(POLLIN), revents: 0),
                pollfd(fd: bell.reading, events: Int16(POLLIN), revents: 0),
            ]
            poll(&ends, 2, Self.milliseconds(Self.heartbeat))
            if ends[1].revents != 0 { silenceBell() }
            if ends[0].revents != 0 {
                for reply in try connection.readAvailable() { take(reply) }
                (lastHeard, isAsked) = (.now, false)
            }
            let silence = lastHeard.duration(to: .now)
            if isAsked, silence >= Self.heartbeat * 2 { throw RedisConnection.unavailable("silent") }
            if !isAsked, silence >= Self.heartbeat {
                connection.append([Array("PING".utf8)])
                try connection.flush()
                isAsked = true
            }
        }
    }

    /// Tells the server which channels were joined and left.
    private func update(_ connection: RedisConnection) throws(AtlasError) {
        let (joined, left) = state.withLock { state -> ([String], [String]) in
            let joined = state.changed.filter { state.subscribers[$0] != nil && !state.confirmed.contains($0) }
            let left = state.changed.filter { state.subscribers[$0] == nil && state.confirmed.contains($0) }
            state.changed = []
            state.confirmed.subtract(left)
            return (Array(joined), Array(left))
        }
        guard !joined.isEmpty || !left.isEmpty else { return }
        for channel in joined { connection.append([Array("SUBSCRIBE".utf8), Array((prefix + channel).utf8)]) }
        for channel in left { connection.append([Array("UNSUBSCRIBE".utf8), Array((prefix + channel).utf8)]) }
        try connection.flush()
    }

    private func take(_ reply: RedisReply) {
        guard case .list(let parts) = reply, parts.count == 3, case .bytes(let kind) = parts[0],
            case .bytes(let name) = parts[1]
        else { return }
        let channel = String(String(decoding: name, as: UTF8.self).dropFirst(prefix.count))
        if kind.elementsEqual("message".utf8), case .bytes(let message) = parts[2] {
            deliver(message, to: channel)
        } else if kind.elementsEqual("subscribe".utf8) {
            let waiting = state.withLock { state in
                state.confirmed.insert(channel)
                // It may have been left before it was confirmed.
                if state.subscribers[channel] == nil { state.changed.insert(channel) }
                return state.waiting.removeValue(forKey: channel) ?? []
            }
            for continuation in waiting { continuation.resume() }
        }
    }

    private static func milliseconds(_ duration: Duration) -> Int32 {
        let (seconds, attoseconds) = duration.components
        return Int32(clamping: seconds * 1_000 + attoseconds / 1_000_000_000_000_000 + 1)
    }
}
