import AtlasCore
import AtlasPorts

/// Questions in the database's language.
///
/// Source: "InfluxQL reference", 1.8. Measurements, tags and fields are declared names of small letters and `_`, and the
/// database's name is checked, so only values need quoting.
struct InfluxQL: Sendable {
    /// The retention policy of points.
    static let raw = "raw"
    /// The retention policy of sums by day.
    static let summed = "summed"
    static let dayMilliseconds: Int64 = 86_400_000

    let database: String

    // MARK: - Making the database

    /// What a 1.x server is told when it is first asked; telling it again changes nothing.
    var preparation: [String] {
        [
            "CREATE DATABASE \"\(database)\"",
            policy("CREATE", Self.raw, days: TimeSeriesLimits.rawDays, shardDays: 1) + " DEFAULT",
            policy("CREATE", Self.summed, days: TimeSeriesLimits.summaryDays, shardDays: 30),
        ]
    }

    /// What it is told if a policy is there with another duration, as after an update of Atlas.
    var alteration: [String] {
        [
            policy("ALTER", Self.raw, days: TimeSeriesLimits.rawDays, shardDays: 1) + " DEFAULT",
            policy("ALTER", Self.summed, days: TimeSeriesLimits.summaryDays, shardDays: 30),
        ]
    }

    private func policy(_ verb: String, _ name: String, days: Int, shardDays: Int) -> String {
        let replication = verb == "CREATE" ? " REPLICATION 1" : ""
        return
            "\(verb) RETENTION POLICY \"\(name)\" ON \"\(database)\" DURATION \(days)d\(replication) SHARD DURATION \(shardDays)d"
    }

    // MARK: - Reading

    /// Figures of points.
    func figures(_ query: TimeSeriesQuery, _ range: Range<Int64>, windowMilliseconds: Int64?) -> String {
        var columns = ["count(\"\(LineProtocol.counter)\") AS \"n\""]
        if let field = query.field {
            columns += ["count", "sum", "min", "max"].map { "\($0)(\"\(field)\") AS \"\($0)\"" }
        }
        return select(columns, from: source(Self.raw, query.measurement), query, range, windowMilliseconds)
    }

    /// Figures of sums by day.
    func sums(_ query: TimeSeriesQuery, _ range: Range<Int64>, windowMilliseconds: Int64?) -> String {
        var columns = ["sum(\"\(LineProtocol.counter)\") AS \"n\""]
        if let field = query.field {
            columns += [
                "sum(\"n_\(field)\") AS \"count\"", "sum(\"s_\(field)\") AS \"sum\"", "min(\"lo_\(field)\") AS \"min\"",
                "max(\"hi_\(field)\") AS \"max\"",
            ]
        }
        return select(columns, from: days(query.measurement), query, range, windowMilliseconds)
    }

    private func select(
        _ columns: [String],
        from source: String,
        _ query: TimeSeriesQuery,
        _ range: Range<Int64>,
        _ window: Int64?
    ) -> String {
        let groups = [window.map { "time(\($0)ms)" }, query.group.map { "\"\($0)\"" }].compactMap { $0 }
        let grouping = groups.isEmpty ? "" : " GROUP BY \(groups.joined(separator: ", "))"
        return
            "SELECT \(columns.joined(separator: ", ")) FROM \(source) WHERE \(condition(query.filter, range))\(grouping)"
            + (window == nil ? "" : " fill(none)")
    }

    /// Points, newest first.
    func points(_ measurement: String, _ filter: [String: String], _ range: Range<Int64>, limit: Int) -> String {
        "SELECT * FROM \(source(Self.raw, measurement)) WHERE \(condition(filter, range)) ORDER BY time DESC LIMIT \(limit)"
    }

    /// How many points a measurement has.
    func count(_ measurement: String) -> String {
        "SELECT count(\"\(LineProtocol.counter)\") AS \"n\" FROM \(source(Self.raw, measurement))"
    }

    /// The oldest point of a measurement.
    func oldest(_ measurement: String) -> String {
        "SELECT first(\"\(LineProtocol.counter)\") AS \"n\" FROM \(source(Self.raw, measurement))"
    }

    // MARK: - Changing

    /// Sums whole days up; those that are summed already are written over.
    func sumUp(_ measurement: Measurement, _ range: Range<Int64>) -> String {
        var columns = ["count(\"\(LineProtocol.counter)\") AS \"n\""]
        for field in measurement.fields {
            columns += [("count", "n"), ("sum", "s"), ("min", "lo"), ("max", "hi")].map {
                "\($0.0)(\"\(field)\") AS \"\($0.1)_\(field)\""
            }
        }
        let groups = ["time(\(Self.dayMilliseconds)ms)"] + measurement.keptTags.map { "\"\($0)\"" }
        return
            "SELECT \(columns.joined(separator: ", ")) INTO \(days(measurement.name)) "
            + "FROM \(source(Self.raw, measurement.name)) WHERE \(condition([:], range)) "
            + "GROUP BY \(groups.joined(separator: ", ")) fill(none)"
    }

    /// Forgets points by a tag.
    func forget(_ measurement: String, _ tag: String, _ value: String) -> String {
        "DELETE FROM \"\(measurement)\" WHERE \"\(tag)\" = \(Self.quoted(InfluxText.stored(value)))"
    }

    // MARK: - Parts

    private func source(_ policy: String, _ measurement: String) -> String {
        "\"\(database)\".\"\(policy)\".\"\(measurement)\""
    }

    private func days(_ measurement: String) -> String { source(Self.summed, measurement + "_days") }

    private func condition(_ filter: [String: String], _ range: Range<Int64>) -> String {
        let tags = filter.sorted { $0.key < $1.key }.map {
            " AND \"\($0.key)\" = \(Self.quoted(InfluxText.stored($0.value)))"
        }
        return "time >= \(range.lowerBound)ms AND time < \(range.upperBound)ms\(tags.joined())"
    }

    /// A text in quotation marks; `InfluxText` has left neither backslashes nor line ends in it.
    private static func quoted(_ text: String) -> String { "'\(text.replacing("'", with: "\\'"))'" }
}
