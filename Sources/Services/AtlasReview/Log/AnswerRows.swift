import AtlasAPI
import AtlasCore
import AtlasPorts
import Foundation

/// Graded answers of one learner.
struct AnswerRows {
    let session: any SQLSession
    let user: UserID

    /// How an answer was counted, so that it can be counted back.
    private enum Counted: String {
        /// Among the learner's answers only.
        case learner
        /// For the item, too: as one of a strong or of a weak learner.
        case strong
        case weak
        /// Not at all: it was not the first, or was taken back.
        case no
    }

    /// Stores an answer unless its id is known; the first one to an item also counts for the item.
    ///
    /// - Parameter event: What will tell of it.
    /// - Returns: Whether it was new and is to be told. One whose encounter was taken back before it came is not.
    func insert(_ answer: NewAnswer, isCorrect: Bool, at: Timestamp, event: String) throws -> Bool {
        let isUndone = try !LogRows(session: session, user: user).undone([answer.id]).isEmpty
        let isFirst = try !isUndone && first(of: answer.item.rawValue) == nil
        let choices = String(decoding: try JSONEncoder().encode(answer.choices), as: UTF8.self)
        let inserted = try session.execute(
            """
            INSERT INTO item_answers (user_id, id, item_id, choices, is_correct, answered_at, event_id, counted, is_undone)
            VALUES (\(user), \(answer.id), \(answer.item), \(choices), \(isCorrect ? 1 : 0), \(at), \(event),
                \(Counted.no.rawValue), \(isUndone ? 1 : 0))
            ON CONFLICT DO NOTHING
            """
        )
        guard inserted == 1 else { return false }
        if isFirst { try count(answer.id, of: answer.item.rawValue, isCorrect: isCorrect) }
        return !isUndone
    }

    /// Takes the answer of an encounter back, and counts it back; the learner's next answer to the item is the first then.
    ///
    /// - Returns: The event that told of it; `nil` if there is no such answer, it was taken back before, or an earlier version
    ///   stored it.
    func takeBack(_ id: String) throws -> String? {
        let rows = try session.rows(
            """
            SELECT item_id, is_correct, counted, event_id FROM item_answers
            WHERE user_id = \(user) AND id = \(id) AND is_undone = 0
            """
        )
        guard let row = rows.first else { return nil }
        let counted = try row.optionalString("counted").flatMap { Counted(rawValue: $0) }
        try session.execute(
            """
            UPDATE item_answers SET is_undone = 1, counted = \(Counted.no.rawValue) WHERE user_id = \(user) AND id = \(id)
            """
        )
        if let counted, counted != .no {
            let item = try row.string("item_id")
            try add(-1, counted, to: item, isCorrect: try row.bool("is_correct"))
            if let next = try first(of: item) { try count(next.id, of: item, isCorrect: next.isCorrect) }
        }
        return try row.optionalString("event_id")
    }

    /// Whether an answer to an item stands.
    func hasAnswered(_ item: String) throws -> Bool { try first(of: item) != nil }

    /// The first answer to an item that stands.
    private func first(of item: String) throws -> (id: String, isCorrect: Bool)? {
        try session.rows(
            """
            SELECT id, is_correct FROM item_answers
            WHERE user_id = \(user) AND item_id = \(item) AND is_undone = 0 ORDER BY answered_at, id LIMIT 1
            """
        )
        .first.map { (try $0.string("id"), try $0.bool("is_correct")) }
    }

    private func count(_ id: String, of item: String, isCorrect: Bool) throws {
        let row = try session.rows(
            "SELECT answers, right_answers FROM review_learners WHERE user_id = \(user)"
        )
        .first
        let (answers, right) = (try row?.int("answers") ?? 0, try row?.int("right_answers") ?? 0)
        var counted = Counted.learner
        if answers >= ItemFigures.knownAnswers {
            counted = Double(right) >= ItemFigures.strongShare * Double(answers) ? .strong : .weak
        }
        try session.execute(
            "UPDATE item_answers SET counted = \(counted.rawValue) WHERE user_id = \(user) AND id = \(id)"
        )
        try add(1, counted, to: item, isCorrect: isCorrect)
    }

    /// - Parameter step: 1 to count an answer, -1 to count it back.
    private func add(_ step: Int, _ counted: Counted, to item: String, isCorrect: Bool) throws {
        let hit = isCorrect ? step : 0
        let (strong, weak) = (counted == .strong ? 1 : 0, counted == .weak ? 1 : 0)
        if strong + weak > 0 {
            try session.execute(
                """
                INSERT INTO item_figures (item_id, strong, strong_right, weak, weak_right)
                VALUES (\(item), \(strong * step), \(strong * hit), \(weak * step), \(weak * hit))
                ON CONFLICT (item_id) DO UPDATE SET
                    strong = item_figures.strong + excluded.strong,
                    strong_right = item_figures.strong_right + excluded.strong_right,
                    weak = item_figures.weak + excluded.weak,
                    weak_right = item_figures.weak_right + excluded.weak_right
                """
            )
        }
        try session.execute(
            """
            UPDATE review_learners SET answers = answers + \(step), right_answers = right_answers + \(hit)
            WHERE user_id = \(user)
            """
        )
    }

    func answer(_ id: String) throws -> (item: String, isCorrect: Bool) {
        let rows = try session.rows(
            "SELECT item_id, is_correct FROM item_answers WHERE user_id = \(user) AND id = \(id)"
        )
        guard let row = rows.first else {
            throw AtlasError(.internalError, "Something went wrong on our side.", detail: "a stored answer is missing")
        }
        return (try row.string("item_id"), try row.bool("is_correct"))
    }

    /// The grades of these answers.
    func grades(_ ids: [String]) throws -> [String: Bool] {
        var found: [String: Bool] = [:]
        for row in try session.rows(
            "SELECT id, is_correct FROM item_answers WHERE user_id = \(user) AND id IN (\(list: ids))"
        ) {
            found[try row.string("id")] = try row.bool("is_correct")
        }
        return found
    }
}

/// How an item does, by the first answer of each learner.
///
/// Learners who had answered most of their earlier items right are the strong ones.
struct ItemFigures: Sendable, Equatable {
    let strong: Int
    let strongRight: Int
    let weak: Int
    let weakRight: Int

    /// Answers of a learner before their share of right ones says anything.
    static let knownAnswers = 10
    /// The share of right answers that makes a learner strong.
    static let strongShare = 0.7
    /// Answers before an item is judged.
    static let fewest = 20
    /// Strong learners should do better than this, or the item misleads; guessing among four gives 0.25.
    static let strongestFloor = 0.4
    /// Standard deviations: 95 % to one side.
    private static let certainty = 1.645

    /// Why the item should not be asked any more; `nil` if it may.
    ///
    /// Both rules wait until chance is an unlikely explanation.
    var defect: String? {
        guard strong >= Self.fewest else { return nil }
        let share = Double(strongRight) / Double(strong)
        if Self.upperBound(strongRight, of: strong) < Self.strongestFloor {
            return "too few of the strong answer it right"
        }
        guard weak >= Self.fewest else { return nil }
        let other = Double(weakRight) / Double(weak)
        let error = (share * (1 - share) / Double(strong) + other * (1 - other) / Double(weak)).squareRoot()
        // Where everybody is alike the error is 0 and so is the difference.
        return share - other + Self.certainty * error < 0 ? "the weak answer it right more often than the strong" : nil
    }

    /// Wilson's interval.
    ///
    /// Source: "Probable inference, the law of succession, and statistical inference", 1927.
    private static func upperBound(_ right: Int, of count: Int) -> Double {
        let (n, z) = (Double(count), certainty)
        let share = Double(right) / n
        let middle = share + z * z / (2 * n)
        let spread = z * (share * (1 - share) / n + z * z / (4 * n * n)).squareRoot()
        return (middle + spread) / (1 + z * z / n)
    }

    /// Ids of items that are not asked any more.
    static func retired(in session: any SQLSession) throws -> Set<String> {
        var found: Set<String> = []
        for row in try session.rows(
            "SELECT item_id, strong, strong_right, weak, weak_right FROM item_figures WHERE strong >= \(fewest)"
        ) {
            let figures = ItemFigures(
                strong: try row.int("strong"),
                strongRight: try row.int("strong_right"),
                weak: try row.int("weak"),
                weakRight: try row.int("weak_right")
            )
            if figures.defect != nil { found.insert(try row.string("item_id")) }
        }
        return found
    }
}
