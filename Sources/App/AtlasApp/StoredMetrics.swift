import AtlasHTTP
import AtlasPorts

/// What waits in the database, for `/metrics`.
struct StoredMetrics: Sendable {
    let database: any Database

    /// Rows are counted up to this many: whoever sees it knows enough.
    static let countedRows = 100_000

    func all() async -> [Metric] {
        do {
            let rows = try await database.rows(
                """
                SELECT
                    (SELECT COUNT(*) FROM (SELECT 1 AS one FROM outbox LIMIT \(Self.countedRows)) AS o) AS outbox,
                    (SELECT COUNT(*) FROM (SELECT 1 AS one FROM queue_messages LIMIT \(Self.countedRows)) AS q) AS queued,
                    (SELECT COUNT(*) FROM (SELECT 1 AS one FROM queue_dead_letters LIMIT \(Self.countedRows)) AS d) AS dead
                """
            )
            guard let row = rows.first else { return [] }
            return [
                Metric("atlas_database_up", .gauge, "Whether the database answers.", 1),
                Metric("atlas_outbox_waiting", .gauge, "Events stored but not passed on.", try row.int("outbox")),
                Metric("atlas_queue_waiting", .gauge, "Messages in queues, also delayed ones.", try row.int("queued")),
                Metric("atlas_queue_dead", .gauge, "Messages that were given up.", try row.int("dead")),
            ]
        } catch {
            // That it does not answer is what there is to tell.
            return [Metric("atlas_database_up", .gauge, "Whether the database answers.", 0)]
        }
    }
}
