import AtlasHTTP
import NIOConcurrencyHelpers
import SocketIO

/// A Socket.IO client over one WebSocket: packets as text, in the order in which they come.
struct SocketIOClient: Sendable {
    let wire: Wire
    /// The Engine.IO opening packet.
    let opening: String

    static func connect(_ server: TestServer, _ query: String = "EIO=4&transport=websocket") async throws -> Self {
        let wire = try await server.connect()
        let response = try await wire.upgrade("/socket.io/?\(query)")
        guard response.status == 101 else { throw Wire.Closed(rest: "\(response.status) \(response.text)") }
        return SocketIOClient(wire: wire, opening: try await wire.frame().text)
    }

    /// A client that is in a namespace already.
    ///
    /// - Returns: The client and the answer that admitted it.
    static func enter(_ server: TestServer, _ packet: String = "0") async throws -> (client: Self, answer: String) {
        let client = try await connect(server)
        try await client.send(packet)
        return (client, try await client.packet())
    }

    /// Sends a Socket.IO packet.
    func send(_ packet: String) async throws { try await wire.send(Frame.text("4" + packet)) }

    /// The next Socket.IO packet.
    func packet() async throws -> String {
        let frame = try await wire.frame()
        guard frame.opcode == Frame.text, frame.text.hasPrefix("4") else {
            throw Wire.Closed(rest: "frame \(frame.opcode): \(frame.text) \(frame.closeCode)")
        }
        return String(frame.text.dropFirst())
    }

    func packets(_ count: Int) async throws -> [String] {
        var packets: [String] = []
        for _ in 0..<count { packets.append(try await packet()) }
        return packets
    }
}

extension TestServer {
    /// Starts a server with these namespaces at `/socket.io/`.
    static func run(
        socketIO rules: [SocketNamespaceRules],
        configure: (inout SocketIOOptions) -> Void = { _ in },
        _ test: (TestServer, SocketIOServer) async throws -> Void
    ) async throws {
        var options = SocketIOOptions()
        options.engine.origins = .any
        options.engine.drainTime = .milliseconds(50)
        // Other tests may keep the machine busy for longer than a client should take.
        options.connectTimeout = .seconds(300)
        options.engine.pingTimeout = .seconds(300)
        configure(&options)
        let sockets = SocketIOServer(options: options, namespaces: rules)
        try await run(parts: { $0.engines = [sockets.engine] }) { server in try await test(server, sockets) }
    }
}

/// What happened, in order.
final class Journal: Sendable {
    private let entries = NIOLockedValueBox<[String]>([])
    private let (stream, continuation) = AsyncStream.makeStream(of: String.self)

    var all: [String] { entries.withLockedValue { $0 } }

    func note(_ entry: String) {
        entries.withLockedValue { $0.append(entry) }
        continuation.yield(entry)
    }

    /// Waits until an entry has been noted.
    func wait(for entry: String) async {
        for await noted in stream where noted == entry { return }
    }
}
