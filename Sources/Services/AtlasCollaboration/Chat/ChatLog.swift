import AtlasAPI
import AtlasCore
import AtlasPorts

/// The log of a group: the one way by which anything gets into it.
///
/// A transaction first takes the next place, which locks the group until it ends, so places are given in the order of
/// commits and without a gap; one that fails gives its place back.
struct ChatLog {
    let session: any SQLSession

    /// A place taken, and the group as it was found.
    struct Place {
        let group: GroupID
        let seq: Int
        /// Now, but never before the entry before.
        let at: Timestamp
        let name: String
        let memberLimit: Int
        let visibility: GroupVisibility
        let isArchived: Bool
    }

    /// The same sender has stored an entry under this `cid` before; undoes the transaction.
    struct AlreadyStored: Error {}

    /// Takes the next place.
    ///
    /// - Throws: `AtlasError.notFound` if there is no such group.
    func advance(_ group: GroupID, at now: Timestamp) throws -> Place {
        let rows = try session.rows(
            """
            UPDATE study_groups SET head = head + 1,
                head_at = CASE WHEN head_at < \(now) THEN \(now) ELSE head_at END
            WHERE id = \(group)
            RETURNING head, head_at, name, member_limit, visibility, archived_at
            """
        )
        guard let row = rows.first else { throw GroupRows.unknown }
        return Place(
            group: group,
            seq: try row.int("head"),
            at: try row.timestamp("head_at"),
            name: try row.string("name"),
            memberLimit: try row.int("member_limit"),
            visibility: GroupVisibility(rawValue: try row.string("visibility")) ?? .invitation,
            isArchived: try row.optionalTimestamp("archived_at") != nil
        )
    }

    /// Stores an entry in its place and its event in the outbox.
    ///
    /// - Throws: `AlreadyStored`.
    func append(_ entry: ChatEntry) throws {
        let inserted = try session.execute(
            """
            INSERT INTO chat_entries
                (group_id, seq, kind, message_id, sender, cid, made_at, content, mentions, emoji, is_on)
            VALUES (\(entry.group), \(entry.seq), \(entry.kind.rawValue), \(entry.id), \(entry.author.id), \(entry.cid),
                \(entry.at), \(entry.content), \(MentionList.text(entry.mentions)), \(entry.emoji), \(entry.isOn))
            ON CONFLICT (group_id, sender, cid) DO NOTHING
            """
        )
        guard inserted == 1 else { throw AlreadyStored() }
        try tell(.entry(entry), at: entry.at, of: entry.group, id: Self.eventID(entry.group, entry.seq, 0))
    }

    /// Stores that somebody came, went or has another role, and tells whoever must know.
    func append(_ change: MembershipChange, of user: UserID, by author: Person, cid: String, at place: Place) throws {
        try append(
            ChatEntry(
                group: place.group,
                seq: place.seq,
                kind: .membership,
                id: MessageID(cid),
                cid: cid,
                author: author,
                at: place.at,
                content: change.rawValue,
                mentions: [user]
            )
        )
        if let ended = change.ended(user) {
            try tell(ended, at: place.at, of: place.group, id: Self.eventID(place.group, place.seq, 1))
        }
        try tell(.updated, at: place.at, of: place.group, id: Self.eventID(place.group, place.seq, 2))
    }

    /// Stores an event for the group's channel.
    func tell(_ event: GroupEvent, at moment: Timestamp, of group: GroupID, id: String) throws {
        try Outbox.append(
            OutboxEvent(
                id: id,
                type: event.type,
                queue: nil,
                channel: GroupEvent.channel(group),
                payload: try event.encoded()
            ),
            at: moment,
            in: session
        )
    }

    /// Sorts as the log does, for events of one millisecond are relayed in the order of their ids.
    private static func eventID(_ group: GroupID, _ seq: Int, _ part: Int) -> String {
        let digits = String(seq)
        return "\(group)-\(String(repeating: "0", count: max(0, 19 - digits.count)))\(digits)-\(part)"
    }
}

/// What a membership entry says.
enum MembershipChange: String {
    case joined, left, removed, member, moderator, owner, archived, restored

    init(role: GroupRole) {
        switch role {
        case .member: self = .member
        case .moderator: self = .moderator
        case .owner: self = .owner
        }
    }

    fileprivate func ended(_ user: UserID) -> GroupEvent? {
        switch self {
        case .left: .ended(user, .left)
        case .removed: .ended(user, .removed)
        case .archived: .ended(nil, .archived)
        default: nil
        }
    }
}

extension GroupEvent {
    fileprivate var type: String {
        switch self {
        case .entry(let entry): "group.\(entry.kind.rawValue)"
        case .ended: "group.ended"
        case .updated: "group.updated"
        }
    }
}

/// Mentioned accounts as one column.
enum MentionList {
    /// Ids hold only letters and digits.
    static func text(_ users: [UserID]) -> String { users.map(\.rawValue).joined(separator: ",") }

    static func users(_ text: String) -> [UserID] { text.split(separator: ",").map { UserID(String($0)) } }
}
