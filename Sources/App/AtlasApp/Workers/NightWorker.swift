import AtlasAnalytics
import Logging
import ServiceLifecycle

/// Does the day's work of analytics once a day in UTC, whichever process comes first.
struct NightWorker: Service {
    /// How often it is looked whether a new day has begun.
    static let interval = Duration.seconds(300)

    let work: NightlyWork
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            repeat {
                do {
                    if try await work.run() { logger.info("forecasts were judged and old data dropped") }
                } catch {
                    guard !Task.isCancelled else { return }
                    // What was begun is taken up again later.
                    logger.error("the day's work failed", metadata: ["error": "\(error)"])
                }
            } while (try? await Task.sleep(for: Self.interval)) != nil
        }
    }
}
