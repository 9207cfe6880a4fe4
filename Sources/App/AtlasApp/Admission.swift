import AtlasCore
import AtlasHTTP
import AtlasPorts

/// How many GraphQL requests an account, or an address without one, may send per minute, and what they may cost.
///
/// Both are counted in a sliding window: the minute before counts in proportion to how much of it lies within the last
/// sixty seconds.
struct Admission: Sendable {
    /// What one account or one address may use per minute.
    struct Limits: Sendable {
        var requests: Int
        var cost: Int
    }

    private static let window = Duration.seconds(60)

    let cache: any Cache
    let account: Limits
    let visitor: Limits
    let clock: any WallClock

    /// Counts `count` operations, unless they are too many.
    ///
    /// A cache that cannot be reached admits: a limit is no reason to refuse everybody.
    func decide(_ caller: Caller, address: String, count: Int) async -> RateDecision {
        let (who, limits) = subject(caller, address)
        let now = clock.now().milliseconds
        let (minute, passed) = (now / Usage.length, now % Usage.length)
        let requests = Self.key("rate", who, minute)
        let keys = [
            Self.key("rate", who, minute - 1), Self.key("cost", who, minute), Self.key("cost", who, minute - 1),
        ]
        guard let used = try? await cache.increment(requests, by: Int64(count), timeToLive: Self.window * 2),
            let others = try? await cache.get(keys)
        else { return .admit(nil) }
        let calls = Usage(
            current: used - Int64(count),
            asked: Int64(count),
            before: Self.number(others, 0),
            passed: passed
        )
        let cost = Usage(current: Self.number(others, 1), asked: 0, before: Self.number(others, 2), passed: passed)
        if let wait = calls.wait(limit: limits.requests) ?? cost.wait(limit: limits.cost) {
            // What is refused is not counted, so that a client that keeps asking is let in again.
            _ = try? await cache.increment(requests, by: Int64(-count), timeToLive: Self.window * 2)
            return .refuse(retryAfter: .milliseconds(wait))
        }
        let reset = Usage.length * 2 - passed
        return .admit(
            RateQuota(
                limit: limits.requests,
                remaining: max(0, limits.requests - calls.used),
                window: Self.window,
                reset: .milliseconds(used == Int64(count) && calls.before == 0 ? Usage.length : reset)
            )
        )
    }

    /// Counts what operations cost that were admitted; with a negative cost, takes back what one cost less.
    ///
    /// What is taken back after the turn of a minute goes to the next one, so one counter alone may fall below zero.
    func charge(_ caller: Caller, address: String, cost: Int) async {
        let minute = clock.now().milliseconds / Usage.length
        let key = Self.key("cost", subject(caller, address).who, minute)
        _ = try? await cache.increment(key, by: Int64(cost), timeToLive: Self.window * 2)
    }

    private func subject(_ caller: Caller, _ address: String) -> (who: String, limits: Limits) {
        caller.account.map { ($0.user.rawValue, account) } ?? (address, visitor)
    }

    private static func key(_ what: String, _ who: String, _ minute: Int64) -> String {
        "\(what):\(who):\(minute)"
    }

    private static func number(_ values: [[UInt8]?], _ index: Int) -> Int64 {
        guard index < values.count, let bytes = values[index] else { return 0 }
        return Int64(String(decoding: bytes, as: UTF8.self)) ?? 0
    }
}

/// What was used in this window and in the one before, and what is asked for now.
private struct Usage {
    static let length: Int64 = 60_000

    let current: Int64
    let asked: Int64
    let before: Int64
    /// Of this window, in milliseconds.
    let passed: Int64

    /// What counts now, a part of one as a whole.
    var used: Int {
        let share = Double(Self.length - passed) / Double(Self.length)
        return max(0, Int((Double(current) + Double(asked) + Double(before) * share).rounded(.up)))
    }

    /// Until there is room for what is asked, in milliseconds; `nil` while there is.
    func wait(limit: Int) -> Int64? {
        guard used > limit else { return nil }
        let room = Double(limit) - Double(asked)
        let now = room - Double(current)
        if now >= 0, before > 0 {
            return max(1, Self.milliseconds(until: now, of: before) - passed + 1)
        }
        return Self.length - passed + (current > 0 ? Self.milliseconds(until: room, of: current) : 0) + 1
    }

    /// How much of a window must pass until no more than `room` of what was used in the one before counts.
    private static func milliseconds(until room: Double, of before: Int64) -> Int64 {
        Int64(min(max(0, 1 - room / Double(before)), 1) * Double(length))
    }
}
