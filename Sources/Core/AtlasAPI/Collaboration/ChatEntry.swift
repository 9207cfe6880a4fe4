public import AtlasCore

/// A marker for identifiers of messages.
public enum MessageEntity {}
/// The id of a message.
public typealias MessageID = Identifier<MessageEntity>

/// One line of a group's log; as JSON, what clients of the live gateway read.
public struct ChatEntry: Sendable, Equatable {
    /// What happened.
    public enum Kind: String, Sendable, CaseIterable, Codable {
        /// A message was posted.
        case message
        /// A message's content was replaced.
        case edit
        /// A message's content was taken away.
        case delete
        /// A reaction was put on a message or taken off.
        case reaction
        /// Somebody came, went or got another role, or the group was archived or restored.
        ///
        /// `content` says which: `joined`, `left`, `removed`, `member`, `moderator`, `owner`, `archived` or `restored`;
        /// `mentions` holds whom it concerns, `author` who did it.
        case membership
    }

    /// How a message is now, in answers that show messages rather than lines of the log.
    public struct State: Sendable, Equatable {
        /// When its content was last replaced.
        public let editedAt: Timestamp?
        /// True if its content was taken away.
        public let isDeleted: Bool
        /// In the order in which they first came.
        public let reactions: [Reaction]

        /// A state.
        public init(editedAt: Timestamp?, isDeleted: Bool, reactions: [Reaction]) {
            self.editedAt = editedAt
            self.isDeleted = isDeleted
            self.reactions = reactions
        }
    }

    /// How often an emoji stands on a message.
    public struct Reaction: Sendable, Equatable, Codable {
        /// Which.
        public let emoji: String
        /// By how many.
        public let count: Int
        /// Whether by the caller too.
        public let mine: Bool

        /// A reaction.
        public init(emoji: String, count: Int, mine: Bool) {
            self.emoji = emoji
            self.count = count
            self.mine = mine
        }
    }

    /// Whose log.
    public let group: GroupID
    /// The place in it, from 1.
    public let seq: Int
    /// What happened.
    public let kind: Kind
    /// The message that was posted, edited, deleted or reacted to; for a membership, an id of the entry's own.
    public let id: MessageID
    /// The sender's id for this entry.
    public let cid: String
    /// Who did it.
    public let author: Person
    /// When; never before the entry before it.
    public let at: Timestamp
    /// The text of a message or edit, `nil` once the message was deleted; the word of a membership.
    public let content: String?
    /// Which message a message answers.
    public let replyTo: MessageID?
    /// What a message is pinned to.
    public let anchor: Anchor?
    /// Members whom a message or edit mentions; whom a membership concerns.
    public let mentions: [UserID]
    /// A reaction's emoji.
    public let emoji: String?
    /// Whether a reaction was put on (or taken off).
    public let isOn: Bool?
    /// The message as it is now; `nil` for a line of the log.
    public let state: State?

    /// An entry.
    public init(
        group: GroupID,
        seq: Int,
        kind: Kind,
        id: MessageID,
        cid: String,
        author: Person,
        at: Timestamp,
        content: String? = nil,
        replyTo: MessageID? = nil,
        anchor: Anchor? = nil,
        mentions: [UserID] = [],
        emoji: String? = nil,
        isOn: Bool? = nil,
        state: State? = nil
    ) {
        self.group = group
        self.seq = seq
        self.kind = kind
        self.id = id
        self.cid = cid
        self.author = author
        self.at = at
        self.content = content
        self.replyTo = replyTo
        self.anchor = anchor
        self.mentions = mentions
        self.emoji = emoji
        self.isOn = isOn
        self.state = state
    }
}

extension ChatEntry: Codable {
    private enum Key: String, CodingKey {
        case groupId, seq, kind, id, cid, userId, name, at, content, replyTo, anchor, mentions, emoji
        case isOn = "on"
        case editedAt, deleted, reactions
    }

    /// Reads `{groupId, seq, kind, id, cid, userId, name, at, …}`; times are milliseconds since 1970.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        func text(_ key: Key) throws -> String? { try values.decodeIfPresent(String.self, forKey: key) }
        let reactions = try values.decodeIfPresent([Reaction].self, forKey: .reactions)
        self.init(
            group: GroupID(try values.decode(String.self, forKey: .groupId)),
            seq: try values.decode(Int.self, forKey: .seq),
            kind: try values.decode(Kind.self, forKey: .kind),
            id: MessageID(try values.decode(String.self, forKey: .id)),
            cid: try values.decode(String.self, forKey: .cid),
            author: Person(
                id: UserID(try values.decode(String.self, forKey: .userId)),
                displayName: try values.decode(String.self, forKey: .name)
            ),
            at: Timestamp(milliseconds: try values.decode(Int64.self, forKey: .at)),
            content: try text(.content),
            replyTo: try text(.replyTo).map { MessageID($0) },
            anchor: try values.decodeIfPresent(Anchor.self, forKey: .anchor),
            mentions: (try values.decodeIfPresent([String].self, forKey: .mentions) ?? []).map { UserID($0) },
            emoji: try text(.emoji),
            isOn: try values.decodeIfPresent(Bool.self, forKey: .isOn),
            state: try reactions.map { reactions in
                State(
                    editedAt: try values.decodeIfPresent(Int64.self, forKey: .editedAt)
                        .map(Timestamp.init(milliseconds:)),
                    isDeleted: try values.decodeIfPresent(Bool.self, forKey: .deleted) ?? false,
                    reactions: reactions
                )
            }
        )
    }

    /// Writes what `init(from:)` reads; what is `nil` or empty is left out, `reactions` only with `state`.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: Key.self)
        try values.encode(group.rawValue, forKey: .groupId)
        try values.encode(seq, forKey: .seq)
        try values.encode(kind, forKey: .kind)
        try values.encode(id.rawValue, forKey: .id)
        try values.encode(cid, forKey: .cid)
        try values.encode(author.id.rawValue, forKey: .userId)
        try values.encode(author.displayName, forKey: .name)
        try values.encode(at.milliseconds, forKey: .at)
        try values.encodeIfPresent(content, forKey: .content)
        try values.encodeIfPresent(replyTo?.rawValue, forKey: .replyTo)
        try values.encodeIfPresent(anchor, forKey: .anchor)
        if !mentions.isEmpty { try values.encode(mentions.map(\.rawValue), forKey: .mentions) }
        try values.encodeIfPresent(emoji, forKey: .emoji)
        try values.encodeIfPresent(isOn, forKey: .isOn)
        guard let state else { return }
        try values.encodeIfPresent(state.editedAt?.milliseconds, forKey: .editedAt)
        if state.isDeleted { try values.encode(true, forKey: .deleted) }
        try values.encode(state.reactions, forKey: .reactions)
    }
}
