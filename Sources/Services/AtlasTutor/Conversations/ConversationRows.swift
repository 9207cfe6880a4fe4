import AtlasAPI
import AtlasCore
import AtlasPorts
import Foundation

/// What a turn needs to know of its conversation.
struct TurnPlace: Sendable {
    let conversation: ConversationID
    let answer: AnswerID
    /// From 1.
    let turn: Int
    /// Earlier turns, oldest first, at most `ModelPrompt.turns`.
    let history: [(question: String, answer: String)]
    /// Graded questions that were met, with how far up their ladders it went.
    let steps: [String: Int]
    /// The graded question of the turn before.
    let lastTarget: String?
    /// Whether the learner lets something about themselves be sent to a model, as of when the question was stored.
    let sharesProfile: Bool
}

/// Conversations of one account.
struct ConversationRows {
    let session: any SQLSession
    let user: UserID

    /// Characters of a title.
    private static let titleCharacters = 120

    // MARK: - Writing

    /// Stores the question and an answer that is being written, in a new conversation or a known one that is not full.
    ///
    /// - Throws: `AtlasError` — `.notFound` for a conversation that is not the account's, `.tooMany` for too many of them.
    func begin(
        _ question: NewQuestion,
        ids: (conversation: String, question: String, answer: String),
        at: Timestamp
    ) throws
        -> TurnPlace
    {
        let known = try known(question.context.conversation)
        let conversation = try known ?? create(question, id: ids.conversation, at: at)
        let head = try session.rows(
            "UPDATE conversations SET questions = questions + 1, updated_at = \(at) WHERE id = \(conversation) RETURNING questions"
        )
        guard let turn = try head.first?.int("questions") else {
            throw AtlasError(.notFound, "There is no such conversation.", field: "context.conversationId")
        }
        let place = TurnPlace(
            conversation: conversation,
            answer: AnswerID(ids.answer),
            turn: turn,
            history: try history(conversation),
            steps: try steps(conversation),
            lastTarget: try lastTarget(conversation),
            sharesProfile: try UsageRows(session: session).sharesProfile(user)
        )
        try session.execute(
            """
            INSERT INTO conversation_messages (id, conversation_id, user_id, turn, role, content, html, client_id, intent,
                node_ids, item_id, hint_level, abstained, unsupported, tokens, step, created_at, duration_ms)
            VALUES (\(ids.question), \(conversation), \(user), \(turn), 'user', \(question.text), '', \(question.clientID),
                \(question.intent.rawValue), \(try Self.json(question.context.nodes)), \(question.context.item),
                0, 0, 0, 0, 0, \(at), 0)
            """
        )
        try session.execute(
            """
            INSERT INTO conversation_messages (id, conversation_id, user_id, turn, role, content, html, client_id, intent,
                status, move, hint_level, abstained, unsupported, writer, tokens, step, created_at, duration_ms)
            VALUES (\(ids.answer), \(conversation), \(user), \(turn), 'assistant', '', '', \(question.clientID),
                \(question.intent.rawValue), \(AnswerStatus.writing.rawValue), \(TutorMove.answer.rawValue), 0, 0, 0,
                \(BuiltInAnswerer.name), 0, 0, \(at), 0)
            """
        )
        return place
    }

    /// Stores what an answer has become; one that was deleted meanwhile stays deleted.
    ///
    /// - Returns: Whether it is there.
    func finish(_ answer: TutorAnswer, target: String?, step: Int) throws -> Bool {
        let changed = try session.execute(
            """
            UPDATE conversation_messages SET content = \(answer.text), html = \(answer.html),
                status = \(answer.status.rawValue), move = \(answer.move.rawValue), hint_level = \(answer.hintLevel),
                abstained = \(answer.abstained ? 1 : 0), unsupported = \(answer.unsupported), writer = \(answer.writer),
                note = \(answer.note), tokens = \(answer.tokens), target = \(target), step = \(step),
                duration_ms = \(answer.milliseconds)
            WHERE id = \(answer.id) AND user_id = \(user)
            """
        )
        guard changed > 0 else { return false }
        try session.execute("DELETE FROM conversation_citations WHERE message_id = \(answer.id)")
        for citation in answer.citations {
            try session.execute(
                """
                INSERT INTO conversation_citations (message_id, number, record, title, diagram_id, node_id, edge_id,
                    incident_id, lab_id, line, quote)
                VALUES (\(answer.id), \(citation.number), \(citation.record), \(citation.title), \(citation.diagram),
                    \(citation.node), \(citation.edge), \(citation.incident), \(citation.lab), \(citation.line),
                    \(citation.quote))
                """
            )
        }
        return true
    }

    func delete(_ id: ConversationID) throws -> Bool {
        try session.execute("DELETE FROM conversations WHERE id = \(id) AND user_id = \(user)") > 0
    }

    /// An empty comment leaves the one before.
    func rate(_ answer: AnswerID, isHelpful: Bool, comment: String) throws -> Bool {
        let said: String? = comment.isEmpty ? nil : comment
        return try session.execute(
            """
            UPDATE conversation_messages SET is_helpful = \(isHelpful ? 1 : 0), comment = coalesce(\(said), comment)
            WHERE id = \(answer) AND user_id = \(user) AND role = 'assistant'
            """
        ) > 0
    }

    /// `nil` for none, and for one that is full: a new one begins then.
    private func known(_ id: ConversationID?) throws -> ConversationID? {
        guard let id else { return nil }
        let rows = try session.rows("SELECT questions FROM conversations WHERE id = \(id) AND user_id = \(user)")
        guard let row = rows.first else {
            throw AtlasError(.notFound, "There is no such conversation.", field: "context.conversationId")
        }
        return try row.int("questions") < TutorLimits.turns ? id : nil
    }

    private func create(_ question: NewQuestion, id: String, at: Timestamp) throws -> ConversationID {
        let count = try session.rows("SELECT count(*) AS number FROM conversations WHERE user_id = \(user)")
        guard try count.first?.int("number") ?? 0 < TutorLimits.conversations else {
            throw AtlasError(.tooMany, "You have \(TutorLimits.conversations) conversations; delete some first.")
        }
        let context = question.context
        let title = String(PlainSections.onOneLine(question.text).prefix(Self.titleCharacters))
        try session.execute(
            """
            INSERT INTO conversations (id, user_id, title, diagram_id, lab_id, incident_id, node_ids, item_id, questions,
                started_at, updated_at)
            VALUES (\(id), \(user), \(title), \(context.diagram), \(context.lab), \(context.incident),
                \(try Self.json(context.nodes)), \(context.item), 0, \(at), \(at))
            """
        )
        return ConversationID(id)
    }

    private static func json(_ nodes: [String]) throws -> String {
        String(decoding: try JSONEncoder().encode(nodes), as: UTF8.self)
    }

    // MARK: - What a turn needs

    private func history(_ id: ConversationID) throws -> [(question: String, answer: String)] {
        let rows = try session.rows(
            """
            SELECT turn, role, content FROM conversation_messages WHERE conversation_id = \(id)
            ORDER BY turn DESC, role DESC LIMIT \(2 * ModelPrompt.turns)
            """
        )
        var turns: [Int: (question: String, answer: String)] = [:]
        for row in rows {
            let content = try row.string("content")
            let turn = try row.int("turn")
            if try row.string("role") == "user" {
                turns[turn, default: ("", "")].question = content
            } else {
                turns[turn, default: ("", "")].answer = content
            }
        }
        return turns.sorted { $0.key < $1.key }.map(\.value)
    }

    private func steps(_ id: ConversationID) throws -> [String: Int] {
        let rows = try session.rows(
            """
            SELECT target, max(step) AS step FROM conversation_messages
            WHERE conversation_id = \(id) AND role = 'assistant' AND target IS NOT NULL GROUP BY target
            """
        )
        return Dictionary(
            try rows.map { (try $0.string("target"), try $0.int("step")) },
            uniquingKeysWith: { first, _ in first }
        )
    }

    private func lastTarget(_ id: ConversationID) throws -> String? {
        try session.rows(
            """
            SELECT target FROM conversation_messages WHERE conversation_id = \(id) AND role = 'assistant'
            ORDER BY turn DESC LIMIT 1
            """
        ).first?.optionalString("target")
    }
}
