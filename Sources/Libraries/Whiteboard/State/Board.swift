/// The state of a whiteboard: records, what was deleted lately, and how far each client's pushes have come.
///
/// Changed by events only; `BoardDraft` makes events of pushes. The same events from the same start always give the same
/// board, so it can be rebuilt from a snapshot and the events after it.
public struct Board: Sendable, Equatable {
    /// How far a client session has come.
    struct Client: Sendable, Equatable {
        /// The account that it belongs to; nobody else may push in its name.
        var user: String
        /// The number of its last push.
        var number: Int
        /// The event of its last push.
        var seq: Int
    }

    /// Which life of the board this is; a new one begins when events are lost, as by a restored backup.
    public private(set) var epoch: String
    /// The number of the last event.
    public private(set) var seq = 0
    /// What is on the board.
    public private(set) var records: [String: BoardRecord] = [:]
    /// The sum of the records' weights.
    public private(set) var weight = 0
    private(set) var clients: [String: Client] = [:]
    private(set) var tombstones: Tombstones

    /// An empty board.
    public init(epoch: String) {
        self.init(epoch: epoch, rememberedDeletions: BoardLimits.tombstones)
    }

    /// An empty board that forgets deletions sooner, for tests.
    package init(epoch: String, rememberedDeletions: Int) {
        self.epoch = epoch
        tombstones = Tombstones(limit: rememberedDeletions)
    }

    init(
        epoch: String,
        seq: Int,
        records: [String: BoardRecord],
        clients: [String: Client],
        tombstones: Tombstones
    ) {
        self.epoch = epoch
        self.seq = seq
        self.records = records
        self.clients = clients
        self.tombstones = tombstones
        weight = records.values.reduce(0) { $0 + $1.weight }
    }

    /// Starts a new life: whoever knows the one before gets the whole board.
    public mutating func begin(epoch: String) {
        self.epoch = epoch
    }

    /// Whether the next event of this board is the one with this number.
    public func isNext(_ seq: Int) -> Bool { seq == self.seq + 1 }

    /// Takes in the next event.
    ///
    /// - Returns: Whether it was the next one; nothing changes otherwise.
    public mutating func apply(_ event: BoardEvent) -> Bool {
        guard isNext(event.seq) else { return false }
        seq = event.seq
        for operation in event.operations { apply(operation) }
        clients[event.client] = Client(user: event.user, number: event.number, seq: seq)
        if clients.count > BoardLimits.clients, let oldest = clients.min(by: { $0.value.seq < $1.value.seq }) {
            clients[oldest.key] = nil
        }
        return true
    }

    private mutating func apply(_ operation: BoardOperation) {
        let before = records[operation.id]
        guard operation.hasEffect(on: before) else { return }
        var after = operation.applied(to: before)
        after?.changed = seq
        weight += (after?.weight ?? 0) - (before?.weight ?? 0)
        if after == nil { tombstones.add(operation.id, seq) } else { tombstones.remove(operation.id) }
        records[operation.id] = after
    }

    /// What a client needs to be up to date: the whole board, or what has changed since it was there last.
    ///
    /// The whole board if the client knows another epoch, an event that is not there yet, or was away for longer than
    /// deletions are remembered.
    public func welcome(_ hello: BoardHello) -> BoardWelcome {
        let isFull = hello.epoch != epoch || hello.seq < tombstones.floor || hello.seq > seq || hello.seq < 0
        let since = isFull ? -1 : hello.seq
        let items = records.filter { $0.value.changed > since }.sorted { $0.key < $1.key }
        return BoardWelcome(
            epoch: epoch,
            seq: seq,
            acknowledged: clients[hello.client]?.number ?? 0,
            isFull: isFull,
            items: items.map { BoardWelcome.Item(id: $0.key, record: $0.value) },
            deleted: isFull ? [] : tombstones.since(hello.seq)
        )
    }
}
