public import AtlasCore
public import AtlasPorts

/// A durable queue in a table, on either database.
public struct SQLQueue: Queue {
    /// Messages handed out by one call.
    private static let takeLimit = 100
    private static let reasonCharacters = 1_000

    private let database: any Database
    private let clock: any WallClock
    private let ids: any IDSource

    /// A queue in `database`, whose tables `migrations` makes.
    public init(database: any Database, clock: any WallClock, ids: any IDSource) {
        self.database = database
        self.clock = clock
        self.ids = ids
    }

    /// The table.
    public static let migrations = [
        Migration(
            owner: "queue",
            number: 1,
            reason: "messages and dead letters",
            sql: """
                CREATE TABLE queue_messages (
                    queue TEXT NOT NULL,
                    id TEXT NOT NULL,
                    payload BLOBTYPE NOT NULL,
                    attempt INTEGER NOT NULL,
                    visible_at BIGINT NOT NULL,
                    receipt TEXT,
                    PRIMARY KEY (queue, id)
                );
                CREATE INDEX queue_messages_due ON queue_messages (queue, visible_at, id);
                CREATE TABLE queue_dead_letters (
                    queue TEXT NOT NULL,
                    id TEXT NOT NULL,
                    payload BLOBTYPE NOT NULL,
                    reason TEXT NOT NULL,
                    died_at BIGINT NOT NULL,
                    PRIMARY KEY (queue, id)
                );
                """
        )
    ]

    /// Stores a message.
    public func push(_ payload: [UInt8], id: String, to queue: String, delay: Duration) async throws {
        guard payload.count <= QueueLimits.payloadBytes else {
            throw AtlasError(.invalid, "A queue's message has at most \(QueueLimits.payloadBytes) bytes.")
        }
        let visible = clock.now() + delay
        try await database.write { session in
            _ = try session.execute(
                """
                INSERT INTO queue_messages (queue, id, payload, attempt, visible_at)
                SELECT \(queue), \(id), \(payload), 0, \(visible)
                WHERE NOT EXISTS (SELECT 1 FROM queue_dead_letters WHERE queue = \(queue) AND id = \(id))
                ON CONFLICT DO NOTHING
                """
            )
        }
    }

    /// Takes due messages, the longest due first.
    ///
    /// A message whose lease ran out on its last try, so that nobody could say that it failed, becomes a dead letter.
    public func take(from queue: String, limit: Int, lease: Duration) async throws -> [Delivery] {
        let (now, receipt) = (clock.now(), ids.next())
        let limit = max(0, min(limit, Self.takeLimit))
        return try await database.write { session in
            let lock: Query = session.dialect == .postgres ? " FOR UPDATE SKIP LOCKED" : ""
            let rows = try session.rows(
                """
                SELECT id, payload, attempt FROM queue_messages WHERE queue = \(queue) AND visible_at <= \(now)
                ORDER BY visible_at, id LIMIT \(limit)\(lock)
                """
            )
            let due = try rows.map { row in
                Delivery(
                    id: try row.string("id"),
                    queue: queue,
                    payload: try row.bytes("payload"),
                    attempt: try row.int("attempt") + 1,
                    receipt: receipt
                )
            }
            let deliveries = due.filter { $0.attempt <= QueueLimits.attempts }
            for lost in due where lost.attempt > QueueLimits.attempts {
                try session.execute("DELETE FROM queue_messages WHERE queue = \(queue) AND id = \(lost.id)")
                try Self.bury(lost, reason: "the lease of the last try ran out", at: now, in: session)
            }
            guard !deliveries.isEmpty else { return [] }
            try session.execute(
                """
                UPDATE queue_messages SET attempt = attempt + 1, visible_at = \(now + lease), receipt = \(receipt)
                WHERE queue = \(queue) AND id IN (\(list: deliveries.map(\.id)))
                """
            )
            return deliveries
        }
    }

    /// Forgets a message that was handled.
    public func acknowledge(_ delivery: Delivery) async throws -> Bool {
        try await database.write { session in
            try session.execute(
                """
                DELETE FROM queue_messages
                WHERE queue = \(delivery.queue) AND id = \(delivery.id) AND receipt = \(delivery.receipt)
                """
            ) == 1
        }
    }

    /// Gives a message back or up.
    public func fail(_ delivery: Delivery, reason: String) async throws {
        let now = clock.now()
        let again = now + QueueLimits.backOff(delivery.attempt)
        let reason = String(reason.prefix(Self.reasonCharacters))
        try await database.write { session in
            guard delivery.attempt >= QueueLimits.attempts else {
                try session.execute(
                    """
                    UPDATE queue_messages SET visible_at = \(again), receipt = NULL
                    WHERE queue = \(delivery.queue) AND id = \(delivery.id) AND receipt = \(delivery.receipt)
                    """
                )
                return
            }
            let gone = try session.execute(
                """
                DELETE FROM queue_messages
                WHERE queue = \(delivery.queue) AND id = \(delivery.id) AND receipt = \(delivery.receipt)
                """
            )
            if gone == 1 { try Self.bury(delivery, reason: reason, at: now, in: session) }
        }
    }

    /// Messages given up.
    public func deadLetters(of queue: String) async throws -> [DeadLetter] {
        try await database.rows(
            "SELECT id, payload, reason FROM queue_dead_letters WHERE queue = \(queue) ORDER BY died_at DESC, id LIMIT 100"
        ).map { row in
            DeadLetter(id: try row.string("id"), payload: try row.bytes("payload"), reason: try row.string("reason"))
        }
    }

    /// Puts a dead letter back.
    public func revive(_ id: String, in queue: String) async throws -> Bool {
        let now = clock.now()
        return try await database.write { session in
            let dead = try session.rows(
                "DELETE FROM queue_dead_letters WHERE queue = \(queue) AND id = \(id) RETURNING payload"
            ).first
            guard let dead else { return false }
            let payload = try dead.bytes("payload")
            try session.execute(
                """
                INSERT INTO queue_messages (queue, id, payload, attempt, visible_at)
                VALUES (\(queue), \(id), \(payload), 0, \(now)) ON CONFLICT DO NOTHING
                """
            )
            return true
        }
    }

    /// Forgets old dead letters.
    public func expireDeadLetters() async throws {
        let last = clock.now() + (.zero - QueueLimits.deadLetterLife)
        try await database.write { session in
            _ = try session.execute("DELETE FROM queue_dead_letters WHERE died_at <= \(last)")
        }
    }

    private static func bury(
        _ delivery: Delivery,
        reason: String,
        at moment: Timestamp,
        in session: any SQLSession
    ) throws {
        try session.execute(
            """
            INSERT INTO queue_dead_letters (queue, id, payload, reason, died_at)
            VALUES (\(delivery.queue), \(delivery.id), \(delivery.payload), \(reason), \(moment)) ON CONFLICT DO NOTHING
            """
        )
    }
}
