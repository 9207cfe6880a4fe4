public import AtlasCore

/// Something that happened and must be told to others, stored in the transaction that made it happen.
public struct OutboxEvent: Sendable {
    /// Unique; consumers are idempotent by it.
    public let id: String
    /// What happened, as in `diagram.completed`.
    public let type: String
    /// The queue whose workers must act on it, or `nil`.
    public let queue: String?
    /// The channel whose subscribers are told, or `nil`.
    public let channel: String?
    /// JSON.
    public let payload: [UInt8]

    /// An event.
    public init(id: String, type: String, queue: String?, channel: String?, payload: [UInt8]) {
        self.id = id
        self.type = type
        self.queue = queue
        self.channel = channel
        self.payload = payload
    }
}

/// The table between a write and what must follow it.
public enum Outbox {
    /// The table.
    public static let migrations = [
        Migration(
            owner: "outbox",
            number: 1,
            reason: "events waiting to be relayed",
            sql: """
                CREATE TABLE outbox (
                    id TEXT PRIMARY KEY,
                    type TEXT NOT NULL,
                    queue TEXT,
                    channel TEXT,
                    payload BLOBTYPE NOT NULL,
                    created_at BIGINT NOT NULL
                );
                CREATE INDEX outbox_in_order ON outbox (created_at, id);
                """
        )
    ]

    /// Stores `event` in the caller's transaction.
    public static func append(_ event: OutboxEvent, at moment: Timestamp, in session: any SQLSession) throws {
        try session.execute(
            """
            INSERT INTO outbox (id, type, queue, channel, payload, created_at)
            VALUES (\(event.id), \(event.type), \(event.queue), \(event.channel), \(event.payload), \(moment))
            """
        )
    }

    /// The oldest events, at most `limit`.
    public static func pending(_ limit: Int, in database: any Database) async throws -> [OutboxEvent] {
        // `write`, so that PostgreSQL answers from the primary: a replica may lag behind the insert.
        try await database.write { session in
            try session.rows(
                "SELECT id, type, queue, channel, payload FROM outbox ORDER BY created_at, id LIMIT \(limit)"
            )
            .map { row in
                OutboxEvent(
                    id: try row.string("id"),
                    type: try row.string("type"),
                    queue: try row.optionalString("queue"),
                    channel: try row.optionalString("channel"),
                    payload: try row.bytes("payload")
                )
            }
        }
    }

    /// Forgets events that were handed over.
    public static func remove(_ ids: [String], from database: any Database) async throws {
        try await database.write { session in
            _ = try session.execute("DELETE FROM outbox WHERE id IN (\(list: ids))")
        }
    }
}
