public import AtlasAPI
public import AtlasCore
import AtlasPorts

extension TutorService {
    /// How long to wait when too many questions of an account are being answered.
    private static let pause = Duration.seconds(5)

    /// Asks, or comes back to the same question.
    public func ask(_ question: NewQuestion, as caller: Caller) async throws -> AsyncStream<AnswerEvent> {
        let user = try caller.signedIn().user
        try QuestionCheck.checkID(question.clientID)
        if let writing = live.find(user, clientID: question.clientID) { return writing.read() }
        if let stored = try await stored(question.clientID, user) { return try Self.replay(stored) }
        try QuestionCheck.check(question)
        if let problem = await needs.moderation.problem(with: question.text, of: user) {
            throw AtlasError(.invalid, problem, field: "question")
        }
        let index = try await index(for: caller)
        let gaze = try Gaze(question.context, index)
        switch live.begin(user, clientID: question.clientID, patience: settings.patience) {
        case .known(let writing): return writing.read()
        case .tooMany:
            throw AtlasError(
                .tooMany,
                "\(TutorLimits.atOnce) of your questions are being answered; wait for one of them.",
                retryAfter: Self.pause
            )
        case .new(let answer):
            do {
                return try await begin(answer, question, gaze, index, as: caller)
            } catch {
                live.remove(answer)
                answer.end(nil)
                guard let error = error as? DatabaseError, error.kind == .unique else { throw error }
                // Another process was asked the same a moment ago.
                guard let stored = try await stored(question.clientID, user) else { throw error }
                return try Self.replay(stored)
            }
        }
    }

    private func stored(_ clientID: String, _ user: UserID) async throws -> TutorAnswer? {
        try await needs.database.read { session in
            try ConversationRows(session: session, user: user).answer(clientID: clientID)
        }
        .map { current($0, user) }
    }

    /// - Throws: `AtlasError.unavailable` for an answer that is not at its end: it can be followed only where it is written.
    private static func replay(_ answer: TutorAnswer) throws(AtlasError) -> AsyncStream<AnswerEvent> {
        guard answer.status != .writing else {
            throw AtlasError(
                .unavailable,
                "Another server is writing this answer, or ended while it did. Ask again in a moment.",
                retryAfter: pause
            )
        }
        return AsyncStream { continuation in
            continuation.yield(.answer(answer))
            continuation.yield(.finished(answer))
            continuation.finish()
        }
    }

    private func begin(
        _ answer: LiveAnswer,
        _ question: NewQuestion,
        _ gaze: Gaze,
        _ index: RecordIndex,
        as caller: Caller
    ) async throws -> AsyncStream<AnswerEvent> {
        let user = answer.user
        let now = needs.clock.now()
        let ids = (conversation: needs.ids.next(), question: needs.ids.next(), answer: needs.ids.next())
        let place = try await needs.database.write { session in
            try ConversationRows(session: session, user: user).begin(question, ids: ids, at: now)
        }
        let exchange = Exchange(
            question: question,
            caller: caller,
            place: place,
            index: index,
            gaze: gaze,
            needs: needs,
            keeper: keeper,
            settings: settings
        )
        let writer = AnswerWriter(service: self, exchange: exchange, live: answer, startedAt: now)
        writer.announce()
        let stream = answer.read()
        answer.start(Task { await writer.run() })
        return stream
    }
}
