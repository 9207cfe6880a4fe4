public import AtlasCore
public import AtlasPorts
import Synchronization

/// A cache in this process.
///
/// Forgets the longest unused entries beyond `limitBytes`.
public final class MemoryCache: Cache {
    private struct Entry {
        var value: [UInt8]
        var number: Int64
        let expires: Timestamp
        var stamp: UInt64
    }

    private struct State {
        var entries: [String: Entry] = [:]
        var bytes = 0
        var stamp: UInt64 = 0
    }

    /// Bytes counted for an entry beside its key and value.
    private static let overhead = 96

    private let clock: any WallClock
    private let limitBytes: Int
    private let state = Mutex(State())

    /// - Parameter limitBytes: Keys, values and their overhead together.
    public init(clock: any WallClock, limitBytes: Int = 64 << 20) {
        self.clock = clock
        self.limitBytes = limitBytes
    }

    /// The values of `keys`.
    public func get(_ keys: [String]) async throws -> [[UInt8]?] {
        let now = clock.now()
        return state.withLock { state in
            keys.map { key in
                guard var entry = state.entries[key] else { return nil }
                guard entry.expires > now else {
                    Self.forget(key, &state)
                    return nil
                }
                state.stamp += 1
                entry.stamp = state.stamp
                state.entries[key] = entry
                return entry.value
            }
        }
    }

    /// Keeps a value.
    public func set(_ key: String, _ value: [UInt8], timeToLive: Duration) async throws {
        let expires = clock.now() + timeToLive
        state.withLock { state in
            Self.forget(key, &state)
            state.stamp += 1
            state.entries[key] = Entry(value: value, number: 0, expires: expires, stamp: state.stamp)
            state.bytes += key.utf8.count + value.count + Self.overhead
            shrink(&state)
        }
    }

    /// Forgets keys.
    public func remove(_ keys: [String]) async throws {
        state.withLock { state in for key in keys { Self.forget(key, &state) } }
    }

    /// Adds to a counter.
    public func increment(_ key: String, by amount: Int64, timeToLive: Duration) async throws -> Int64 {
        let now = clock.now()
        return state.withLock { state in
            if var entry = state.entries[key], entry.expires > now {
                entry.number = entry.number.addingReportingOverflow(amount).partialValue
                entry.value = Array(String(entry.number).utf8)
                state.entries[key] = entry
                return entry.number
            }
            Self.forget(key, &state)
            state.stamp += 1
            let value = Array(String(amount).utf8)
            state.entries[key] = Entry(value: value, number: amount, expires: now + timeToLive, stamp: state.stamp)
            state.bytes += key.utf8.count + 20 + Self.overhead
            shrink(&state)
            return amount
        }
    }

    private static func forget(_ key: String, _ state: inout State) {
        guard let entry = state.entries.removeValue(forKey: key) else { return }
        state.bytes = max(0, state.bytes - key.utf8.count - entry.value.count - overhead)
    }

    /// Drops a tenth of the entries at once, the longest unused first, so that the sort is paid rarely.
    private func shrink(_ state: inout State) {
        guard state.bytes > limitBytes else { return }
        let oldest = state.entries.sorted { $0.value.stamp < $1.value.stamp }
        for (key, _) in oldest.prefix(max(1, oldest.count / 10)) { Self.forget(key, &state) }
        if state.bytes > limitBytes { shrink(&state) }
    }
}
