import AtlasAPI
import AtlasAnalytics
import AtlasAuth
import AtlasCollaboration
import AtlasContent
import AtlasCore
public import AtlasGraphQL
public import AtlasHTTP
import AtlasPorts
import AtlasRealtime
import AtlasReview
import Foundation
public import GraphQL
import Logging
import ServiceLifecycle
import UnixSignals

extension Atlas {
    /// Serves until SIGTERM or SIGINT, then drains: the port first, the workers next, the engines last.
    ///
    /// - Parameters:
    ///   - untilSignal: False leaves signals alone and serves until the task is cancelled.
    ///   - onListening: Called with the address once the port is open.
    public func serve(
        untilSignal: Bool = true,
        onListening: @escaping @Sendable (_ host: String, _ port: Int) -> Void
    ) async throws {
        Self.raiseDescriptorLimit()
        let (queueBell, eventBell) = (Doorbell(), Doorbell())
        var services: [any Service] = [
            ContentRefresher(content: contentService, logger: logger),
            SessionWatcher(auth: authService, logger: logger),
            ResponseWatcher(responses: responses),
            ParameterWorker(fitting: ParameterFitting(service: reviews), logger: logger),
            relay(to: [queueBell, eventBell]),
            NightWorker(work: learning.nightly, logger: logger),
            SystemMetrics(series: engines.series, clock: engines.clock, logger: logger),
        ]
        services += queueWorkers(queueBell, eventBell)
        if configuration.isDevelopment, !configuration.catalogueFolder.isEmpty {
            let folder = CatalogueFolder(path: Installation.find(configuration.catalogueFolder))
            services.append(CatalogueWatcher(folder: folder, content: content, logger: logger))
        }
        var tracing: Tracing?
        if !configuration.traceEndpoint.isEmpty {
            let exporter = TraceExporter(collector: try TraceCollector(configuration.traceEndpoint), logger: logger)
            services.append(exporter)
            tracing = Tracing(ratio: configuration.traceRatio, exporter: exporter)
        }
        services.append(LabKeeper(labs: labsService, logger: logger))
        services.append(TutorKeeper(tutor: tutorService, logger: logger))
        let realtime = realtime()
        services.append(LiveGroups(realtime: realtime, boards: boards))
        services.append(try server(realtime, tracing, onListening: onListening))
        let group = ServiceGroup(
            configuration: .init(
                services: services.map { .init(service: $0) },
                gracefulShutdownSignals: untilSignal ? [.sigterm, .sigint] : [],
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

    /// Does at once what the workers do while Atlas serves: hands on what services stored, and works off the queues.
    ///
    /// For a process that does not serve. What fails is logged and tried again by whoever serves next.
    public func workOff() async {
        await relay(to: []).drain()
        for worker in queueWorkers(Doorbell(), Doorbell()) { await worker.drain() }
    }

    private func relay(to bells: [Doorbell]) -> OutboxRelay {
        OutboxRelay(
            database: engines.quietDatabase,
            queue: engines.queue,
            pubSub: engines.pubSub,
            bell: commitBell,
            queueBells: bells,
            logger: logger
        )
    }

    private func queueWorkers(_ activityBell: Doorbell, _ eventBell: Doorbell) -> [QueueWorker] {
        [
            QueueWorker(
                queue: engines.queue,
                name: LearningAnalytics.activityQueue,
                bell: activityBell,
                logger: logger,
                handle: { [learning] in try await learning.activity.record($0) }
            ),
            QueueWorker(
                queue: engines.queue,
                name: LearningAnalytics.eventQueue,
                bell: eventBell,
                logger: logger,
                handle: { [learning] in try await learning.events.record($0) }
            ),
        ]
    }

    /// Many systems start a process with 1,024 descriptors and allow it more; each connection is one.
    private static func raiseDescriptorLimit() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        _ = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }

    private func realtime() -> Realtime {
        var options = SocketIOOptions()
        options.engine.origins = .own(and: Set(configuration.publicOrigin.map { [$0] } ?? []))
        return Realtime(
            RealtimeServices(auth: auth, groups: groups, chat: chat, boards: boards, labs: labs, tutor: tutor),
            pubSub: engines.pubSub,
            clock: engines.clock,
            node: engines.ids.next(),
            options: options,
            logger: logger
        )
    }

    private func server(
        _ realtime: Realtime,
        _ tracing: Tracing?,
        onListening: @escaping @Sendable (String, Int) -> Void
    ) throws -> AtlasServer {
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
        server.metricsToken = configuration.metricsToken.isEmpty ? nil : configuration.metricsToken
        server.allowedDocuments = try DocumentList.read(configuration.allowedDocuments)
        let parts = ServerParts(
            graphQL: graphQL,
            authenticate: { [auth] in try await auth.verify($0) },
            admit: { caller, address, count in await admission.decide(caller, address: address, count: count) },
            charge: { caller, address, cost in await admission.charge(caller, address: address, cost: cost) },
            pages: CataloguePages(content: content),
            reports: ReportFiles(reports: learning.reports, privacy: learning.privacy, reviews: reviews),
            problems: { [database = engines.database] in
                do {
                    _ = try await database.rows("SELECT 1 AS one")
                    return []
                } catch {
                    return ["the database does not answer"]
                }
            },
            engines: [realtime.engine],
            metrics: { [database = engines.quietDatabase, tutorService] in
                await StoredMetrics(database: database).all() + tutorService.metrics
            },
            tracing: tracing,
            logger: logger
        )
        return try AtlasServer(configuration: server, parts: parts, onListening: onListening)
    }
}

/// What the gateway asks, answered by the engine that the schema is bound to.
extension GraphQLAPI: GraphQLAnswering {
    /// What kind of operation a request asks for.
    public func operationKind(of request: GraphQL.Request) -> OperationKind? { try? engine.operationKind(of: request) }
}

/// Keeps study groups live and their boards' logs short.
private struct LiveGroups: Service {
    let realtime: Realtime
    let boards: BoardService

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withTaskGroup { group in
                group.addTask { await realtime.run() }
                group.addTask {
                    while (try? await Task.sleep(for: BoardServiceLimits.snapshotAge / 2)) != nil {
                        await boards.keep()
                    }
                }
            }
        }
        await boards.keep()
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

/// Fits the parameters of learners who have reviewed enough.
private struct ParameterWorker: Service {
    let fitting: ParameterFitting
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while (try? await Task.sleep(for: ParameterFitting.interval)) != nil {
                do {
                    let count = try await fitting.run()
                    if count > 0 { logger.info("parameters were fitted", metadata: ["learners": "\(count)"]) }
                } catch is CancellationError {
                    return
                } catch {
                    logger.error("parameters could not be fitted", metadata: ["error": "\(error)"])
                }
            }
        }
    }
}

/// Forgets kept answers of accounts that changed something elsewhere.
private struct ResponseWatcher: Service {
    let responses: ResponseCache

    func run() async throws {
        await cancelWhenGracefulShutdown { await responses.run() }
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
