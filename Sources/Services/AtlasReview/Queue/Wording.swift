import AtlasAPI
import AtlasCore

/// Times and reasons in words.
enum Wording {
    /// As in `1 min`, `10 min`, `5 h`, `3 days`, `2.5 months`, `1.2 years`.
    static func interval(_ seconds: Double) -> String {
        if seconds < 3_600 { return "\(max(1, Int((seconds / 60).rounded()))) min" }
        if seconds < 86_400 { return "\(Int((seconds / 3_600).rounded())) h" }
        let days = seconds / 86_400
        if days < 30 { return count(Int(days.rounded()), "day") }
        if days < 365 { return tenths(days / 30.44, "month") }
        return tenths(days / 365.25, "year")
    }

    private static func count(_ number: Int, _ word: String) -> String {
        number == 1 ? "1 \(word)" : "\(number) \(word)s"
    }

    private static func tenths(_ number: Double, _ word: String) -> String {
        let tenths = max(10, Int((number * 10).rounded()))
        if tenths == 10 { return "1 \(word)" }
        return tenths % 10 == 0 ? "\(tenths / 10) \(word)s" : "\(tenths / 10).\(tenths % 10) \(word)s"
    }

    /// Why a known card comes now, or when it will.
    static func why(_ fold: CardFold, retrievability: Double?, now: Timestamp, day: LearnerDay) -> String {
        if fold.isSuspended { return "It is suspended and does not come." }
        guard let last = fold.lastAt, let due = fold.due else { return "You have not seen it yet." }
        let ago = interval(Double((now - last).wholeMilliseconds) / 1_000)
        switch fold.state {
        case .relearning: return "You had forgotten it \(ago) ago; it comes until it holds again."
        case .learning: return "You are learning it; you saw it \(ago) ago."
        case .review, .new, .suspended: break
        }
        let chance = Int(((retrievability ?? 0) * 100).rounded())
        if due >= day.end {
            let wait = interval(Double((due - now).wholeMilliseconds) / 1_000)
            return "It comes again in \(wait); the chance that you remember it now is \(chance) %."
        }
        let leech = fold.isLeech ? " You have forgotten it \(fold.lapses) times; look at its picture once more." : ""
        return "You saw it \(ago) ago; the chance that you still remember it has fallen to \(chance) %.\(leech)"
    }
}
