import AtlasCore
import AtlasPorts
import Foundation
import Testing

@testable import EmbeddedEngines

@Suite struct AnkiTests {
    private static let deck = AnkiDeck(notes: [
        AnkiNote(
            guid: "diagram.e1.define.cache",
            deck: "Atlas::Caching",
            front: "What is “Cache” &amp; <b>co</b>?",
            back: "Keeps rows.",
            tags: ["atlas", "E1"],
            card: AnkiCard(
                phase: .review,
                due: Timestamp(milliseconds: 1_767_499_200_000),
                intervalDays: 3,
                lapses: 1,
                memory: (3.5, 5.25)
            ),
            reviews: [
                AnkiReview(
                    at: Timestamp(milliseconds: 1_767_261_600_000),
                    rating: 3,
                    duration: .milliseconds(8_000),
                    phase: .learning,
                    interval: -600
                ),
                AnkiReview(
                    at: Timestamp(milliseconds: 1_767_261_600_000 + 86_400_000),
                    rating: 4,
                    duration: .milliseconds(2_500),
                    phase: .review,
                    interval: 3,
                    lastInterval: -600
                ),
            ]
        ),
        AnkiNote(guid: "diagram.e1.define.db", deck: "Atlas::Caching", front: "New?", back: "Yes."),
        AnkiNote(
            guid: "diagram.h1.define.x",
            deck: "Atlas::Replication",
            front: "Held?",
            back: "Yes.",
            card: AnkiCard(phase: .new, isSuspended: true)
        ),
    ])

    @Test func `a package comes back as it went`() async throws {
        let now = Timestamp(milliseconds: 1_767_400_000_000)
        let package = try await AnkiFiles().package(Self.deck, at: now)
        let read = try await AnkiFiles().read(package)
        #expect(read == Self.deck)
    }

    @Test func `Python's zipfile and sqlite3 read a package, and Atlas what Python packs anew`() async throws {
        let script = """
            import hashlib, json, sqlite3, sys, zipfile
            source, target, folder = sys.argv[1:]
            archive = zipfile.ZipFile(source)
            assert archive.testzip() is None
            assert sorted(archive.namelist()) == ["collection.anki2", "media"], archive.namelist()
            assert json.loads(archive.read("media")) == {}
            path = archive.extract("collection.anki2", folder)
            db = sqlite3.connect(path)
            assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            ver, models, decks, dconf, conf = db.execute("SELECT ver, models, decks, dconf, conf FROM col").fetchone()
            assert ver == 11
            (model,) = json.loads(models).values()
            assert [f["name"] for f in model["flds"]] == ["Front", "Back"], model
            assert json.loads(dconf)["1"]["lapse"]["leechFails"] == 8 and json.loads(conf)["curDeck"] == 1
            names = {int(k): v["name"] for k, v in json.loads(decks).items()}
            notes = db.execute("SELECT id, guid, mid, flds, sfld, csum, tags FROM notes ORDER BY id").fetchall()
            assert len(notes) == 3 and all(n[2] == model["id"] for n in notes)
            for n in notes:
                assert n[5] == int(hashlib.sha1(str(n[4]).encode()).hexdigest()[:8], 16), n
            assert notes[0][6] == " atlas E1 " and notes[0][3].count("\\x1f") == 1
            cards = db.execute("SELECT nid, did, type, queue, ivl, reps, lapses, data FROM cards ORDER BY id").fetchall()
            assert [c[2:7] for c in cards] == [(2, 2, 3, 2, 1), (0, 0, 0, 0, 0), (0, -1, 0, 0, 0)], cards
            assert [names[c[1]] for c in cards] == ["Atlas::Caching", "Atlas::Caching", "Atlas::Replication"]
            assert json.loads(cards[0][7]) == {"s": 3.5, "d": 5.25}
            log = db.execute("SELECT id, cid, ease, time, type FROM revlog ORDER BY id").fetchall()
            assert [(r[2], r[3], r[4]) for r in log] == [(3, 8000, 0), (4, 2500, 1)], log
            db.close()
            with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as out:
                out.write(path, "collection.anki2")
                out.writestr("media", "{}")
            """
        #expect(try await AnkiFiles().read(Self.packedAnew(by: script)) == Self.deck)
    }

    @Test func `two reviews of one millisecond keep apart`() async throws {
        var deck = Self.deck
        deck.notes[1].reviews = [deck.notes[0].reviews[0]]
        deck.notes[1].card = AnkiCard(phase: .learning, due: Timestamp(milliseconds: 1_767_262_000_000))
        let read = try await AnkiFiles().read(AnkiFiles().package(deck, at: Timestamp(milliseconds: 1_767_400_000_000)))
        #expect(read.notes[0].reviews == deck.notes[0].reviews)
        #expect(read.notes[1].reviews.map(\.at.milliseconds) == [1_767_261_600_001])
    }

    @Test func `what is no package says why`() async throws {
        func message(_ bytes: [UInt8]) async -> String {
            do {
                _ = try await AnkiFiles().read(bytes)
                return "read"
            } catch {
                return (error as? AtlasError)?.message ?? "\(error)"
            }
        }
        let good = try await AnkiFiles().package(Self.deck, at: Timestamp(milliseconds: 1_767_400_000_000))
        #expect(await message([]).contains("no ZIP file"))
        #expect(
            await message(Array("hello, I am a text".utf8) + Array(repeating: 0, count: 40)).contains("no ZIP file")
        )
        #expect(await message(ZipArchive.archive([("media", [])])).contains("no collection"))
        #expect(await message(ZipArchive.archive([("collection.anki21b", [1])])).contains("newer form"))
        #expect(
            await message(ZipArchive.archive([("collection.anki2", Array("no database at all".utf8))])).contains(
                "cannot be read"
            )
        )
        #expect(await message(ZipArchive.archive([("../collection.anki2", [1])])).contains("no collection"))
        #expect(await message(ZipArchive.archive([("media", []), ("media", [])])).contains("two files of one name"))
        var flipped = good
        flipped[5_000] ^= 1
        #expect(await message(flipped).contains("checksum"))
        #expect(await message(Array(good.dropLast(40))).contains("cannot be read"))
        #expect(await message(Array(repeating: 0, count: AnkiLimits.packageBytes + 1)).contains("32 MiB"))
    }

    @Test func `damaged packages never trap`() async throws {
        let good = try await AnkiFiles().package(Self.deck, at: Timestamp(milliseconds: 1_767_400_000_000))
        // Heads and the list of files, where numbers are; the content has a checksum.
        let places = Array(0..<46) + Array(good.count - 220..<good.count)
        for place in places {
            for value in [0, 1, 0x7F, 0xFF] as [UInt8] {
                var bytes = good
                bytes[place] = value
                _ = try? ZipArchive(bytes, fileLimit: 100).file("collection.anki2", limit: 1_000_000)
            }
        }
        for length in stride(from: 0, to: good.count, by: 97) {
            _ = try? ZipArchive(Array(good[..<length]), fileLimit: 100).file("collection.anki2", limit: 1_000_000)
        }
    }

    @Test(arguments: [
        "UPDATE col SET ver = 'eleven'", "UPDATE col SET crt = 'never'", "UPDATE col SET decks = x'FF00'",
        "UPDATE cards SET due = 'soon', ivl = x'00', did = 'none', type = 9e99, lapses = -9223372036854775808",
        "UPDATE notes SET flds = x'FF', guid = 7", "UPDATE revlog SET time = 'long', ivl = 1e300, id = -id",
        "DELETE FROM col", "DROP TABLE notes; CREATE VIEW notes AS SELECT * FROM cards",
        "DROP TABLE notes; CREATE TABLE notes (id, flds, tags, guid AS (hex(zeroblob(1000))))",
    ])
    func `a collection of strange values is read or refused, and never traps`(sql: String) async throws {
        let package = try await Self.tampered(sql)
        do {
            _ = try await AnkiFiles().read(package)
        } catch let error as AtlasError {
            #expect(error.code == .invalid && error.message.contains("cannot be read"), "\(error.message)")
        }
    }

    @Test func `tables that join to very many rows are refused at once`() async throws {
        let rows = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)"
        let package = try await Self.tampered(
            """
            DROP TABLE notes; CREATE TABLE notes (id, guid, flds, tags);
            INSERT INTO notes \(rows) SELECT 1, 'diagram.a.define.x', 'f', '' FROM n;
            DROP TABLE cards; CREATE TABLE cards (id, nid, did, ord, type, queue, due, ivl, lapses, data);
            INSERT INTO cards \(rows) SELECT i, 1, 1, 0, 0, 0, 0, 0, 0, '' FROM n
            """
        )
        let refusal = await #expect(throws: AtlasError.self) { try await AnkiFiles().read(package) }
        #expect(refusal?.message.contains("more than \(AnkiLimits.notes) notes") == true)
    }

    /// A package whose collection was changed by SQL.
    private static func tampered(_ sql: String) async throws -> [UInt8] {
        let script = """
            import sqlite3, sys, zipfile
            source, target, folder, sql = sys.argv[1:]
            path = zipfile.ZipFile(source).extract("collection.anki2", folder)
            db = sqlite3.connect(path)
            db.executescript(sql)
            db.commit()
            db.close()
            with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as out:
                out.write(path, "collection.anki2")
                out.writestr("media", "{}")
            """
        return try await packedAnew(by: script, sql)
    }

    /// The package that a Python script makes of ours; it is given the paths of both, a folder to work in, and `more`.
    private static func packedAnew(by script: String, _ more: String...) async throws -> [UInt8] {
        let package = try await AnkiFiles().package(Self.deck, at: Timestamp(milliseconds: 1_767_400_000_000))
        let folder = FileManager.default.temporaryDirectory.appending(path: "anki-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (file, again) = (folder.appending(path: "a.apkg"), folder.appending(path: "b.apkg"))
        try Data(package).write(to: file)
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", "-c", script, file.path, again.path, folder.path] + more
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
        return [UInt8](try Data(contentsOf: again))
    }

    @Test func `a file that unpacks to more than allowed is refused before memory is taken`() throws {
        // One stored byte, then a run of 258-byte copies of it, by the fixed codes.
        #expect(throws: Inflate.Problem.tooLarge) { try Inflate.unpack(Self.bomb(copies: 100_000)[...], limit: 1_000) }
        #expect(try Inflate.unpack(Self.bomb(copies: 3)[...], limit: 1_000).count == 1 + 3 * 258)
        for length in 0..<20 {
            #expect(throws: Inflate.Problem.self) {
                try Inflate.unpack(Self.bomb(copies: 40)[..<length], limit: 100_000)
            }
        }
    }

    /// DEFLATE with fixed codes: the letter a, then copies of 258 bytes from one byte before.
    private static func bomb(copies: Int) -> [UInt8] {
        var (bits, bytes): ([Int], [UInt8]) = ([1, 1, 0], [])
        func code(_ value: Int, _ length: Int) { bits += (0..<length).reversed().map { value >> $0 & 1 } }
        code(0x30 + 97, 8)
        for _ in 0..<copies {
            code(0b1100_0101, 8)
            code(0, 5)
        }
        code(0, 7)
        for start in stride(from: 0, to: bits.count, by: 8) {
            let part = bits[start..<min(start + 8, bits.count)]
            bytes.append(part.enumerated().reduce(0) { $0 | UInt8($1.element) << UInt8($1.offset) })
        }
        return bytes
    }

    @Test func `SHA-1 is that of the standard`() {
        func hex(_ text: String) -> String { SHA1.of(Array(text.utf8)).map { String(format: "%02x", $0) }.joined() }
        #expect(hex("abc") == "a9993e364706816aba3e25717850c26c9cd0d89d")
        #expect(hex("") == "da39a3ee5e6b4b0d3255bfef95601890afd80709")
        #expect(hex(String(repeating: "a", count: 1_000)) == "291e9a6c66994949b57ba5e650361e98fc36b1ba")
    }
}
