import AtlasAPI
import AtlasCore
import AtlasPorts
import Learning

/// What a batch of events changes, worked out before the transaction that stores it.
struct EvidenceBatch: Sendable {
    private struct Line: Sendable {
        let seq: Int64
        let happening: Happening
        let answer: Happening.Answer
        let predicted: Double
        let baseline: Double
        /// Whether something was learned from that happened after this was shown.
        let isLate: Bool
    }

    /// An event that does not count any more.
    private struct Undone: Sendable {
        let event: String
        let user: UserID
        /// The day of the review that it told of; `nil` for one of an answer.
        let reviewDay: Day?
        /// Whether it was counted.
        let wasTaken: Bool
        /// What was learned of it.
        let answer: KnownAnswer?
    }

    private struct DayKey: Hashable {
        let user: UserID
        let day: Day
    }

    private struct HelpKey: Hashable {
        let user: UserID
        let item: String
    }

    private struct DayChange {
        var reviews: Int64 = 0
        var milliseconds: Int64 = 0
        var correct: Int64 = 0
        var attempts: Int64 = 0
        var predictions: Int64 = 0
        var labChecks: Int64 = 0
        var diagrams: Int64 = 0
        var tutorAnswers: Int64 = 0
    }

    private let before: Before
    private let firstSeq: Int64
    /// The number of the newest answer after the batch.
    private(set) var seq: Int64
    /// Accounts whose figures change.
    private(set) var users: Set<UserID> = []
    /// What the model learned in.
    private(set) var parts: Set<KnowledgeModel.Part> = []
    private var lines: [Line] = []
    private var states: [UserID: LearnerState] = [:]
    private var days: [DayKey: DayChange] = [:]
    private var contents: [Happening] = []
    private var undone: [String: Undone] = [:]
    private var helps: [HelpKey: Timestamp] = [:]
    private var newest: [UserID: Timestamp] = [:]
    private var once: Set<String> = []
    private var seen: Set<String> = []
    private var answers: Int64
    private var correct: Int64

    init(before: Before, seq: Int64) {
        self.before = before
        self.seq = seq
        firstSeq = seq
        answers = before.count.all
        correct = before.count.correct
    }

    /// The name under which it is kept that an event does not count any more.
    static func undoneName(_ event: String) -> String { "undone:\(event)" }

    /// Notes what the batch takes back, whether it was taken in before, comes along, or is still on its way.
    ///
    /// Who takes an answer back is again who they were without it: what is known of them is replayed from the answers that
    /// are left. What the model learned of the item stays.
    mutating func takeBack(_ happenings: [Happening], _ keeper: KnowledgeKeeper) {
        var changed: Set<UserID> = []
        for happening in happenings where !before.events.contains(happening.id) {
            guard let taken = happening.takesBack else { continue }
            for event in taken.events where undone[event] == nil && !isUndone(event, of: happening.user) {
                let answer = before.answers[happening.user]?.first { $0.event == event }
                let day = event == taken.review ? (taken.at ?? answer?.at).map { Day($0) } : nil
                undone[event] = Undone(
                    event: event,
                    user: happening.user,
                    reviewDay: day,
                    wasTaken: before.events.contains(event),
                    answer: answer
                )
                guard let answer else { continue }
                changed.insert(happening.user)
                answers -= 1
                correct -= answer.isCorrect ? 1 : 0
            }
        }
        // Another process that learns from something meanwhile has to begin again.
        if !undone.isEmpty { seq += 1 }
        for user in changed {
            let all = before.answers[user] ?? []
            guard all.count <= Before.replayed else { continue }
            states[user] = keeper.replay(all.filter { undone[$0.event] == nil })
        }
    }

    private func isUndone(_ event: String, of user: UserID) -> Bool {
        before.once.contains("\(user.rawValue)/\(Self.undoneName(event))")
    }

    /// Takes in one event.
    mutating func take(_ happening: Happening, _ catalogue: CatalogueIndex, _ keeper: KnowledgeKeeper) {
        guard !before.events.contains(happening.id), seen.insert(happening.id).inserted else { return }
        users.insert(happening.user)
        guard happening.takesBack == nil, undone[happening.id]?.user != happening.user,
            !isUndone(happening.id, of: happening.user)
        else { return }
        if happening.type != "tutor.answered" { contents.append(happening) }
        if let help = happening.help { note(help, happening) }
        var change = days[DayKey(user: happening.user, day: Day(happening.at))] ?? DayChange()
        change.milliseconds += happening.milliseconds
        switch happening.type {
        case "review.recorded": change.reviews += 1
        case "prediction.made": change.predictions += 1
        case "lab.checked": change.labChecks += 1
        case "diagram.completed": change.diagrams += 1
        case "tutor.answered": change.tutorAnswers += 1
        default: break
        }
        if let answer = happening.answer, !isTold(answer, happening), isFirst(answer, of: happening.user) {
            change.attempts += 1
            change.correct += answer.isCorrect ? 1 : 0
            learn(answer, happening, keeper)
        }
        days[DayKey(user: happening.user, day: Day(happening.at))] = change
    }

    private mutating func note(_ help: Happening.Help, _ happening: Happening) {
        let key = HelpKey(user: happening.user, item: help.item)
        helps[key] = max(helps[key] ?? happening.at, happening.at)
    }

    /// Whether the tutor had just said what was asked: a right answer then is no retrieval, a wrong one still says something.
    private func isTold(_ answer: Happening.Answer, _ happening: Happening) -> Bool {
        guard answer.isCorrect else { return false }
        let known = [
            helps[HelpKey(user: happening.user, item: answer.item)],
            before.helps["\(happening.user.rawValue)/\(answer.item)"],
        ]
        return known.compactMap { $0 }.contains { $0 <= happening.at && happening.at - $0 < Happening.Help.span }
    }

    private mutating func isFirst(_ answer: Happening.Answer, of user: UserID) -> Bool {
        guard let name = answer.once else { return true }
        let key = "\(user.rawValue)/\(name)"
        return !before.once.contains(key) && once.insert(key).inserted
    }

    private mutating func learn(_ answer: Happening.Answer, _ happening: Happening, _ keeper: KnowledgeKeeper) {
        var state = states[happening.user] ?? before.states[happening.user] ?? LearnerState()
        let learned = keeper.learn(
            item: answer.item,
            skills: KnowledgeKeeper.skills(
                category: happening.category,
                skill: answer.skill,
                topics: happening.topics
            ),
            isCorrect: answer.isCorrect,
            learner: &state
        )
        states[happening.user] = state
        let latest = newest[happening.user] ?? before.newest[happening.user]
        newest[happening.user] = max(latest ?? happening.at, happening.at)
        parts.formUnion(learned.parts)
        seq += 1
        // The share of right answers before this one, with one right and one wrong answer to begin with.
        let baseline = (Double(correct) + 1) / (Double(answers) + 2)
        lines.append(
            Line(
                seq: seq,
                happening: happening,
                answer: answer,
                predicted: learned.predicted,
                baseline: baseline,
                isLate: latest.map { $0 > happening.shownAt } ?? false
            )
        )
        answers += 1
        correct += answer.isCorrect ? 1 : 0
    }
}

// MARK: - Storing

extension EvidenceBatch {
    /// Moves the number of the newest answer, which also makes other processes wait.
    ///
    /// - Returns: False if it is not what it was.
    func moveHead(in session: any SQLSession) throws -> Bool {
        try session.execute(
            """
            UPDATE evidence_head SET seq = \(seq), answers = \(answers), correct = \(correct)
            WHERE id = 1 AND seq = \(firstSeq)
            """
        ) == 1
    }

    /// Stores everything but the events themselves.
    func store(
        _ weights: [(part: KnowledgeModel.Part, bytes: [UInt8])],
        at now: Timestamp,
        in session: any SQLSession
    ) throws {
        for line in lines { try store(line, in: session) }
        for (user, state) in states { try store(state, of: user, at: now, in: session) }
        for (key, change) in days { try store(change, key, in: session) }
        for (key, at) in helps.sorted(by: { ($0.key.user.rawValue, $0.key.item) < ($1.key.user.rawValue, $1.key.item) })
        {
            try session.execute(
                """
                INSERT INTO learner_help (user_id, item_id, at) VALUES (\(key.user), \(key.item), \(at))
                ON CONFLICT (user_id, item_id) DO UPDATE
                SET at = CASE WHEN excluded.at > learner_help.at THEN excluded.at ELSE learner_help.at END
                """
            )
        }
        for happening in contents { try storeContent(happening, in: session) }
        for (_, undone) in undone.sorted(by: { $0.key < $1.key }) { try undo(undone, in: session) }
        for (part, bytes) in weights {
            try session.execute(
                """
                INSERT INTO knowledge_weights (kind, id, weights, seq)
                VALUES (\(Int64(part.kind.rawValue)), \(Int64(bitPattern: part.id)), \(bytes), \(seq))
                ON CONFLICT (kind, id) DO UPDATE SET weights = excluded.weights, seq = excluded.seq
                """
            )
        }
    }

    private func store(_ line: Line, in session: any SQLSession) throws {
        let (happening, answer) = (line.happening, line.answer)
        let right: Int64 = answer.isCorrect ? 1 : 0
        try session.execute(
            """
            INSERT INTO evidence (seq, event_id, user_id, at, item_id, content_id, category, topics, skill, correct,
                predicted, baseline, shown_at, is_late)
            VALUES (\(line.seq), \(happening.id), \(happening.user), \(happening.at), \(answer.item), \(happening.content),
                \(happening.category), \(happening.topics.joined(separator: " ")), \(answer.skill.rawValue), \(right),
                \(line.predicted), \(line.baseline), \(happening.shownAt), \(line.isLate ? Int64(1) : 0))
            """
        )
        if let name = answer.once {
            try session.execute(
                "INSERT INTO evidence_once (user_id, name) VALUES (\(happening.user), \(name)) ON CONFLICT DO NOTHING"
            )
        }
        try session.execute(
            """
            INSERT INTO learner_cells (user_id, category, skill, attempts, correct, last_at)
            VALUES (\(happening.user), \(happening.category), \(answer.skill.rawValue), 1, \(right), \(happening.at))
            ON CONFLICT (user_id, category, skill) DO UPDATE SET attempts = learner_cells.attempts + 1,
                correct = learner_cells.correct + excluded.correct,
                last_at = CASE WHEN excluded.last_at > learner_cells.last_at THEN excluded.last_at
                    ELSE learner_cells.last_at END
            """
        )
        for topic in Set(happening.topics) {
            try session.execute(
                """
                INSERT INTO learner_topics (user_id, topic, category, attempts, correct, last_at)
                VALUES (\(happening.user), \(topic), \(happening.category), 1, \(right), \(happening.at))
                ON CONFLICT (user_id, topic) DO UPDATE SET attempts = learner_topics.attempts + 1,
                    correct = learner_topics.correct + excluded.correct,
                    last_at = CASE WHEN excluded.last_at > learner_topics.last_at THEN excluded.last_at
                        ELSE learner_topics.last_at END
                """
            )
        }
    }

    private func store(
        _ state: LearnerState,
        of user: UserID,
        at now: Timestamp,
        in session: any SQLSession
    ) throws {
        let moments = lines.filter { $0.happening.user == user }.map(\.happening.at)
        guard let first = moments.min(), let last = moments.max() else {
            // Only taken back.
            try session.execute(
                "UPDATE learner_states SET state = \(state.bytes), updated_at = \(now) WHERE user_id = \(user)"
            )
            return
        }
        try session.execute(
            """
            INSERT INTO learner_states (user_id, first_at, last_at, updated_at, state)
            VALUES (\(user), \(first), \(last), \(now), \(state.bytes))
            ON CONFLICT (user_id) DO UPDATE SET state = excluded.state, updated_at = excluded.updated_at,
                first_at = CASE WHEN excluded.first_at < learner_states.first_at THEN excluded.first_at
                    ELSE learner_states.first_at END,
                last_at = CASE WHEN excluded.last_at > learner_states.last_at THEN excluded.last_at
                    ELSE learner_states.last_at END
            """
        )
    }

    private func store(_ change: DayChange, _ key: DayKey, in session: any SQLSession) throws {
        try session.execute(
            """
            INSERT INTO learner_days
                (user_id, day, reviews, milliseconds, correct, attempts, predictions, lab_checks, diagrams, tutor_answers)
            VALUES (\(key.user), \(key.day.number), \(change.reviews), \(change.milliseconds), \(change.correct),
                \(change.attempts), \(change.predictions), \(change.labChecks), \(change.diagrams),
                \(change.tutorAnswers))
            ON CONFLICT (user_id, day) DO UPDATE SET
                reviews = learner_days.reviews + excluded.reviews,
                milliseconds = learner_days.milliseconds + excluded.milliseconds,
                correct = learner_days.correct + excluded.correct,
                attempts = learner_days.attempts + excluded.attempts,
                predictions = learner_days.predictions + excluded.predictions,
                lab_checks = learner_days.lab_checks + excluded.lab_checks,
                diagrams = learner_days.diagrams + excluded.diagrams,
                tutor_answers = learner_days.tutor_answers + excluded.tutor_answers
            """
        )
    }

    /// What was begun and finished of the catalogue; a diagram that was read, a lab that was passed.
    private func storeContent(_ happening: Happening, in session: any SQLSession) throws {
        guard !happening.content.isEmpty else { return }
        let isDone =
            happening.type == "diagram.completed" || happening.type == "lab.completed"
            || (happening.type == "lab.checked" && happening.answer?.isCorrect == true)
        let done: Timestamp? = isDone ? happening.at : nil
        let attempts: Int64 = lines.contains { $0.happening.id == happening.id } ? 1 : 0
        try session.execute(
            """
            INSERT INTO learner_contents (user_id, content_id, kind, started_at, done_at, attempts)
            VALUES (\(happening.user), \(happening.content), \(happening.kind.rawValue), \(happening.at), \(done),
                \(attempts))
            ON CONFLICT (user_id, content_id) DO UPDATE SET attempts = learner_contents.attempts + excluded.attempts,
                done_at = coalesce(learner_contents.done_at, excluded.done_at)
            """
        )
    }

    /// Takes an event back from the counts; the time spent stays spent.
    private func undo(_ undone: Undone, in session: any SQLSession) throws {
        try session.execute(
            """
            INSERT INTO evidence_once (user_id, name) VALUES (\(undone.user), \(Self.undoneName(undone.event)))
            ON CONFLICT DO NOTHING
            """
        )
        if undone.wasTaken, let day = undone.reviewDay {
            try session.execute(
                """
                UPDATE learner_days SET reviews = reviews - 1
                WHERE user_id = \(undone.user) AND day = \(day.number) AND reviews > 0
                """
            )
        }
        guard let answer = undone.answer else { return }
        try session.execute("DELETE FROM evidence WHERE event_id = \(undone.event) AND user_id = \(undone.user)")
        let correct: Int64 = answer.isCorrect ? 1 : 0
        try session.execute(
            """
            UPDATE learner_days SET attempts = attempts - 1, correct = correct - \(correct)
            WHERE user_id = \(undone.user) AND day = \(Day(answer.at).number)
            """
        )
        try session.execute(
            """
            UPDATE learner_cells SET attempts = attempts - 1, correct = correct - \(correct)
            WHERE user_id = \(undone.user) AND category = \(answer.category) AND skill = \(answer.skill.rawValue)
            """
        )
        try session.execute(
            """
            UPDATE learner_topics SET attempts = attempts - 1, correct = correct - \(correct)
            WHERE user_id = \(undone.user) AND topic IN (\(list: answer.topics))
            """
        )
        try session.execute(
            """
            UPDATE learner_contents SET attempts = attempts - 1
            WHERE user_id = \(undone.user) AND content_id = \(answer.content)
            """
        )
    }
}
