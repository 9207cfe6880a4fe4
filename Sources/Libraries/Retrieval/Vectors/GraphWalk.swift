import Synchronization

/// Which rows a walk has seen: marks that need not be cleared between walks.
struct GraphWalk: ~Copyable {
    private let marks: WalkMarks
    private let pointer: UnsafeMutablePointer<UInt32>
    private var mark: UInt32

    /// A walk over rows below `count`.
    static func borrow(_ count: Int) -> GraphWalk { GraphWalk(WalkMarksPool.shared.take(count)) }

    private init(_ marks: WalkMarks) {
        self.marks = marks
        pointer = marks.memory.pointer
        mark = marks.last.withLock { $0 }
    }

    /// Forgets what was seen.
    mutating func begin() {
        mark &+= 1
        if mark == 0 {
            pointer.update(repeating: 0, count: marks.memory.capacity)
            mark = 1
        }
    }

    /// False for a row that was seen already.
    mutating func visit(_ row: Int) -> Bool {
        guard pointer[row] != mark else { return false }
        pointer[row] = mark
        return true
    }

    deinit {
        marks.last.withLock { $0 = mark }
        WalkMarksPool.shared.give(marks)
    }
}

/// Hits still to be looked at: a heap whose root is the best.
struct OpenHits {
    private var heap: [Hit] = []

    mutating func push(_ hit: Hit) {
        heap.append(hit)
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[child].score > heap[parent].score else { return }
            heap.swapAt(parent, child)
            child = parent
        }
    }

    mutating func pop() -> Hit? {
        guard let last = heap.popLast() else { return nil }
        guard let first = heap.first else { return last }
        heap[0] = last
        var parent = 0
        while true {
            var best = parent
            for child in [2 * parent + 1, 2 * parent + 2]
            where child < heap.count && heap[child].score > heap[best].score {
                best = child
            }
            guard best != parent else { return first }
            heap.swapAt(parent, best)
            parent = best
        }
    }
}
