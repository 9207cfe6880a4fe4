import AtlasCore
import AtlasPorts
import GRDB

/// Points on their way into the tables, in one transaction.
struct SeriesBatch {
    /// Words remembered between batches.
    static let wordLimit = 200_000

    /// Figures of one field.
    private struct Figures {
        var count = 0
        var sum = 0.0
        var least = Double.infinity
        var greatest = -Double.infinity

        mutating func add(_ value: Double) {
            count += 1
            sum += value
            least = Swift.min(least, value)
            greatest = Swift.max(greatest, value)
        }

        var arguments: [(any DatabaseValueConvertible)?] {
            count > 0 ? [count, sum, least, greatest] : [0, 0.0, nil, nil]
        }
    }

    private struct Sum {
        var count = 0
        var fields: [Figures]
    }

    private let db: GRDB.Database
    private let known: [String: Int64]
    /// Words that were looked up or made for this batch.
    private(set) var found: [String: Int64] = [:]
    /// Points that were new.
    private(set) var stored = 0

    init(_ db: GRDB.Database, words: [String: Int64]) {
        self.db = db
        known = words
    }

    /// Stores points of one measurement and day.
    mutating func insert(_ points: [TimePoint], into table: SeriesTables) throws {
        guard let first = points.first else { return }
        let day = SeriesTables.day(first.time)
        try table.make(day, db)
        let measurement = table.measurement
        let statement = try db.cachedStatement(
            sql: "INSERT OR IGNORE INTO \(table.raw(day)) \(table.insertColumns)"
        )
        let kept = table.keptPositions
        var sums: [[Int64]: Sum] = [:]
        var added = 0
        for point in points {
            let tags = try measurement.tags.map { try word(point.tags[$0] ?? "") }
            var arguments: [(any DatabaseValueConvertible)?] = tags
            arguments.append(point.time.milliseconds - day * SeriesTables.dayMilliseconds)
            arguments.append(Int64(bitPattern: point.id ?? Self.id(tags)))
            for field in measurement.fields { arguments.append(point.fields[field]) }
            try statement.setArguments(StatementArguments(arguments))
            try statement.execute()
            guard db.changesCount == 1 else { continue }
            added += 1
            let key = kept.map { tags[$0] }
            var sum = sums[key] ?? Sum(fields: Array(repeating: Figures(), count: measurement.fields.count))
            sum.count += 1
            for (index, field) in measurement.fields.enumerated() {
                if let value = point.fields[field] { sum.fields[index].add(value) }
            }
            sums[key] = sum
        }
        guard added > 0 else { return }
        try add(sums, on: day, to: table)
        try db.execute(
            sql: "UPDATE partitions SET points = points + ? WHERE name = ?",
            arguments: [added, table.raw(day)]
        )
        stored += added
    }

    private func add(_ sums: [[Int64]: Sum], on day: Int64, to table: SeriesTables) throws {
        let statement = try db.cachedStatement(sql: table.addSums(day))
        for (tags, sum) in sums {
            var arguments: [(any DatabaseValueConvertible)?] = [day] + tags + [sum.count]
            for figures in sum.fields { arguments += figures.arguments }
            try statement.setArguments(StatementArguments(arguments))
            try statement.execute()
        }
    }

    /// The number that stands for a text; the empty one is 0.
    private mutating func word(_ text: String) throws -> Int64 {
        if text.isEmpty { return 0 }
        if let number = known[text] ?? found[text] { return number }
        let select = try db.cachedStatement(sql: "SELECT id FROM words WHERE text = ?")
        if let number = try Int64.fetchOne(select, arguments: [text]) {
            found[text] = number
            return number
        }
        try db.execute(sql: "INSERT INTO words (text) VALUES (?)", arguments: [text])
        found[text] = db.lastInsertedRowID
        return db.lastInsertedRowID
    }

    /// For points that their tags tell apart.
    private static func id(_ tags: [Int64]) -> UInt64 {
        tags.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64(bitPattern: $1)) &* 0x0000_0100_0000_01b3 }
    }
}
