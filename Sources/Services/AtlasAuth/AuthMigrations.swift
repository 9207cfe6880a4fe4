public import AtlasPorts

/// The tables of the Auth service.
public enum AuthMigrations {
    /// In order.
    public static let all = [
        Migration(
            owner: "auth",
            number: 1,
            reason: "accounts, sessions and signing keys",
            sql: """
                CREATE TABLE users (
                    id TEXT PRIMARY KEY,
                    email TEXT NOT NULL UNIQUE,
                    display_name TEXT NOT NULL,
                    password_hash TEXT NOT NULL,
                    role TEXT NOT NULL CHECK (role IN ('learner', 'instructor', 'admin')),
                    created_at BIGINT NOT NULL
                );
                CREATE TABLE sessions (
                    id TEXT PRIMARY KEY,
                    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
                    device TEXT NOT NULL,
                    created_at BIGINT NOT NULL,
                    last_used_at BIGINT NOT NULL,
                    expires_at BIGINT NOT NULL,
                    ended_at BIGINT
                );
                CREATE INDEX sessions_by_user ON sessions (user_id) WHERE ended_at IS NULL;
                CREATE INDEX sessions_by_end ON sessions (ended_at) WHERE ended_at IS NOT NULL;
                CREATE TABLE refresh_tokens (
                    hash TEXT PRIMARY KEY,
                    session_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
                    created_at BIGINT NOT NULL,
                    used_at BIGINT
                );
                CREATE INDEX refresh_tokens_by_session ON refresh_tokens (session_id);
                CREATE TABLE signing_keys (
                    id TEXT PRIMARY KEY,
                    sealed_key BLOBTYPE NOT NULL,
                    created_at BIGINT NOT NULL
                );
                """
        )
    ]
}
