public import AtlasPorts

/// The tables of the service.
public enum LabMigrations {
    /// In order.
    public static let all = [
        Migration(
            owner: "labs",
            number: 1,
            reason: "work on labs, runs, attempts, hints and recordings",
            sql: """
                CREATE TABLE lab_work (
                    user_id TEXT NOT NULL,
                    lab_id TEXT NOT NULL,
                    seed BIGINT NOT NULL,
                    begun_at BIGINT NOT NULL,
                    touched_at BIGINT NOT NULL,
                    home_key TEXT,
                    home_saved_at BIGINT,
                    undo_key TEXT,
                    undo_seed BIGINT,
                    attempts BIGINT NOT NULL,
                    best_score DOUBLE PRECISION NOT NULL,
                    passed_at BIGINT,
                    PRIMARY KEY (user_id, lab_id)
                );
                CREATE INDEX lab_work_by_age ON lab_work (touched_at);
                CREATE TABLE lab_runs (
                    user_id TEXT NOT NULL,
                    lab_id TEXT NOT NULL,
                    run_id TEXT NOT NULL,
                    process TEXT NOT NULL,
                    is_active BIGINT NOT NULL,
                    status TEXT NOT NULL,
                    began_at BIGINT NOT NULL,
                    heartbeat_at BIGINT NOT NULL,
                    PRIMARY KEY (user_id, lab_id)
                );
                CREATE INDEX lab_runs_active ON lab_runs (is_active, process);
                CREATE TABLE lab_attempts (
                    user_id TEXT NOT NULL,
                    lab_id TEXT NOT NULL,
                    number BIGINT NOT NULL,
                    run_id TEXT,
                    seed BIGINT NOT NULL,
                    graded_at BIGINT NOT NULL,
                    score DOUBLE PRECISION NOT NULL,
                    hints_seen BIGINT NOT NULL,
                    criteria TEXT NOT NULL,
                    PRIMARY KEY (user_id, lab_id, number)
                );
                CREATE TABLE lab_hints (
                    user_id TEXT NOT NULL,
                    lab_id TEXT NOT NULL,
                    check_id TEXT NOT NULL,
                    seen BIGINT NOT NULL,
                    PRIMARY KEY (user_id, lab_id, check_id)
                );
                CREATE TABLE lab_recordings (
                    run_id TEXT PRIMARY KEY,
                    user_id TEXT NOT NULL,
                    lab_id TEXT NOT NULL,
                    started_at BIGINT NOT NULL,
                    blob_key TEXT NOT NULL
                );
                CREATE INDEX lab_recordings_by_lab ON lab_recordings (user_id, lab_id, started_at);
                """
        ),
        Migration(
            owner: "labs",
            number: 2,
            reason: "which grading an attempt came from, for clients that follow it",
            sql: "ALTER TABLE lab_attempts ADD COLUMN grading_id TEXT NOT NULL DEFAULT '';"
        ),
    ]
}
