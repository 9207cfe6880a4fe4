/// The latest deletions, so that a client that was away hears of them.
struct Tombstones: Sendable, Equatable {
    /// A deletion.
    struct Entry: Sendable, Equatable {
        var id: String
        var seq: Int
    }

    /// Deletions after this event are known, older ones may be forgotten.
    private(set) var floor = 0
    private var seqs: [String: Int] = [:]
    /// By time, from `start`; entries that `seqs` does not confirm were taken back.
    private var line: [Entry] = []
    private var start = 0
    /// How many are remembered.
    private let limit: Int

    init(limit: Int = BoardLimits.tombstones) {
        self.limit = limit
    }

    init(floor: Int, entries: [Entry], limit: Int) {
        self.limit = limit
        for entry in entries { add(entry.id, entry.seq) }
        self.floor = floor
    }

    /// By time.
    var entries: [Entry] { line[start...].filter { seqs[$0.id] == $0.seq } }

    mutating func add(_ id: String, _ seq: Int) {
        seqs[id] = seq
        line.append(Entry(id: id, seq: seq))
        while seqs.count > limit, start < line.count {
            let oldest = line[start]
            start += 1
            guard seqs[oldest.id] == oldest.seq else { continue }
            seqs[oldest.id] = nil
            floor = oldest.seq
        }
        // Deleted and put back over and over, one id would fill the line.
        if line.count > 2 * limit + 1 {
            line = entries
            start = 0
        }
    }

    mutating func remove(_ id: String) {
        seqs[id] = nil
    }

    /// Ids deleted after the event `seq`, by time.
    func since(_ seq: Int) -> [String] {
        entries.filter { $0.seq > seq }.map(\.id)
    }

    /// Equal if they answer the same.
    static func == (left: Tombstones, right: Tombstones) -> Bool {
        left.floor == right.floor && left.entries == right.entries
    }
}
