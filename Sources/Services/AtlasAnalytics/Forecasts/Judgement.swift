import AtlasAPI
import AtlasCore
import Foundation
import Learning

/// Forecasts with their outcomes, judged against a constant.
struct Judgement {
    /// One forecast.
    struct Case: Sendable {
        let user: String
        let day: Int64
        let predicted: Double
        /// What a constant would have said then: the share of the outcomes known before.
        let baseline: Double
        let outcome: Bool
    }

    /// The newest forecasts that are judged.
    static let newest = 5_000
    /// Fewer prove nothing.
    static let fewest = 100
    /// Fewer groups to draw from prove nothing.
    static let fewestGroups = 20

    /// Judges forecasts; `nil` without any.
    ///
    /// Answers of one learner are alike, so learners are drawn, not answers. Where there are fewer than `fewestGroups`
    /// learners, days of learners are drawn, and what is said holds for these learners.
    static func report(_ kind: ForecastKind, _ cases: [Case], at now: Timestamp) -> CalibrationReport? {
        guard !cases.isEmpty else { return nil }
        let predictions = cases.map(\.predicted)
        let outcomes = cases.map(\.outcome)
        let model = Evaluation(predictions, outcomes)
        let constant = Evaluation(cases.map(\.baseline), outcomes)
        let learners = Set(cases.map(\.user)).count
        var numbers: [String: Int] = [:]
        let groups = cases.map { one in
            let name = learners >= fewestGroups ? one.user : "\(one.user)/\(one.day)"
            let number = numbers[name] ?? numbers.count
            numbers[name] = number
            return number
        }
        let gain = PairedBootstrap(
            cases.map { PairedBootstrap.gain($0.predicted, over: $0.baseline, $0.outcome) },
            groups: groups
        )
        let isProven = cases.count >= fewest && gain.groups >= fewestGroups
        return CalibrationReport(
            kind: kind,
            at: now,
            count: cases.count,
            logLoss: model.logLoss,
            baselineLogLoss: constant.logLoss,
            gainLow: gain.interval.low,
            gainHigh: gain.interval.high,
            brier: model.brier,
            auc: Set(outcomes).count == 2 ? model.auc : nil,
            ece: model.calibrationError,
            isShown: isProven && gain.interval.low > 0,
            bins: bins(cases)
        )
    }

    private static func bins(_ cases: [Case]) -> [CalibrationReport.Bin] {
        let groups = Dictionary(grouping: cases) {
            min(max(Int($0.predicted * Double(Evaluation.bins)), 0), Evaluation.bins - 1)
        }
        return groups.sorted { $0.key < $1.key }.map { _, cases in
            let count = Double(cases.count)
            let share = Double(cases.count(where: \.outcome)) / count
            let interval = wilson(share, count)
            return CalibrationReport.Bin(
                predicted: cases.reduce(0) { $0 + $1.predicted } / count,
                observed: share,
                count: cases.count,
                low: interval.low,
                high: interval.high
            )
        }
    }

    /// A 95 % interval of a share.
    ///
    /// Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference", 1927.
    private static func wilson(_ share: Double, _ count: Double) -> (low: Double, high: Double) {
        let z = 1.96
        let centre = share + z * z / (2 * count)
        let margin = z * (share * (1 - share) / count + z * z / (4 * count * count)).squareRoot()
        let scale = 1 + z * z / count
        return (max(0, (centre - margin) / scale), min(1, (centre + margin) / scale))
    }
}

/// A report as it is stored.
struct StoredReport: Codable {
    struct Bin: Codable {
        let predicted: Double
        let observed: Double
        let count: Int
        let low: Double
        let high: Double
    }

    let count: Int
    let logLoss: Double
    let baselineLogLoss: Double
    let gainLow: Double
    let gainHigh: Double
    let brier: Double
    let auc: Double?
    let ece: Double
    let isShown: Bool
    let bins: [Bin]

    init(_ report: CalibrationReport) {
        count = report.count
        logLoss = report.logLoss
        baselineLogLoss = report.baselineLogLoss
        gainLow = report.gainLow
        gainHigh = report.gainHigh
        brier = report.brier
        auc = report.auc
        ece = report.ece
        isShown = report.isShown
        bins = report.bins.map {
            Bin(predicted: $0.predicted, observed: $0.observed, count: $0.count, low: $0.low, high: $0.high)
        }
    }

    func report(_ kind: ForecastKind, at moment: Timestamp) -> CalibrationReport {
        CalibrationReport(
            kind: kind,
            at: moment,
            count: count,
            logLoss: logLoss,
            baselineLogLoss: baselineLogLoss,
            gainLow: gainLow,
            gainHigh: gainHigh,
            brier: brier,
            auc: auc,
            ece: ece,
            isShown: isShown,
            bins: bins.map {
                CalibrationReport.Bin(
                    predicted: $0.predicted,
                    observed: $0.observed,
                    count: $0.count,
                    low: $0.low,
                    high: $0.high
                )
            }
        )
    }
}
