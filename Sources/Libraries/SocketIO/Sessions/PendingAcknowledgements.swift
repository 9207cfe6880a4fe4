/// The acknowledgements that one socket still owes the server.
public struct PendingAcknowledgements<Handler> {
    private let limit: Int
    private var nextID: UInt64 = 0
    private var pending: [UInt64: (deadline: UInt64, handler: Handler)] = [:]
    /// When the next of them is due; no earlier than that one's own deadline once it is answered.
    public private(set) var deadline: UInt64 = .max

    /// None yet.
    public init(limit: Int) { self.limit = limit }

    /// How many are owed.
    public var count: Int { pending.count }

    /// Notes one more.
    ///
    /// - Returns: The id to send, or `nil` if there are too many.
    public mutating func add(_ handler: Handler, deadline: UInt64) -> UInt64? {
        guard pending.count < limit else { return nil }
        let id = nextID
        nextID += 1
        pending[id] = (deadline, handler)
        self.deadline = min(self.deadline, deadline)
        return id
    }

    /// Takes out the one that was answered; `nil` for an unknown id, or for a second answer.
    public mutating func answered(_ id: UInt64) -> Handler? {
        let handler = pending.removeValue(forKey: id)?.handler
        if pending.isEmpty { deadline = .max }
        return handler
    }

    /// Takes out those whose time is over, in the order in which they were asked.
    public mutating func expire(now: UInt64) -> [Handler] {
        guard now >= deadline else { return [] }
        let over = pending.filter { $0.value.deadline <= now }.sorted { $0.key < $1.key }
        for (id, _) in over { pending[id] = nil }
        deadline = pending.values.map(\.deadline).min() ?? .max
        return over.map(\.value.handler)
    }

    /// Takes out all, in the order in which they were asked.
    public mutating func removeAll() -> [Handler] {
        defer { (pending, deadline) = ([:], .max) }
        return pending.sorted { $0.key < $1.key }.map(\.value.handler)
    }
}

/// A limit on how often something may happen: a bucket that fills at a constant rate.
public struct TokenBucket: Sendable {
    private let perSecond: Double
    private let burst: Double
    private var tokens: Double
    private var last: UInt64

    /// A full bucket.
    ///
    /// - Parameters:
    ///   - perSecond: How fast it fills; more than 0.
    ///   - burst: How much it holds; at least 1.
    public init(perSecond: Double, burst: Double, now: UInt64) {
        self.perSecond = max(perSecond, 0.001)
        self.burst = max(burst, 1)
        tokens = self.burst
        last = now
    }

    /// Takes a token.
    ///
    /// - Returns: `nil` if there was one, else the milliseconds until there is.
    public mutating func take(now: UInt64) -> UInt64? {
        if now > last { tokens = min(burst, tokens + Double(now - last) * perSecond / 1_000) }
        last = max(last, now)
        guard tokens < 1 else {
            tokens -= 1
            return nil
        }
        return UInt64(((1 - tokens) * 1_000 / perSecond).rounded(.up))
    }
}
