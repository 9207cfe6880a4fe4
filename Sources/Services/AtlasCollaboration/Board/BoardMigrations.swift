import AtlasPorts

/// The tables of whiteboards.
enum BoardMigrations {
    static let all = [
        Migration(
            owner: "board",
            number: 1,
            reason: "whiteboards: heads, events after the snapshot, snapshots",
            sql: """
                CREATE TABLE boards (
                    board_id TEXT PRIMARY KEY,
                    epoch TEXT NOT NULL,
                    head BIGINT NOT NULL CHECK (head >= 0)
                );
                CREATE TABLE board_log (
                    board_id TEXT NOT NULL REFERENCES boards (board_id),
                    seq BIGINT NOT NULL,
                    client TEXT NOT NULL,
                    number BIGINT NOT NULL,
                    user_id TEXT NOT NULL,
                    operations BLOBTYPE NOT NULL,
                    made_at BIGINT NOT NULL,
                    PRIMARY KEY (board_id, seq),
                    UNIQUE (board_id, client, number)
                );
                CREATE TABLE board_snapshots (
                    board_id TEXT PRIMARY KEY REFERENCES boards (board_id),
                    seq BIGINT NOT NULL,
                    state BLOBTYPE NOT NULL,
                    made_at BIGINT NOT NULL
                );
                """
        )
    ]
}
