public import AtlasCore

/// Points in time, many of them: written in batches, asked for in windows, forgotten by age.
///
/// A point is told from others by its measurement, first tag, time and id; writing it again changes nothing. Points are
/// kept as they are for `TimeSeriesLimits.rawDays`, and summed up by day over the measurement's `keptTags` for
/// `TimeSeriesLimits.summaryDays`.
public protocol TimeSeries: Sendable {
    /// Stores points; all of them, or none if it throws.
    ///
    /// - Parameter points: At most `TimeSeriesLimits.batch`; those older than `rawDays` are counted and left out.
    /// - Throws: `AtlasError.invalid` for a measurement, tag or field that is not declared, and for too many points.
    @discardableResult
    func write(_ points: [TimePoint]) async throws -> TimeSeriesReceipt

    /// Figures by window of time, in order of time, then group; windows without points are absent.
    ///
    /// - Throws: `AtlasError.invalid` for what is not declared, an empty range, a window under a second, and for more than
    ///   `TimeSeriesLimits.buckets` windows.
    func buckets(_ query: TimeSeriesQuery) async throws -> [TimeBucket]

    /// Points as they were written, newest first.
    ///
    /// - Parameters:
    ///   - filter: Values of tags.
    ///   - limit: 1...`TimeSeriesLimits.points`.
    func points(
        of measurement: String,
        where filter: [String: String],
        from start: Timestamp,
        to end: Timestamp,
        limit: Int
    ) async throws -> [TimePoint]

    /// Forgets every point whose first tag has this value, in all measurements where that tag is called `tag`.
    func forget(_ tag: String, _ value: String) async throws

    /// Forgets what is too old at `now`; costs the same whatever the number of points.
    ///
    /// - Returns: How many partitions were dropped.
    @discardableResult
    func expire(at now: Timestamp) async throws -> Int

    /// How much is stored.
    func state() async throws -> TimeSeriesState

    /// Ends what the engine holds.
    func close() async
}

/// Limits of every engine.
public enum TimeSeriesLimits {
    /// Points of one write.
    public static let batch = 10_000
    /// Windows, over all groups, of one answer.
    public static let buckets = 100_000
    /// Points of one answer.
    public static let points = 200_000
    /// Bytes of a tag's value.
    public static let tagBytes = 128
    /// Days that points are kept as they are.
    public static let rawDays = 90
    /// Days that sums by day are kept.
    public static let summaryDays = 731
}

/// What is measured, declared once.
public struct Measurement: Sendable, Equatable {
    /// Lower-case letters and `_`.
    public let name: String
    /// The first one says whose a point is.
    public let tags: [String]
    /// Numbers; each may be absent from a point.
    public let fields: [String]
    /// Tags that stay when points are summed up by day; without the first where that is a person.
    public let keptTags: [String]

    /// A measurement.
    public init(name: String, tags: [String], fields: [String], keptTags: [String]) {
        self.name = name
        self.tags = tags
        self.fields = fields
        self.keptTags = keptTags
    }

    /// What learners do with diagrams.
    public static let diagramInteractions = Measurement(
        name: "diagram_interactions",
        tags: ["user_id", "diagram_id", "interaction_type"],
        fields: ["duration_ms", "value"],
        keptTags: ["diagram_id", "interaction_type"]
    )
    /// What learners do in labs.
    public static let labEvents = Measurement(
        name: "lab_events",
        tags: ["user_id", "lab_id", "event_type"],
        fields: ["duration_ms", "value"],
        keptTags: ["lab_id", "event_type"]
    )
    /// Questions to the tutor; never their text.
    public static let tutorQueries = Measurement(
        name: "ai_tutor_queries",
        tags: ["user_id", "content_id", "event_type"],
        fields: ["response_time_ms", "tokens_used"],
        keptTags: ["event_type"]
    )
    /// How Atlas itself is doing.
    public static let systemMetrics = Measurement(
        name: "system_metrics",
        tags: ["service_name", "metric_name"],
        fields: ["value"],
        keptTags: ["service_name", "metric_name"]
    )
    /// Every measurement of Atlas.
    public static let all = [diagramInteractions, labEvents, tutorQueries, systemMetrics]
}

/// One point.
public struct TimePoint: Sendable, Equatable {
    /// As declared.
    public let measurement: String
    /// Of declared tags; one that is absent is as one that is empty.
    public let tags: [String: String]
    /// Of declared fields.
    public let fields: [String: Double]
    /// When.
    public let time: Timestamp
    /// Tells points apart that have the same first tag and time; `nil` where the tags do.
    public let id: UInt64?

    /// A point.
    public init(
        _ measurement: String,
        tags: [String: String],
        fields: [String: Double],
        time: Timestamp,
        id: UInt64? = nil
    ) {
        self.measurement = measurement
        self.tags = tags
        self.fields = fields
        self.time = time
        self.id = id
    }
}

/// What became of a batch.
public struct TimeSeriesReceipt: Sendable, Equatable {
    /// Points that are new.
    public let stored: Int
    /// Points that were known.
    public let known: Int
    /// Points that are too old.
    public let expired: Int

    /// A receipt.
    public init(stored: Int, known: Int, expired: Int) {
        self.stored = stored
        self.known = known
        self.expired = expired
    }
}

/// A question about one measurement.
public struct TimeSeriesQuery: Sendable, Equatable {
    /// As declared.
    public var measurement: String
    /// Values of tags that points must have.
    public var filter: [String: String]
    /// The beginning, included.
    public var start: Timestamp
    /// The end, not included.
    public var end: Timestamp
    /// The length of a window, at least a second; `nil` for one window.
    ///
    /// Windows begin at its multiples since 1970.
    public var window: Duration?
    /// A tag whose values get figures of their own.
    public var group: String?
    /// The field that figures are of; `nil` only counts points.
    public var field: String?

    /// A question.
    public init(
        _ measurement: String,
        where filter: [String: String] = [:],
        from start: Timestamp,
        to end: Timestamp,
        window: Duration? = nil,
        group: String? = nil,
        field: String? = nil
    ) {
        self.measurement = measurement
        self.filter = filter
        self.start = start
        self.end = end
        self.window = window
        self.group = group
        self.field = field
    }
}

/// Figures of one window.
public struct TimeBucket: Sendable, Equatable {
    /// Where the window begins; the query's beginning without a window.
    public let start: Timestamp
    /// The value of the tag that was grouped by; `nil` without one.
    public let group: String?
    /// How many points.
    public let count: Int
    /// How many of them have the field; 0 without a field.
    public let values: Int
    /// The field's sum.
    public let sum: Double
    /// The least; `nil` without values.
    public let least: Double?
    /// The greatest; `nil` without values.
    public let greatest: Double?

    /// The mean; `nil` without values.
    public var mean: Double? { values > 0 ? sum / Double(values) : nil }

    /// A bucket.
    public init(
        start: Timestamp,
        group: String?,
        count: Int,
        values: Int,
        sum: Double,
        least: Double?,
        greatest: Double?
    ) {
        self.start = start
        self.group = group
        self.count = count
        self.values = values
        self.sum = sum
        self.least = least
        self.greatest = greatest
    }
}

/// How much is stored.
public struct TimeSeriesState: Sendable, Equatable {
    /// Points that are kept as they are.
    public let points: Int
    /// Bytes on disk, free pages included; 0 where the engine cannot say.
    public let bytes: Int
    /// The day of the oldest of them; `nil` without any.
    public let oldest: Timestamp?

    /// A state.
    public init(points: Int, bytes: Int, oldest: Timestamp?) {
        self.points = points
        self.bytes = bytes
        self.oldest = oldest
    }
}
