public import AtlasCore
public import AtlasPorts
import GRDB
import Synchronization

/// Time series in a SQLite file of their own.
///
/// A table per measurement and day holds points, so that forgetting a day is one DROP and inserting touches pages that are
/// in memory anyway; texts are numbers of a word list. Rows lie in the order of their first tag and time. Sums by day are
/// brought up to date in the transaction that stores the points, in a table per measurement and month. A question that
/// they can answer, by whole days and kept tags, is answered from them.
public final class SQLiteTimeSeries: TimeSeries {
    private static let readers = 4
    private static let cacheKiB = 32_768

    private let pool: DatabasePool
    private let rules: TimeSeriesRules
    private let tables: [String: SeriesTables]
    private let clock: any WallClock
    private let words = Mutex<[String: Int64]>([:])

    /// Opens or makes the file.
    ///
    /// - Parameters:
    ///   - measurements: What may be stored. A tag or field that the file does not have yet is added to it.
    ///   - clock: Says what is too old to be stored.
    /// - Throws: `DatabaseError` if the file cannot be opened or is no database.
    public init(path: String, measurements: [Measurement] = Measurement.all, clock: any WallClock) throws {
        self.clock = clock
        rules = TimeSeriesRules(measurements)
        tables = Dictionary(
            measurements.map { ($0.name, SeriesTables($0)) },
            uniquingKeysWith: { first, _ in first }
        )
        var configuration = GRDB.Configuration()
        configuration.busyMode = .timeout(Double(DatabaseLimits.wait.components.seconds))
        configuration.maximumReaderCount = Self.readers
        configuration.prepareDatabase { db in
            try db.execute(sql: "PRAGMA temp_store = MEMORY; PRAGMA cache_size = -\(Self.cacheKiB)")
        }
        do {
            pool = try DatabasePool(path: path, configuration: configuration)
            // Points are acknowledged to a queue once they are stored, so a power cut must not take them away again.
            try pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
            try pool.write { db in
                try db.execute(sql: SeriesTables.shared)
                for table in self.tables.values { try table.addMissingColumns(db) }
            }
        } catch {
            throw SQLiteDatabase.failure(error)
        }
    }

    /// Stores points.
    @discardableResult
    public func write(_ points: [TimePoint]) async throws -> TimeSeriesReceipt {
        try rules.check(points)
        let oldest = SeriesTables.day(clock.now()) - Int64(TimeSeriesLimits.rawDays)
        let current = points.filter { SeriesTables.day($0.time) > oldest }
        let stored = try await translating {
            try await self.pool.write { [tables] db in
                // Words are read and added while no other transaction runs: one may forget a word, and its number may be
                // that of another word afterwards.
                var batch = SeriesBatch(db, words: self.words.withLock { $0 })
                // One partition after the other, so that a statement is prepared once for its rows.
                for (_, points) in Dictionary(grouping: current, by: { Partition(of: $0) }) {
                    guard let table = points.first.flatMap({ tables[$0.measurement] }) else { continue }
                    try batch.insert(points, into: table)
                }
                // A word of a transaction that fails has no number.
                let found = batch.found
                db.afterNextTransaction { _ in self.remember(found) }
                return batch.stored
            }
        }
        return TimeSeriesReceipt(
            stored: stored,
            known: current.count - stored,
            expired: points.count - current.count
        )
    }

    /// Figures by window.
    public func buckets(_ query: TimeSeriesQuery) async throws -> [TimeBucket] {
        let question = try question(query)
        return try await translating { try await self.pool.read { try question.answer($0) } }
    }

    /// Points as they were written, newest first.
    public func points(
        of measurement: String,
        where filter: [String: String],
        from start: Timestamp,
        to end: Timestamp,
        limit: Int
    ) async throws -> [TimePoint] {
        try TimeSeriesRules.check(limit: limit)
        let question = try question(TimeSeriesQuery(measurement, where: filter, from: start, to: end))
        return try await translating { try await self.pool.read { try question.points($0, limit: limit) } }
    }

    /// Forgets every point whose first tag has this value.
    public func forget(_ tag: String, _ value: String) async throws {
        let owned = tables.values.filter { $0.measurement.tags.first == tag }
        try await translating {
            try await self.pool.write { db in
                guard let word = try Int64.fetchOne(db, sql: "SELECT id FROM words WHERE text = ?", arguments: [value])
                else { return }
                for table in owned {
                    for day in try table.days(db) { try table.forget(word, on: day, db) }
                }
                // Other tags may say the same word only where they name the same thing, and that is forgotten.
                self.words.withLock { $0[value] = nil }
                try db.execute(sql: "DELETE FROM words WHERE id = ?", arguments: [word])
            }
        }
    }

    /// Drops partitions that are too old.
    @discardableResult
    public func expire(at now: Timestamp) async throws -> Int {
        let today = SeriesTables.day(now)
        return try await translating {
            try await self.pool.write { db in
                let old = try String.fetchAll(
                    db,
                    sql: """
                        SELECT name FROM partitions
                        WHERE (kind = 'raw' AND last_day <= ?) OR (kind = 'sum' AND last_day <= ?)
                        """,
                    arguments: [
                        today - Int64(TimeSeriesLimits.rawDays), today - Int64(TimeSeriesLimits.summaryDays),
                    ]
                )
                for name in old {
                    // The names were made here, of declared names and numbers.
                    try db.execute(sql: "DROP TABLE IF EXISTS \(name)")
                    try db.execute(sql: "DELETE FROM partitions WHERE name = ?", arguments: [name])
                }
                return old.count
            }
        }
    }

    /// How much is stored.
    public func state() async throws -> TimeSeriesState {
        try await translating {
            try await self.pool.read { db in
                let row = try GRDB.Row.fetchOne(
                    db,
                    sql: "SELECT sum(points) AS points, min(last_day) AS day FROM partitions WHERE kind = 'raw'"
                )
                let pages = try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
                let size = try Int.fetchOne(db, sql: "PRAGMA page_size") ?? 0
                let day: Int64? = row?["day"]
                return TimeSeriesState(
                    points: row?["points"] ?? 0,
                    bytes: pages * size,
                    oldest: day.map { Timestamp(milliseconds: $0 * SeriesTables.dayMilliseconds) }
                )
            }
        }
    }

    /// Closes every connection, after the transactions that run.
    public func close() async {
        do {
            try pool.close()
        } catch {
            // A statement of a cancelled task may still be open; the pool closes when it is released.
        }
    }

    private func remember(_ found: [String: Int64]) {
        words.withLock { words in
            if words.count + found.count > SeriesBatch.wordLimit { words = [:] }
            words.merge(found) { first, _ in first }
        }
    }

    private func question(_ query: TimeSeriesQuery) throws(AtlasError) -> SeriesQuestion {
        let (measurement, window) = try rules.check(query)
        return SeriesQuestion(query, tables[measurement.name] ?? SeriesTables(measurement), window: window)
    }

    private func translating<Value: Sendable>(_ work: @Sendable () async throws -> Value) async throws -> Value {
        do {
            return try await work()
        } catch {
            throw SQLiteDatabase.failure(error)
        }
    }
}

/// Where a point is stored.
private struct Partition: Hashable {
    let measurement: String
    let day: Int64

    init(of point: TimePoint) {
        measurement = point.measurement
        day = SeriesTables.day(point.time)
    }
}
