public import AtlasCore
public import Whiteboard

/// The one live whiteboard of each study group.
///
/// Only members may open a board, and each call looks again: a non-member gets `.notFound`. In an archived group what
/// changes the board is refused with `.forbidden`. Every event is stored before it is answered, and published after that
/// on `BoardChannel.name(of:)` as `BoardEvent.message(board:)`. A lost publication is healed by `head(of:as:)`: a client that hears
/// a head beyond what it has asks for what it misses with `open`.
public protocol Whiteboards: Sendable {
    /// Brings a client up to date; a board that nobody has opened before is empty.
    ///
    /// - Throws: `AtlasError` — `.unauthenticated`, `.notFound`, `.unavailable`.
    func open(_ board: GroupID, _ hello: BoardHello, as caller: Caller) async throws -> BoardWelcome

    /// Takes a push in.
    ///
    /// Returns when it is stored; pushes that arrive meanwhile share the next commit. Pushes of one client must be handed
    /// over in the order in which they came, but need not be awaited one by one.
    ///
    /// - Throws: `AtlasError` — `.unauthenticated`, `.notFound`, `.forbidden`; `.tooMany` while more than
    ///   `BoardServiceLimits.waiting` pushes wait for a board, `.unavailable`, both with `retryAfter`.
    func push(_ push: BoardPush, to board: GroupID, as caller: Caller) async throws -> BoardReply

    /// How far a board has come: for the heartbeat, and for whoever joins. Atlas itself may ask too.
    func head(of board: GroupID, as caller: Caller) async throws -> BoardHead

    /// The board as a picture of its own: SVG without script and without references to anything outside.
    func svg(of board: GroupID, as caller: Caller) async throws -> String

    /// Nodes and edges of the board as a Mermaid flowchart; places are in comments.
    ///
    /// - Throws: also `AtlasError.invalid` if there are more nodes or edges than a diagram may have.
    func mermaid(of board: GroupID, as caller: Caller) async throws -> String

    /// Puts a diagram below what is on the board, laid out, as nodes and edges of the caller's.
    ///
    /// - Parameter source: Mermaid of a kind with nodes and edges: not a sequence diagram, not a timeline.
    /// - Returns: How far the board has come with it.
    /// - Throws: also `AtlasError.invalid` with the first error of the source.
    func add(mermaid source: String, to board: GroupID, as caller: Caller) async throws -> BoardHead
}

/// Where events of boards are published.
public enum BoardChannel {
    /// The channel of one board.
    public static func name(of board: GroupID) -> String { "board:\(board)" }
}

/// The answer to a push.
public enum BoardReply: Sendable, Equatable {
    /// It is stored as this event. With a refusal the event is empty: the push used up its number and changed nothing.
    case stored(seq: Int, refused: BoardRefusal?)
    /// The board had it before; the head is at `seq`.
    case duplicate(seq: Int)
    /// The push with this number must come first.
    case gap(expected: Int)
    /// It was not taken and its number is free: the client's id belongs to another account.
    case refused(BoardRefusal)
}

/// How far a board has come.
public struct BoardHead: Sendable, Equatable {
    /// Which life of the board this is.
    public let epoch: String
    /// The number of its last event.
    public let seq: Int

    /// A head.
    public init(epoch: String, seq: Int) {
        self.epoch = epoch
        self.seq = seq
    }
}

/// Limits of a process that serves boards.
public enum BoardServiceLimits {
    /// Pushes that wait for one board.
    public static let waiting = 2_000
    /// Pushes in one commit.
    public static let commit = 100
    /// Boards in memory.
    public static let boards = 200
    /// Events after which a snapshot is stored.
    public static let snapshotEvents = 500
    /// Time after which a snapshot of a changed board is stored.
    public static let snapshotAge = Duration.seconds(60)
    /// How long a caller waits before it asks a busy board again.
    public static let retryAfter = Duration.seconds(1)
}
