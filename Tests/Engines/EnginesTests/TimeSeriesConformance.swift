import AtlasCore
import AtlasPorts
import AtlasTestKit
import CloudEngines
import EmbeddedEngines
import Foundation
import Logging
import Testing

/// Where time series are kept.
enum SeriesEngine: String, Sendable, CaseIterable {
    /// A file in a temporary folder.
    case sqlite
    /// A database of its own in the server that `ATLAS_TEST_INFLUX` names.
    case influx

    /// SQLite, and InfluxDB where the test script has started one.
    static let all: [SeriesEngine] = influxURL == nil ? [.sqlite] : [.sqlite, .influx]

    static let influxURL: String? = {
        let url = ProcessInfo.processInfo.environment["ATLAS_TEST_INFLUX"] ?? ""
        return url.isEmpty ? nil : url
    }()

    /// A day, since 1970: a server drops what is old by its own clock.
    var today: Int { self == .sqlite ? 20_000 : Int(Date().timeIntervalSince1970) / 86_400 }

    /// Runs `body` on an empty engine, at the beginning of its day.
    func run(_ body: @Sendable (any TimeSeries, ManualClock) async throws -> Void) async throws {
        let clock = ManualClock(Timestamp(milliseconds: Int64(today) * 86_400_000 + 1))
        try await withTemporaryFolder { folder in
            let series: any TimeSeries
            let database = "test_\(RandomIDSource().next())"
            switch self {
            case .sqlite: series = try SQLiteTimeSeries(path: folder + "/series.sqlite", clock: clock)
            case .influx: series = try await Self.influx(database, clock: clock)
            }
            do {
                try await body(series, clock)
            } catch {
                await series.close()
                throw error
            }
            await series.close()
        }
    }

    static func influx(_ database: String, clock: any WallClock) async throws -> InfluxTimeSeries {
        try await InfluxTimeSeries(
            InfluxSettings("\(try #require(influxURL))/\(database)"),
            clock: clock,
            logger: Logger(label: "influx") { _ in SwiftLogNoOpLogHandler() }
        )
    }
}

/// What every engine of `TimeSeries` promises.
@Suite struct TimeSeriesConformance {
    private static let day = 86_400_000

    private func run(_ body: @Sendable (any TimeSeries, ManualClock) async throws -> Void) async throws {
        try await SeriesEngine.sqlite.run(body)
    }

    private func point(_ user: String, _ diagram: String, at time: Int, id: Int, duration: Double? = nil) -> TimePoint {
        TimePoint(
            "diagram_interactions",
            tags: ["user_id": user, "diagram_id": diagram, "interaction_type": "opened"],
            fields: duration.map { ["duration_ms": $0] } ?? [:],
            time: Timestamp(milliseconds: Int64(time)),
            id: UInt64(id)
        )
    }

    @Test(arguments: SeriesEngine.all)
    func `a point counts once, however often it is written`(engine: SeriesEngine) async throws {
        try await engine.run { series, _ async throws in
            let now = engine.today * Self.day
            let points = (0..<10).map { point("u\($0 % 2)", "d", at: now - $0 * 1_000, id: $0, duration: 5) }
            #expect(try await series.write(points) == TimeSeriesReceipt(stored: 10, known: 0, expired: 0))
            let receipt = try await series.write(points + [point("u9", "d", at: now, id: 99)])
            // A server over the network does not say what it knew.
            if engine == .sqlite { #expect(receipt == TimeSeriesReceipt(stored: 1, known: 10, expired: 0)) }
            let query = TimeSeriesQuery(
                "diagram_interactions",
                from: Timestamp(milliseconds: Int64(now - Self.day)),
                to: Timestamp(milliseconds: Int64(now + Self.day)),
                field: "duration_ms"
            )
            let bucket = try #require(try await series.buckets(query).first)
            #expect(bucket.count == 11 && bucket.values == 10 && bucket.sum == 50 && bucket.mean == 5)
            #expect(try await series.state().points == 11)
        }
    }

    @Test(arguments: SeriesEngine.all)
    func `points that only their tags tell apart are apart, and come back as they were written`(
        engine: SeriesEngine
    ) async throws {
        try await engine.run { series, clock async throws in
            let points = ["memory", "queue"].map {
                TimePoint(
                    "system_metrics",
                    tags: ["service_name": "atlas", "metric_name": $0],
                    fields: ["value": 3],
                    time: clock.now()
                )
            }
            for _ in 0..<2 { try await series.write(points) }
            let found = try await series.points(
                of: "system_metrics",
                where: ["metric_name": "queue"],
                from: clock.now(),
                to: clock.now() + .seconds(1),
                limit: 10
            )
            #expect(found.map(\.tags) == [["service_name": "atlas", "metric_name": "queue"]])
            #expect(found.map(\.fields) == [["value": 3]] && found.map(\.time) == [clock.now()])
            #expect(try await series.state().points == 2)
        }
    }

    /// Random points and questions against plain arrays: from points as well as from sums by day.
    ///
    /// Points come late, in any order, and many of them twice, in the same batch and in later ones.
    @Test(arguments: SeriesEngine.all)
    func `figures are those of a plain list, whatever came late or twice`(engine: SeriesEngine) async throws {
        try await engine.run { series, _ async throws in
            var random = SplitMix(7)
            let start = (engine.today - 40) * Self.day
            let points = (0..<3_000).map { id in
                point(
                    "u\(random.below(5))",
                    "d\(random.below(4))",
                    at: start + random.below(40 * Self.day),
                    id: id,
                    duration: random.below(3) == 0 ? nil : Double(random.below(1_000))
                )
            }
            for batch in 0..<30 {
                let new = Array(points[batch * 100..<batch * 100 + 100])
                let again = (0..<40).map { _ in points[random.below(batch * 100 + 100)] }
                let receipt = try await series.write(again.filter { $0.id ?? 0 >= UInt64(batch * 100) } + new + again)
                #expect(receipt.expired == 0 && (engine == .influx || receipt.stored == 100))
            }
            #expect(try await series.state().points == points.count)
            for turn in 0..<240 {
                let query = question(turn, start, &random)
                #expect(try await series.buckets(query) == plainly(points, query), "\(query)")
            }
        }
    }

    private func question(_ turn: Int, _ start: Int, _ random: inout SplitMix) -> TimeSeriesQuery {
        let windows: [Duration?] = [nil, .seconds(3_600), .seconds(86_400), .seconds(7 * 86_400), .seconds(1_000)]
        // On whole days, on whole hours, and on nothing.
        let unit = [Self.day, 3_600_000, 1][turn % 3]
        let from = start + random.below(20 * Self.day / unit) * unit
        let length = (1 + random.below(20 * Self.day / unit)) * unit
        var filter: [String: String] = [:]
        if random.below(3) == 0 { filter["user_id"] = "u\(random.below(6))" }
        if random.below(3) == 0 { filter["diagram_id"] = "d\(random.below(4))" }
        return TimeSeriesQuery(
            "diagram_interactions",
            where: filter,
            from: Timestamp(milliseconds: Int64(from)),
            to: Timestamp(milliseconds: Int64(from + length)),
            window: windows[random.below(5)],
            group: [nil, "diagram_id", "user_id", "interaction_type"][random.below(4)],
            field: [nil, "duration_ms"][random.below(2)]
        )
    }

    private func plainly(_ points: [TimePoint], _ query: TimeSeriesQuery) -> [TimeBucket] {
        let found = points.filter { point in
            point.time >= query.start && point.time < query.end
                && query.filter.allSatisfy { point.tags[$0.key] == $0.value }
        }
        let window = query.window?.wholeMilliseconds
        let groups = Dictionary(grouping: found) { point in
            let start = window.map { point.time.milliseconds / $0 * $0 } ?? query.start.milliseconds
            return "\(start)|\(query.group.flatMap { point.tags[$0] } ?? "")"
        }
        return groups.values.map { points in
            let start = window.map { points[0].time.milliseconds / $0 * $0 } ?? query.start.milliseconds
            let values = query.field.map { field in points.compactMap { $0.fields[field] } } ?? []
            return TimeBucket(
                start: Timestamp(milliseconds: start),
                group: query.group.flatMap { points[0].tags[$0] },
                count: points.count,
                values: values.count,
                sum: values.reduce(0, +),
                least: values.min(),
                greatest: values.max()
            )
        }
        .sorted { ($0.start, $0.group ?? "") < ($1.start, $1.group ?? "") }
    }

    @Test(arguments: SeriesEngine.all)
    func `what is not declared, too much or upside down is refused`(engine: SeriesEngine) async throws {
        try await engine.run { series, clock async throws in
            let now = clock.now()
            let good = point("u", "d", at: Int(now.milliseconds), id: 1)
            let bad = [
                TimePoint("visits", tags: [:], fields: [:], time: now),
                TimePoint("lab_events", tags: ["colour": "red"], fields: [:], time: now),
                TimePoint("lab_events", tags: [:], fields: ["speed": 1], time: now),
                TimePoint("lab_events", tags: [:], fields: ["value": .nan], time: now),
                TimePoint("lab_events", tags: ["user_id": String(repeating: "x", count: 129)], fields: [:], time: now),
            ]
            for point in bad {
                let error = await #expect(throws: AtlasError.self) { try await series.write([good, point]) }
                #expect(error?.code == .invalid)
            }
            await #expect(throws: AtlasError.self) {
                try await series.write(Array(repeating: good, count: TimeSeriesLimits.batch + 1))
            }
            #expect(try await series.state().points == 0, "all of them or none")
            let questions = [
                TimeSeriesQuery("visits", from: now, to: now + .seconds(1)),
                TimeSeriesQuery("lab_events", where: ["colour": "red"], from: now, to: now + .seconds(1)),
                TimeSeriesQuery("lab_events", from: now, to: now + .seconds(1), group: "colour"),
                TimeSeriesQuery("lab_events", from: now, to: now + .seconds(1), field: "speed"),
                TimeSeriesQuery("lab_events", from: now, to: now),
                TimeSeriesQuery("lab_events", from: now, to: now + .seconds(9), window: .milliseconds(999)),
                TimeSeriesQuery("lab_events", from: now, to: now + .seconds(200_000), window: .seconds(1)),
            ]
            for question in questions {
                let error = await #expect(throws: AtlasError.self) { _ = try await series.buckets(question) }
                #expect(error?.code == .invalid, "\(question)")
            }
        }
    }

    @Test func `points go after 90 days and sums after two years`() async throws {
        try await run { series, clock async throws in
            let first = clock.now()
            try await series.write([point("u", "d", at: Int(first.milliseconds), id: 1, duration: 4)])
            let query = TimeSeriesQuery(
                "diagram_interactions",
                from: Timestamp(milliseconds: 20_000 * Int64(Self.day)),
                to: Timestamp(milliseconds: 20_001 * Int64(Self.day)),
                window: .seconds(86_400),
                group: "diagram_id",
                field: "duration_ms"
            )
            clock.advance(by: .seconds(89 * 86_400))
            #expect(try await series.expire(at: clock.now()) == 0)
            clock.advance(by: .seconds(86_400))
            #expect(try await series.expire(at: clock.now()) == 1)
            #expect(try await series.state().points == 0)
            #expect(try await series.buckets(query).map(\.sum) == [4], "the day's sums stay")
            let late = try await series.write([point("u", "d", at: Int(first.milliseconds), id: 2)])
            #expect(late == TimeSeriesReceipt(stored: 0, known: 0, expired: 1))
            clock.advance(by: .seconds(680 * 86_400))
            #expect(try await series.expire(at: clock.now()) == 1)
            #expect(try await series.buckets(query).isEmpty)
        }
    }

    @Test(arguments: SeriesEngine.all)
    func `a person's points can be forgotten; sums without persons stay`(engine: SeriesEngine) async throws {
        try await engine.run { series, clock async throws in
            let now = Int(clock.now().milliseconds)
            try await series.write(
                (0..<20).map { point($0 % 2 == 0 ? "gone" : "stays", "d", at: now - $0 * Self.day, id: $0) }
            )
            try await series.forget("user_id", "gone")
            try await series.forget("user_id", "gone")
            let start = Timestamp(milliseconds: Int64((engine.today - 60) * Self.day))
            let end = Timestamp(milliseconds: Int64((engine.today + 1) * Self.day))
            for (user, count) in [("gone", 0), ("stays", 10)] {
                let found = try await series.points(
                    of: "diagram_interactions",
                    where: ["user_id": user],
                    from: start,
                    to: end,
                    limit: 100
                )
                #expect(found.count == count, "\(user)")
            }
            #expect(try await series.state().points == 10)
            let sums = try await series.buckets(TimeSeriesQuery("diagram_interactions", from: start, to: end))
            // Of days that still have their points, InfluxDB is asked for the points.
            #expect(sums.map(\.count) == [engine == .sqlite ? 20 : 10])
        }
    }

    @Test func `points of who is forgotten while they are written never become another's`() async throws {
        try await run { series, clock async throws in
            let now = Int(clock.now().milliseconds)
            let end = clock.now() + .seconds(1)
            for round in 0..<150 {
                let (gone, next) = ("gone-\(round)", "next-\(round)")
                async let writing: Void = {
                    for id in 0..<4 { try await series.write([point(gone, "d", at: now, id: id)]) }
                }()
                async let forgetting: Void = {
                    for _ in 0..<4 { try await series.forget("user_id", gone) }
                }()
                _ = try await (writing, forgetting)
                try await series.write([point(next, "d", at: now, id: 9)])
                let query = TimeSeriesQuery("diagram_interactions", from: clock.now(), to: end, group: "user_id")
                let found = try await series.buckets(query)
                #expect(found.first { $0.group == next }?.count == 1)
                #expect(!found.contains { $0.group == "" }, "a point without a name")
                for user in [gone, next] { try await series.forget("user_id", user) }
            }
        }
    }

    @Test(arguments: SeriesEngine.all)
    func `texts of any kind come back as they were, and find what they name`(engine: SeriesEngine) async throws {
        try await engine.run { series, clock async throws in
            let texts = [
                "plain", "a b", "a,b", "a=b", "it's", "say \"x\"", "back\\slash", "ends\\", "two\nlines", "50%", "%0A",
                "ü €",
                "🦆", "' OR 1=1 --", "\t", "n", "time", "1i", "'", "\\'", "a\\,b", "x y=1 2",
            ]
            let points = texts.enumerated().map { index, text in
                TimePoint(
                    "lab_events",
                    tags: ["user_id": text, "lab_id": text, "event_type": "opened"],
                    fields: ["value": Double(index) - 0.5, "duration_ms": 1e-7],
                    time: clock.now(),
                    id: UInt64(index)
                )
            }
            try await series.write(points)
            let end = clock.now() + .seconds(1)
            for (index, text) in texts.enumerated() {
                let found = try await series.points(
                    of: "lab_events",
                    where: ["user_id": text],
                    from: clock.now(),
                    to: end,
                    limit: 10
                )
                #expect(found.map(\.tags) == [points[index].tags], "\(text)")
                #expect(found.map(\.fields) == [points[index].fields], "\(text)")
            }
            let groups = try await series.buckets(
                TimeSeriesQuery("lab_events", from: clock.now(), to: end, group: "lab_id", field: "value")
            )
            #expect(Set(groups.compactMap(\.group)) == Set(texts) && groups.allSatisfy { $0.count == 1 })
            try await series.forget("user_id", "' OR 1=1 --")
            #expect(try await series.state().points == texts.count - 1)
        }
    }

    @Test func `a field that came later is added to a file that lacks it`() async throws {
        try await withTemporaryFolder { folder in
            let clock = ManualClock()
            for fields in [["a"], ["a", "b"]] {
                let measurement = Measurement(name: "things", tags: ["owner"], fields: fields, keptTags: [])
                let series = try SQLiteTimeSeries(
                    path: folder + "/series.sqlite",
                    measurements: [measurement],
                    clock: clock
                )
                let values = Dictionary(uniqueKeysWithValues: fields.map { ($0, 1.0) })
                try await series.write([
                    TimePoint(
                        "things",
                        tags: ["owner": "o"],
                        fields: values,
                        time: clock.now(),
                        id: UInt64(fields.count)
                    )
                ])
                let last = fields[fields.count - 1]
                let query = TimeSeriesQuery("things", from: clock.now(), to: clock.now() + .seconds(1), field: last)
                #expect(try await series.buckets(query).map(\.values) == [1])
                await series.close()
            }
        }
    }
}

/// Source: Steele, Lea, Flood, "Fast splittable pseudorandom number generators".
private struct SplitMix {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func below(_ limit: Int) -> Int {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
        return Int((mixed ^ mixed >> 31) % UInt64(limit))
    }
}
