public import AtlasCore

/// A marker for identifiers of invitations.
public enum InvitationEntity {}
/// The id of an invitation; knowing it does not let anybody in.
public typealias InvitationID = Identifier<InvitationEntity>

/// What a member may do; each role includes the one before.
public enum GroupRole: String, Sendable, CaseIterable, Comparable, Codable {
    /// Reads, writes, draws.
    case member
    /// Also decides requests, invites, removes members and deletes messages.
    case moderator
    /// Also gives roles, decides who finds the group, and archives it.
    case owner

    /// Orders by power.
    public static func < (left: GroupRole, right: GroupRole) -> Bool { left.rank < right.rank }

    private var rank: Int {
        switch self {
        case .member: 0
        case .moderator: 1
        case .owner: 2
        }
    }
}

/// Who finds a group, and how one gets in.
public enum GroupVisibility: String, Sendable, CaseIterable {
    /// Listed; anybody joins.
    case open
    /// Listed; a moderator decides who joins.
    case request
    /// Not listed; only who has an invitation joins.
    case invitation
}

/// What a group says of itself and whom it takes.
public struct GroupSettings: Sendable, Equatable {
    /// 1 to 80 characters after trimming.
    public let name: String
    /// At most 2,000 characters.
    public let description: String
    /// At most 10, each once; topics of the syllabus or words of one's own.
    public let topics: [String]
    /// Who finds the group.
    public let visibility: GroupVisibility
    /// 2...250.
    public let memberLimit: Int

    /// Settings, not yet checked.
    public init(
        name: String,
        description: String = "",
        topics: [String] = [],
        visibility: GroupVisibility = .open,
        memberLimit: Int = GroupLimits.members
    ) {
        self.name = name
        self.description = description
        self.topics = topics
        self.visibility = visibility
        self.memberLimit = memberLimit
    }
}

/// A group as one caller sees it.
public struct StudyGroup: Sendable, Equatable {
    /// Its id.
    public let id: GroupID
    /// Name, description, topics, visibility and limit.
    public let settings: GroupSettings
    /// How many belong to it.
    public let memberCount: Int
    /// True if it is read-only.
    public let isArchived: Bool
    /// What the caller is in it; `nil` for no member.
    public let role: GroupRole?
    /// True if the caller has asked to be let in and nobody has decided.
    public let hasRequested: Bool
    /// The number of the log's last entry; 0 for no member.
    public let head: Int
    /// Up to which entry the caller has read.
    public let readSeq: Int
    /// Messages of others after `readSeq`, counted to at most `ChatLimits.unread`.
    public let unread: Int
    /// When it was made.
    public let createdAt: Timestamp
    /// Grows with every change of the settings.
    public let version: Int

    /// A group.
    public init(
        id: GroupID,
        settings: GroupSettings,
        memberCount: Int,
        isArchived: Bool,
        role: GroupRole?,
        hasRequested: Bool,
        head: Int,
        readSeq: Int,
        unread: Int,
        createdAt: Timestamp,
        version: Int
    ) {
        self.id = id
        self.settings = settings
        self.memberCount = memberCount
        self.isArchived = isArchived
        self.role = role
        self.hasRequested = hasRequested
        self.head = head
        self.readSeq = readSeq
        self.unread = unread
        self.createdAt = createdAt
        self.version = version
    }
}

/// An account as other members see it.
public struct Person: Sendable, Equatable, Hashable {
    /// Its id.
    public let id: UserID
    /// The name shown to others.
    public let displayName: String

    /// A person.
    public init(id: UserID, displayName: String) {
        self.id = id
        self.displayName = displayName
    }
}

/// Somebody who belongs to a group.
public struct GroupMember: Sendable, Equatable {
    /// Who.
    public let person: Person
    /// As what.
    public let role: GroupRole
    /// Since when.
    public let joinedAt: Timestamp

    /// A member.
    public init(person: Person, role: GroupRole, joinedAt: Timestamp) {
        self.person = person
        self.role = role
        self.joinedAt = joinedAt
    }
}

/// What somebody is in a group, for checks that must be cheap.
public struct GroupMembership: Sendable, Equatable {
    /// As what.
    public let role: GroupRole
    /// The name shown to others.
    public let displayName: String
    /// True if the group is read-only.
    public let isArchived: Bool

    /// A membership.
    public init(role: GroupRole, displayName: String, isArchived: Bool) {
        self.role = role
        self.displayName = displayName
        self.isArchived = isArchived
    }
}

/// A wish to be let in.
public struct JoinRequest: Sendable, Equatable {
    /// Who asks.
    public let person: Person
    /// Since when.
    public let at: Timestamp

    /// A request.
    public init(person: Person, at: Timestamp) {
        self.person = person
        self.at = at
    }
}

/// A link that lets people in.
public struct GroupInvitation: Sendable, Equatable {
    /// Its id, for revoking it.
    public let id: InvitationID
    /// Who made it.
    public let createdBy: UserID
    /// When.
    public let createdAt: Timestamp
    /// When it ends.
    public let expiresAt: Timestamp
    /// How often it can be used in all.
    public let maxUses: Int
    /// How often it was used.
    public let uses: Int

    /// An invitation.
    public init(
        id: InvitationID,
        createdBy: UserID,
        createdAt: Timestamp,
        expiresAt: Timestamp,
        maxUses: Int,
        uses: Int
    ) {
        self.id = id
        self.createdBy = createdBy
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.maxUses = maxUses
        self.uses = uses
    }
}
