import AtlasCore
import AtlasPorts
import AtlasTestKit
import CloudEngines
import Foundation
import Logging
import Testing

/// What only an InfluxDB does.
@Suite struct InfluxTests {
    private static let day: Int64 = 86_400_000
    private static let isThere = SeriesEngine.influxURL != nil

    private func point(_ user: String, at milliseconds: Int64, id: UInt64, duration: Double?) -> TimePoint {
        TimePoint(
            "diagram_interactions",
            tags: ["user_id": user, "diagram_id": "d\(id % 2)", "interaction_type": "opened"],
            fields: duration.map { ["duration_ms": $0] } ?? [:],
            time: Timestamp(milliseconds: milliseconds),
            id: id
        )
    }

    @Test(.enabled(if: isThere))
    func `days that have lost their points are answered from sums, which late points are in`() async throws {
        let today = Int64(SeriesEngine.influx.today)
        let clock = ManualClock(Timestamp(milliseconds: today * Self.day + 5_000))
        let series = try await SeriesEngine.influx("test_\(RandomIDSource().next())", clock: clock)
        let first = (today - 20) * Self.day
        try await series.write((0..<6).map { point("u", at: first + Int64($0) * 1_000, id: $0, duration: Double($0)) })
        try await series.expire(at: clock.now())
        // Late, one of them for the second time.
        try await series.write([
            point("u", at: first + 3_000, id: 3, duration: 3), point("v", at: first + 7_000, id: 9, duration: nil),
        ])
        for _ in 0..<2 { try await series.expire(at: clock.now()) }
        try await series.forget("user_id", "u")
        try await series.forget("user_id", "v")
        #expect(try await series.state().points == 0)
        clock.advance(by: .seconds(80 * 86_400))
        let query = TimeSeriesQuery(
            "diagram_interactions",
            from: Timestamp(milliseconds: first),
            to: Timestamp(milliseconds: first + 120 * Self.day),
            window: .seconds(86_400),
            group: "diagram_id",
            field: "duration_ms"
        )
        let buckets = try await series.buckets(query)
        #expect(buckets.map(\.group) == ["d0", "d1"] && buckets.allSatisfy { $0.start.milliseconds == first })
        #expect(buckets.map(\.count) == [3, 4] && buckets.map(\.values) == [3, 3])
        #expect(buckets.map(\.sum) == [6, 9] && buckets.map(\.least) == [0, 1] && buckets.map(\.greatest) == [4, 5])
        // By person there is nothing left.
        let own = TimeSeriesQuery("diagram_interactions", where: ["user_id": "u"], from: query.start, to: query.end)
        #expect(try await series.buckets(own).isEmpty)
    }

    @Test(.enabled(if: isThere))
    func `opening again keeps what is there, and a wrong password says so without showing it`() async throws {
        let clock = ManualClock(Timestamp(milliseconds: Int64(SeriesEngine.influx.today) * Self.day + 5_000))
        let name = "test_\(RandomIDSource().next())"
        for turn in 1...2 {
            let series = try await SeriesEngine.influx(name, clock: clock)
            try await series.write([point("u", at: clock.now().milliseconds, id: UInt64(turn), duration: 1)])
            #expect(try await series.state().points == turn)
        }
        let url = try #require(SeriesEngine.influxURL)
        let port = try #require(URLComponents(string: url)?.port)
        let wrong = "influxdb://atlas:wrong-secret@127.0.0.1:\(port)/\(name)"
        let error = await #expect(throws: AtlasError.self) {
            _ = try await InfluxTimeSeries(
                InfluxSettings(wrong),
                clock: clock,
                logger: Logger(label: "influx") { _ in SwiftLogNoOpLogHandler() }
            )
        }
        #expect(error?.code == .invalid && error?.detail?.contains("wrong-secret") == false)
    }

    @Test func `an address says which machine, database and secret, or what is wrong`() throws {
        for good in [
            "influxdb://localhost/atlas", "influxdb://127.0.0.1:9999/a-b_C", "influxdb://u:p@[::1]:8086/x",
            "influxdbs://influx.example.org/atlas", "influxdb://influx.example.org:443/atlas",
        ] { #expect(throws: Never.self) { try InfluxSettings(good) } }
        for bad in [
            "influxdb://", "influxdb://host", "influxdb://host/", "influxdb://host/a/b", "influxdb://host/a b",
            "influxdb://host/a%22b", "http://host/a", "influxdb://host/a?q=1", "influxdb:///a",
            "influxdb://u:hidden@host/\(String(repeating: "x", count: 65))",
        ] {
            let error = #expect(throws: AtlasError.self, "\(bad)") { try InfluxSettings(bad) }
            #expect(error?.code == .invalid && error?.message.contains("hidden") == false)
        }
    }

    @Test func `who is not there is said, after a few tries`() async throws {
        let error = await #expect(throws: AtlasError.self) {
            _ = try await InfluxTimeSeries(
                // Discard: nobody listens there.
                InfluxSettings("influxdb://127.0.0.1:9/atlas"),
                clock: ManualClock(),
                logger: Logger(label: "influx") { _ in SwiftLogNoOpLogHandler() }
            )
        }
        #expect(error?.code == .unavailable)
    }
}
