import AtlasAPI
import AtlasCore
import AtlasPorts

/// The words of all messages, inside one transaction: FTS5 on SQLite, `tsvector` on PostgreSQL.
///
/// A message's group is one of its words, so that a search reads only what can be a hit; which group it is of decides
/// the message's row nevertheless, for anybody can write a group's id.
struct ChatSearch {
    let session: any SQLSession

    /// Adds a message that is not there.
    func add(_ entry: ChatEntry) throws {
        let words = SearchWords.of(entry.content ?? "")
        switch session.dialect {
        case .sqlite:
            let row = try session.rows(
                "INSERT INTO chat_search (message_id) VALUES (\(entry.id)) RETURNING number"
            ).first
            guard let number = try row?.int64("number") else { return }
            try session.execute(
                """
                INSERT INTO chat_words (rowid, scope, content)
                VALUES (\(number), \(Self.scope(entry.group)), \(words.joined(separator: " ")))
                """
            )
        case .postgres:
            // A word holds letters and digits only, so the quotes cannot be closed from inside.
            let lexemes = Set(words + [Self.scope(entry.group)]).map { "'\($0)'" }.joined(separator: " ")
            try session.execute(
                """
                INSERT INTO chat_search (message_id, words) VALUES (\(entry.id), CAST(\(lexemes) AS tsvector))
                """
            )
        }
    }

    /// Forgets a message.
    func remove(_ message: MessageID) throws {
        if session.dialect == .sqlite {
            try session.execute(
                """
                DELETE FROM chat_words WHERE rowid IN (SELECT number FROM chat_search WHERE message_id = \(message))
                """
            )
        }
        try session.execute("DELETE FROM chat_search WHERE message_id = \(message)")
    }

    /// The newest messages of `group` that hold every word of `text`, or one that begins with it, newest first.
    func find(_ text: String, in group: GroupID, limit: Int) throws -> [MessageID] {
        let words = SearchWords.of(text).prefix(ChatLimits.searchWords)
        guard !words.isEmpty else { return [] }
        let rows =
            switch session.dialect {
            case .sqlite:
                try session.rows(
                    """
                    SELECT chat_messages.id FROM chat_words
                    JOIN chat_search ON chat_search.number = chat_words.rowid
                    JOIN chat_messages ON chat_messages.id = chat_search.message_id
                    WHERE chat_words MATCH \(Self.fts5(Array(words), group)) AND chat_messages.group_id = \(group)
                    ORDER BY chat_messages.seq DESC LIMIT \(limit)
                    """
                )
            case .postgres:
                try session.rows(
                    """
                    SELECT chat_messages.id FROM chat_search
                    JOIN chat_messages ON chat_messages.id = chat_search.message_id
                    WHERE chat_search.words @@ CAST(\(Self.tsquery(Array(words), group)) AS tsquery)
                        AND chat_messages.group_id = \(group)
                    ORDER BY chat_messages.seq DESC LIMIT \(limit)
                    """
                )
            }
        return try rows.map { MessageID(try $0.string("id")) }
    }

    /// The group's id as a word.
    private static func scope(_ group: GroupID) -> String { SearchWords.of(group.rawValue).joined() }

    private static func fts5(_ words: [String], _ group: GroupID) -> String {
        let content = words.map { "\"\($0)\"*" }.joined(separator: " AND ")
        return "(scope : \"\(scope(group))\") AND (content : (\(content)))"
    }

    private static func tsquery(_ words: [String], _ group: GroupID) -> String {
        (["'\(scope(group))'"] + words.map { "'\($0)':*" }).joined(separator: " & ")
    }
}
