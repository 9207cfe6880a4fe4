import AtlasAPI
import AtlasAnalytics
import AtlasApp
import AtlasCore
import AtlasPorts
import Foundation

/// Takes in millions of events through the whole path (service, outbox, queue, worker, time series, figures), then asks what
/// dashboards ask.
///
///     analytics-bench FOLDER EVENTS
///
/// Events are spread over 2,000 learners, the catalogue's diagrams and the last 29 days. One task does everything, so what
/// is measured is about one core; `processor` is the time of the whole process.
@main
struct AnalyticsBench {
    static let learners = 2_000
    /// Batches between two times that the workers work off what waits.
    static let burst = 20

    static func main() async throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 3, let count = Int(arguments[2]), count > 0 else {
            FileHandle.standardError.write(Data("analytics-bench FOLDER EVENTS\n".utf8))
            exit(2)
        }
        let sources = try await SettingSources(
            arguments: ["data.folder": arguments[1], "catalogue.folder": "catalogue", "log.level": "error"],
            file: arguments[1] + "/none.json",
            environment: [:]
        )
        let atlas = try await Atlas.assemble(AtlasConfiguration(sources))
        let bench = AnalyticsBench(atlas: atlas, diagrams: try await atlas.content.catalogue(as: .system).diagrams)
        try await bench.ingest(count)
        try await bench.ask()
        print("memory, largest: \(Self.peakMiB()) MiB")
        await atlas.close()
        for name in ["timeseries.sqlite", "atlas.sqlite"] {
            let size = (try? FileManager.default.attributesOfItem(atPath: arguments[1] + "/" + name)[.size]) as? Int
            print("\(name): \((size ?? 0) >> 20) MiB")
        }
    }

    let atlas: Atlas
    let diagrams: [Diagram]

    private func learner(_ index: Int) -> Caller {
        let id = "learner-\(index % Self.learners)"
        return Caller(account: .init(user: UserID(id), role: .learner, session: SessionID("bench")))
    }

    private func ingest(_ count: Int) async throws {
        let types = ["opened", "node_opened", "edge_opened", "probe_opened", "closed"]
        let now = SystemClock().now().milliseconds
        let span: Int64 = 29 * 86_400_000
        let begun = ContinuousClock.now
        let processor = clock()
        var sent = 0
        var batch = 0
        while sent < count {
            let size = min(AnalyticsLimits.batch, count - sent)
            let events = (0..<size).map { index in
                let number = sent + index
                // Time goes forward over the run, as it does in life; a learner's batch is an hour of work.
                let at = now - span + Int64(Double(sent) / Double(count) * Double(span)) + Int64(index) * 7_000
                return NewEvent(
                    id: "e\(number)",
                    measurement: "diagram_interactions",
                    type: types[number % types.count],
                    at: Timestamp(milliseconds: min(at, now)),
                    content: diagrams[(batch * 31 + index / 25) % diagrams.count].header.id,
                    durationMilliseconds: 7_000,
                    value: nil
                )
            }
            let receipt = try await atlas.learning.analytics.ingest(events, as: learner(batch))
            guard receipt.accepted == size else {
                throw AtlasError(
                    .internalError,
                    "Only \(receipt.accepted) of \(size) were taken: \(receipt.rejected.first as Any)"
                )
            }
            sent += size
            batch += 1
            if batch % Self.burst == 0 || sent == count { await atlas.workOff() }
        }
        let wall = Double((ContinuousClock.now - begun).wholeMilliseconds) / 1_000
        let spent = Double(clock() - processor) / Double(CLOCKS_PER_SEC)
        print("events: \(count) of \(Self.learners) learners")
        print("wall: \(rounded(wall)) s, \(Int(Double(count) / wall)) events/s")
        print("processor: \(rounded(spent)) s, \(Int(Double(count) / spent)) events per second of one core")
        let report = try await atlas.learning.reports.operatorReport(days: 30, as: admin)
        print("points stored: \(report.points), given up: \(report.deadLetters)")
        guard report.points == count else { throw AtlasError(.internalError, "Points are missing.") }
    }

    private var admin: Caller {
        Caller(account: .init(user: UserID("admin"), role: .admin, session: SessionID("bench")))
    }

    private func ask() async throws {
        let analytics = atlas.learning.analytics
        try await time("a learner's page: metrics, 30 days, streak, map, forecasts", 200) { turn in
            let caller = learner(turn * 7)
            let user = try caller.signedIn().user
            _ = try await analytics.metrics(of: user, as: caller)
            _ = try await analytics.days(of: user, last: 30, as: caller)
            _ = try await analytics.streak(of: user, as: caller)
            _ = try await analytics.skillMap(of: user, as: caller)
            _ = try await analytics.forecasts(of: user, goal: nil, as: caller)
        }
        try await time("the operator's page: 30 days", 100) { _ in
            _ = try await atlas.learning.reports.operatorReport(days: 30, as: admin)
        }
        let today = SystemClock().now().milliseconds / 86_400_000
        let start = Timestamp(milliseconds: (today - 29) * 86_400_000)
        let end = Timestamp(milliseconds: (today + 1) * 86_400_000)
        try await time("all diagrams by day, 30 days", 100) { _ in
            _ = try await atlas.series.buckets(
                TimeSeriesQuery(
                    "diagram_interactions",
                    from: start,
                    to: end,
                    window: .seconds(86_400),
                    group: "diagram_id",
                    field: "duration_ms"
                )
            )
        }
        try await time("one learner by hour, 30 days", 200) { turn in
            _ = try await atlas.series.buckets(
                TimeSeriesQuery(
                    "diagram_interactions",
                    where: ["user_id": "learner-\(turn * 3)"],
                    from: start,
                    to: end,
                    window: .seconds(3_600),
                    field: "duration_ms"
                )
            )
        }
    }

    private func time(_ name: String, _ turns: Int, _ body: (Int) async throws -> Void) async throws {
        var taken: [Double] = []
        for turn in 0..<turns {
            let begun = ContinuousClock.now
            try await body(turn)
            let (seconds, attoseconds) = (ContinuousClock.now - begun).components
            taken.append(Double(seconds) * 1_000 + Double(attoseconds) / 1e15)
        }
        taken.sort()
        let (median, most) = (taken[turns / 2], taken[turns * 95 / 100])
        print("\(name): p50 \(rounded(median)) ms, p95 \(rounded(most)) ms")
    }

    private func rounded(_ value: Double) -> Double { (value * 100).rounded() / 100 }

    private static func peakMiB() -> Int {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return Int(usage.ru_maxrss) >> 10
    }
}
