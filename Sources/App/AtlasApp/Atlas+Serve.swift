import AtlasAPI
import AtlasAnalytics
import AtlasContent
import AtlasCore
import AtlasGraphQL
import AtlasHTTP
import AtlasPorts
import Foundation
import GraphQL
import Logging
import ServiceLifecycle

extension Atlas {
    /// Serves until SIGTERM or SIGINT, then drains: the port first, the workers next, the engines last.
    ///
    /// - Parameter onListening: Called with the address once the port is open.
    public func serve(onListening: @escaping @Sendable (_ host: String, _ port: Int) -> Void) async throws {
        let queueBell = Doorbell()
        let recorder = ActivityRecorder(database: engines.database)
        var services: [any Service] = [
            ContentRefresher(content: contentService),
            OutboxRelay(
                database: engines.database,
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
            throw error
        }
        await close()
    }

    private func server(onListening: @escaping @Sendable (String, Int) -> Void) throws -> AtlasServer {
        let admission = Admission(
            cache: engines.cache,
            accountLimit: configuration.requestsPerMinute,
            visitorLimit: configuration.visitorRequestsPerMinute,
            clock: engines.clock
        )
        return AtlasServer(
            configuration: ServerConfiguration(
                host: configuration.host,
                port: configuration.port,
                webFolder: Installation.find(configuration.webFolder),
                isDevelopment: configuration.isDevelopment,
                isSecure: configuration.isSecure,
                trustedProxies: configuration.trustedProxies
            ),
            parts: ServerParts(
                graphQL: graphQL,
                authenticate: { [auth] in try await auth.verify($0) },
                admit: { await admission.decide($0) },
                isReady: { [database = engines.database] in
                    (try? await database.rows("SELECT 1 AS one")) != nil
                },
                pages: CataloguePages(content: content),
                ids: engines.ids
            ),
            logger: logger,
            onListening: onListening
        )
    }
}

extension GraphQLAPI: GraphQLAnswering {}

/// Keeps the catalogue in memory current while the server runs.
private struct ContentRefresher: Service {
    let content: ContentService

    func run() async throws {
        try await cancelWhenGracefulShutdown { try await content.run() }
    }
}
