public import AtlasCore
public import AtlasPorts
public import Logging

/// Time series in an InfluxDB: 1.x, or 2.x by its compatible paths.
///
/// Points are in the retention policy `raw` (90 days), sums by day over the kept tags in `summed` (two years). `expire`, once a
/// day, sums up the days that may still have changed, from the points, so that late and repeated ones are in the sums and none
/// counts twice. A question that reaches back further than the points is answered from both.
public final class InfluxTimeSeries: TimeSeries {
    /// Bytes of an answer.
    private static let answerBytes = 256 << 20
    /// Days before today that are summed up again; clients may bring events of up to 30 days.
    private static let openDays: Int64 = 33
    /// Moments are brought within this many milliseconds of 1970: what nanoseconds in 64 bits hold.
    private static let furthest: Int64 = 9_000_000_000_000

    private let client: InfluxClient
    private let language: InfluxQL
    private let measurements: [Measurement]
    private let rules: TimeSeriesRules
    private let clock: any WallClock

    /// Looks for the database, and makes it if it can.
    ///
    /// - Parameter retries: When a request is sent again.
    /// - Throws: `AtlasError` — `.unavailable` if it cannot be reached, `.invalid` if it refuses name and password.
    public convenience init(
        _ settings: InfluxSettings,
        measurements: [Measurement] = Measurement.all,
        clock: any WallClock,
        logger: Logger
    ) async throws {
        try await self.init(settings, measurements: measurements, clock: clock, retries: Retries(), logger: logger)
    }

    package init(
        _ settings: InfluxSettings,
        measurements: [Measurement] = Measurement.all,
        clock: any WallClock,
        retries: Retries,
        logger: Logger
    ) async throws {
        self.clock = clock
        self.measurements = measurements
        rules = TimeSeriesRules(measurements)
        language = InfluxQL(database: settings.database)
        client = try InfluxClient(settings, retries: retries, logger: logger)
        guard settings.credential.isManaged else {
            // 2.x answers such a question if a bucket is mapped to the database.
            _ = try await client.ask(language.oldest(measurements.first?.name ?? ""), limit: Self.answerBytes)
            return
        }
        do {
            for statement in language.preparation { _ = try await client.tell(statement) }
        } catch let error as AtlasError where error.code == .conflict {
            for statement in language.alteration { _ = try await client.tell(statement) }
        }
    }

    /// Stores points.
    ///
    /// - Returns: Everything that is not too old counts as stored: the database does not say what it knew.
    @discardableResult
    public func write(_ points: [TimePoint]) async throws -> TimeSeriesReceipt {
        try rules.check(points)
        let oldest = day(clock.now().milliseconds) - Int64(TimeSeriesLimits.rawDays)
        var lines = LineProtocol()
        var count = 0
        for point in points where day(point.time.milliseconds) > oldest {
            lines.add(point, of: try rules.measurement(point.measurement))
            count += 1
        }
        if count > 0 { try await client.write(lines.bytes) }
        return TimeSeriesReceipt(stored: count, known: 0, expired: points.count - count)
    }

    /// Figures by window.
    public func buckets(_ query: TimeSeriesQuery) async throws -> [TimeBucket] {
        let (measurement, window) = try rules.check(query)
        let range = Self.range(query.start, query.end)
        let (old, new) = split(range, measurement, query, window)
        var found: [BucketKey: BucketFigures] = [:]
        if let old {
            try await add(language.sums(query, old, windowMilliseconds: window), query, window, to: &found)
        }
        if !new.isEmpty {
            try await add(language.figures(query, new, windowMilliseconds: window), query, window, to: &found)
        }
        guard found.count <= TimeSeriesLimits.buckets else { throw TimeSeriesRules.tooManyBuckets }
        return found.map { $1.bucket($0, of: query) }.sorted { ($0.start, $0.group ?? "") < ($1.start, $1.group ?? "") }
    }

    /// Points as they were written, newest first, without their ids.
    public func points(
        of measurement: String,
        where filter: [String: String],
        from start: Timestamp,
        to end: Timestamp,
        limit: Int
    ) async throws -> [TimePoint] {
        try TimeSeriesRules.check(limit: limit)
        let (measurement, _) = try rules.check(TimeSeriesQuery(measurement, where: filter, from: start, to: end))
        let statement = language.points(measurement.name, filter, Self.range(start, end), limit: limit)
        let series = try await client.ask(statement, limit: Self.answerBytes)
        return series.flatMap { series in
            (series.values ?? []).compactMap { row in Self.point(row, series, measurement) }
        }
    }

    /// Forgets every point whose first tag has this value; sums of the last `openDays` lose them with the next `expire`.
    public func forget(_ tag: String, _ value: String) async throws {
        for measurement in measurements where measurement.tags.first == tag {
            _ = try await client.tell(language.forget(measurement.name, tag, value))
        }
    }

    /// Sums up the days that may still have changed; the database itself drops what is too old.
    ///
    /// - Returns: 0.
    @discardableResult
    public func expire(at now: Timestamp) async throws -> Int {
        let today = day(now.milliseconds)
        let range = (today - Self.openDays) * InfluxQL.dayMilliseconds..<(today + 1) * InfluxQL.dayMilliseconds
        for measurement in measurements { _ = try await client.tell(language.sumUp(measurement, range)) }
        return 0
    }

    /// How much is stored; reads through all points.
    public func state() async throws -> TimeSeriesState {
        var (points, oldest): (Int64, Int64?) = (0, nil)
        for measurement in measurements {
            let count = try await first(language.count(measurement.name), "n") ?? 0
            points = BucketFigures.sum(points, max(count, 0))
            guard let time = try await first(language.oldest(measurement.name), "time") else { continue }
            oldest = min(max(oldest.map { min($0, time) } ?? time, -Self.furthest), Self.furthest)
        }
        let start = oldest.map { Timestamp(milliseconds: day($0) * InfluxQL.dayMilliseconds) }
        return TimeSeriesState(points: Int(points), bytes: 0, oldest: start)
    }

    /// Ends nothing: connections are closed when nobody holds this any more.
    public func close() async {}

    private func first(_ statement: String, _ column: String) async throws -> Int64? {
        let series = try await client.ask(statement, limit: Self.answerBytes).first
        guard let series, let position = series.position(column) else { return nil }
        guard let row = series.values?.first, row.indices.contains(position) else { return nil }
        return row[position].integer
    }

    // MARK: - Figures

    /// The part that is answered from sums, and the one from points.
    ///
    /// Days that have lost their points, or are about to, come from the sums, if windows and tags allow it.
    private func split(
        _ range: Range<Int64>,
        _ measurement: Measurement,
        _ query: TimeSeriesQuery,
        _ window: Int64?
    ) -> (old: Range<Int64>?, new: Range<Int64>) {
        let size = InfluxQL.dayMilliseconds
        let border = (day(clock.now().milliseconds) - Int64(TimeSeriesLimits.rawDays) + 1) * size
        let tags = query.filter.keys + (query.group.map { [$0] } ?? [])
        guard range.lowerBound < border, (window ?? size) % size == 0,
            tags.allSatisfy(measurement.keptTags.contains)
        else { return (nil, range) }
        let first = -floored(-range.lowerBound, by: size) * size
        let last = min(floored(range.upperBound, by: size) * size, border)
        let new = max(range.lowerBound, border)..<max(range.upperBound, border)
        return (first < last ? first..<last : nil, new)
    }

    private func add(
        _ statement: String,
        _ query: TimeSeriesQuery,
        _ window: Int64?,
        to found: inout [BucketKey: BucketFigures]
    ) async throws {
        for series in try await client.ask(statement, limit: Self.answerBytes) {
            let group = query.group.map { InfluxText.read(series.tags?[$0] ?? "") }
            guard let time = series.position("time"), let count = series.position("n") else { continue }
            let fields = ["count", "sum", "min", "max"].map { series.position($0) }
            for row in series.values ?? [] where row.count == series.columns.count {
                guard let points = row[count].integer, points > 0 else { continue }
                let start = window == nil ? query.start.milliseconds : row[time].integer ?? query.start.milliseconds
                let numbers = fields.map { place in place.flatMap { row[$0].double } }
                found[BucketKey(start: start, group: group), default: BucketFigures()].add(points, numbers)
            }
        }
    }

    private static func point(
        _ row: [InfluxAnswer.Value],
        _ series: InfluxAnswer.Series,
        _ measurement: Measurement
    ) -> TimePoint? {
        guard row.count == series.columns.count, let time = series.position("time").flatMap({ row[$0].integer }) else {
            return nil
        }
        var (tags, fields): ([String: String], [String: Double]) = ([:], [:])
        for (column, value) in zip(series.columns, row) {
            if measurement.tags.contains(column), let text = value.text, !text.isEmpty {
                tags[column] = InfluxText.read(text)
            }
            if measurement.fields.contains(column), let number = value.double { fields[column] = number }
        }
        return TimePoint(measurement.name, tags: tags, fields: fields, time: Timestamp(milliseconds: time))
    }

    // MARK: - Time

    private static func range(_ start: Timestamp, _ end: Timestamp) -> Range<Int64> {
        let first = min(max(start.milliseconds, -furthest), furthest - 1)
        return first..<max(first + 1, min(end.milliseconds, furthest))
    }

    private func day(_ milliseconds: Int64) -> Int64 { floored(milliseconds, by: InfluxQL.dayMilliseconds) }

    private func floored(_ value: Int64, by size: Int64) -> Int64 {
        let (quotient, remainder) = value.quotientAndRemainder(dividingBy: size)
        return remainder < 0 ? quotient - 1 : quotient
    }
}

private struct BucketKey: Hashable {
    let start: Int64
    let group: String?
}

private struct BucketFigures {
    private var count: Int64 = 0
    private var values: Int64 = 0
    private var sum = 0.0
    private var least: Double?
    private var greatest: Double?

    /// - Parameter numbers: How many have the field, its sum, the least and the greatest.
    mutating func add(_ points: Int64, _ numbers: [Double?]) {
        count = Self.sum(count, points)
        values = Self.sum(values, Int64(exactly: (numbers[0] ?? 0).rounded()) ?? 0)
        sum += numbers[1] ?? 0
        if let low = numbers[2] { least = min(least ?? low, low) }
        if let high = numbers[3] { greatest = max(greatest ?? high, high) }
    }

    /// The sum of two counts from outside; the greatest number if it is more.
    static func sum(_ left: Int64, _ right: Int64) -> Int64 {
        let (sum, isOver) = left.addingReportingOverflow(right)
        return isOver ? .max : sum
    }

    func bucket(_ key: BucketKey, of query: TimeSeriesQuery) -> TimeBucket {
        TimeBucket(
            start: Timestamp(milliseconds: key.start),
            group: key.group,
            count: Int(count),
            values: Int(values),
            sum: sum,
            least: least,
            greatest: greatest
        )
    }
}
