import NIOCore
import NIOPosix
import Synchronization

/// Passes connections on to an API server of this machine as they are, so that they can be cut and led elsewhere.
final class Relay: Sendable {
    let port: Int
    private let target: Mutex<Int>
    private let isFrozen = Mutex(false)
    private let refusals = Mutex(0)
    private let channels = Mutex<[ObjectIdentifier: any Channel]>([:])

    private typealias Bytes = NIOAsyncChannel<ByteBuffer, ByteBuffer>

    private init(port: Int, target: Int) {
        self.port = port
        self.target = Mutex(target)
    }

    /// Passes on while `body` runs.
    static func run(to target: Int, _ body: @escaping @Sendable (Relay) async throws -> Void) async throws {
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .bind(host: "127.0.0.1", port: 0) { channel in
                channel.eventLoop.makeCompletedFuture { try Bytes(wrappingChannelSynchronously: channel) }
            }
        let relay = Relay(port: server.channel.localAddress?.port ?? 0, target: target)
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                try await relay.serve(server)
                return false
            }
            group.addTask {
                try await body(relay)
                return true
            }
            defer { group.cancelAll() }
            while let isDone = try await group.next(), !isDone {}
        }
    }

    /// Says nothing of what the server says from now on, on the connections that there are.
    func freeze() { isFrozen.withLock { $0 = true } }

    /// Closes the next connections as soon as they are there.
    func refuse(_ count: Int) { refusals.withLock { $0 = count } }

    /// Cuts all connections; new ones lead to another server.
    func move(to target: Int) {
        self.target.withLock { $0 = target }
        isFrozen.withLock { $0 = false }
        cut()
    }

    /// Cuts all connections; how many there were.
    @discardableResult
    func cut() -> Int {
        let all = channels.withLock { Array($0.values) }
        for channel in all { channel.close(promise: nil) }
        return all.count
    }

    private func serve(_ server: NIOAsyncChannel<Bytes, Never>) async throws {
        try await withThrowingDiscardingTaskGroup { group in
            try await server.executeThenClose { connections in
                for try await connection in connections {
                    group.addTask {
                        // Cutting connections is what this is for.
                        do { try await self.pass(connection) } catch {}
                    }
                }
            }
        }
    }

    private func pass(_ client: Bytes) async throws {
        let isRefused = refusals.withLock { count in
            defer { count = max(0, count - 1) }
            return count > 0
        }
        if isRefused { return try await client.executeThenClose { _, _ in } }
        let key = ObjectIdentifier(client.channel)
        channels.withLock { $0[key] = client.channel }
        defer { channels.withLock { $0[key] = nil } }
        try await client.executeThenClose { fromClient, toClient in
            let server = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .connect(host: "127.0.0.1", port: target.withLock { $0 }) { channel in
                    channel.eventLoop.makeCompletedFuture { try Bytes(wrappingChannelSynchronously: channel) }
                }
            try await server.executeThenClose { fromServer, toServer in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { for try await bytes in fromClient { try await toServer.write(bytes) } }
                    group.addTask {
                        for try await bytes in fromServer where !self.isFrozen.withLock({ $0 }) {
                            try await toClient.write(bytes)
                        }
                    }
                    // Where one side ends, so does the other.
                    try await group.next()
                    group.cancelAll()
                }
            }
        }
    }
}
