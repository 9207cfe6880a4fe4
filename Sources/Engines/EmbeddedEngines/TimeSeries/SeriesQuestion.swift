import AtlasCore
import AtlasPorts
import GRDB

/// A checked question, answered partition by partition.
struct SeriesQuestion: Sendable {
    private struct Key: Hashable {
        let start: Int64
        let group: Int64
    }

    private struct Figures {
        var count = 0
        var values = 0
        var sum = 0.0
        var least: Double?
        var greatest: Double?
    }

    private static let noField = "0, 0.0, NULL, NULL"

    private let query: TimeSeriesQuery
    private let table: SeriesTables
    private let window: Int64?
    /// Tags that points must have, in the order of their names.
    private let filter: [(tag: String, value: String)]

    /// - Parameter window: Milliseconds; the query is checked.
    init(_ query: TimeSeriesQuery, _ table: SeriesTables, window: Int64?) {
        self.query = query
        self.table = table
        self.window = window
        filter = query.filter.sorted { $0.key < $1.key }.map { (tag: $0.key, value: $0.value) }
    }

    func answer(_ db: GRDB.Database) throws -> [TimeBucket] {
        guard let filter = try numbers(db) else { return [] }
        var found: [Key: Figures] = [:]
        if canUseSums { try addSums(filter, &found, db) } else { try addPoints(filter, &found, db) }
        guard found.count <= TimeSeriesLimits.buckets else {
            throw TimeSeriesRules.tooManyBuckets
        }
        let names = try query.group == nil ? [:] : words(Set(found.keys.map(\.group)), db)
        return
            found
            .map { key, figures in
                TimeBucket(
                    start: Timestamp(milliseconds: key.start),
                    group: query.group == nil ? nil : names[key.group] ?? "",
                    count: figures.count,
                    values: figures.values,
                    sum: figures.sum,
                    least: figures.least,
                    greatest: figures.greatest
                )
            }
            .sorted { ($0.start, $0.group ?? "") < ($1.start, $1.group ?? "") }
    }

    func points(_ db: GRDB.Database, limit: Int) throws -> [TimePoint] {
        guard let filter = try numbers(db) else { return [] }
        let measurement = table.measurement
        var found: [(tags: [Int64], point: TimePoint)] = []
        for day in try days(db) {
            let start = day * SeriesTables.dayMilliseconds
            let rows = try GRDB.Row.fetchCursor(
                db,
                sql: "SELECT * FROM \(table.raw(day))\(condition) ORDER BY at DESC, id LIMIT ?",
                arguments: arguments(filter, day) + [limit - found.count]
            )
            while let row = try rows.next() {
                var fields: [String: Double] = [:]
                for field in measurement.fields { fields[field] = row["f_\(field)"] as Double? }
                let at: Int64 = row["at"]
                let id: Int64 = row["id"]
                let point = TimePoint(
                    measurement.name,
                    tags: [:],
                    fields: fields,
                    time: Timestamp(milliseconds: start + at),
                    id: UInt64(bitPattern: id)
                )
                found.append((measurement.tags.map { row["t_\($0)"] as Int64 }, point))
            }
            if found.count >= limit { break }
        }
        let names = try words(Set(found.flatMap(\.tags)), db)
        return found.map { numbers, point in
            let tags = zip(measurement.tags, numbers).compactMap { tag, number in names[number].map { (tag, $0) } }
            return TimePoint(
                point.measurement,
                tags: Dictionary(tags, uniquingKeysWith: { first, _ in first }),
                fields: point.fields,
                time: point.time,
                id: point.id
            )
        }
    }

    /// Whole days over tags that sums keep.
    private var canUseSums: Bool {
        let day = SeriesTables.dayMilliseconds
        let tags = query.filter.keys + (query.group.map { [$0] } ?? [])
        return tags.allSatisfy(table.measurement.keptTags.contains)
            && query.start.milliseconds % day == 0 && query.end.milliseconds % day == 0
            && (window ?? day) % day == 0
    }

    private func addSums(_ filter: [Int64], _ found: inout [Key: Figures], _ db: GRDB.Database) throws {
        let first = SeriesTables.day(query.start)
        let last = SeriesTables.day(query.end) - 1
        let names = try String.fetchAll(
            db,
            sql: """
                SELECT name FROM partitions WHERE measurement = ? AND kind = 'sum' AND last_day >= ?
                    AND last_day - \(SeriesTables.sumDays) < ?
                """,
            arguments: [table.measurement.name, first, last]
        )
        let field =
            query.field.map { "sum(n_\($0)), sum(s_\($0)), min(lo_\($0)), max(hi_\($0))" } ?? Self.noField
        for name in names {
            let rows = try GRDB.Row.fetchCursor(
                db,
                sql: """
                    SELECT \(start("day * \(SeriesTables.dayMilliseconds)")), \(group), sum(n), \(field)
                    FROM \(name)
                    WHERE day BETWEEN ? AND ?\(self.filter.map { " AND t_\($0.tag) = ?" }.joined())
                    GROUP BY 1, 2
                    """,
                arguments: StatementArguments([first, last] + filter)
            )
            try add(rows, to: &found)
        }
    }

    private func addPoints(_ filter: [Int64], _ found: inout [Key: Figures], _ db: GRDB.Database) throws {
        let field =
            query.field.map { "count(f_\($0)), sum(f_\($0)), min(f_\($0)), max(f_\($0))" } ?? Self.noField
        for day in try days(db) {
            let rows = try GRDB.Row.fetchCursor(
                db,
                sql: """
                    SELECT \(start("(at + \(day * SeriesTables.dayMilliseconds))")), \(group), count(*), \(field)
                    FROM \(table.raw(day))\(condition) GROUP BY 1, 2
                    """,
                arguments: arguments(filter, day)
            )
            try add(rows, to: &found)
        }
    }

    private func add(_ rows: RowCursor, to found: inout [Key: Figures]) throws {
        while let row = try rows.next() {
            let key = Key(start: row[0], group: row[1])
            var figures = found[key] ?? Figures()
            figures.count += row[2] as Int
            figures.values += row[3] as Int? ?? 0
            figures.sum += row[4] as Double? ?? 0
            figures.least = [figures.least, row[5] as Double?].compactMap { $0 }.min()
            figures.greatest = [figures.greatest, row[6] as Double?].compactMap { $0 }.max()
            found[key] = figures
        }
    }

    /// Where the window of a moment begins, in SQL.
    private func start(_ moment: String) -> String {
        guard let window else { return "\(query.start.milliseconds)" }
        // Division truncates; before 1970 it would round up.
        return "(\(moment) - ((\(moment) % \(window)) + \(window)) % \(window))"
    }

    private var group: String { query.group.map { "t_\($0)" } ?? "0" }

    private var condition: String {
        " WHERE at >= ? AND at < ?" + filter.map { " AND t_\($0.tag) = ?" }.joined()
    }

    private func arguments(_ filter: [Int64], _ day: Int64) -> StatementArguments {
        let start = day * SeriesTables.dayMilliseconds
        let from = max(0, query.start.milliseconds - start)
        let to = min(SeriesTables.dayMilliseconds, query.end.milliseconds - start)
        return StatementArguments([from, to] + filter)
    }

    /// Days of the range that have points, newest first.
    private func days(_ db: GRDB.Database) throws -> [Int64] {
        let first = SeriesTables.day(query.start)
        let last = SeriesTables.day(Timestamp(milliseconds: query.end.milliseconds - 1))
        return try table.days(db).filter { (first...last).contains($0) }
    }

    /// The numbers of the filter's words; `nil` if one is unknown, so that nothing can match.
    private func numbers(_ db: GRDB.Database) throws -> [Int64]? {
        var numbers: [Int64] = []
        for (_, value) in filter {
            if value.isEmpty {
                numbers.append(0)
                continue
            }
            guard let number = try Int64.fetchOne(db, sql: "SELECT id FROM words WHERE text = ?", arguments: [value])
            else { return nil }
            numbers.append(number)
        }
        return numbers
    }

    private func words(_ numbers: Set<Int64>, _ db: GRDB.Database) throws -> [Int64: String] {
        let statement = try db.cachedStatement(sql: "SELECT text FROM words WHERE id = ?")
        var names: [Int64: String] = [:]
        for number in numbers where number != 0 {
            names[number] = try String.fetchOne(statement, arguments: [number])
        }
        return names
    }
}
