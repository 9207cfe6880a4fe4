public import AtlasCore

/// The durable log of a group: messages, edits, deletions, reactions and comings and goings.
///
/// Every entry has a number (`seq`), which counts from 1 in its group without a gap; an answer is given only after the
/// commit. All methods are for members: others get `.notFound` where they may not know the group, else `.forbidden`.
/// What writes is refused with `.conflict` in an archived group.
public protocol GroupChat: Sendable {
    /// Stores a message. The same `cid` of the same sender again returns what was stored the first time.
    ///
    /// `@[name](user:ID)` and `@name` mention members, who are notified; of two members with the same name, `@name`
    /// mentions both.
    ///
    /// - Throws: `AtlasError` — `.invalid` with the field: `cid`, `content`, `replyTo` (no message of this group),
    ///   `anchor` (no such diagram, node or edge); `.notFound`, `.forbidden`, `.conflict`.
    func post(_ message: NewMessage, to group: GroupID, as caller: Caller) async throws -> ChatEntry

    /// Replaces a message's content; for its author.
    ///
    /// - Throws: as `post`, `.notFound` if there is no such message, `.conflict` if it was deleted.
    func edit(
        _ message: MessageID,
        to content: String,
        cid: String,
        in group: GroupID,
        as caller: Caller
    ) async throws -> ChatEntry

    /// Takes a message's content away for good, from the log and from the search too; for its author and for
    /// moderators. A deleted message stays as a place in the log.
    ///
    /// - Throws: as `edit`; deleting again with another `cid` is `.conflict`.
    func delete(_ message: MessageID, cid: String, in group: GroupID, as caller: Caller) async throws -> ChatEntry

    /// Puts a reaction of the caller on a message, or takes it off. What is so already makes no entry.
    ///
    /// - Parameter emoji: One to eight scalars without letters, digits (but in key caps), spaces and controls.
    /// - Returns: The entry; `nil` if nothing changed.
    /// - Throws: as `edit`, and `.tooMany` for the 21st kind of reaction on one message.
    func react(
        _ emoji: String,
        isOn: Bool,
        to message: MessageID,
        cid: String,
        in group: GroupID,
        as caller: Caller
    ) async throws -> ChatEntry?

    /// The log's lines after `seq`, in order.
    ///
    /// A caller that is more than `ChatLimits.catchUp` behind gets `isReset` and the newest messages instead: it
    /// forgets what it has and goes on from `head`.
    ///
    /// - Parameter limit: 1...200.
    func entries(of group: GroupID, after seq: Int, limit: Int, as caller: Caller) async throws -> ChatPage

    /// Messages before `seq` as they are now, with `state`, in order: the newest `limit` of them.
    ///
    /// - Parameters:
    ///   - seq: `nil` for the newest.
    ///   - limit: 1...200.
    func history(of group: GroupID, before seq: Int?, limit: Int, as caller: Caller) async throws -> ChatPage

    /// Messages pinned to a diagram, or to one of its nodes or edges, as they are now, in order: the newest 200.
    func thread(at anchor: Anchor, in group: GroupID, as caller: Caller) async throws -> [ChatEntry]

    /// Messages that hold every word of `text` or a word that begins with it, as they are now, newest first.
    ///
    /// - Parameters:
    ///   - text: At most 200 characters.
    ///   - limit: 1...50.
    func search(_ text: String, in group: GroupID, limit: Int, as caller: Caller) async throws -> [ChatEntry]

    /// How far the logs of groups have come, for Atlas itself: nobody's membership is looked at.
    ///
    /// - Parameter groups: Unknown ones are absent from the answer.
    func heads(of groups: [GroupID]) async throws -> [GroupID: Int]

    /// Says that the caller has read up to `seq`; a smaller number than before changes nothing, a greater one than
    /// `head` means `head`.
    ///
    /// - Returns: Up to where the caller has read.
    func markRead(_ group: GroupID, upTo seq: Int, as caller: Caller) async throws -> Int

    /// Up to where each member has read.
    func readers(of group: GroupID, as caller: Caller) async throws -> [UserID: Int]

    /// The log's lines from now on, each once, in order and without a gap, whatever is lost on the way.
    ///
    /// Ends when the caller's membership ends or the group is archived.
    func follow(_ group: GroupID, as caller: Caller) async throws -> AsyncThrowingStream<ChatEntry, any Error>
}

/// Every limit of the chat.
public enum ChatLimits {
    /// Characters (Unicode scalars) of a message.
    public static let contentCharacters = 8_000
    /// Characters of a client's id.
    public static let cidCharacters = 1...64
    /// Entries of one page.
    public static let page = 200
    /// Entries that a client may be behind and still catch up line by line.
    public static let catchUp = 1_000
    /// Members that one message mentions.
    public static let mentions = 50
    /// Characters of an emoji, as Unicode scalars.
    public static let emojiScalars = 1...8
    /// Different emoji on one message.
    public static let reactions = 20
    /// Characters of a search.
    public static let searchCharacters = 200
    /// Words of a search that are looked at.
    public static let searchWords = 8
    /// Hits of a search.
    public static let hits = 50
    /// To where unread messages are counted.
    public static let unread = 100
    /// Characters of a diagram's, node's or edge's id in an anchor.
    public static let anchorCharacters = 200
    /// How long a follower may miss an entry whose event was lost.
    public static let followInterval = Duration.seconds(15)
}

/// What a message is pinned to.
public struct Anchor: Sendable, Equatable, Codable {
    /// The diagram.
    public let diagramId: String
    /// One of its nodes.
    public let nodeId: String?
    /// Or one of its edges.
    public let edgeId: String?

    /// An anchor; with neither node nor edge, the diagram as a whole.
    public init(diagramId: String, nodeId: String? = nil, edgeId: String? = nil) {
        self.diagramId = diagramId
        self.nodeId = nodeId
        self.edgeId = edgeId
    }
}

/// A message before it is stored.
public struct NewMessage: Sendable, Equatable {
    /// Chosen by the client, best a UUIDv7: 1 to 64 letters, digits, `-`, `_`, `.` and `:`.
    public let cid: String
    /// 1 to 8,000 characters, not only white space.
    public let content: String
    /// A message of the same group.
    public let replyTo: MessageID?
    /// What it is pinned to.
    public let anchor: Anchor?

    /// A message.
    public init(cid: String, content: String, replyTo: MessageID? = nil, anchor: Anchor? = nil) {
        self.cid = cid
        self.content = content
        self.replyTo = replyTo
        self.anchor = anchor
    }
}

/// A part of a group's log.
public struct ChatPage: Sendable, Equatable {
    /// In order of `seq`.
    public let entries: [ChatEntry]
    /// The log's last number when the page was read.
    public let head: Int
    /// True if the client must forget what it has: `entries` are the newest messages as they are now.
    public let isReset: Bool

    /// A page.
    public init(entries: [ChatEntry], head: Int, isReset: Bool) {
        self.entries = entries
        self.head = head
        self.isReset = isReset
    }
}
