import AtlasAPI
import AtlasCore
import AtlasPorts
import Foundation
import Learning

/// Forecasts, models and judgements as they are stored.
enum ForecastRows {
    /// Judgements, newest first; of one kind, or of all.
    static func reports(
        of kind: ForecastKind? = nil,
        limit: Int,
        in session: any SQLSession
    ) throws -> [CalibrationReport] {
        var query: Query = "SELECT kind, at, report FROM calibration_reports"
        if let kind { query += " WHERE kind = \(kind.rawValue)" }
        query += " ORDER BY at DESC, kind LIMIT \(limit)"
        return try session.rows(query).compactMap { row in
            guard let kind = ForecastKind(rawValue: try row.string("kind")) else { return nil }
            let stored = try JSONDecoder().decode(StoredReport.self, from: Data(try row.string("report").utf8))
            return stored.report(kind, at: try row.timestamp("at"))
        }
    }

    static func store(_ report: CalibrationReport, in session: any SQLSession) throws {
        let text = String(decoding: try JSONEncoder().encode(StoredReport(report)), as: UTF8.self)
        try session.execute(
            """
            INSERT INTO calibration_reports (kind, at, report) VALUES (\(report.kind.rawValue), \(report.at), \(text))
            ON CONFLICT (kind, at) DO UPDATE SET report = excluded.report
            """
        )
    }

    /// Forecasts of one kind with their outcomes, the newest first.
    ///
    /// The forecast of an answer is what was believed when it was shown. Where something was learned from that happened after
    /// that (a device brought its answers later, or two were used at once), what was believed is no forecast, and is left out.
    static func cases(of kind: ForecastKind, in session: any SQLSession) throws -> [Judgement.Case] {
        let rows =
            kind == .answerNow
            ? try session.rows(
                """
                SELECT user_id, at AS moment, predicted, baseline, correct AS outcome FROM evidence
                WHERE is_late = 0 ORDER BY seq DESC LIMIT \(Judgement.newest)
                """
            )
            : try session.rows(
                """
                SELECT user_id, made_day * 86400000 AS moment, predicted, baseline, outcome FROM forecast_log
                WHERE kind = \(kind.rawValue) AND outcome IS NOT NULL ORDER BY due_day DESC, user_id
                LIMIT \(Judgement.newest)
                """
            )
        return try rows.map { row in
            Judgement.Case(
                user: try row.string("user_id"),
                day: Day(try row.timestamp("moment")).number,
                predicted: try row.double("predicted"),
                baseline: try row.double("baseline"),
                outcome: try row.bool("outcome")
            )
        }
    }

    /// The model that forecasts who stays away, and how many of its outcomes came true.
    static func model(_ kind: ForecastKind, in session: any SQLSession) throws -> (OnlineLogistic, positives: Int) {
        let row = try session.rows(
            "SELECT weights, squares, outcomes, positives FROM forecast_models WHERE kind = \(kind.rawValue)"
        ).first
        guard let row else { return (OnlineLogistic(features: AbsenceFeatures.count), 0) }
        guard
            let model = OnlineLogistic(
                weights: try numbers(try row.string("weights")),
                squares: try numbers(try row.string("squares")),
                outcomes: try row.int("outcomes")
            ), model.weights.count == AbsenceFeatures.count + 1
        else {
            throw AtlasError(
                .internalError,
                "Something went wrong on our side.",
                detail: "the model \(kind.rawValue) cannot be read"
            )
        }
        return (model, try row.int("positives"))
    }

    static func store(
        _ model: OnlineLogistic,
        positives: Int,
        of kind: ForecastKind,
        in session: any SQLSession
    ) throws {
        try session.execute(
            """
            INSERT INTO forecast_models (kind, weights, squares, outcomes, positives)
            VALUES (\(kind.rawValue), \(try text(model.weights)), \(try text(model.squares)), \(model.outcomes),
                \(positives))
            ON CONFLICT (kind) DO UPDATE SET weights = excluded.weights, squares = excluded.squares,
                outcomes = excluded.outcomes, positives = excluded.positives
            """
        )
    }

    /// Stores a forecast before its outcome is known; one of the same day stays as it is.
    static func log(
        _ kind: ForecastKind,
        _ user: UserID,
        subject: String,
        made: Day,
        due: Day,
        features: [Double],
        predicted: Double,
        baseline: Double,
        in session: any SQLSession
    ) throws {
        try session.execute(
            """
            INSERT INTO forecast_log (kind, user_id, subject, made_day, due_day, features, predicted, baseline)
            VALUES (\(kind.rawValue), \(user), \(subject), \(made.number), \(due.number), \(try text(features)),
                \(predicted), \(baseline))
            ON CONFLICT DO NOTHING
            """
        )
    }

    static func text(_ numbers: [Double]) throws -> String {
        String(decoding: try JSONEncoder().encode(numbers), as: UTF8.self)
    }

    static func numbers(_ text: String) throws -> [Double] {
        try JSONDecoder().decode([Double].self, from: Data(text.utf8))
    }
}

/// What the forecast of an absence looks at: gaps and activity before a day.
enum AbsenceFeatures {
    static let count = 6
    /// Days ahead that the forecast speaks of.
    static let horizon: Int64 = 7
    /// Who was not seen for longer is not asked about.
    static let window: Int64 = 28

    /// Features at the beginning of `day`.
    ///
    /// - Parameter days: Days with a retrieval and how many, in order; those from `day` on play no part.
    static func at(_ day: Day, _ days: [(day: Day, attempts: Int)]) -> [Double] {
        let before = days.filter { $0.day < day }
        guard let first = before.first, let last = before.last else { return Array(repeating: 0, count: count) }
        let week = before.filter { $0.day >= day.adding(-7) }
        let month = before.filter { $0.day >= day.adding(-window) }
        let gaps = zip(month.dropFirst(), month).map { Double($0.day.number - $1.day.number) }
        return [
            log(Double(day.number - last.day.number)),
            Double(week.count) / 7,
            Double(month.count) / Double(window),
            log(1 + Double(week.reduce(0) { $0 + $1.attempts })) / 5,
            log(1 + Double(day.number - first.day.number)) / 5,
            gaps.isEmpty ? 1 : log(gaps.reduce(0, +) / Double(gaps.count)),
        ]
    }
}

/// How long it takes to master what is left, by the pace of late.
enum GoalPace {
    /// Days ahead that the logged forecast speaks of.
    static let horizon: Int64 = 14
    /// Days that the pace is taken from.
    static let window: Int64 = 28
    /// Fewer days of history say nothing.
    static let fewest: Int64 = 7
    /// What is believed before anything is known: one topic in two weeks, worth two weeks of watching.
    private static let prior = (topics: 1.0, days: 14.0)
    private static let longest = 3_650

    /// Topics mastered per day.
    static func rate(gained: Int, over days: Int64) -> Double {
        (Double(max(gained, 0)) + prior.topics) / (Double(max(days, 0)) + prior.days)
    }

    /// The chance that at least `left` topics are mastered within `days`: topics come as a Poisson process.
    static func chance(_ left: Int, within days: Double, rate: Double) -> Double {
        guard left > 0 else { return 1 }
        let mean = rate * days
        var term = exp(-mean)
        var below = term
        for count in 1..<max(left, 1) {
            term *= mean / Double(count)
            below += term
        }
        return min(max(1 - below, 0), 1)
    }

    /// The first day on which the chance is at least `chance`; `nil` if that is more than ten years away.
    static func days(_ left: Int, rate: Double, chance wanted: Double) -> Int? {
        var (low, high) = (0, longest)
        guard chance(left, within: Double(high), rate: rate) >= wanted else { return nil }
        while low < high {
            let middle = (low + high) / 2
            if chance(left, within: Double(middle), rate: rate) >= wanted { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
