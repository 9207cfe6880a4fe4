import AtlasAPI
import AtlasCore

/// How well two learners fit.
///
/// Three things count: goals that both have, hours that both can, and topics that one has completed and the other has
/// not, most of all where each can teach the other something. The score is the same from both sides, and says nothing
/// of third people, so that who joins or leaves moves nobody past anybody.
struct PeerScore {
    /// Somebody as matching sees them.
    struct Learner: Sendable {
        let id: UserID
        let hours: Set<Int>
        let goals: Set<String>
        /// Topics of completed diagrams.
        let topics: Set<String>
    }

    /// Points, and up to how many of a kind count: beyond, more of one thing does not make up for another.
    private enum Weight {
        static let goal = 10
        static let goals = 5
        static let hour = 2
        static let hours = 15
        static let exchange = 4
        static let exchanges = 8
        static let topic = 1
        static let topics = 12
    }

    let other: UserID
    let sharedGoals: [String]
    let sharedHours: [Int]
    /// Topics that the other has completed and the learner has not, in order.
    let learns: [String]
    /// Topics that the learner has completed and the other has not, in order.
    let teaches: [String]

    /// `nil` if the two have no common hour.
    init?(_ learner: Learner, _ other: Learner) {
        sharedHours = learner.hours.intersection(other.hours).sorted()
        guard !sharedHours.isEmpty else { return nil }
        self.other = other.id
        sharedGoals = learner.goals.intersection(other.goals).sorted()
        learns = other.topics.subtracting(learner.topics).sorted()
        teaches = learner.topics.subtracting(other.topics).sorted()
    }

    /// Greater is better.
    var points: Int {
        Weight.goal * min(sharedGoals.count, Weight.goals)
            + Weight.hour * min(sharedHours.count, Weight.hours)
            + Weight.exchange * min(learns.count, teaches.count, Weight.exchanges)
            + Weight.topic * min(max(learns.count, teaches.count), Weight.topics)
    }

    /// The best for `learner`, the best first; ties by id.
    static func best(_ count: Int, of others: [Learner], for learner: Learner) -> [PeerScore] {
        others.compactMap { PeerScore(learner, $0) }
            .sorted { ($0.points, $1.other.rawValue) > ($1.points, $0.other.rawValue) }
            .prefix(count).map(\.self)
    }

    /// Why the two fit, the strongest reason first.
    ///
    /// - Parameter title: The words for a topic or category.
    func reasons(_ title: (String) -> String) -> [String] {
        var reasons: [(points: Int, text: String)] = []
        if !sharedGoals.isEmpty {
            let text = "You both want to learn \(Self.list(sharedGoals.map(title)))."
            reasons.append((Weight.goal * min(sharedGoals.count, Weight.goals), text))
        }
        if !learns.isEmpty {
            let text = "They have completed what you have not: \(Self.list(learns.map(title)))."
            reasons.append((Weight.exchange * min(learns.count, Weight.exchanges), text))
        }
        if !teaches.isEmpty {
            let text = "You can show them \(Self.list(teaches.map(title)))."
            reasons.append((Weight.exchange * min(teaches.count, Weight.exchanges), text))
        }
        let hours = sharedHours.count == 1 ? "1 hour a week" : "\(sharedHours.count) hours a week"
        let first = Self.hour(sharedHours.first ?? 0)
        let text = "You can both make \(hours), the first on \(first) UTC."
        reasons.append((Weight.hour * min(sharedHours.count, Weight.hours), text))
        return reasons.enumerated().sorted { ($0.element.points, $1.offset) > ($1.element.points, $0.offset) }
            .map(\.element.text)
    }

    /// As in "caching, queues and 3 more".
    private static func list(_ words: [String]) -> String {
        let shown = words.prefix(3)
        if words.count > 3 { return shown.joined(separator: ", ") + " and \(words.count - 3) more" }
        guard let last = shown.last, shown.count > 1 else { return shown.joined() }
        return shown.dropLast().joined(separator: ", ") + " and " + last
    }

    /// As in "Tuesday 18:00".
    private static func hour(_ hour: Int) -> String {
        let days = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
        let day = hour / 24
        return "\(days.indices.contains(day) ? days[day] : "") \(hour % 24 < 10 ? "0" : "")\(hour % 24):00"
    }
}
