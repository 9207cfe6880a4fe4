import AtlasAPI
import AtlasCore
import AtlasPorts
import Learning

/// Reads what is known of several learners at once.
struct CohortReader: Sendable {
    /// Seen within this time, but not for `quiet`, is a reason to ask.
    private static let window: Int64 = 28
    private static let quiet: Int64 = 7
    /// Attempts that a share of right answers is taken from at least.
    private static let enough = 10
    private static let low = 0.5
    /// Answers that an item is judged by at least.
    private static let itemAnswers = 5
    /// One-sided 95 % of a normal distribution.
    private static let surprise = 1.645
    private static let itemRows = 50_000

    let days: Int
    let today: Day
    let content: any Content
    let keeper: KnowledgeKeeper

    private var first: Day { today.adding(1 - Int64(days)) }

    /// One line per person, by name.
    func members(
        _ people: [UserID],
        _ names: [UserID: String],
        _ index: CatalogueIndex,
        in session: any SQLSession
    ) throws -> [CohortMember] {
        var active: [String: (days: Int, attempts: Int, correct: Int)] = [:]
        let days = try session.rows(
            """
            SELECT user_id, COUNT(*) AS days, CAST(SUM(attempts) AS BIGINT) AS attempts,
                CAST(SUM(correct) AS BIGINT) AS correct
            FROM learner_days WHERE user_id IN (\(list: people)) AND attempts > 0
                AND day BETWEEN \(first.number) AND \(today.number) GROUP BY user_id
            """
        )
        for row in days {
            active[try row.string("user_id")] = (try row.int("days"), try row.int("attempts"), try row.int("correct"))
        }
        var last: [String: Timestamp] = [:]
        for row in try session.rows("SELECT user_id, last_at FROM learner_states WHERE user_id IN (\(list: people))") {
            last[try row.string("user_id")] = try row.timestamp("last_at")
        }
        let contents = try contents(people, index, in: session)
        return people.map { user in
            let figures = active[user.rawValue] ?? (0, 0, 0)
            let done = contents[user.rawValue] ?? Contents()
            return CohortMember(
                person: Person(id: user, displayName: names[user] ?? "A former member"),
                activeDays: figures.days,
                lastAt: last[user.rawValue],
                attempts: figures.attempts,
                correct: figures.correct,
                diagrams: done.diagrams,
                labs: done.labs,
                help: help(figures.attempts, figures.correct, last[user.rawValue], done.stuck)
            )
        }
        .sorted { ($0.person.displayName, $0.person.id.rawValue) < ($1.person.displayName, $1.person.id.rawValue) }
    }

    private struct Contents {
        var diagrams = 0
        var labs = 0
        /// Titles of labs that were checked on several days and not passed.
        var stuck: [String] = []
    }

    private func contents(
        _ people: [UserID],
        _ index: CatalogueIndex,
        in session: any SQLSession
    ) throws -> [String: Contents] {
        let rows = try session.rows(
            """
            SELECT user_id, content_id, kind, done_at, attempts FROM learner_contents
            WHERE user_id IN (\(list: people)) AND (done_at IS NOT NULL OR (kind = 'lab' AND attempts >= 2))
            ORDER BY content_id
            """
        )
        var found: [String: Contents] = [:]
        for row in rows {
            var one = found[try row.string("user_id")] ?? Contents()
            let isLab = try row.string("kind") == ContentKind.lab.rawValue
            if try row.optionalTimestamp("done_at") == nil {
                let id = try row.string("content_id")
                one.stuck.append(index.entries[id]?.title ?? id)
            } else if isLab {
                one.labs += 1
            } else {
                one.diagrams += 1
            }
            found[try row.string("user_id")] = one
        }
        return found
    }

    /// Why help may be welcome; what a person is like is nobody's guess.
    private func help(_ attempts: Int, _ correct: Int, _ last: Timestamp?, _ stuck: [String]) -> [String] {
        var reasons: [String] = []
        if let last {
            let gap = today.number - Day(last).number
            if gap >= Self.quiet, gap <= Self.window { reasons.append("Has retrieved nothing for \(gap) days.") }
        } else {
            reasons.append("Has not retrieved anything yet.")
        }
        if attempts >= Self.enough, Double(correct) < Self.low * Double(attempts) {
            reasons.append("Got \(correct) of \(attempts) right in this time.")
        }
        for title in stuck.prefix(3) { reasons.append("Has tried “\(title)” on several days and not passed it.") }
        return reasons
    }

    /// What the cohort can do, by category.
    func shares(
        _ people: [UserID],
        _ categories: [String],
        in session: any SQLSession
    ) throws -> [Cohort.CategoryShare] {
        var states: [String: LearnerState] = [:]
        for row in try session.rows("SELECT user_id, state FROM learner_states WHERE user_id IN (\(list: people))") {
            states[try row.string("user_id")] = try LearnerRows.state(row)
        }
        let cells = try session.rows(
            """
            SELECT user_id, category, skill, attempts FROM learner_cells
            WHERE user_id IN (\(list: people)) AND attempts > 0
            """
        )
        var sums: [String: [String: (weight: Double, mastery: Double, attempts: Int)]] = [:]
        for row in cells {
            let (user, category) = (try row.string("user_id"), try row.string("category"))
            guard let state = states[user] else { continue }
            let number = Hash.of("cell:\(category)/\(try row.string("skill"))")
            guard let mastery = keeper.mastery(of: [number], learner: state).first else { continue }
            let attempts = try row.int("attempts")
            var sum = sums[category]?[user] ?? (0, 0, 0)
            sum.weight += Double(attempts)
            sum.mastery += mastery.chance * Double(attempts)
            sum.attempts += attempts
            sums[category, default: [:]][user] = sum
        }
        return categories.map { category in
            let learners = Array((sums[category] ?? [:]).values)
            let mean = learners.reduce(0) { $0 + $1.mastery / $1.weight } / Double(max(learners.count, 1))
            return Cohort.CategoryShare(
                category: category,
                mastery: learners.isEmpty ? nil : mean,
                learners: learners.count,
                attempts: learners.reduce(0) { $0 + $1.attempts }
            )
        }
    }

    /// Items that these learners get wrong more often than their other answers lead one to expect.
    func misleading(
        _ people: [UserID],
        _ index: CatalogueIndex,
        in session: any SQLSession
    ) throws -> [Cohort.MisleadingItem] {
        let rows = try session.rows(
            """
            SELECT user_id, item_id, MAX(content_id) AS content_id, COUNT(*) AS answers,
                CAST(SUM(correct) AS BIGINT) AS correct
            FROM evidence WHERE user_id IN (\(list: people)) AND at >= \(first.start) AND at < \(today.adding(1).start)
            GROUP BY user_id, item_id ORDER BY item_id, user_id LIMIT \(Self.itemRows)
            """
        )
        let answers = try rows.map(Answered.init)
        var all: [String: (answers: Double, correct: Double)] = [:]
        for one in answers {
            var sum = all[one.user] ?? (0, 0)
            sum.answers += one.answers
            sum.correct += one.correct
            all[one.user] = sum
        }
        var found: [(surprise: Double, item: Cohort.MisleadingItem)] = []
        for (item, answers) in Dictionary(grouping: answers, by: \.item) {
            let count = answers.reduce(0) { $0 + $1.answers }
            guard count >= Double(Self.itemAnswers) else { continue }
            var (expected, variance) = (0.0, 0.0)
            for one in answers {
                // The learner's other answers, with one right and one wrong one to begin with.
                let rest = all[one.user] ?? (0, 0)
                let share = (rest.correct - one.correct + 1) / (rest.answers - one.answers + 2)
                expected += one.answers * share
                variance += one.answers * share * (1 - share)
            }
            let correct = answers.reduce(0) { $0 + $1.correct }
            let surprise = (expected - correct) / max(variance, 1e-9).squareRoot()
            guard surprise > Self.surprise, let content = answers.first?.content else { continue }
            found.append((surprise, Self.item(item, content, count, correct, expected, index)))
        }
        return found.sorted { ($1.surprise, $0.item.item) < ($0.surprise, $1.item.item) }
            .prefix(ReportLimits.items).map(\.item)
    }

    private static func item(
        _ item: String,
        _ content: String,
        _ count: Double,
        _ correct: Double,
        _ expected: Double,
        _ index: CatalogueIndex
    ) -> Cohort.MisleadingItem {
        Cohort.MisleadingItem(
            item: item,
            content: content,
            kind: index.entries[content]?.kind,
            title: index.entries[content]?.title ?? "",
            attempts: Int(count),
            correctFraction: correct / count,
            expectedFraction: expected / count,
            reason: """
                \(Int(correct)) of \(Int(count)) answers were right; from the other answers of the same people, \
                \(Int(expected.rounded())) were to be expected.
                """
        )
    }

    private struct Answered {
        let user: String
        let item: String
        let content: String
        let answers: Double
        let correct: Double

        init(_ row: Row) throws {
            user = try row.string("user_id")
            item = try row.string("item_id")
            content = try row.string("content_id")
            answers = Double(try row.int("answers"))
            correct = Double(try row.int("correct"))
        }
    }
}
