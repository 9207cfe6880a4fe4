/// The deadlines of all connections of one event loop.
///
/// Setting a deadline costs one array append, and a deadline that moves away costs nothing: the wheel finds out when
/// the old one comes. Deadlines beyond the wheel's reach wait in its last slot.
public struct TimerWheel<Element> {
    private struct Entry {
        let element: Element
        let tick: UInt64
    }

    /// Milliseconds of a slot: how late a deadline may come.
    public static var resolution: UInt64 { 20 }
    /// Together a little more than forty seconds: a heartbeat is within reach.
    private static var slotCount: UInt64 { 2_048 }

    private var slots: [[Entry]]
    /// The next tick that has not been looked at.
    private var tick: UInt64
    /// How many entries there are.
    public private(set) var count = 0

    /// An empty wheel.
    public init(now: UInt64) {
        slots = Array(repeating: [], count: Int(Self.slotCount))
        tick = now / Self.resolution
    }

    /// Sets a deadline in milliseconds; it comes up to one resolution late, and early if it is beyond the wheel's
    /// reach: whoever gets it looks at the clock and sets it anew.
    ///
    /// - Returns: The moment at which it comes.
    @discardableResult
    public mutating func schedule(_ element: Element, at deadline: UInt64) -> UInt64 {
        let wanted = deadline == .max ? deadline : (deadline &+ Self.resolution - 1) / Self.resolution
        let due = max(tick, min(wanted, tick + Self.slotCount - 1))
        slots[Int(due % Self.slotCount)].append(Entry(element: element, tick: due))
        count += 1
        return due * Self.resolution
    }

    /// What is due, in the order of the deadlines.
    public mutating func advance(now: UInt64) -> [Element] {
        let target = now / Self.resolution
        guard target >= tick else { return [] }
        var due: [Element] = []
        if count > 0 {
            let steps = min(target - tick + 1, Self.slotCount)
            for step in 0..<steps {
                let slot = Int((tick + step) % Self.slotCount)
                guard !slots[slot].isEmpty else { continue }
                due.append(contentsOf: slots[slot].map(\.element))
                slots[slot].removeAll(keepingCapacity: false)
            }
            count -= due.count
        }
        tick = target + 1
        return due
    }

    /// When the next deadline comes; `nil` without any.
    public func nextDeadline() -> UInt64? {
        guard count > 0 else { return nil }
        for step in 0..<Self.slotCount where !slots[Int((tick + step) % Self.slotCount)].isEmpty {
            return (tick + step) * Self.resolution
        }
        return nil
    }
}
