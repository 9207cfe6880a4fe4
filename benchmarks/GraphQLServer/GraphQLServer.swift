import AtlasCore
import AtlasGraphQL
import AtlasHTTP
import Foundation
import GraphQL
import Logging
import NIOPosix
import ServiceLifecycle
import UnixSignals

/// The server of `benchmarks/graphql.py`.
///
///     graphql-server serve PORT         the shop, with Atlas's engine behind Atlas's HTTP server
///     graphql-server bare PORT FILE     a channel handler that answers any request with the bytes of a file
///     graphql-server engine FOLDER      times of the engine alone, as JSON; the folder is `benchmarks/graphql`
@main
struct GraphQLServer {
    static func main() async throws {
        let arguments = CommandLine.arguments
        switch (arguments.dropFirst().first, arguments.count) {
        case ("serve", 3): try await serve(port: Int(arguments[2]) ?? 0)
        case ("bare", 4): try await BareHandler.serve(port: Int(arguments[2]) ?? 0, file: arguments[3])
        case ("engine", 3): try EngineTimes.print(folder: arguments[2])
        default:
            FileHandle.standardError.write(
                Data("usage: graphql-server serve PORT | bare PORT FILE | engine FOLDER\n".utf8)
            )
            exit(2)
        }
    }

    /// One loop, for the benchmark gives a server one core.
    static let loops = MultiThreadedEventLoopGroup(numberOfThreads: 1)

    private static func serve(port: Int) async throws {
        let quiet = Logger(label: "graphql-server") { _ in SwiftLogNoOpLogHandler() }
        let parts = ServerParts(
            graphQL: ShopAPI(engine: try Shop.engine()),
            authenticate: { _ in throw AtlasError(.unauthenticated, "Nobody signs in here.") },
            pages: NoPages(),
            logger: quiet
        )
        let server = try AtlasServer(
            configuration: ServerConfiguration(port: port, webFolder: "/nonexistent"),
            parts: parts,
            group: loops
        )
        try await ServiceGroup(services: [server], gracefulShutdownSignals: [.sigterm], logger: quiet).run()
    }
}

/// The shop's engine as the gateway asks it.
struct ShopAPI: GraphQLAnswering {
    let engine: Engine<Shop.Context>

    func operationKind(of request: GraphQL.Request) -> OperationKind? { try? engine.operationKind(of: request) }

    func execute(
        _ request: GraphQL.Request,
        context: RequestContext,
        charge: @Sendable (Int) async -> Void
    ) async -> GraphQL.Response {
        await engine.execute(request, context: Shop.Context())
    }

    func executeInParts(
        _ request: GraphQL.Request,
        context: RequestContext,
        deliver: (GraphQL.Response) async -> Bool
    ) async {
        await engine.executeInParts(request, context: Shop.Context(), deliver: deliver)
    }

    func subscribe(
        _ request: GraphQL.Request,
        context: RequestContext,
        charge: @Sendable (Int) async -> Void,
        deliver: (GraphQL.Response) async -> Bool
    ) async -> GraphQL.Response? {
        _ = await deliver(await engine.execute(request, context: Shop.Context()))
        return nil
    }
}

/// A site without pages.
struct NoPages: PageSource {
    func landing() async throws -> LandingPage { throw AtlasError(.notFound, "There are no pages here.") }

    func page(_ path: String) async throws -> PageInfo? { nil }

    func paths() async throws -> [String] { [] }
}
