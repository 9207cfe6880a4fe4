public import AtlasPorts

/// The tables of groups, chat, notices and matching.
public enum CollaborationMigrations {
    /// In order.
    public static let all = [
        Migration(owner: "groups", number: 1, reason: "groups, members, requests and invitations", sql: groups),
        Migration(owner: "chat", number: 1, reason: "the log of each group, its messages and their words", sql: chat),
        Migration(owner: "chat", number: 2, reason: "what an account said, to export or remove it", sql: chatByPerson),
        Migration(owner: "notices", number: 1, reason: "what accounts were told", sql: notices),
        Migration(owner: "peers", number: 1, reason: "profiles and proposals of learners", sql: peers),
    ]

    /// Groups and who belongs to them; `head` is the number of a log's last entry, `head_at` its time.
    ///
    /// `group_topics` repeats the topics of groups so that one can be looked for; `group_people` has a row per account,
    /// to be locked.
    private static let groups = """
        CREATE TABLE study_groups (
            id TEXT PRIMARY KEY,
            name TEXT NOT NULL,
            description TEXT NOT NULL,
            topics TEXT NOT NULL,
            visibility TEXT NOT NULL CHECK (visibility IN ('open', 'request', 'invitation')),
            member_limit BIGINT NOT NULL,
            head BIGINT NOT NULL CHECK (head >= 0),
            head_at BIGINT NOT NULL,
            archived_at BIGINT,
            created_at BIGINT NOT NULL,
            version BIGINT NOT NULL
        );
        CREATE INDEX study_groups_listed ON study_groups (head_at)
            WHERE archived_at IS NULL AND visibility <> 'invitation';
        CREATE TABLE group_topics (
            group_id TEXT NOT NULL REFERENCES study_groups (id) ON DELETE CASCADE,
            topic TEXT NOT NULL,
            PRIMARY KEY (topic, group_id)
        );
        CREATE INDEX group_topics_by_group ON group_topics (group_id);
        CREATE TABLE group_members (
            group_id TEXT NOT NULL REFERENCES study_groups (id) ON DELETE CASCADE,
            user_id TEXT NOT NULL,
            role TEXT NOT NULL CHECK (role IN ('member', 'moderator', 'owner')),
            joined_at BIGINT NOT NULL,
            read_seq BIGINT NOT NULL,
            PRIMARY KEY (group_id, user_id)
        );
        CREATE INDEX group_members_by_user ON group_members (user_id);
        CREATE TABLE group_requests (
            group_id TEXT NOT NULL REFERENCES study_groups (id) ON DELETE CASCADE,
            user_id TEXT NOT NULL,
            asked_at BIGINT NOT NULL,
            PRIMARY KEY (group_id, user_id)
        );
        CREATE INDEX group_requests_by_user ON group_requests (user_id);
        CREATE TABLE group_invitations (
            id TEXT PRIMARY KEY,
            group_id TEXT NOT NULL REFERENCES study_groups (id) ON DELETE CASCADE,
            code_hash TEXT NOT NULL UNIQUE,
            created_by TEXT NOT NULL,
            created_at BIGINT NOT NULL,
            expires_at BIGINT NOT NULL,
            max_uses BIGINT NOT NULL,
            uses BIGINT NOT NULL CHECK (uses <= max_uses),
            revoked_at BIGINT
        );
        CREATE INDEX group_invitations_by_group ON group_invitations (group_id);
        CREATE TABLE group_people (
            user_id TEXT PRIMARY KEY
        );
        """

    /// `chat_entries` is the log; `chat_messages` holds each message as it is now.
    private static let chat = """
        CREATE TABLE chat_entries (
            group_id TEXT NOT NULL REFERENCES study_groups (id) ON DELETE CASCADE,
            seq BIGINT NOT NULL,
            kind TEXT NOT NULL CHECK (kind IN ('message', 'edit', 'delete', 'reaction', 'membership')),
            message_id TEXT NOT NULL,
            sender TEXT NOT NULL,
            cid TEXT NOT NULL,
            made_at BIGINT NOT NULL,
            content TEXT,
            mentions TEXT NOT NULL,
            emoji TEXT,
            is_on BOOLEAN,
            PRIMARY KEY (group_id, seq),
            UNIQUE (group_id, sender, cid)
        );
        CREATE INDEX chat_entries_by_message ON chat_entries (message_id);
        CREATE TABLE chat_messages (
            id TEXT PRIMARY KEY,
            group_id TEXT NOT NULL REFERENCES study_groups (id) ON DELETE CASCADE,
            seq BIGINT NOT NULL,
            sender TEXT NOT NULL,
            cid TEXT NOT NULL,
            made_at BIGINT NOT NULL,
            content TEXT,
            mentions TEXT NOT NULL,
            reply_to TEXT,
            anchor_diagram TEXT,
            anchor_node TEXT,
            anchor_edge TEXT,
            edited_at BIGINT,
            deleted_at BIGINT,
            UNIQUE (group_id, seq)
        );
        CREATE INDEX chat_messages_by_anchor ON chat_messages (group_id, anchor_diagram, seq)
            WHERE anchor_diagram IS NOT NULL;
        CREATE TABLE chat_reactions (
            message_id TEXT NOT NULL REFERENCES chat_messages (id) ON DELETE CASCADE,
            emoji TEXT NOT NULL,
            user_id TEXT NOT NULL,
            made_at BIGINT NOT NULL,
            PRIMARY KEY (message_id, emoji, user_id)
        );
        -- only: sqlite
        CREATE TABLE chat_search (
            number INTEGER PRIMARY KEY,
            message_id TEXT NOT NULL UNIQUE
        );
        CREATE VIRTUAL TABLE chat_words USING fts5 (scope, content, tokenize = 'ascii', prefix = '2 3 4');
        -- end
        -- only: postgres
        CREATE TABLE chat_search (
            message_id TEXT PRIMARY KEY,
            words TSVECTOR NOT NULL
        );
        CREATE INDEX chat_search_by_word ON chat_search USING gin (words);
        -- end
        """

    private static let chatByPerson = """
        CREATE INDEX chat_messages_by_sender ON chat_messages (sender, made_at);
        CREATE INDEX chat_reactions_by_user ON chat_reactions (user_id, made_at);
        """

    private static let notices = """
        CREATE TABLE notifications (
            id TEXT PRIMARY KEY,
            user_id TEXT NOT NULL,
            kind TEXT NOT NULL,
            body TEXT NOT NULL,
            group_id TEXT,
            message_id TEXT,
            made_at BIGINT NOT NULL,
            read_at BIGINT
        );
        CREATE INDEX notifications_by_user ON notifications (user_id, made_at);
        """

    private static let peers = """
        CREATE TABLE peer_profiles (
            user_id TEXT PRIMARY KEY,
            opted_in BOOLEAN NOT NULL,
            hours TEXT NOT NULL,
            saved_at BIGINT NOT NULL
        );
        CREATE INDEX peer_profiles_by_time ON peer_profiles (saved_at) WHERE opted_in;
        CREATE TABLE peer_goals (
            user_id TEXT NOT NULL REFERENCES peer_profiles (user_id) ON DELETE CASCADE,
            goal TEXT NOT NULL,
            PRIMARY KEY (user_id, goal)
        );
        CREATE INDEX peer_goals_by_goal ON peer_goals (goal, user_id);
        CREATE TABLE peer_proposals (
            from_user TEXT NOT NULL,
            to_user TEXT NOT NULL,
            made_at BIGINT NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('open', 'accepted', 'declined', 'withdrawn')),
            group_id TEXT,
            PRIMARY KEY (from_user, to_user)
        );
        CREATE INDEX peer_proposals_to ON peer_proposals (to_user);
        """
}
