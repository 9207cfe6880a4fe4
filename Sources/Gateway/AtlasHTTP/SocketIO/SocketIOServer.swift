import NIOConcurrencyHelpers
import SocketIO

/// A Socket.IO server: namespaces behind one path.
///
/// ```swift
/// let server = try SocketIOServer(namespaces: [rules])
/// parts.engines = [server.engine]            // ServerParts
/// server.namespace("/")?.to("group:7").emit("message", .string("hello"))
/// ```
///
/// Several processes act as one if each hands the bytes that `onClusterMessage` gives to the others' `receive`.
///
/// Source: Socket.IO protocol v5 over Engine.IO protocol v4.
public final class SocketIOServer: Sendable {
    /// The endpoint to give to `ServerParts.engines`.
    public let engine: EngineIOServer
    /// How it behaves.
    public let options: SocketIOOptions
    /// Which process of a cluster this is; its own messages are ignored when they come back.
    public let uid: String
    private let namespaces: [String: SocketNamespace]
    private let cluster: NIOLockedValueBox<(@Sendable ([UInt8]) -> Void)?>

    /// A server with these namespaces; clients that want another are refused.
    ///
    /// - Parameter uid: Unique in the cluster; random without it.
    public init(
        options: SocketIOOptions = SocketIOOptions(),
        namespaces rules: [SocketNamespaceRules],
        uid: String? = nil
    ) {
        var generator = SystemRandomNumberGenerator()
        let uid = uid ?? Base64.randomID(using: &generator)
        let cluster = NIOLockedValueBox<(@Sendable ([UInt8]) -> Void)?>(nil)
        let users = Users(options)
        let engine = EngineIOServer(options.engine, onDrain: { users.drain() }) { users.make($0) }
        var namespaces: [String: SocketNamespace] = [:]
        for rules in rules {
            namespaces[rules.name] = SocketNamespace(rules, options, engine.loops) { namespace, selection, content in
                guard let send = cluster.withLockedValue({ $0 }) else { return }
                let message = ClusterMessage(
                    sender: uid,
                    namespace: namespace,
                    selection: selection,
                    content: content
                )
                send(message.encoded())
            }
        }
        users.namespaces.withLockedValue { $0 = namespaces }
        self.engine = engine
        self.options = options
        self.uid = uid
        self.namespaces = namespaces
        self.cluster = cluster
    }

    /// A namespace of the server.
    public func namespace(_ name: String) -> SocketNamespace? { namespaces[name] }

    /// What has happened here so far.
    public var counts: EngineIOCounts { engine.counts }

    // MARK: Cluster

    /// Sets who is told what the other processes have to do.
    ///
    /// - Parameter send: Called on any thread, in the order of what one thread does here. It must not wait.
    public func onClusterMessage(_ send: @escaping @Sendable ([UInt8]) -> Void) {
        cluster.withLockedValue { $0 = send }
    }

    /// Does what another process did; its own messages and bytes that are none are ignored.
    public func receive(clusterMessage bytes: [UInt8]) {
        guard let message = ClusterMessage(bytes), message.sender != uid else { return }
        namespaces[message.namespace]?.receive(message.content, for: message.selection)
    }
}

/// Makes what speaks Socket.IO on each connection.
private final class Users: Sendable {
    let namespaces = NIOLockedValueBox<[String: SocketNamespace]>([:])
    private let options: SocketIOOptions

    init(_ options: SocketIOOptions) { self.options = options }

    func make(_ connection: EngineConnection) -> any EngineUser {
        SocketIOPeer(connection, options, namespaces.withLockedValue { $0 })
    }

    func drain() {
        for namespace in namespaces.withLockedValue({ Array($0.values) }) {
            for socket in namespace.sockets() { namespace.rules.onDrain(socket) }
        }
    }
}
