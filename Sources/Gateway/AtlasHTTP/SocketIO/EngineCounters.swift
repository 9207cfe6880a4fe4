import Synchronization

/// What an endpoint has counted since it was made; for metrics.
public struct EngineIOCounts: Sendable, Equatable {
    /// Sessions that are open.
    public var sessions = 0
    /// Sessions that were opened.
    public var opened = 0
    /// Packets that were handed to sessions, each receiver of a broadcast counted.
    public var packets = 0
    /// Broadcasts and packets for one that wait for their event loop.
    public var waiting = 0
    /// Sessions whose client gave no sign of life.
    public var pingTimeouts = 0
    /// Sessions that were cut off because the client read too slowly.
    public var slowConsumers = 0
    /// Volatile messages that were dropped for clients that were behind.
    public var volatileDropped = 0
    /// Sessions that ended because the client broke a protocol.
    public var violations = 0
    /// Sockets that took up their session.
    public var recoveries = 0
    /// Events that were refused because there were too many.
    public var rateHits = 0
}

/// Counters that any thread may move.
final class EngineCounters: Sendable {
    let sessions = Atomic(0)
    let opened = Atomic(0)
    let packets = Atomic(0)
    let pingTimeouts = Atomic(0)
    let slowConsumers = Atomic(0)
    let volatileDropped = Atomic(0)
    let violations = Atomic(0)
    let recoveries = Atomic(0)
    let rateHits = Atomic(0)

    var counts: EngineIOCounts {
        EngineIOCounts(
            sessions: sessions.load(ordering: .relaxed),
            opened: opened.load(ordering: .relaxed),
            packets: packets.load(ordering: .relaxed),
            pingTimeouts: pingTimeouts.load(ordering: .relaxed),
            slowConsumers: slowConsumers.load(ordering: .relaxed),
            volatileDropped: volatileDropped.load(ordering: .relaxed),
            violations: violations.load(ordering: .relaxed),
            recoveries: recoveries.load(ordering: .relaxed),
            rateHits: rateHits.load(ordering: .relaxed)
        )
    }
}

extension Atomic where Value == Int {
    func increment(by amount: Int = 1) { add(amount, ordering: .relaxed) }
}
