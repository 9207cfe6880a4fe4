public import AtlasAPI
public import AtlasCore
public import AtlasHTTP
public import AtlasPorts
public import Logging
import SocketIO
import Synchronization
import Whiteboard

/// The services behind the live connection.
public struct RealtimeServices: Sendable {
    /// Verifies tokens.
    public let auth: any Auth
    /// Who is in which group.
    public let groups: any StudyGroups
    /// What was said.
    public let chat: any GroupChat
    /// What was drawn.
    public let boards: any Whiteboards
    /// Whose terminals are shown.
    public let labs: any Labs
    /// Who answers questions.
    public let tutor: any Tutor

    /// The services.
    public init(
        auth: any Auth,
        groups: any StudyGroups,
        chat: any GroupChat,
        boards: any Whiteboards,
        labs: any Labs,
        tutor: any Tutor
    ) {
        self.auth = auth
        self.groups = groups
        self.chat = chat
        self.boards = boards
        self.labs = labs
        self.tutor = tutor
    }
}

/// Study groups live: one Socket.IO namespace on the one port.
///
/// Who may connect is decided by the access token in the CONNECT payload, never by a cookie; who may hear a group is
/// decided when it is joined, and again by the event that ends a membership. What is durable comes from the services and
/// reaches every process through `PubSub`; what is not (cursors, typing, presence) is sent once and may be lost.
/// The events are listed in docs/realtime.md.
public final class Realtime: Sendable {
    /// The endpoint to give to `ServerParts.engines`.
    public var engine: EngineIOServer { server.engine }

    let services: RealtimeServices
    let limits: RealtimeLimits
    let pubSub: any PubSub
    let clock: any WallClock
    let logger: Logger
    let people = People()
    let hubs: Hubs
    let presence: Presence
    let pointers: Pointers
    private let server: SocketIOServer

    /// Serves nobody before `run`.
    ///
    /// - Parameters:
    ///   - options: The transport; `eventRate`, `recovers` and `engine.admit` are set from `limits`.
    ///   - node: Unique among the processes that share `pubSub`.
    public init(
        _ services: RealtimeServices,
        pubSub: any PubSub,
        clock: any WallClock,
        node: String,
        options: SocketIOOptions = SocketIOOptions(),
        limits: RealtimeLimits = RealtimeLimits(),
        logger: Logger
    ) {
        self.services = services
        self.limits = limits
        self.pubSub = pubSub
        self.clock = clock
        self.logger = logger
        hubs = Hubs(pubSub: pubSub, logger: logger)
        presence = Presence(node: node, limits: limits)
        pointers = Pointers(interval: limits.pointerInterval)
        var options = options
        options.eventRate = limits.socketRate
        // Recovery would repeat what `sync` and the boards' hello bring anyway, and bring it in another order.
        options.recovers = false
        // A whole board is one packet; what comes behind it on a slow line must not cut the client off.
        options.engine.queueBytes += BoardLimits.weight
        let handshakes = AddressLimit(limits.handshakes)
        options.engine.admit = { handshakes.admits($0) }
        let owner = Mutex<WeakRealtime>(WeakRealtime())
        server = SocketIOServer(
            options: options,
            namespaces: [Self.rules { owner.withLock { $0.realtime } }],
            uid: node
        )
        owner.withLock { $0.realtime = self }
    }

    /// Everybody who is connected to any process.
    var everybody: SocketNamespace? { server.namespace("/") }

    /// Carries messages between processes and keeps time, until the task is cancelled.
    public func run() async {
        await withTaskGroup { group in
            group.addTask { await self.bridge() }
            group.addTask { await self.hearPresence() }
            group.addTask { await self.every(self.limits.sweepInterval) { await self.sweep() } }
            group.addTask { await self.every(self.limits.headInterval) { await self.tellHeads() } }
            group.addTask { await self.every(self.limits.presenceTick) { await self.tellPresence() } }
            group.addTask { await self.pointers.run { self.send($0) } }
            await group.waitForAll()
        }
        await hubs.close()
    }

    private func every(_ interval: Duration, _ work: () async -> Void) async {
        while (try? await Task.sleep(for: interval)) != nil { await work() }
    }

    // MARK: Several processes

    private static let bridgeChannel = "socketio"
    /// Messages that may wait for the bridge; older ones are dropped, as `PubSub` would.
    private static let bridgeBacklog = 4_096

    /// Sends what this process tells sockets to the others, and tells its own sockets what the others say.
    private func bridge() async {
        let (outgoing, send) = AsyncStream.makeStream(
            of: [UInt8].self,
            bufferingPolicy: .bufferingNewest(Self.bridgeBacklog)
        )
        server.onClusterMessage { send.yield($0) }
        await withTaskGroup { group in
            group.addTask {
                for await message in outgoing {
                    do {
                        try await self.pubSub.publish(message, to: Self.bridgeChannel)
                    } catch {
                        self.logger.error("a message for other processes was lost", metadata: ["error": "\(error)"])
                    }
                }
            }
            group.addTask {
                await self.subscribing(to: Self.bridgeChannel) { self.server.receive(clusterMessage: $0) }
            }
            await group.waitForAll()
        }
    }

    /// Hears a channel until the task is cancelled, and begins again when that fails.
    func subscribing(to channel: String, _ hear: ([UInt8]) async -> Void) async {
        while !Task.isCancelled {
            do {
                for await message in try await pubSub.subscribe(to: channel) { await hear(message) }
            } catch {
                logger.error("a channel cannot be heard", metadata: ["channel": "\(channel)", "error": "\(error)"])
                try? await Task.sleep(for: limits.retryInterval)
            }
        }
    }
}

/// Breaks the circle between the server's rules and what they act on.
private struct WeakRealtime: Sendable {
    weak var realtime: Realtime?
}
