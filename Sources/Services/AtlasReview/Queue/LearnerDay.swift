import AtlasAPI
import AtlasCore
import Foundation

/// The day of a learner: from the hour at which it begins, in the learner's time zone, to the same hour next day.
struct LearnerDay: Sendable, Equatable {
    let start: Timestamp
    /// The start of the next day.
    let end: Timestamp
    /// Counts days, so that choices are mixed anew each day.
    let number: Int64

    /// The day that holds `moment`; an unknown zone is read as UTC.
    init(of moment: Timestamp, zone: String, startsAt hour: Int) {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = TimeZone(identifier: zone) ?? .gmt
        let date = Date(timeIntervalSince1970: Double(moment.milliseconds) / 1_000)
        let shifted = date.addingTimeInterval(-3_600 * Double(hour))
        // The hour of the clock, not so many hours after midnight: a day may have 23 or 25 of them.
        let midnight = calendar.startOfDay(for: shifted)
        let next = calendar.date(byAdding: .day, value: 1, to: midnight) ?? midnight.addingTimeInterval(86_400)
        func begin(_ midnight: Date) -> Date {
            calendar.date(bySettingHour: hour, minute: 0, second: 0, of: midnight)
                ?? midnight.addingTimeInterval(3_600 * Double(hour))
        }
        var (first, last) = (begin(midnight), begin(next))
        // The night in which the clock changes may put the moment on the other side of the border.
        if date < first {
            let before = calendar.date(byAdding: .day, value: -1, to: midnight) ?? midnight.addingTimeInterval(-86_400)
            (first, last) = (begin(before), first)
        } else if date >= last {
            let after = calendar.date(byAdding: .day, value: 1, to: next) ?? next.addingTimeInterval(86_400)
            (first, last) = (last, begin(after))
        }
        start = Self.timestamp(first)
        end = Self.timestamp(last)
        number = Int64((first.timeIntervalSince1970 / 86_400).rounded())
    }

    private static func timestamp(_ date: Date) -> Timestamp {
        Timestamp(milliseconds: Int64((date.timeIntervalSince1970 * 1_000).rounded()))
    }

    /// Whether there is such a time zone.
    static func isZone(_ name: String) -> Bool { name.utf8.count <= 64 && TimeZone(identifier: name) != nil }
}
