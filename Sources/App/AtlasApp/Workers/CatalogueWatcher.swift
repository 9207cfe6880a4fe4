import AtlasAPI
import AtlasCore
import Logging
import ServiceLifecycle

/// In development: imports the catalogue's folder again whenever a file in it changes.
struct CatalogueWatcher: Service {
    /// How often the folder is looked at.
    static let interval = Duration.milliseconds(500)

    let folder: CatalogueFolder
    let content: any Content
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var last = folder.fingerprint()
            while (try? await Task.sleep(for: Self.interval)) != nil {
                let now = folder.fingerprint()
                if now != last {
                    last = now
                    await reimport()
                }
            }
        }
    }

    private func reimport() async {
        do {
            let report = try await content.importFiles(folder.files(), removeMissing: true, as: .system)
            logger.notice(
                "the catalogue changed",
                metadata: ["changed": "\(report.changed)", "added": "\(report.added)"]
            )
        } catch {
            logger.error("the changed catalogue has errors and was not imported", metadata: ["error": "\(error)"])
        }
    }
}
