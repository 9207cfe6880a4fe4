import AtlasCore
import AtlasHTTP
import AtlasPorts

/// How many GraphQL requests an account, or an address without one, may send per minute.
struct Admission: Sendable {
    private static let window = Duration.seconds(60)

    let cache: any Cache
    let accountLimit: Int
    let visitorLimit: Int
    let clock: any WallClock

    /// Counts the request.
    ///
    /// A cache that cannot be reached admits: a limit is no reason to refuse everybody.
    func decide(_ caller: Caller, address: String) async -> RateDecision {
        let minute = clock.now().milliseconds / 60_000
        let (who, limit) = caller.account.map { ($0.user.rawValue, accountLimit) } ?? (address, visitorLimit)
        guard let count = try? await cache.increment("rate:\(who):\(minute)", by: 1, timeToLive: Self.window) else {
            return .admit
        }
        guard count > Int64(limit) else { return .admit }
        let left = 60_000 - clock.now().milliseconds % 60_000
        return .refuse(retryAfter: .milliseconds(left))
    }
}
