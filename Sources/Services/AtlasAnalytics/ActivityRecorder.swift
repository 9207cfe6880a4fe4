import AtlasCore
public import AtlasPorts

/// Records what learners did, once per event however often it is delivered.
public struct ActivityRecorder: Sendable {
    private let database: any Database

    /// Records into `database`.
    public init(database: any Database) {
        self.database = database
    }

    /// The table of the recorder.
    public static let migrations = [
        Migration(
            owner: "activity",
            number: 1,
            reason: "events by id",
            sql: """
                CREATE TABLE activity (
                    event_id TEXT PRIMARY KEY,
                    payload TEXT NOT NULL
                );
                """
        )
    ]

    /// Stores a batch of deliveries; those known already are passed over.
    public func record(_ deliveries: [Delivery]) async throws {
        let events = deliveries.map { (id: $0.id, payload: String(decoding: $0.payload, as: UTF8.self)) }
        try await database.write { session in
            for event in events {
                try session.execute(
                    """
                    INSERT INTO activity (event_id, payload) VALUES (\(event.id), \(event.payload))
                    ON CONFLICT DO NOTHING
                    """
                )
            }
        }
    }
}
