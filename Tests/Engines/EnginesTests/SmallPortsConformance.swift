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

    @Test func `counters are values, and leave no trace in the memory they took`() async throws {
        let clock = ManualClock()
        let cache = MemoryCache(clock: clock, limitBytes: 4_096)
        try await cache.set("kept", [1], timeToLive: .seconds(1_000_000))
        for _ in 0..<1_000 {
            #expect(try await cache.increment("n", by: 1, timeToLive: .seconds(10)) == 1)
            clock.advance(by: .seconds(10))
        }
        #expect(try await cache.get(["kept"]) == [[1]])
        try await cache.set("m", Array("41".utf8), timeToLive: .seconds(10))
        #expect(try await cache.increment("m", by: 1, timeToLive: .seconds(10)) == 42)
        #expect(try await cache.get(["m"]) == [Array("42".utf8)])
        #expect(try await cache.increment("m", by: .max, timeToLive: .seconds(10)) == .max)
        try await cache.set("t", Array("text".utf8), timeToLive: .seconds(10))
        await #expect(throws: AtlasError.self) { try await cache.increment("t", by: 1, timeToLive: .seconds(10)) }
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
        try await cache.set("huge", [UInt8](repeating: 0, count: 1 << 20), timeToLive: .seconds(60))
        #expect(try await cache.get(["huge"]) == [nil])
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
            try await blobs.put([2], at: ".x/..y/Z-_9")
            #expect(try await blobs.keys(under: "", limit: 1) == [".x/..y/Z-_9"])
            #expect(try await blobs.keys(under: "", limit: -1).isEmpty)
        }
    }

    @Test func `a key's parents are no blobs, and removing them removes nothing`() async throws {
        try await withTemporaryFolder { folder in
            let blobs = try FolderBlobs(folder: folder)
            try await blobs.put([1], at: "a/b")
            #expect(try await blobs.get("a") == nil)
            try await blobs.remove("a")
            try await blobs.remove("a/b/c")
            #expect(try await blobs.get("a/b") == [1])
            for key in ["a", "a/b/c"] {
                let error = await #expect(throws: AtlasError.self) { try await blobs.put([2], at: key) }
                #expect(error?.code == .conflict)
            }
        }
    }

    @Test(arguments: [
        "", "/", "/a", "a/", "a//b", "../x", "a/../b", "a/./b", "~a", "a b", "é", "a\0b", "a\\b",
        String(repeating: "k", count: 256), String(repeating: "k/", count: 256) + "k",
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
            #expect(text.contains("\r\nDate: Tue, 14 Nov 2023 22:13:20 +0000\r\n"))
            let body = text.components(separatedBy: "\r\n\r\n")[1].replacing("\r\n", with: "")
            #expect(Data(base64Encoded: body).map { String(decoding: $0, as: UTF8.self) } == mail.text)
        }
    }

    @Test(arguments: [
        "plain", String(repeating: "long ", count: 300), "=?utf-8?B?eA==?=", String(repeating: "👩‍👩‍👧ä", count: 40),
    ])
    func `a subject of any length comes back from lines of at most 76 characters`(subject: String) async throws {
        try await withTemporaryFolder { folder in
            let mailer = try OutboxFolderMailer(folder: folder, clock: ManualClock())
            let text = String(repeating: "0123456789", count: 50)
            try await mailer.send(Mail(id: "m1", to: "ada@example.org", subject: subject, text: text))
            let message = try String(contentsOfFile: folder + "/m1.eml", encoding: .utf8)
            #expect(message.components(separatedBy: "\r\n").allSatisfy { $0.utf8.count <= 76 && !$0.contains("\n") })
            let header = message.components(separatedBy: "Subject: ")[1].components(separatedBy: "\r\nDate")[0]
            let words = header.components(separatedBy: "\r\n ").map { word -> [UInt8] in
                guard word.hasPrefix("=?utf-8?B?") else { return Array(word.utf8) }
                return Data(base64Encoded: String(word.dropFirst(10).dropLast(2))).map { [UInt8]($0) } ?? []
            }
            #expect(
                words.allSatisfy { String(validating: $0, as: UTF8.self) != nil },
                "no word ends inside a character"
            )
            #expect(String(decoding: words.joined(), as: UTF8.self) == subject)
        }
    }

    @Test(arguments: [
        ("m1", "ada@example.org\r\nBcc: eve@example.org", "x"), ("m1", "ada@example.org", "x\r\n\r\nbody"),
        ("m1", "nobody", "x"), ("m1", "a@b.org, c@d.org", "x"), ("m1", "a@b;c@d", "x"),
        ("m1", "\"a\"@b.org", "x"), ("m1", "a@b.org\u{2028}", "x"), ("m1", "@", "x"), ("", "ada@example.org", "x"),
        ("m1", String(repeating: "a", count: 400) + "@b.org", "x"), ("../m1", "ada@example.org", "x"),
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

    @Test func `where too many wait, one more is refused and told when to come again`() async throws {
        let hasher = Argon2Hasher(.init(memory: 256, passes: 1, lanes: 1), waitingLimit: 0)
        let error = await #expect(throws: AtlasError.self) { try await hasher.hash("x") }
        #expect(error?.code == .tooMany)
        #expect(error?.retryAfter != nil)
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
