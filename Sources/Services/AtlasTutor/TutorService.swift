public import AtlasAPI
public import AtlasCore
public import AtlasPorts
import Crypto
public import Logging

/// Answers questions from the catalogue, by rules, with or without a model.
public struct TutorService: Tutor {
    /// What the tutor needs.
    public struct Needs: Sendable {
        var database: any Database
        var content: any Content
        var learners: any LearnerKnowledge
        var embedder: any Embedder
        var vectors: any VectorIndex
        var model: (any LanguageModel)?
        var moderation: any QuestionModeration
        var pubSub: any PubSub
        var clock: any WallClock
        var ids: any IDSource
        var logger: Logger

        /// - Parameters:
        ///   - model: Writes answers; without one they are made from the records alone.
        ///   - vectors: Belongs to the tutor, which clears it when the embedder is another.
        public init(
            database: any Database,
            content: any Content,
            learners: any LearnerKnowledge,
            embedder: any Embedder,
            vectors: any VectorIndex,
            model: (any LanguageModel)?,
            moderation: any QuestionModeration,
            pubSub: any PubSub,
            clock: any WallClock,
            ids: any IDSource,
            logger: Logger
        ) {
            self.database = database
            self.content = content
            self.learners = learners
            self.embedder = embedder
            self.vectors = vectors
            self.model = model
            self.moderation = moderation
            self.pubSub = pubSub
            self.clock = clock
            self.ids = ids
            self.logger = logger
        }
    }

    /// The channel on which changes of the catalogue are told.
    static let contentChannel = "content"
    /// What an answer may take beside the model.
    private static let slack = Duration.seconds(10)

    /// An answer that has been written for longer belongs to a process that is gone.
    var longestAnswer: Duration { (needs.model == nil ? .zero : settings.modelTime) + Self.slack }

    let needs: Needs
    let settings: TutorSettings
    let shelf: IndexShelf
    let keeper: VectorKeeper
    let live = LiveAnswers()

    /// A tutor whose tables exist.
    public init(_ needs: Needs, settings: TutorSettings = TutorSettings()) {
        self.init(needs, settings: settings, shelf: IndexShelf())
    }

    init(_ needs: Needs, settings: TutorSettings, shelf: IndexShelf) {
        self.needs = needs
        self.settings = settings
        self.shelf = shelf
        keeper = VectorKeeper(
            embedder: needs.embedder,
            index: needs.vectors,
            content: needs.content,
            logger: needs.logger
        )
    }

    /// Reads the records, so that the first question need not wait for them, and keeps the index of meanings as the catalogue
    /// is, until the task is cancelled.
    public func run() async throws {
        let changes = try await needs.pubSub.subscribe(to: Self.contentChannel)
        // What is wrong with the catalogue is said by who asks for it.
        _ = try? await index(for: Caller())
        await keeper.run(changes: changes)
    }

    /// Tokens that a paid embedder has counted since the process began; `nil` if it costs nothing.
    public var embeddingTokens: Int? { needs.embedder.paidTokens }

    /// Brings the index of meanings up to date at once; for a process that does not serve.
    public func index() async throws { try await keeper.sync() }

    /// Stops what is being written, and keeps it.
    public func close() async {
        await live.close()
        await keeper.close()
    }

    // MARK: - What answers

    /// What answers, and what is left of the caller's budget.
    public func state(as caller: Caller) async throws -> TutorState { try await state(caller, sharesProfile: nil) }

    private func state(_ caller: Caller, sharesProfile chosen: Bool?) async throws -> TutorState {
        let user = try caller.signedIn().user
        let index = try await index(for: caller)
        let now = needs.clock.now()
        let (left, shares) = try await needs.database.read { [settings] session in
            let rows = UsageRows(session: session)
            return (try Self.tokensLeft(rows, user, settings, now), try rows.sharesProfile(user))
        }
        var notes: [String] = []
        if needs.model == nil {
            notes.append("Without a key for a model, answers are made from the catalogue's own sentences.")
        } else if left <= 0 {
            notes.append("The day's budget for the model is used; answers are made from the catalogue's own sentences.")
        }
        return TutorState(
            writer: needs.model?.name ?? BuiltInAnswerer.name,
            embedder: keeper.embedderID,
            notes: notes + keeper.notes,
            records: index.records.count(where: \.isFindable),
            tokensLeft: needs.model == nil ? nil : max(left, 0),
            resetsAt: needs.model == nil ? nil : UsageRows.nextDay(after: now),
            sharesProfile: chosen ?? shares
        )
    }

    /// Keeps whether something about the caller may be sent to a model.
    public func setSharesProfile(_ shares: Bool, as caller: Caller) async throws -> TutorState {
        let user = try caller.signedIn().user
        try await needs.database.write { try UsageRows(session: $0).setSharesProfile(shares, user) }
        // What was read may come from a replica, which does not know it yet.
        return try await state(caller, sharesProfile: shares)
    }

    /// Of the account and of all, whichever is less.
    static func tokensLeft(
        _ rows: UsageRows,
        _ user: UserID,
        _ settings: TutorSettings,
        _ now: Timestamp
    ) throws -> Int {
        let day = UsageRows.day(of: now)
        let own = settings.tokensPerAccount - (try rows.used(by: user, on: day))
        let all = settings.tokensPerDay - (try rows.usedByAll(on: day))
        return min(own, all)
    }

    /// The records that the caller may see.
    func index(for caller: Caller) async throws -> RecordIndex {
        let catalogue = try await needs.content.catalogue(as: caller)
        // Vectors are made of everything; what learners see is another state of the catalogue wherever there are drafts.
        if caller.has(.instructor) { keeper.notice(catalogue.revision) }
        return await shelf.index(catalogue)
    }

    /// Stands for an account in requests to a model, and says nothing about it.
    func userKey(_ user: UserID) -> String {
        let digest = SHA256.hash(data: Array("tutor \(user.rawValue)".utf8))
        return digest.prefix(12).map { String($0, radix: 36) }.joined()
    }
}
