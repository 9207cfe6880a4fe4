import AtlasAPI
import AtlasCore
import AtlasPorts
import AtlasTestKit
import EmbeddedEngines
import Logging

@testable import AtlasTutor

/// The tutor on a fresh database, over the real catalogue, with a clock that stands still.
struct TutorBench: Sendable {
    let database: any Database
    let clock: ManualClock
    let tutor: TutorService
    let learners: FixedKnowledge
    let vectors: MemoryVectors

    /// What a test may choose.
    struct Options: Sendable {
        var model: (any LanguageModel)?
        var settings = TutorSettings()
        var catalogue: Catalogue?
        var writers: Catalogue?
        var embedder: any Embedder = WordEmbedder()
        /// Whether vectors are there before the first question.
        var hasVectors = false
    }

    static func run(
        _ engine: TestEngine = .sqlite,
        _ options: Options = Options(),
        _ body: @Sendable (TutorBench) async throws -> Void
    ) async throws {
        let real = try await RealCatalogue.shared.value
        let learnersSee = options.catalogue ?? real
        // Making an index takes seconds in a debug build.
        let shelf = options.catalogue == nil && options.writers == nil ? RealCatalogue.shelf : IndexShelf()
        try await withDatabase(engine) { database in
            _ = try await Migrator.migrate(database, Outbox.migrations + TutorMigrations.all)
            let clock = ManualClock(Timestamp(milliseconds: 1_767_261_600_000))
            let (learners, vectors) = (FixedKnowledge(), MemoryVectors())
            let needs = TutorService.Needs(
                database: database,
                content: FixedContent(learnersSee, writers: options.writers),
                learners: learners,
                embedder: options.embedder,
                vectors: vectors,
                model: options.model,
                moderation: WordListModeration(words: options.settings.blockedWords),
                pubSub: MemoryPubSub(),
                clock: clock,
                ids: RandomIDSource(clock: clock),
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            )
            let tutor = TutorService(needs, settings: options.settings, shelf: shelf)
            if options.hasVectors { try await tutor.index() }
            let bench = TutorBench(
                database: database,
                clock: clock,
                tutor: tutor,
                learners: learners,
                vectors: vectors
            )
            do {
                try await body(bench)
            } catch {
                await tutor.close()
                throw error
            }
            await tutor.close()
        }
    }

    static func person(_ name: String = "ada", role: Role = .learner) -> Caller {
        Caller(account: .init(user: UserID(name), role: role, session: SessionID("test")))
    }

    /// Asks and waits for the end.
    @discardableResult
    func ask(
        _ text: String,
        _ context: TutorContext = TutorContext(),
        intent: TutorIntent = .ask,
        id: String? = nil,
        as caller: Caller = TutorBench.person()
    ) async throws -> TutorAnswer {
        try await events(text, context, intent: intent, id: id, as: caller).answer
    }

    /// Asks and gives what a reader saw, and the end.
    func events(
        _ text: String,
        _ context: TutorContext = TutorContext(),
        intent: TutorIntent = .ask,
        id: String? = nil,
        as caller: Caller = TutorBench.person()
    ) async throws -> (events: [AnswerEvent], answer: TutorAnswer) {
        let clientID = id ?? RandomIDSource(clock: SystemClock()).next()
        let question = NewQuestion(clientID: clientID, text: text, context: context, intent: intent)
        var seen: [AnswerEvent] = []
        for await event in try await tutor.ask(question, as: caller) { seen.append(event) }
        guard case .finished(let answer) = seen.last else {
            throw AtlasError(.internalError, "The stream ended without an answer: \(seen)")
        }
        return (seen, answer)
    }

    /// Events that wait to be relayed, as JSON.
    func outbox() async throws -> [String] {
        try await Outbox.pending(1_000, in: database).map { String(decoding: $0.payload, as: UTF8.self) }
    }
}

/// The code of the error that `body` throws.
func code(_ body: () async throws -> Void) async -> AtlasError.Code? {
    do {
        try await body()
        return nil
    } catch {
        return (error as? AtlasError)?.code ?? .internalError
    }
}
