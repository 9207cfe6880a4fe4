public import AtlasAPI
public import AtlasCore
import Synchronization

/// A tutor that says what a test wrote down, and goes on when the test says so.
///
/// It keeps the promises of `Tutor` that a client relies on: a `clientID` is one answer, whoever comes back gets what was said
/// so far, and nobody sees what is somebody else's. It knows nothing of the catalogue and never leaves a question unanswered.
public final class ScriptedTutor: Tutor {
    /// What an answer is made of.
    public enum Step: Sendable {
        /// Is said.
        case text(String)
        /// Is cited.
        case citation(Citation)
        /// Is told to whoever waits.
        case note(String)
        /// What was said is forgotten, as when a model fails half-way.
        case startOver
        /// Nothing more is said before `proceed`.
        case pause
    }

    private struct Key: Hashable {
        let user: UserID
        let client: String
    }

    private struct Writing {
        let question: NewQuestion
        let id: AnswerID
        let conversation: ConversationID
        var rest: ArraySlice<Step>
        var text = ""
        var citations: [Citation] = []
        var note: String?
        var status = AnswerStatus.writing
        var isHelpful: Bool?
        var readers: [Int: AsyncStream<AnswerEvent>.Continuation] = [:]
    }

    private struct Kept {
        let id: ConversationID
        let user: UserID
        let context: TutorContext
        var answers: [Key] = []
    }

    private struct State {
        var answers: [Key: Writing] = [:]
        var conversations: [Kept] = []
        var sharing: Set<UserID> = []
        var comments: [AnswerID: String] = [:]
        var watchers: [(key: Key, tell: AsyncStream<Int>.Continuation)] = []
        var made = 0

        mutating func next(_ kind: String) -> String {
            made += 1
            return "\(kind)-\(made)"
        }
    }

    private let script: @Sendable (NewQuestion) -> [Step]
    private let state = Mutex(State())

    /// - Parameter script: What is said to a question.
    public init(_ script: @escaping @Sendable (NewQuestion) -> [Step]) {
        self.script = script
    }

    /// The comment that came with an answer's rating.
    public func comment(on answer: AnswerID) -> String? { state.withLock { $0.comments[answer] } }

    /// Says what comes after the next pause of an answer.
    public func proceed(_ client: String, of user: UserID) {
        state.withLock { advance(Key(user: user, client: client), &$0) }
    }

    /// How many read an answer, now and after each change.
    public func readers(of client: String, of user: UserID) -> AsyncStream<Int> {
        let (stream, tell) = AsyncStream.makeStream(of: Int.self)
        let key = Key(user: user, client: client)
        state.withLock { state in
            state.watchers.append((key, tell))
            tell.yield(state.answers[key]?.readers.count ?? 0)
        }
        return stream
    }

    // MARK: Tutor

    /// Begins an answer, or comes back to it.
    public func ask(_ question: NewQuestion, as caller: Caller) async throws -> AsyncStream<AnswerEvent> {
        let user = try caller.signedIn().user
        let key = Key(user: user, client: question.clientID)
        let (stream, reader) = AsyncStream.makeStream(of: AnswerEvent.self)
        let number = try state.withLock { state throws(AtlasError) -> Int in
            if state.answers[key] == nil { try begin(question, key, &state) }
            state.made += 1
            guard let writing = state.answers[key] else { return state.made }
            reader.yield(.answer(answer(writing)))
            if writing.status == .writing {
                state.answers[key]?.readers[state.made] = reader
                tellReaders(key, state)
                if writing.text.isEmpty, writing.citations.isEmpty { advance(key, &state) }
            } else {
                reader.yield(.finished(answer(writing)))
                reader.finish()
            }
            return state.made
        }
        reader.onTermination = { [weak self] reason in
            // What is finished was finished by this object, which holds its lock then.
            if case .cancelled = reason { self?.leave(key, number) }
        }
        return stream
    }

    private func begin(_ question: NewQuestion, _ key: Key, _ state: inout State) throws(AtlasError) {
        try Self.check(question)
        let writing = state.answers.filter { $0.key.user == key.user && $0.value.status == .writing }
        guard writing.count < TutorLimits.atOnce else {
            throw AtlasError(.tooMany, "Wait for one of your answers.", retryAfter: .seconds(5))
        }
        let place: Int
        if let id = question.context.conversation {
            place = try index(id, key.user, state)
        } else {
            place = state.conversations.count
            let id = ConversationID(state.next("conversation"))
            state.conversations.append(Kept(id: id, user: key.user, context: question.context))
        }
        state.conversations[place].answers.append(key)
        state.answers[key] = Writing(
            question: question,
            id: AnswerID(state.next("answer")),
            conversation: state.conversations[place].id,
            rest: script(question)[...]
        )
    }

    private static func check(_ question: NewQuestion) throws(AtlasError) {
        let isKnown = { (byte: UInt8) in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "-")
                || byte == UInt8(ascii: "_")
        }
        guard (1...64).contains(question.clientID.utf8.count), question.clientID.utf8.allSatisfy(isKnown) else {
            throw AtlasError(.invalid, "1 to 64 letters, digits, “-” and “_”.", field: "clientId")
        }
        guard (1...TutorLimits.question).contains(question.text.count) else {
            throw AtlasError(.invalid, "1 to \(TutorLimits.question) characters.", field: "question")
        }
        guard question.context.nodes.count <= TutorLimits.nodes else {
            throw AtlasError(.invalid, "At most \(TutorLimits.nodes) nodes.", field: "context.nodeIds")
        }
        let context = question.context
        if [context.diagram?.rawValue, context.lab?.rawValue, context.incident?.rawValue].contains("nowhere") {
            throw AtlasError(.notFound, "There is no such item.")
        }
    }

    /// Ends an answer.
    public func stop(_ answer: AnswerID, as caller: Caller) async throws -> TutorAnswer {
        let user = try caller.signedIn().user
        return try state.withLock { state throws(AtlasError) in
            let key = try key(answer, user, state)
            end(key, as: .stopped, &state)
            return try self.answer(key, state)
        }
    }

    /// A conversation.
    public func conversation(_ id: ConversationID, as caller: Caller) async throws -> Conversation {
        let user = try caller.signedIn().user
        return try state.withLock { state throws(AtlasError) in
            let kept = state.conversations[try index(id, user, state)]
            var turns: [Conversation.Turn] = []
            for key in kept.answers {
                guard let writing = state.answers[key] else { continue }
                let question = writing.question
                turns.append(
                    .init(
                        question: question.text,
                        intent: question.intent,
                        nodes: question.context.nodes,
                        item: question.context.item,
                        answer: answer(writing)
                    )
                )
            }
            return Conversation(summary: summary(kept, state), turns: turns)
        }
    }

    /// Conversations, the newest first.
    public func conversations(
        about: String?,
        before: ConversationID?,
        limit: Int,
        as caller: Caller
    ) async throws -> ConversationPage {
        let user = try caller.signedIn().user
        guard (1...50).contains(limit) else { throw AtlasError(.invalid, "1 to 50.", field: "first") }
        return state.withLock { state in
            var found = state.conversations.filter { $0.user == user }[...]
            found = found.reversed()[...]
            if let before {
                found = found.drop { $0.id != before }.dropFirst()
            }
            let fitting = found.filter { kept in
                let context = kept.context
                let ids = [context.diagram?.rawValue, context.lab?.rawValue, context.incident?.rawValue]
                return about == nil || ids.contains(about)
            }
            return ConversationPage(found: fitting.map { summary($0, state) }, limit: limit)
        }
    }

    /// Deletes a conversation.
    public func delete(_ id: ConversationID, as caller: Caller) async throws -> Bool {
        let user = try caller.signedIn().user
        return state.withLock { state in
            guard let place = state.conversations.firstIndex(where: { $0.id == id && $0.user == user }) else {
                return false
            }
            for key in state.conversations.remove(at: place).answers {
                end(key, as: .stopped, &state)
                state.answers[key] = nil
            }
            return true
        }
    }

    /// Keeps a rating.
    public func rate(
        _ answer: AnswerID,
        isHelpful: Bool,
        comment: String,
        as caller: Caller
    ) async throws -> TutorAnswer {
        let user = try caller.signedIn().user
        guard comment.count <= TutorLimits.comment else {
            throw AtlasError(.invalid, "At most \(TutorLimits.comment) characters.", field: "comment")
        }
        return try state.withLock { state throws(AtlasError) in
            let key = try key(answer, user, state)
            state.answers[key]?.isHelpful = isHelpful
            state.comments[answer] = comment
            return try self.answer(key, state)
        }
    }

    /// What answers.
    public func state(as caller: Caller) async throws -> TutorState {
        let user = try caller.signedIn().user
        return Self.tutorState(sharesProfile: state.withLock { $0.sharing.contains(user) })
    }

    /// Keeps a choice.
    public func setSharesProfile(_ shares: Bool, as caller: Caller) async throws -> TutorState {
        let user = try caller.signedIn().user
        state.withLock { state in
            if shares { state.sharing.insert(user) } else { state.sharing.remove(user) }
        }
        return Self.tutorState(sharesProfile: shares)
    }
}

// MARK: Writing

extension ScriptedTutor {
    private func advance(_ key: Key, _ state: inout State) {
        while var writing = state.answers[key], writing.status == .writing {
            guard let step = writing.rest.popFirst() else { return end(key, as: .complete, &state) }
            var event: AnswerEvent?
            switch step {
            case .text(let text):
                writing.text += text
                event = .text(text)
            case .citation(let citation):
                writing.citations.append(citation)
                event = .citation(citation)
            case .note(let note):
                writing.note = note
                event = .note(note)
            case .startOver:
                writing.text = ""
                writing.citations = []
                event = .answer(answer(writing))
            case .pause: break
            }
            state.answers[key] = writing
            guard let event else { return }
            for reader in writing.readers.values { reader.yield(event) }
        }
    }

    private func end(_ key: Key, as status: AnswerStatus, _ state: inout State) {
        guard var writing = state.answers[key], writing.status == .writing else { return }
        writing.status = status
        let readers = writing.readers.values
        writing.readers = [:]
        state.answers[key] = writing
        for reader in readers {
            reader.yield(.finished(answer(writing)))
            reader.finish()
        }
        tellReaders(key, state)
    }

    private func leave(_ key: Key, _ number: Int) {
        state.withLock { state in
            guard state.answers[key]?.readers.removeValue(forKey: number) != nil else { return }
            tellReaders(key, state)
        }
    }

    private func tellReaders(_ key: Key, _ state: State) {
        for watcher in state.watchers where watcher.key == key {
            watcher.tell.yield(state.answers[key]?.readers.count ?? 0)
        }
    }

    // MARK: Reading

    private func index(_ id: ConversationID, _ user: UserID, _ state: State) throws(AtlasError) -> Int {
        guard let place = state.conversations.firstIndex(where: { $0.id == id && $0.user == user }) else {
            throw AtlasError(.notFound, "There is no such conversation.")
        }
        return place
    }

    private func key(_ answer: AnswerID, _ user: UserID, _ state: State) throws(AtlasError) -> Key {
        guard let key = state.answers.first(where: { $0.value.id == answer && $0.key.user == user })?.key else {
            throw AtlasError(.notFound, "There is no such answer.")
        }
        return key
    }

    private func answer(_ key: Key, _ state: State) throws(AtlasError) -> TutorAnswer {
        guard let writing = state.answers[key] else { throw AtlasError(.notFound, "There is no such answer.") }
        return answer(writing)
    }

    private func answer(_ writing: Writing) -> TutorAnswer {
        let isHint = writing.question.intent == .hint
        return TutorAnswer(
            id: writing.id,
            clientID: writing.question.clientID,
            conversation: writing.conversation,
            text: writing.text,
            html: Self.html(writing.text),
            abstained: false,
            hintLevel: isHint ? 2 : 5,
            move: isHint ? .hint : writing.question.intent == .quiz ? .quiz : .answer,
            status: writing.status,
            citations: writing.citations,
            unsupported: 0,
            writer: "scripted",
            note: writing.note,
            tokens: 7,
            isHelpful: writing.isHelpful,
            createdAt: Timestamp(milliseconds: 0),
            milliseconds: 12
        )
    }

    private func summary(_ kept: Kept, _ state: State) -> ConversationSummary {
        ConversationSummary(
            id: kept.id,
            title: kept.answers.first.flatMap { state.answers[$0]?.question.text } ?? "",
            context: kept.context,
            questions: kept.answers.count,
            startedAt: Timestamp(milliseconds: 0),
            updatedAt: Timestamp(milliseconds: 0)
        )
    }

    private static func tutorState(sharesProfile: Bool) -> TutorState {
        TutorState(
            writer: "scripted",
            embedder: "none",
            notes: ["It says what a test wrote down."],
            records: 1,
            tokensLeft: 100,
            resetsAt: Timestamp(milliseconds: 86_400_000),
            sharesProfile: sharesProfile
        )
    }

    private static func html(_ text: String) -> String {
        let safe = text.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
        return "<p>\(safe)</p>"
            .replacing("[1]", with: "<a class=\"citation\" href=\"#\" data-citation=\"1\">1</a>")
    }
}
