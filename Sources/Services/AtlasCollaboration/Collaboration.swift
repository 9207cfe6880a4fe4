public import AtlasAPI
public import AtlasCore
public import AtlasPorts
public import Logging

/// Study groups and what belongs to them, on one database.
public struct Collaboration: Sendable {
    /// Who belongs to which group.
    public let groups: any StudyGroups
    /// What is said in them.
    public let chat: any GroupChat
    /// What accounts were told.
    public let notices: any Notifications
    /// Whom to learn with.
    public let peers: any PeerMatching
    /// What is drawn in them.
    public let boards: BoardService

    /// Services whose tables exist.
    ///
    /// - Parameters:
    ///   - auth: Asked for the names that members show.
    ///   - content: Asked whether the diagram, node or edge exists that a message is pinned to.
    ///   - progress: Asked, for accounts that opted in to matching, what they have completed.
    ///   - pubSub: Tells of new entries, also those made in another process where it reaches that far.
    public init(
        database: any Database,
        auth: any Auth,
        content: any Content,
        progress: any ProgressTracking,
        pubSub: any PubSub,
        clock: any WallClock,
        ids: any IDSource,
        logger: Logger
    ) {
        let directory = GroupDirectory(database: database, auth: auth, clock: clock)
        let groups = GroupService(database: database, directory: directory, clock: clock, ids: ids)
        self.groups = groups
        boards = BoardService(
            database: database,
            pubSub: pubSub,
            membership: { try await groups.membership(of: $0, in: $1) },
            clock: clock,
            ids: ids,
            logger: logger
        )
        chat = ChatService(
            database: database,
            directory: directory,
            content: content,
            pubSub: pubSub,
            clock: clock,
            ids: ids
        )
        notices = NoticeService(database: database, clock: clock)
        peers = PeerService(
            database: database,
            directory: directory,
            content: content,
            progress: progress,
            clock: clock,
            ids: ids
        )
    }
}
