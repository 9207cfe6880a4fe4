import AtlasCore
import AtlasPorts
import GRDB

/// The names and statements of one measurement's tables.
struct SeriesTables: Sendable {
    static let dayMilliseconds: Int64 = 86_400_000
    /// Days of one table of sums: a month, so that 24 tables are enough.
    static let sumDays: Int64 = 31

    static let shared = """
        CREATE TABLE IF NOT EXISTS words (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE);
        CREATE TABLE IF NOT EXISTS partitions (
            name TEXT PRIMARY KEY, measurement TEXT NOT NULL, kind TEXT NOT NULL, last_day INTEGER NOT NULL,
            points INTEGER NOT NULL) WITHOUT ROWID;
        """

    let measurement: Measurement
    let insertColumns: String
    private let kept: [String]

    init(_ measurement: Measurement) {
        self.measurement = measurement
        kept = measurement.tags.filter(measurement.keptTags.contains)
        let columns = measurement.tags.map { "t_\($0)" } + ["at", "id"] + measurement.fields.map { "f_\($0)" }
        let holes = Array(repeating: "?", count: columns.count).joined(separator: ", ")
        insertColumns = "(\(columns.joined(separator: ", "))) VALUES (\(holes))"
    }

    /// Days since 1970, rounded down.
    static func day(_ time: Timestamp) -> Int64 { floored(time.milliseconds, by: dayMilliseconds) }

    static func floored(_ value: Int64, by size: Int64) -> Int64 {
        let (quotient, remainder) = value.quotientAndRemainder(dividingBy: size)
        return remainder < 0 ? quotient - 1 : quotient
    }

    func raw(_ day: Int64) -> String { "raw_\(measurement.name)_\(Self.suffix(day))" }

    func sum(_ day: Int64) -> String { "sum_\(measurement.name)_\(Self.suffix(Self.floored(day, by: Self.sumDays)))" }

    /// A minus is no part of a name.
    private static func suffix(_ number: Int64) -> String { number < 0 ? "m\(-number)" : "\(number)" }

    /// Makes the day's table of points and its table of sums if they are not there.
    func make(_ day: Int64, _ db: GRDB.Database) throws {
        let owner = measurement.tags.first.map { "t_\($0)" } ?? "at"
        let tags = measurement.tags.map { "t_\($0) INTEGER NOT NULL" }
        let fields = measurement.fields.map { "f_\($0) REAL" }
        let columns = (tags + ["at INTEGER NOT NULL", "id INTEGER NOT NULL"] + fields).joined(separator: ", ")
        try db.execute(
            sql: "CREATE TABLE IF NOT EXISTS \(raw(day)) (\(columns), PRIMARY KEY (\(owner), at, id)) WITHOUT ROWID"
        )
        let keys = (["day"] + kept.map { "t_\($0)" })
        let sums = measurement.fields.flatMap {
            ["n_\($0) INTEGER NOT NULL", "s_\($0) REAL NOT NULL", "lo_\($0) REAL", "hi_\($0) REAL"]
        }
        let sumColumns = (keys.map { "\($0) INTEGER NOT NULL" } + ["n INTEGER NOT NULL"] + sums).joined(separator: ", ")
        try db.execute(
            sql: """
                CREATE TABLE IF NOT EXISTS \(sum(day)) (\(sumColumns), PRIMARY KEY (\(keys.joined(separator: ", "))))
                WITHOUT ROWID
                """
        )
        let first = Self.floored(day, by: Self.sumDays) * Self.sumDays
        for (name, kind, last) in [(raw(day), "raw", day), (sum(day), "sum", first + Self.sumDays - 1)] {
            try db.execute(
                sql: "INSERT INTO partitions VALUES (?, ?, ?, ?, 0) ON CONFLICT DO NOTHING",
                arguments: [name, measurement.name, kind, last]
            )
        }
    }

    /// Adds sums to those of the day; arguments: day, kept tags, n, then n, s, lo, hi of each field.
    func addSums(_ day: Int64) -> String {
        let keys = ["day"] + kept.map { "t_\($0)" }
        let fields = measurement.fields.flatMap { ["n_\($0)", "s_\($0)", "lo_\($0)", "hi_\($0)"] }
        let columns = keys + ["n"] + fields
        let changes =
            ["n = n + excluded.n"]
            + measurement.fields.flatMap { field in
                [
                    "n_\(field) = n_\(field) + excluded.n_\(field)", "s_\(field) = s_\(field) + excluded.s_\(field)",
                    // min and max of two values are NULL if one is.
                    "lo_\(field) = coalesce(min(lo_\(field), excluded.lo_\(field)), lo_\(field), excluded.lo_\(field))",
                    "hi_\(field) = coalesce(max(hi_\(field), excluded.hi_\(field)), hi_\(field), excluded.hi_\(field))",
                ]
            }
        return """
            INSERT INTO \(sum(day)) (\(columns.joined(separator: ", ")))
            VALUES (\(Array(repeating: "?", count: columns.count).joined(separator: ", ")))
            ON CONFLICT (\(keys.joined(separator: ", "))) DO UPDATE SET \(changes.joined(separator: ", "))
            """
    }

    /// Positions, among the measurement's tags, of those that sums keep.
    var keptPositions: [Int] { measurement.tags.indices.filter { kept.contains(measurement.tags[$0]) } }

    /// Days with points, newest first.
    func days(_ db: GRDB.Database) throws -> [Int64] {
        try Int64.fetchAll(
            db,
            sql: "SELECT last_day FROM partitions WHERE measurement = ? AND kind = 'raw' ORDER BY last_day DESC",
            arguments: [measurement.name]
        )
    }

    /// Takes the points of one owner away.
    func forget(_ owner: Int64, on day: Int64, _ db: GRDB.Database) throws {
        guard let tag = measurement.tags.first else { return }
        try db.execute(sql: "DELETE FROM \(raw(day)) WHERE t_\(tag) = ?", arguments: [owner])
        let gone = db.changesCount
        guard gone > 0 else { return }
        try db.execute(
            sql: "UPDATE partitions SET points = points - ? WHERE name = ?",
            arguments: [gone, raw(day)]
        )
    }

    /// A file of an earlier version lacks columns of tags and fields that came since.
    func addMissingColumns(_ db: GRDB.Database) throws {
        let partitions = try GRDB.Row.fetchAll(
            db,
            sql: "SELECT name, kind FROM partitions WHERE measurement = ?",
            arguments: [measurement.name]
        )
        for partition in partitions {
            let name: String = partition["name"]
            let kind: String = partition["kind"]
            let there = Set(try db.columns(in: name).map(\.name))
            let wanted =
                kind == "raw"
                ? measurement.tags.map { "t_\($0) INTEGER NOT NULL DEFAULT 0" }
                    + measurement.fields.map { "f_\($0) REAL" }
                : measurement.fields.flatMap {
                    [
                        "n_\($0) INTEGER NOT NULL DEFAULT 0", "s_\($0) REAL NOT NULL DEFAULT 0", "lo_\($0) REAL",
                        "hi_\($0) REAL",
                    ]
                }
            for column in wanted where !there.contains(String(column.prefix { $0 != " " })) {
                try db.execute(sql: "ALTER TABLE \(name) ADD COLUMN \(column)")
            }
        }
    }
}
