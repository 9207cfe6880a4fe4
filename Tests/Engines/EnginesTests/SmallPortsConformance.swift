import Argon2Engine
import AtlasCore
import AtlasPorts
import AtlasTestKit
import EmbeddedEngines
import Foundation
import Testing

@Suite struct CacheConformance {
    @Test func `values are kept until they expire or are removed`() async throws {
        let clock = ManualClock()
        let cache = MemoryCache(clock: clock)
        try await cache.set("a", [1], timeToLive: .seconds(10))
        try await cache.set("b", [2], timeToLive: .seconds(20))
        #expect(try await cache.get(["b", "none", "a"]) == [[2], nil, [1]])
        clock.advance(by: .seconds(10))
        #expect(try await cache.get(["a", "b"]) == [nil, [2]])
        try await cache.remove(["b"])
        #expect(try await cache.get(["b"]) == [nil])
    }

    @Test func `a counter counts, expires from its first increment, and loses nothing at once`() async throws {
        let clock = ManualClock()
        let cache = MemoryCache(clock: clock)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<100 { group.addTask { _ = try await cache.increment("n", by: 1, timeToLive: .seconds(10)) } }
            try await group.waitForAll()
        }
        #expect(try await cache.increment("n", by: 1, timeToLive: .seconds(10)) == 101)
        clock.advance(by: .seconds(10))
        #expect(try await cache.increment("n", by: 1, timeToLive: .seconds(10)) == 1)
    }

    @Test func `memory is bounded, and what was used last stays`() async throws {
        let cache = MemoryCache(clock: ManualClock(), limitBytes: 64 * 1_024)
        try await cache.set("used", [UInt8](repeating: 1, count: 100), timeToLive: .seconds(60))
        for index in 0..<1_000 {
            try await cache.set("k\(index)", [UInt8](repeating: 0, count: 200), timeToLive: .seconds(60))
            _ = try await cache.get(["used"])
        }
        #expect(try await cache.get(["used", "k999"]).allSatisfy { $0 != nil })
        #expect(try await cache.get(["k0"]) == [nil])
    }
}

@Suite struct PubSubConformance {
    @Test func `every subscriber of a channel gets every message in order, and no other channel's`() async throws {
        let pubSub = MemoryPubSub()
        let first = try await pubSub.subscribe(to: "a")
        let second = try await pubSub.subscribe(to: "a")
        for index in 0..<100 {
            try await pubSub.publish([UInt8(index)], to: "a")
            try await pubSub.publish([255], to: "b")
        }
        for stream in [first, second] {
            var received: [UInt8] = []
            for await message in stream {
                received += message
                if received.count == 100 { break }
            }
            #expect(received == Array(0..<100))
        }
    }

    @Test func `a subscriber that sleeps loses the oldest, not the newest`() async throws {
        let pubSub = MemoryPubSub()
        let stream = try await pubSub.subscribe(to: "a")
        for index in 0..<(PubSubLimits.backlog + 10) { try await pubSub.publish(Array(String(index).utf8), to: "a") }
        var iterator = stream.makeAsyncIterator()
        #expect(await iterator.next() == Array("10".utf8))
    }
}

@Suite struct BlobsConformance {
    @Test func `bytes come back, are replaced whole, listed and removed`() async throws {
        try await withTemporaryFolder { folder in
            let blobs = try FolderBlobs(folder: folder)
            let bytes = (0..<100_000).map { UInt8(truncatingIfNeeded: $0) }
            try await blobs.put(bytes, at: "a/b/c.bin")
            #expect(try await blobs.get("a/b/c.bin") == bytes)
            try await blobs.put([1], at: "a/b/c.bin")
            try await blobs.put([], at: "a/z")
            #expect(try await blobs.get("a/b/c.bin") == [1])
            #expect(try await blobs.get("a/z") == [])
            #expect(try await blobs.get("a/none") == nil)
            #expect(try await blobs.keys(under: "a/", limit: 10) == ["a/b/c.bin", "a/z"])
            try await blobs.remove("a/z")
            try await blobs.remove("a/z")
            #expect(try await blobs.keys(under: "", limit: 10) == ["a/b/c.bin"])
        }
    }

    @Test(arguments: [
        "", "/", "a//b", "../x", "a/../b", "a/./b", ".hidden", "a b", "é", "a\0b", "a\\b",
        String(repeating: "k", count: 513),
    ])
    func `a key that could leave the folder is refused`(key: String) async throws {
        try await withTemporaryFolder { folder in
            let blobs = try FolderBlobs(folder: folder)
            await #expect(throws: AtlasError.self) { try await blobs.put([1], at: key) }
            await #expect(throws: AtlasError.self) { try await blobs.get(key) }
            await #expect(throws: AtlasError.self) { try await blobs.remove(key) }
        }
    }
}

@Suite struct MailerConformance {
    @Test func `a mail becomes one file however often it is sent`() async throws {
        try await withTemporaryFolder { folder in
            let mailer = try OutboxFolderMailer(folder: folder, clock: ManualClock())
            let mail = Mail(id: "m1", to: "ada@example.org", subject: "Grüße 👋", text: "Hello\nÄrger\n.\nend")
            for _ in 0..<2 { try await mailer.send(mail) }
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["m1.eml"])
            let text = try String(contentsOfFile: folder + "/m1.eml", encoding: .utf8)
            #expect(text.contains("To: ada@example.org\r\n"))
            #expect(text.contains("Subject: =?utf-8?B?"))
            let body = text.components(separatedBy: "\r\n\r\n")[1].replacing("\r\n", with: "")
            #expect(Data(base64Encoded: body).map { String(decoding: $0, as: UTF8.self) } == mail.text)
        }
    }

    @Test(arguments: [
        ("m1", "ada@example.org\r\nBcc: eve@example.org", "x"), ("m1", "ada@example.org", "x\r\n\r\nbody"),
        ("m1", "nobody", "x"), ("m1", "a@b.org, c@d.org", "x"), ("../m1", "ada@example.org", "x"),
    ])
    func `a mail that would smuggle a header or a path is refused`(id: String, to: String, subject: String) async throws
    {
        try await withTemporaryFolder { folder in
            let mailer = try OutboxFolderMailer(folder: folder, clock: ManualClock())
            let error = await #expect(throws: AtlasError.self) {
                try await mailer.send(Mail(id: id, to: to, subject: subject, text: ""))
            }
            #expect(error?.code == .invalid)
        }
    }
}

@Suite struct PasswordHasherConformance {
    @Test func `a hash verifies its password only, differs each time and names its parameters`() async throws {
        let hasher = Argon2Hasher(.init(memory: 1_024, passes: 1, lanes: 1))
        let first = try await hasher.hash("correct horse")
        let second = try await hasher.hash("correct horse")
        #expect(first != second)
        #expect(first.hasPrefix("$argon2id$v=19$m=1024,t=1,p=1$"))
        #expect(try await hasher.verify("correct horse", against: first))
        #expect(try await hasher.verify("correct horsf", against: first) == false)
        #expect(!hasher.needsRehash(first))
        #expect(Argon2Hasher(.init(memory: 2_048, passes: 1, lanes: 1)).needsRehash(first))
        #expect(hasher.needsRehash("plain"))
        await #expect(throws: AtlasError.self) { try await hasher.verify("x", against: "garbage") }
    }

    @Test func `many at once all finish`() async throws {
        let hasher = Argon2Hasher(.init(memory: 256, passes: 1, lanes: 1))
        let hashes = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<50 { group.addTask { try await hasher.hash("x") } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(Set(hashes).count == 50)
    }
}
