import AtlasAPI
import AtlasCore
import AtlasPorts

/// What analytics, progress and predictions hold about an account.
///
/// What the knowledge model learned from many stays: its weights say nothing of anybody.
struct LearningData: PersonalData {
    /// One table: its columns, and how the account is named in it.
    private struct Source: Sendable {
        let name: String
        let query: @Sendable (UserID) -> Query
        let columns: [Column]
    }

    private enum Column: Sendable {
        case text(String)
        case integer(String)
        case number(String)
        case moment(String)
        case day(String)

        var name: String {
            switch self {
            case .text(let name), .integer(let name), .number(let name), .moment(let name), .day(let name): name
            }
        }
    }

    let database: any Database
    let series: any TimeSeries
    let clock: any WallClock

    var section: String { "learning" }

    func export(of user: UserID) async throws -> [PersonalTable] {
        var tables = try await database.read { session in
            try Self.sources.map { source in
                let rows = try session.rows(source.query(user))
                return PersonalTable(
                    name: source.name,
                    columns: source.columns.map(\.name),
                    rows: try rows.map { row in try source.columns.map { try Self.value(row, $0) } }
                )
            }
        }
        tables += try await points(of: user)
        return tables
    }

    func delete(of user: UserID) async throws {
        try await database.write { session in
            for statement in Self.removals(user) { try session.execute(statement) }
        }
        try await series.forget("user_id", user.rawValue)
    }

    private func points(of user: UserID) async throws -> [PersonalTable] {
        let now = clock.now()
        var tables: [PersonalTable] = []
        for measurement in Measurement.all where measurement.tags.first == "user_id" {
            let points = try await series.points(
                of: measurement.name,
                where: ["user_id": user.rawValue],
                from: now - .seconds(TimeSeriesLimits.rawDays * 86_400),
                to: now + .seconds(86_400),
                limit: TimeSeriesLimits.points
            )
            let tags = Array(measurement.tags.dropFirst())
            tables.append(
                PersonalTable(
                    name: measurement.name,
                    columns: ["at"] + tags + measurement.fields,
                    rows: points.map { point in
                        [.text(point.time.description)] + tags.map { .text(point.tags[$0] ?? "") }
                            + measurement.fields.map { point.fields[$0].map { .number($0) } ?? .null }
                    }
                )
            )
        }
        return tables
    }

    private static func value(_ row: Row, _ column: Column) throws -> PersonalValue {
        switch column {
        case .text(let name): try row.optionalString(name).map { .text($0) } ?? .null
        case .integer(let name): try row.optionalInt64(name).map { .integer($0) } ?? .null
        case .number(let name): .number(try row.double(name))
        case .moment(let name): try row.optionalTimestamp(name).map { .text($0.description) } ?? .null
        case .day(let name): .text(Day(number: try row.int64(name)).name)
        }
    }

    private static let sources: [Source] = [
        Source(
            name: "completed_diagrams",
            query: { "SELECT diagram_id, completed_at FROM progress WHERE user_id = \($0) ORDER BY completed_at" },
            columns: [.text("diagram_id"), .moment("completed_at")]
        ),
        Source(
            name: "predictions",
            query: {
                """
                SELECT id, kind, item_id, question, confidence, outcomes, log_loss, made_at FROM predictions
                WHERE user_id = \($0) ORDER BY made_at DESC LIMIT \(PrivacyLimits.rows)
                """
            },
            columns: [
                .text("id"), .text("kind"), .text("item_id"), .text("question"), .integer("confidence"),
                .text("outcomes"), .number("log_loss"), .moment("made_at"),
            ]
        ),
        Source(
            name: "evidence",
            query: {
                """
                SELECT at, item_id, content_id, category, topics, skill, correct, predicted FROM evidence
                WHERE user_id = \($0) ORDER BY seq DESC LIMIT \(PrivacyLimits.rows)
                """
            },
            columns: [
                .moment("at"), .text("item_id"), .text("content_id"), .text("category"), .text("topics"),
                .text("skill"), .integer("correct"), .number("predicted"),
            ]
        ),
        Source(
            name: "days",
            query: { "SELECT * FROM learner_days WHERE user_id = \($0) ORDER BY day" },
            columns: [
                .day("day"), .integer("reviews"), .integer("milliseconds"), .integer("correct"), .integer("attempts"),
                .integer("predictions"), .integer("lab_checks"), .integer("diagrams"), .integer("tutor_answers"),
            ]
        ),
        Source(
            name: "contents",
            query: { "SELECT * FROM learner_contents WHERE user_id = \($0) ORDER BY content_id" },
            columns: [
                .text("content_id"), .text("kind"), .moment("started_at"), .moment("done_at"), .integer("attempts"),
            ]
        ),
        Source(
            name: "metrics",
            query: { "SELECT * FROM user_metrics WHERE user_id = \($0) ORDER BY metric_name" },
            columns: [.text("metric_name"), .number("value"), .moment("calculated_at")]
        ),
        Source(
            name: "forecasts",
            query: { "SELECT * FROM forecast_log WHERE user_id = \($0) ORDER BY made_day DESC, kind" },
            columns: [
                .text("kind"), .day("made_day"), .day("due_day"), .number("predicted"), .integer("outcome"),
            ]
        ),
        Source(
            name: "goals",
            query: { "SELECT * FROM goals WHERE user_id = \($0) ORDER BY set_at" },
            columns: [
                .text("title"), .text("contents"), .text("categories"), .moment("by_date"), .moment("set_at"),
                .moment("reached_at"),
            ]
        ),
        Source(
            name: "activity",
            query: {
                """
                SELECT event_id, payload FROM activity WHERE user_id = \($0) ORDER BY event_id DESC
                LIMIT \(PrivacyLimits.rows)
                """
            },
            columns: [.text("event_id"), .text("payload")]
        ),
    ]

    private static func removals(_ user: UserID) -> [Query] {
        [
            "DELETE FROM progress WHERE user_id = \(user)",
            "DELETE FROM predictions WHERE user_id = \(user)",
            "DELETE FROM activity WHERE user_id = \(user)",
            "DELETE FROM evidence WHERE user_id = \(user)",
            "DELETE FROM evidence_once WHERE user_id = \(user)",
            "DELETE FROM learner_help WHERE user_id = \(user)",
            "DELETE FROM learner_states WHERE user_id = \(user)",
            "DELETE FROM learner_days WHERE user_id = \(user)",
            "DELETE FROM learner_cells WHERE user_id = \(user)",
            "DELETE FROM learner_topics WHERE user_id = \(user)",
            "DELETE FROM learner_contents WHERE user_id = \(user)",
            "DELETE FROM learner_mastery WHERE user_id = \(user)",
            "DELETE FROM user_metrics WHERE user_id = \(user)",
            "DELETE FROM forecast_log WHERE user_id = \(user)",
            "DELETE FROM goals WHERE user_id = \(user)",
            "DELETE FROM ingested_events WHERE user_id = \(user)",
        ]
    }
}
