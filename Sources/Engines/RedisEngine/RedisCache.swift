import AtlasCore
public import AtlasPorts

/// A cache that processes share.
public final class RedisCache: Cache {
    private let client: RedisClient
    private let prefix: String

    /// A cache in the server's database.
    ///
    /// - Parameter prefix: Stands before every key, so that others may use the same database.
    public init(_ client: RedisClient, prefix: String = "atlas:") {
        self.client = client
        self.prefix = prefix
    }

    /// The values of `keys`; one command each, for a cluster has no `MGET` over all its slots.
    public func get(_ keys: [String]) async throws -> [[UInt8]?] {
        try await client.run(keys.map { [Self.bytes("GET"), name($0)] }).map { reply in
            switch reply {
            case .bytes(let value): value
            case .refused(let words): throw Self.refused(words)
            default: nil
            }
        }
    }

    /// Keeps a value.
    public func set(_ key: String, _ value: [UInt8], timeToLive: Duration) async throws {
        try await demand([
            Self.bytes("SET"), name(key), value, Self.bytes("PX"), Self.milliseconds(timeToLive),
        ])
    }

    /// Forgets keys.
    public func remove(_ keys: [String]) async throws {
        for reply in try await client.run(keys.map { [Self.bytes("UNLINK"), name($0)] }) {
            if case .refused(let words) = reply { throw Self.refused(words) }
        }
    }

    /// A sum that would not fit stays where it is; a counter that has no time to live gets one in the same step.
    private static let counting = """
        local sum = redis.pcall('INCRBY', KEYS[1], ARGV[1])
        if type(sum) == 'table' then
          if string.find(sum.err, 'overflow') then return redis.call('GET', KEYS[1]) end
          return sum
        end
        if redis.call('PTTL', KEYS[1]) < 0 then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
        return sum
        """

    /// Adds to a counter, which is kept as decimal text and saturates.
    ///
    /// - Throws: `AtlasError.internalError` if what is kept is no number.
    public func increment(_ key: String, by amount: Int64, timeToLive: Duration) async throws -> Int64 {
        let reply = try await demand([
            Self.bytes("EVAL"), Self.bytes(Self.counting), Self.bytes("1"), name(key), Self.bytes(String(amount)),
            Self.milliseconds(timeToLive),
        ])
        switch reply {
        case .integer(let sum): return sum
        // The sum did not fit, so it would be beyond the end towards which it was going.
        default: return amount < 0 ? .min : .max
        }
    }

    @discardableResult
    private func demand(_ command: [[UInt8]]) async throws -> RedisReply {
        guard let reply = try await client.run([command]).first else { throw Self.refused("no answer") }
        if case .refused(let words) = reply { throw Self.refused(words) }
        return reply
    }

    private func name(_ key: String) -> [UInt8] { Array((prefix + key).utf8) }

    private static func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

    private static func milliseconds(_ duration: Duration) -> [UInt8] {
        let (seconds, attoseconds) = duration.components
        // Redis refuses zero, and nothing here lives for a hundred years.
        let whole = min(max(seconds, 0), 3_155_760_000) * 1_000 + attoseconds / 1_000_000_000_000_000
        return bytes(String(max(1, whole)))
    }

    private static func refused(_ words: String) -> AtlasError {
        // A server that is loading, read-only or full will answer again; anything else is a defect.
        let isPassing = ["LOADING", "READONLY", "OOM", "BUSY", "MASTERDOWN", "CLUSTERDOWN", "TRYAGAIN"]
            .contains { words.hasPrefix($0) }
        if isPassing { return RedisConnection.unavailable(words) }
        return AtlasError(.internalError, "Something went wrong on our side.", detail: "redis: \(words)")
    }
}
