import AtlasCore
import AtlasPorts
import Foundation
import Logging
import ServiceLifecycle

/// Writes how this process is doing into the time series.
struct SystemMetrics: Service {
    static let interval = Duration.seconds(60)

    let series: any TimeSeries
    let clock: any WallClock
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while (try? await Task.sleep(for: Self.interval)) != nil {
                do {
                    try await series.write(points())
                } catch {
                    guard !Task.isCancelled else { return }
                    logger.error("system metrics could not be written", metadata: ["error": "\(error)"])
                }
            }
        }
    }

    private func points() -> [TimePoint] {
        var values = ["processor_seconds": Double(Foundation.clock()) / Double(CLOCKS_PER_SEC)]
        if let memory = Self.residentBytes() { values["resident_bytes"] = memory }
        let now = clock.now()
        return values.sorted { $0.key < $1.key }.map { name, value in
            TimePoint(
                Measurement.systemMetrics.name,
                tags: ["service_name": "atlas", "metric_name": name],
                fields: ["value": value],
                time: now
            )
        }
    }

    /// Source: proc(5), `/proc/self/statm`: the second number counts resident pages.
    private static func residentBytes() -> Double? {
        guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8) else { return nil }
        let numbers = text.split(separator: " ")
        guard numbers.count > 1, let pages = Double(numbers[1]) else { return nil }
        return pages * Double(sysconf(Int32(_SC_PAGESIZE)))
    }
}
