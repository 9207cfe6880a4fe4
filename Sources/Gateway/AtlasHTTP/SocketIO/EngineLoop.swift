import NIOConcurrencyHelpers
import NIOCore
import SocketIO

/// What goes out, in order, on one event loop.
enum Delivery: Sendable {
    /// To one socket.
    case packet(Socket, OutgoingPacket, isVolatile: Bool)
    /// To the sockets of this loop among the receivers.
    case broadcast(Adapter<Socket>.Receivers, OutgoingPacket, isVolatile: Bool)
    /// Something that must not overtake what was sent before.
    case work(@Sendable () -> Void)
}

/// A message ready for every transport: its frames are encoded once, however many receive it.
struct OutgoingPacket: Sendable {
    let message: EngineMessage
    let frames: ByteBuffer

    init(_ message: EngineMessage) {
        self.message = message
        frames = WebSocketFrames.encode(message)
    }
}

/// What the sessions of one event loop share: the queue of what goes out, the timer wheel, and one flush per turn.
///
/// Everything that is sent passes through the queue, from whatever thread, so that one sender's messages keep their
/// order. A broadcast is appended to the queues of all loops under its namespace's lock, so that all receivers see the
/// messages of a room in one order.
final class EngineLoop: Sendable {
    /// Writes in one turn; then other connections have theirs.
    private static let writesPerTurn = 1_024

    private struct Queue {
        var items: [Delivery] = []
        var isScheduled = false
        /// What was taken out but is not delivered.
        var left = 0
    }

    /// Touched on the loop only.
    private final class Local {
        var pending = CircularBuffer<Delivery>()
        /// A broadcast that is under way.
        var current: (members: [Socket], next: Int, packet: OutgoingPacket, isVolatile: Bool)?
        var dirty: [EngineWebSocket] = []
        var orders: [Int: (loop: EngineLoop, orders: [WebSocketOrder])] = [:]
        var isFlushing = false
        var wheel: TimerWheel<EngineConnection>
        var timer: (scheduled: Scheduled<Void>, at: UInt64)?

        init(now: UInt64) { wheel = TimerWheel(now: now) }
    }

    let eventLoop: any EventLoop
    /// The loop's number among those of its endpoint.
    let lane: Int
    let counters: EngineCounters
    let executor: LoopTaskExecutor
    private let queue = NIOLockedValueBox(Queue())
    private let local: NIOLoopBound<Local>

    /// To be made on the event loop.
    init(_ eventLoop: any EventLoop, lane: Int, counters: EngineCounters) {
        self.eventLoop = eventLoop
        self.lane = lane
        self.counters = counters
        executor = LoopTaskExecutor(eventLoop)
        local = NIOLoopBound(Local(now: Self.now()), eventLoop: eventLoop)
    }

    /// Milliseconds on a clock that only goes forward.
    static func now() -> UInt64 { NIODeadline.now().uptimeNanoseconds / 1_000_000 }

    /// Does `work` on the loop: at once if this is it.
    func run(_ work: @escaping @Sendable () -> Void) {
        if eventLoop.inEventLoop { work() } else { eventLoop.execute(work) }
    }

    // MARK: Sending

    /// Appends to what goes out; may be called from anywhere.
    func append(_ delivery: Delivery) {
        let mustSchedule = queue.withLockedValue { queue in
            queue.items.append(delivery)
            defer { queue.isScheduled = true }
            return !queue.isScheduled
        }
        if mustSchedule { eventLoop.execute { self.deliver() } }
    }

    /// Deliveries that wait for this loop.
    var waiting: Int { queue.withLockedValue { $0.items.count + $0.left } }

    private func deliver() {
        let local = local.value
        queue.withLockedValue { queue in
            local.pending.append(contentsOf: queue.items)
            queue.items.removeAll(keepingCapacity: queue.items.count <= Self.writesPerTurn)
        }
        local.isFlushing = true
        var budget = Self.writesPerTurn
        while budget > 0 {
            if local.current != nil {
                budget -= broadcast(local, atMost: budget)
            } else if let next = local.pending.popFirst() {
                budget -= 1
                deliver(next, local)
            } else {
                break
            }
        }
        local.isFlushing = false
        flush()
        let left = local.pending.count + (local.current == nil ? 0 : 1)
        let mustSchedule = queue.withLockedValue { queue in
            queue.left = left
            queue.isScheduled = left > 0 || !queue.items.isEmpty
            return queue.isScheduled
        }
        if mustSchedule { eventLoop.execute { self.deliver() } }
    }

    private func deliver(_ delivery: Delivery, _ local: Local) {
        switch delivery {
        case .packet(let socket, let packet, let isVolatile):
            counters.packets.increment()
            socket.deliver(packet, isVolatile: isVolatile)
        case .broadcast(let receivers, let packet, let isVolatile):
            local.current = (receivers.members(lane: lane), 0, packet, isVolatile)
        case .work(let work): work()
        }
    }

    private func broadcast(_ local: Local, atMost budget: Int) -> Int {
        guard let (members, start, packet, isVolatile) = local.current else { return 0 }
        let end = min(members.count, start + budget)
        counters.packets.increment(by: end - start)
        for socket in members[start..<end] { socket.deliver(packet, isVolatile: isVolatile) }
        if end < members.count { local.current?.next = end } else { local.current = nil }
        return max(1, end - start)
    }

    // MARK: Flushing

    /// Has a WebSocket of this loop flushed at the end of the turn.
    func mark(_ socket: EngineWebSocket) {
        let local = local.value
        local.dirty.append(socket)
        scheduleFlush(local)
    }

    /// Gives an order to a WebSocket of another loop, with all others of this turn.
    func give(_ order: WebSocketOrder, to loop: EngineLoop) {
        let local = local.value
        local.orders[loop.lane, default: (loop, [])].orders.append(order)
        scheduleFlush(local)
    }

    private func scheduleFlush(_ local: Local) {
        guard !local.isFlushing else { return }
        local.isFlushing = true
        eventLoop.execute {
            self.local.value.isFlushing = false
            self.flush()
        }
    }

    private func flush() {
        let local = local.value
        if !local.dirty.isEmpty {
            let dirty = local.dirty
            local.dirty.removeAll(keepingCapacity: dirty.count <= Self.writesPerTurn)
            for socket in dirty { socket.flush() }
        }
        guard !local.orders.isEmpty else { return }
        let orders = local.orders.values
        local.orders.removeAll(keepingCapacity: true)
        for (loop, orders) in orders {
            loop.eventLoop.execute { for order in orders { order.perform() } }
        }
    }

    // MARK: Time

    /// Sees to it that a connection's `tick` is called at its deadline.
    func schedule(_ connection: EngineConnection, at deadline: UInt64) {
        guard deadline < connection.scheduledAt else { return }
        let local = local.value
        connection.scheduledAt = local.wheel.schedule(connection, at: deadline)
        setTimer(local, connection.scheduledAt)
    }

    private func setTimer(_ local: Local, _ moment: UInt64) {
        if let timer = local.timer {
            guard moment < timer.at else { return }
            timer.scheduled.cancel()
        }
        let deadline = NIODeadline.uptimeNanoseconds(moment &* 1_000_000)
        local.timer = (eventLoop.scheduleTask(deadline: deadline) { self.advance() }, moment)
    }

    private func advance() {
        let local = local.value
        local.timer = nil
        let now = Self.now()
        for connection in local.wheel.advance(now: now) where connection.scheduledAt <= now {
            connection.scheduledAt = .max
            connection.tick(now: now)
        }
        if let next = local.wheel.nextDeadline() { setTimer(local, next) }
    }
}

/// The event loops that an endpoint has sessions on.
final class EngineLoops: Sendable {
    let counters = EngineCounters()
    private let loops = NIOLockedValueBox<(byID: [ObjectIdentifier: EngineLoop], all: [EngineLoop])>(([:], []))

    /// What belongs to an event loop; to be called on it.
    func loop(of eventLoop: any EventLoop) -> EngineLoop {
        loops.withLockedValue { loops in
            let id = ObjectIdentifier(eventLoop)
            if let known = loops.byID[id] { return known }
            let made = EngineLoop(eventLoop, lane: loops.all.count, counters: counters)
            loops.byID[id] = made
            loops.all.append(made)
            return made
        }
    }

    /// All of them, by their lanes.
    var all: [EngineLoop] { loops.withLockedValue { $0.all } }
}
