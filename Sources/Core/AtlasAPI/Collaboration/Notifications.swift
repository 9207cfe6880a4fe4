public import AtlasCore
import Foundation

/// What an account was told and may not have seen.
public protocol Notifications: Sendable {
    /// The caller's notices, newest first.
    ///
    /// - Parameter limit: 1...100.
    func notices(limit: Int, onlyUnread: Bool, as caller: Caller) async throws -> [Notice]

    /// Says that the caller has seen these notices; `nil` means all. Unknown ones are passed over.
    ///
    /// - Parameter ids: At most `NoticeLimits.page`.
    /// - Returns: How many unread ones are left.
    func markRead(_ ids: [NoticeID]?, as caller: Caller) async throws -> Int
}

/// Every limit of notices.
public enum NoticeLimits {
    /// Notices of one answer.
    public static let page = 100
    /// Notices kept of one account; older ones are forgotten.
    public static let kept = 500
}

/// A marker for identifiers of notices.
public enum NoticeEntity {}
/// The id of a notice.
public typealias NoticeID = Identifier<NoticeEntity>

/// Something an account should know; stored, and told on its channel after the commit.
public struct Notice: Sendable, Equatable {
    /// What it is about.
    public enum Kind: String, Sendable, CaseIterable, Codable {
        /// Somebody mentioned the account in a group.
        case mention
        /// Somebody asks to join a group that the account moderates.
        case request
        /// The account's request to join was accepted.
        case accepted
        /// Somebody would like to learn with the account.
        case proposal
        /// Both agreed to learn together; `group` is theirs.
        case match
    }

    /// Its id.
    public let id: NoticeID
    /// What it is about.
    public let kind: Kind
    /// One sentence, as in “Ada mentioned you in Raft readers”, for a person to read.
    public let text: String
    /// The group it is about.
    public let group: GroupID?
    /// The message it is about.
    public let message: MessageID?
    /// When.
    public let at: Timestamp
    /// When the account said it has seen it.
    public let readAt: Timestamp?

    /// A notice.
    public init(
        id: NoticeID,
        kind: Kind,
        text: String,
        group: GroupID?,
        message: MessageID?,
        at: Timestamp,
        readAt: Timestamp?
    ) {
        self.id = id
        self.kind = kind
        self.text = text
        self.group = group
        self.message = message
        self.at = at
        self.readAt = readAt
    }
}

/// What is told on an account's channel after a commit, as JSON:
/// `{"kind":"notification","notification":{id, kind, text, groupId?, messageId?, at}}`.
public enum UserEvent: Sendable, Equatable {
    /// There is a new notice.
    case notice(Notice)

    /// The channel of an account.
    public static func channel(_ user: UserID) -> String { "user:\(user)" }

    /// The JSON.
    public func encoded() throws -> [UInt8] {
        let notice: Notice =
            switch self {
            case .notice(let notice): notice
            }
        let told = Told(
            id: notice.id.rawValue,
            kind: notice.kind,
            text: notice.text,
            groupId: notice.group?.rawValue,
            messageId: notice.message?.rawValue,
            at: notice.at.milliseconds
        )
        return Array(try JSONEncoder().encode(Envelope(kind: Envelope.notification, notification: told)))
    }

    /// Reads what `encoded` wrote.
    ///
    /// - Throws: `DecodingError` for anything else.
    public init(_ payload: [UInt8]) throws {
        let told = try JSONDecoder().decode(Envelope.self, from: Data(payload)).notification
        self = .notice(
            Notice(
                id: NoticeID(told.id),
                kind: told.kind,
                text: told.text,
                group: told.groupId.map { GroupID($0) },
                message: told.messageId.map { MessageID($0) },
                at: Timestamp(milliseconds: told.at),
                readAt: nil
            )
        )
    }

    private struct Envelope: Codable {
        static let notification = "notification"
        let kind: String
        let notification: Told
    }

    private struct Told: Codable {
        let id: String
        let kind: Notice.Kind
        let text: String
        let groupId: String?
        let messageId: String?
        let at: Int64
    }
}
