import AtlasPorts

/// The tables of forecasts, goals and nightly work.
enum ForecastMigrations {
    static let all = [
        Migration(
            owner: "forecasts",
            number: 1,
            reason: "forecasts before their outcomes, judgements, goals",
            sql: """
                CREATE TABLE forecast_log (
                    kind TEXT NOT NULL,
                    user_id TEXT NOT NULL,
                    subject TEXT NOT NULL,
                    made_day BIGINT NOT NULL,
                    due_day BIGINT NOT NULL,
                    features TEXT NOT NULL,
                    predicted DOUBLE PRECISION NOT NULL,
                    baseline DOUBLE PRECISION NOT NULL,
                    outcome BIGINT,
                    PRIMARY KEY (kind, user_id, subject, made_day)
                );
                CREATE INDEX forecast_log_due ON forecast_log (kind, due_day);
                CREATE TABLE forecast_models (
                    kind TEXT PRIMARY KEY,
                    weights TEXT NOT NULL,
                    squares TEXT NOT NULL,
                    outcomes BIGINT NOT NULL,
                    positives BIGINT NOT NULL
                );
                CREATE TABLE calibration_reports (
                    kind TEXT NOT NULL,
                    at BIGINT NOT NULL,
                    report TEXT NOT NULL,
                    PRIMARY KEY (kind, at)
                );
                CREATE TABLE goals (
                    id TEXT PRIMARY KEY,
                    user_id TEXT NOT NULL,
                    title TEXT NOT NULL,
                    contents TEXT NOT NULL,
                    categories TEXT NOT NULL,
                    by_date BIGINT,
                    set_at BIGINT NOT NULL,
                    reached_at BIGINT
                );
                CREATE INDEX goals_by_user ON goals (user_id);
                CREATE TABLE learner_mastery (
                    user_id TEXT NOT NULL,
                    day BIGINT NOT NULL,
                    mastered BIGINT NOT NULL,
                    PRIMARY KEY (user_id, day)
                );
                CREATE TABLE analytics_nights (
                    day BIGINT PRIMARY KEY,
                    started_at BIGINT NOT NULL,
                    finished_at BIGINT
                );
                """
        )
    ]
}
