import AtlasAPI
import AtlasCore
import AtlasLabs
import AtlasPorts
import Foundation
import KubernetesEngine
import Logging
import SandboxEngine
import ServiceLifecycle

extension Atlas {
    /// Running labs as the settings say.
    ///
    /// - Parameter runtime: Takes the place of the one in the settings; for tests.
    static func labs(
        _ engines: Engines,
        _ content: any Content,
        _ configuration: AtlasConfiguration,
        runtime: (any LabRuntime)?,
        _ logger: Logger
    ) throws -> LabsService {
        let settings = settings(configuration)
        return LabsService(
            LabsService.Needs(
                database: engines.database,
                blobs: engines.blobs,
                content: content,
                sources: LabFolders(
                    path: configuration.catalogueFolder.isEmpty ? "" : Installation.find(configuration.catalogueFolder)
                ),
                runtime: try runtime
                    ?? labRuntime(
                        configuration,
                        folder: try Engines.dataFolder(configuration),
                        places: settings.maximum + settings.gradingsAtOnce + settings.startsAtOnce,
                        logger
                    ),
                pubSub: engines.pubSub,
                clock: engines.clock,
                ids: engines.ids,
                logger: logger
            ),
            settings: settings,
            process: Machine.processName(),
            isProcessGone: { Machine.isGone($0) },
            // The memory of a cluster is its scheduler's business.
            availableMemory: { configuration.labRuntime == "kubernetes" ? nil : Machine.availableMemory() }
        )
    }

    /// What boxes run in.
    ///
    /// - Parameters:
    ///   - folder: Where it may keep what it must know of itself.
    ///   - places: Boxes at once, at most.
    static func labRuntime(
        _ configuration: AtlasConfiguration,
        folder: String,
        places: Int,
        _ logger: Logger
    ) throws -> any LabRuntime {
        switch configuration.labRuntime {
        case "sandbox":
            return try SandboxRuntime(SandboxSettings(stateFolder: folder + "/boxes", places: places), logger: logger)
        case "kubernetes":
            return try kubernetes(configuration, places: places, logger)
        case "none":
            return NoRuntime(reason: "Labs are switched off on this server (lab.runtime is none).")
        default:
            throw AtlasError(
                .invalid,
                "lab.runtime: \"\(configuration.labRuntime)\" is none of sandbox, kubernetes, none.",
                field: "lab.runtime"
            )
        }
    }

    private static func kubernetes(
        _ configuration: AtlasConfiguration,
        places: Int,
        _ logger: Logger
    ) throws -> any LabRuntime {
        let cluster = configuration.labCluster
        var access =
            cluster.kubeconfig.isEmpty
            ? try ClusterAccess.inCluster(environment: ProcessInfo.processInfo.environment)
            : try ClusterAccess.kubeconfig(path: cluster.kubeconfig, context: cluster.context)
        if !cluster.namespace.isEmpty { access.namespace = cluster.namespace }
        let lab = LabSettings()
        // As long as a run may last with all its extensions, and a while for starting and stopping.
        let longest = Duration.seconds(60 * configuration.labMinutes) + lab.extensionTime * lab.extensions
        return try KubernetesRuntime(
            access,
            settings: KubernetesSettings(
                instance: cluster.instance,
                image: cluster.image,
                imagesByProgram: cluster.imagesByProgram,
                places: places,
                runtimeClass: cluster.runtimeClass.isEmpty ? nil : cluster.runtimeClass,
                podsPerLearner: cluster.podsPerLearner,
                memoryPerLearner: cluster.megabytesPerLearner << 20,
                processorsPerLearner: Double(cluster.processorsPerLearner),
                startTime: .seconds(cluster.startSeconds),
                podTime: longest + .seconds(1_800)
            ),
            logger: logger
        )
    }

    private static func settings(_ configuration: AtlasConfiguration) -> LabSettings {
        var settings = LabSettings()
        settings.perAccount = configuration.labsPerAccount
        settings.maximum = configuration.labsAtOnce
        settings.totalTime = .seconds(60 * configuration.labMinutes)
        settings.snapshotInterval = .seconds(configuration.labSnapshotSeconds)
        settings.answerTime = .seconds(configuration.labAnswerSeconds)
        settings.idleTime = .seconds(60 * configuration.labIdleMinutes)
        if configuration.labMemoryMegabytes > 0 {
            settings.memoryBudgetBytes = Int64(configuration.labMemoryMegabytes) << 20
        } else if configuration.labRuntime == "kubernetes" {
            settings.memoryBudgetBytes = .max / 2
        } else if let available = Machine.availableMemory() {
            settings.memoryBudgetBytes = available / 2
        }
        return settings
    }
}

/// Keeps the runs of this process, and stops them with it.
struct LabKeeper: Service {
    let labs: LabsService
    let logger: Logger

    func run() async throws {
        do {
            try await labs.prepare()
        } catch {
            logger.error("what earlier labs left behind was not put in order", metadata: ["error": "\(error)"])
        }
        await cancelWhenGracefulShutdown { await labs.run() }
        // A task of its own: files are kept even if this one was cancelled.
        await Task { await labs.close() }.value
    }
}
