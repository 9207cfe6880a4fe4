import AtlasAPI
import AtlasAnalytics
import AtlasCore
import AtlasHTTP
import AtlasPorts
import AtlasReview
public import AtlasTutor
import CloudEngines
import EmbeddedEngines
import Logging
import PostgresEngine
import ServiceLifecycle

extension Atlas {
    /// The tutor as the settings say; its vectors are made by `TutorKeeper`, or by whoever calls `index`.
    static func tutor(
        _ engines: Engines,
        _ content: any Content,
        _ configuration: AtlasConfiguration,
        _ reviews: any Reviews,
        _ learning: LearningAnalytics,
        _ labs: any Labs,
        _ logger: Logger
    ) async throws -> TutorService {
        let wanted = configuration.tutor
        let embedder = try await embedder(wanted)
        var settings = TutorSettings()
        settings.tokensPerAccount = wanted.tokensPerAccount
        settings.tokensPerDay = wanted.tokensPerDay
        settings.blockedWords = wanted.blockedWords
        let needs = TutorService.Needs(
            database: engines.database,
            content: content,
            learners: ServiceKnowledge(reviews: reviews, analytics: learning.analytics, labs: labs),
            embedder: embedder,
            vectors: try vectors(wanted, engines, configuration, embedder: embedder.id, logger),
            model: try model(wanted),
            moderation: WordListModeration(words: wanted.blockedWords),
            pubSub: engines.pubSub,
            clock: engines.clock,
            ids: engines.ids,
            logger: logger
        )
        return TutorService(needs, settings: settings)
    }

    private static func model(_ wanted: TutorConfiguration) throws -> (any LanguageModel)? {
        guard !wanted.modelKey.isEmpty else { return nil }
        return try named("tutor.model") {
            ClaudeModel(
                try ClaudeSettings(key: wanted.modelKey, model: wanted.modelName, address: wanted.modelURL)
            )
        }
    }

    private static func embedder(_ wanted: TutorConfiguration) async throws -> any Embedder {
        let folder = Installation.find(wanted.embedderFolder)
        switch wanted.embedder {
        case "lexical": return LexicalEmbedder()
        case "minilm": return try await MiniLMEmbedder.load(folder)
        case "auto":
            do {
                return try await MiniLMEmbedder.load(folder)
            } catch let error as AtlasError where error.code == .notFound {
                return LexicalEmbedder()
            }
        case "openai":
            return try named("tutor.embedder") {
                OpenAIEmbedder(
                    try OpenAISettings(
                        key: wanted.embedderKey,
                        model: wanted.embedderName,
                        dimensions: wanted.embedderDimensions,
                        address: wanted.embedderURL
                    )
                )
            }
        default:
            throw AtlasError(
                .invalid,
                "tutor.embedder: \"\(wanted.embedder)\" is none of auto, minilm, lexical, openai.",
                field: "tutor.embedder"
            )
        }
    }

    private static func vectors(
        _ wanted: TutorConfiguration,
        _ engines: Engines,
        _ configuration: AtlasConfiguration,
        embedder: String,
        _ logger: Logger
    ) throws -> any VectorIndex {
        let url = wanted.vectorsURL
        if url.hasPrefix("file:") {
            let path = String(url.dropFirst("file:".count))
            let file = path.isEmpty ? try Engines.dataFolder(configuration) + "/vectors.index" : path
            return EmbeddedVectorIndex(path: file, embedder: embedder, logger: logger)
        }
        if url == "pgvector:" {
            guard let database = engines.quietDatabase as? PostgresDatabase else {
                throw AtlasError(
                    .invalid,
                    "tutor.vectors.url: pgvector: needs a PostgreSQL in database.url.",
                    field: "tutor.vectors.url"
                )
            }
            return PgVectorIndex(database: database, embedder: embedder, logger: logger)
        }
        return try named("tutor.vectors") {
            PineconeIndex(
                try PineconeSettings(key: wanted.vectorsKey, address: url, namespace: wanted.vectorsNamespace),
                embedder: embedder
            )
        }
    }

    /// Says which settings are wrong.
    private static func named<Result>(_ keys: String, _ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let error as AtlasError where error.code == .invalid {
            throw AtlasError(.invalid, "\(keys).*: \(error.message)", cause: error, field: keys)
        }
    }

    /// Brings the tutor's vectors up to date; for commands, which have no worker.
    public func indexTutor() async throws { try await tutorService.index() }

    /// Measures how well the tutor finds what answers questions, with the vectors as they are.
    public func evaluateTutor(_ questions: [TutorEvaluation.Question]) async throws -> TutorEvaluation.Report {
        try await tutorService.evaluate(questions, as: .system)
    }
}

extension TutorService {
    /// What a paid embedder costs, for `/metrics`.
    var metrics: [Metric] {
        guard let embeddingTokens else { return [] }
        let help = "Tokens that the service of the tutor's embedder has counted."
        return [Metric("atlas_tutor_embedding_tokens_total", .counter, help, embeddingTokens)]
    }
}

/// Keeps the tutor's vectors as the catalogue is, and its answers when the process ends.
struct TutorKeeper: Service {
    let tutor: TutorService
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            do {
                try await tutor.run()
            } catch {
                guard !Task.isCancelled else { return }
                logger.error("the tutor does not hear of changes", metadata: ["error": "\(error)"])
            }
        }
        // A task of its own: answers are kept even if this one was cancelled.
        await Task { await tutor.close() }.value
    }
}
