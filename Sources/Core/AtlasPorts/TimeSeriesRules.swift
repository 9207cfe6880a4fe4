public import AtlasCore

/// What every engine of `TimeSeries` accepts.
public struct TimeSeriesRules: Sendable {
    private let measurements: [String: Measurement]

    /// Rules for these measurements.
    public init(_ measurements: [Measurement]) {
        self.measurements = Dictionary(measurements.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// The declared measurement of this name.
    ///
    /// - Throws: `AtlasError.invalid` if there is none.
    public func measurement(_ name: String) throws(AtlasError) -> Measurement {
        guard let measurement = measurements[name] else {
            throw AtlasError(.invalid, "There is no measurement “\(name.prefix(64))”.", field: "measurement")
        }
        return measurement
    }

    /// Checks a batch of points.
    ///
    /// - Throws: `AtlasError.invalid` for the first that is wrong, or for too many.
    public func check(_ points: [TimePoint]) throws(AtlasError) {
        guard points.count <= TimeSeriesLimits.batch else {
            throw AtlasError(.invalid, "At most \(TimeSeriesLimits.batch) points are written at once.")
        }
        for point in points { try check(point) }
    }

    private func check(_ point: TimePoint) throws(AtlasError) {
        let measurement = try measurement(point.measurement)
        for (tag, value) in point.tags {
            try Self.require(tag, among: measurement.tags, "tag", measurement)
            guard value.utf8.count <= TimeSeriesLimits.tagBytes else {
                throw AtlasError(
                    .invalid,
                    "The tag \(tag) has more than \(TimeSeriesLimits.tagBytes) bytes.",
                    field: tag
                )
            }
        }
        for (field, value) in point.fields {
            try Self.require(field, among: measurement.fields, "field", measurement)
            guard value.isFinite else { throw AtlasError(.invalid, "The field \(field) is not finite.", field: field) }
        }
    }

    /// Checks a question.
    ///
    /// - Returns: Its measurement, and the length of its window in milliseconds.
    /// - Throws: `AtlasError.invalid` that says what is wrong.
    public func check(
        _ query: TimeSeriesQuery
    ) throws(AtlasError) -> (measurement: Measurement, windowMilliseconds: Int64?) {
        let measurement = try measurement(query.measurement)
        for tag in query.filter.keys.sorted() { try Self.require(tag, among: measurement.tags, "tag", measurement) }
        if let group = query.group { try Self.require(group, among: measurement.tags, "tag", measurement) }
        if let field = query.field { try Self.require(field, among: measurement.fields, "field", measurement) }
        guard query.start < query.end else {
            throw AtlasError(.invalid, "The range ends before it begins.", field: "end")
        }
        guard let window = query.window?.wholeMilliseconds else { return (measurement, nil) }
        guard window >= 1_000 else {
            throw AtlasError(.invalid, "A window has at least one second.", field: "window")
        }
        let (length, isTooLong) = query.end.milliseconds.subtractingReportingOverflow(query.start.milliseconds)
        guard !isTooLong, length / window < Int64(TimeSeriesLimits.buckets) else {
            throw AtlasError(.invalid, "The range has more than \(TimeSeriesLimits.buckets) windows.", field: "window")
        }
        return (measurement, window)
    }

    /// Checks how many points are asked for.
    public static func check(limit: Int) throws(AtlasError) {
        guard (1...TimeSeriesLimits.points).contains(limit) else {
            throw AtlasError(.invalid, "Ask for 1 to \(TimeSeriesLimits.points) points.", field: "limit")
        }
    }

    /// The error of an answer that would have too many windows.
    public static var tooManyBuckets: AtlasError {
        AtlasError(.invalid, "The answer has more than \(TimeSeriesLimits.buckets) windows.", field: "group")
    }

    private static func require(
        _ name: String,
        among names: [String],
        _ what: String,
        _ measurement: Measurement
    ) throws(AtlasError) {
        guard names.contains(name) else {
            throw AtlasError(.invalid, "\(measurement.name) has no \(what) “\(name.prefix(64))”.", field: what)
        }
    }
}
