import AtlasAPI
import AtlasCore
import AtlasPorts
import Foundation

extension ConversationRows {
    /// The answer to the question with this id of the client's.
    func answer(clientID: String) throws -> TutorAnswer? {
        try answers("m.client_id = \(clientID) AND m.role = 'assistant'").first
    }

    func answer(_ id: AnswerID) throws -> TutorAnswer? {
        try answers("m.id = \(id) AND m.role = 'assistant'").first
    }

    func conversation(_ id: ConversationID) throws -> Conversation? {
        guard let summary = try summaries("id = \(id)", limit: 1).first else { return nil }
        let questions = try session.rows(
            """
            SELECT turn, content, intent, node_ids, item_id FROM conversation_messages
            WHERE conversation_id = \(id) AND user_id = \(user) AND role = 'user' ORDER BY turn
            """
        )
        let answers = try answers("m.conversation_id = \(id) AND m.role = 'assistant'")
        let turns = try zip(questions, answers).map { row, answer in
            Conversation.Turn(
                question: try row.string("content"),
                intent: try row.optionalString("intent").flatMap(TutorIntent.init(rawValue:)) ?? .ask,
                nodes: try Self.nodes(row),
                item: try row.optionalString("item_id").map(ReviewItemID.init),
                answer: answer
            )
        }
        return Conversation(summary: summary, turns: turns)
    }

    /// Newest first.
    func summaries(about: String?, before: ConversationID?, limit: Int) throws -> [ConversationSummary] {
        var condition: Query = "1 = 1"
        if let about { condition += " AND (diagram_id = \(about) OR lab_id = \(about) OR incident_id = \(about))" }
        if let before {
            guard
                let last = try session.rows(
                    "SELECT updated_at FROM conversations WHERE id = \(before) AND user_id = \(user)"
                ).first?.timestamp("updated_at")
            else { return [] }
            condition += " AND (updated_at < \(last) OR (updated_at = \(last) AND id < \(before)))"
        }
        return try summaries(condition, limit: limit)
    }

    private func summaries(_ condition: Query, limit: Int) throws -> [ConversationSummary] {
        let rows = try session.rows(
            """
            SELECT id, title, diagram_id, lab_id, incident_id, node_ids, item_id, questions, started_at, updated_at
            FROM conversations WHERE user_id = \(user) AND \(condition) ORDER BY updated_at DESC, id DESC LIMIT \(limit)
            """
        )
        return try rows.map { row in
            ConversationSummary(
                id: ConversationID(try row.string("id")),
                title: try row.string("title"),
                context: TutorContext(
                    diagram: try row.optionalString("diagram_id").map(DiagramID.init),
                    lab: try row.optionalString("lab_id").map(LabID.init),
                    incident: try row.optionalString("incident_id").map(IncidentID.init),
                    conversation: ConversationID(try row.string("id")),
                    nodes: try Self.nodes(row),
                    item: try row.optionalString("item_id").map(ReviewItemID.init)
                ),
                questions: try row.int("questions"),
                startedAt: try row.timestamp("started_at"),
                updatedAt: try row.timestamp("updated_at")
            )
        }
    }

    private static func nodes(_ row: Row) throws -> [String] {
        try JSONDecoder().decode([String].self, from: Data(try row.string("node_ids").utf8))
    }

    private func answers(_ condition: Query) throws -> [TutorAnswer] {
        let rows = try session.rows(
            """
            SELECT m.id, m.conversation_id, m.content, m.html, m.client_id, m.status, m.move, m.hint_level, m.abstained,
                m.unsupported, m.writer, m.note, m.tokens, m.is_helpful, m.created_at, m.duration_ms
            FROM conversation_messages m WHERE m.user_id = \(user) AND \(condition) ORDER BY m.turn
            """
        )
        let citations = try citations(of: rows.map { try $0.string("id") })
        return try rows.map { try answer($0, citations) }
    }

    private func answer(_ row: Row, _ citations: [String: [Citation]]) throws -> TutorAnswer {
        let id = try row.string("id")
        return TutorAnswer(
            id: AnswerID(id),
            clientID: try row.optionalString("client_id") ?? "",
            conversation: ConversationID(try row.string("conversation_id")),
            text: try row.string("content"),
            html: try row.string("html"),
            abstained: try row.bool("abstained"),
            hintLevel: try row.int("hint_level"),
            move: try row.optionalString("move").flatMap(TutorMove.init(rawValue:)) ?? .answer,
            status: try row.optionalString("status").flatMap(AnswerStatus.init(rawValue:)) ?? .complete,
            citations: citations[id] ?? [],
            unsupported: try row.int("unsupported"),
            writer: try row.optionalString("writer") ?? BuiltInAnswerer.name,
            note: try row.optionalString("note"),
            tokens: try row.int("tokens"),
            isHelpful: try row.optionalInt64("is_helpful").map { $0 != 0 },
            createdAt: try row.timestamp("created_at"),
            milliseconds: try row.int("duration_ms")
        )
    }

    /// By message, in the order of their numbers.
    private func citations(of messages: [String]) throws -> [String: [Citation]] {
        guard !messages.isEmpty else { return [:] }
        let rows = try session.rows(
            """
            SELECT message_id, number, record, title, diagram_id, node_id, edge_id, incident_id, lab_id, line, quote
            FROM conversation_citations WHERE message_id IN (\(list: messages)) ORDER BY message_id, number
            """
        )
        var found: [String: [Citation]] = [:]
        for row in rows {
            let citation = Citation(
                number: try row.int("number"),
                record: try row.string("record"),
                title: try row.string("title"),
                diagram: try row.optionalString("diagram_id").map(DiagramID.init),
                node: try row.optionalString("node_id"),
                edge: try row.optionalString("edge_id"),
                incident: try row.optionalString("incident_id").map(IncidentID.init),
                lab: try row.optionalString("lab_id").map(LabID.init),
                line: try row.optionalInt64("line").map(Int.init),
                quote: try row.string("quote")
            )
            found[try row.string("message_id"), default: []].append(citation)
        }
        return found
    }
}
