import AtlasAPI
import AtlasCore
import AtlasPorts
import Logging
import Whiteboard

/// One board in memory, with the pushes that wait for it.
///
/// The truth is the database. Whoever pushes while nobody commits leads: it asks who of those that wait may write, commits
/// for them, then hands the lead to the next one that waits. So a push waits for one commit besides its own, no task
/// outlives its caller, and pushes keep the order in which they came, however long the answer takes who may write.
actor LiveBoard {
    /// What becomes of somebody who waits.
    private enum Turn {
        case answered(BoardReply)
        /// To commit what waits, the own push first.
        case lead
    }

    private struct Waiting {
        let push: BoardPush
        let user: UserID
        /// `nil` once it leads.
        var turn: CheckedContinuation<Turn, any Error>?
    }

    /// How often a commit is tried when other processes write the same board.
    private static let attempts = 20

    private let store: BoardStore
    private let requireWriter: @Sendable (UserID) async throws -> Void
    private let pubSub: any PubSub
    private let clock: any WallClock
    private let ids: any IDSource
    private let logger: Logger
    private var board: Board?
    private var queue: [Waiting] = []
    private var hasLeader = false
    private var snapshotSeq = 0
    private var snapshotAt: Timestamp
    private var isSnapshotting = false

    /// - Parameter requireWriter: Fails for whoever may not write to the board; asked before each commit.
    init(
        _ store: BoardStore,
        requireWriter: @escaping @Sendable (UserID) async throws -> Void,
        pubSub: any PubSub,
        clock: any WallClock,
        ids: any IDSource,
        logger: Logger
    ) {
        self.store = store
        self.requireWriter = requireWriter
        self.pubSub = pubSub
        self.clock = clock
        self.ids = ids
        self.logger = logger
        snapshotAt = clock.now()
    }

    /// The board with all that other processes have written.
    func current() async throws -> Board {
        guard let known = board else { return try await load() }
        let (head, events) = try await store.tail(after: known.seq)
        if head?.epoch == known.epoch, absorb(events), let board, board.seq >= head?.seq ?? 0 { return board }
        return try await load()
    }

    /// Takes a push in, and returns when it is stored and published, or fails if the account may not write.
    func push(_ push: BoardPush, by user: UserID) async throws -> BoardReply {
        guard queue.count < BoardServiceLimits.waiting else {
            throw AtlasError(
                .tooMany,
                "Too many changes wait for this board.",
                retryAfter: BoardServiceLimits.retryAfter
            )
        }
        guard hasLeader else {
            hasLeader = true
            queue.append(Waiting(push: push, user: user, turn: nil))
            return try await lead()
        }
        let turn = try await withCheckedThrowingContinuation { continuation in
            queue.append(Waiting(push: push, user: user, turn: continuation))
        }
        switch turn {
        case .answered(let reply): return reply
        case .lead: return try await lead()
        }
    }

    /// Stores a snapshot if one is due.
    func snapshotIfDue() async throws {
        guard let state = board, !isSnapshotting else { return }
        let isOld = clock.now() - snapshotAt >= BoardServiceLimits.snapshotAge
        guard state.seq - snapshotSeq >= (isOld ? 1 : BoardServiceLimits.snapshotEvents) else { return }
        isSnapshotting = true
        defer { isSnapshotting = false }
        let now = clock.now()
        try await store.keep(snapshot: Self.encoded(state), seq: state.seq, at: now)
        snapshotSeq = state.seq
        snapshotAt = now
    }

    /// Commits what waits; the first in the queue is the caller's own push.
    private func lead() async throws -> BoardReply {
        let batch = Array(queue.prefix(BoardServiceLimits.commit))
        queue.removeFirst(batch.count)
        let results = await results(of: batch)
        for (waiting, result) in zip(batch, results) { waiting.turn?.resume(with: result.map(Turn.answered)) }
        if queue.isEmpty {
            hasLeader = false
        } else {
            let next = queue[0].turn
            queue[0].turn = nil
            next?.resume(returning: .lead)
        }
        let reply = try results[0].get()
        do {
            try await snapshotIfDue()
        } catch {
            logger.warning("a snapshot of a board was not stored", metadata: details(error))
        }
        return reply
    }

    /// What becomes of each push of a batch.
    private func results(of batch: [Waiting]) async -> [Result<BoardReply, any Error>] {
        var refusals: [UserID: any Error] = [:]
        for user in Set(batch.map(\.user)) {
            do {
                try await requireWriter(user)
            } catch {
                refusals[user] = error
            }
        }
        let admitted = batch.filter { refusals[$0.user] == nil }
        let stored: Result<[BoardReply], any Error>
        do {
            stored = .success(admitted.isEmpty ? [] : try await commit(admitted))
        } catch {
            stored = .failure(error)
        }
        var position = 0
        return batch.map { waiting in
            if let refusal = refusals[waiting.user] { return .failure(refusal) }
            defer { position += 1 }
            return stored.map { $0[position] }
        }
    }

    private func commit(_ batch: [Waiting]) async throws -> [BoardReply] {
        if board == nil { _ = try await load() }
        var isFresh = false
        for _ in 0..<Self.attempts {
            guard let (draft, known, replies) = drafted(batch) else { break }
            // What seems to be missing may have gone to another process.
            let hasGap = replies.contains { if case .gap = $0 { true } else { false } }
            if !hasGap || isFresh, try await store.append(draft.events, after: known, at: clock.now()) {
                if !absorb(draft.events) { _ = try await load() }
                await publish(draft.events)
                return replies
            }
            _ = try await current()
            isFresh = true
        }
        throw AtlasError(
            .unavailable,
            "The board is too busy just now. Try again in a moment.",
            retryAfter: BoardServiceLimits.retryAfter
        )
    }

    private func drafted(_ batch: [Waiting]) -> (BoardDraft, known: Int, [BoardReply])? {
        guard let board else { return nil }
        var draft = BoardDraft(on: board)
        let outcomes = batch.map { draft.add($0.push, by: $0.user.rawValue, on: board) }
        let head = board.seq + draft.events.count
        let replies: [BoardReply] = outcomes.map { outcome in
            switch outcome {
            case .event(let event, let refusal): .stored(seq: event.seq, refused: refusal)
            case .duplicate: .duplicate(seq: head)
            case .gap(let expected): .gap(expected: expected)
            case .refused(let refusal): .refused(refusal)
            }
        }
        return (draft, board.seq, replies)
    }

    /// Takes stored events in.
    ///
    /// - Returns: Whether none is missing before them.
    private func absorb(_ events: [BoardEvent]) -> Bool {
        for event in events where event.seq > board?.seq ?? 0 {
            guard board?.apply(event) == true else { return false }
        }
        return true
    }

    private func load() async throws -> Board {
        let (loaded, stored) = try await store.load(epoch: ids.next())
        guard let known = board, known.seq > loaded.seq, known.epoch == loaded.epoch else {
            board = loaded
            snapshotSeq = max(snapshotSeq, stored)
            return loaded
        }
        return known
    }

    private func publish(_ events: [BoardEvent]) async {
        for event in events {
            do {
                try await pubSub.publish(
                    event.message(board: store.board.rawValue),
                    to: BoardChannel.name(of: store.board)
                )
            } catch {
                // The heartbeat tells the clients what they have missed.
                logger.warning("an event of a board was not published", metadata: details(error))
            }
        }
    }

    private func details(_ error: any Error) -> Logger.Metadata {
        ["board": "\(store.board)", "error": "\(error)"]
    }

    /// Off the actor, for a large board takes tens of milliseconds.
    @concurrent private static func encoded(_ board: Board) async -> [UInt8] {
        board.snapshot
    }
}
