public import AtlasAPI
public import AtlasCore
public import AtlasPorts
import Foundation

/// Scores predictions against the graph or the report, and keeps them.
public struct PredictionService: Predictions {
    private let database: any Database
    private let content: any Content
    private let clock: any WallClock
    private let ids: any IDSource

    /// - Parameter content: Asked what is true.
    public init(database: any Database, content: any Content, clock: any WallClock, ids: any IDSource) {
        self.database = database
        self.content = content
        self.clock = clock
        self.ids = ids
    }

    /// The table of the service.
    public static let migrations = [
        Migration(
            owner: "predictions",
            number: 1,
            reason: "what learners said would happen, with what was true",
            sql: """
                CREATE TABLE predictions (
                    user_id TEXT NOT NULL,
                    id TEXT NOT NULL,
                    kind TEXT NOT NULL,
                    item_id TEXT NOT NULL,
                    question TEXT NOT NULL,
                    confidence BIGINT NOT NULL,
                    outcomes TEXT NOT NULL,
                    right_nodes BIGINT NOT NULL,
                    all_nodes BIGINT NOT NULL,
                    log_loss DOUBLE PRECISION NOT NULL,
                    made_at BIGINT NOT NULL,
                    PRIMARY KEY (user_id, id)
                );
                CREATE INDEX predictions_by_time ON predictions (user_id, made_at);
                """
        )
    ]

    /// Scores and stores a prediction.
    public func record(_ prediction: NewPrediction, as caller: Caller) async throws -> Prediction {
        let user = try caller.signedIn().user
        try PredictionLimits.check(prediction)
        let truth = try await truth(of: prediction.question, as: caller)
        let scored = try Score(prediction, against: truth)
        let row = StoredQuestion(prediction.question)
        let outcomes = String(decoding: try JSONEncoder().encode(scored.outcomes), as: UTF8.self)
        let now = clock.now()
        let eventID = ids.next()
        let stored = try await database.write { session in
            let inserted = try session.execute(
                """
                INSERT INTO predictions
                    (user_id, id, kind, item_id, question, confidence, outcomes, right_nodes, all_nodes, log_loss, made_at)
                VALUES
                    (\(user), \(prediction.id), \(row.kind.rawValue), \(row.item), \(row.text), \(prediction.confidence),
                    \(outcomes), \(scored.right), \(scored.outcomes.count), \(scored.logLoss), \(now))
                ON CONFLICT DO NOTHING
                """
            )
            let stored = try Self.select(user, id: prediction.id, limit: 1, in: session)
            if inserted == 1 {
                let event = Self.event(
                    id: eventID,
                    user: user,
                    prediction: prediction.id,
                    question: row,
                    attempt: try stored.first?.int("attempt") ?? 1,
                    score: scored,
                    at: now
                )
                try Outbox.append(event, at: now, in: session)
            }
            return stored
        }
        guard let first = stored.first else {
            throw AtlasError(
                .internalError,
                "Something went wrong on our side.",
                detail: "a stored prediction is missing"
            )
        }
        return try Self.prediction(first)
    }

    /// The newest predictions of `user`.
    public func predictions(of user: UserID, limit: Int, as caller: Caller) async throws -> [Prediction] {
        try caller.requireSelf(user)
        guard (1...PredictionLimits.page).contains(limit) else {
            throw AtlasError(.invalid, "Ask for 1 to \(PredictionLimits.page) predictions.", field: "first")
        }
        return try await database.read { try Self.select(user, id: nil, limit: limit, in: $0) }.map(Self.prediction)
    }

    /// How good the first predictions of `user` were.
    public func record(of user: UserID, as caller: Caller) async throws -> PredictionRecord {
        try caller.requireSelf(user)
        let rows = try await database.read { session in
            try session.rows(
                """
                SELECT COUNT(*) AS questions, CAST(SUM(right_nodes) AS BIGINT) AS right_nodes,
                    CAST(SUM(all_nodes) AS BIGINT) AS all_nodes,
                    CAST(SUM(confidence * all_nodes) AS DOUBLE PRECISION) AS confidence, SUM(log_loss * all_nodes) AS log_loss
                FROM (\(Self.ranked(user))) AS ranked WHERE attempt = 1
                """
            )
        }
        guard let row = rows.first, let nodes = try row.optionalInt64("all_nodes"), nodes > 0 else {
            return PredictionRecord(questions: 0, right: 0, nodes: 0, confidence: nil, logLoss: nil)
        }
        return PredictionRecord(
            questions: try row.int("questions"),
            right: try row.int("right_nodes"),
            nodes: Int(nodes),
            confidence: try row.double("confidence") / Double(nodes),
            logLoss: try row.double("log_loss") / Double(nodes)
        )
    }

    private func truth(of question: PredictionQuestion, as caller: Caller) async throws -> [Truth] {
        switch question {
        case .losing(let lost, let id):
            guard let diagram = try await content.diagrams([id], as: caller).first ?? nil else {
                throw AtlasError(.notFound, "There is no diagram \(id).", field: "itemId")
            }
            return try Truth.losing(lost, in: diagram)
        case .step(let step, let id):
            guard let incident = try await content.incidents([id], as: caller).first ?? nil else {
                throw AtlasError(.notFound, "There is no incident \(id).", field: "itemId")
            }
            return try Truth.step(step, of: incident)
        }
    }

    private static func ranked(_ user: UserID) -> Query {
        """
        SELECT id, kind, item_id, question, confidence, outcomes, right_nodes, all_nodes, log_loss, made_at,
            ROW_NUMBER() OVER (PARTITION BY kind, item_id, question ORDER BY made_at, id) AS attempt
        FROM predictions WHERE user_id = \(user)
        """
    }

    private static func select(_ user: UserID, id: String?, limit: Int, in session: any SQLSession) throws -> [Row] {
        var query: Query = "SELECT * FROM (\(ranked(user))) AS ranked"
        if let id { query += " WHERE id = \(id)" }
        query += " ORDER BY made_at DESC, attempt DESC, id LIMIT \(limit)"
        return try session.rows(query)
    }

    private static func prediction(_ row: Row) throws -> Prediction {
        let outcomes = try JSONDecoder().decode([Prediction.Outcome].self, from: Data(try row.string("outcomes").utf8))
        return Prediction(
            id: try row.string("id"),
            question: try StoredQuestion(row).question,
            confidence: try row.int("confidence"),
            outcomes: outcomes,
            logLoss: try row.double("log_loss"),
            attempt: try row.int("attempt"),
            at: try row.timestamp("made_at")
        )
    }

    private static func event(
        id: String,
        user: UserID,
        prediction: String,
        question: StoredQuestion,
        attempt: Int,
        score: Score,
        at now: Timestamp
    ) -> OutboxEvent {
        // The ids were made or checked by Atlas and hold only characters that JSON takes as they are.
        let payload = """
            {"id":"\(id)","type":"prediction.made","userId":"\(user)","predictionId":"\(prediction)",\
            "kind":"\(question.kind.rawValue)","itemId":"\(question.item)",\
            "question":"\(Hash.of(question.text))","attempt":\(attempt),"right":\(score.right),\
            "of":\(score.outcomes.count),"logLoss":\(score.logLoss),"at":"\(now)"}
            """
        return OutboxEvent(
            id: id,
            type: "prediction.made",
            queue: "analytics-events",
            channel: ProgressService.channel(user),
            payload: Array(payload.utf8)
        )
    }
}
