import Synchronization

/// One mark per row, and the last mark that was made: rows with another one were not seen by the walk that made it.
package final class WalkMarks: Sendable {
    let memory: VectorMemory<UInt32>
    let last: Mutex<UInt32>

    init(capacity: Int) {
        memory = VectorMemory(capacity: capacity, zero: 0)
        last = Mutex(0)
    }
}

/// Marks that are kept from one walk to the next.
package final class WalkMarksPool: Sendable {
    /// How many are kept; one per searching thread is enough.
    package static let limit = 16
    static let shared = WalkMarksPool()

    private let kept = Mutex<[WalkMarks]>([])

    /// A pool with nothing in it.
    package init() {}

    /// Marks for rows below `count`.
    package func take(_ count: Int) -> WalkMarks {
        let found = kept.withLock { kept -> WalkMarks? in
            if let place = kept.lastIndex(where: { $0.memory.capacity >= count }) { return kept.remove(at: place) }
            // Those of an index that has grown since are of no use, and would leave no room for larger ones.
            if kept.count >= Self.limit { Self.dropSmallest(of: &kept) }
            return nil
        }
        return found ?? WalkMarks(capacity: count + count / 4 + 64)
    }

    /// Keeps marks for another walk, if there is room.
    package func give(_ marks: WalkMarks) {
        kept.withLock { if $0.count < Self.limit { $0.append(marks) } }
    }

    private static func dropSmallest(of kept: inout [WalkMarks]) {
        let capacities = kept.map(\.memory.capacity)
        guard let least = capacities.min(), let place = capacities.firstIndex(of: least) else { return }
        kept.remove(at: place)
    }
}
