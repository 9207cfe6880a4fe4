/// Bytes by key that may be forgotten at any time.
public protocol Cache: Sendable {
    /// The values of `keys`, in their order; `nil` where nothing is kept.
    func get(_ keys: [String]) async throws -> [[UInt8]?]

    /// Keeps `value` for at most `timeToLive`.
    func set(_ key: String, _ value: [UInt8], timeToLive: Duration) async throws

    /// Forgets `keys`.
    func remove(_ keys: [String]) async throws

    /// Adds `amount` to a counter and returns the sum. The first increment starts it at zero, to be forgotten
    /// after `timeToLive`; later ones do not prolong it.
    func increment(_ key: String, by amount: Int64, timeToLive: Duration) async throws -> Int64
}
