public import AtlasCore

/// Groups that learn together: who belongs to them, and who may do what.
///
/// A caller who is not a member gets `.notFound` for a group that is not listed (`GroupVisibility.invitation`), and
/// `.forbidden` for what only members, or members with a greater role, may do. In an archived group everything but
/// reading, leaving and restoring is refused with `.conflict`.
public protocol StudyGroups: Sendable {
    /// Makes a group whose only member, and owner, is the caller.
    ///
    /// - Throws: `AtlasError` — `.unauthenticated`, `.invalid` with the field, `.tooMany` for the 21st owned group.
    func create(_ settings: GroupSettings, as caller: Caller) async throws -> StudyGroup

    /// One group, as the caller may see it.
    ///
    /// - Throws: `AtlasError.notFound`.
    func group(_ id: GroupID, as caller: Caller) async throws -> StudyGroup

    /// The groups of the caller, those with the newest entry first, archived ones last; at most
    /// `GroupLimits.joined`.
    func groups(as caller: Caller) async throws -> [StudyGroup]

    /// Listed groups that are not archived and that the caller does not belong to, the liveliest first.
    ///
    /// - Parameters:
    ///   - topic: Only groups that name this topic.
    ///   - limit: 1...50.
    func discover(topic: String?, limit: Int, as caller: Caller) async throws -> [StudyGroup]

    /// Replaces the settings. Moderators may change name, description and topics, owners everything.
    ///
    /// - Parameter version: The version the caller had read.
    /// - Throws: `AtlasError` — `.conflict` if `version` is not the newest; `.invalid` with the field, also for a limit
    ///   below the number of members; `.forbidden`.
    func update(_ id: GroupID, _ settings: GroupSettings, version: Int, as caller: Caller) async throws -> StudyGroup

    /// Makes a group read-only; for owners. Doing it again changes nothing.
    func archive(_ id: GroupID, as caller: Caller) async throws -> StudyGroup

    /// Takes a group out of the archive; for owners. Doing it again changes nothing.
    func restore(_ id: GroupID, as caller: Caller) async throws -> StudyGroup

    /// Joins an open group at once; asks to be let into one that wants requests. Doing it again changes nothing.
    ///
    /// - Returns: The group; `role` is `nil` and `hasRequested` true after a request.
    /// - Throws: `AtlasError` — `.notFound` for a group that is not listed, `.conflict` if it is full or archived,
    ///   `.tooMany` for the 101st group or the 21st open request.
    func join(_ id: GroupID, as caller: Caller) async throws -> StudyGroup

    /// Joins by an invitation's code, whatever the group's visibility; uses it once, and not at all for a member.
    ///
    /// - Throws: as `join(_:)`, and `.notFound` for a code that is unknown, used up, expired or revoked, without saying
    ///   which.
    func join(invitation code: String, as caller: Caller) async throws -> StudyGroup

    /// The group that an invitation's code leads to, without joining.
    ///
    /// - Throws: `AtlasError.notFound` as `join(invitation:)`.
    func invited(by code: String, as caller: Caller) async throws -> StudyGroup

    /// Ends the caller's membership, or withdraws its request. The last member's leaving archives the group.
    ///
    /// - Throws: `AtlasError.conflict` for the last owner of a group with other members.
    func leave(_ id: GroupID, as caller: Caller) async throws

    /// The members of some groups, owners first, then by the time of joining; groups that the caller does not belong
    /// to are absent.
    func members(of ids: [GroupID], as caller: Caller) async throws -> [GroupID: [GroupMember]]

    /// Who is in which group, for Atlas itself: nobody's membership is looked at.
    ///
    /// - Parameter ids: At most 500; groups without members are absent from the answer.
    func memberIDs(of ids: [GroupID]) async throws -> [GroupID: Set<UserID>]

    /// Open requests to join, the oldest first; groups where the caller is not a moderator or owner are absent.
    func requests(of ids: [GroupID], as caller: Caller) async throws -> [GroupID: [JoinRequest]]

    /// Invitations that can still be used, the newest first; groups where the caller is not a moderator or owner are
    /// absent.
    func invitations(of ids: [GroupID], as caller: Caller) async throws -> [GroupID: [GroupInvitation]]

    /// Accepts or declines a request; for moderators and owners.
    ///
    /// - Throws: `AtlasError` — `.notFound` if there is no such request any more, `.conflict` if the group is full.
    func decide(_ id: GroupID, requestOf user: UserID, accept: Bool, as caller: Caller) async throws -> StudyGroup

    /// Makes a link that lets people in; for moderators and owners.
    ///
    /// - Parameters:
    ///   - life: One minute to `GroupLimits.invitationLife`.
    ///   - uses: 1...`GroupLimits.members`.
    /// - Returns: The invitation with its code, which is not stored and cannot be asked for again.
    /// - Throws: `AtlasError.tooMany` for the 21st open invitation of a group.
    func makeInvitation(
        to id: GroupID,
        life: Duration,
        uses: Int,
        as caller: Caller
    ) async throws -> (invitation: GroupInvitation, code: String)

    /// Makes an invitation useless; for moderators and owners.
    ///
    /// - Throws: `AtlasError.notFound`.
    func revoke(_ invitation: InvitationID, of id: GroupID, as caller: Caller) async throws

    /// Gives a member another role; for owners. An owner keeps the role unless it steps down itself while another
    /// owner remains.
    ///
    /// - Throws: `AtlasError` — `.notFound` if `user` is no member, `.forbidden`, `.conflict` for the last owner,
    ///   `.tooMany` if the new owner would own too many groups.
    func setRole(_ role: GroupRole, of user: UserID, in id: GroupID, as caller: Caller) async throws -> StudyGroup

    /// Ends somebody's membership. Moderators may remove members, owners also moderators; nobody removes an owner.
    ///
    /// - Throws: `AtlasError` — `.notFound` if `user` is no member, `.forbidden`.
    func remove(_ user: UserID, from id: GroupID, as caller: Caller) async throws -> StudyGroup

    /// What `user` is in a group, `nil` for no member. Cheap: from memory, at most one second old; changes made in this
    /// process are seen at once.
    func membership(of user: UserID, in id: GroupID) async throws -> GroupMembership?
}

/// Every limit of groups.
public enum GroupLimits {
    /// Members of a group unless its settings say otherwise.
    public static let members = 50
    /// The most members that settings may allow.
    public static let mostMembers = 250
    /// Groups, not counting archived ones, that one account owns.
    public static let owned = 20
    /// Groups that one account belongs to.
    public static let joined = 100
    /// Open requests of one account.
    public static let requests = 20
    /// Characters of a name, after trimming.
    public static let nameCharacters = 1...80
    /// Characters of a description.
    public static let descriptionCharacters = 2_000
    /// Topics that a group names.
    public static let topics = 10
    /// Characters of a topic.
    public static let topicCharacters = 1...60
    /// Groups of one answer to `discover`.
    public static let discovered = 50
    /// Open invitations of one group.
    public static let invitations = 20
    /// The life of an invitation.
    public static let invitationLife = Duration.seconds(30 * 86_400)
    /// The shortest life of an invitation.
    public static let shortestInvitationLife = Duration.seconds(60)
    /// How long a remembered membership may be out of date.
    public static let membershipAge = Duration.seconds(1)
}
