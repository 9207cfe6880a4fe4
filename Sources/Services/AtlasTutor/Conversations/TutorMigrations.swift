public import AtlasPorts

/// The tables of conversations with the tutor.
public enum TutorMigrations {
    /// In order.
    public static let all = [
        Migration(owner: "tutor", number: 1, reason: "conversations, what they cite and what they cost", sql: first),
        Migration(
            owner: "tutor",
            number: 2,
            reason: "what a question was about, so that it can be asked again",
            sql: """
                ALTER TABLE conversation_messages ADD COLUMN node_ids TEXT NOT NULL DEFAULT '[]';
                ALTER TABLE conversation_messages ADD COLUMN item_id TEXT;
                """
        ),
    ]

    /// A turn is two messages of the same number: what the learner asked and what the tutor said.
    ///
    /// `target` is the graded question a turn is about, `step` how far up its ladder it went.
    private static let first = """
        CREATE TABLE conversations (
            id TEXT PRIMARY KEY,
            user_id TEXT NOT NULL,
            title TEXT NOT NULL,
            diagram_id TEXT,
            lab_id TEXT,
            incident_id TEXT,
            node_ids TEXT NOT NULL,
            item_id TEXT,
            questions BIGINT NOT NULL CHECK (questions >= 0),
            started_at BIGINT NOT NULL,
            updated_at BIGINT NOT NULL
        );
        CREATE INDEX conversations_by_user ON conversations (user_id, updated_at, id);
        CREATE TABLE conversation_messages (
            id TEXT PRIMARY KEY,
            conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
            user_id TEXT NOT NULL,
            turn BIGINT NOT NULL,
            role TEXT NOT NULL CHECK (role IN ('user', 'assistant')),
            content TEXT NOT NULL,
            html TEXT NOT NULL,
            client_id TEXT,
            intent TEXT,
            status TEXT,
            move TEXT,
            hint_level BIGINT NOT NULL,
            abstained BIGINT NOT NULL,
            unsupported BIGINT NOT NULL,
            writer TEXT,
            note TEXT,
            tokens BIGINT NOT NULL,
            target TEXT,
            step BIGINT NOT NULL,
            is_helpful BIGINT,
            comment TEXT,
            created_at BIGINT NOT NULL,
            duration_ms BIGINT NOT NULL,
            UNIQUE (conversation_id, turn, role),
            UNIQUE (user_id, client_id, role)
        );
        CREATE TABLE conversation_citations (
            message_id TEXT NOT NULL REFERENCES conversation_messages (id) ON DELETE CASCADE,
            number BIGINT NOT NULL,
            record TEXT NOT NULL,
            title TEXT NOT NULL,
            diagram_id TEXT,
            node_id TEXT,
            edge_id TEXT,
            incident_id TEXT,
            lab_id TEXT,
            line BIGINT,
            quote TEXT NOT NULL,
            PRIMARY KEY (message_id, number)
        );
        CREATE TABLE tutor_usage (
            user_id TEXT NOT NULL,
            day BIGINT NOT NULL,
            tokens BIGINT NOT NULL,
            calls BIGINT NOT NULL,
            PRIMARY KEY (user_id, day)
        );
        CREATE INDEX tutor_usage_by_day ON tutor_usage (day);
        CREATE TABLE tutor_learners (
            user_id TEXT PRIMARY KEY,
            shares_profile BIGINT NOT NULL
        );
        """
}
