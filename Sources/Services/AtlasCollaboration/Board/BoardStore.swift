import AtlasAPI
import AtlasCore
import AtlasPorts
import Whiteboard

/// The tables of one board.
struct BoardStore: Sendable {
    let database: any Database
    let board: GroupID

    /// The board as it is stored; made, empty, if it was never opened.
    ///
    /// - Parameter epoch: Of a board that is made.
    /// - Returns: Also after which event the stored snapshot was taken; 0 for none.
    func load(epoch: String) async throws -> (board: Board, snapshotSeq: Int) {
        var stored = try await rows()
        if stored.head.isEmpty {
            _ = try await database.write { [board] session in
                try session.execute(
                    "INSERT INTO boards (board_id, epoch, head) VALUES (\(board), \(epoch), 0) ON CONFLICT DO NOTHING"
                )
            }
            stored = try await rows()
        }
        guard let head = try stored.head.first.map(Self.head) else { throw damaged("has no row") }
        var state = Board(epoch: head.epoch)
        do throws(BoardRefusal) {
            if let snapshot = stored.snapshot { state = try Board(snapshot: read(snapshot)) }
        } catch {
            throw damaged("has a snapshot that cannot be read: \(error)")
        }
        state.begin(epoch: head.epoch)
        for event in try stored.log.map(event) where !state.apply(event) {
            throw damaged("has no event before \(event.seq) after \(state.seq)")
        }
        guard state.seq == head.seq else { throw damaged("ends before its head") }
        return (state, stored.seq)
    }

    /// How far the board has come, and the events after `seq`, in order; they start later if a snapshot has cut the log.
    func tail(after seq: Int) async throws -> (head: BoardHead?, events: [BoardEvent]) {
        let rows = try await database.read { [board] session in
            (head: try session.rows(Self.head(of: board)), log: try Self.log(of: board, after: seq, in: session))
        }
        return (try rows.head.first.map(Self.head), try rows.log.map(event))
    }

    /// How far the board has come; `nil` if it was never opened.
    func head() async throws -> BoardHead? {
        try await database.rows(Self.head(of: board)).first.map(Self.head)
    }

    /// Stores events that follow on `known`.
    ///
    /// - Returns: Whether they are stored; not if the head is not at `known`, because another process has written.
    func append(_ events: [BoardEvent], after known: Int, at moment: Timestamp) async throws -> Bool {
        guard let last = events.last else { return true }
        return try await database.write { [board] session in
            let moved = try session.execute(
                "UPDATE boards SET head = \(last.seq) WHERE board_id = \(board) AND head = \(known)"
            )
            guard moved == 1 else { return false }
            var insert: Query =
                "INSERT INTO board_log (board_id, seq, client, number, user_id, operations, made_at) VALUES "
            for (index, event) in events.enumerated() {
                if index > 0 { insert += ", " }
                insert += """
                    (\(board), \(event.seq), \(event.client), \(event.number), \(event.user), \(event.storedOperations), \
                    \(moment))
                    """
            }
            try session.execute(insert)
            return true
        }
    }

    /// Stores a snapshot of the state after `seq`, and removes the log up to there.
    func keep(snapshot: [UInt8], seq: Int, at moment: Timestamp) async throws {
        try await database.write { [board] session in
            try session.execute(
                """
                INSERT INTO board_snapshots (board_id, seq, state, made_at)
                VALUES (\(board), \(seq), \(snapshot), \(moment))
                ON CONFLICT (board_id) DO UPDATE
                SET seq = excluded.seq, state = excluded.state, made_at = excluded.made_at
                WHERE board_snapshots.seq < excluded.seq
                """
            )
            try session.execute("DELETE FROM board_log WHERE board_id = \(board) AND seq <= \(seq)")
        }
    }

    /// All rows as of one moment: between two statements of a transaction that writes, others may commit.
    private func rows() async throws -> (head: [Row], snapshot: Row?, seq: Int, log: [Row]) {
        try await database.read { [board] session in
            let snapshot = try session.rows("SELECT seq, state FROM board_snapshots WHERE board_id = \(board)").first
            let seq = try snapshot?.int("seq") ?? 0
            let log = try Self.log(of: board, after: seq, in: session)
            return (head: try session.rows(Self.head(of: board)), snapshot: snapshot, seq: seq, log: log)
        }
    }

    private static func head(of board: GroupID) -> Query {
        "SELECT epoch, head FROM boards WHERE board_id = \(board)"
    }

    private static func head(_ row: Row) throws -> BoardHead {
        BoardHead(epoch: try row.string("epoch"), seq: try row.int("head"))
    }

    private static func log(of board: GroupID, after seq: Int, in session: any SQLSession) throws -> [Row] {
        try session.rows(
            """
            SELECT seq, client, number, user_id, operations FROM board_log
            WHERE board_id = \(board) AND seq > \(seq) ORDER BY seq
            """
        )
    }

    private func read(_ snapshot: Row) throws(BoardRefusal) -> [UInt8] {
        do {
            return try snapshot.bytes("state")
        } catch {
            throw BoardRefusal(.invalid, "\(error)")
        }
    }

    private func event(_ row: Row) throws -> BoardEvent {
        do {
            return try BoardEvent(
                seq: try row.int("seq"),
                client: try row.string("client"),
                number: try row.int("number"),
                user: try row.string("user_id"),
                stored: try row.bytes("operations")
            )
        } catch let error as BoardRefusal {
            throw damaged("has an event that cannot be read: \(error)")
        }
    }

    private func damaged(_ what: String) -> AtlasError {
        AtlasError(.internalError, "Something went wrong on our side.", detail: "board \(board) \(what)")
    }
}
