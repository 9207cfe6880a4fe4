public import AtlasAPI
public import AtlasCore
import AtlasPorts

extension TutorService {
    /// Conversations of one page, at most.
    private static let page = 50

    /// A conversation with its turns, oldest first.
    public func conversation(_ id: ConversationID, as caller: Caller) async throws -> Conversation {
        let user = try caller.signedIn().user
        let stored = try await needs.database.read { try ConversationRows(session: $0, user: user).conversation(id) }
        guard let stored else { throw AtlasError(.notFound, "There is no such conversation.", field: "id") }
        let turns = stored.turns.map { turn in
            Conversation.Turn(
                question: turn.question,
                intent: turn.intent,
                nodes: turn.nodes,
                item: turn.item,
                answer: current(turn.answer, user)
            )
        }
        return Conversation(summary: stored.summary, turns: turns)
    }

    /// The caller's conversations, the newest first.
    public func conversations(
        about: String?,
        before: ConversationID?,
        limit: Int,
        as caller: Caller
    ) async throws -> ConversationPage {
        let user = try caller.signedIn().user
        guard (1...Self.page).contains(limit) else {
            throw AtlasError(.invalid, "Ask for 1 to \(Self.page) conversations.", field: "first")
        }
        let found = try await needs.database.read { session in
            try ConversationRows(session: session, user: user).summaries(about: about, before: before, limit: limit + 1)
        }
        return ConversationPage(found: found, limit: limit)
    }

    /// Deletes a conversation and everything in it; answers that are being written in it are stopped.
    public func delete(_ id: ConversationID, as caller: Caller) async throws -> Bool {
        let user = try caller.signedIn().user
        for writing in live.all(in: id, of: user) { writing.stop() }
        return try await needs.database.write { try ConversationRows(session: $0, user: user).delete(id) }
    }

    /// Keeps what the caller thinks of an answer.
    public func rate(
        _ answer: AnswerID,
        isHelpful: Bool,
        comment: String,
        as caller: Caller
    ) async throws -> TutorAnswer {
        let user = try caller.signedIn().user
        guard comment.unicodeScalars.count <= TutorLimits.comment else {
            throw AtlasError(.invalid, "At most \(TutorLimits.comment) characters.", field: "comment")
        }
        let rated = try await needs.database.write { session -> TutorAnswer? in
            let rows = ConversationRows(session: session, user: user)
            guard try rows.rate(answer, isHelpful: isHelpful, comment: comment) else { return nil }
            return try rows.answer(answer)
        }
        guard let rated else { throw Self.noAnswer }
        return current(rated, user)
    }

    /// Ends an answer that is being written; what was said is kept.
    public func stop(_ answer: AnswerID, as caller: Caller) async throws -> TutorAnswer {
        let user = try caller.signedIn().user
        if let writing = live.find(answer, of: user) {
            writing.stop()
            await writing.finished()
        }
        let stored = try await needs.database.read { try ConversationRows(session: $0, user: user).answer(answer) }
        guard let stored else { throw Self.noAnswer }
        return current(stored, user)
    }

    private static var noAnswer: AtlasError { AtlasError(.notFound, "There is no such answer.", field: "id") }

    /// What is known here of an answer that the database has as being written.
    func current(_ stored: TutorAnswer, _ user: UserID) -> TutorAnswer {
        guard stored.status == .writing else { return stored }
        if let answer = live.find(stored.id, of: user)?.answer { return answer }
        let age = needs.clock.now() - stored.createdAt
        return age > longestAnswer ? stored.with(status: .stopped, milliseconds: stored.milliseconds) : stored
    }
}

extension LiveAnswers {
    func all(in conversation: ConversationID, of user: UserID) -> [LiveAnswer] {
        all.filter { $0.user == user && $0.answer?.conversation == conversation }
    }
}

extension TutorAnswer {
    func with(status: AnswerStatus, milliseconds: Int) -> TutorAnswer {
        TutorAnswer(
            id: id,
            clientID: clientID,
            conversation: conversation,
            text: text,
            html: html,
            abstained: abstained,
            hintLevel: hintLevel,
            move: move,
            status: status,
            citations: citations,
            unsupported: unsupported,
            writer: writer,
            note: note,
            tokens: tokens,
            isHelpful: isHelpful,
            createdAt: createdAt,
            milliseconds: milliseconds
        )
    }
}
