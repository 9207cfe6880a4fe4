public import AtlasPorts

/// The tables of the Content service.
public enum ContentMigrations {
    /// In order.
    public static let all = [
        Migration(
            owner: "content",
            number: 1,
            reason: "diagrams, labs, incidents, their versions and words",
            sql: items + versions + words
        ),
        Migration(
            owner: "content",
            number: 2,
            reason: "diagrams have more views than structure and failure",
            sql: anyView
        ),
    ]

    /// SQLite cannot take a check off a column, so the rows move to a table without it.
    private static let anyView = """
        CREATE TABLE diagrams_of_any_view (
            id TEXT PRIMARY KEY,
            title TEXT NOT NULL,
            summary TEXT NOT NULL,
            category TEXT NOT NULL,
            level INTEGER NOT NULL CHECK (level BETWEEN 1 AND 3),
            topics TEXT NOT NULL,
            published BOOLEAN NOT NULL,
            removed BOOLEAN NOT NULL,
            version INTEGER NOT NULL,
            updated_at BIGINT NOT NULL,
            view_name TEXT NOT NULL,
            mermaid_source TEXT NOT NULL
        );
        INSERT INTO diagrams_of_any_view (
            id, title, summary, category, level, topics, published, removed, version, updated_at, view_name,
            mermaid_source
        )
        SELECT
            id, title, summary, category, level, topics, published, removed, version, updated_at, view_name,
            mermaid_source
        FROM diagrams;
        DROP TABLE diagrams;
        ALTER TABLE diagrams_of_any_view RENAME TO diagrams;
        CREATE INDEX diagrams_by_category ON diagrams (category, level);
        """

    /// The newest state of every item, as columns worth asking for; whole files are in `content_versions`.
    private static let items = """
        CREATE TABLE diagrams (
            id TEXT PRIMARY KEY,
            title TEXT NOT NULL,
            summary TEXT NOT NULL,
            category TEXT NOT NULL,
            level INTEGER NOT NULL CHECK (level BETWEEN 1 AND 3),
            topics TEXT NOT NULL,
            published BOOLEAN NOT NULL,
            removed BOOLEAN NOT NULL,
            version INTEGER NOT NULL,
            updated_at BIGINT NOT NULL,
            view_name TEXT NOT NULL CHECK (view_name IN ('structure', 'failure')),
            mermaid_source TEXT NOT NULL
        );
        CREATE INDEX diagrams_by_category ON diagrams (category, level);
        CREATE TABLE labs (
            id TEXT PRIMARY KEY,
            title TEXT NOT NULL,
            summary TEXT NOT NULL,
            category TEXT NOT NULL,
            level INTEGER NOT NULL CHECK (level BETWEEN 1 AND 3),
            topics TEXT NOT NULL,
            published BOOLEAN NOT NULL,
            removed BOOLEAN NOT NULL,
            version INTEGER NOT NULL,
            updated_at BIGINT NOT NULL,
            number INTEGER NOT NULL,
            tier TEXT NOT NULL,
            minutes INTEGER NOT NULL
        );
        CREATE INDEX labs_by_number ON labs (level, number);
        CREATE TABLE incidents (
            id TEXT PRIMARY KEY,
            title TEXT NOT NULL,
            summary TEXT NOT NULL,
            category TEXT NOT NULL,
            level INTEGER NOT NULL CHECK (level BETWEEN 1 AND 3),
            topics TEXT NOT NULL,
            published BOOLEAN NOT NULL,
            removed BOOLEAN NOT NULL,
            version INTEGER NOT NULL,
            updated_at BIGINT NOT NULL,
            company TEXT NOT NULL,
            happened_on TEXT NOT NULL,
            mermaid_source TEXT NOT NULL
        );
        CREATE INDEX incidents_by_date ON incidents (happened_on);

        """

    /// Every state an item ever had, and the hash of the file each imported item came from.
    private static let versions = """
        CREATE TABLE content_versions (
            kind TEXT NOT NULL CHECK (kind IN ('diagram', 'lab', 'incident')),
            id TEXT NOT NULL,
            number INTEGER NOT NULL CHECK (number > 0),
            source TEXT NOT NULL,
            sha256 TEXT NOT NULL,
            title TEXT NOT NULL,
            saved_at BIGINT NOT NULL,
            saved_by TEXT,
            removed BOOLEAN NOT NULL,
            UNIQUE (kind, id, number)
        );
        CREATE TABLE content_imports (
            kind TEXT NOT NULL,
            id TEXT NOT NULL,
            sha256 TEXT NOT NULL,
            PRIMARY KEY (kind, id)
        );

        """

    /// The index of words, which are folded before they come here; so neither engine needs a language.
    private static let words = """
        -- only: sqlite
        CREATE TABLE content_search (
            number INTEGER PRIMARY KEY,
            kind TEXT NOT NULL,
            id TEXT NOT NULL,
            published BOOLEAN NOT NULL,
            UNIQUE (kind, id)
        );
        CREATE VIRTUAL TABLE content_words USING fts5 (
            title, labels, summary, body, tokenize = 'ascii', prefix = '2 3 4'
        );
        -- end
        -- only: postgres
        CREATE TABLE content_search (
            kind TEXT NOT NULL,
            id TEXT NOT NULL,
            published BOOLEAN NOT NULL,
            words TSVECTOR NOT NULL,
            PRIMARY KEY (kind, id)
        );
        CREATE INDEX content_search_by_word ON content_search USING gin (words);
        -- end
        """
}
