import AtlasCore
import AtlasPorts
import AtlasTestKit
import RedisEngine
import Testing

/// Each test has a server of its own, so it may kill it.
@Suite(.enabled(if: TestRedis.isInstalled)) struct RedisTests {
    @Test func `values are kept with their time to live, and removed`() async throws {
        try await TestRedis.run { redis in
            let cache = RedisCache(RedisClient(try RedisAddress(url: redis.url)))
            let bytes = (0...255).map { UInt8($0) } + Array("\r\n$5\r\n".utf8)
            try await cache.set("a", bytes, timeToLive: .seconds(100))
            try await cache.set("b", [], timeToLive: .zero)
            #expect(try await cache.get(["none", "a"]) == [nil, bytes])
            #expect((1...100_000).contains(Int(try redis.ask("PTTL", "atlas:a")) ?? 0))
            try await cache.remove(["a"])
            #expect(try await cache.get(["a"]) == [nil])
        }
    }

    @Test func `a counter counts, keeps its first time to live, saturates, and is a value`() async throws {
        try await TestRedis.run { redis in
            let cache = RedisCache(RedisClient(try RedisAddress(url: redis.url)))
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<200 {
                    group.addTask { _ = try await cache.increment("n", by: 1, timeToLive: .seconds(9)) }
                }
                try await group.waitForAll()
            }
            #expect(try await cache.increment("n", by: 1, timeToLive: .seconds(500)) == 201)
            #expect((1...9_000).contains(Int(try redis.ask("PTTL", "atlas:n")) ?? 0))
            #expect(try await cache.get(["n"]) == [Array("201".utf8)])
            #expect(try await cache.increment("n", by: .max, timeToLive: .seconds(9)) == .max)
            try await cache.set("t", Array("text".utf8), timeToLive: .seconds(10))
            let error = await #expect(throws: AtlasError.self) {
                try await cache.increment("t", by: 1, timeToLive: .seconds(10))
            }
            #expect(error?.code == .internalError)
        }
    }

    @Test func `what one process publishes, another hears, in order, once`() async throws {
        try await TestRedis.run { redis in
            let (first, second) = (try node(redis), try node(redis))
            let heard = try await second.subscribe(to: "a")
            let own = try await first.subscribe(to: "a")
            for index in 0..<100 {
                try await first.publish([UInt8(index)], to: "a")
                try await first.publish([255], to: "b")
            }
            for stream in [heard, own] {
                #expect(await stream.prefix(100).reduce(into: []) { $0 += $1 } == Array(0..<100))
            }
            first.close()
            second.close()
        }
    }

    @Test func `a server that dies and comes back is found again, and its absence stops nobody here`() async throws {
        try await TestRedis.run { redis in
            let (states, changed) = AsyncStream.makeStream(of: Bool.self)
            let address = try RedisAddress(url: redis.url)
            let pubSub = try RedisPubSub(address, client: RedisClient(address)) { changed.yield($0) }
            var state = states.makeAsyncIterator()
            #expect(await state.next() == true)
            let stream = try await pubSub.subscribe(to: "a")
            var messages = stream.makeAsyncIterator()
            redis.stop()
            #expect(await state.next() == false)
            try await pubSub.publish([1], to: "a")
            #expect(await messages.next() == [1])
            let cache = RedisCache(RedisClient(address))
            let error = await #expect(throws: AtlasError.self) { try await cache.get(["a"]) }
            #expect(error?.code == .unavailable)

            #expect(try redis.start())
            #expect(await state.next() == true)
            let other = try node(redis)
            var isHeard = false
            // The subscription is made anew some moments after the connection.
            while !isHeard {
                isHeard = try redis.ask("PUBSUB", "NUMSUB", "atlas:a").hasSuffix("1")
            }
            try await other.publish([2], to: "a")
            #expect(await messages.next() == [2])
            pubSub.close()
            other.close()
        }
    }

    @Test(arguments: [
        "", "redis", "redis://", "http://h", "redis://h:0", "redis://h:99999", "redis://h/x", "redis://a@h",
        "redis://u:%zz@h", "redis://:6379",
    ])
    func `an address that says nothing is refused without being quoted`(url: String) throws {
        let error = #expect(throws: AtlasError.self) { try RedisAddress(url: url) }
        #expect(error?.code == .invalid)
        if url.contains("%zz") { #expect(error?.description.contains("zz") == false) }
    }

    private func node(_ redis: TestRedis) throws -> RedisPubSub {
        let address = try RedisAddress(url: redis.url)
        return try RedisPubSub(address, client: RedisClient(address))
    }
}
