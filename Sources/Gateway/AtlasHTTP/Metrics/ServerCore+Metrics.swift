import SocketIO

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

extension ServerCore {
    /// Everything that `/metrics` tells.
    func allMetrics() async -> [Metric] {
        Self.process + metrics.all + sessions + (await parts.metrics())
    }

    private var sessions: [Metric] {
        let endpoints = parts.engines.map { (path: $0.options.path, counts: $0.counts) }
        func metric(
            _ name: String,
            _ kind: Metric.Kind,
            _ help: String,
            _ value: (EngineIOCounts) -> Int
        ) -> Metric {
            Metric(
                "atlas_socket_" + name,
                kind,
                help,
                samples: endpoints.map { .init([("path", $0.path)], Double(value($0.counts))) }
            )
        }
        let ends: [(String, KeyPath<EngineIOCounts, Int>)] = [
            ("ping timeout", \.pingTimeouts), ("slow consumer", \.slowConsumers), ("violation", \.violations),
        ]
        return [
            metric("sessions", .gauge, "Sessions of Engine.IO that are open.") { $0.sessions },
            metric("sessions_opened_total", .counter, "Sessions that were opened.") { $0.opened },
            metric("packets_total", .counter, "Packets handed to sessions, each receiver counted.") { $0.packets },
            metric("waiting", .gauge, "Broadcasts and packets that wait for their event loop.") { $0.waiting },
            metric("volatile_dropped_total", .counter, "Volatile packets dropped for who was behind.") {
                $0.volatileDropped
            },
            metric("rate_refusals_total", .counter, "Events refused because there were too many.") { $0.rateHits },
            metric("recoveries_total", .counter, "Sessions that were taken up again.") { $0.recoveries },
            Metric(
                "atlas_socket_ended_total",
                .counter,
                "Sessions that the server ended, by reason.",
                samples: endpoints.flatMap { path, counts in
                    ends.map { .init([("path", path), ("reason", $0.0)], Double(counts[keyPath: $0.1])) }
                }
            ),
        ]
    }

    /// Of the process, under the names that all exporters use.
    private static var process: [Metric] {
        var metrics = [
            Metric(
                "process_cpu_seconds_total",
                .counter,
                "Processor time.",
                samples: [.init([], Double(clock()) / Double(CLOCKS_PER_SEC))]
            )
        ]
        if let bytes = residentBytes() {
            metrics.append(Metric("process_resident_memory_bytes", .gauge, "Resident memory.", bytes))
        }
        return metrics
    }

    /// `nil` where the system does not tell it this way.
    ///
    /// Source: proc(5), `/proc/pid/statm`: size and resident set, in pages.
    private static func residentBytes() -> Int? {
        let file = open("/proc/self/statm", O_RDONLY)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: 128)
        let count = read(file, &bytes, bytes.count)
        guard count > 0 else { return nil }
        let fields = String(decoding: bytes.prefix(count), as: UTF8.self).split(separator: " ")
        guard fields.count > 1, let pages = Int(fields[1]) else { return nil }
        return pages * sysconf(Int32(_SC_PAGESIZE))
    }
}
