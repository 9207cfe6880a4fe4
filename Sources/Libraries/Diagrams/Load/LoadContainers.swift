/// Something that happens at a time.
struct LoadTimer {
    enum Kind: UInt32 {
        case serviceDone
        case pauseOver
        case timeouts
        case arrival
        case injection
        case sample
    }

    /// Nanoseconds since the start.
    var time: UInt64
    /// Counts up; earlier ones first where times are equal.
    var order: UInt32
    /// The kind above, what it concerns below.
    var what: UInt32

    var kind: Kind? { Kind(rawValue: what >> 28) }
    var index: Int { Int(what & 0x0FFF_FFFF) }
    var isNone: Bool { order == 0 }

    func isBefore(_ other: LoadTimer) -> Bool {
        time < other.time || (time == other.time && order < other.order)
    }
}

/// A heap with four children per place: fewer levels than with two, and siblings share a cache line.
struct LoadHeap {
    private var timers: [LoadTimer] = []

    mutating func push(_ timer: LoadTimer) {
        var hole = timers.count
        timers.append(timer)
        while hole > 0 {
            let parent = (hole - 1) >> 2
            guard timer.isBefore(timers[parent]) else { break }
            timers[hole] = timers[parent]
            hole = parent
        }
        timers[hole] = timer
    }

    mutating func pop() -> LoadTimer? {
        guard let first = timers.first, let last = timers.popLast() else { return nil }
        let count = timers.count
        guard count > 0 else { return first }
        var hole = 0
        while true {
            let firstChild = hole << 2 + 1
            guard firstChild < count else { break }
            var least = firstChild
            var child = firstChild + 1
            let end = min(firstChild + 4, count)
            while child < end {
                if timers[child].isBefore(timers[least]) { least = child }
                child += 1
            }
            guard timers[least].isBefore(last) else { break }
            timers[hole] = timers[least]
            hole = least
        }
        timers[hole] = last
        return first
    }
}

/// A line: first in, first out.
struct LoadRing {
    /// A visit, and for timeouts when it is due and which attempt it belongs to.
    struct Entry {
        var visit: Int32
        var stamp: UInt32 = 0
        var due: UInt64 = 0
    }

    private var entries: [Entry] = []
    private var head = 0
    private(set) var count = 0

    var isFull: Bool { count == entries.count }

    var first: Entry? { count > 0 ? entries[head] : nil }

    mutating func push(_ entry: Entry) {
        if isFull { grow() }
        entries[(head + count) & (entries.count - 1)] = entry
        count += 1
    }

    mutating func pop() -> Entry? {
        guard count > 0 else { return nil }
        let entry = entries[head]
        head = (head + 1) & (entries.count - 1)
        count -= 1
        return entry
    }

    mutating func removeAll() {
        count = 0
    }

    /// The capacity stays a power of two.
    private mutating func grow() {
        var larger: [Entry] = []
        larger.reserveCapacity(max(8, entries.count * 2))
        for offset in 0..<count { larger.append(entries[(head + offset) & (entries.count - 1)]) }
        while larger.count < max(8, entries.count * 2) { larger.append(Entry(visit: 0)) }
        entries = larger
        head = 0
    }
}

/// Counts times in steps of a sixteenth, from about a microsecond to more than an hour.
struct LoadHistogram {
    static let size = 40 * 16

    /// The step of a time in nanoseconds.
    static func step(_ nanoseconds: UInt64) -> Int {
        let value = nanoseconds >> 10
        guard value >= 16 else { return Int(value) }
        let exponent = 63 - value.leadingZeroBitCount
        return min(size - 1, (exponent - 3) * 16 + Int(value >> UInt64(exponent - 4) & 15))
    }

    /// The middle of a step in milliseconds.
    static func milliseconds(_ step: Int) -> Double {
        guard step >= 16 else { return (Double(step) + 0.5) * 0.001_024 }
        let exponent = step / 16 + 3
        let low = Double((UInt64(step % 16) + 16) << UInt64(exponent - 4))
        return (low + Double(UInt64(1) << UInt64(exponent - 4)) * 0.5) * 0.001_024
    }

    /// The time in milliseconds under which a share of those counted from `start` on lie; 0 for none.
    static func percentile(_ counts: [UInt32], from start: Int, _ share: Double) -> Double {
        var total = 0
        for step in 0..<size { total += Int(counts[start + step]) }
        guard total > 0 else { return 0 }
        let wanted = Double(total) * share
        var seen = 0.0
        for step in 0..<size {
            seen += Double(counts[start + step])
            if seen >= wanted, seen > 0 { return milliseconds(step) }
        }
        return milliseconds(size - 1)
    }
}
