import AtlasAPI
import AtlasAnalytics
import AtlasAuth
import AtlasContent
import AtlasCore
public import AtlasGraphQL
public import AtlasHTTP
import AtlasPorts
import Foundation
public import GraphQL
import Logging
import ServiceLifecycle
import UnixSignals

extension Atlas {
    /// Serves until SIGTERM or SIGINT, then drains: the port first, the workers next, the engines last.
    ///
    /// - Parameter onListening: Called with the address once the port is open.
    public func serve(onListening: @escaping @Sendable (_ host: String, _ port: Int) -> Void) async throws {
        Self.raiseDescriptorLimit()
        let queueBell = Doorbell()
        let recorder = ActivityRecorder(database: engines.quietDatabase)
        var services: [any Service] = [
            ContentRefresher(content: contentService, logger: logger),
            SessionWatcher(auth: authService, logger: logger),
            OutboxRelay(
                database: engines.quietDatabase,
                queue: engines.queue,
                pubSub: engines.pubSub,
                bell: commitBell,
                queueBell: queueBell,
                logger: logger
            ),
            QueueWorker(queue: engines.queue, name: "analytics-events", bell: queueBell, logger: logger) {
                try await recorder.record($0)
            },
        ]
        if configuration.isDevelopment, !configuration.catalogueFolder.isEmpty {
            let folder = CatalogueFolder(path: Installation.find(configuration.catalogueFolder))
            services.append(CatalogueWatcher(folder: folder, content: content, logger: logger))
        }
        services.append(try server(onListening: onListening))
        let group = ServiceGroup(
            configuration: .init(
                services: services.map { .init(service: $0) },
                gracefulShutdownSignals: [.sigterm, .sigint],
                logger: logger
            )
        )
        do {
            try await group.run()
        } catch {
            await close()
            LogWriter.standardError.flush()
            throw error
        }
        await close()
        LogWriter.standardError.flush()
    }

    /// Many systems start a process with 1,024 descriptors and allow it more; each connection is one.
    private static func raiseDescriptorLimit() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        _ = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }

    private func server(onListening: @escaping @Sendable (String, Int) -> Void) throws -> AtlasServer {
        let admission = Admission(
            cache: engines.rateCache,
            account: .init(requests: configuration.requestsPerMinute, cost: configuration.costPerMinute),
            visitor: .init(
                requests: configuration.visitorRequestsPerMinute,
                cost: configuration.visitorCostPerMinute
            ),
            clock: engines.clock
        )
        var server = ServerConfiguration(
            host: configuration.host,
            port: configuration.port,
            webFolder: Installation.find(configuration.webFolder)
        )
        server.isDevelopment = configuration.isDevelopment
        server.isSecure = configuration.isSecure
        server.trustedProxies = configuration.trustedProxies
        server.publicOrigin = configuration.publicOrigin
        server.allowedDocuments = try DocumentList.read(configuration.allowedDocuments)
        let parts = ServerParts(
            graphQL: graphQL,
            authenticate: { [auth] in try await auth.verify($0) },
            admit: { caller, address, count in await admission.decide(caller, address: address, count: count) },
            charge: { caller, address, cost in await admission.charge(caller, address: address, cost: cost) },
            pages: CataloguePages(content: content),
            problems: { [database = engines.database] in
                do {
                    _ = try await database.rows("SELECT 1 AS one")
                    return []
                } catch {
                    return ["the database does not answer"]
                }
            },
            logger: logger
        )
        return try AtlasServer(configuration: server, parts: parts, onListening: onListening)
    }
}

/// What the gateway asks, answered by the engine that the schema is bound to.
extension GraphQLAPI: GraphQLAnswering {
    /// What kind of operation a request asks for.
    public func operationKind(of request: GraphQL.Request) -> OperationKind? { try? engine.operationKind(of: request) }

    /// Executes a request.
    public func execute(_ request: GraphQL.Request, context: RequestContext) async -> GraphQL.Response {
        await engine.execute(request, context: context)
    }

    /// Follows a subscription, or executes another operation.
    public func subscribe(
        _ request: GraphQL.Request,
        context: RequestContext,
        deliver: (GraphQL.Response) async -> Bool
    ) async -> GraphQL.Response? {
        await engine.subscribe(request, context: context, deliver: deliver)
    }
}

/// Learns of sessions that other processes ended.
private struct SessionWatcher: Service {
    let auth: AuthService
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await auth.run { error in
                logger.error("ended sessions could not be read", metadata: ["error": "\(error)"])
            }
        }
    }
}

/// Keeps the catalogue in memory current while the server runs.
private struct ContentRefresher: Service {
    let content: ContentService
    let logger: Logger

    func run() async throws {
        try await cancelWhenGracefulShutdown {
            try await content.run { error in
                guard !(error is CancellationError) else { return }
                logger.error("the catalogue could not be refreshed", metadata: ["error": "\(error)"])
            }
        }
    }
}
