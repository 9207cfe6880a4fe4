public import AtlasAPI
public import AtlasCore
public import AtlasPorts

/// Keeps what accounts have completed.
public struct ProgressService: ProgressTracking {
    private let database: any Database
    private let content: any Content
    private let pubSub: any PubSub
    private let clock: any WallClock
    private let ids: any IDSource

    /// - Parameters:
    ///   - content: Asked whether a diagram exists for the caller.
    ///   - pubSub: Tells of changes, also those made in another process where it reaches that far.
    public init(
        database: any Database,
        content: any Content,
        pubSub: any PubSub,
        clock: any WallClock,
        ids: any IDSource
    ) {
        self.database = database
        self.content = content
        self.pubSub = pubSub
        self.clock = clock
        self.ids = ids
    }

    /// The tables of the service.
    public static let migrations = [
        Migration(
            owner: "analytics",
            number: 1,
            reason: "completed diagrams",
            sql: """
                CREATE TABLE progress (
                    user_id TEXT NOT NULL,
                    diagram_id TEXT NOT NULL,
                    completed_at BIGINT NOT NULL,
                    PRIMARY KEY (user_id, diagram_id)
                );
                """
        )
    ]

    /// Marks a diagram as completed.
    public func complete(_ diagram: DiagramID, as caller: Caller) async throws -> [Completion] {
        let user = try caller.signedIn().user
        guard try await content.diagrams([diagram], as: caller).first ?? nil != nil else {
            throw AtlasError(.notFound, "There is no diagram \(diagram).", field: "diagramId")
        }
        let now = clock.now()
        let event = Self.event(id: ids.next(), user: user, diagram: diagram, at: now)
        let rows = try await database.write { session in
            let inserted = try session.execute(
                """
                INSERT INTO progress (user_id, diagram_id, completed_at) VALUES (\(user), \(diagram), \(now))
                ON CONFLICT DO NOTHING
                """
            )
            if inserted == 1 { try Outbox.append(event, at: now, in: session) }
            return try Self.select([user], in: session)
        }
        return try rows.map(Self.completion)
    }

    /// The completions of `users`.
    public func completions(of users: [UserID], as caller: Caller) async throws -> [[Completion]] {
        for user in users { try caller.requireSelf(user) }
        let rows = try await database.read { try Self.select(users, in: $0) }
        var byUser: [String: [Completion]] = [:]
        for row in rows { byUser[try row.string("user_id"), default: []].append(try Self.completion(row)) }
        return users.map { byUser[$0.rawValue] ?? [] }
    }

    /// A sign after each change.
    public func changes(of user: UserID, as caller: Caller) async throws -> AsyncStream<Void> {
        try caller.requireSelf(user)
        let messages = try await pubSub.subscribe(to: Self.channel(user))
        let (signs, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let following = Task {
            for await _ in messages { continuation.yield() }
            continuation.finish()
        }
        continuation.onTermination = { _ in following.cancel() }
        return signs
    }

    /// Where changes of what `user` has done are told.
    static func channel(_ user: UserID) -> String { "progress:\(user)" }

    private static func select(_ users: [UserID], in session: any SQLSession) throws -> [Row] {
        try session.rows(
            """
            SELECT user_id, diagram_id, completed_at FROM progress
            WHERE user_id IN (\(list: users)) ORDER BY completed_at, diagram_id
            """
        )
    }

    private static func completion(_ row: Row) throws -> Completion {
        Completion(diagram: DiagramID(try row.string("diagram_id")), at: try row.timestamp("completed_at"))
    }

    /// Ids hold only characters that JSON takes as they are: both were made or checked by Atlas.
    private static func event(id: String, user: UserID, diagram: DiagramID, at now: Timestamp) -> OutboxEvent {
        OutboxEvent(
            id: id,
            type: "diagram.completed",
            queue: "analytics-events",
            channel: channel(user),
            payload: Array(
                """
                {"id":"\(id)","type":"diagram.completed","userId":"\(user)","diagramId":"\(diagram)","at":"\(now)"}
                """.utf8
            )
        )
    }
}
