/// What becomes of a push.
public enum BoardOutcome: Sendable, Equatable {
    /// It is the next event. With a refusal nothing of it was taken, but its number is used up.
    case event(BoardEvent, refused: BoardRefusal?)
    /// The board has it already.
    case duplicate
    /// A push of this number must come first.
    case gap(expected: Int)
    /// It is not taken, and its number is not used up.
    case refused(BoardRefusal)
}

/// Events that are not yet part of a board: what is stored in one commit.
///
/// Once they are stored, `Board.apply` takes them in one by one; if that fails, the draft is thrown away.
public struct BoardDraft: Sendable {
    /// In order, the first follows on the board.
    public private(set) var events: [BoardEvent] = []
    private var touched: [String: BoardRecord?] = [:]
    private var clients: [String: Board.Client] = [:]
    private var count: Int
    private var weight: Int
    private var seq: Int

    /// A draft without events.
    ///
    /// The board must not change before the draft is taken in or thrown away.
    public init(on board: Board) {
        count = board.records.count
        weight = board.weight
        seq = board.seq
    }

    /// Adds a push, if it comes in turn.
    ///
    /// - Parameters:
    ///   - user: The account that pushes, which becomes the author of what it puts.
    ///   - board: The same as at the start.
    public mutating func add(_ push: BoardPush, by user: String, on board: Board) -> BoardOutcome {
        let known = clients[push.client] ?? board.clients[push.client]
        if let known, known.user != user {
            return .refused(BoardRefusal(.invalid, "This client id belongs to somebody else's session."))
        }
        let last = known?.number ?? 0
        guard push.number > last else { return .duplicate }
        guard push.number == last + 1 else { return .gap(expected: last + 1) }
        var attempt = self
        attempt.seq += 1
        attempt.clients[push.client] = Board.Client(user: user, number: push.number, seq: attempt.seq)
        var applied: [BoardOperation] = []
        var refusal: BoardRefusal?
        do throws(BoardRefusal) {
            for operation in try push.contents.get() {
                if let operation = try attempt.apply(operation, by: user, on: board) { applied.append(operation) }
            }
            self = attempt
        } catch {
            refusal = error
            applied = []
            seq = attempt.seq
            clients = attempt.clients
        }
        let event = BoardEvent(
            seq: seq,
            client: push.client,
            number: push.number,
            user: user,
            operations: applied
        )
        events.append(event)
        return .event(event, refused: refusal)
    }

    /// - Returns: The operation as it is kept; `nil` if it has no effect.
    private mutating func apply(
        _ operation: BoardOperation,
        by user: String,
        on board: Board
    ) throws(BoardRefusal) -> BoardOperation? {
        let before = touched[operation.id] ?? board.records[operation.id]
        guard operation.hasEffect(on: before) else { return nil }
        var kept = operation
        switch operation {
        case .put(let id, var record):
            record[.author] = .text(user)
            kept = .put(id, record)
        case .set(let id, let changes):
            if let shape = before?.shape { try Self.check(changes, of: id, shape) }
        case .append, .delete: break
        }
        let after = kept.applied(to: before)
        count += (after == nil ? 0 : 1) - (before == nil ? 0 : 1)
        weight += (after?.weight ?? 0) - (before?.weight ?? 0)
        let isGrowing = (after?.weight ?? 0) > (before?.weight ?? 0)
        if before == nil, count > BoardLimits.records {
            throw BoardRefusal(.tooLarge, "A board holds at most \(BoardLimits.records) things.")
        }
        if isGrowing, weight > BoardLimits.weight {
            throw BoardRefusal(.tooLarge, "The board is full: it holds at most \(BoardLimits.weight) bytes.")
        }
        touched[operation.id] = .some(after)
        return kept
    }

    private static func check(
        _ changes: [BoardOperation.Change],
        of id: String,
        _ shape: BoardShape
    ) throws(BoardRefusal) {
        for change in changes {
            guard shape.allows(change.field), change.field != .author else {
                throw BoardRefusal(.invalid, "“\(change.field.rawValue)” of \(shape.rawValue) \(id) cannot be set.")
            }
            if change.value == nil, shape.required.contains(change.field) {
                throw BoardRefusal(.invalid, "A \(shape.rawValue) needs “\(change.field.rawValue)”.")
            }
        }
    }
}
