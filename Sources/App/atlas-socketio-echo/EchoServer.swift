import ArgumentParser
import AtlasCore
import AtlasGraphQL
import AtlasHTTP
import Foundation
import GraphQL
import Logging
import NIOPosix
import ServiceLifecycle
import SocketIO
import UnixSignals

/// A server for conformance tests and benchmarks of Engine.IO and Socket.IO.
///
/// `/engine.io/` sends every message back; `/socket.io/` has the namespaces that `EchoRules` describes.
@main
struct EchoServer: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "atlas-socketio-echo",
        abstract: "Echo over Engine.IO and Socket.IO, for tests and benchmarks."
    )

    @Option(help: "The address to listen on.")
    var host = "127.0.0.1"

    @Option(help: "The port to listen on; 0 picks a free one.")
    var port = 0

    @Option(help: "Event loops; one is one core.")
    var loops = 1

    @Option(help: "Milliseconds between heartbeats.")
    var pingInterval = 25_000

    @Option(help: "Milliseconds until a heartbeat has to be answered.")
    var pingTimeout = 20_000

    @Option(help: "Bytes of one message.")
    var maxPayload = 1_000_000

    @Option(help: "Milliseconds until a connection has to be in a namespace.")
    var connectTimeout = 10_000

    @Option(help: "Milliseconds until a WebSocket has to take over from polling.")
    var upgradeTimeout = 10_000

    @Flag(help: "Clients may take up their sessions.")
    var recovery = false

    @Option(help: "Whose pages may connect; without it, everybody's. May be given several times.")
    var origin: [String] = []

    func run() async throws {
        var options = SocketIOOptions()
        options.recovers = recovery
        options.connectTimeout = .milliseconds(connectTimeout)
        options.engine = engineOptions("/socket.io/")
        let server = SocketIOServer(options: options, namespaces: EchoRules.all)
        let echo = EngineIOServer(options: engineOptions("/engine.io/")) { $0 }
        let quiet = Logger(label: "atlas-socketio-echo") { _ in SwiftLogNoOpLogHandler() }
        var configuration = ServerConfiguration(host: host, port: port, webFolder: "/nonexistent")
        configuration.limits.connections = 100_000
        let atlas = try AtlasServer(
            configuration: configuration,
            parts: ServerParts(
                graphQL: NoGraphQL(),
                authenticate: { _ in throw AtlasError(.unauthenticated, "Nobody signs in here.") },
                pages: NoPages(),
                engines: [server.engine, echo],
                logger: quiet
            ),
            group: MultiThreadedEventLoopGroup(numberOfThreads: max(1, loops))
        ) { host, port in
            // Written at once, also into a pipe: scripts wait for this line.
            FileHandle.standardOutput.write(Data("listening on http://\(host):\(port)\n".utf8))
        }
        try await ServiceGroup(services: [atlas], gracefulShutdownSignals: [.sigterm, .sigint], logger: quiet).run()
    }

    private func engineOptions(_ path: String) -> EngineIOOptions {
        var options = EngineIOOptions()
        options.path = path
        options.pingInterval = .milliseconds(pingInterval)
        options.pingTimeout = .milliseconds(pingTimeout)
        options.upgradeTimeout = .milliseconds(upgradeTimeout)
        options.maxPayload = maxPayload
        options.drainTime = .milliseconds(500)
        options.origins = origin.isEmpty ? .any : .own(and: Set(origin))
        return options
    }
}

/// Nothing is asked of GraphQL here.
private struct NoGraphQL: GraphQLAnswering {
    func operationKind(of request: GraphQL.Request) -> OperationKind? { nil }

    func execute(
        _ request: GraphQL.Request,
        context: RequestContext,
        charge: @Sendable (Int) async -> Void
    ) async -> GraphQL.Response {
        GraphQL.Response(refusing: GraphQLError("There is no GraphQL here."))
    }

    func executeInParts(
        _ request: GraphQL.Request,
        context: RequestContext,
        deliver: (GraphQL.Response) async -> Bool
    ) async {
        _ = await deliver(GraphQL.Response(refusing: GraphQLError("There is no GraphQL here.")))
    }

    func subscribe(
        _ request: GraphQL.Request,
        context: RequestContext,
        charge: @Sendable (Int) async -> Void,
        deliver: (GraphQL.Response) async -> Bool
    ) async -> GraphQL.Response? {
        GraphQL.Response(refusing: GraphQLError("There is no GraphQL here."))
    }
}

/// A site without pages.
private struct NoPages: PageSource {
    func landing() async throws -> LandingPage { throw AtlasError(.notFound, "There are no pages here.") }

    func page(_ path: String) async throws -> PageInfo? { nil }

    func paths() async throws -> [String] { [] }
}
