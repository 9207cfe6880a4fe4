public import AtlasPorts

/// The tables of reviews.
public enum ReviewMigrations {
    /// In order.
    public static let all = [
        Migration(owner: "reviews", number: 1, reason: "the log of each learner, and what follows from it", sql: log),
        Migration(owner: "reviews", number: 2, reason: "graded answers and how items do", sql: answers),
        Migration(
            owner: "reviews",
            number: 3,
            reason: "answers that are taken back: what told of them, and how they were counted",
            sql: """
                ALTER TABLE item_answers ADD COLUMN event_id TEXT;
                ALTER TABLE item_answers ADD COLUMN counted TEXT;
                ALTER TABLE item_answers ADD COLUMN is_undone BIGINT NOT NULL DEFAULT 0;
                CREATE INDEX review_log_by_undone ON review_log (user_id, undoes);
                """
        ),
    ]

    /// `review_log` is only added to.
    ///
    /// `review_cards` can be made from it at any time. `review_learners.head` is the number of the last entry; changing
    /// the row locks the learner's log.
    private static let log = """
        CREATE TABLE review_learners (
            user_id TEXT PRIMARY KEY,
            head BIGINT NOT NULL CHECK (head >= 0),
            settings TEXT,
            version BIGINT NOT NULL,
            fit TEXT,
            fitted_head BIGINT NOT NULL,
            answers BIGINT NOT NULL,
            right_answers BIGINT NOT NULL
        );
        CREATE TABLE review_log (
            user_id TEXT NOT NULL,
            id TEXT NOT NULL,
            seq BIGINT NOT NULL,
            item_id TEXT NOT NULL,
            action TEXT NOT NULL CHECK (action IN ('review', 'undo', 'suspend', 'resume')),
            rating BIGINT CHECK (rating BETWEEN 1 AND 4),
            undoes TEXT,
            reviewed_at BIGINT NOT NULL,
            duration_ms BIGINT NOT NULL,
            device TEXT NOT NULL,
            is_correct BIGINT,
            event_id TEXT NOT NULL,
            PRIMARY KEY (user_id, id),
            CHECK (action <> 'review' OR rating IS NOT NULL),
            CHECK (action <> 'undo' OR undoes IS NOT NULL)
        );
        CREATE UNIQUE INDEX review_log_by_arrival ON review_log (user_id, seq);
        CREATE INDEX review_log_by_item ON review_log (user_id, item_id);
        CREATE INDEX review_log_by_time ON review_log (user_id, reviewed_at);
        CREATE TABLE review_cards (
            user_id TEXT NOT NULL,
            item_id TEXT NOT NULL,
            phase BIGINT,
            step BIGINT,
            stability DOUBLE PRECISION,
            difficulty DOUBLE PRECISION,
            due_at BIGINT,
            last_at BIGINT,
            first_at BIGINT,
            reviews BIGINT NOT NULL,
            lapses BIGINT NOT NULL,
            is_suspended BIGINT NOT NULL,
            PRIMARY KEY (user_id, item_id)
        );
        CREATE INDEX review_cards_by_due ON review_cards (user_id, due_at);
        """

    /// `item_figures` counts the first answer of each learner, apart for those who mostly answer right.
    private static let answers = """
        CREATE TABLE item_answers (
            user_id TEXT NOT NULL,
            id TEXT NOT NULL,
            item_id TEXT NOT NULL,
            choices TEXT NOT NULL,
            is_correct BIGINT NOT NULL,
            answered_at BIGINT NOT NULL,
            PRIMARY KEY (user_id, id)
        );
        CREATE INDEX item_answers_by_item ON item_answers (user_id, item_id);
        CREATE TABLE item_figures (
            item_id TEXT PRIMARY KEY,
            strong BIGINT NOT NULL,
            strong_right BIGINT NOT NULL,
            weak BIGINT NOT NULL,
            weak_right BIGINT NOT NULL
        );
        """
}
