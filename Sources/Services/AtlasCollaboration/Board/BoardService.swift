public import AtlasAPI
public import AtlasCore
public import AtlasPorts
import Diagrams
public import Logging
import Synchronization
public import Whiteboard

/// Serves the whiteboards of study groups.
public final class BoardService: Whiteboards {
    /// What somebody is in a group; `nil` for no member.
    public typealias Membership = @Sendable (UserID, GroupID) async throws -> GroupMembership?

    private struct Table {
        /// Each with the call that used it last, counted.
        var boards: [GroupID: (live: LiveBoard, usedAt: Int)] = [:]
        var calls = 0
    }

    private let database: any Database
    private let pubSub: any PubSub
    private let membership: Membership
    private let clock: any WallClock
    private let ids: any IDSource
    private let logger: Logger
    private let table = Mutex(Table())

    /// - Parameters:
    ///   - pubSub: Where events are published.
    ///   - membership: Asked before each call.
    public init(
        database: any Database,
        pubSub: any PubSub,
        membership: @escaping Membership,
        clock: any WallClock,
        ids: any IDSource,
        logger: Logger
    ) {
        self.database = database
        self.pubSub = pubSub
        self.membership = membership
        self.clock = clock
        self.ids = ids
        self.logger = logger
    }

    /// The tables of the service.
    public static let migrations = BoardMigrations.all

    /// Brings a client up to date.
    public func open(_ board: GroupID, _ hello: BoardHello, as caller: Caller) async throws -> BoardWelcome {
        try await requireReader(of: board, caller)
        return try await live(board).current().welcome(hello)
    }

    /// Takes a push in.
    public func push(_ push: BoardPush, to board: GroupID, as caller: Caller) async throws -> BoardReply {
        try await live(board).push(push, by: try caller.signedIn().user)
    }

    /// How far a board has come.
    public func head(of board: GroupID, as caller: Caller) async throws -> BoardHead {
        try await requireReader(of: board, caller)
        return try await BoardStore(database: database, board: board).head() ?? BoardHead(epoch: "", seq: 0)
    }

    /// The board as a picture.
    public func svg(of board: GroupID, as caller: Caller) async throws -> String {
        try await requireReader(of: board, caller)
        return try await live(board).current().svg(title: "Whiteboard")
    }

    /// The board's nodes and edges as Mermaid.
    public func mermaid(of board: GroupID, as caller: Caller) async throws -> String {
        try await requireReader(of: board, caller)
        return try await live(board).current().mermaid().orInvalid(nil)
    }

    /// Puts a diagram onto the board.
    public func add(mermaid source: String, to board: GroupID, as caller: Caller) async throws -> BoardHead {
        let user = try caller.signedIn().user
        try await requireWriter(of: board, user)
        let outcome = Mermaid.parse(source)
        guard let graph = outcome.graph else {
            let first = outcome.diagnostics.first.map { "\($0)" } ?? "there is no diagram"
            throw AtlasError(.invalid, "The diagram cannot be read: \(first)", field: "source")
        }
        let live = live(board)
        let state = try await live.current()
        let operations = try state.placing(graph, newID: ids.next).orInvalid("source")
        guard state.records.count + operations.count <= BoardLimits.records else {
            throw AtlasError(.invalid, "A board holds at most \(BoardLimits.records) things.", field: "source")
        }
        let client = "import-\(ids.next())"
        var head = BoardHead(epoch: state.epoch, seq: state.seq)
        let starts = stride(from: 0, to: operations.count, by: BoardLimits.operations)
        for (index, start) in starts.enumerated() {
            let part = operations[start..<min(start + BoardLimits.operations, operations.count)]
            let push = BoardPush(client: client, number: index + 1, contents: .success(Array(part)))
            guard case .stored(let seq, let refusal) = try await live.push(push, by: user) else {
                throw AtlasError(.conflict, "The diagram was added only in part. Try again.")
            }
            if let refusal { throw AtlasError(.invalid, refusal.message, field: "source") }
            head = BoardHead(epoch: state.epoch, seq: seq)
        }
        return head
    }

    /// Stores snapshots that are due; App calls this every half `BoardServiceLimits.snapshotAge`.
    public func keep() async {
        for (board, entry) in table.withLock({ $0.boards }) {
            do {
                try await entry.live.snapshotIfDue()
            } catch {
                logger.warning(
                    "a snapshot of a board was not stored",
                    metadata: ["board": "\(board)", "error": "\(error)"]
                )
            }
        }
    }

    /// The board in memory; the one that was unused for longest makes room.
    ///
    /// That is safe at any time: what is in memory is stored, and two of one board exclude each other as two processes do.
    private func live(_ board: GroupID) -> LiveBoard {
        table.withLock { table in
            table.calls += 1
            let known = table.boards[board]?.live
            if known == nil, table.boards.count >= BoardServiceLimits.boards,
                let oldest = table.boards.min(by: { $0.value.usedAt < $1.value.usedAt })
            {
                table.boards[oldest.key] = nil
            }
            let store = BoardStore(database: database, board: board)
            let live =
                known
                ?? LiveBoard(
                    store,
                    requireWriter: { [self] user in try await requireWriter(of: board, user) },
                    pubSub: pubSub,
                    clock: clock,
                    ids: ids,
                    logger: logger
                )
            table.boards[board] = (live, table.calls)
            return live
        }
    }

    private func requireReader(of board: GroupID, _ caller: Caller) async throws {
        if caller.isSystem { return }
        _ = try await member(of: board, try caller.signedIn().user)
    }

    private func requireWriter(of board: GroupID, _ user: UserID) async throws {
        guard try await !member(of: board, user).isArchived else {
            throw AtlasError(.forbidden, "The group is archived: its board can only be read.")
        }
    }

    private func member(of board: GroupID, _ user: UserID) async throws -> GroupMembership {
        guard let membership = try await membership(user, board) else {
            throw AtlasError(.notFound, "There is no such group.", field: "groupId")
        }
        return membership
    }
}

extension Result where Failure == BoardRefusal {
    /// The value, or the refusal as an error for a caller.
    fileprivate func orInvalid(_ field: String?) throws(AtlasError) -> Success {
        switch self {
        case .success(let value): return value
        case .failure(let refusal): throw AtlasError(.invalid, refusal.message, field: field)
        }
    }
}
