public import AtlasCore
public import AtlasPorts
import Synchronization

/// A cache in this process.
///
/// Forgets the longest unused entries beyond `limitBytes`.
public final class MemoryCache: Cache {
    private struct Entry {
        var value: [UInt8]
        let expires: Timestamp
    }

    private struct State {
        var entries = RecencyTable<Entry>()
        var bytes = 0
    }

    /// Bytes counted for an entry beside its key and value: about what the tables around it take.
    private static let overhead = 160

    private let clock: any WallClock
    private let limitBytes: Int
    private let state = Mutex(State())

    /// An empty cache.
    ///
    /// - Parameter limitBytes: Keys, values and their overhead together.
    public init(clock: any WallClock, limitBytes: Int = 64 << 20) {
        self.clock = clock
        self.limitBytes = limitBytes
    }

    /// The values of `keys`.
    public func get(_ keys: [String]) async throws -> [[UInt8]?] {
        let now = clock.now()
        return state.withLock { state in keys.map { Self.live($0, now, &state)?.value } }
    }

    /// Keeps a value; one that is larger than the whole cache is forgotten at once.
    public func set(_ key: String, _ value: [UInt8], timeToLive: Duration) async throws {
        let entry = Entry(value: value, expires: clock.now() + timeToLive)
        state.withLock { state in
            Self.forget(key, &state)
            insert(entry, key, &state)
        }
    }

    /// Forgets keys.
    public func remove(_ keys: [String]) async throws {
        state.withLock { state in for key in keys { Self.forget(key, &state) } }
    }

    /// Adds to a counter, which is kept as decimal text and saturates.
    ///
    /// - Throws: `AtlasError.internalError` if what is kept is no number.
    public func increment(_ key: String, by amount: Int64, timeToLive: Duration) async throws -> Int64 {
        let now = clock.now()
        return try state.withLock { state throws(AtlasError) in
            guard var entry = Self.live(key, now, &state) else {
                insert(Entry(value: Array(String(amount).utf8), expires: now + timeToLive), key, &state)
                return amount
            }
            guard let number = Int64(String(decoding: entry.value, as: UTF8.self)) else {
                throw AtlasError(.internalError, "Something went wrong on our side.", detail: "\(key) is no counter")
            }
            let (sum, overflow) = number.addingReportingOverflow(amount)
            let counted = overflow ? (amount < 0 ? Int64.min : .max) : sum
            state.bytes -= entry.value.count
            entry.value = Array(String(counted).utf8)
            state.bytes += entry.value.count
            state.entries.replace(key, with: entry)
            return counted
        }
    }

    private static func live(_ key: String, _ now: Timestamp, _ state: inout State) -> Entry? {
        guard let entry = state.entries.use(key) else { return nil }
        if entry.expires > now { return entry }
        forget(key, &state)
        return nil
    }

    private func insert(_ entry: Entry, _ key: String, _ state: inout State) {
        state.entries.insert(entry, for: key)
        state.bytes += Self.size(key, entry)
        while state.bytes > limitBytes, let oldest = state.entries.oldestKey { Self.forget(oldest, &state) }
    }

    private static func forget(_ key: String, _ state: inout State) {
        if let entry = state.entries.remove(key) { state.bytes -= size(key, entry) }
    }

    private static func size(_ key: String, _ entry: Entry) -> Int {
        key.utf8.count + entry.value.count + overhead
    }
}
