public import AtlasPorts

/// The tables of what learners did and what follows from it.
public enum EvidenceMigrations {
    /// In order.
    public static let all = [
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
        ),
        Migration(
            owner: "activity",
            number: 2,
            reason: "whose an event is, so that it can be handed out and forgotten",
            sql: """
                ALTER TABLE activity ADD COLUMN user_id TEXT NOT NULL DEFAULT '';
                CREATE INDEX activity_by_user ON activity (user_id);
                -- only: sqlite
                UPDATE activity SET user_id = coalesce(json_extract(payload, '$.userId'), '');
                -- end
                -- only: postgres
                UPDATE activity SET user_id = coalesce(payload::jsonb ->> 'userId', '');
                -- end
                """
        ),
        Migration(owner: "evidence", number: 1, reason: "answers, what is believed, and figures by day", sql: evidence),
        Migration(owner: "evidence", number: 2, reason: "the model's weights", sql: weights),
        Migration(
            owner: "evidence",
            number: 3,
            reason: "when what was answered was shown, and whether more was known by then than could be",
            sql: """
                ALTER TABLE evidence ADD COLUMN shown_at BIGINT;
                ALTER TABLE evidence ADD COLUMN is_late BIGINT NOT NULL DEFAULT 0;
                """
        ),
        Migration(
            owner: "evidence",
            number: 4,
            reason: "what the tutor was asked, and what it helped with",
            sql: """
                ALTER TABLE learner_days ADD COLUMN tutor_answers BIGINT NOT NULL DEFAULT 0;
                CREATE TABLE learner_help (
                    user_id TEXT NOT NULL,
                    item_id TEXT NOT NULL,
                    at BIGINT NOT NULL,
                    PRIMARY KEY (user_id, item_id)
                );
                CREATE INDEX learner_help_by_age ON learner_help (at);
                """
        ),
    ]

    private static let evidence = """
        CREATE TABLE evidence_head (
            id BIGINT PRIMARY KEY,
            seq BIGINT NOT NULL,
            answers BIGINT NOT NULL,
            correct BIGINT NOT NULL
        );
        INSERT INTO evidence_head (id, seq, answers, correct) VALUES (1, 0, 0, 0);
        CREATE TABLE evidence (
            seq BIGINT PRIMARY KEY,
            event_id TEXT NOT NULL,
            user_id TEXT NOT NULL,
            at BIGINT NOT NULL,
            item_id TEXT NOT NULL,
            content_id TEXT NOT NULL,
            category TEXT NOT NULL,
            topics TEXT NOT NULL,
            skill TEXT NOT NULL,
            correct BIGINT NOT NULL,
            predicted DOUBLE PRECISION NOT NULL,
            baseline DOUBLE PRECISION NOT NULL
        );
        CREATE INDEX evidence_by_user ON evidence (user_id, seq);
        CREATE INDEX evidence_by_event ON evidence (event_id);
        CREATE TABLE evidence_once (
            user_id TEXT NOT NULL,
            name TEXT NOT NULL,
            PRIMARY KEY (user_id, name)
        );
        CREATE TABLE learner_states (
            user_id TEXT PRIMARY KEY,
            first_at BIGINT NOT NULL,
            last_at BIGINT NOT NULL,
            updated_at BIGINT NOT NULL,
            state BLOBTYPE NOT NULL
        );
        CREATE TABLE learner_days (
            user_id TEXT NOT NULL,
            day BIGINT NOT NULL,
            reviews BIGINT NOT NULL,
            milliseconds BIGINT NOT NULL,
            correct BIGINT NOT NULL,
            attempts BIGINT NOT NULL,
            predictions BIGINT NOT NULL,
            lab_checks BIGINT NOT NULL,
            diagrams BIGINT NOT NULL,
            PRIMARY KEY (user_id, day)
        );
        CREATE INDEX learner_days_by_day ON learner_days (day);
        CREATE TABLE learner_cells (
            user_id TEXT NOT NULL,
            category TEXT NOT NULL,
            skill TEXT NOT NULL,
            attempts BIGINT NOT NULL,
            correct BIGINT NOT NULL,
            last_at BIGINT NOT NULL,
            PRIMARY KEY (user_id, category, skill)
        );
        CREATE TABLE learner_topics (
            user_id TEXT NOT NULL,
            topic TEXT NOT NULL,
            category TEXT NOT NULL,
            attempts BIGINT NOT NULL,
            correct BIGINT NOT NULL,
            last_at BIGINT NOT NULL,
            PRIMARY KEY (user_id, topic)
        );
        CREATE TABLE learner_contents (
            user_id TEXT NOT NULL,
            content_id TEXT NOT NULL,
            kind TEXT NOT NULL,
            started_at BIGINT NOT NULL,
            done_at BIGINT,
            attempts BIGINT NOT NULL,
            PRIMARY KEY (user_id, content_id)
        );
        CREATE TABLE user_metrics (
            user_id TEXT NOT NULL,
            metric_name TEXT NOT NULL,
            value DOUBLE PRECISION NOT NULL,
            calculated_at BIGINT NOT NULL,
            PRIMARY KEY (user_id, metric_name)
        );
        """

    private static let weights = """
        CREATE TABLE knowledge_weights (
            kind BIGINT NOT NULL,
            id BIGINT NOT NULL,
            weights BLOBTYPE NOT NULL,
            seq BIGINT NOT NULL,
            PRIMARY KEY (kind, id)
        );
        CREATE INDEX knowledge_weights_by_seq ON knowledge_weights (seq);
        """
}
